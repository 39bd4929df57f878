//! The sum of two batches of maps as an operation on Burn's tensors.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients as Tape;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::Tensor;

use super::layout::{from_channels_last, values, with_channels_last};
use super::own_instructions;
use crate::elementwise;

/// a + b on all threads, differentiable.
///
/// # Shapes
/// Both and the result: `[batch, channels, height, width]`.
///
/// # Panics
/// If the shapes differ.
pub fn sum(a: Tensor<4>, b: Tensor<4>) -> Tensor<4> {
    assert_eq!(a.dims(), b.dims(), "shapes of the summands");
    match own_instructions(&a.device(), &[a.dtype(), b.dtype()]) {
        Some(_) => {
            let sum = Dispatch::sum_of_maps(a.into_dispatch(), b.into_dispatch());
            Tensor::from_dispatch(sum)
        }
        None => a + b,
    }
}

/// A back end that computes [`sum`] on all threads.
#[backend_extension(Flex, Autodiff)]
pub(super) trait SumOfMaps: Backend {
    fn sum_of_maps(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl SumOfMaps for Flex {
    fn sum_of_maps(a: FlexTensor, b: FlexTensor) -> FlexTensor {
        let shape = a.shape();
        let [a, b] = [a, b].map(with_channels_last);
        from_channels_last(elementwise::sum(values(&a), values(&b)), shape)
    }
}

impl<C: CheckpointStrategy> SumOfMaps for Autodiff<Flex, C> {
    fn sum_of_maps(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        let (a, a_node) = a.into_parts();
        let (b, b_node) = b.into_parts();
        let output = Flex::sum_of_maps(a, b);
        match SumBackward
            .prepare::<C>([a_node, b_node])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(tracked) => tracked.finish((), output),
            OpsKind::UnTracked(untracked) => untracked.finish(output),
        }
    }
}

/// The gradient of the sum is that of both summands.
#[derive(Debug)]
struct SumBackward;

impl Backward<Flex, 2> for SumBackward {
    type State = ();

    fn backward(self, ops: Ops<(), 2>, tape: &mut Tape, _: &mut Checkpointer) {
        let gradient = tape.consume::<Flex>(&ops.node);
        for parent in ops.parents.into_iter().flatten() {
            tape.register::<Flex>(parent.id, gradient.clone());
        }
    }
}
