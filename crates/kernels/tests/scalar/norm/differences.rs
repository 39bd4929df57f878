//! Gradients against finite differences of the formulas in f64.
//!
//! The differences also go through the statistics of the batch, which the formula of the gradient has
//! already resolved.

use burn_flex_kernels::Activation;

use super::case::{Case, Operands};
use super::reference::{self, Moments};
use crate::check::{instructions, values};

/// Exact in f32 for all values that are moved. The error of the difference is a few millionths.
const STEP: f32 = 1.0 / 256.0;

/// An operand of a normalisation.
#[derive(Clone, Copy, Debug)]
enum Operand {
    Input,
    Scale,
    Shift,
    Addend,
}

impl Operand {
    fn values(self, operands: &mut Operands) -> &mut [f32] {
        match self {
            Self::Input => &mut operands.input,
            Self::Scale => &mut operands.scale,
            Self::Shift => &mut operands.shift,
            Self::Addend => operands.addend.as_mut().unwrap(),
        }
    }
}

/// The sum of the outputs, weighted by `gradient`.
fn loss(operands: &Operands, gradient: &[f32]) -> f64 {
    let output = reference::forward(operands, &Moments::new(operands)).output;
    let products = output.iter().zip(gradient);
    products
        .map(|(sum, &weight)| sum.value * f64::from(weight))
        .sum()
}

/// The loss's difference quotient, or none if a step changes what the activation lets through.
fn difference(
    operands: &Operands,
    operand: Operand,
    place: usize,
    gradient: &[f32],
) -> Option<f64> {
    let sources =
        |operands: &Operands| reference::forward(operands, &Moments::new(operands)).sources;
    let moved = |by: f32| {
        let mut moved = operands.clone();
        operand.values(&mut moved)[place] += by;
        moved
    };
    let (above, below) = (moved(STEP), moved(-STEP));
    (sources(&above) == sources(&below))
        .then(|| (loss(&above, gradient) - loss(&below, gradient)) / (2.0 * f64::from(STEP)))
}

/// # Panics
/// If a gradient differs from a difference, or too few places can be compared.
fn check(case: Case, operand: Operand) {
    let mut operands = Operands::new(case);
    let gradient = values(operands.output_len(), 8);
    let count = operand.values(&mut operands).len();
    let places: Vec<usize> = (0..count).step_by((count / 24).max(1)).collect();
    let differences: Vec<_> = places
        .iter()
        .map(|&place| difference(&operands, operand, place, &gradient))
        .collect();
    let compared = differences.iter().flatten().count();
    assert!(
        compared * 3 > places.len(),
        "{compared} of {}",
        places.len()
    );
    for instructions in instructions() {
        let gradients = operands.run(instructions, &gradient).gradients;
        let found = match operand {
            Operand::Input => gradients.input,
            Operand::Scale => gradients.scale,
            Operand::Shift => gradients.shift,
            Operand::Addend => gradients.addend.unwrap(),
        };
        for (&place, difference) in places.iter().zip(&differences) {
            let Some(difference) = difference else {
                continue;
            };
            let gap = (f64::from(found[place]) - difference).abs();
            assert!(
                gap < 1e-4 * (1.0 + difference.abs()),
                "{instructions}, {case:?}, {operand:?} {place}: {}, difference {difference}",
                found[place]
            );
        }
    }
}

fn plain(activation: Activation) -> Case {
    Case::plain(3, [5, 4], activation)
}

fn given(activation: Activation) -> Case {
    Case {
        given: true,
        ..plain(activation)
    }
}

fn sum() -> Case {
    Case {
        adds: true,
        ..plain(Activation::Relu)
    }
}

#[test]
fn by_input_through_the_statistics() {
    check(plain(Activation::Identity), Operand::Input);
}

#[test]
fn by_input_through_the_statistics_and_relu() {
    check(plain(Activation::Relu), Operand::Input);
}

#[test]
fn by_input_through_the_statistics_and_pooling() {
    check(plain(Activation::ReluMaxPool), Operand::Input);
}

#[test]
fn by_input_through_the_statistics_and_a_sum() {
    check(sum(), Operand::Input);
}

#[test]
fn by_input_with_given_statistics() {
    check(given(Activation::Identity), Operand::Input);
}

#[test]
fn by_input_with_given_statistics_and_pooling() {
    check(given(Activation::ReluMaxPool), Operand::Input);
}

#[test]
fn by_scale() {
    check(plain(Activation::Identity), Operand::Scale);
}

#[test]
fn by_shift() {
    check(plain(Activation::Identity), Operand::Shift);
}

#[test]
fn by_addend() {
    check(sum(), Operand::Addend);
}
