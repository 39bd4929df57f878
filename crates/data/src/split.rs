//! Samples on a device, and parts of them: index lists into one upload.

use std::sync::Arc;

use burn::tensor::Device;

use crate::image::storage::PixelStorage;
use crate::image::{FileRows, UploadedPixels};
use crate::{Clouds, DataError, Images, Point, SampleShape, SourceSamples};

/// Where the samples of a split are stored.
#[derive(Clone, Debug)]
pub(crate) enum Store {
    /// Pixels on the device.
    Images(Box<UploadedPixels>),
    /// Pixels in a file. Those of a batch are put on `device`, without autodiff, when it is made.
    File { rows: FileRows, device: Device },
    /// Point clouds in memory. Those of a batch are put on `device`, without autodiff, when it is made.
    Clouds { clouds: Arc<Clouds>, device: Device },
}

/// Some of the samples on a device, in an order of their own, each with its label.
///
/// Pixels are uploaded once, or stay in the file of a packed set until a batch needs them. Point clouds stay in memory. A
/// part of a split, such as the samples held out for validation, is a list of indices into the same store, and so is a
/// clone.
#[derive(Clone, Debug)]
pub struct Split {
    store: Store,
    /// The stored sample at each position; `None` for all of them in order.
    rows: Option<Arc<[u32]>>,
    labels: Arc<[u16]>,
}

impl Split {
    /// Uploads images to `device`, one byte per pixel value. Images in a file stay there, and point clouds in memory.
    pub fn upload(samples: impl Into<SourceSamples>, device: &Device) -> Self {
        let device_without_autodiff = || device.clone().without_autodiff();
        let (store, labels) = match samples.into() {
            SourceSamples::Memory(images) => {
                return Self::upload_as(images, PixelStorage::for_device(device), device);
            }
            SourceSamples::File(images) => {
                let (rows, labels) = images.into_parts();
                let device = device_without_autodiff();
                (Store::File { rows, device }, labels)
            }
            SourceSamples::Clouds(clouds) => {
                let labels = clouds.labels().to_vec();
                let (clouds, device) = (Arc::new(clouds), device_without_autodiff());
                (Store::Clouds { clouds, device }, labels)
            }
        };
        Self {
            store,
            rows: None,
            labels: labels.into(),
        }
    }

    pub(crate) fn upload_as(images: Images, storage: PixelStorage, device: &Device) -> Self {
        // Batches need no gradients. Operations on the device without autodiff are not recorded.
        let device = &device.clone().without_autodiff();
        let (shape, count) = (images.shape(), images.len());
        let (pixels, labels) = images.into_parts();
        Self {
            store: Store::Images(Box::new(UploadedPixels {
                pixels: storage.upload(pixels, count, device),
                storage,
                shape,
            })),
            rows: None,
            labels: labels.into(),
        }
    }

    /// The samples at these positions, in this order. They share the store of this split.
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
            store: self.store.clone(),
        }
    }

    /// The same samples with other labels.
    ///
    /// # Panics
    /// If there is not one label for each sample.
    #[must_use]
    pub fn with_labels(&self, labels: Vec<u16>) -> Self {
        assert_eq!(labels.len(), self.len(), "labels of the samples");
        Self {
            labels: labels.into(),
            ..self.clone()
        }
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The shape of each sample.
    pub fn shape(&self) -> SampleShape {
        match &self.store {
            Store::Images(uploaded) => SampleShape::Image(uploaded.shape),
            Store::File { rows, .. } => SampleShape::Image(rows.shape()),
            Store::Clouds { clouds, .. } => SampleShape::Cloud(clouds.shape()),
        }
    }

    /// The label of each sample, u16 `[N]`.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// The device of the samples, without autodiff.
    pub fn device(&self) -> Device {
        match &self.store {
            Store::Images(uploaded) => uploaded.pixels.device(),
            Store::File { device, .. } | Store::Clouds { device, .. } => device.clone(),
        }
    }

    /// The same samples on `device`.
    ///
    /// # Panics
    /// If `device` needs another [`PixelStorage`].
    pub(crate) fn to_device(&self, device: &Device) -> Self {
        let mut moved = self.clone();
        match &mut moved.store {
            Store::Images(uploaded) => **uploaded = uploaded.to_device(device),
            Store::File { device: place, .. } | Store::Clouds { device: place, .. } => {
                *place = device.clone();
            }
        }
        moved
    }

    /// The bytes of the image at a position, u8 `[channels, height, width]`. Waits for the device. `None` for a point
    /// cloud.
    ///
    /// # Errors
    /// A file that cannot be read.
    ///
    /// # Panics
    /// If the position is not below [`len`](Self::len).
    pub fn image(&self, position: usize) -> Result<Option<Vec<u8>>, DataError> {
        let row = self.row(position);
        match &self.store {
            Store::Images(uploaded) => Ok(Some(uploaded.download_rows(&[row]))),
            Store::File { rows, .. } => rows.read_rows(&[row]).map(Some),
            Store::Clouds { .. } => Ok(None),
        }
    }

    /// The points of the cloud at a position. `None` for an image.
    ///
    /// # Panics
    /// If the position is not below [`len`](Self::len).
    pub fn cloud(&self, position: usize) -> Option<&[Point]> {
        let row = self.row(position);
        match &self.store {
            Store::Clouds { clouds, .. } => Some(clouds.cloud(row as usize)),
            Store::Images(_) | Store::File { .. } => None,
        }
    }

    /// Where the sample at a position is stored.
    fn row(&self, position: usize) -> u32 {
        assert!(position < self.len(), "sample {position} of {}", self.len());
        match &self.rows {
            Some(rows) => rows[position],
            // Positions of a whole set are u32.
            None => position as u32,
        }
    }

    /// Requires every label to be that of one of `classes` classes.
    ///
    /// # Panics
    /// If a label is not below `classes`.
    pub(crate) fn assert_classes(&self, classes: usize) {
        let largest = self.labels.iter().max();
        let largest = largest.map_or(0, |&label| usize::from(label));
        assert!(
            largest < classes,
            "expected labels below {classes}, found {largest}"
        );
    }

    /// Where the samples are.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The stored sample at each position; `None` for all of them in order.
    pub(crate) fn rows(&self) -> Option<&Arc<[u32]>> {
        self.rows.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Tensor;

    use super::*;
    use crate::ImageShape;

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
        let Store::Images(uploaded) = split.store() else {
            panic!("no images on a device");
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
        assert_eq!((part.len(), part.shape()), (2, SHAPE.into()));
    }

    #[test]
    fn the_bytes_of_an_image_are_those_of_its_row() {
        let part = split().select(&[4, 1]);
        assert_eq!(part.image(0).unwrap().unwrap(), [4, 4]);
        assert_eq!(part.image(1).unwrap().unwrap(), [1, 1]);
        assert_eq!(split().image(3).unwrap().unwrap(), [3, 3]);
    }

    #[test]
    fn a_part_of_clouds_has_its_own_points_and_no_pixels() {
        let mut clouds = Clouds::new(1);
        for number in 0..3_u8 {
            let point = [f32::from(number); 3];
            clouds.push(&[point], number.into()).unwrap();
        }
        let part = Split::upload(clouds, &Device::flex()).select(&[2, 0]);
        assert_eq!(part.cloud(0), Some(&[[2.0; 3]][..]));
        assert_eq!(part.shape().to_string(), "1 point");
        assert_eq!(part.image(0).unwrap(), None);
        assert_eq!(split().cloud(0), None);
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
