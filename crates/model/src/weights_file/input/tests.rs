//! The shape of images: from the tensors, and from a note.

use std::path::Path;

use super::*;
use crate::Architecture;
use crate::for_tests::{all, small};
use burn::tensor::Device;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The file of a small network for images of this shape.
fn file(name: Architecture, input: [usize; 3]) -> WeightsFile {
    let rng = &mut ChaCha8Rng::seed_from_u64(1);
    let network = small(name).init(input, 10, rng, &Device::flex());
    WeightsFile::parse(Path::new("weights"), network.to_safetensors(None)).unwrap()
}

#[track_caller]
fn assert_refused(file: &WeightsFile, noted: Option<[usize; 3]>, expected: &str) {
    assert_eq!(file.input(noted).unwrap_err().to_string(), expected);
}

/// A small configuration of every network for images.
fn of_images() -> impl Iterator<Item = NetworkConfig> {
    all().filter(|config| !config.name.takes_clouds())
}

#[test]
fn a_network_for_points_takes_any_number_of_them() {
    let file = file(Architecture::PointNet, [3, 100, 1]);
    for points in [1, 100, 2048] {
        assert_eq!(file.input(Some([3, points, 1])).unwrap(), [3, points, 1]);
    }
}

#[test]
fn files_for_every_shape_have_the_configuration_of_their_network() {
    for input in [[1, 28, 28], [3, 20, 28], [3, 96, 64]] {
        for config in of_images() {
            let file = file(config.name, input);
            assert_eq!(file.config().unwrap(), (config.clone(), 10));
            assert_eq!(file.input(Some(input)).unwrap(), input, "{}", config.name);
        }
    }
}

#[test]
fn files_without_a_shape_are_for_the_published_size() {
    for config in of_images() {
        for channels in [1, 3] {
            let input = [channels, 32, 32];
            assert_eq!(file(config.name, input).input(None).unwrap(), input);
        }
    }
}

/// 33x47 leaves 5x8 pixels, which no square does.
#[test]
fn the_size_of_the_article_network_is_never_guessed() {
    assert_refused(
        &file(Architecture::Cnn, [1, 28, 28]),
        None,
        "weights: expected a note with the shape of the images, or weights for 32x32, found weights for \
         another size, such as 28x28 to 31x31",
    );
    assert_refused(
        &file(Architecture::CnnBn, [3, 33, 47]),
        None,
        "weights: expected a note with the shape of the images, or weights for 32x32, found weights for \
         maps of 40 pixels after the last stage",
    );
}

#[test]
fn a_noted_size_that_the_weights_do_not_fit_is_refused() {
    assert_refused(
        &file(Architecture::Cnn, [3, 32, 32]),
        Some([3, 28, 32]),
        "weights: expected weights for images of 28x32, as the note's shape says, found weights for another \
         size, such as 32x32 to 35x35",
    );
}

#[test]
fn noted_channels_that_the_weights_do_not_have_are_refused() {
    for config in of_images() {
        assert_refused(
            &file(config.name, [1, 32, 32]),
            Some([3, 32, 32]),
            "weights: expected weights for 3 channels, as the note's shape says, found weights for 1",
        );
    }
}

#[test]
fn a_noted_shape_that_no_network_takes_is_refused() {
    let file = file(Architecture::ResNet20, [3, 32, 32]);
    assert_refused(
        &file,
        Some([4, 32, 32]),
        "weights: expected 1 or 3 channels in the note's shape, found 4",
    );
    for side in [0, usize::MAX] {
        assert!(file.input(Some([3, 32, side])).is_err());
    }
}
