//! Small cases that were computed by hand, and transposes.

use super::*;

/// Σ aᵢ bᵢ.
fn product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn numbers(len: usize) -> Vec<f32> {
    (0..len).map(|index| (index % 13) as f32 - 5.0).collect()
}

#[test]
fn a_sum_of_more_values_than_a_chunk_is_by_value() {
    let (a, b) = (numbers(2 * CHUNK + 3), vec![0.5; 2 * CHUNK + 3]);
    let sums = sum(&a, &b);
    assert!(sums.iter().zip(&a).all(|(sum, a)| *sum == a + 0.5));
}

#[test]
fn every_second_pixel_is_taken_between_channels_of_zeros() {
    let samples = Subsample {
        batch: 1,
        size: [3, 2],
        inputs: 1,
        outputs: 4,
        stride: 2,
    };
    assert_eq!(samples.output_size(), [2, 1]);
    // One of the three missing channels comes first.
    let taken = samples.forward(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(taken, [0.0, 1.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0]);
}

#[test]
fn the_gradient_of_samples_is_their_transpose() {
    for (size, stride) in [([5, 4], 2), ([4, 7], 3), ([3, 3], 1), ([1, 1], 2)] {
        let samples = Subsample {
            batch: 3,
            size,
            inputs: 3,
            outputs: 6,
            stride,
        };
        let maps = numbers(3 * size[0] * size[1] * 3);
        let [height, width] = samples.output_size();
        let gradient = numbers(3 * height * width * 6);
        let forward = product(&samples.forward(&maps), &gradient);
        let backward = product(&maps, &samples.backward(&gradient));
        assert_eq!(forward, backward, "{samples:?}");
    }
}

#[test]
fn means_are_over_the_pixels_of_one_channel_and_image() {
    let maps = [1.0, 10.0, 3.0, 30.0, 4.0, -6.0, 4.0, 6.0];
    assert_eq!(channel_means(&maps, 2, 2), [2.0, 20.0, 4.0, 0.0]);
}

#[test]
fn every_pixel_gets_its_share_of_a_mean_s_gradient() {
    let gradient = channel_means_backward(&[4.0, 8.0], 4, 2);
    assert_eq!(gradient, [1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0]);
}
