//! Borders of zeros around images with the channels last.

/// The geometry of a border.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Border {
    /// Channels of the image.
    pub(crate) channels: usize,
    /// Height and width of the image.
    pub(crate) size: [usize; 2],
    /// Rows above the image and columns to its left.
    pub(crate) before: [usize; 2],
    /// Height and width of the image with its border.
    pub(crate) padded: [usize; 2],
}

impl Border {
    /// Number of values in an image with its border.
    pub(crate) fn padded_len(&self) -> usize {
        self.padded[0] * self.padded[1] * self.channels
    }

    /// Whether there is nothing around the image.
    pub(crate) fn is_empty(&self) -> bool {
        self.padded == self.size
    }

    /// The image with its border, written to `buffer`. Without a border it is the image itself.
    #[inline(always)]
    pub(crate) fn padded<'a>(&self, image: &'a [f32], buffer: &'a mut [f32]) -> &'a [f32] {
        if self.is_empty() {
            return image;
        }
        self.pad(image, buffer);
        buffer
    }

    /// Copies an image into `target` and surrounds it with zeros.
    #[inline(always)]
    fn pad(&self, image: &[f32], target: &mut [f32]) {
        let row = self.size[1] * self.channels;
        let left = self.before[1] * self.channels;
        let rows = target.chunks_exact_mut(self.padded[1] * self.channels);
        for (y, target) in rows.enumerate() {
            match y.checked_sub(self.before[0]).filter(|&y| y < self.size[0]) {
                Some(y) => {
                    target[..left].fill(0.0);
                    target[left..left + row].copy_from_slice(&image[y * row..(y + 1) * row]);
                    target[left + row..].fill(0.0);
                }
                None => target.fill(0.0),
            }
        }
    }

    /// Copies the image out of its border.
    #[inline(always)]
    pub(crate) fn crop(&self, padded_image: &[f32], image: &mut [f32]) {
        let row = self.size[1] * self.channels;
        for (y, image) in image.chunks_exact_mut(row).enumerate() {
            let first = (y + self.before[0]) * self.padded[1] + self.before[1];
            let start = first * self.channels;
            image.copy_from_slice(&padded_image[start..start + row]);
        }
    }
}

#[cfg(test)]
mod tests;
