//! The gradients of a normalisation.

use super::channel_constants::{InputConstants, OutputConstants};
use super::columns::period;
use super::input_gradient::input_gradient;
use super::maps::NormLayer;
use super::pooled;
use super::sums::sums;
use crate::activation::Activation;
use crate::instructions::Instructions;

/// Everything that the gradients of a normalisation depend on.
#[derive(Clone, Copy, Debug)]
pub struct NormBackwardPass<'a> {
    /// The vector instructions that compute it.
    pub instructions: Instructions,
    /// The layer, with the operands of the forward pass.
    pub layer: NormLayer<'a>,
    /// Whether the statistics are those of the input, and so depend on it.
    pub of_this_batch: bool,
    /// The gradient with respect to the output, in the output's layout.
    pub gradient: &'a [f32],
    /// The output of the forward pass. Read only if the layer has an addend and a ReLU.
    pub output: &'a [f32],
}

impl NormBackwardPass<'_> {
    /// # Panics
    /// If a slice does not have the length that the layer implies.
    fn check(&self) {
        let layer = &self.layer;
        layer.check();
        let len = layer.shape.batch * layer.output_image_len();
        assert_eq!(self.gradient.len(), len, "gradient");
        if layer.addend.is_some() && layer.activation == Activation::Relu {
            assert_eq!(self.output.len(), len, "output");
        }
    }
}

/// The gradients of a loss.
#[derive(Clone, Debug)]
pub struct NormGradients {
    /// With respect to the input, in its layout.
    pub input: Vec<f32>,
    /// With respect to the scale, `[channels]`.
    pub scale: Vec<f32>,
    /// With respect to the shift, `[channels]`.
    pub shift: Vec<f32>,
    /// With respect to the addend, in its layout, if there is one and a ReLU follows. Without a ReLU it
    /// is the gradient of the output.
    pub addend: Option<Vec<f32>>,
}

/// The gradients with respect to input, scale, shift and addend.
///
/// # Panics
/// If a slice does not have the length that the layer implies, pooling has an addend, or the CPU lacks
/// the instructions.
pub fn norm_backward(pass: &NormBackwardPass<'_>) -> NormGradients {
    pass.check();
    let layer = &pass.layer;
    let channels = layer.shape.channels;
    let period = if layer.pools() {
        channels
    } else {
        period(channels, pass.instructions.lanes())
    };
    let output = OutputConstants::new(layer, period);
    let (sums, addend) = if layer.pools() {
        (pooled::sums(pass, &output), None)
    } else {
        sums(pass, &output, period)
    };
    let constants = InputConstants::new(pass, &sums, period);
    let input = if layer.pools() {
        pooled::input_gradient(pass, &output, &constants)
    } else {
        input_gradient(pass, &output, &constants, addend.as_deref(), period)
    };
    let inverse = layer.statistics.inverse_deviations(layer.epsilon);
    // Without pixels, the deviations are NaN, but a sum of nothing is 0.
    let scaled = |sum: f64, inverse: f64| match layer.shape.pixels() {
        0 => 0.0,
        _ => (sum * inverse) as f32,
    };
    let products = sums.product.iter().zip(inverse);
    NormGradients {
        input,
        scale: products
            .map(|(&sum, inverse)| scaled(sum, inverse))
            .collect(),
        shift: sums.gradient.iter().map(|&sum| sum as f32).collect(),
        addend,
    }
}
