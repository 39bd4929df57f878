//! The transposition of images, against its definition.

use super::*;

/// # Panics
/// If a value is not where its image, pixel and channel put it.
fn check(batch: usize, channels: usize, pixels: usize) {
    let images: Vec<f32> = (0..batch * channels * pixels)
        .map(|index| index as f32)
        .collect();
    let found = channels_last(&images, channels, pixels);
    assert_eq!(found.len(), images.len());
    for (index, &value) in found.iter().enumerate() {
        let (image, pixel, channel) = (
            index / (channels * pixels),
            index / channels % pixels,
            index % channels,
        );
        assert_eq!(value, images[(image * channels + channel) * pixels + pixel]);
    }
}

#[test]
fn colours_of_a_pixel_become_neighbours() {
    let found = channels_last(&[1.0, 2.0, 10.0, 20.0, 100.0, 200.0], 3, 2);
    assert_eq!(found, [1.0, 10.0, 100.0, 2.0, 20.0, 200.0]);
}

#[test]
fn images_stay_apart() {
    check(3, 3, 4);
}

#[test]
fn pixels_of_whole_strips_are_moved() {
    check(2, 3, 2 * STRIP);
}

#[test]
fn pixels_after_the_last_whole_strip_are_moved() {
    check(2, 5, 2 * STRIP + 3);
}

#[test]
fn one_channel_stays_as_it_is() {
    check(2, 1, STRIP + 1);
}

#[test]
fn transposing_back_restores_the_images() {
    let images: Vec<f32> = (0..2 * 7 * 20).map(|index| index as f32).collect();
    let there = channels_last(&images, 7, 20);
    assert_eq!(channels_last(&there, 20, 7), images);
}

#[test]
fn no_images_are_no_values() {
    assert!(channels_last(&[], 3, 4).is_empty());
}

#[test]
#[should_panic(expected = "whole images")]
fn a_part_of_an_image_is_refused() {
    channels_last(&[0.0; 7], 3, 2);
}
