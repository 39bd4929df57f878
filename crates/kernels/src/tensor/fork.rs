//! Maps that two layers read, as an operation on Burn's tensors.
//!
//! In a residual network, a block and its shortcut read the same maps. Burn sums the gradients of the two
//! readers in one thread, value by value where the channels lie last. Here the kernels do it.

use std::sync::{Arc, Mutex, PoisonError};

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients as Tape;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::Tensor;

use super::layout::with_channels_last;
use super::own_instructions;
use super::sum::SumOfMaps;

/// The same maps for two readers, whose gradients are summed on all threads.
///
/// # Shapes
/// `[batch, channels, height, width]`.
///
/// Both must lead to the loss. A backward pass panics if only one does, or leaves a leaf `x` without its
/// gradient.
pub fn fork(x: Tensor<4>) -> [Tensor<4>; 2] {
    if own_instructions(&x.device(), &[x.dtype()]).is_none() {
        return [x.clone(), x];
    }
    let first_gradient = FirstGradient::default();
    [x.clone(), x].map(|x| {
        let branch = Dispatch::branch(x.into_dispatch(), first_gradient.clone());
        Tensor::from_dispatch(branch)
    })
}

/// The gradient of the branch whose backward pass came first, until the other's comes.
#[derive(Clone, Debug, Default)]
struct FirstGradient(Arc<Mutex<Option<FlexTensor>>>);

impl FirstGradient {
    /// The sum of this gradient and that of the other branch, or nothing if this is the first.
    fn add(&self, gradient: FlexTensor) -> Option<FlexTensor> {
        // A panic elsewhere cannot leave a gradient in an invalid state.
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match first.take() {
            Some(first) => Some(Flex::sum_of_maps(first, gradient)),
            None => {
                *first = Some(gradient);
                None
            }
        }
    }
}

/// A back end whose branches share their gradient.
#[backend_extension(Flex, Autodiff)]
trait Branch: Backend {
    fn branch(x: FloatTensor<Self>, first_gradient: FirstGradient) -> FloatTensor<Self>;
}

impl Branch for Flex {
    fn branch(x: FlexTensor, _: FirstGradient) -> FlexTensor {
        x
    }
}

impl<C: CheckpointStrategy> Branch for Autodiff<Flex, C> {
    fn branch(x: FloatTensor<Self>, first_gradient: FirstGradient) -> FloatTensor<Self> {
        let (x, node) = x.into_parts();
        match BranchBackward
            .prepare::<C>([node])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(tracked) => tracked.finish(first_gradient, x),
            OpsKind::UnTracked(untracked) => untracked.finish(x),
        }
    }
}

/// The second of two branches registers the sum of both gradients.
#[derive(Debug)]
struct BranchBackward;

impl Backward<Flex, 1> for BranchBackward {
    type State = FirstGradient;

    fn backward(self, ops: Ops<FirstGradient, 1>, tape: &mut Tape, _: &mut Checkpointer) {
        let gradient = with_channels_last(tape.consume::<Flex>(&ops.node));
        let [parent] = ops.parents;
        if let (Some(parent), Some(sum)) = (parent, ops.state.add(gradient)) {
            tape.register::<Flex>(parent.id, sum);
        }
    }
}
