//! Every few pixels of maps, with more channels, as an operation on Burn's tensors.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients as Tape;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::ops::PadMode;
use burn::tensor::{Shape, Tensor, s};

use super::layout::{from_channels_last, values, with_channels_last};
use super::own_instructions;
use crate::elementwise::Subsample;

/// Every `stride`-th pixel in each direction, between channels of zeros up to `channels`.
///
/// Half of the zero channels come first, rounded down. This is the shortcut without parameters of the
/// first residual networks.
///
/// # Shapes
/// `[batch, inputs, height, width]` to `[batch, channels, height / stride, width / stride]`, rounded up.
///
/// # Panics
/// If there are fewer `channels` than inputs, or the stride is 0.
///
/// # Source
/// He et al., "Deep Residual Learning for Image Recognition", 2016, option A in section 4.2.
pub fn subsample(x: Tensor<4>, stride: usize, channels: usize) -> Tensor<4> {
    let [batch, inputs, height, width] = x.dims();
    assert!(channels >= inputs, "no fewer channels than {inputs}");
    if (stride, channels) == (1, inputs) {
        return x;
    }
    if own_instructions(&x.device(), &[x.dtype()]).is_none() {
        return composed(x, stride, channels);
    }
    let samples = Subsample {
        batch,
        size: [height, width],
        inputs,
        outputs: channels,
        stride,
    };
    Tensor::from_dispatch(Dispatch::subsampled(x.into_dispatch(), samples))
}

/// Composes the operation of Burn's own ones.
fn composed(x: Tensor<4>, stride: usize, channels: usize) -> Tensor<4> {
    let x = match stride {
        1 => x,
        _ => x.slice(s![.., .., ..;stride, ..;stride]),
    };
    let missing = channels - x.dims()[1];
    if missing == 0 {
        return x;
    }
    let front = missing / 2;
    let pairs = [(front, missing - front), (0, 0), (0, 0)];
    x.pad(pairs, PadMode::Constant(0.0))
}

/// A back end that computes [`subsample`] as one operation.
#[backend_extension(Flex, Autodiff)]
trait Subsampled: Backend {
    fn subsampled(x: FloatTensor<Self>, samples: Subsample) -> FloatTensor<Self>;
}

impl Subsampled for Flex {
    fn subsampled(x: FlexTensor, samples: Subsample) -> FlexTensor {
        let x = with_channels_last(x);
        let [height, width] = samples.output_size();
        let shape = Shape::new([samples.batch, samples.outputs, height, width]);
        from_channels_last(samples.forward(values(&x)), shape)
    }
}

impl<C: CheckpointStrategy> Subsampled for Autodiff<Flex, C> {
    fn subsampled(x: FloatTensor<Self>, samples: Subsample) -> FloatTensor<Self> {
        let (x, node) = x.into_parts();
        let output = Flex::subsampled(x, samples);
        match SubsampledBackward
            .prepare::<C>([node])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(tracked) => tracked.finish(samples, output),
            OpsKind::UnTracked(untracked) => untracked.finish(output),
        }
    }
}

/// The gradient of a pixel that was taken is its sample's, that of any other is 0.
#[derive(Debug)]
struct SubsampledBackward;

impl Backward<Flex, 1> for SubsampledBackward {
    type State = Subsample;

    fn backward(self, ops: Ops<Subsample, 1>, tape: &mut Tape, _: &mut Checkpointer) {
        let gradient = with_channels_last(tape.consume::<Flex>(&ops.node));
        let [parent] = ops.parents;
        if let Some(parent) = parent {
            let samples = ops.state;
            let [height, width] = samples.size;
            let shape = Shape::new([samples.batch, samples.inputs, height, width]);
            let gradient = from_channels_last(samples.backward(values(&gradient)), shape);
            tape.register::<Flex>(parent.id, gradient);
        }
    }
}
