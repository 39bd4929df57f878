//! The norm of all gradients together, and a bound of it.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use burn_flex_kernels::{scaled, sum_of_squares};

/// Added to the norm, so that gradients of 0 stay 0.
const TINY: f64 = 1e-6;

/// `gradients` of `module`, multiplied by one factor such that their norm is at most `limit`. The norm is the root of the
/// sum of all squares. Nothing waits for the device.
///
/// # Source
/// Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013, as
/// `torch.nn.utils.clip_grad_norm_` computes it.
pub fn clipped<M: Module>(module: &M, gradients: GradientsParams, limit: f64) -> GradientsParams {
    let mut squares = Squares {
        gradients: &gradients,
        sum: None,
    };
    module.visit(&mut squares);
    let Some(sum) = squares.sum else {
        return gradients;
    };
    let factor = ((sum.sqrt() + TINY).recip() * limit).clamp_max(1.0);
    let mut scaled = Scaled { gradients, factor };
    module.visit(&mut scaled);
    scaled.gradients
}

/// Adds up the squares of all gradients: `[1]`.
struct Squares<'a> {
    gradients: &'a GradientsParams,
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for Squares<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            let squares = sum_of_squares(gradient);
            self.sum = Some(match self.sum.take() {
                Some(sum) => sum + squares,
                None => squares,
            });
        }
    }
}

/// Multiplies all gradients by a factor, `[1]`.
struct Scaled {
    gradients: GradientsParams,
    factor: Tensor<1>,
}

impl ModuleVisitor for Scaled {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(param.id) {
            let gradient = scaled(gradient, self.factor.clone());
            self.gradients.register(param.id, gradient);
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::nn::{Linear, LinearConfig};
    use burn::tensor::Device;
    use proptest::prelude::*;

    use super::*;

    /// Gradients with these values for a layer of two inputs and two outputs.
    fn gradients(values: [f32; 6]) -> (Linear, GradientsParams) {
        let device = Device::flex();
        let layer = LinearConfig::new(2, 2).init(&device);
        let mut gradients = GradientsParams::new();
        let weight = Tensor::<1>::from_data(&values[..4], &device).reshape([2, 2]);
        gradients.register(layer.weight.id, weight);
        let bias = Tensor::<1>::from_data(&values[4..], &device);
        gradients.register(layer.bias.as_ref().unwrap().id, bias);
        (layer, gradients)
    }

    fn clipped_values(values: [f32; 6], limit: f64) -> Vec<f32> {
        let (layer, gradients) = gradients(values);
        let clipped = clipped(&layer, gradients, limit);
        let weight = clipped.get::<2>(layer.weight.id).unwrap();
        let bias = clipped.get::<1>(layer.bias.as_ref().unwrap().id).unwrap();
        let all =
            [weight.flatten::<1>(0, 1), bias].map(|part| part.into_data().try_into_vec::<f32>());
        all.into_iter().flat_map(Result::unwrap).collect()
    }

    proptest! {
        #[test]
        fn the_norm_is_that_of_all_gradients_together(
            values in prop::array::uniform6(-10.0_f32..10.0),
            limit in 0.01_f64..40.0,
        ) {
            let norm = values.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt();
            let factor = (limit / (norm + TINY)).min(1.0);
            for (found, value) in clipped_values(values, limit).into_iter().zip(values) {
                let expected = f64::from(value) * factor;
                prop_assert!((f64::from(found) - expected).abs() < 1e-5, "{} and {}", found, expected);
            }
        }
    }

    #[test]
    fn small_gradients_keep_their_bits() {
        let values = [0.1, -0.2, 0.3, 0.0, 0.05, -0.07];
        assert_eq!(clipped_values(values, 1.0), values);
        assert_eq!(clipped_values([0.0; 6], 1.0), [0.0; 6]);
    }
}
