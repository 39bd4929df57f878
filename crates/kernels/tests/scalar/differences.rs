//! Gradients against finite differences of the forward pass.
//!
//! Without an activation, the loss is linear in each operand, so a large step adds no error.

use burn_flex_kernels::{Activation, ConvShape, Gradients, Instructions, Mode, forward};

use crate::check::{Operands, gradients, instructions, three_by_three, values};

const STEP: f32 = 0.5;

/// An operand of a layer, and its gradient.
#[derive(Clone, Copy, Debug)]
enum Operand {
    Input,
    Weights,
    Bias,
}

impl Operand {
    fn values(self, operands: &mut Operands) -> &mut [f32] {
        match self {
            Self::Input => &mut operands.input,
            Self::Weights => &mut operands.weights,
            Self::Bias => &mut operands.bias,
        }
    }

    fn gradient(self, gradients: Gradients) -> Vec<f32> {
        match self {
            Self::Input => gradients.input.unwrap(),
            Self::Weights => gradients.weights,
            Self::Bias => gradients.bias,
        }
    }
}

/// The sum of the outputs, weighted by `gradient`.
fn loss(instructions: Instructions, operands: &Operands, gradient: &[f32]) -> f64 {
    let output = forward(instructions, &operands.layer(), Mode::Inference).values;
    let products = output.iter().zip(gradient);
    products
        .map(|(&value, &weight)| f64::from(value) * f64::from(weight))
        .sum()
}

/// # Panics
/// If a gradient differs from the difference, at the first, the last and some places between.
fn check(shape: ConvShape, operand: Operand) {
    let mut operands = Operands::new(shape, Activation::Identity, 5);
    let [height, width] = shape.output_size();
    let gradient = values(shape.batch * height * width * shape.outputs, 8);
    for instructions in instructions() {
        let found = operand.gradient(gradients(instructions, operands.layer(), &gradient, &[]));
        let last = found.len() - 1;
        for place in [0, last / 3, last / 2, last] {
            let mut at = |by: f32| {
                operand.values(&mut operands)[place] += by;
                loss(instructions, &operands, &gradient)
            };
            let (above, below) = (at(STEP), at(-2.0 * STEP));
            at(STEP);
            let difference = (above - below) / f64::from(2.0 * STEP);
            let gap = (f64::from(found[place]) - difference).abs();
            assert!(
                gap < 1e-3 * (1.0 + difference.abs()),
                "{instructions}, {operand:?} {place}: {}, difference {difference}",
                found[place]
            );
        }
    }
}

fn direct() -> ConvShape {
    ConvShape {
        stride: [2, 1],
        padding: [1, 0],
        ..three_by_three(3, 5, [6, 7])
    }
}

fn winograd() -> ConvShape {
    ConvShape {
        padding: [1, 1],
        ..three_by_three(16, 16, [6, 6])
    }
}

#[test]
fn direct_gradient_of_the_input() {
    check(direct(), Operand::Input);
}

#[test]
fn direct_gradient_of_the_weights() {
    check(direct(), Operand::Weights);
}

#[test]
fn direct_gradient_of_the_bias() {
    check(direct(), Operand::Bias);
}

#[test]
fn winograd_gradient_of_the_input() {
    check(winograd(), Operand::Input);
}

#[test]
fn winograd_gradient_of_the_weights() {
    check(winograd(), Operand::Weights);
}

#[test]
fn winograd_gradient_of_the_bias() {
    check(winograd(), Operand::Bias);
}
