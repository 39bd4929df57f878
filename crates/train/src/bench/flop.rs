//! Floating-point operations of a layer, as direct convolution and plain products count them.
//!
//! A multiplication and an addition are two operations. Biases, activations and pooling are left
//! out, as is usual; an algorithm that computes less than that (Winograd) shows as a higher rate.

/// Operations of one layer for one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flop {
    /// From input to output.
    pub forward: u64,
    /// The gradients of the weight and, where it is needed, of the input.
    pub backward: u64,
}

impl Flop {
    /// The operations of a layer.
    ///
    /// # Shapes
    /// A convolution with stride 1 and without padding: `weight` `[out, in, height, width]`, `input`
    /// `[batch, in, height, width]`. A linear layer: `weight` `[out, in]`, `input` `[batch, in]`.
    ///
    /// # Panics
    /// If the shapes are of neither kind.
    pub fn of_layer(weight: &[usize], input: &[usize], input_needs_gradient: bool) -> Self {
        let outputs = match (weight, input) {
            ([_, _, kernel_height, kernel_width], [batch, _, height, width]) => {
                batch * (height - kernel_height + 1) * (width - kernel_width + 1)
            }
            ([_, _], [batch, _]) => *batch,
            _ => panic!("no layer has the weight {weight:?} and the input {input:?}"),
        };
        let products = outputs as u64 * weight.iter().product::<usize>() as u64;
        let gradients = if input_needs_gradient { 2 } else { 1 };
        Self {
            forward: 2 * products,
            backward: gradients * 2 * products,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operations_of_a_layer_match_those_counted_by_hand() {
        let conv = Flop::of_layer(&[64, 3, 3, 3], &[128, 3, 32, 32], false);
        assert_eq!(conv.forward, 128 * 2 * 900 * 64 * 27);
        assert_eq!(conv.backward, conv.forward);
        let linear = Flop::of_layer(&[10, 256], &[4, 256], true);
        assert_eq!(linear.forward, 4 * 2 * 10 * 256);
        assert_eq!(linear.backward, 2 * linear.forward);
    }
}
