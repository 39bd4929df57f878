//! The number type that a network computes in.

use burn::module::Param;
use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, Linear, PaddingConfig2d};
use burn::tensor::module::linear;
use burn::tensor::{DType, Device, FloatDType, Tensor};
use burn_flex_kernels::{Activation, ConvConfig, fused_conv2d, fused_conv2d_sum, sum};
use serde::{Deserialize, Serialize};

use crate::norm::{batch_norm, factor_and_offset, learns};

/// The number type of a network's layers. Parameters, their gradients and logits are always f32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Single precision.
    #[default]
    F32,
    /// bfloat16: f32's range with 8 significant bits. Each layer rounds its input and its parameters.
    Bf16,
}

impl std::fmt::Display for Precision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
        })
    }
}

impl Precision {
    /// The output of a convolution and the `activation` after it.
    pub(crate) fn conv2d(self, layer: &Conv2d, x: Tensor<4>, activation: Activation) -> Tensor<4> {
        let bias = bias_of(layer, &x.device());
        self.conv2d_with(layer, layer.weight.val(), bias, x, activation)
    }

    /// The sum of a convolution's output and `addend`, in f32.
    pub(crate) fn conv2d_sum(self, layer: &Conv2d, x: Tensor<4>, addend: Tensor<4>) -> Tensor<4> {
        match self {
            Self::F32 => {
                let bias = bias_of(layer, &x.device());
                let config = config_of(layer, Activation::Identity);
                fused_conv2d_sum(x, layer.weight.val(), bias, addend, config)
            }
            Self::Bf16 => sum(to_f32(self.conv2d(layer, x, Activation::Identity)), addend),
        }
    }

    /// The output of a convolution, of the normalisation of its sums and of the `activation`
    /// after that.
    ///
    /// In inference the normalisation is part of the convolution's weights.
    pub(crate) fn conv2d_norm(
        self,
        conv: &Conv2d,
        norm: &BatchNorm,
        x: Tensor<4>,
        activation: Activation,
    ) -> Tensor<4> {
        // A batch of images knows no gradients, so the weights say whether the network learns.
        if self == Self::Bf16 || learns(norm, &conv.weight.val().device()) {
            let sums = self.conv2d(conv, x, Activation::Identity);
            return self.norm(norm, sums, activation);
        }
        let (weights, bias) = folded(conv, norm);
        self.conv2d_with(conv, weights, bias, x, activation)
    }

    /// The same with the sum with `addend` before the activation.
    pub(crate) fn conv2d_norm_sum(
        self,
        conv: &Conv2d,
        norm: &BatchNorm,
        x: Tensor<4>,
        addend: Tensor<4>,
        activation: Activation,
    ) -> Tensor<4> {
        // With gradients, also those of an attack, the normalisation adds: the convolution's kernel has no gradient
        // for a sum before an activation.
        let has_gradients = [x.device(), conv.weight.val().device()]
            .iter()
            .any(Device::is_autodiff);
        if self == Self::Bf16 || has_gradients {
            let sums = self.conv2d(conv, x, Activation::Identity);
            return self.norm_sum(norm, sums, addend, activation);
        }
        let (weights, bias) = folded(conv, norm);
        fused_conv2d_sum(x, weights, bias, addend, config_of(conv, activation))
    }

    /// The output of a convolution with these weights and this bias.
    fn conv2d_with(
        self,
        layer: &Conv2d,
        weights: Tensor<4>,
        bias: Tensor<1>,
        x: Tensor<4>,
        activation: Activation,
    ) -> Tensor<4> {
        let config = config_of(layer, activation);
        match self {
            Self::F32 => fused_conv2d(x, weights, bias, config),
            Self::Bf16 => fused_conv2d(to_bf16(x), to_bf16(weights), to_bf16(bias), config),
        }
    }

    /// The output of a linear layer.
    pub(crate) fn linear(self, layer: &Linear, x: Tensor<2>) -> Tensor<2> {
        match self {
            Self::F32 => layer.forward(x),
            Self::Bf16 => linear(
                to_bf16(x),
                to_bf16(layer.weight.val()),
                layer.bias.as_ref().map(|bias| to_bf16(bias.val())),
            ),
        }
    }

    /// The output of a batch normalisation and the `activation` after it, always in f32, because it sums
    /// over a whole batch.
    pub(crate) fn norm(self, layer: &BatchNorm, x: Tensor<4>, activation: Activation) -> Tensor<4> {
        batch_norm(layer, to_f32(x), None, activation)
    }

    /// The same with the sum with `addend` before the activation.
    pub(crate) fn norm_sum(
        self,
        layer: &BatchNorm,
        x: Tensor<4>,
        addend: Tensor<4>,
        activation: Activation,
    ) -> Tensor<4> {
        batch_norm(layer, to_f32(x), Some(addend), activation)
    }
}

/// A convolution's bias, or zeros.
fn bias_of(layer: &Conv2d, device: &Device) -> Tensor<1> {
    layer.bias.as_ref().map_or_else(
        || Tensor::zeros([layer.weight.dims()[0]], device),
        Param::val,
    )
}

/// A convolution's settings.
fn config_of(layer: &Conv2d, activation: Activation) -> ConvConfig {
    let padding = match layer.padding {
        PaddingConfig2d::Valid => [0, 0],
        PaddingConfig2d::Explicit(rows, columns, ..) => [rows, columns],
        PaddingConfig2d::Same => unreachable!("the networks state their padding in pixels"),
    };
    debug_assert_eq!((layer.groups, layer.dilation), (1, [1, 1]));
    ConvConfig {
        stride: layer.stride,
        padding,
        activation,
    }
}

/// The weights and the bias of a convolution that computes the normalisation after it too.
fn folded(conv: &Conv2d, norm: &BatchNorm) -> (Tensor<4>, Tensor<1>) {
    let [factor, mut offset] = factor_and_offset(norm);
    if let Some(bias) = &conv.bias {
        offset = offset + bias.val() * factor.clone();
    }
    let [outputs] = factor.dims();
    let weights = conv.weight.val() * factor.reshape([outputs, 1, 1, 1]);
    (weights, offset)
}

/// `x` in f32.
pub(crate) fn to_f32<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    match x.dtype() {
        DType::F32 => x,
        _ => x.cast(FloatDType::F32),
    }
}

/// `x` rounded to bf16. Its gradient returns in the type of `x`.
fn to_bf16<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    x.cast(FloatDType::BF16)
}

#[cfg(test)]
mod tests;
