//! Floating-point operations of layers, as direct convolution and plain products count them.
//!
//! A multiplication and an addition are two operations. Biases, norms, activations and pooling are left
//! out, as is usual; an algorithm that computes less than that (Winograd) shows as a higher rate.

use mixup_model::Layer;

/// Operations of some layers for one batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flop {
    /// From input to output.
    pub forward: u64,
    /// The gradients of the weights and, where they are needed, of the inputs.
    pub backward: u64,
}

impl Flop {
    /// The operations of `layers` for a batch of `images`.
    pub fn of_layers<'a>(layers: impl IntoIterator<Item = &'a Layer>, images: usize) -> Self {
        let mut sum = Self::default();
        for layer in layers {
            let forward = 2 * images as u64 * layer.products();
            // The gradient of the weight has as many products as the output, and so has that of the input.
            let gradients = if layer.takes_images { 1 } else { 2 };
            sum.forward += forward;
            sum.backward += gradients * forward;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conv(takes_images: bool) -> Layer {
        Layer {
            part: "conv",
            weight: "conv.weight".into(),
            shape: vec![64, 3, 3, 3],
            output: [30, 20],
            takes_images,
        }
    }

    fn linear() -> Layer {
        Layer {
            part: "fc",
            weight: "fc.weight".into(),
            shape: vec![10, 256],
            output: [1, 1],
            takes_images: false,
        }
    }

    #[test]
    fn a_convolution_of_the_images_has_one_gradient_and_others_have_two() {
        let flop = Flop::of_layers(&[conv(true)], 128);
        assert_eq!(flop.forward, 128 * 2 * 600 * 64 * 27);
        assert_eq!(flop.backward, flop.forward);
        let later = Flop::of_layers(&[conv(false)], 128);
        assert_eq!(later.forward, flop.forward);
        assert_eq!(later.backward, 2 * flop.forward);
    }

    #[test]
    fn the_operations_of_several_layers_add_up() {
        let both = Flop::of_layers(&[conv(true), linear()], 4);
        let [conv, linear] = [4 * 2 * 600 * 64 * 27, 4 * 2 * 10 * 256];
        assert_eq!(both.forward, conv + linear);
        assert_eq!(both.backward, conv + 2 * linear);
    }
}
