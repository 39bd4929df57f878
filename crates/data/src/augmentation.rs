//! Changes to single images before they are mixed: flips and crops.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use crate::DataError;
use crate::random::{Purpose, seek, stream};

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
    crop_padding: u8,
}

/// The largest padding: half an image, so that part of the image is always visible.
const MAX_CROP_PADDING: u8 = 16;
const CROP_PADDING_RANGE: &str = "a whole number from 0 to 16";

fn checked_padding<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let padding = u8::deserialize(deserializer)?;
    if padding > MAX_CROP_PADDING {
        let message = format!("expected {CROP_PADDING_RANGE}, found {padding}");
        return Err(D::Error::custom(message));
    }
    Ok(padding)
}

/// How one epoch sees an image: shifted, then mirrored.
///
/// Without mirroring, the pixel at row y and column x is the image's pixel at row y + `down` and column
/// x + `right`, or black if that is outside the image. Mirroring then swaps columns x and 31 − x.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Whether the image is mirrored, left to right.
    pub flipped: bool,
    /// How far the window is moved down, in pixels.
    pub down: i8,
    /// How far the window is moved right, in pixels.
    pub right: i8,
}

impl Augmentation {
    /// Mirrors images if `flip` is set, and crops them out of `crop_padding` black pixels on each side.
    ///
    /// # Errors
    /// [`DataError::Setting`] if `crop_padding` is above 16, half the side of an image.
    pub fn new(flip: bool, crop_padding: u8) -> Result<Self, DataError> {
        if crop_padding > MAX_CROP_PADDING {
            return Err(DataError::Setting {
                setting: "crop_padding",
                expected: CROP_PADDING_RANGE,
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
    pub fn crop_padding(&self) -> u8 {
        self.crop_padding
    }

    /// The views of images `0..images` in `epoch`; `None` if all images stay unchanged.
    pub(crate) fn views(&self, seed: u64, epoch: u64, images: usize) -> Option<Vec<View>> {
        if *self == Self::default() {
            return None;
        }
        let mut flips = stream(seed, Purpose::Flip, epoch);
        let mut crops = stream(seed, Purpose::Crop, epoch);
        // At most 16.
        let padding = self.crop_padding as i8;
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
