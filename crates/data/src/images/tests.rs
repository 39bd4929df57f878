use super::*;

fn two_images() -> Images {
    let mut images = Images::with_capacity(2);
    let mut first = vec![0; IMAGE_BYTES];
    first[..SIDE * SIDE].fill(255);
    images.push(&first, 1);
    images.push(&[0; IMAGE_BYTES], 0);
    images
}

/// Images whose pixels and labels are all their index.
fn numbered(count: u8) -> Images {
    let mut images = Images::default();
    for index in 0..count {
        images.push(&[index; IMAGE_BYTES], index);
    }
    images
}

/// The images are these numbered ones, in this order.
fn assert_numbers(images: &Images, numbers: &[u8]) {
    assert_eq!(images.labels(), numbers);
    for (index, &number) in numbers.iter().enumerate() {
        assert_eq!(images.image(index), [number; IMAGE_BYTES]);
    }
}

#[test]
fn statistics_of_a_half_red_split_are_half_and_half() {
    let [red, green, blue] = two_images().channel_statistics();
    assert_eq!(red, (0.5, 0.5));
    assert_eq!(green, (0.0, 0.0));
    assert_eq!(blue, (0.0, 0.0));
}

/// Mean (a + b) / 2 and population deviation |a − b| / 2 of two values a and b.
#[test]
fn statistics_of_two_values_are_their_closed_form() {
    let mut images = Images::default();
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
fn images_taken_out_leave_the_others_in_order() {
    let mut images = numbered(6);
    let taken = images.take_out(&[0, 3, 5]);
    assert_numbers(&taken, &[0, 3, 5]);
    assert_numbers(&images, &[1, 2, 4]);
}

#[test]
#[should_panic(expected = "ascending indices")]
fn indices_to_take_out_must_ascend() {
    numbered(3).take_out(&[2, 1]);
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
