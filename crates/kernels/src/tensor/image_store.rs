//! Batches of mixed images as an operation on Burn's tensors.

use burn::backend::flex::FlexTensor;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{DType, Device, Int, Shape, Tensor};

use super::layout::from_channels_last;
use super::own_instructions;
use crate::images::{MixedImage, PixelConstants, StoredImages, mix_images};
use crate::instructions::Instructions;

/// Images in the memory of the CPU, from which this crate's kernels make batches.
///
/// # Example
/// ```
/// use burn::tensor::{DType, Device, Int, Tensor, TensorData};
/// use burn_flex_kernels::{ImageStore, MixedImage, Mixture, PixelConstants, ViewedImage};
///
/// let black_and_white = TensorData::new(vec![0_u8, 0, 255, 255], [2, 2]);
/// let pixels = Tensor::<2, Int>::from_data(black_and_white, (&Device::flex(), DType::U8));
/// let store = ImageStore::new(&pixels, [1, 1, 2]).expect("bytes on the CPU");
/// let grey = MixedImage {
///     own: ViewedImage::unchanged(0),
///     mixture: Mixture::Weighted {
///         partner: ViewedImage::unchanged(1),
///         weight: 0.75,
///     },
/// };
/// let constants = PixelConstants { scale: vec![2.0], shift: vec![1.0] };
/// let batch = store.batch(&[grey], &constants);
/// assert_eq!(batch.dims(), [1, 1, 1, 2]);
/// assert_eq!(batch.max().into_scalar::<f32>(), 2.0 * 0.25 * 255.0 + 1.0);
/// ```
#[derive(Clone, Debug)]
pub struct ImageStore {
    pixels: Tensor<2, Int>,
    /// Channels, height and width.
    shape: [usize; 3],
    instructions: Instructions,
}

impl ImageStore {
    /// The images of `pixels`, each of `shape`: channels, height and width. `None` if this crate's kernels
    /// do not read them: on other devices, for values that are not bytes, and if
    /// [`Kernels::Burn`](crate::Kernels::Burn) is selected.
    ///
    /// # Shapes
    /// `pixels` is `[images, channels · height · width]`.
    ///
    /// # Panics
    /// If an image has not as many values as its shape says.
    pub fn new(pixels: &Tensor<2, Int>, shape: [usize; 3]) -> Option<Self> {
        let instructions = own_instructions(&pixels.device(), &[])?;
        if pixels.dtype() != DType::U8 {
            return None;
        }
        let [_, values] = pixels.dims();
        assert_eq!(
            values,
            shape.iter().product::<usize>(),
            "values of an image"
        );
        Some(Self {
            pixels: pixels.clone(),
            shape,
            instructions,
        })
    }

    /// Whether this crate's kernels make the batches of bytes on `device`.
    pub fn is_for(device: &Device) -> bool {
        own_instructions(device, &[]).is_some()
    }

    /// The images of `batch`, mixed and normalised: f32 `[batch, channels, height, width]`, with the
    /// channels last in memory.
    ///
    /// # Panics
    /// If an image is not in the store, or a channel has not one constant of each kind.
    pub fn batch(&self, batch: &[MixedImage], constants: &PixelConstants) -> Tensor<4> {
        Tensor::from_dispatch(Dispatch::mixed_images(
            self.pixels.clone().into_dispatch(),
            self.shape,
            batch,
            constants,
            self.instructions,
        ))
    }
}

/// A back end that makes a batch of stored images as one operation, without gradients.
#[backend_extension(Flex)]
trait MixedImages: Backend {
    /// The images of `batch`.
    fn mixed_images(
        pixels: IntTensor<Self>,
        shape: [usize; 3],
        batch: &[MixedImage],
        constants: &PixelConstants,
        instructions: Instructions,
    ) -> FloatTensor<Self>;
}

impl MixedImages for Flex {
    fn mixed_images(
        pixels: FlexTensor,
        shape: [usize; 3],
        batch: &[MixedImage],
        constants: &PixelConstants,
        instructions: Instructions,
    ) -> FlexTensor {
        // Uploaded pixels are contiguous, and nothing is copied.
        let pixels = pixels.to_contiguous();
        let start = pixels.layout().start_offset();
        let images = StoredImages {
            pixels: &pixels.storage::<u8>()[start..start + pixels.layout().num_elements()],
            shape,
        };
        let values = mix_images(instructions, images, batch, constants);
        let [channels, height, width] = shape;
        from_channels_last(values, Shape::new([batch.len(), channels, height, width]))
    }
}

#[cfg(test)]
mod tests;
