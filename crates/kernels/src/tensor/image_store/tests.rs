//! Which tensors a store takes, and what memory a batch has.

use burn::backend::TensorMetadata;
use burn::tensor::TensorData;

use super::*;
use crate::images::{Mixture, ViewedImage};
use crate::tensor::layout::values;

/// Channels, height and width.
const SHAPE: [usize; 3] = [3, 1, 2];

/// Four images, whose bytes are consecutive.
fn data() -> TensorData {
    TensorData::new((0..24).collect::<Vec<u8>>(), [4, 6])
}

fn pixels(dtype: DType) -> Tensor<2, Int> {
    Tensor::from_data(data(), (&Device::flex(), dtype))
}

fn unmixed(image: usize) -> MixedImage {
    MixedImage {
        own: ViewedImage::unchanged(image),
        mixture: Mixture::Unmixed,
    }
}

fn unscaled() -> PixelConstants {
    PixelConstants {
        scale: vec![1.0; 3],
        shift: vec![0.0; 3],
    }
}

fn batch(pixels: Tensor<2, Int>, images: &[usize]) -> Vec<f32> {
    let images: Vec<MixedImage> = images.iter().copied().map(unmixed).collect();
    let store = ImageStore::new(&pixels, SHAPE).unwrap();
    let batch = store.batch(&images, &unscaled());
    assert_eq!(batch.dims(), [images.len(), 3, 1, 2]);
    batch.into_data().try_to_vec().unwrap()
}

#[test]
fn a_batch_has_the_images_in_its_order() {
    let expected: Vec<f32> = (18..24).chain(6..12).map(|byte| byte as f32).collect();
    assert_eq!(batch(pixels(DType::U8), &[3, 1]), expected);
}

#[test]
fn a_part_of_the_pixels_starts_at_its_offset() {
    let expected: Vec<f32> = (12..18).map(|byte| byte as f32).collect();
    let part = pixels(DType::U8).narrow(0, 1, 2);
    assert_eq!(batch(part, &[1]), expected);
}

#[test]
fn an_empty_batch_has_no_images() {
    assert!(batch(pixels(DType::U8), &[]).is_empty());
}

#[test]
fn the_channels_of_a_pixel_are_neighbours_in_memory() {
    let pixels = FlexTensor::from_data(data());
    let batch = Flex::mixed_images(
        pixels,
        SHAPE,
        &[unmixed(0)],
        &unscaled(),
        Instructions::Scalar,
    );
    assert_eq!(batch.shape().dims(), [1, 3, 1, 2]);
    assert_eq!(values(&batch), [0.0, 2.0, 4.0, 1.0, 3.0, 5.0]);
}

#[test]
fn what_is_not_bytes_is_left_to_burn() {
    assert!(ImageStore::new(&pixels(DType::I32), SHAPE).is_none());
}

#[test]
#[should_panic(expected = "values of an image")]
fn images_of_another_shape_are_refused() {
    ImageStore::new(&pixels(DType::U8), [3, 2, 2]);
}
