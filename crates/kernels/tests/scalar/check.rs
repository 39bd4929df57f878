//! A layer of arbitrary values, and its comparison with the reference.

use burn_flex_kernels::{
    Activation, BackwardPass, ConvShape, Gradients, Instructions, Layer, Mode, Output,
    WantedGradients, backward, forward,
};

use crate::reference::{self, Sum};

/// Rounding error allowed, as a share of the sum of the magnitudes that were added.
///
/// Winograd's transforms add and subtract numbers up to a hundred times larger than the result.
const TOLERANCE: f64 = 2e-5;

/// Values in [-1, 1) from a formula.
pub(crate) fn values(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    (0..count)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 40) as f32) / 8_388_608.0 - 1.0
        })
        .collect()
}

/// An unpadded 3x3 convolution with stride 1, of two images.
pub(crate) fn three_by_three(inputs: usize, outputs: usize, size: [usize; 2]) -> ConvShape {
    ConvShape {
        batch: 2,
        inputs,
        outputs,
        size,
        kernel: [3, 3],
        stride: [1, 1],
        padding: [0, 0],
    }
}

/// The operands of a layer.
pub(crate) struct Operands {
    shape: ConvShape,
    activation: Activation,
    pub(crate) input: Vec<f32>,
    pub(crate) weights: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}

impl Operands {
    pub(crate) fn new(shape: ConvShape, activation: Activation, seed: u64) -> Self {
        Self {
            shape,
            activation,
            input: values(shape.batch * shape.input_image_len(), seed),
            weights: values(shape.weights_len(), seed + 1),
            bias: values(shape.outputs, seed + 2),
        }
    }

    pub(crate) fn layer(&self) -> Layer<'_> {
        Layer {
            shape: self.shape,
            input: &self.input,
            weights: &self.weights,
            bias: &self.bias,
            addend: &[],
            activation: self.activation,
        }
    }
}

/// What the activation needs for its gradient.
pub(crate) fn state<'a>(layer: &Layer<'_>, output: &'a Output) -> &'a [f32] {
    match layer.activation {
        Activation::Identity => &[],
        Activation::Relu => &output.values,
        Activation::ReluMaxPool => &output.argmax,
    }
}

/// The gradients with respect to all operands.
pub(crate) fn gradients(
    instructions: Instructions,
    layer: Layer<'_>,
    gradient: &[f32],
    state: &[f32],
) -> Gradients {
    backward(&BackwardPass {
        instructions,
        layer,
        gradient,
        state,
        wanted: WantedGradients { input: true },
    })
}

/// The sets of instructions that this CPU has or can emulate.
pub(crate) fn instructions() -> impl Iterator<Item = Instructions> {
    let emulated = Instructions::EMULATED.into_iter();
    Instructions::available().chain(emulated.filter(|set| set.is_available()))
}

/// The largest error, as a share of the largest sum of magnitudes: a tile's transforms spread the
/// rounding of its largest value over all its values.
fn largest_error(found: &[f32], expected: &[Sum]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let errors = found
        .iter()
        .zip(expected)
        .map(|(&found, expected)| (f64::from(found) - expected.value).abs());
    let scale = expected
        .iter()
        .fold(0.0_f64, |scale, sum| scale.max(sum.scale));
    let largest = errors.fold(0.0, |largest, error| {
        if error > largest || error.is_nan() {
            error
        } else {
            largest
        }
    });
    if largest == 0.0 { 0.0 } else { largest / scale }
}

/// # Panics
/// If an output or a gradient differs from the reference, on any set of instructions, or if recording
/// the argmax changes the output.
pub(crate) fn check_seeded(shape: ConvShape, activation: Activation, seed: u64) {
    let operands = Operands::new(shape, activation, seed);
    let layer = operands.layer();
    let expected = reference::forward(&layer);
    let gradient = values(expected.len(), seed + 3);
    for instructions in instructions() {
        let output = forward(instructions, &layer, Mode::Training);
        let inference = forward(instructions, &layer, Mode::Inference);
        assert_eq!(output.values, inference.values);
        assert!(inference.argmax.is_empty());
        let state = state(&layer, &output);
        let found = gradients(instructions, layer, &gradient, state);
        let [input, weights, bias] = reference::backward(&layer, &gradient, state);
        for (what, error) in [
            ("output", largest_error(&output.values, &expected)),
            ("input", largest_error(&found.input.unwrap(), &input)),
            ("weights", largest_error(&found.weights, &weights)),
            ("bias", largest_error(&found.bias, &bias)),
        ] {
            assert!(
                error <= TOLERANCE,
                "{instructions}, {shape:?}, {activation:?}: {what} {error:e}"
            );
        }
    }
}

/// Checks a layer without an activation that would hide errors.
pub(crate) fn check(shape: ConvShape) {
    check_seeded(shape, Activation::Identity, 5);
}
