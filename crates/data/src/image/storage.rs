//! How pixels are stored on the device.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

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

    /// Uploads the pixels of `count` images.
    ///
    /// # Shapes
    /// u8 `[count, values]` in one buffer to as many bytes, or if packed to `[count, values / 4]` integers, rounded
    /// up.
    pub(crate) fn upload(self, pixels: Vec<u8>, count: usize, device: &Device) -> Tensor<2, Int> {
        let values = pixels.len() / count.max(1);
        match self {
            Self::U8 => Tensor::from_data(
                TensorData::new(pixels, [count, values]),
                (device, DType::U8),
            ),
            Self::Packed => {
                let word = |bytes: &[u8]| {
                    let mut four = [0; 4];
                    four[..bytes.len()].copy_from_slice(bytes);
                    i32::from_le_bytes(four)
                };
                let images = pixels.chunks_exact(values.max(1));
                let words: Vec<i32> = images.flat_map(|image| image.chunks(4).map(word)).collect();
                Tensor::from_data(
                    TensorData::new(words, [count, values.div_ceil(4)]),
                    (device, DType::I32),
                )
            }
        }
    }

    /// The bytes of uploaded rows of so many values. Waits for the device.
    pub(super) fn download(self, rows: Tensor<2, Int>, values: usize) -> Vec<u8> {
        let [_, words] = rows.dims();
        let data = rows.into_data();
        match self {
            Self::U8 => data
                .try_into_vec::<u8>()
                .expect("pixels are stored as bytes"),
            Self::Packed => {
                let all: Vec<i32> = data.iter::<i32>().collect();
                let images = all.chunks_exact(words.max(1));
                let bytes = |image: &'_ [i32]| -> Vec<u8> {
                    let bytes = image.iter().flat_map(|word| word.to_le_bytes());
                    bytes.take(values).collect()
                };
                images.flat_map(bytes).collect()
            }
        }
    }

    /// The values of uploaded rows, f32 `[rows, values]`, from 0 to 255.
    pub(super) fn unpack(self, rows: Tensor<2, Int>, values: usize) -> Tensor<2> {
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
                let all = Tensor::stack::<3>(bytes, 2).reshape([count, words * 4]);
                // The last word of an image may have room left.
                let own = if words * 4 == values {
                    all
                } else {
                    all.narrow(1, 0, values)
                };
                own.float()
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

    /// Values of an image, as many as do not fill whole words.
    const VALUES: usize = 515;

    /// Two images in which every byte value occurs, also those with the sign bit of an i32.
    fn pixels() -> Vec<u8> {
        (0..2 * VALUES).map(|index| (index * 7) as u8).collect()
    }

    fn round_trip(storage: PixelStorage) -> Vec<f32> {
        let rows = storage.upload(pixels(), 2, &Device::flex());
        let values = storage.unpack(rows, VALUES);
        values.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn bytes_come_back_as_their_values() {
        let expected: Vec<f32> = pixels().iter().map(|&p| f32::from(p)).collect();
        assert_eq!(round_trip(PixelStorage::U8), expected);
    }

    #[test]
    fn packed_bytes_come_back_in_order_and_without_sign() {
        let expected: Vec<f32> = pixels().iter().map(|&p| f32::from(p)).collect();
        assert_eq!(round_trip(PixelStorage::Packed), expected);
    }

    #[test]
    fn a_device_with_a_byte_type_stores_bytes() {
        assert_eq!(PixelStorage::for_device(&Device::flex()), PixelStorage::U8);
    }
}
