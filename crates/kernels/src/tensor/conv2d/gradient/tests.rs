//! The memory of gradients.

use burn::tensor::{Device, Tensor};

use crate::activation::Activation;
use crate::tensor::{ConvConfig, fused_conv2d};

/// How many buffers a step leaves free, of weights that no other test has.
fn buffers_after_a_step(outputs: usize, wants_weights: bool) -> usize {
    let device = &Device::flex().autodiff();
    let weights = Tensor::<4>::ones([outputs, 131, 1, 1], device);
    let weights = if wants_weights {
        weights.require_grad()
    } else {
        weights
    };
    let config = ConvConfig {
        stride: [1, 1],
        padding: [0, 0],
        activation: Activation::Identity,
    };
    let input = Tensor::<4>::ones([1, 131, 2, 2], device).require_grad();
    let maps = fused_conv2d(input, weights, Tensor::zeros([outputs], device), config);
    drop(maps.sum().backward());
    crate::buffers::free_buffers(outputs * 131)
}

/// As in an attack, which freezes the network. The pool would otherwise take them for used ones for ever.
#[test]
fn weights_gradients_that_no_tensor_wants_return_their_memory() {
    // Makes room in the pool, so that buffers of other tests at the same time drop nothing.
    let held = crate::buffers::take(1 << 22);
    assert_eq!(buffers_after_a_step(137, true), 1);
    assert_eq!(buffers_after_a_step(139, false), 1);
    crate::buffers::give_back(held);
}
