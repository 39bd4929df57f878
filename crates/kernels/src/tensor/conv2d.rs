//! The convolution as an operation on Burn's tensors.

mod extension;
mod gradient;
mod operands;

use burn::backend::Dispatch;
use burn::tensor::activation::relu;
use burn::tensor::module::{conv2d as burn_conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor};

use super::{own_instructions, sum};
use crate::activation::Activation;
use extension::{FusedConv2d, FusedConv2dSum};

/// The settings of a [`fused_conv2d`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvConfig {
    /// Distance between neighbouring windows, vertically and horizontally.
    pub stride: [usize; 2],
    /// Zeros added on each side: above and below, then left and right.
    pub padding: [usize; 2],
    /// What is applied after the bias, and after the addend if there is one.
    pub activation: Activation,
}

/// A convolution, with the arguments of Burn's own
/// [`conv2d`](burn::tensor::module::conv2d).
///
/// Groups, a dilation, padding that differs between opposite sides, and types other than f32 are left to Burn.
///
/// # Shapes
/// - `x`: `[batch, inputs, height, width]`
/// - `weight`: `[outputs, inputs / groups, kernel height, kernel width]`
/// - `bias`: `[outputs]`
/// - result: `[batch, outputs, height, width]`, with the height and width of the convolution's output
///
/// # Panics
/// If the shapes do not match, like Burn's own operation.
///
/// # Examples
/// ```
/// use burn::tensor::ops::ConvOptions;
/// use burn::tensor::{Device, Tensor};
/// use burn_flex_kernels::conv2d;
///
/// let device = Device::flex();
/// let images = Tensor::<4>::ones([2, 3, 32, 32], &device);
/// let weight = Tensor::<4>::ones([16, 3, 3, 3], &device);
/// let maps = conv2d(images, weight, None, ConvOptions::new([1, 1], [0, 0], [1, 1], 1));
/// assert_eq!(maps.dims(), [2, 16, 30, 30]);
/// assert_eq!(maps.min().into_scalar::<f32>(), 27.0);
/// ```
pub fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: impl Into<ConvOptions<2>>,
) -> Tensor<4> {
    let options = options.into();
    let plain = options.groups == 1 && options.dilation == [1, 1] && !options.is_asymmetric();
    let own = own_instructions(&x.device(), &[x.dtype(), weight.dtype()]).is_some();
    if !plain || !own {
        return burn_conv2d(x, weight, bias, options);
    }
    let config = ConvConfig {
        stride: options.stride,
        padding: options.symmetric_padding(),
        activation: Activation::Identity,
    };
    let bias = bias.unwrap_or_else(|| Tensor::zeros([weight.dims()[0]], (&x.device(), x.dtype())));
    fused_conv2d(x, weight, bias, config)
}

/// Convolution, bias and activation, differentiable with respect to all three tensors.
///
/// # Shapes
/// - `input`: `[batch, inputs, height, width]`
/// - `weights`: `[outputs, inputs, kernel height, kernel width]`
/// - `bias`: `[outputs]`
/// - result: `[batch, outputs, height, width]`, with the height and width of the convolution's output;
///   [`Activation::ReluMaxPool`] halves them and rounds down
///
/// # Panics
/// If the shapes do not match, like Burn's own operation.
///
/// # Examples
/// ```
/// use burn::tensor::{Device, Tensor};
/// use burn_flex_kernels::{Activation, ConvConfig, fused_conv2d};
///
/// let device = Device::flex();
/// let config = ConvConfig {
///     stride: [1, 1],
///     padding: [1, 1],
///     activation: Activation::ReluMaxPool,
/// };
/// let images = Tensor::<4>::ones([2, 3, 32, 32], &device);
/// let weights = Tensor::<4>::ones([16, 3, 3, 3], &device);
/// let maps = fused_conv2d(images, weights, Tensor::zeros([16], &device), config);
/// assert_eq!(maps.dims(), [2, 16, 16, 16]);
/// // Away from the border, each output sums 3 x 3 x 3 ones.
/// assert_eq!(maps.max().into_scalar::<f32>(), 27.0);
/// ```
pub fn fused_conv2d(
    input: Tensor<4>,
    weights: Tensor<4>,
    bias: Tensor<1>,
    config: ConvConfig,
) -> Tensor<4> {
    let dtypes = [input.dtype(), weights.dtype(), bias.dtype()];
    match own_instructions(&input.device(), &dtypes) {
        Some(instructions) => Tensor::from_dispatch(Dispatch::fused_conv2d(
            input.into_dispatch(),
            weights.into_dispatch(),
            bias.into_dispatch(),
            config,
            instructions,
        )),
        None => composed(input, weights, bias, config),
    }
}

/// Convolution, bias, sum with `addend` and activation, differentiable with respect to all four tensors.
///
/// One operation, except before an activation if there are gradients.
///
/// # Shapes
/// Those of [`fused_conv2d`]. `addend` has that of the convolution's output.
///
/// # Panics
/// If the shapes do not match.
///
/// # Examples
/// ```
/// use burn::tensor::{Device, Tensor};
/// use burn_flex_kernels::{Activation, ConvConfig, fused_conv2d_sum};
///
/// let device = Device::flex();
/// let config = ConvConfig {
///     stride: [1, 1],
///     padding: [0, 0],
///     activation: Activation::Relu,
/// };
/// let maps = |value: f32| Tensor::<4>::from_data([[[[value]]]], &device);
/// let sum = |addend| fused_conv2d_sum(maps(2.0), maps(3.0), Tensor::zeros([1], &device), addend, config);
/// assert_eq!(sum(maps(1.0)).into_scalar::<f32>(), 7.0);
/// assert_eq!(sum(maps(-8.0)).into_scalar::<f32>(), 0.0);
/// ```
pub fn fused_conv2d_sum(
    input: Tensor<4>,
    weights: Tensor<4>,
    bias: Tensor<1>,
    addend: Tensor<4>,
    config: ConvConfig,
) -> Tensor<4> {
    let dtypes = [input.dtype(), weights.dtype(), bias.dtype(), addend.dtype()];
    let devices = [
        input.device(),
        weights.device(),
        bias.device(),
        addend.device(),
    ];
    let fusible = match config.activation {
        Activation::Identity => true,
        // The kernels have no gradient of an addend before an activation.
        Activation::Relu => !devices.iter().any(Device::is_autodiff),
        Activation::ReluMaxPool => false,
    };
    match own_instructions(&input.device(), &dtypes).filter(|_| fusible) {
        Some(instructions) => Tensor::from_dispatch(Dispatch::fused_conv2d_sum(
            input.into_dispatch(),
            weights.into_dispatch(),
            bias.into_dispatch(),
            addend.into_dispatch(),
            config,
            instructions,
        )),
        None => {
            let sums = ConvConfig {
                activation: Activation::Identity,
                ..config
            };
            let maps = fused_conv2d(input, weights, bias, sums);
            assert_eq!(maps.dims(), addend.dims(), "shape of the addend");
            activate(sum(maps, addend), config)
        }
    }
}

/// Composes the operation of Burn's own ones.
fn composed(
    input: Tensor<4>,
    weights: Tensor<4>,
    bias: Tensor<1>,
    config: ConvConfig,
) -> Tensor<4> {
    let ConvConfig {
        stride, padding, ..
    } = config;
    let options = ConvOptions::new(stride, padding, [1, 1], 1);
    activate(burn_conv2d(input, weights, Some(bias), options), config)
}

/// The activation, composed of Burn's own operations.
fn activate(sums: Tensor<4>, config: ConvConfig) -> Tensor<4> {
    match config.activation {
        Activation::Identity => sums,
        Activation::Relu => relu(sums),
        Activation::ReluMaxPool => max_pool2d(relu(sums), MaxPoolOptions::new([2, 2])),
    }
}
