//! The largest value of each channel of each image, as an operation on Burn's tensors.

use std::sync::Arc;

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

/// The largest value over the pixels of each image and channel (global max pooling). If several are the largest, the first
/// one gets the gradient.
///
/// # Shapes
/// `[batch, channels, height, width]` to `[batch, channels, 1, 1]`.
pub fn channel_maxima(x: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let has_values = batch * channels * height * width > 0;
    match own_instructions(&x.device(), &[x.dtype()]).filter(|_| has_values) {
        Some(_) => Tensor::from_dispatch(Dispatch::maxima_of_channels(x.into_dispatch())),
        None => x
            .reshape([batch, channels, height * width])
            .max_dim(2)
            .reshape([batch, channels, 1, 1]),
    }
}

/// A back end that computes [`channel_maxima`] on all threads.
#[backend_extension(Flex, Autodiff)]
trait MaximaOfChannels: Backend {
    fn maxima_of_channels(x: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// The maxima, and the pixel of each.
fn maxima(x: FlexTensor) -> (FlexTensor, Vec<u32>) {
    let [batch, channels, height, width] = x.shape().dims();
    let x = with_channels_last(x);
    let (maxima, pixels) = elementwise::channel_maxima(values(&x), height * width, channels);
    let maxima = contiguous(maxima, Shape::new([batch, channels, 1, 1]));
    (maxima, pixels)
}

impl MaximaOfChannels for Flex {
    fn maxima_of_channels(x: FlexTensor) -> FlexTensor {
        maxima(x).0
    }
}

impl<C: CheckpointStrategy> MaximaOfChannels for Autodiff<Flex, C> {
    fn maxima_of_channels(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let (x, node) = x.into_parts();
        let shape = x.shape();
        let (output, pixels) = maxima(x);
        match MaximaBackward
            .prepare::<C>([node])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(tracked) => tracked.finish((shape, Arc::new(pixels)), output),
            OpsKind::UnTracked(untracked) => untracked.finish(output),
        }
    }
}

/// The pixel with the maximum gets the gradient. The state is the shape of the maps and these pixels.
#[derive(Debug)]
struct MaximaBackward;

impl Backward<Flex, 1> for MaximaBackward {
    type State = (Shape, Arc<Vec<u32>>);

    fn backward(self, ops: Ops<Self::State, 1>, tape: &mut Tape, _: &mut Checkpointer) {
        let gradient = tape.consume::<Flex>(&ops.node).to_contiguous();
        let [parent] = ops.parents;
        if let Some(parent) = parent {
            let (shape, taken) = ops.state;
            let [_, channels, height, width] = shape.dims();
            let pixels = height * width;
            let gradient =
                elementwise::channel_maxima_backward(values(&gradient), &taken, pixels, channels);
            tape.register::<Flex>(parent.id, from_channels_last(gradient, shape));
        }
    }
}
