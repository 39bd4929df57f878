//! Forks, sums, samples and means of maps against Burn's own operations.

use burn::tensor::{Device, Tensor, TensorData};
use burn_flex_kernels::{channel_maxima, channel_means, fork, subsample, sum};

fn maps(shape: [usize; 4], factor: usize, device: &Device) -> Tensor<4> {
    let len: usize = shape.iter().product();
    let values: Vec<f32> = (0..len)
        .map(|at| (at * factor % 29) as f32 - 11.0)
        .collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn values(tensor: Tensor<4>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

/// The gradient of `x` from the sum of `y` times a constant.
fn gradient(y: Tensor<4>, x: &Tensor<4>) -> Vec<f32> {
    let constant = maps(y.dims(), 17, &y.device());
    let gradients = (y * constant).sum().backward();
    values(x.grad(&gradients).unwrap())
}

const SHAPE: [usize; 4] = [3, 5, 4, 7];

/// Maps with the channels last in memory, and with the channels first.
fn leaves() -> [Tensor<4>; 2] {
    let device = &Device::flex().autodiff();
    let last = maps([3, 4, 7, 5], 7, device)
        .swap_dims(2, 3)
        .swap_dims(1, 2);
    [maps(SHAPE, 7, device), last].map(|x| x.detach().require_grad())
}

#[test]
fn the_gradients_of_both_branches_are_added() {
    for x in leaves() {
        let [a, b] = fork(x.clone());
        assert_eq!(values(a.clone()), values(x.clone()));
        // One branch changes the layout of its gradient.
        let found = gradient(a.clone() * a + b.swap_dims(2, 3).swap_dims(2, 3) * 3.0, &x);
        let expected = gradient(x.clone() * x.clone() + x.clone() * 3.0, &x);
        assert_eq!(found, expected);
    }
}

#[test]
fn forks_of_forks_add_all_gradients() {
    for x in leaves() {
        let [a, b] = fork(x.clone());
        let [b, c] = fork(b * 2.0);
        let found = gradient(sum(a, sum(b, c)), &x);
        assert_eq!(found, gradient(x.clone() * 5.0, &x));
    }
}

#[test]
fn a_fork_without_a_gradient_is_the_maps() {
    for device in [Device::flex(), Device::flex().autodiff()] {
        let x = maps(SHAPE, 7, &device);
        for branch in fork(x.clone()) {
            assert_eq!(values(branch), values(x.clone()));
        }
    }
}

#[test]
fn a_sum_passes_its_gradient_to_both() {
    for x in leaves() {
        let other = maps(SHAPE, 5, &x.device());
        let y = sum(x.clone(), other.clone());
        assert_eq!(values(y.clone()), values(x.clone() + other.clone()));
        // The other summand wants no gradient.
        assert_eq!(gradient(y, &x), gradient(x.clone() + other, &x));
        assert_eq!(
            gradient(sum(x.clone(), x.clone()), &x),
            gradient(x.clone() * 2.0, &x)
        );
    }
}

#[test]
#[should_panic(expected = "shapes of the summands")]
fn summands_of_other_shapes_are_refused() {
    let device = &Device::flex();
    let _ = sum(maps([1, 2, 3, 4], 1, device), maps([1, 2, 4, 3], 1, device));
}

#[test]
fn means_are_those_of_burn() {
    for x in leaves() {
        let means = |x: Tensor<4>| x.mean_dim(3).mean_dim(2);
        let (found, expected) = (channel_means(x.clone()), means(x.clone()));
        assert_eq!(found.dims(), [3, 5, 1, 1]);
        for (found, expected) in values(found.clone()).iter().zip(values(expected.clone())) {
            assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
        }
        let pairs = gradient(found, &x).into_iter().zip(gradient(expected, &x));
        for (found, expected) in pairs {
            assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
        }
    }
}

#[test]
fn maxima_are_those_of_burn() {
    for x in leaves() {
        let maxima = |x: Tensor<4>| x.reshape([3, 5, 28]).max_dim(2).reshape([3, 5, 1, 1]);
        let (found, expected) = (channel_maxima(x.clone()), maxima(x.clone()));
        assert_eq!(values(found.clone()), values(expected.clone()));
        // Each maximum with a gradient of its own.
        let weights = maps([3, 5, 1, 1], 9, &x.device());
        let gradients = [found, expected].map(|y| gradient(y * weights.clone(), &x));
        assert_eq!(gradients[0], gradients[1]);
        assert_eq!(
            gradients[0].iter().filter(|&&value| value != 0.0).count(),
            15
        );
    }
}

#[test]
fn the_first_of_equal_maxima_gets_the_gradient_and_a_nan_is_not_lost() {
    let device = &Device::flex().autodiff();
    let x = Tensor::<4>::from_floats([[[[1.0, 3.0, 3.0], [2.0, 3.0, 0.0]]]], device).require_grad();
    let found = gradient(channel_maxima(x.clone()), &x);
    let reached: Vec<bool> = found.iter().map(|&value| value != 0.0).collect();
    assert_eq!(reached, [false, true, false, false, false, false]);
    let x = Tensor::<4>::from_floats([[[[1.0, f32::NAN, 3.0]]]], device);
    assert!(values(channel_maxima(x))[0].is_nan());
}

#[test]
fn samples_lie_between_zeros() {
    for x in leaves() {
        let y = subsample(x.clone(), 2, 8);
        assert_eq!(y.dims(), [3, 8, 2, 4]);
        let taken = y.clone().slice([0..3, 1..6, 0..1, 3..4]);
        let expected = x.clone().slice([0..3, 0..5, 0..1, 6..7]);
        assert_eq!(values(taken), values(expected));
        let zeros = [0..1, 6..8].map(|channels| values(y.clone().slice([0..3, channels])));
        assert!(zeros.concat().into_iter().all(|value| value == 0.0));
        // Only every second pixel of every second row has a gradient.
        let found = gradient(y, &x);
        let reached = found.iter().enumerate().all(|(at, &value)| {
            let (row, column) = (at / 7 % 4, at % 7);
            value == 0.0 || (row % 2 == 0 && column % 2 == 0)
        });
        assert!(reached && found.iter().any(|&value| value != 0.0));
    }
}
