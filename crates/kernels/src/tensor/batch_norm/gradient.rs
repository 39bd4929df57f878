//! The backward pass on Burn's tape.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients as Tape;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::backend::{Flex, TensorMetadata};

use super::Settings;
use super::operands::Operands;
use crate::norm::{NormBackwardPass, norm_backward};
use crate::tensor::layout::{contiguous, from_channels_last, values, with_channels_last};

/// The gradient of [`crate::batch_norm`], by input, scale, shift and, if there is one, addend.
#[derive(Debug)]
pub(super) struct FusedNormBackward;

/// What the gradient needs from the forward pass.
#[derive(Clone, Debug)]
pub(super) struct ForwardState {
    operands: Operands,
    /// The output, if the gradient reads it.
    output: Option<FlexTensor>,
    settings: Settings,
}

impl ForwardState {
    /// `output` has the channels last.
    pub(super) fn new(operands: Operands, output: &FlexTensor, settings: Settings) -> Self {
        let output = operands.keeps_output().then(|| output.clone());
        Self {
            operands,
            output,
            settings,
        }
    }
}

impl Backward<Flex, 3> for FusedNormBackward {
    type State = ForwardState;

    fn backward(self, ops: Ops<ForwardState, 3>, tape: &mut Tape, _: &mut Checkpointer) {
        let [input, scale, shift] = ops.parents.map(|parent| parent.map(|node| node.id));
        let gradient = tape.consume::<Flex>(&ops.node);
        register([input, scale, shift, None], gradient, &ops.state, tape);
    }
}

impl Backward<Flex, 4> for FusedNormBackward {
    type State = ForwardState;

    fn backward(self, ops: Ops<ForwardState, 4>, tape: &mut Tape, _: &mut Checkpointer) {
        let gradient = tape.consume::<Flex>(&ops.node);
        let nodes = ops.parents.map(|parent| parent.map(|node| node.id));
        register(nodes, gradient, &ops.state, tape);
    }
}

/// Computes the gradients and registers them with the nodes that want them.
fn register(
    [input, scale, shift, addend]: [Option<NodeId>; 4],
    gradient: FlexTensor,
    state: &ForwardState,
    tape: &mut Tape,
) {
    let gradient = with_channels_last(gradient);
    let operands = &state.operands;
    let gradients = norm_backward(&NormBackwardPass {
        instructions: state.settings.instructions,
        layer: operands.layer(),
        of_this_batch: state.settings.of_this_batch,
        gradient: values(&gradient),
        output: state.output.as_ref().map(values).unwrap_or_default(),
    });
    let shape = operands.input.shape();
    // Without an activation, the gradient of the addend is that of the output. A gradient that no node
    // wants becomes a tensor too, which returns its memory.
    let by_addend = match gradients.addend {
        Some(addend) => from_channels_last(addend, shape.clone()),
        None => gradient,
    };
    let by_input = from_channels_last(gradients.input, shape);
    if let Some(node) = addend {
        tape.register::<Flex>(node, by_addend);
    }
    if let Some(node) = input {
        tape.register::<Flex>(node, by_input);
    }
    if let Some(node) = scale {
        let gradient = contiguous(gradients.scale, operands.scale.shape());
        tape.register::<Flex>(node, gradient);
    }
    if let Some(node) = shift {
        let gradient = contiguous(gradients.shift, operands.shift.shape());
        tape.register::<Flex>(node, gradient);
    }
}

#[cfg(test)]
mod tests;
