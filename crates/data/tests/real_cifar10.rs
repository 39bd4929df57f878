//! Checks against real images of CIFAR-10, which are not part of the repository.
//!
//! Run them with `cargo test --test real_cifar10 -- --ignored` if `../shared/cifar10` exists.

use std::path::Path;

use mixup_data::{CIFAR10_CLASSES, Form, ImageRequest, ImageSet, Images, Layout, open};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cifar10");
const TRAIN_BATCHES: usize = 5;

fn read(subset: &str, layout: Layout) -> ImageSet {
    let path = Path::new(FOLDER).join(subset);
    assert!(
        path.exists(),
        "{}: expected a folder with images of CIFAR-10, found none",
        path.display()
    );
    let opened = open(&path, &ImageRequest::default(), &|_, _| {}).expect("real images");
    assert_eq!(opened.layout, layout);
    assert_eq!(opened.images.classes, CIFAR10_CLASSES);
    opened.images
}

/// Both hold the first images of each of `batches` batches; `some` holds fewer than `many`.
fn assert_same_images(many: &Images, some: &Images, batches: usize) {
    let (stride, count) = (many.len() / batches, some.len() / batches);
    assert!(count < stride);
    for batch in 0..batches {
        for index in 0..count {
            let (left, right) = (batch * stride + index, batch * count + index);
            let same = many.labels()[left] == some.labels()[right]
                && many.image(left) == some.image(right);
            assert!(same, "image {index} of batch {batch} differs");
        }
    }
}

#[test]
#[ignore = "needs ../shared/cifar10"]
fn shared_python_batches_hold_the_first_images_of_the_binary_ones() {
    let binary = read("subset-bin", Layout::Cifar10(Form::Binary));
    let python = read("subset-py", Layout::Cifar10(Form::Python));
    assert_eq!((binary.train.len(), binary.test.len()), (5085, 1017));
    assert_eq!((python.train.len(), python.test.len()), (500, 100));
    assert_same_images(&binary.train, &python.train, TRAIN_BATCHES);
    assert_same_images(&binary.test, &python.test, 1);
}

#[test]
#[ignore = "needs ../shared/cifar10"]
fn shared_first_image_is_a_frog() {
    let binary = read("subset-bin", Layout::Cifar10(Form::Binary));
    let label = usize::from(binary.train.labels()[0]);
    assert_eq!(binary.classes[label], "frog");
}
