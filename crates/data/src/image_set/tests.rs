use super::*;

const SHAPE: ImageShape = ImageShape::CIFAR10;
const IMAGE_BYTES: usize = SHAPE.values();

fn images(values: &[u8], labels: &[u16]) -> Images {
    let pixels = values.iter().flat_map(|&value| [value; IMAGE_BYTES]);
    Images::from_parts(SHAPE, pixels.collect(), labels.to_vec())
}

fn set(train: Images, test: Images) -> ImageSet {
    ImageSet {
        train,
        validation: None,
        test,
        classes: vec!["a".into(), "b".into()],
    }
}

fn base() -> ImageSet {
    set(images(&[7, 9], &[1, 0]), images(&[8], &[1]))
}

#[test]
fn the_fingerprint_is_the_hash_of_pixels_and_labels_by_split() {
    let bytes = [
        vec![7; IMAGE_BYTES],
        vec![9; IMAGE_BYTES],
        vec![1, 0],
        vec![8; IMAGE_BYTES],
        vec![1],
    ];
    let expected = Sha256::digest(bytes.concat());
    let expected: String = expected.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(base().fingerprint(), expected);
}

#[test]
fn the_fingerprint_of_a_copy_is_the_same_every_time() {
    let set = base();
    assert_eq!(set.fingerprint(), set.fingerprint());
    assert_eq!(set.clone().fingerprint(), set.fingerprint());
}

#[test]
fn a_label_changes_the_fingerprint() {
    let changed = set(images(&[7, 9], &[0, 0]), images(&[8], &[1]));
    assert_ne!(changed.fingerprint(), base().fingerprint());
}

#[test]
fn a_single_pixel_changes_the_fingerprint() {
    let mut pixels = [[7; IMAGE_BYTES], [9; IMAGE_BYTES]].concat();
    pixels[IMAGE_BYTES + 5] = 8;
    let changed = set(
        Images::from_parts(SHAPE, pixels, vec![1, 0]),
        images(&[8], &[1]),
    );
    assert_ne!(changed.fingerprint(), base().fingerprint());
}

#[test]
fn the_order_of_images_changes_the_fingerprint() {
    let changed = set(images(&[9, 7], &[0, 1]), images(&[8], &[1]));
    assert_ne!(changed.fingerprint(), base().fingerprint());
}

#[test]
fn swapped_splits_change_the_fingerprint() {
    let ImageSet { train, test, .. } = base();
    assert_ne!(set(test, train).fingerprint(), base().fingerprint());
}

#[test]
fn class_names_do_not_change_the_fingerprint() {
    let mut renamed = base();
    renamed.classes = vec!["x".into(), "y".into()];
    assert_eq!(renamed.fingerprint(), base().fingerprint());
}

#[test]
fn the_fingerprint_of_nothing_is_that_of_no_bytes() {
    let empty = ImageSet {
        train: Images::new(SHAPE),
        validation: None,
        test: Images::new(SHAPE),
        classes: vec![],
    };
    let sha256_of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(empty.fingerprint(), sha256_of_nothing);
}

#[test]
fn a_validation_split_is_hashed_after_the_test_split() {
    let with = |validation| {
        let set = ImageSet {
            validation: Some(validation),
            ..base()
        };
        set.fingerprint()
    };
    let bytes = [
        vec![7; IMAGE_BYTES],
        vec![9; IMAGE_BYTES],
        vec![1, 0],
        vec![8; IMAGE_BYTES],
        vec![1],
        vec![5; IMAGE_BYTES],
        vec![0],
    ];
    let expected = crate::hex(&Sha256::digest(bytes.concat()));
    assert_eq!(with(images(&[5], &[0])), expected);
    assert_ne!(with(images(&[5], &[1])), expected);
}

#[test]
fn images_of_another_shape_with_the_same_bytes_are_others() {
    let shaped = |height, width| {
        let shape = ImageShape {
            channels: 3,
            height,
            width,
        };
        let split = || Images::from_parts(shape, vec![7; IMAGE_BYTES], vec![1]);
        set(split(), split()).fingerprint()
    };
    let sides = [(32, 32), (16, 64), (64, 16)];
    let mut found = sides.map(|(height, width)| shaped(height, width));
    found.sort();
    assert!(found.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn labels_that_differ_in_their_upper_byte_differ() {
    let labelled = |label| {
        let split = || images(&[7], &[label]);
        let classes = vec![String::new(); 300];
        ImageSet {
            train: split(),
            validation: None,
            test: split(),
            classes,
        }
    };
    assert_ne!(labelled(3).fingerprint(), labelled(259).fingerprint());
}
