//! A normalisation on Burn's tensors, by this crate's operation and by Burn's own.

use burn::tensor::activation::relu;
use burn::tensor::module::{batch_norm_train, max_pool2d};
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Device, FloatDType, Tensor, TensorData};
use burn_flex_kernels::{Activation, BatchNormConfig, BatchNormed, GivenStatistics, batch_norm};

use crate::case::{Case, values};

/// A normalisation of arbitrary values.
#[derive(Clone, Debug)]
pub(crate) struct Norm {
    /// `[batch, channels, height, width]`.
    pub(crate) shape: [usize; 4],
    pub(crate) activation: Activation,
    /// Whether there is an addend.
    pub(crate) adds: bool,
    /// Whether the statistics are given instead of the batch's.
    pub(crate) given: bool,
    pub(crate) seed: u64,
}

/// The tensors of a normalisation.
#[derive(Clone)]
pub(crate) struct Operands {
    pub(crate) input: Tensor<4>,
    pub(crate) scale: Tensor<1>,
    pub(crate) shift: Tensor<1>,
    pub(crate) addend: Option<Tensor<4>>,
    pub(crate) given: Option<GivenStatistics>,
}

impl Operands {
    /// The same values in another type.
    pub(crate) fn cast(self, dtype: FloatDType) -> Self {
        Self {
            input: self.input.cast(dtype),
            scale: self.scale.cast(dtype),
            shift: self.shift.cast(dtype),
            addend: self.addend.map(|addend| addend.cast(dtype)),
            given: self.given.map(|given| GivenStatistics {
                mean: given.mean.cast(dtype),
                variance: given.variance.cast(dtype),
            }),
        }
    }
}

/// Names of what [`Norm::run`] returns.
pub(crate) const RESULTS: [&str; 7] = [
    "output",
    "mean",
    "variance",
    "by input",
    "by scale",
    "by shift",
    "by addend",
];

impl Norm {
    /// Three images with channels that fill no vector, normalised by their own statistics.
    pub(crate) fn plain(activation: Activation) -> Self {
        Self {
            shape: [3, 5, 4, 6],
            activation,
            adds: false,
            given: false,
            seed: 1,
        }
    }

    /// Arbitrary values in [-1, 1).
    pub(crate) fn tensor<const D: usize>(
        &self,
        shape: [usize; D],
        stream: u64,
        device: &Device,
    ) -> Tensor<D> {
        let source = Case {
            seed: self.seed,
            ..Case::plain(1, 1, 1, 3)
        };
        source.tensor(shape, stream, device)
    }

    pub(crate) fn operands(&self, device: &Device) -> Operands {
        let channels = [self.shape[1]];
        Operands {
            input: self.tensor(self.shape, 10, device) * 2.0 + 0.5,
            scale: self.tensor(channels, 11, device),
            shift: self.tensor(channels, 12, device),
            addend: self.adds.then(|| self.tensor(self.shape, 13, device)),
            given: self.given.then(|| GivenStatistics {
                mean: self.tensor(channels, 14, device),
                variance: self.tensor(channels, 15, device).abs() + 0.2,
            }),
        }
    }

    fn config(&self) -> BatchNormConfig {
        BatchNormConfig {
            epsilon: 1e-5,
            activation: self.activation,
        }
    }

    pub(crate) fn ours(&self, operands: Operands) -> BatchNormed {
        let Operands {
            input,
            scale,
            shift,
            addend,
            given,
        } = operands;
        batch_norm(input, given, scale, shift, addend, self.config())
    }

    /// The operation composed of Burn's own ones.
    pub(crate) fn burn(&self, operands: Operands) -> BatchNormed {
        let normed = before_activation(operands);
        let output = match self.activation {
            Activation::Identity => normed.output,
            Activation::Relu => relu(normed.output),
            Activation::ReluMaxPool => max_pool2d(relu(normed.output), MaxPoolOptions::new([2, 2])),
        };
        BatchNormed { output, ..normed }
    }

    /// The gradient of the output: 0 where rounding may decide whether, or from where, a value passes.
    fn above(&self) -> Tensor<4> {
        let device = &Device::flex();
        let sums = values(before_activation(self.operands(device)).output);
        let [batch, channels, height, width] = self.shape;
        let [rows, columns] = self.activation.output_size([height, width]);
        let shape = [batch, channels, rows, columns];
        let mut above = values(self.tensor(shape, 16, device));
        for (at, above) in above.iter_mut().enumerate() {
            let (map, y, x) = (at / (rows * columns), at / columns % rows, at % columns);
            let sum = |y: usize, x: usize| sums[(map * height + y) * width + x];
            let mut decisive = match self.activation {
                Activation::Identity => continue,
                Activation::Relu => vec![sum(y, x)],
                Activation::ReluMaxPool => [(0, 0), (0, 1), (1, 0), (1, 1)]
                    .map(|(down, right)| sum(2 * y + down, 2 * x + right))
                    .to_vec(),
            };
            // Those below 0 do not pass.
            decisive.push(0.0);
            decisive.sort_by(f32::total_cmp);
            if decisive
                .windows(2)
                .any(|pair| pair[1] >= 0.0 && pair[1] - pair[0] < 1e-4)
            {
                *above = 0.0;
            }
        }
        Tensor::from_data(TensorData::new(above, shape), device)
    }

    /// The results, and the gradients of a weighted sum of the output, in the order of [`RESULTS`]. A
    /// gradient by an addend that does not exist is empty.
    pub(crate) fn run(&self, operation: impl Fn(Operands) -> BatchNormed) -> [Vec<f32>; 7] {
        let device = &Device::flex().autodiff();
        let operands = self.operands(device);
        let operands = Operands {
            input: operands.input.detach().require_grad(),
            scale: operands.scale.require_grad(),
            shift: operands.shift.require_grad(),
            addend: operands.addend.map(Tensor::require_grad),
            given: operands.given,
        };
        let normed = operation(operands.clone());
        let gradients = (normed.output.clone() * self.above()).sum().backward();
        let by_addend = |addend: Tensor<4>| values(addend.grad(&gradients).unwrap());
        [
            values(normed.output),
            values(normed.mean),
            values(normed.variance),
            values(operands.input.grad(&gradients).unwrap()),
            values(operands.scale.grad(&gradients).unwrap()),
            values(operands.shift.grad(&gradients).unwrap()),
            operands.addend.map(by_addend).unwrap_or_default(),
        ]
    }
}

/// What an activation is applied to.
fn before_activation(operands: Operands) -> BatchNormed {
    let Operands {
        input,
        scale,
        shift,
        addend,
        given,
    } = operands;
    let [_, channels, _, _] = input.dims();
    let mut normed = match given {
        None => {
            let normed = batch_norm_train(input, scale, shift, 1e-5);
            BatchNormed {
                output: normed.output,
                mean: normed.mean,
                variance: normed.variance,
            }
        }
        Some(GivenStatistics { mean, variance }) => {
            let of_channels = |values: Tensor<1>| values.reshape([1, channels, 1, 1]);
            let deviation = (of_channels(variance.clone()) + 1e-5).sqrt();
            let normalised = (input - of_channels(mean.clone())) / deviation;
            BatchNormed {
                output: normalised * of_channels(scale) + of_channels(shift),
                mean,
                variance,
            }
        }
    };
    if let Some(addend) = addend {
        normed.output = normed.output + addend;
    }
    normed
}
