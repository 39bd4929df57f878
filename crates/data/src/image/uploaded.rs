//! The pixels of images on a device.

use burn::tensor::{Device, Int, Tensor};

use crate::ImageShape;
use crate::image::storage::PixelStorage;

/// The pixels of images on a device, without autodiff. A clone shares them.
#[derive(Clone, Debug)]
pub(crate) struct UploadedPixels {
    /// `[N, values]` bytes, or `[N, values / 4]` packed integers.
    pub(crate) pixels: Tensor<2, Int>,
    pub(crate) storage: PixelStorage,
    pub(crate) shape: ImageShape,
}

impl UploadedPixels {
    /// The same pixels on `device`.
    ///
    /// # Panics
    /// If `device` needs another [`PixelStorage`].
    pub(crate) fn to_device(&self, device: &Device) -> Self {
        let storage = PixelStorage::for_device(device);
        assert_eq!(self.storage, storage, "storage of images");
        Self {
            pixels: self.pixels.clone().to_device(device),
            ..*self
        }
    }

    /// The bytes of all images. Waits for the device.
    pub(crate) fn download(&self) -> Vec<u8> {
        self.storage
            .download(self.pixels.clone(), self.shape.values())
    }

    /// The bytes of the images at `rows`. Waits for the device.
    pub(crate) fn download_rows(&self, rows: &[u32]) -> Vec<u8> {
        let rows: Vec<i32> = rows.iter().map(|&row| row as i32).collect();
        let rows = Tensor::<1, Int>::from_data(&rows[..], &self.pixels.device());
        let chosen = self.pixels.clone().select(0, rows);
        self.storage.download(chosen, self.shape.values())
    }

    /// The pixels of the uploaded images at `rows`, f32 `[rows, channels, height, width]`, from 0 to 255.
    pub(crate) fn gather(&self, rows: Tensor<1, Int>) -> Tensor<4> {
        let [count] = rows.dims();
        let values = self.shape.values();
        let images = self
            .storage
            .unpack(self.pixels.clone().select(0, rows), values);
        let [channels, height, width] = self.shape.dims();
        images.reshape([count, channels, height, width])
    }
}
