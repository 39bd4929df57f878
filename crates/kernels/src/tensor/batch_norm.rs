//! Batch normalisation as an operation on Burn's tensors.

mod extension;
mod gradient;
mod operands;

use burn::backend::Dispatch;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::{batch_norm_train, max_pool2d};
use burn::tensor::ops::MaxPoolOptions;

use super::own_instructions;
use crate::activation::Activation;
use crate::instructions::Instructions;
use extension::{ChannelStatistics, FusedNorm};

/// The settings of a [`batch_norm`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNormConfig {
    /// What is added to the variance.
    pub epsilon: f64,
    /// What is applied last.
    pub activation: Activation,
}

/// Statistics that do not depend on the batch, such as running ones.
#[derive(Clone, Debug)]
pub struct GivenStatistics {
    /// The mean of each channel: `[channels]`.
    pub mean: Tensor<1>,
    /// The variance of each channel: `[channels]`.
    pub variance: Tensor<1>,
}

/// The result of a [`batch_norm`].
#[derive(Clone, Debug)]
pub struct BatchNormed {
    /// `[batch, channels, height, width]`; [`Activation::ReluMaxPool`] halves height and width and rounds
    /// down.
    pub output: Tensor<4>,
    /// The mean that was used, without a gradient: `[channels]`.
    pub mean: Tensor<1>,
    /// The variance that was used, without a gradient: the mean squared distance from the mean if it is
    /// the batch's. `[channels]`.
    pub variance: Tensor<1>,
}

/// What is computed and how, apart from the tensors.
#[derive(Clone, Copy, Debug)]
struct Settings {
    config: BatchNormConfig,
    /// Whether the statistics are those of the input, and so depend on it.
    of_this_batch: bool,
    instructions: Instructions,
}

/// Batch normalisation, an optional addition, and an activation, differentiable with respect to the input,
/// scale, shift and addend.
///
/// The statistics are those of the batch, or `given`. A gradient flows through the batch's, but not
/// through given ones.
///
/// # Shapes
/// - `input`: `[batch, channels, height, width]`
/// - `scale`, `shift`: `[channels]`
/// - `addend`: that of `input`
///
/// # Panics
/// If the shapes do not match, like Burn's own operations.
///
/// # Source
/// Ioffe and Szegedy, "Batch Normalization", 2015.
///
/// # Examples
/// ```
/// use burn::tensor::{Device, Tensor};
/// use burn_flex_kernels::{Activation, BatchNormConfig, batch_norm};
///
/// let device = Device::flex();
/// let config = BatchNormConfig {
///     epsilon: 0.0,
///     activation: Activation::Identity,
/// };
/// let maps = Tensor::<4>::from_data([[[[1.0, 5.0]]]], &device);
/// let (scale, shift) = (Tensor::ones([1], &device), Tensor::zeros([1], &device));
/// let normed = batch_norm(maps, None, scale, shift, None, config);
/// assert_eq!(normed.mean.into_scalar::<f32>(), 3.0);
/// assert_eq!(normed.variance.into_scalar::<f32>(), 4.0);
/// assert_eq!(normed.output.max().into_scalar::<f32>(), 1.0);
/// ```
pub fn batch_norm(
    input: Tensor<4>,
    given: Option<GivenStatistics>,
    scale: Tensor<1>,
    shift: Tensor<1>,
    addend: Option<Tensor<4>>,
    config: BatchNormConfig,
) -> BatchNormed {
    let given = given.map(|given| GivenStatistics {
        mean: given.mean.without_autodiff(),
        variance: given.variance.without_autodiff(),
    });
    let mut dtypes = vec![input.dtype(), scale.dtype(), shift.dtype()];
    dtypes.extend(addend.as_ref().map(Tensor::dtype));
    if let Some(given) = &given {
        dtypes.extend([given.mean.dtype(), given.variance.dtype()]);
    }
    let fusible = addend.is_none() || config.activation != Activation::ReluMaxPool;
    match own_instructions(&input.device(), &dtypes).filter(|_| fusible) {
        Some(instructions) => fused(input, given, [scale, shift], addend, config, instructions),
        None => composed(input, given, [scale, shift], addend, config),
    }
}

/// Computes the operation with this crate's kernels.
fn fused(
    input: Tensor<4>,
    given: Option<GivenStatistics>,
    [scale, shift]: [Tensor<1>; 2],
    addend: Option<Tensor<4>>,
    config: BatchNormConfig,
    instructions: Instructions,
) -> BatchNormed {
    let of_this_batch = given.is_none();
    let GivenStatistics { mean, variance } = given.unwrap_or_else(|| {
        let input = input.clone().without_autodiff().into_dispatch();
        let (mean, variance) = Dispatch::channel_statistics(input, instructions);
        GivenStatistics {
            mean: Tensor::from_dispatch(mean),
            variance: Tensor::from_dispatch(variance),
        }
    });
    let settings = Settings {
        config,
        of_this_batch,
        instructions,
    };
    let input = input.into_dispatch();
    let [scale, shift] = [scale, shift].map(Tensor::into_dispatch);
    let [used_mean, used_variance] =
        [&mean, &variance].map(|values| values.clone().into_dispatch());
    let output = match addend {
        None => Dispatch::fused_norm(input, scale, shift, used_mean, used_variance, settings),
        Some(addend) => {
            let addend = addend.into_dispatch();
            Dispatch::fused_norm_sum(
                input,
                addend,
                scale,
                shift,
                used_mean,
                used_variance,
                settings,
            )
        }
    };
    BatchNormed {
        output: Tensor::from_dispatch(output),
        mean,
        variance,
    }
}

/// Composes the operation of Burn's own ones.
fn composed(
    input: Tensor<4>,
    given: Option<GivenStatistics>,
    [scale, shift]: [Tensor<1>; 2],
    addend: Option<Tensor<4>>,
    config: BatchNormConfig,
) -> BatchNormed {
    let (normalised, mean, variance) = match given {
        None => {
            let normed = batch_norm_train(input, scale, shift, config.epsilon);
            (normed.output, normed.mean, normed.variance)
        }
        Some(GivenStatistics { mean, variance }) => {
            let [_, channels, _, _] = input.dims();
            let of_channels = |values: Tensor<1>| values.reshape([1, channels, 1, 1]);
            let inverse = (variance.clone() + config.epsilon).sqrt().recip();
            let distances = input - of_channels(mean.clone());
            let normalised = distances * of_channels(inverse * scale) + of_channels(shift);
            (normalised, mean, variance)
        }
    };
    let sum = match addend {
        Some(addend) => normalised + addend,
        None => normalised,
    };
    let output = match config.activation {
        Activation::Identity => sum,
        Activation::Relu => relu(sum),
        Activation::ReluMaxPool => max_pool2d(relu(sum), MaxPoolOptions::new([2, 2])),
    };
    BatchNormed {
        output,
        mean: mean.without_autodiff(),
        variance: variance.without_autodiff(),
    }
}
