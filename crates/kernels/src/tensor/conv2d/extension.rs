//! The operation as an extension of Burn's CPU back end, with and without gradients.

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::ops::{Backward, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};

use super::ConvConfig;
use super::gradient::{ForwardState, FusedConv2dBackward, FusedConv2dSumBackward};
use super::operands::Operands;
use crate::activation::Activation;
use crate::conv;
use crate::instructions::Instructions;
use crate::layer::Mode;
use crate::output::Output;

/// A back end that computes [`crate::fused_conv2d`] as one operation.
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

/// A back end that computes [`crate::fused_conv2d_sum`] as one operation.
#[backend_extension(Flex, Autodiff)]
pub(super) trait FusedConv2dSum: Backend {
    /// Convolution, bias, sum and activation. With gradients, there may be no activation.
    fn fused_conv2d_sum(
        input: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        addend: FloatTensor<Self>,
        config: ConvConfig,
        instructions: Instructions,
    ) -> FloatTensor<Self>;
}

impl FusedConv2dSum for Flex {
    fn fused_conv2d_sum(
        input: FlexTensor,
        weights: FlexTensor,
        bias: FlexTensor,
        addend: FlexTensor,
        config: ConvConfig,
        instructions: Instructions,
    ) -> FlexTensor {
        let operands = Operands::new(input, weights, bias, config).with_addend(addend);
        let output = conv::forward(instructions, &operands.layer(), Mode::Inference);
        operands.output(output.values)
    }
}

impl<C: CheckpointStrategy> FusedConv2dSum for Autodiff<Flex, C> {
    fn fused_conv2d_sum(
        input: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        addend: FloatTensor<Self>,
        config: ConvConfig,
        instructions: Instructions,
    ) -> FloatTensor<Self> {
        assert_eq!(
            config.activation,
            Activation::Identity,
            "an activation without a gradient"
        );
        let (input, input_node) = input.into_parts();
        let (weights, weights_node) = weights.into_parts();
        let (bias, bias_node) = bias.into_parts();
        let (addend, addend_node) = addend.into_parts();
        let prepared = FusedConv2dSumBackward
            .prepare::<C>([input_node, weights_node, bias_node, addend_node])
            .compute_bound()
            .stateful();
        let operands = Operands::new(input, weights, bias, config).with_addend(addend);
        let output = conv::forward(instructions, &operands.layer(), Mode::Training);
        let output = operands.output(output.values);
        match prepared {
            OpsKind::Tracked(tracked) => {
                let state = ForwardState {
                    operands: operands.without_addend(),
                    activation: None,
                    instructions,
                };
                tracked.finish(state, output)
            }
            OpsKind::UnTracked(untracked) => untracked.finish(output),
        }
    }
}
