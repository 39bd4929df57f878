//! The backward pass on Burn's tape.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients as Tape;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::backend::{Flex, TensorMetadata};

use super::operands::Operands;
use crate::conv;
use crate::instructions::Instructions;
use crate::layer::{BackwardPass, WantedGradients};
use crate::tensor::layout::{contiguous, from_channels_last, values, with_channels_last};

/// The gradient of [`crate::fused_conv2d`], by input, weights and bias.
#[derive(Debug)]
pub(super) struct FusedConv2dBackward;

/// The gradient of [`crate::fused_conv2d_sum`] without activation, by input, weights, bias and addend.
#[derive(Debug)]
pub(super) struct FusedConv2dSumBackward;

/// What the gradient needs from the forward pass.
#[derive(Clone, Debug)]
pub(super) struct ForwardState {
    pub(super) operands: Operands,
    /// The state of the activation, with the channels last.
    pub(super) activation: Option<FlexTensor>,
    pub(super) instructions: Instructions,
}

impl Backward<Flex, 3> for FusedConv2dBackward {
    type State = ForwardState;

    fn backward(
        self,
        ops: Ops<ForwardState, 3>,
        tape: &mut Tape,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = with_channels_last(tape.consume::<Flex>(&ops.node));
        let parents = ops.parents.map(|node| node.map(|node| node.id));
        ops.state.register_gradients(gradient, parents, tape);
    }
}

impl Backward<Flex, 4> for FusedConv2dSumBackward {
    type State = ForwardState;

    fn backward(
        self,
        ops: Ops<ForwardState, 4>,
        tape: &mut Tape,
        _checkpointer: &mut Checkpointer,
    ) {
        let [input, weights, bias, addend] = ops.parents.map(|node| node.map(|node| node.id));
        let gradient = with_channels_last(tape.consume::<Flex>(&ops.node));
        if let Some(node) = addend {
            tape.register::<Flex>(node, gradient.clone());
        }
        ops.state
            .register_gradients(gradient, [input, weights, bias], tape);
    }
}

impl ForwardState {
    /// Computes the gradients of input, weights and bias from the output's, and adds them to the tape.
    fn register_gradients(
        self,
        gradient: FlexTensor,
        [input, weights, bias]: [Option<NodeId>; 3],
        tape: &mut Tape,
    ) {
        let Self {
            operands,
            activation,
            instructions,
        } = self;
        let gradients = conv::backward(&BackwardPass {
            instructions,
            layer: operands.layer(),
            gradient: values(&gradient),
            state: activation.as_ref().map(values).unwrap_or_default(),
            wanted: WantedGradients {
                input: input.is_some(),
            },
        });
        if let (Some(node), Some(gradient)) = (input, gradients.input) {
            let shape = operands.input.shape();
            tape.register::<Flex>(node, from_channels_last(gradient, shape));
        }
        // A gradient that no tensor wants becomes one too, so that its memory is used again.
        let weights_gradient = contiguous(gradients.weights, operands.weights.shape());
        if let Some(node) = weights {
            tape.register::<Flex>(node, weights_gradient);
        }
        if let Some(node) = bias {
            let gradient = contiguous(gradients.bias, operands.bias.shape());
            tape.register::<Flex>(node, gradient);
        }
    }
}

#[cfg(test)]
mod tests;
