//! Layers in place of Burn's own, with the same settings, parameters and records.

use burn::config::Config;
use burn::module::{Content, DisplaySettings, Module, ModuleDisplay, Param};
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig as BurnConfig};
use burn::nn::{Initializer, PaddingConfig2d};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor};

use crate::conv2d;

/// The settings of a [`Conv2d`]: those of Burn's
/// [`Conv2dConfig`](burn::nn::conv::Conv2dConfig), with the same defaults.
#[derive(Config, Debug)]
pub struct Conv2dConfig {
    /// Channels of the input and of the output.
    pub channels: [usize; 2],
    /// Height and width of the kernel.
    pub kernel_size: [usize; 2],
    /// Distance between neighbouring windows.
    #[config(default = "[1, 1]")]
    pub stride: [usize; 2],
    /// Distance between neighbouring values of a window.
    #[config(default = "[1, 1]")]
    pub dilation: [usize; 2],
    /// Into how many groups the channels are divided.
    #[config(default = "1")]
    pub groups: usize,
    /// The zeros around the input.
    #[config(default = "PaddingConfig2d::Valid")]
    pub padding: PaddingConfig2d,
    /// Whether there is a bias.
    #[config(default = true)]
    pub bias: bool,
    /// How the initial parameters are drawn.
    #[config(
        default = "Initializer::KaimingUniform { gain: 1.0 / 3.0_f64.sqrt(), fan_out_only: false }"
    )]
    pub initializer: Initializer,
}

impl Conv2dConfig {
    /// A layer with initial parameters, drawn as Burn draws them.
    ///
    /// # Panics
    /// If the channels cannot be divided into the groups.
    pub fn init(&self, device: &Device) -> Conv2d {
        BurnConfig::new(self.channels, self.kernel_size)
            .with_stride(self.stride)
            .with_dilation(self.dilation)
            .with_groups(self.groups)
            .with_padding(self.padding.clone())
            .with_bias(self.bias)
            .with_initializer(self.initializer.clone())
            .init(device)
            .into()
    }
}

/// A convolution that this crate computes where it can.
///
/// It takes the place of Burn's [`Conv2d`](burn::nn::conv::Conv2d): the fields, their names in records and the output
/// are the same. What [`conv2d`] leaves to Burn is computed by Burn.
///
/// # Examples
/// One line of a network changes:
/// ```
/// // use burn::nn::conv::{Conv2d, Conv2dConfig};
/// use burn_flex_kernels::nn::{Conv2d, Conv2dConfig};
///
/// use burn::tensor::{Device, Tensor};
///
/// let device = Device::flex();
/// let layer: Conv2d = Conv2dConfig::new([3, 8], [3, 3]).init(&device);
/// let maps = layer.forward(Tensor::zeros([1, 3, 28, 28], &device));
/// assert_eq!(maps.dims(), [1, 8, 26, 26]);
/// ```
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct Conv2d {
    /// `[outputs, inputs / groups, kernel height, kernel width]`
    pub weight: Param<Tensor<4>>,
    /// `[outputs]`
    pub bias: Option<Param<Tensor<1>>>,
    /// Distance between neighbouring windows.
    pub stride: [usize; 2],
    /// Height and width of the kernel.
    pub kernel_size: [usize; 2],
    /// Distance between neighbouring values of a window.
    pub dilation: [usize; 2],
    /// Into how many groups the channels are divided.
    pub groups: usize,
    /// The zeros around the input.
    #[module(skip)]
    pub padding: PaddingConfig2d,
}

impl Conv2d {
    /// The maps of a batch of images.
    ///
    /// # Shapes
    /// `[batch, inputs, height, width]` to `[batch, outputs, height, width]`, with the height and width of the
    /// convolution's output.
    ///
    /// # Panics
    /// If `input` does not have the layer's channels, or is smaller than the kernel.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let [_, _, height, width] = input.dims();
        let padding = match &self.padding {
            PaddingConfig2d::Valid => [(0, 0), (0, 0)],
            PaddingConfig2d::Explicit(top, left, bottom, right) => {
                [(*top, *bottom), (*left, *right)]
            }
            PaddingConfig2d::Same => [self.same(0, height), self.same(1, width)],
        };
        let bias = self.bias.as_ref().map(Param::val);
        let options =
            ConvOptions::new_with_padding(self.stride, padding, self.dilation, self.groups);
        conv2d(input, self.weight.val(), bias, options)
    }

    /// The zeros before and after an axis that keep its size; an odd one comes after it. Like Burn's own layer, this
    /// knows no dilation.
    fn same(&self, axis: usize, size: usize) -> (usize, usize) {
        let stride = self.stride[axis];
        let windows = size.div_ceil(stride).saturating_sub(1);
        let missing = (windows * stride + self.kernel_size[axis]).saturating_sub(size);
        (missing / 2, missing - missing / 2)
    }
}

impl From<BurnConv2d> for Conv2d {
    fn from(layer: BurnConv2d) -> Self {
        Self {
            weight: layer.weight,
            bias: layer.bias,
            stride: layer.stride,
            kernel_size: layer.kernel_size,
            dilation: layer.dilation,
            groups: layer.groups,
            padding: layer.padding,
        }
    }
}

impl From<Conv2d> for BurnConv2d {
    fn from(layer: Conv2d) -> Self {
        Self {
            weight: layer.weight,
            bias: layer.bias,
            stride: layer.stride,
            kernel_size: layer.kernel_size,
            dilation: layer.dilation,
            groups: layer.groups,
            padding: layer.padding,
        }
    }
}

impl ModuleDisplay for Conv2d {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        // In the words of Burn's layer.
        let [outputs, inputs, ..] = self.weight.dims();
        content
            .add("ch_in", &(inputs * self.groups).to_string())
            .add("ch_out", &outputs.to_string())
            .add("stride", &format!("{:?}", self.stride))
            .add("kernel_size", &format!("{:?}", self.kernel_size))
            .add("dilation", &format!("{:?}", self.dilation))
            .add("groups", &self.groups)
            .add_debug_attribute("padding", &self.padding)
            .optional()
    }
}
