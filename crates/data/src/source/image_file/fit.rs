//! Makes a picture fit the shape that is asked for.

use image::imageops::{self, FilterType};
use image::{DynamicImage, GenericImageView, GrayImage, ImageBuffer, Luma, Pixel, Rgb, RgbImage};
use rayon::prelude::*;

use crate::{DataError, ImageShape, Images, Resize};

/// A picture in rows of pixels, in the number of channels that is asked for.
pub(super) enum Picture {
    Grey(GrayImage),
    Colour(RgbImage),
}

impl Picture {
    /// Converts a picture to grey or to colour. Transparency is left out.
    pub(super) fn of(image: DynamicImage, channels: usize) -> Self {
        match channels {
            1 if image.color().has_color() => Self::Grey(grey(&image.into_rgb8())),
            1 => Self::Grey(image.into_luma8()),
            _ => Self::Colour(image.into_rgb8()),
        }
    }

    /// The picture in this size.
    pub(super) fn fitted(self, size: (u32, u32), resize: Resize) -> Self {
        if self.dimensions() == size {
            return self;
        }
        match resize {
            Resize::Squash => self.squashed(size),
            Resize::Crop => match self {
                Self::Grey(image) => Self::Grey(cropped(&image, size)),
                Self::Colour(image) => Self::Colour(cropped(&image, size)),
            },
            Resize::Pad => {
                let inner = inner(size, self.dimensions());
                match self.squashed(inner) {
                    Self::Grey(image) => Self::Grey(padded(&image, size)),
                    Self::Colour(image) => Self::Colour(padded(&image, size)),
                }
            }
        }
    }

    /// The picture as it is, in the middle of a black one of this size, which must not be smaller.
    fn bordered(self, size: (u32, u32)) -> Self {
        match self {
            Self::Grey(image) => Self::Grey(padded(&image, size)),
            Self::Colour(image) => Self::Colour(padded(&image, size)),
        }
    }

    fn dimensions(&self) -> (u32, u32) {
        match self {
            Self::Grey(image) => image.dimensions(),
            Self::Colour(image) => image.dimensions(),
        }
    }

    fn squashed(self, (width, height): (u32, u32)) -> Self {
        let resized = |image: DynamicImage| image.resize_exact(width, height, FilterType::Triangle);
        match self {
            Self::Grey(image) => Self::Grey(resized(image.into()).into_luma8()),
            Self::Colour(image) => Self::Colour(resized(image.into()).into_rgb8()),
        }
    }

    pub(super) fn into_dynamic(self) -> DynamicImage {
        match self {
            Self::Grey(image) => image.into(),
            Self::Colour(image) => image.into(),
        }
    }

    /// Writes the picture, which has the size of `shape`, into planes of rows.
    pub(super) fn write(&self, shape: ImageShape, planes: &mut [u8]) {
        match self {
            Self::Grey(image) => planes.copy_from_slice(image.as_raw()),
            Self::Colour(image) => {
                let plane = shape.plane();
                for (index, pixel) in image.pixels().enumerate() {
                    for channel in 0..shape.channels {
                        planes[channel * plane + index] = pixel.0[channel];
                    }
                }
            }
        }
    }
}

/// The brightness of colours by ITU-R BT.601, rounded as Pillow and OpenCV round it.
fn grey(image: &RgbImage) -> GrayImage {
    GrayImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue] = image.get_pixel(x, y).0.map(u32::from);
        // The weights 0.299, 0.587 and 0.114 in parts of 65,536.
        Luma([((19_595 * red + 38_470 * green + 7_471 * blue + 0x8000) >> 16) as u8])
    })
}

/// Images made to fit another shape by the same rules as pictures.
///
/// # Errors
/// [`DataError::Setting`] if they do not fit into memory.
pub(crate) fn refitted(
    images: Images,
    shape: ImageShape,
    resize: Resize,
) -> Result<Images, DataError> {
    let own = images.shape();
    let (pixels, labels) = images.into_parts();
    let mut fitted = blank(labels.len(), shape)?;
    let slots = fitted.par_chunks_exact_mut(shape.values());
    let images = pixels.par_chunks_exact(own.values());
    images.zip(slots).for_each(|(planes, slot)| {
        let at = |channel: usize, x: u32, y: u32| {
            planes[channel * own.plane() + y as usize * own.width + x as usize]
        };
        let image = RgbImage::from_fn(own.width as u32, own.height as u32, |x, y| {
            // A grey image has the same value in all channels.
            Rgb([0, 1, 2].map(|channel| at(channel % own.channels, x, y)))
        });
        let picture = Picture::of(image.into(), shape.channels);
        let size = (shape.width as u32, shape.height as u32);
        let has_room = own.width <= shape.width && own.height <= shape.height;
        let fitted = match resize {
            // A digit of 28x28 gets a border and is not blurred.
            Resize::Pad if has_room => picture.bordered(size),
            _ => picture.fitted(size, resize),
        };
        fitted.write(shape, slot);
    });
    Ok(Images::from_parts(shape, fitted, labels))
}

/// Black pixels for `count` images.
///
/// # Errors
/// [`DataError::Setting`] if there is not enough memory.
pub(crate) fn blank(count: usize, shape: ImageShape) -> Result<Vec<u8>, DataError> {
    let bytes = count.saturating_mul(shape.values());
    let mut pixels = Vec::new();
    if pixels.try_reserve_exact(bytes).is_err() {
        return Err(DataError::Setting {
            setting: "data.size",
            expected: "a size at which the images fit into memory".into(),
            found: format!(
                "{count} images of {}x{}, which take {} GiB",
                shape.height,
                shape.width,
                bytes.div_ceil(1 << 30)
            ),
        });
    }
    pixels.resize(bytes, 0);
    Ok(pixels)
}

type Bytes<P> = ImageBuffer<P, Vec<u8>>;

/// The middle of an image, with the proportions of the size that it is brought to.
fn cropped<P: Pixel<Subpixel = u8> + 'static>(image: &Bytes<P>, size: (u32, u32)) -> Bytes<P> {
    let (width, height) = inner(image.dimensions(), size);
    let x = (image.width() - width) / 2;
    let y = (image.height() - height) / 2;
    let view = image.view(x, y, width, height);
    imageops::resize(&*view, size.0, size.1, FilterType::Triangle)
}

/// An image in the middle of a black one.
fn padded<P: Pixel<Subpixel = u8> + 'static>(
    image: &Bytes<P>,
    (width, height): (u32, u32),
) -> Bytes<P> {
    let mut whole = Bytes::new(width, height);
    let x = i64::from((width - image.width()) / 2);
    let y = i64::from((height - image.height()) / 2);
    imageops::replace(&mut whole, image, x, y);
    whole
}

/// The largest size within `outer` that has the proportions of `like`, rounded to whole pixels, at least 1x1.
fn inner(outer: (u32, u32), like: (u32, u32)) -> (u32, u32) {
    let (width, height) = (u64::from(outer.0), u64::from(outer.1));
    let (across, down) = (u64::from(like.0), u64::from(like.1));
    // Rounded to the nearest, and no more than the side itself, which is a u32.
    let scaled = |side: u64, by: u64, over: u64, most: u64| {
        ((2 * side * by + over) / (2 * over)).clamp(1, most) as u32
    };
    if width * down >= height * across {
        (scaled(height, across, down, width), outer.1)
    } else {
        (outer.0, scaled(width, down, across, height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_size_of_other_proportions_is_found() {
        for (outer, like, expected) in [
            ((200, 150), (64, 64), (150, 150)),
            ((150, 200), (64, 64), (150, 150)),
            ((64, 64), (200, 150), (64, 48)),
            ((64, 64), (20_000, 8), (64, 1)),
            ((200, 150), (40, 30), (200, 150)),
            ((7, 5), (3, 2), (7, 5)),
            ((1, 1), (4096, 1), (1, 1)),
        ] {
            assert_eq!(inner(outer, like), expected, "{outer:?} {like:?}");
        }
    }

    #[test]
    fn green_is_the_brightest_colour_and_white_is_white() {
        let colours = [
            ([255, 0, 0], 76),
            ([0, 255, 0], 150),
            ([0, 0, 255], 29),
            ([255; 3], 255),
            ([77; 3], 77),
        ];
        for (colour, expected) in colours {
            let image = RgbImage::from_pixel(1, 1, Rgb(colour));
            assert_eq!(grey(&image).as_raw(), &[expected], "{colour:?}");
        }
    }

    /// Four columns, 0 to 3, of two rows.
    fn columns() -> GrayImage {
        GrayImage::from_fn(4, 2, |x, _| Luma([x as u8]))
    }

    #[test]
    fn a_crop_is_the_middle() {
        let cut = Picture::Grey(columns()).fitted((2, 2), Resize::Crop);
        assert_eq!(cut.into_dynamic().as_bytes(), [1, 2, 1, 2]);
    }

    #[test]
    fn what_is_padded_is_whole_and_has_black_above_and_below() {
        let padded = Picture::Grey(columns()).fitted((4, 4), Resize::Pad);
        let expected = [0, 0, 0, 0, 0, 1, 2, 3, 0, 1, 2, 3, 0, 0, 0, 0];
        assert_eq!(padded.into_dynamic().as_bytes(), expected);
    }
}
