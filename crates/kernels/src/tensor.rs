//! The convolutions as operations on Burn's tensors.
//!
//! On the CPU an operation takes its kernels from this crate, forward and backward; on other devices,
//! for other types and where [`Kernels::Burn`] is selected it is composed of Burn's own operations.
//! Its output has the channels last in memory and first in its shape, so the next convolution takes
//! it as it is.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients as Tape;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Autodiff, Backend, Dispatch, DispatchDevice, Flex, TensorMetadata, backend_extension,
};
use burn::tensor::activation::relu;
use burn::tensor::module::{conv2d as burn_conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{DType, Shape, Tensor};

use crate::conv::{self, Layer, Output, Wanted};
use crate::image::channels_last;
use crate::{Activation, ConvShape, Instructions, Kernels, pool};

/// What a [`conv2d`] does beside its weights and bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvConfig {
    /// Step between two windows, vertically and horizontally.
    pub stride: [usize; 2],
    /// Zeros added above and below, and left and right.
    pub padding: [usize; 2],
    /// What follows the bias.
    pub activation: Activation,
}

/// Convolution, bias and activation, differentiable by all three tensors.
///
/// # Shapes
/// `input` `[batch, inputs, height, width]`, `weights` `[outputs, inputs, height, width]`, `bias`
/// `[outputs]`; the result `[batch, outputs, height, width]` with the output's height and width, halved
/// by [`Activation::ReluMaxPool`].
///
/// # Panics
/// Where shapes do not fit, as Burn's own operation does.
pub fn conv2d(
    input: Tensor<4>,
    weights: Tensor<4>,
    bias: Tensor<1>,
    config: ConvConfig,
) -> Tensor<4> {
    let own = match Kernels::selected() {
        Kernels::Own(instructions) if on_cpu(&input) => Some(instructions),
        _ => None,
    };
    let all_f32 = [input.dtype(), weights.dtype(), bias.dtype()] == [DType::F32; 3];
    match own.filter(|_| all_f32) {
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

fn on_cpu(tensor: &Tensor<4>) -> bool {
    let device = tensor.device().without_autodiff();
    matches!(device.as_dispatch(), DispatchDevice::Flex(_))
}

/// The same of Burn's own operations.
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
    let sums = burn_conv2d(input, weights, Some(bias), options);
    match config.activation {
        Activation::Identity => sums,
        Activation::Relu => relu(sums),
        Activation::ReluMaxPool => max_pool2d(relu(sums), MaxPoolOptions::new([2, 2])),
    }
}

/// What a back end needs for [`conv2d`].
#[backend_extension(Flex, Autodiff)]
trait FusedConv2d: Backend {
    fn fused_conv2d(
        input: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        config: ConvConfig,
        instructions: Instructions,
    ) -> FloatTensor<Self>;
}

impl FusedConv2d for Flex {
    fn fused_conv2d(
        input: FlexTensor,
        weights: FlexTensor,
        bias: FlexTensor,
        config: ConvConfig,
        instructions: Instructions,
    ) -> FlexTensor {
        let operands = Operands::new(input, weights, bias, config);
        let output = conv::forward(instructions, &operands.layer(), false);
        operands.output(output.values)
    }
}

impl<C: CheckpointStrategy> FusedConv2d for Autodiff<Flex, C> {
    fn fused_conv2d(
        input: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        config: ConvConfig,
        instructions: Instructions,
    ) -> FloatTensor<Self> {
        let (input, input_node) = input.into_parts();
        let (weights, weights_node) = weights.into_parts();
        let (bias, bias_node) = bias.into_parts();
        let prepared = FusedConv2dBackward
            .prepare::<C>([input_node, weights_node, bias_node])
            .compute_bound()
            .stateful();
        match prepared {
            OpsKind::Tracked(tracked) => {
                let operands = Operands::new(input, weights, bias, config);
                let output = conv::forward(instructions, &operands.layer(), true);
                let Output { values, route } = output;
                let values = operands.output(values);
                let seen = match config.activation {
                    Activation::Identity => None,
                    Activation::Relu => Some(values.clone()),
                    Activation::ReluMaxPool => Some(operands.output(route)),
                };
                let state = Seen {
                    operands,
                    activation: seen,
                    instructions,
                };
                tracked.finish(state, values)
            }
            OpsKind::UnTracked(untracked) => {
                let output = Flex::fused_conv2d(input, weights, bias, config, instructions);
                untracked.finish(output)
            }
        }
    }
}

#[derive(Debug)]
struct FusedConv2dBackward;

/// What the gradient needs of the forward pass.
#[derive(Clone, Debug)]
struct Seen {
    operands: Operands,
    /// What the activation remembers, with the channels last.
    activation: Option<FlexTensor>,
    instructions: Instructions,
}

impl Backward<Flex, 3> for FusedConv2dBackward {
    type State = Seen;

    fn backward(self, ops: Ops<Seen, 3>, tape: &mut Tape, _checkpointer: &mut Checkpointer) {
        let [input, weights, bias] = ops.parents;
        let above = with_channels_last(tape.consume::<Flex>(&ops.node));
        let Seen {
            operands,
            activation,
            instructions,
        } = ops.state;
        let wanted = Wanted {
            input: input.is_some(),
        };
        let gradients = conv::backward(
            instructions,
            &operands.layer(),
            values(&above),
            activation.as_ref().map(values).unwrap_or_default(),
            wanted,
        );
        if let (Some(node), Some(gradient)) = (input, gradients.input) {
            let shape = operands.input.shape();
            tape.register::<Flex>(node.id, from_channels_last(gradient, shape));
        }
        if let Some(node) = weights {
            let gradient = contiguous(gradients.weights, operands.weights.shape());
            tape.register::<Flex>(node.id, gradient);
        }
        if let Some(node) = bias {
            let gradient = contiguous(gradients.bias, operands.bias.shape());
            tape.register::<Flex>(node.id, gradient);
        }
    }
}

/// The tensors of a convolution in the memory layouts of the kernels.
#[derive(Clone, Debug)]
struct Operands {
    shape: ConvShape,
    input: FlexTensor,
    weights: FlexTensor,
    bias: FlexTensor,
    activation: Activation,
}

impl Operands {
    fn new(input: FlexTensor, weights: FlexTensor, bias: FlexTensor, config: ConvConfig) -> Self {
        let [batch, inputs, height, width] = input.shape().dims();
        let [outputs, of, kernel_height, kernel_width] = weights.shape().dims();
        assert_eq!(
            inputs, of,
            "channels of the input and inputs of the weights"
        );
        let shape = ConvShape {
            batch,
            inputs,
            outputs,
            size: [height, width],
            kernel: [kernel_height, kernel_width],
            stride: config.stride,
            padding: config.padding,
        };
        Self {
            shape,
            input: with_channels_last(input),
            weights: weights.to_contiguous(),
            bias: bias.to_contiguous(),
            activation: config.activation,
        }
    }

    fn layer(&self) -> Layer<'_> {
        Layer {
            shape: self.shape,
            input: values(&self.input),
            weights: values(&self.weights),
            bias: values(&self.bias),
            activation: self.activation,
        }
    }

    /// A tensor of the layer's output.
    fn output(&self, values: Vec<f32>) -> FlexTensor {
        let [height, width] = self.activation.output_size(self.shape.output_size());
        let shape = Shape::new([self.shape.batch, self.shape.outputs, height, width]);
        from_channels_last(values, shape)
    }
}

/// The values of a tensor whose memory has no gaps.
fn values(tensor: &FlexTensor) -> &[f32] {
    let start = tensor.layout().start_offset();
    &tensor.storage::<f32>()[start..start + tensor.layout().num_elements()]
}

fn contiguous(values: Vec<f32>, shape: Shape) -> FlexTensor {
    FlexTensor::new(
        pool::into_bytes(values),
        Layout::contiguous(shape),
        DType::F32,
    )
}

/// A tensor of shape `[batch, channels, height, width]` whose values come with the channels last.
fn from_channels_last(values: Vec<f32>, shape: Shape) -> FlexTensor {
    let strides = strides_of_channels_last(&shape);
    let layout = Layout::new(shape, strides, 0);
    FlexTensor::new(pool::into_bytes(values), layout, DType::F32)
}

fn strides_of_channels_last(shape: &Shape) -> Vec<isize> {
    let [_, channels, height, width] = shape.dims();
    [height * width * channels, 1, width * channels, channels]
        .map(|stride| stride as isize)
        .to_vec()
}

/// The tensor, copied where its memory does not have the channels last.
fn with_channels_last(tensor: FlexTensor) -> FlexTensor {
    let shape = tensor.shape();
    let expected = strides_of_channels_last(&shape);
    let strides = expected.iter().zip(tensor.layout().strides());
    // A dimension of length 1 is never stepped along.
    let already = shape
        .iter()
        .zip(strides)
        .all(|(&length, (expected, stride))| length == 1 || expected == stride);
    if already {
        return tensor;
    }
    let [_, channels, height, width] = shape.dims();
    let tensor = tensor.to_contiguous();
    from_channels_last(
        channels_last(values(&tensor), channels, height * width),
        shape,
    )
}
