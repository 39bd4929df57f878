use super::*;

const SHAPE: ImageShape = ImageShape::CIFAR10;
const IMAGE_BYTES: usize = SHAPE.values();

fn two_images() -> Images {
    let mut images = Images::with_capacity(SHAPE, 2);
    let mut first = vec![0; IMAGE_BYTES];
    first[..SHAPE.plane()].fill(255);
    images.push(&first, 1);
    images.push(&[0; IMAGE_BYTES], 0);
    images
}

/// Images whose pixels and labels are all their index.
fn numbered(count: u8) -> Images {
    let mut images = Images::new(SHAPE);
    for index in 0..count {
        images.push(&[index; IMAGE_BYTES], index.into());
    }
    images
}

/// The images are these numbered ones, in this order.
fn assert_numbers(images: &Images, numbers: &[u8]) {
    let labels: Vec<u16> = numbers.iter().map(|&number| number.into()).collect();
    assert_eq!(images.labels(), labels);
    for (index, &number) in numbers.iter().enumerate() {
        assert_eq!(images.image(index), [number; IMAGE_BYTES]);
    }
}

#[test]
fn statistics_of_a_half_red_split_are_half_and_half() {
    let [red, green, blue] = two_images().channel_statistics()[..] else {
        panic!("three channels");
    };
    assert_eq!(red, (0.5, 0.5));
    assert_eq!(green, (0.0, 0.0));
    assert_eq!(blue, (0.0, 0.0));
}

/// Mean (a + b) / 2 and population deviation |a − b| / 2 of two values a and b.
#[test]
fn statistics_of_two_values_are_their_closed_form() {
    let mut images = Images::new(SHAPE);
    for value in [51, 153] {
        images.push(&[value; IMAGE_BYTES], 0);
    }
    for (mean, deviation) in images.channel_statistics() {
        assert!((mean - 0.4).abs() < 1e-12, "{mean}");
        assert!((deviation - 0.2).abs() < 1e-12, "{deviation}");
    }
}

#[test]
fn the_last_images_move_before_others() {
    let mut images = numbered(5);
    images.move_last(2, 1);
    assert_numbers(&images, &[0, 3, 4, 1, 2]);
    images.move_last(1, 4);
    images.move_last(0, 5);
    assert_numbers(&images, &[0, 3, 4, 1, 2]);
}

#[test]
fn selected_images_come_in_the_order_of_their_indices_and_may_repeat() {
    assert_numbers(&numbered(4).select(&[3, 0, 3]), &[3, 0, 3]);
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
fn class_counts_include_empty_classes() {
    assert_eq!(two_images().class_counts(3), [1, 1, 0]);
}

#[test]
fn a_grey_image_has_one_channel() {
    let shape = ImageShape {
        channels: 1,
        height: 2,
        width: 3,
    };
    let mut images = Images::new(shape);
    images.push(&[0, 255, 0, 255, 0, 255], 700);
    assert_eq!(images.image(0).len(), 6);
    assert_eq!(images.channel_statistics(), [(0.5, 0.5)]);
    assert_eq!(images.labels(), [700]);
}
