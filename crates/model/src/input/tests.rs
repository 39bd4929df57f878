//! Which images are accepted, and the sizes that are left of them.

use super::*;
use crate::for_tests::small;

#[track_caller]
fn assert_refused(name: Architecture, input: [usize; 3], expected: &str) {
    let error = small(name).check_input(input).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn the_published_input_fits_every_network() {
    for &name in Architecture::ALL {
        assert_eq!(small(name).check_input(PUBLISHED_INPUT), Ok(()), "{name}");
    }
}

#[test]
fn the_smallest_images_are_accepted() {
    for &name in Architecture::ALL {
        let side = name.info().smallest_side;
        let channels = if name.takes_clouds() { 3 } else { 1 };
        let input = [channels, side, side];
        assert_eq!(small(name).check_input(input), Ok(()), "{name}");
    }
}

#[test]
fn points_have_three_coordinates() {
    assert_refused(
        Architecture::PointNet,
        [1, 100, 1],
        "data.channels: expected 3 coordinates for pointnet, found 1",
    );
    assert_eq!(
        small(Architecture::PointNet).check_input([3, 65_536, 1]),
        Ok(())
    );
    assert_refused(
        Architecture::PointNet,
        [3, 65_537, 1],
        "data.points: expected 1 to 65536 points for pointnet, found 65537",
    );
}

#[test]
fn one_pixel_less_in_either_direction_is_refused_for_the_article_network() {
    for (height, width) in [(15, 16), (16, 15)] {
        assert_refused(
            Architecture::CnnBn,
            [3, height, width],
            &format!(
                "network.name: expected images of at least 16x16 for cnn-bn, found {height}x{width}"
            ),
        );
    }
}

#[test]
fn a_low_image_is_refused_with_its_size() {
    assert_refused(
        Architecture::Cnn,
        [3, 12, 40],
        "network.name: expected images of at least 16x16 for cnn, found 12x40",
    );
}

#[test]
fn images_without_pixels_are_refused_for_residual_networks() {
    assert_refused(
        Architecture::ResNet20,
        [3, 0, 8],
        "network.name: expected images of at least 1x1 for resnet20, found 0x8",
    );
}

/// Such as a damaged weights file asks for.
#[test]
fn images_that_no_memory_holds_are_refused() {
    assert_refused(
        Architecture::Cnn,
        [3, 4096, usize::MAX],
        &format!(
            "network.name: expected images of at most 4096x4096 for cnn, found 4096x{}",
            usize::MAX
        ),
    );
}

#[test]
fn other_numbers_of_channels_are_refused() {
    for channels in [0, 2, 4, usize::MAX] {
        assert_refused(
            Architecture::PreActResNet18,
            [channels, 32, 32],
            &format!("data.channels: expected 1 or 3 channels, found {channels}"),
        );
    }
}

#[test]
fn sizes_after_the_last_stage_match_those_counted_by_hand() {
    // 16 -> 12 -> 6 -> 2 -> 1; 33 -> 29 -> 14 -> 10 -> 5; 47 -> 43 -> 21 -> 17 -> 8.
    for ([height, width], pixels) in [
        ([16, 16], 1),
        ([15, 16], 0),
        ([28, 28], 16),
        ([32, 32], 25),
        ([33, 47], 40),
        ([96, 64], 21 * 13),
    ] {
        let found = article_last_pixels(height, width);
        assert_eq!(found, pixels, "{height}x{width}");
    }
}

#[test]
fn every_square_is_among_the_sides_of_its_pixels() {
    for side in 16..300 {
        let pixels = article_last_pixels(side, side);
        let [first, last] = article_square_sides(pixels).unwrap();
        assert!((first..=last).contains(&side), "{side}");
        assert!(article_last_pixels(first - 1, first - 1) < pixels);
        assert!(article_last_pixels(last + 1, last + 1) > pixels);
    }
    assert_eq!(article_square_sides(0), None);
    assert_eq!(article_square_sides(24), None);
}
