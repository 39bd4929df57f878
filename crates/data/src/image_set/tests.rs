use super::*;

fn two_images() -> Images {
    let mut images = Images::with_capacity(2);
    let mut first = vec![0; IMAGE_BYTES];
    first[..SIDE * SIDE].fill(255);
    images.push(&first, 1);
    images.push(&[0; IMAGE_BYTES], 0);
    images
}

#[test]
fn statistics_of_a_half_red_split_are_half_and_half() {
    let [red, green, blue] = two_images().channel_statistics();
    assert_eq!(red, (0.5, 0.5));
    assert_eq!(green, (0.0, 0.0));
    assert_eq!(blue, (0.0, 0.0));
}

#[test]
fn the_last_images_move_before_others() {
    let mut images = Images::default();
    for label in 0..5 {
        images.push(&[label; IMAGE_BYTES], label);
    }
    images.move_last(2, 1);
    assert_eq!(images.labels(), [0, 3, 4, 1, 2]);
    images.move_last(1, 4);
    images.move_last(0, 5);
    for (index, &label) in [0, 3, 4, 1, 2].iter().enumerate() {
        assert_eq!(images.image(index), [label; IMAGE_BYTES]);
    }
}

#[test]
fn the_first_images_are_a_copy_of_as_many_as_there_are() {
    let both = two_images();
    let one = both.first(1);
    assert_eq!((one.len(), one.labels()), (1, &[1][..]));
    assert_eq!(one.image(0), both.image(0));
    assert_eq!(both.first(3), both);
}

#[test]
fn class_counts_name_empty_classes_too() {
    assert_eq!(two_images().class_counts(3), [1, 1, 0]);
}

#[test]
fn the_fingerprint_sees_pixels_labels_and_splits() {
    let set = |train: Images, test: Images| ImageSet {
        train,
        test,
        classes: vec!["a".into(), "b".into()],
    };
    let base = set(two_images(), two_images());
    let mut other_label = two_images();
    other_label.labels[0] = 0;
    let mut other_pixel = two_images();
    other_pixel.pixels[7] = 1;
    for changed in [
        set(other_label.clone(), two_images()),
        set(two_images(), other_pixel),
        set(two_images(), Images::default()),
    ] {
        assert_ne!(base.fingerprint(), changed.fingerprint());
    }
}

#[test]
fn the_fingerprint_of_nothing_is_that_of_no_bytes() {
    let empty = ImageSet {
        train: Images::default(),
        test: Images::default(),
        classes: vec![],
    };
    let sha256_of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(empty.fingerprint(), sha256_of_nothing);
}
