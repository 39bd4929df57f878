//! The operation as an extension of Burn's CPU back end, with and without gradients.

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::ops::{Backward, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, TensorMetadata, backend_extension};
use burn::tensor::Shape;

use super::Settings;
use super::gradient::{ForwardState, FusedNormBackward};
use super::operands::Operands;
use crate::instructions::Instructions;
use crate::norm::{norm_forward, statistics};
use crate::tensor::layout::{contiguous, values, with_channels_last};

/// A back end that computes the statistics of a batch, without gradients.
#[backend_extension(Flex)]
pub(super) trait ChannelStatistics: Backend {
    /// Mean and variance of each channel.
    fn channel_statistics(
        input: FloatTensor<Self>,
        instructions: Instructions,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
}

impl ChannelStatistics for Flex {
    fn channel_statistics(
        input: FlexTensor,
        instructions: Instructions,
    ) -> (FlexTensor, FlexTensor) {
        let [_, channels, _, _] = input.shape().dims();
        let input = with_channels_last(input);
        let statistics = statistics(instructions, values(&input), channels);
        let [mean, variance] = [statistics.mean, statistics.variance]
            .map(|values| contiguous(values, Shape::new([channels])));
        (mean, variance)
    }
}

/// A back end that computes [`crate::batch_norm`] as one operation, from known statistics.
#[backend_extension(Flex, Autodiff)]
pub(super) trait FusedNorm: Backend {
    /// Normalisation and activation.
    fn fused_norm(
        input: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        settings: Settings,
    ) -> FloatTensor<Self>;

    /// Normalisation, addition and activation.
    fn fused_norm_sum(
        input: FloatTensor<Self>,
        addend: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        settings: Settings,
    ) -> FloatTensor<Self>;
}

/// The operands and the output.
fn compute(
    input: FlexTensor,
    addend: Option<FlexTensor>,
    parameters: [FlexTensor; 2],
    statistics: [FlexTensor; 2],
    settings: Settings,
) -> (Operands, FlexTensor) {
    let operands = Operands::new(input, addend, parameters, statistics, settings.config);
    let values = norm_forward(settings.instructions, &operands.layer());
    let output = operands.output(values);
    (operands, output)
}

impl FusedNorm for Flex {
    fn fused_norm(
        input: FlexTensor,
        scale: FlexTensor,
        shift: FlexTensor,
        mean: FlexTensor,
        variance: FlexTensor,
        settings: Settings,
    ) -> FlexTensor {
        compute(input, None, [scale, shift], [mean, variance], settings).1
    }

    fn fused_norm_sum(
        input: FlexTensor,
        addend: FlexTensor,
        scale: FlexTensor,
        shift: FlexTensor,
        mean: FlexTensor,
        variance: FlexTensor,
        settings: Settings,
    ) -> FlexTensor {
        let statistics = [mean, variance];
        compute(input, Some(addend), [scale, shift], statistics, settings).1
    }
}

impl<C: CheckpointStrategy> FusedNorm for Autodiff<Flex, C> {
    fn fused_norm(
        input: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        settings: Settings,
    ) -> FloatTensor<Self> {
        let (input, input_node) = input.into_parts();
        let (scale, scale_node) = scale.into_parts();
        let (shift, shift_node) = shift.into_parts();
        let statistics = [mean, variance].map(|statistic| statistic.into_parts().0);
        let (operands, output) = compute(input, None, [scale, shift], statistics, settings);
        let prepared = FusedNormBackward.prepare::<C>([input_node, scale_node, shift_node]);
        match prepared.compute_bound().stateful() {
            OpsKind::Tracked(tracked) => {
                tracked.finish(ForwardState::new(operands, &output, settings), output)
            }
            OpsKind::UnTracked(untracked) => untracked.finish(output),
        }
    }

    fn fused_norm_sum(
        input: FloatTensor<Self>,
        addend: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        settings: Settings,
    ) -> FloatTensor<Self> {
        let (input, input_node) = input.into_parts();
        let (addend, addend_node) = addend.into_parts();
        let (scale, scale_node) = scale.into_parts();
        let (shift, shift_node) = shift.into_parts();
        let statistics = [mean, variance].map(|statistic| statistic.into_parts().0);
        let parameters = [scale, shift];
        let (operands, output) = compute(input, Some(addend), parameters, statistics, settings);
        let nodes = [input_node, scale_node, shift_node, addend_node];
        match FusedNormBackward
            .prepare::<C>(nodes)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(tracked) => {
                tracked.finish(ForwardState::new(operands, &output, settings), output)
            }
            OpsKind::UnTracked(untracked) => untracked.finish(output),
        }
    }
}
