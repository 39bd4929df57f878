//! The images of one split: pixels and labels.

use crate::image::{Histogram, statistics};
use crate::{ImageShape, class_counts};

/// The images of one split, all of one shape, each with its label.
///
/// # Shapes
/// Pixels are u8 `[N, channels, height, width]` in one row-major buffer; labels are u16 `[N]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    shape: ImageShape,
    pixels: Vec<u8>,
    labels: Vec<u16>,
}

impl Images {
    /// No images yet, of this shape.
    pub fn new(shape: ImageShape) -> Self {
        Self::with_capacity(shape, 0)
    }

    /// No images yet, with room for `count` of this shape.
    pub fn with_capacity(shape: ImageShape, count: usize) -> Self {
        Self {
            shape,
            pixels: Vec::with_capacity(count * shape.values()),
            labels: Vec::with_capacity(count),
        }
    }

    /// Images from their pixels, u8 `[N, channels, height, width]`, and labels, without a copy.
    ///
    /// # Panics
    /// If the pixels are not as many as those of one image for each label.
    pub fn from_parts(shape: ImageShape, pixels: Vec<u8>, labels: Vec<u16>) -> Self {
        let expected = labels.len() * shape.values();
        assert_eq!(pixels.len(), expected, "bytes of the images");
        Self {
            shape,
            pixels,
            labels,
        }
    }

    /// Channels, height and width of each image.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// Makes room for `count` more images.
    pub(crate) fn reserve(&mut self, count: usize) {
        self.pixels.reserve(count * self.shape.values());
        self.labels.reserve(count);
    }

    /// Appends one image: the planes of its channels, each in rows from the top.
    ///
    /// # Panics
    /// If `pixels` are not those of one image of this shape.
    pub fn push(&mut self, pixels: &[u8], label: u16) {
        assert_eq!(pixels.len(), self.shape.values(), "bytes of one image");
        self.pixels.extend_from_slice(pixels);
        self.labels.push(label);
    }

    /// Moves the last `count` images to position `index`, in place.
    ///
    /// # Panics
    /// If fewer than `index` images precede the last `count`.
    pub(crate) fn move_last(&mut self, count: usize, index: usize) {
        let values = self.shape.values();
        self.pixels[index * values..].rotate_right(count * values);
        self.labels[index..].rotate_right(count);
    }

    /// A copy of the images at `indices`, in that order.
    ///
    /// # Panics
    /// If an index is not below [`len`](Self::len).
    #[must_use]
    pub fn select(&self, indices: &[u32]) -> Self {
        let mut selected = Self::with_capacity(self.shape, indices.len());
        for &index in indices {
            let index = index as usize;
            selected.push(self.image(index), self.labels[index]);
        }
        selected
    }

    /// A copy of the first `count` images, or of all images if there are fewer.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        let count = count.min(self.len());
        Self {
            shape: self.shape,
            pixels: self.pixels[..count * self.shape.values()].to_vec(),
            labels: self.labels[..count].to_vec(),
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

    /// All pixels, u8 `[N, channels, height, width]`.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// All labels, u16 `[N]`.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// The pixels and the labels, without a copy.
    pub(crate) fn into_parts(self) -> (Vec<u8>, Vec<u16>) {
        (self.pixels, self.labels)
    }

    /// The pixels of image `index`, u8 `[channels, height, width]`.
    ///
    /// # Panics
    /// If `index` is not below [`len`](Self::len).
    pub fn image(&self, index: usize) -> &[u8] {
        let values = self.shape.values();
        &self.pixels[index * values..(index + 1) * values]
    }

    /// The number of images in each of `classes` classes.
    pub fn class_counts(&self, classes: usize) -> Vec<usize> {
        class_counts(&self.labels, classes)
    }

    /// Mean and standard deviation of each channel, for pixels scaled to `[0, 1]`.
    ///
    /// It is the population's deviation (divided by N), like the constants commonly used for CIFAR-10.
    pub fn channel_statistics(&self) -> Vec<(f64, f64)> {
        let mut histogram = Histogram::new(self.shape);
        histogram.add(&self.pixels);
        statistics(&histogram)
    }
}

#[cfg(test)]
mod tests;
