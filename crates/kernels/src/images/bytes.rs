//! The bytes that a view shows, with the channels last.

use super::mixture::ViewedImage;

/// One row of pixels of a view.
#[derive(Clone, Copy)]
pub(super) struct ViewedRow<'a> {
    /// The image: the planes of its channels, one after the other.
    pub(super) image: &'a [u8],
    /// Height and width of a plane.
    pub(super) size: [usize; 2],
    pub(super) view: ViewedImage,
    /// The row of the view.
    pub(super) row: usize,
}

impl ViewedRow<'_> {
    /// Writes all bytes of the row.
    ///
    /// # Shapes
    /// `target` is `[width, channels]`.
    #[inline(always)]
    pub(super) fn read(&self, target: &mut [u8]) {
        self.read_view(target);
        let hole = self.view.hole;
        if (hole.top..hole.bottom).contains(&self.row) {
            let width = self.size[1];
            let channels = target.len() / width;
            let (left, right) = (hole.left.min(width), hole.right.min(width));
            if left < right {
                target[left * channels..right * channels].fill(0);
            }
        }
    }

    /// Writes all bytes of the row, without its hole.
    #[inline(always)]
    fn read_view(&self, target: &mut [u8]) {
        let [height, width] = self.size;
        let channels = target.len() / width;
        let row = self.row.wrapping_add_signed(self.view.down);
        let (first, end) = visible(self.view.right, width);
        if row >= height || first >= end {
            target.fill(0);
            return;
        }
        let from = first.wrapping_add_signed(self.view.right);
        // The columns of the view, after mirroring.
        let (left, right) = if self.view.mirrored {
            (width - end, width - first)
        } else {
            (first, end)
        };
        target[..left * channels].fill(0);
        target[right * channels..].fill(0);
        let pixels = Pixels {
            image: self.image,
            plane: height * width,
            start: row * width + from,
            mirrored: self.view.mirrored,
        };
        pixels.copy(channels, &mut target[left * channels..right * channels]);
    }
}

/// The columns of a window, moved `right`, in which there are pixels of the image; empty if there are none.
#[inline(always)]
fn visible(right: isize, width: usize) -> (usize, usize) {
    let shift = right.unsigned_abs().min(width);
    if right < 0 {
        (shift, width)
    } else {
        (0, width - shift)
    }
}

/// Consecutive pixels of an image.
struct Pixels<'a> {
    image: &'a [u8],
    /// Bytes of a channel.
    plane: usize,
    /// The first pixel in its plane.
    start: usize,
    /// Whether the last one comes first.
    mirrored: bool,
}

impl Pixels<'_> {
    /// Copies as many pixels as fit into `target`.
    #[inline(always)]
    fn copy(&self, channels: usize, target: &mut [u8]) {
        match channels {
            1 => self.copy_grey(target),
            3 => self.copy_colour(target),
            _ => self.copy_any(channels, target),
        }
    }

    /// The values of one channel.
    #[inline(always)]
    fn channel(&self, channel: usize, pixels: usize) -> &[u8] {
        &self.image[channel * self.plane + self.start..][..pixels]
    }

    #[inline(always)]
    fn copy_grey(&self, target: &mut [u8]) {
        let values = self.channel(0, target.len());
        if self.mirrored {
            for (target, &value) in target.iter_mut().zip(values.iter().rev()) {
                *target = value;
            }
        } else {
            target.copy_from_slice(values);
        }
    }

    /// Three channels at a time: the compiler knows how to interleave three vectors.
    #[inline(always)]
    fn copy_colour(&self, target: &mut [u8]) {
        let (pixels, _) = target.as_chunks_mut::<3>();
        let [red, green, blue] = [
            self.channel(0, pixels.len()),
            self.channel(1, pixels.len()),
            self.channel(2, pixels.len()),
        ];
        if self.mirrored {
            let colours = red.iter().rev().zip(green.iter().rev());
            for (pixel, ((&r, &g), &b)) in pixels.iter_mut().zip(colours.zip(blue.iter().rev())) {
                *pixel = [r, g, b];
            }
        } else {
            let colours = red.iter().zip(green).zip(blue);
            for (pixel, ((&r, &g), &b)) in pixels.iter_mut().zip(colours) {
                *pixel = [r, g, b];
            }
        }
    }

    #[inline(always)]
    fn copy_any(&self, channels: usize, target: &mut [u8]) {
        let pixels = target.len() / channels;
        for channel in 0..channels {
            let values = self.channel(channel, pixels);
            for (index, pixel) in target.chunks_exact_mut(channels).enumerate() {
                let index = if self.mirrored {
                    pixels - 1 - index
                } else {
                    index
                };
                pixel[channel] = values[index];
            }
        }
    }
}
