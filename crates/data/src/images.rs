//! The images of one split: pixels and labels.

/// Colour channels of an image: red, green, blue.
pub const CHANNELS: usize = 3;
/// Height and width of an image, in pixels.
pub const SIDE: usize = 32;
/// Bytes of one image: 3 planes of 32 rows of 32 pixels.
pub const IMAGE_BYTES: usize = CHANNELS * SIDE * SIDE;

/// The images of one split, each with its label.
///
/// # Shapes
/// Pixels are u8 `[N, 3, 32, 32]` in one row-major buffer; labels are u8 `[N]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Images {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Images {
    /// An empty set with room for `count` images.
    pub fn with_capacity(count: usize) -> Self {
        Self {
            pixels: Vec::with_capacity(count * IMAGE_BYTES),
            labels: Vec::with_capacity(count),
        }
    }

    /// Images from their pixels, u8 `[N, 3, 32, 32]`, and labels, without a copy.
    ///
    /// # Panics
    /// If there are not [`IMAGE_BYTES`] pixels for each label.
    pub(crate) fn from_parts(pixels: Vec<u8>, labels: Vec<u8>) -> Self {
        assert_eq!(
            pixels.len(),
            labels.len() * IMAGE_BYTES,
            "bytes of the images"
        );
        Self { pixels, labels }
    }

    /// Makes room for `count` more images.
    pub(crate) fn reserve(&mut self, count: usize) {
        self.pixels.reserve(count * IMAGE_BYTES);
        self.labels.reserve(count);
    }

    /// Appends one image: its red, green and blue planes, each in rows from the top.
    ///
    /// # Panics
    /// If `pixels` is not [`IMAGE_BYTES`] long.
    pub fn push(&mut self, pixels: &[u8], label: u8) {
        assert_eq!(pixels.len(), IMAGE_BYTES, "bytes of one image");
        self.pixels.extend_from_slice(pixels);
        self.labels.push(label);
    }

    /// Moves the last `count` images to position `index`, in place.
    ///
    /// # Panics
    /// If fewer than `index` images precede the last `count`.
    pub(crate) fn move_last(&mut self, count: usize, index: usize) {
        self.pixels[index * IMAGE_BYTES..].rotate_right(count * IMAGE_BYTES);
        self.labels[index..].rotate_right(count);
    }

    /// Removes the images at the ascending `indices` and returns them. The others close up in place.
    ///
    /// # Panics
    /// If an index is not below [`len`](Self::len) or the indices do not ascend.
    pub(crate) fn take_out(&mut self, indices: &[u32]) -> Self {
        let taken = self.select(indices);
        let mut next = indices.iter().map(|&index| index as usize).peekable();
        let mut kept = 0;
        for index in 0..self.len() {
            if next.next_if_eq(&index).is_some() {
                continue;
            }
            let from = index * IMAGE_BYTES..(index + 1) * IMAGE_BYTES;
            self.pixels.copy_within(from, kept * IMAGE_BYTES);
            self.labels[kept] = self.labels[index];
            kept += 1;
        }
        assert!(next.next().is_none(), "ascending indices of images");
        self.pixels.truncate(kept * IMAGE_BYTES);
        self.labels.truncate(kept);
        taken
    }

    /// A copy of the images at `indices`, in that order.
    ///
    /// # Panics
    /// If an index is not below [`len`](Self::len).
    #[must_use]
    pub fn select(&self, indices: &[u32]) -> Self {
        let mut selected = Self::with_capacity(indices.len());
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
            pixels: self.pixels[..count * IMAGE_BYTES].to_vec(),
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

    /// All pixels, u8 `[N, 3, 32, 32]`.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// All labels, u8 `[N]`.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The labels, for changing them in place.
    pub(crate) fn labels_mut(&mut self) -> &mut [u8] {
        &mut self.labels
    }

    /// The pixels and the labels, without a copy.
    pub(crate) fn into_parts(self) -> (Vec<u8>, Vec<u8>) {
        (self.pixels, self.labels)
    }

    /// The pixels of image `index`, u8 `[3, 32, 32]`.
    ///
    /// # Panics
    /// If `index` is not below [`len`](Self::len).
    pub fn image(&self, index: usize) -> &[u8] {
        &self.pixels[index * IMAGE_BYTES..(index + 1) * IMAGE_BYTES]
    }

    /// The number of images in each of `classes` classes.
    pub fn class_counts(&self, classes: usize) -> Vec<usize> {
        let mut counts = vec![0; classes];
        for &label in &self.labels {
            counts[usize::from(label)] += 1;
        }
        counts
    }

    /// Mean and standard deviation of each channel, for pixels scaled to `[0, 1]`.
    ///
    /// It is the population's deviation (divided by N), like the constants commonly used for CIFAR-10.
    pub fn channel_statistics(&self) -> [(f64, f64); CHANNELS] {
        let plane = SIDE * SIDE;
        let mut histogram = [[0_u64; 256]; CHANNELS];
        for (index, values) in self.pixels.chunks_exact(plane).enumerate() {
            let counts = &mut histogram[index % CHANNELS];
            for &value in values {
                counts[usize::from(value)] += 1;
            }
        }
        let total = (self.len() * plane) as f64;
        histogram.map(|counts| {
            let moment = |power: i32| {
                let weighted = (0_u8..=255).zip(counts);
                let sum: f64 = weighted
                    .map(|(value, count)| (f64::from(value) / 255.0).powi(power) * count as f64)
                    .sum();
                sum / total
            };
            let mean = moment(1);
            (mean, (moment(2) - mean * mean).max(0.0).sqrt())
        })
    }
}

#[cfg(test)]
mod tests;
