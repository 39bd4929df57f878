//! A convolution with its activation, and the gradients of both.

use crate::direct;
use crate::epilogue::Activation;
use crate::instructions::Instructions;
use crate::pool;
use crate::shape::ConvShape;
use crate::winograd;

/// A convolution over a batch of images.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// Its shape.
    pub shape: ConvShape,
    /// Images with the channels last: `[batch, height, width, inputs]`.
    pub input: &'a [f32],
    /// PyTorch's layout: `[outputs, inputs, height, width]`.
    pub weights: &'a [f32],
    /// `[outputs]`.
    pub bias: &'a [f32],
    /// What follows the bias.
    pub activation: Activation,
}

/// What a convolution leaves.
#[derive(Clone, Debug)]
pub struct Output {
    /// `[batch, height, width, outputs]` after the activation.
    pub values: Vec<f32>,
    /// For [`Activation::ReluMaxPool`], where it is asked for: the place of each maximum in its
    /// window, 0 to 3 by rows, or 4 where it is not above 0. Else empty.
    pub route: Vec<f32>,
}

/// Which gradients are asked for; those of weights and bias always are.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The gradient of the input.
    pub input: bool,
}

/// The gradients of a loss.
#[derive(Clone, Debug)]
pub struct Gradients {
    /// By the input, `[batch, height, width, inputs]`, where asked for.
    pub input: Option<Vec<f32>>,
    /// By the weights, `[outputs, inputs, height, width]`.
    pub weights: Vec<f32>,
    /// By the bias, `[outputs]`.
    pub bias: Vec<f32>,
}

impl Layer<'_> {
    /// # Panics
    /// Where a slice has another length than the shape says, or an image has no values.
    fn check(&self) {
        let shape = &self.shape;
        assert!(shape.input_image() > 0, "images with values: {shape:?}");
        assert_eq!(self.input.len(), shape.batch * shape.input_image(), "input");
        assert_eq!(self.weights.len(), shape.weights(), "weights");
        assert_eq!(self.bias.len(), shape.outputs, "bias");
    }

    /// Values of the output.
    fn output_len(&self) -> usize {
        let [height, width] = self.activation.output_size(self.shape.output_size());
        self.shape.batch * height * width * self.shape.outputs
    }
}

/// Convolution, bias and activation; `route` asks for what the gradient of a maximum needs.
///
/// # Panics
/// Where a slice has another length than the shape says, an image has no values, the kernel does not
/// fit the padded image, or the CPU lacks the instructions.
pub fn forward(instructions: Instructions, layer: &Layer<'_>, route: bool) -> Output {
    layer.check();
    let len = layer.output_len();
    let pooled = layer.activation == Activation::ReluMaxPool;
    let mut output = Output {
        values: pool::take(len),
        route: pool::take(if route && pooled { len } else { 0 }),
    };
    if len == 0 {
        return output;
    }
    let forward = if winograd::applies(&layer.shape, instructions.lanes()) {
        winograd::forward
    } else {
        direct::forward
    };
    forward(instructions, layer, &mut output.values, &mut output.route);
    output
}

/// The gradients by input, weights and bias, from the gradient by the output.
///
/// `seen` is what the activation has to remember: nothing for [`Activation::Identity`], the output's
/// values for [`Activation::Relu`], its route for [`Activation::ReluMaxPool`].
///
/// # Panics
/// Where a slice has another length than the shape says, an image has no values, the kernel does not
/// fit the padded image, or the CPU lacks the instructions.
pub fn backward(
    instructions: Instructions,
    layer: &Layer<'_>,
    gradient: &[f32],
    seen: &[f32],
    wanted: Wanted,
) -> Gradients {
    layer.check();
    assert_eq!(gradient.len(), layer.output_len(), "gradient");
    if layer.activation == Activation::Identity {
        assert!(seen.is_empty(), "the identity remembers nothing");
    } else {
        assert_eq!(seen.len(), gradient.len(), "what the activation remembers");
    }
    if gradient.is_empty() {
        return Gradients {
            input: wanted.input.then(|| vec![0.0; layer.input.len()]),
            weights: vec![0.0; layer.weights.len()],
            bias: vec![0.0; layer.bias.len()],
        };
    }
    let backward = if winograd::applies(&layer.shape, instructions.lanes()) {
        winograd::backward
    } else {
        direct::backward
    };
    backward(instructions, layer, gradient, seen, wanted)
}
