//! The mean of each channel of each image, as an operation on Burn's tensors.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients as Tape;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Shape, Tensor};

use super::layout::{contiguous, from_channels_last, values, with_channels_last};
use super::own_instructions;
use crate::elementwise;

/// The mean over the pixels of each image and channel (global average pooling).
///
/// # Shapes
/// `[batch, channels, height, width]` to `[batch, channels, 1, 1]`.
pub fn channel_means(x: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let has_values = batch * channels * height * width > 0;
    match own_instructions(&x.device(), &[x.dtype()]).filter(|_| has_values) {
        Some(_) => Tensor::from_dispatch(Dispatch::means_of_channels(x.into_dispatch())),
        None => x
            .reshape([batch, channels, height * width])
            .mean_dim(2)
            .reshape([batch, channels, 1, 1]),
    }
}

/// A back end that computes [`channel_means`] on all threads.
#[backend_extension(Flex, Autodiff)]
trait MeansOfChannels: Backend {
    fn means_of_channels(x: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl MeansOfChannels for Flex {
    fn means_of_channels(x: FlexTensor) -> FlexTensor {
        let [batch, channels, height, width] = x.shape().dims();
        let x = with_channels_last(x);
        let means = elementwise::channel_means(values(&x), height * width, channels);
        contiguous(means, Shape::new([batch, channels, 1, 1]))
    }
}

impl<C: CheckpointStrategy> MeansOfChannels for Autodiff<Flex, C> {
    fn means_of_channels(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let (x, node) = x.into_parts();
        let shape = x.shape();
        let output = Flex::means_of_channels(x);
        match MeansBackward
            .prepare::<C>([node])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(tracked) => tracked.finish(shape, output),
            OpsKind::UnTracked(untracked) => untracked.finish(output),
        }
    }
}

/// Every pixel gets its share of the gradient. The state is the shape of the maps.
#[derive(Debug)]
struct MeansBackward;

impl Backward<Flex, 1> for MeansBackward {
    type State = Shape;

    fn backward(self, ops: Ops<Shape, 1>, tape: &mut Tape, _: &mut Checkpointer) {
        let gradient = tape.consume::<Flex>(&ops.node).to_contiguous();
        let [parent] = ops.parents;
        if let Some(parent) = parent {
            let [_, channels, height, width] = ops.state.dims();
            let pixels = height * width;
            let gradient = elementwise::channel_means_backward(values(&gradient), pixels, channels);
            tape.register::<Flex>(parent.id, from_channels_last(gradient, ops.state));
        }
    }
}
