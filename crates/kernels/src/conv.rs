//! A convolution with its activation, and the gradients of both.

use crate::activation::Activation;
use crate::algorithm::Algorithm;
use crate::buffers;
use crate::instructions::Instructions;
use crate::layer::{BackwardPass, Gradients, Layer, Mode};
use crate::output::Output;

/// Convolution, bias, addend and activation.
///
/// # Panics
/// If a slice does not have the length that the shape implies, an image has no values, the kernel
/// is larger than the padded image, an addend comes before pooling, or the CPU lacks the instructions.
pub fn forward(instructions: Instructions, layer: &Layer<'_>, mode: Mode) -> Output {
    layer.check();
    let len = layer.output_len();
    let records = mode == Mode::Training && layer.activation == Activation::ReluMaxPool;
    let mut output = Output {
        values: buffers::take(len),
        argmax: buffers::take(if records { len } else { 0 }),
    };
    if len > 0 {
        let algorithm = Algorithm::choose(&layer.shape, instructions.lanes());
        algorithm.forward(instructions, layer, &mut output);
    }
    output
}

/// The gradients with respect to input, weights and bias. That of an addend is the gradient before the
/// activation, and is not returned.
///
/// # Panics
/// If a slice does not have the length that the shape implies, an image has no values, the kernel
/// is larger than the padded image, or the CPU lacks the instructions.
pub fn backward(pass: &BackwardPass<'_>) -> Gradients {
    pass.check();
    if pass.gradient.is_empty() {
        return Gradients::zeros(&pass.layer, pass.wanted);
    }
    let algorithm = Algorithm::choose(&pass.layer.shape, pass.instructions.lanes());
    algorithm.backward(pass)
}
