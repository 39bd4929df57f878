//! How pixels are stored on the device.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use crate::IMAGE_BYTES;

/// How pixel values are stored on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelStorage {
    /// One byte per pixel value.
    U8,
    /// Four pixel values in one 32-bit integer, for devices without a byte type (WGSL).
    Packed,
}

impl PixelStorage {
    /// [`U8`](Self::U8) if the device supports it, otherwise [`Packed`](Self::Packed).
    pub fn for_device(device: &Device) -> Self {
        if device.supports_dtype(DType::U8) {
            Self::U8
        } else {
            Self::Packed
        }
    }

    /// Uploads the pixels of whole images.
    ///
    /// # Shapes
    /// u8 `[N, 3, 32, 32]` in one buffer to `[N, 3072]` bytes, or `[N, 768]` integers if packed.
    pub(super) fn upload(self, pixels: Vec<u8>, device: &Device) -> Tensor<2, Int> {
        let count = pixels.len() / IMAGE_BYTES;
        match self {
            Self::U8 => Tensor::from_data(
                TensorData::new(pixels, [count, IMAGE_BYTES]),
                (device, DType::U8),
            ),
            Self::Packed => {
                let words: Vec<i32> = pixels
                    .chunks_exact(4)
                    .map(|four| i32::from_le_bytes([four[0], four[1], four[2], four[3]]))
                    .collect();
                Tensor::from_data(
                    TensorData::new(words, [count, IMAGE_BYTES / 4]),
                    (device, DType::I32),
                )
            }
        }
    }

    /// The values of uploaded rows, f32 `[rows, 3072]`, from 0 to 255.
    pub(super) fn unpack(self, rows: Tensor<2, Int>) -> Tensor<2> {
        match self {
            Self::U8 => rows.float(),
            Self::Packed => {
                let [count, words] = rows.dims();
                let bytes = (0..4)
                    .map(|byte| {
                        let shifted = rows.clone().bitwise_right_shift_scalar(8 * byte);
                        shifted.bitwise_and_scalar(255)
                    })
                    .collect();
                Tensor::stack::<3>(bytes, 2)
                    .reshape([count, words * 4])
                    .float()
            }
        }
    }
}

impl std::fmt::Display for PixelStorage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::U8 => "u8",
            Self::Packed => "4 x u8 in i32",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two images in which every byte value occurs, also those with the sign bit of an i32.
    fn pixels() -> Vec<u8> {
        (0..2 * IMAGE_BYTES)
            .map(|index| (index * 7) as u8)
            .collect()
    }

    fn round_trip(storage: PixelStorage) -> Vec<f32> {
        let rows = storage.upload(pixels(), &Device::flex());
        storage.unpack(rows).into_data().try_to_vec().unwrap()
    }

    #[test]
    fn bytes_come_back_as_their_values() {
        assert_eq!(
            round_trip(PixelStorage::U8),
            pixels().iter().map(|&p| f32::from(p)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn packed_bytes_come_back_in_order_and_without_sign() {
        assert_eq!(
            round_trip(PixelStorage::Packed),
            pixels().iter().map(|&p| f32::from(p)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_device_with_a_byte_type_stores_bytes() {
        assert_eq!(PixelStorage::for_device(&Device::flex()), PixelStorage::U8);
    }
}
