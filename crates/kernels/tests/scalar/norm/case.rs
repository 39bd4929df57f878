//! A normalisation of arbitrary values, and its comparison with the reference.

use burn_flex_kernels::{
    Activation, Instructions, MapShape, NormBackwardPass, NormGradients, NormLayer, Statistics,
    norm_backward, norm_forward, statistics,
};

use super::reference::{self, Moments};
use crate::check::{instructions, values};
use crate::reference::Sum;

/// Rounding error allowed, as a share of the sum of the magnitudes that were added.
///
/// 1,500 random shapes had at most 9.3e-6, of a variance whose first pixel was far from the mean, and
/// 2.1e-6 of all other results.
const TOLERANCE: f64 = 2e-5;

pub(crate) const ACTIVATIONS: [Activation; 3] = [
    Activation::Identity,
    Activation::Relu,
    Activation::ReluMaxPool,
];

/// A normalisation of arbitrary values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) shape: MapShape,
    pub(crate) activation: Activation,
    /// Whether there is an addend.
    pub(crate) adds: bool,
    /// Whether the statistics are given instead of the batch's.
    pub(crate) given: bool,
    pub(crate) seed: u64,
}

impl Case {
    /// Three images, normalised by their own statistics, without an addend.
    pub(crate) fn plain(channels: usize, size: [usize; 2], activation: Activation) -> Self {
        Self {
            shape: MapShape {
                batch: 3,
                channels,
                size,
            },
            activation,
            adds: false,
            given: false,
            seed: 5,
        }
    }
}

/// The operands of a normalisation.
#[derive(Clone, Debug)]
pub(crate) struct Operands {
    pub(crate) shape: MapShape,
    pub(crate) activation: Activation,
    pub(crate) epsilon: f64,
    pub(crate) input: Vec<f32>,
    pub(crate) scale: Vec<f32>,
    pub(crate) shift: Vec<f32>,
    pub(crate) addend: Option<Vec<f32>>,
    /// Instead of the batch's.
    pub(crate) given: Option<Statistics>,
}

impl Operands {
    pub(crate) fn new(case: Case) -> Self {
        let Case { shape, seed, .. } = case;
        let of_channels = |stream| values(shape.channels, seed + stream);
        let positive = |value: f32| value.abs() + 0.1;
        Self {
            shape,
            activation: case.activation,
            epsilon: 1e-5,
            input: values(shape.len(), seed),
            scale: of_channels(1),
            shift: of_channels(2),
            addend: case.adds.then(|| values(shape.len(), seed + 3)),
            given: case.given.then(|| Statistics {
                mean: of_channels(4),
                variance: of_channels(5).into_iter().map(positive).collect(),
            }),
        }
    }

    pub(crate) fn layer<'a>(&'a self, statistics: &'a Statistics) -> NormLayer<'a> {
        NormLayer {
            shape: self.shape,
            input: &self.input,
            statistics,
            scale: &self.scale,
            shift: &self.shift,
            epsilon: self.epsilon,
            addend: self.addend.as_deref(),
            activation: self.activation,
        }
    }

    /// The given statistics, or the batch's as the kernels compute them.
    pub(crate) fn statistics(&self, instructions: Instructions) -> Statistics {
        let of_batch = || statistics(instructions, &self.input, self.shape.channels);
        self.given.clone().unwrap_or_else(of_batch)
    }

    pub(crate) fn output_len(&self) -> usize {
        let [height, width] = self.activation.output_size(self.shape.size);
        self.shape.batch * height * width * self.shape.channels
    }

    /// Everything that the kernels compute.
    pub(crate) fn run(&self, instructions: Instructions, gradient: &[f32]) -> Found {
        let statistics = self.statistics(instructions);
        let layer = self.layer(&statistics);
        let output = norm_forward(instructions, &layer);
        let gradients = norm_backward(&NormBackwardPass {
            instructions,
            layer,
            of_this_batch: self.given.is_none(),
            gradient,
            output: &output,
        });
        Found {
            statistics,
            output,
            gradients,
        }
    }
}

/// What the kernels computed.
pub(crate) struct Found {
    pub(crate) statistics: Statistics,
    pub(crate) output: Vec<f32>,
    pub(crate) gradients: NormGradients,
}

impl Found {
    /// The bits of all values.
    pub(crate) fn bits(self) -> Vec<u32> {
        let all = [
            self.statistics.mean,
            self.statistics.variance,
            self.output,
            self.gradients.input,
            self.gradients.scale,
            self.gradients.shift,
            self.gradients.addend.unwrap_or_default(),
        ];
        all.concat().into_iter().map(f32::to_bits).collect()
    }
}

/// The largest error of a value, as a share of the sum of its magnitudes.
fn largest_error(found: &[f32], expected: &[Sum]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let errors = found.iter().zip(expected).map(|(&found, expected)| {
        let error = (f64::from(found) - expected.value).abs();
        if error == 0.0 {
            0.0
        } else {
            error / expected.scale
        }
    });
    errors.fold(0.0, |largest, error| {
        if error > largest || error.is_nan() {
            error
        } else {
            largest
        }
    })
}

/// # Panics
/// If statistics, output or a gradient differ from the reference, on any set of instructions.
pub(crate) fn check(case: Case) {
    let operands = Operands::new(case);
    let moments = Moments::new(&operands);
    let expected = reference::forward(&operands, &moments);
    // Rounding may decide otherwise where values are almost equal, so no gradient comes from there.
    let mut gradient = values(operands.output_len(), case.seed + 6);
    for (gradient, &close) in gradient.iter_mut().zip(&expected.close) {
        *gradient = if close { 0.0 } else { *gradient };
    }
    let by = reference::backward(&operands, &moments, &expected.sources, &gradient);
    for instructions in instructions() {
        let found = operands.run(instructions, &gradient);
        let mut pairs = vec![
            ("output", &found.output, &expected.output),
            ("input", &found.gradients.input, &by.input),
            ("scale", &found.gradients.scale, &by.scale),
            ("shift", &found.gradients.shift, &by.shift),
        ];
        if operands.given.is_none() && case.shape.batch > 0 {
            pairs.push(("mean", &found.statistics.mean, &moments.mean));
            pairs.push(("variance", &found.statistics.variance, &moments.variance));
        }
        let by_addend = found.gradients.addend.as_ref();
        // Without a ReLU it is the gradient of the output.
        let expects = case.adds && case.activation == Activation::Relu;
        assert_eq!(by_addend.is_some(), expects, "gradient of the addend");
        pairs.extend(by_addend.map(|found| ("addend", found, &by.before_activation)));
        for (what, found, expected) in pairs {
            let error = largest_error(found, expected);
            assert!(
                error <= TOLERANCE,
                "{instructions}, {case:?}: {what} {error:e}"
            );
        }
    }
}
