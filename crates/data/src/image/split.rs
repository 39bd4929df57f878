//! Images on a device, and parts of them: index lists into one upload.

use std::sync::Arc;

use burn::tensor::{Device, Int, Tensor};

use crate::image::FileRows;
use crate::image::storage::PixelStorage;
use crate::{DataError, ImageShape, Images, SourceImages};

/// The pixels of images on a device, without autodiff. A clone shares them.
#[derive(Clone, Debug)]
pub(super) struct UploadedPixels {
    /// `[N, values]` bytes, or `[N, values / 4]` packed integers.
    pub(super) pixels: Tensor<2, Int>,
    pub(super) storage: PixelStorage,
    pub(super) shape: ImageShape,
}

impl UploadedPixels {
    /// The same pixels on `device`.
    ///
    /// # Panics
    /// If `device` needs another [`PixelStorage`].
    fn to_device(&self, device: &Device) -> Self {
        let storage = PixelStorage::for_device(device);
        assert_eq!(self.storage, storage, "storage of images");
        Self {
            pixels: self.pixels.clone().to_device(device),
            ..*self
        }
    }

    /// The bytes of all images. Waits for the device.
    pub(super) fn download(&self) -> Vec<u8> {
        self.storage
            .download(self.pixels.clone(), self.shape.values())
    }

    /// The bytes of the images at `rows`. Waits for the device.
    pub(super) fn download_rows(&self, rows: &[u32]) -> Vec<u8> {
        let rows: Vec<i32> = rows.iter().map(|&row| row as i32).collect();
        let rows = Tensor::<1, Int>::from_data(&rows[..], &self.pixels.device());
        let chosen = self.pixels.clone().select(0, rows);
        self.storage.download(chosen, self.shape.values())
    }

    /// The pixels of the uploaded images at `rows`, f32 `[rows, channels, height, width]`, from 0 to 255.
    pub(super) fn gather(&self, rows: Tensor<1, Int>) -> Tensor<4> {
        let [count] = rows.dims();
        let values = self.shape.values();
        let images = self
            .storage
            .unpack(self.pixels.clone().select(0, rows), values);
        let [channels, height, width] = self.shape.dims();
        images.reshape([count, channels, height, width])
    }
}

/// Where the pixels of a split are.
#[derive(Clone, Debug)]
pub(super) enum SplitPixels {
    /// On the device.
    Uploaded(Box<UploadedPixels>),
    /// In a file. Those of a batch are put on `device`, without autodiff, when it is made.
    File { rows: FileRows, device: Device },
}

/// Some of the images on a device, in an order of their own, each with its label.
///
/// Pixels are uploaded once, or stay in the file of a packed set until a batch needs them. A part of a split, such as
/// the images held out for validation, is a list of indices into the same pixels, and so is a clone.
#[derive(Clone, Debug)]
pub struct Split {
    pixels: SplitPixels,
    /// The stored image at each position; `None` for all of them in order.
    rows: Option<Arc<[u32]>>,
    labels: Arc<[u16]>,
}

impl Split {
    /// Uploads `images` to `device`, one byte per pixel value. Images in a file stay there.
    pub fn upload(images: impl Into<SourceImages>, device: &Device) -> Self {
        match images.into() {
            SourceImages::Memory(images) => {
                Self::upload_as(images, PixelStorage::for_device(device), device)
            }
            SourceImages::File(images) => {
                let (rows, labels) = images.into_parts();
                let device = device.clone().without_autodiff();
                Self {
                    pixels: SplitPixels::File { rows, device },
                    rows: None,
                    labels: labels.into(),
                }
            }
        }
    }

    pub(super) fn upload_as(images: Images, storage: PixelStorage, device: &Device) -> Self {
        // Batches need no gradients. Operations on the device without autodiff are not recorded.
        let device = &device.clone().without_autodiff();
        let (shape, count) = (images.shape(), images.len());
        let (pixels, labels) = images.into_parts();
        Self {
            pixels: SplitPixels::Uploaded(Box::new(UploadedPixels {
                pixels: storage.upload(pixels, count, device),
                storage,
                shape,
            })),
            rows: None,
            labels: labels.into(),
        }
    }

    /// The images at these positions, in this order. They share the pixels of this split.
    ///
    /// # Panics
    /// If a position is not below [`len`](Self::len).
    #[must_use]
    pub fn select(&self, positions: &[u32]) -> Self {
        let row = |&position: &u32| match &self.rows {
            Some(rows) => rows[position as usize],
            None => position,
        };
        let labels = positions
            .iter()
            .map(|&position| self.labels[position as usize]);
        Self {
            labels: labels.collect(),
            rows: Some(positions.iter().map(row).collect()),
            pixels: self.pixels.clone(),
        }
    }

    /// The same images with other labels.
    ///
    /// # Panics
    /// If there is not one label for each image.
    #[must_use]
    pub fn with_labels(&self, labels: Vec<u16>) -> Self {
        assert_eq!(labels.len(), self.len(), "labels of the images");
        Self {
            labels: labels.into(),
            ..self.clone()
        }
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Channels, height and width of each image.
    pub fn shape(&self) -> ImageShape {
        match &self.pixels {
            SplitPixels::Uploaded(uploaded) => uploaded.shape,
            SplitPixels::File { rows, .. } => rows.shape(),
        }
    }

    /// The label of each image, u16 `[N]`.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// The device of the images, without autodiff.
    pub fn device(&self) -> Device {
        match &self.pixels {
            SplitPixels::Uploaded(uploaded) => uploaded.pixels.device(),
            SplitPixels::File { device, .. } => device.clone(),
        }
    }

    /// The same images on `device`.
    ///
    /// # Panics
    /// If `device` needs another [`PixelStorage`].
    pub(super) fn to_device(&self, device: &Device) -> Self {
        let pixels = match &self.pixels {
            SplitPixels::Uploaded(uploaded) => {
                SplitPixels::Uploaded(Box::new(uploaded.to_device(device)))
            }
            SplitPixels::File { rows, .. } => SplitPixels::File {
                rows: rows.clone(),
                device: device.clone(),
            },
        };
        Self {
            pixels,
            ..self.clone()
        }
    }

    /// The bytes of the image at a position, u8 `[channels, height, width]`. Waits for the device.
    ///
    /// # Errors
    /// A file that cannot be read.
    ///
    /// # Panics
    /// If the position is not below [`len`](Self::len).
    pub fn image(&self, position: usize) -> Result<Vec<u8>, DataError> {
        assert!(position < self.len(), "image {position} of {}", self.len());
        let row = match &self.rows {
            Some(rows) => rows[position],
            // Positions of a whole set are u32.
            None => position as u32,
        };
        match &self.pixels {
            SplitPixels::Uploaded(uploaded) => Ok(uploaded.download_rows(&[row])),
            SplitPixels::File { rows, .. } => rows.read_rows(&[row]),
        }
    }

    /// Where the pixels are.
    pub(super) fn pixels(&self) -> &SplitPixels {
        &self.pixels
    }

    /// The stored image at each position; `None` for all of them in order.
    pub(super) fn rows(&self) -> Option<&Arc<[u32]>> {
        self.rows.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ImageShape = ImageShape {
        channels: 1,
        height: 1,
        width: 2,
    };

    /// Images 0 to 4, whose pixels are their number and whose labels are ten times it.
    fn split() -> Split {
        let mut images = Images::new(SHAPE);
        for number in 0..5_u8 {
            images.push(&[number; 2], 10 * u16::from(number));
        }
        Split::upload(images, &Device::flex())
    }

    /// The first pixel of each image.
    fn numbers(split: &Split) -> Vec<f32> {
        let positions = (0..split.len()).map(|position| match split.rows() {
            Some(rows) => rows[position] as i32,
            None => position as i32,
        });
        let positions: Vec<i32> = positions.collect();
        let rows = Tensor::from_data(&positions[..], &split.device());
        let SplitPixels::Uploaded(uploaded) = split.pixels() else {
            panic!("images in a file");
        };
        let pixels = uploaded.gather(rows);
        pixels.into_data().iter::<f32>().step_by(2).collect()
    }

    #[test]
    fn a_part_of_a_part_has_its_own_images_and_labels() {
        let part = split().select(&[4, 1, 3]);
        assert_eq!(numbers(&part), [4.0, 1.0, 3.0]);
        assert_eq!(part.labels(), [40, 10, 30]);
        let part = part.select(&[2, 0]);
        assert_eq!(numbers(&part), [3.0, 4.0]);
        assert_eq!(part.labels(), [30, 40]);
        assert_eq!((part.len(), part.shape()), (2, SHAPE));
    }

    #[test]
    fn the_bytes_of_an_image_are_those_of_its_row() {
        let part = split().select(&[4, 1]);
        assert_eq!(part.image(0).unwrap(), [4, 4]);
        assert_eq!(part.image(1).unwrap(), [1, 1]);
        assert_eq!(split().image(3).unwrap(), [3, 3]);
    }

    #[test]
    fn other_labels_leave_the_images_as_they_are() {
        let relabelled = split().with_labels(vec![7; 5]);
        assert_eq!(numbers(&relabelled), numbers(&split()));
        assert_eq!(relabelled.labels(), [7; 5]);
    }

    #[test]
    fn nothing_can_be_selected() {
        let nothing = split().select(&[]);
        assert!(nothing.is_empty());
    }
}
