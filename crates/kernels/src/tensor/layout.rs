//! Tensors whose memory has the channels last.

use burn::backend::TensorMetadata;
use burn::backend::flex::{FlexTensor, Layout};
use burn::tensor::{DType, Shape};

use crate::buffers;
use crate::channels_last::channels_last;

/// The values of a tensor whose memory has no gaps.
pub(in crate::tensor) fn values(tensor: &FlexTensor) -> &[f32] {
    let start = tensor.layout().start_offset();
    &tensor.storage::<f32>()[start..start + tensor.layout().num_elements()]
}

/// A tensor whose values come in the order of its shape.
pub(in crate::tensor) fn contiguous(values: Vec<f32>, shape: Shape) -> FlexTensor {
    FlexTensor::new(
        buffers::into_bytes(values),
        Layout::contiguous(shape),
        DType::F32,
    )
}

/// A tensor of shape `[batch, channels, height, width]` whose values have the channels last.
pub(in crate::tensor) fn from_channels_last(values: Vec<f32>, shape: Shape) -> FlexTensor {
    let strides = strides_of_channels_last(&shape);
    let layout = Layout::new(shape, strides, 0);
    FlexTensor::new(buffers::into_bytes(values), layout, DType::F32)
}

/// The distances in memory along the axes of a shape `[batch, channels, height, width]`.
fn strides_of_channels_last(shape: &Shape) -> Vec<isize> {
    let [_, channels, height, width] = shape.dims();
    [height * width * channels, 1, width * channels, channels]
        .map(|stride| stride as isize)
        .to_vec()
}

/// The tensor itself if its memory has the channels last, otherwise a copy that does.
pub(in crate::tensor) fn with_channels_last(tensor: FlexTensor) -> FlexTensor {
    let shape = tensor.shape();
    let expected = strides_of_channels_last(&shape);
    let strides = expected.iter().zip(tensor.layout().strides());
    // The stride of an axis of length 1 is never used.
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

#[cfg(test)]
mod tests;
