//! The memory of gradients.

use burn::tensor::{Device, Tensor};

use crate::activation::Activation;
use crate::tensor::{BatchNormConfig, batch_norm};

/// How many buffers a step leaves free, of maps that no other test has.
fn buffers_after_a_step(maps: [usize; 4], wants_gradients: bool) -> usize {
    let device = &Device::flex().autodiff();
    let wanting = |tensor: Tensor<4>| match wants_gradients {
        true => tensor.require_grad(),
        false => tensor,
    };
    let config = BatchNormConfig {
        epsilon: 1e-5,
        activation: Activation::Relu,
    };
    let scale = Tensor::<1>::ones([maps[1]], device).require_grad();
    let normed = batch_norm(
        wanting(Tensor::ones(maps, device)),
        None,
        scale,
        Tensor::zeros([maps[1]], device),
        Some(wanting(Tensor::ones(maps, device))),
        config,
    );
    drop(normed.output.sum().backward());
    crate::buffers::free_buffers(maps.iter().product())
}

/// The pool would otherwise take them for used ones for ever, and keep more and more.
#[test]
fn gradients_that_no_tensor_wants_return_their_memory() {
    // Makes room in the pool, so that buffers of other tests at the same time drop nothing.
    let held = crate::buffers::take(1 << 22);
    let wanted = buffers_after_a_step([3, 11, 23, 41], true);
    let unwanted = buffers_after_a_step([3, 11, 23, 43], false);
    assert!(wanted > 2, "{wanted} buffers");
    assert_eq!(unwanted, wanted);
    crate::buffers::give_back(held);
}
