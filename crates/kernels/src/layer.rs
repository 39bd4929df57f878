//! A convolution with its operands, and the values that enter its backward pass and leave it.

use crate::activation::Activation;
use crate::instructions::Instructions;
use crate::shape::ConvShape;

/// A convolution over a batch of images.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// Batch, channels and geometry.
    pub shape: ConvShape,
    /// Images with the channels last: `[batch, height, width, inputs]`.
    pub input: &'a [f32],
    /// PyTorch's layout: `[outputs, inputs, height, width]`.
    pub weights: &'a [f32],
    /// One value per output channel: `[outputs]`.
    pub bias: &'a [f32],
    /// What is added after the bias, in the output's layout; empty for nothing. Not with pooling.
    pub addend: &'a [f32],
    /// What is applied after the bias and the addend.
    pub activation: Activation,
}

impl Layer<'_> {
    /// # Panics
    /// If a slice does not have the length that the shape implies, images have no values, or an addend comes
    /// before pooling.
    pub(crate) fn check(&self) {
        let shape = &self.shape;
        assert!(shape.input_image_len() > 0, "images with values: {shape:?}");
        assert_eq!(
            self.input.len(),
            shape.batch * shape.input_image_len(),
            "input"
        );
        assert_eq!(self.weights.len(), shape.weights_len(), "weights");
        assert_eq!(self.bias.len(), shape.outputs, "bias");
        if !self.addend.is_empty() {
            assert_eq!(self.addend.len(), self.output_len(), "addend");
            assert_ne!(
                self.activation,
                Activation::ReluMaxPool,
                "no addend before pooling"
            );
        }
    }

    /// Number of values in the output of the whole batch.
    pub(crate) fn output_len(&self) -> usize {
        let [height, width] = self.activation.output_size(self.shape.output_size());
        self.shape.batch * height * width * self.shape.outputs
    }
}

/// Whether a backward pass will follow a forward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Only the output is needed.
    Inference,
    /// The forward pass also records what the gradient of a maximum needs.
    Training,
}

/// Everything that a backward pass reads.
#[derive(Clone, Copy, Debug)]
pub struct BackwardPass<'a> {
    /// The vector instructions that compute it.
    pub instructions: Instructions,
    /// The layer, with the operands of the forward pass.
    pub layer: Layer<'a>,
    /// The gradient with respect to the output, in the output's layout.
    pub gradient: &'a [f32],
    /// What the activation needs from the forward pass: nothing for [`Activation::Identity`], the
    /// output's values for [`Activation::Relu`], its argmax for [`Activation::ReluMaxPool`].
    pub state: &'a [f32],
    /// Which gradients are computed.
    pub wanted: WantedGradients,
}

impl BackwardPass<'_> {
    /// # Panics
    /// If a slice does not have the length that the layer implies.
    pub(crate) fn check(&self) {
        self.layer.check();
        assert_eq!(self.gradient.len(), self.layer.output_len(), "gradient");
        if self.layer.activation == Activation::Identity {
            assert!(
                self.state.is_empty(),
                "no state for an activation that is the identity"
            );
        } else {
            assert_eq!(
                self.state.len(),
                self.gradient.len(),
                "state of the activation"
            );
        }
    }
}

/// Which gradients a backward pass computes. Those of the weights and the bias always are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedGradients {
    /// The gradient with respect to the input.
    pub input: bool,
}

/// The gradients of a loss.
#[derive(Clone, Debug)]
pub struct Gradients {
    /// With respect to the input, `[batch, height, width, inputs]`, if it was wanted.
    pub input: Option<Vec<f32>>,
    /// With respect to the weights, `[outputs, inputs, height, width]`.
    pub weights: Vec<f32>,
    /// With respect to the bias, `[outputs]`.
    pub bias: Vec<f32>,
}

impl Gradients {
    /// The gradients of a layer whose output has no values.
    pub(crate) fn zeros(layer: &Layer<'_>, wanted: WantedGradients) -> Self {
        Self {
            input: wanted.input.then(|| vec![0.0; layer.input.len()]),
            weights: vec![0.0; layer.weights.len()],
            bias: vec![0.0; layer.bias.len()],
        }
    }
}
