//! Changes to single images before they are mixed: flips and crops.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use crate::draw::random::{Purpose, seek, stream};
use crate::{DataError, ImageShape};

/// Which changes are made to single training images. They are drawn again for every image and epoch.
///
/// # Source
/// He et al., "Deep Residual Learning for Image Recognition", 2016, section 4.2: padding of 4 pixels,
/// a random crop, and a horizontal flip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Augmentation {
    #[serde(default)]
    flip: bool,
    #[serde(default, deserialize_with = "checked_padding")]
    crop_padding: u16,
}

/// The largest padding of any image. [`Augmentation::check`] knows the one of a shape.
const MAX_CROP_PADDING: u16 = 1024;
const CROP_PADDING_RANGE: &str = "a whole number from 0 to 1024";

fn checked_padding<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let padding = u16::deserialize(deserializer)?;
    if padding > MAX_CROP_PADDING {
        let message = format!("expected {CROP_PADDING_RANGE}, found {padding}");
        return Err(D::Error::custom(message));
    }
    Ok(padding)
}

/// How one epoch sees an image: shifted, then mirrored.
///
/// Without mirroring, the pixel at row y and column x is the image's pixel at row y + `down` and column
/// x + `right`, or black if that is outside the image. Mirroring then swaps columns x and
/// width − 1 − x.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Whether the image is mirrored, left to right.
    pub flipped: bool,
    /// How far the window is moved down, in pixels.
    pub down: i16,
    /// How far the window is moved right, in pixels.
    pub right: i16,
}

impl Augmentation {
    /// Mirrors images if `flip` is set, and crops them out of `crop_padding` black pixels on each side.
    ///
    /// # Errors
    /// [`DataError::Setting`] if `crop_padding` is above 1024.
    pub fn new(flip: bool, crop_padding: u16) -> Result<Self, DataError> {
        if crop_padding > MAX_CROP_PADDING {
            return Err(DataError::Setting {
                setting: "crop_padding",
                expected: CROP_PADDING_RANGE.into(),
                found: crop_padding.to_string(),
            });
        }
        Ok(Self { flip, crop_padding })
    }

    /// Whether each image is mirrored, left to right, with probability 1/2.
    pub fn flip(&self) -> bool {
        self.flip
    }

    /// The black pixels added on each side before a window of the image's size is cut out at a
    /// uniformly random position; 0 does not move the image.
    pub fn crop_padding(&self) -> u16 {
        self.crop_padding
    }

    /// Checks that part of every image of this shape is always visible: the padding is at most half a side.
    ///
    /// # Errors
    /// [`DataError::Setting`] if `crop_padding` is above half the smaller side.
    pub fn check(&self, shape: ImageShape) -> Result<(), DataError> {
        let most = shape.height.min(shape.width) / 2;
        if usize::from(self.crop_padding) <= most {
            return Ok(());
        }
        let (height, width) = (shape.height, shape.width);
        Err(DataError::Setting {
            setting: "crop_padding",
            expected: format!("a whole number from 0 to {most} for images of {height}x{width}"),
            found: self.crop_padding.to_string(),
        })
    }

    /// The views of images `0..images` in `epoch`; `None` if all images stay unchanged.
    pub(crate) fn views(&self, seed: u64, epoch: u64, images: usize) -> Option<Vec<View>> {
        if *self == Self::default() {
            return None;
        }
        let mut flips = stream(seed, Purpose::Flip, epoch);
        let mut crops = stream(seed, Purpose::Crop, epoch);
        // At most 1024.
        let padding = self.crop_padding as i16;
        let view = |image| {
            seek(&mut flips, image);
            seek(&mut crops, image);
            let shift = |crops: &mut ChaCha8Rng| crops.random_range(-padding..=padding);
            View {
                flipped: self.flip && flips.random(),
                down: shift(&mut crops),
                right: shift(&mut crops),
            }
        };
        Some((0..images).map(view).collect())
    }
}

#[cfg(test)]
mod tests;
