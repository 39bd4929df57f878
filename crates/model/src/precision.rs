//! The number type that a network computes in.

use burn::module::Param;
use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, Linear, PaddingConfig2d};
use burn::tensor::module::linear;
use burn::tensor::{DType, FloatDType, Tensor};
use mixup_kernels::{Activation, ConvConfig, conv2d};
use serde::{Deserialize, Serialize};

use crate::norm::batch_norm;

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
        let bias = layer.bias.as_ref().map_or_else(
            || Tensor::zeros([layer.weight.dims()[0]], &x.device()),
            Param::val,
        );
        let padding = match layer.padding {
            PaddingConfig2d::Valid => [0, 0],
            PaddingConfig2d::Explicit(rows, columns, ..) => [rows, columns],
            PaddingConfig2d::Same => unreachable!("the networks state their padding in pixels"),
        };
        let config = ConvConfig {
            stride: layer.stride,
            padding,
            activation,
        };
        debug_assert_eq!((layer.groups, layer.dilation), (1, [1, 1]));
        match self {
            Self::F32 => conv2d(x, layer.weight.val(), bias, config),
            Self::Bf16 => conv2d(
                to_bf16(x),
                to_bf16(layer.weight.val()),
                to_bf16(bias),
                config,
            ),
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

    /// The output of a batch normalisation, always in f32, because it sums over a whole batch.
    pub(crate) fn norm(self, layer: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
        batch_norm(layer, to_f32(x))
    }
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
