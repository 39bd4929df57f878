//! Soft targets: what a network should say about a mixed sample.

use burn::tensor::{Int, Tensor};

use crate::draw::mixing::Targets;
use crate::image::mix;

/// The soft targets of mixed samples: λ of each sample's class and 1 − λ of its partner's.
///
/// # Formula
/// y = λ yᵢ + (1 − λ) yⱼ, where yᵢ has a 1 at the class of sample i and is 0 elsewhere.
///
/// # Shapes
/// `labels` and `partners` are classes below `classes`, `[rows]`; `lambda` is f32 `[rows, 1]`. Returns f32
/// `[rows, classes]`; every row sums to 1. All are on one device.
///
/// # Source
/// Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018, equation 1.
///
/// # Example
/// ```
/// use burn::tensor::{Device, Int, Tensor};
///
/// let device = Device::flex();
/// let cat_and_dog = Tensor::<1, Int>::from_ints([0, 1], &device);
/// let dog_and_dog = Tensor::<1, Int>::from_ints([1, 1], &device);
/// let lambda = Tensor::<2>::from_floats([[0.75], [0.75]], &device);
/// let targets = mixup_data::soft_targets(cat_and_dog, dog_and_dog, lambda, 2);
/// assert_eq!(targets.into_data().iter::<f32>().collect::<Vec<_>>(), [0.75, 0.25, 0.0, 1.0]);
/// ```
pub fn soft_targets(
    labels: Tensor<1, Int>,
    partners: Tensor<1, Int>,
    lambda: Tensor<2>,
    classes: usize,
) -> Tensor<2> {
    mix(one_hot(labels, classes), one_hot(partners, classes), lambda)
}

/// As [`soft_targets`], by one of the [`Targets`] and with label smoothing.
///
/// The slip gives y = λ (yᵢ ∪ yⱼ). Smoothing s turns y into (1 − s) y + s / classes.
pub(crate) fn targets_by(
    rule: Targets,
    smoothing: f64,
    [labels, partners]: [Tensor<1, Int>; 2],
    lambda: Tensor<2>,
    classes: usize,
) -> Tensor<2> {
    let mixed = match rule {
        Targets::Formula => soft_targets(labels, partners, lambda, classes),
        Targets::AsPrinted => {
            let either = one_hot(labels, classes).max_pair(one_hot(partners, classes));
            either * lambda
        }
    };
    if smoothing == 0.0 {
        return mixed;
    }
    mixed * (1.0 - smoothing) + smoothing / classes as f64
}

/// 1 at the class of each row and 0 elsewhere: `[rows]` to f32 `[rows, classes]`.
///
/// Burn's own `one_hot` reads the labels back to check them, and training must not wait for the device.
fn one_hot(labels: Tensor<1, Int>, classes: usize) -> Tensor<2> {
    let numbers = Tensor::<1, Int>::arange(0..classes as i64, &labels.device());
    let numbers = numbers.cast(labels.dtype()).unsqueeze::<2>();
    labels.unsqueeze_dim::<2>(1).equal(numbers).float()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn values(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    fn labels(labels: &[i32]) -> Tensor<1, Int> {
        Tensor::from_data(labels, &Device::flex())
    }

    #[test]
    fn one_hot_rows_have_a_one_at_their_class() {
        let rows = values(one_hot(labels(&[2, 0]), 3));
        assert_eq!(rows, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn the_slip_writes_lambda_at_both_classes() {
        let lambda = Tensor::from_data([[0.25_f32], [0.75]], &Device::flex());
        let both = [labels(&[0, 1]), labels(&[2, 1])];
        let rows = values(targets_by(Targets::AsPrinted, 0.0, both, lambda, 3));
        assert_eq!(rows, [0.25, 0.0, 0.25, 0.0, 0.75, 0.0]);
    }

    #[test]
    fn smoothing_moves_a_share_to_all_classes() {
        let lambda = Tensor::from_data([[1.0_f32]], &Device::flex());
        let both = [labels(&[1]), labels(&[0])];
        let rows = values(targets_by(Targets::Formula, 0.2, both, lambda, 4));
        for (found, expected) in rows.iter().zip([0.05, 0.85, 0.05, 0.05]) {
            assert!((found - expected).abs() < 1e-6, "{rows:?}");
        }
    }

    #[test]
    fn there_may_be_more_classes_than_a_byte_can_count() {
        let rows = values(one_hot(labels(&[999]), 1000));
        assert_eq!(rows.iter().position(|&value| value == 1.0), Some(999));
        assert_eq!(rows.iter().sum::<f32>(), 1.0);
    }
}
