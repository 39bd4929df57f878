//! The operation as an extension of Burn's CPU back end, with and without gradients.

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::ops::{Backward, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};

use super::ConvConfig;
use super::gradient::{ForwardState, FusedConv2dBackward};
use super::operands::Operands;
use crate::activation::Activation;
use crate::conv;
use crate::instructions::Instructions;
use crate::layer::{Mode, Output};

/// A back end that computes [`crate::conv2d`] as one operation.
#[backend_extension(Flex, Autodiff)]
pub(super) trait FusedConv2d: Backend {
    /// Convolution, bias and activation.
    fn fused_conv2d(
        input: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        config: ConvConfig,
        instructions: Instructions,
    ) -> FloatTensor<Self>;
}

impl FusedConv2d for Flex {
    fn fused_conv2d(
        input: FlexTensor,
        weights: FlexTensor,
        bias: FlexTensor,
        config: ConvConfig,
        instructions: Instructions,
    ) -> FlexTensor {
        let operands = Operands::new(input, weights, bias, config);
        let output = conv::forward(instructions, &operands.layer(), Mode::Inference);
        operands.output(output.values)
    }
}

impl<C: CheckpointStrategy> FusedConv2d for Autodiff<Flex, C> {
    fn fused_conv2d(
        input: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        config: ConvConfig,
        instructions: Instructions,
    ) -> FloatTensor<Self> {
        let (input, input_node) = input.into_parts();
        let (weights, weights_node) = weights.into_parts();
        let (bias, bias_node) = bias.into_parts();
        let prepared = FusedConv2dBackward
            .prepare::<C>([input_node, weights_node, bias_node])
            .compute_bound()
            .stateful();
        match prepared {
            OpsKind::Tracked(tracked) => {
                let operands = Operands::new(input, weights, bias, config);
                let output = conv::forward(instructions, &operands.layer(), Mode::Training);
                let Output { values, argmax } = output;
                let values = operands.output(values);
                let state = match config.activation {
                    Activation::Identity => None,
                    Activation::Relu => Some(values.clone()),
                    Activation::ReluMaxPool => Some(operands.output(argmax)),
                };
                let state = ForwardState {
                    operands,
                    activation: state,
                    instructions,
                };
                tracked.finish(state, values)
            }
            OpsKind::UnTracked(untracked) => {
                let output = Flex::fused_conv2d(input, weights, bias, config, instructions);
                untracked.finish(output)
            }
        }
    }
}
