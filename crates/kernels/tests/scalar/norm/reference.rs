//! The formulas of batch normalisation in f64, one number at a time.

use burn_flex_kernels::Activation;

use super::case::Operands;
use crate::reference::Sum;

/// A decision between values that are closer than this share of their magnitudes may be made otherwise
/// by rounding.
const CLOSE: f64 = 1e-4;

/// The mean and variance of each channel.
pub(crate) struct Moments {
    pub(crate) mean: Vec<Sum>,
    pub(crate) variance: Vec<Sum>,
    /// The mean magnitude of each channel, which is the scale of the rounding error of a distance from
    /// the mean.
    reach: Vec<f64>,
}

impl Moments {
    /// The given ones, or the batch's.
    pub(crate) fn new(operands: &Operands) -> Self {
        let channels = 0..operands.shape.channels;
        let exact = |&value: &f32| Sum {
            value: value.into(),
            scale: f64::from(value).abs(),
        };
        if let Some(given) = &operands.given {
            return Self {
                mean: given.mean.iter().map(exact).collect(),
                variance: given.variance.iter().map(exact).collect(),
                reach: given.mean.iter().map(|mean| mean.abs().into()).collect(),
            };
        }
        let of_channel = |channel| {
            let values = operands.input.iter().skip(channel);
            let values = values.step_by(operands.shape.channels);
            values.map(|&value| f64::from(value)).collect::<Vec<f64>>()
        };
        let average = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let (mut mean, mut variance, mut reach) = (vec![], vec![], vec![]);
        for values in channels.map(of_channel) {
            let center = average(&values);
            let squares: Vec<f64> = values.iter().map(|x| (x - center).powi(2)).collect();
            let magnitudes: Vec<f64> = values.iter().map(|x| x.abs()).collect();
            reach.push(average(&magnitudes));
            mean.push(Sum {
                value: center,
                scale: average(&magnitudes),
            });
            variance.push(Sum {
                value: average(&squares),
                scale: average(&squares),
            });
        }
        Self {
            mean,
            variance,
            reach,
        }
    }

    /// 1 / √(variance + ε).
    fn inverse(&self, channel: usize, epsilon: f64) -> f64 {
        1.0 / (self.variance[channel].value + epsilon).sqrt()
    }
}

/// The output, and what it was made of.
pub(crate) struct Forward {
    pub(crate) output: Vec<Sum>,
    /// The input that the gradient of each output goes to, if one does.
    pub(crate) sources: Vec<Option<usize>>,
    /// Whether rounding may have changed the source.
    pub(crate) close: Vec<bool>,
}

/// n = (x − mean) / √(variance + ε).
fn normalised(operands: &Operands, moments: &Moments) -> Vec<Sum> {
    let values = operands.input.iter().enumerate();
    values
        .map(|(at, &x)| {
            let channel = at % operands.shape.channels;
            let inverse = moments.inverse(channel, operands.epsilon);
            let x = f64::from(x);
            Sum {
                value: (x - moments.mean[channel].value) * inverse,
                scale: (x.abs() + moments.reach[channel]) * inverse,
            }
        })
        .collect()
}

/// γ n + β + addend.
fn before_activation(operands: &Operands, moments: &Moments) -> Vec<Sum> {
    let normalised = normalised(operands, moments).into_iter().enumerate();
    normalised
        .map(|(at, n)| {
            let channel = at % operands.shape.channels;
            let scale = f64::from(operands.scale[channel]);
            let shift = f64::from(operands.shift[channel]);
            let addend = operands
                .addend
                .as_ref()
                .map_or(0.0, |addend| addend[at].into());
            Sum {
                value: scale * n.value + shift + addend,
                scale: scale.abs() * n.scale + shift.abs() + addend.abs(),
            }
        })
        .collect()
}

/// The indices of the inputs of each output's window, by rows.
fn windows(operands: &Operands) -> Vec<[usize; 4]> {
    let [height, width] = operands.shape.size;
    let channels = operands.shape.channels;
    let mut windows = vec![];
    for image in 0..operands.shape.batch {
        for y in 0..height / 2 {
            for x in 0..width / 2 {
                for channel in 0..channels {
                    windows.push([(0, 0), (0, 1), (1, 0), (1, 1)].map(|(down, right)| {
                        let pixel = (image * height + 2 * y + down) * width + 2 * x + right;
                        pixel * channels + channel
                    }));
                }
            }
        }
    }
    windows
}

/// Output and sources.
pub(crate) fn forward(operands: &Operands, moments: &Moments) -> Forward {
    let sums = before_activation(operands, moments);
    let mut forward = Forward {
        output: vec![],
        sources: vec![],
        close: vec![],
    };
    let mut add = |candidates: &[usize], rectifies: bool| {
        let scale = candidates.iter().map(|&at| sums[at].scale);
        let scale = scale.fold(0.0, f64::max);
        let mut order = candidates.to_vec();
        // Stable: the first of equal ones stays first.
        order.sort_by(|&a, &b| sums[b].value.total_cmp(&sums[a].value));
        let largest = sums[order[0]].value;
        let others = order.get(1).map(|&at| largest - sums[at].value);
        let edge = rectifies.then_some(largest.abs());
        let margin = others.into_iter().chain(edge).fold(f64::INFINITY, f64::min);
        let passes = !rectifies || largest > 0.0;
        forward.output.push(Sum {
            value: if passes { largest } else { 0.0 },
            scale,
        });
        forward.sources.push(passes.then_some(order[0]));
        forward.close.push(margin < CLOSE * scale);
    };
    match operands.activation {
        Activation::Identity => (0..sums.len()).for_each(|at| add(&[at], false)),
        Activation::Relu => (0..sums.len()).for_each(|at| add(&[at], true)),
        Activation::ReluMaxPool => windows(operands)
            .iter()
            .for_each(|window| add(window, true)),
    }
    forward
}

/// All gradients.
pub(crate) struct Gradients {
    /// dz, which is that of the addend.
    pub(crate) before_activation: Vec<Sum>,
    pub(crate) input: Vec<Sum>,
    pub(crate) scale: Vec<Sum>,
    pub(crate) shift: Vec<Sum>,
}

/// The gradients, from that of the output.
pub(crate) fn backward(
    operands: &Operands,
    moments: &Moments,
    sources: &[Option<usize>],
    gradient: &[f32],
) -> Gradients {
    let channels = operands.shape.channels;
    let pixels = (operands.input.len() / channels) as f64;
    let mut before_activation = vec![Sum::default(); operands.input.len()];
    for (&gradient, source) in gradient.iter().zip(sources) {
        if let &Some(at) = source {
            before_activation[at] = Sum {
                value: gradient.into(),
                scale: gradient.abs().into(),
            };
        }
    }
    let normalised = normalised(operands, moments);
    let mut shift = vec![Sum::default(); channels];
    let mut scale = vec![Sum::default(); channels];
    for (at, (dz, n)) in before_activation.iter().zip(&normalised).enumerate() {
        let channel = at % channels;
        shift[channel].value += dz.value;
        shift[channel].scale += dz.scale;
        scale[channel].value += dz.value * n.value;
        scale[channel].scale += dz.scale * n.scale;
    }
    let input = before_activation.iter().zip(&normalised).enumerate();
    let input = input
        .map(|(at, (dz, n))| {
            let channel = at % channels;
            let factor =
                f64::from(operands.scale[channel]) * moments.inverse(channel, operands.epsilon);
            let mut sum = *dz;
            if operands.given.is_none() {
                sum.value -= (shift[channel].value + n.value * scale[channel].value) / pixels;
                sum.scale += (shift[channel].scale + n.scale * scale[channel].scale) / pixels;
            }
            Sum {
                value: factor * sum.value,
                scale: factor.abs() * sum.scale,
            }
        })
        .collect();
    Gradients {
        before_activation,
        input,
        scale,
        shift,
    }
}
