use super::*;

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(synthetic(3, 20, 10), synthetic(3, 20, 10));
    assert_ne!(synthetic(3, 20, 10), synthetic(4, 20, 10));
}

#[test]
fn the_bytes_are_the_same_on_every_machine() {
    let pinned = "5b74c83ff41e490329a3d9a6c341258bd299fb26890792434682154b51069861";
    assert_eq!(synthetic(1, 20, 10).fingerprint(), pinned);
}

#[test]
fn an_image_does_not_depend_on_the_counts() {
    let (few, many) = (synthetic(5, 12, 3), synthetic(5, 30, 13));
    assert_eq!(few.train.image(11), many.train.image(11));
    assert_eq!(few.test.image(2), many.test.image(2));
}

#[test]
fn training_and_test_images_differ() {
    let set = synthetic(6, 10, 10);
    for index in 0..10 {
        assert_ne!(set.train.image(index), set.test.image(index));
    }
}

#[test]
fn the_classes_are_balanced() {
    let set = synthetic(7, 40, 23);
    assert_eq!(set.train.class_counts(10), [4; 10]);
    assert_eq!(set.test.class_counts(10), [3, 3, 3, 2, 2, 2, 2, 2, 2, 2]);
    assert_eq!(set.classes.len(), 10);
}

#[test]
fn an_empty_set_has_its_classes() {
    let set = synthetic(8, 0, 0);
    assert!(set.train.is_empty() && set.test.is_empty());
    assert_eq!(set.classes[0], "disc");
}
