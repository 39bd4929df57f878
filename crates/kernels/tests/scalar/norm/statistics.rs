//! Means and variances.

use burn_flex_kernels::{Instructions, statistics};

use crate::check::{instructions, values};

/// # Panics
/// If the values of a single channel have other statistics.
#[track_caller]
fn check(values: &[f32], mean: f32, variance: f32) {
    for instructions in instructions() {
        let found = statistics(instructions, values, 1);
        assert_eq!((found.mean[0], found.variance[0]), (mean, variance));
    }
}

#[test]
fn of_two_values() {
    check(&[1.0, 5.0], 3.0, 4.0);
}

#[test]
fn of_one_value() {
    check(&[7.25], 7.25, 0.0);
}

/// The mean would not stay exact in a sum of values.
#[test]
fn of_equal_values() {
    check(&[1_234_567.0; 40_001], 1_234_567.0, 0.0);
}

/// The squares of these values would not be finite.
#[test]
fn of_large_values() {
    check(&[3e38; 1000], 3e38, 0.0);
}

#[test]
fn of_several_channels() {
    let pixels = [[1.0, -2.0, 10.0], [3.0, -2.0, 20.0]].concat();
    for instructions in instructions() {
        let found = statistics(instructions, &pixels, 3);
        assert_eq!(found.mean, [2.0, -2.0, 15.0]);
        assert_eq!(found.variance, [1.0, 0.0, 25.0]);
    }
}

#[test]
fn of_no_pixels() {
    for instructions in instructions() {
        let found = statistics(instructions, &[], 3);
        assert!(found.mean.iter().all(|mean| mean.is_nan()));
        assert!(found.variance.iter().all(|variance| variance.is_nan()));
        assert_eq!([found.mean.len(), found.variance.len()], [3, 3]);
    }
}

/// # Panics
/// If values with deviation 1 around `mean` have a variance that is more than `bound` off, as a share.
fn check_far(mean: f32, bound: f64) {
    for channels in [1, 3, 20, 64] {
        // Uniform values between −√3 and √3 have the variance 1.
        let spread = values(channels * 5000, 3).into_iter();
        let input: Vec<f32> = spread.map(|value| value * 3.0_f32.sqrt() + mean).collect();
        for instructions in instructions() {
            let found = statistics(instructions, &input, channels);
            for channel in 0..channels {
                let values = input.iter().skip(channel).step_by(channels);
                let values: Vec<f64> = values.map(|&value| value.into()).collect();
                let count = values.len() as f64;
                let center = values.iter().sum::<f64>() / count;
                let squares = values.iter().map(|value| (value - center).powi(2));
                let variance = squares.sum::<f64>() / count;
                let error = (f64::from(found.variance[channel]) / variance - 1.0).abs();
                assert!(
                    error < bound,
                    "{instructions}, mean {mean}, {channels} channels: {error:e}"
                );
                // The mean has no digits but those of f32.
                assert_eq!(found.mean[channel], center as f32, "{instructions}");
            }
        }
    }
}

/// The largest error seen is 2.4e-6.
#[test]
fn a_mean_far_from_zero_costs_no_digits_of_the_variance() {
    check_far(1e4, 1e-5);
}

/// Around 10⁶, f32 has only steps of 0.06. The variance of what they leave is still exact.
#[test]
fn a_negative_mean_very_far_from_zero_costs_none_either() {
    check_far(-1e6, 1e-5);
}

#[test]
fn a_nan_is_that_of_its_channel_alone() {
    for place in [0, 1, 4, 2997] {
        let mut input = values(3000, 1);
        input[place] = f32::NAN;
        for instructions in instructions() {
            let found = statistics(instructions, &input, 3);
            for channel in 0..3 {
                let expected = channel == place % 3;
                assert_eq!(found.mean[channel].is_nan(), expected);
                assert_eq!(found.variance[channel].is_nan(), expected);
            }
        }
    }
}

#[test]
#[should_panic(expected = "whole pixels")]
fn a_part_of_a_pixel_is_refused() {
    statistics(Instructions::Scalar, &[0.0; 7], 3);
}
