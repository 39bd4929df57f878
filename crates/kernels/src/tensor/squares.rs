//! Sums of squares and multiples as operations on Burn's tensors.

use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Shape, Tensor};

use super::layout::{contiguous, values};
use super::own_instructions;
use crate::instructions::Instructions;
use crate::squares;

/// The sum of the squares of all values, without gradients.
///
/// # Shapes
/// Any shape to `[1]`.
///
/// # Example
/// ```
/// use burn::tensor::{Device, Tensor};
///
/// let values = Tensor::<2>::from_data([[3.0, 0.0], [0.0, -4.0]], &Device::flex());
/// assert_eq!(burn_flex_kernels::sum_of_squares(values).into_scalar::<f32>(), 25.0);
/// ```
pub fn sum_of_squares<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    match instructions_for(&x) {
        Some(instructions) => {
            Tensor::from_dispatch(Dispatch::squares_of(x.into_dispatch(), instructions))
        }
        None => (x.clone() * x).sum(),
    }
}

/// `x` times `factor`, without gradients. On the CPU, a factor of 1 costs nothing.
///
/// # Shapes
/// `factor` is `[1]`; the result has the shape of `x`.
///
/// # Example
/// ```
/// use burn::tensor::{Device, Tensor};
///
/// let device = Device::flex();
/// let values = Tensor::<2>::from_data([[3.0, 0.0], [0.0, -4.0]], &device);
/// let halves = burn_flex_kernels::scaled(values, Tensor::from_data([0.5], &device));
/// assert_eq!(halves.into_data().iter::<f32>().collect::<Vec<_>>(), [1.5, 0.0, 0.0, -2.0]);
/// ```
pub fn scaled<const D: usize>(x: Tensor<D>, factor: Tensor<1>) -> Tensor<D> {
    match instructions_for(&x) {
        Some(_) => Tensor::from_dispatch(Dispatch::multiple_of(
            x.into_dispatch(),
            factor.into_dispatch(),
        )),
        None => x * factor.reshape([1; D]),
    }
}

fn instructions_for<const D: usize>(x: &Tensor<D>) -> Option<Instructions> {
    let has_gradients = x.device().is_autodiff();
    own_instructions(&x.device(), &[x.dtype()]).filter(|_| !has_gradients)
}

/// A back end that computes both on all threads.
#[backend_extension(Flex)]
trait Squares: Backend {
    fn squares_of(x: FloatTensor<Self>, instructions: Instructions) -> FloatTensor<Self>;

    fn multiple_of(x: FloatTensor<Self>, factor: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl Squares for Flex {
    fn squares_of(x: FlexTensor, instructions: Instructions) -> FlexTensor {
        let x = x.to_contiguous();
        let sum = squares::sum_of_squares(instructions, values(&x));
        contiguous(vec![sum], Shape::new([1]))
    }

    fn multiple_of(x: FlexTensor, factor: FlexTensor) -> FlexTensor {
        let factor = values(&factor.to_contiguous())[0];
        if factor == 1.0 {
            return x;
        }
        let x = x.to_contiguous();
        contiguous(squares::scaled(values(&x), factor), x.shape())
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    /// A linear layer's gradient may come transposed.
    #[test]
    fn both_agree_with_burns_operations() {
        let values: Vec<f32> = (0..40_000)
            .map(|index| (index % 89) as f32 - 44.0)
            .collect();
        let data = TensorData::new(values, [200, 200]);
        let x = Tensor::<2>::from_data(data, &Device::flex()).transpose();
        let sum = sum_of_squares(x.clone()).into_scalar::<f32>();
        let expected = (x.clone() * x.clone()).sum().into_scalar::<f32>();
        assert!(
            (sum - expected).abs() < 1e-5 * expected,
            "{sum} and {expected}"
        );
        for factor in [0.37_f32, 1.0] {
            let products = scaled(x.clone(), Tensor::from_data([factor], &Device::flex()));
            assert_eq!(products.to_data(), (x.clone() * factor).to_data());
        }
    }
}
