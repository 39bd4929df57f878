//! The number type that a network computes in.

use burn::module::Param;
use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, Linear, PaddingConfig2d};
use burn::tensor::module::linear;
use burn::tensor::{DType, FloatDType, Tensor};
use mixup_kernels::{Activation, ConvConfig, conv2d};
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
        let bias = layer.bias.as_ref().map_or_else(
            || Tensor::zeros([layer.weight.dims()[0]], &x.device()),
            Param::val,
        );
        self.conv2d_with(layer, layer.weight.val(), bias, x, activation)
    }

    /// The output of a convolution without bias, of the normalisation of its sums and of the `activation`
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
        if self == Self::Bf16 || learns(norm, &x.device()) {
            let sums = self.conv2d(conv, x, Activation::Identity);
            return self.norm(norm, sums, activation);
        }
        debug_assert!(conv.bias.is_none(), "the normalisation's shift is the bias");
        let [factor, offset] = factor_and_offset(norm);
        let [outputs] = factor.dims();
        let weights = conv.weight.val() * factor.reshape([outputs, 1, 1, 1]);
        self.conv2d_with(conv, weights, offset, x, activation)
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
            Self::F32 => conv2d(x, weights, bias, config),
            Self::Bf16 => conv2d(to_bf16(x), to_bf16(weights), to_bf16(bias), config),
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
