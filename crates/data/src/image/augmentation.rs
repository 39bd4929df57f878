//! Changes to single images before they are mixed: flips, crops, holes and retouching.

use std::ops::RangeInclusive;

use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use crate::draw::random::{Purpose, seek, stream};
use crate::image::patch::Patch;
use crate::image::retouch::trivial_augment_wide;
use crate::{ColorJitter, DataError, ImageShape, Retouches};

/// Which changes are made to single training images. They are drawn again for every image and epoch.
///
/// In this order: a window is cut out, it is mirrored, colours and geometry are changed, a rectangle is erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Augmentation {
    /// Whether each image is mirrored, left to right, with probability 1/2.
    pub flip: bool,
    /// The black pixels added on each side before a window of the image's size is cut out at a uniformly random
    /// position; 0 does not move the image. From 0 to half the smaller side.
    ///
    /// # Source
    /// He et al., "Deep Residual Learning for Image Recognition", 2016, section 4.2.
    #[serde(deserialize_with = "checked_padding")]
    pub crop_padding: u16,
    /// Whether one change of colour or geometry is drawn for each image; see
    /// [`trivial_augment_wide`].
    #[serde(skip_serializing_if = "is_default")]
    pub trivial_augment: bool,
    /// How far the brightness is changed; see [`ColorJitter`].
    #[serde(skip_serializing_if = "is_default")]
    pub brightness: f64,
    /// How far the contrast is changed.
    #[serde(skip_serializing_if = "is_default")]
    pub contrast: f64,
    /// How far the saturation is changed.
    #[serde(skip_serializing_if = "is_default")]
    pub saturation: f64,
    /// How far the hue is changed.
    #[serde(skip_serializing_if = "is_default")]
    pub hue: f64,
    /// The probability with which a random rectangle becomes black.
    ///
    /// # Source
    /// Zhong et al., "Random Erasing Data Augmentation", 2020, as `torchvision.transforms.RandomErasing` draws it.
    #[serde(skip_serializing_if = "is_default")]
    pub erasing: f64,
    /// The side in pixels of a square around a random pixel that becomes black; 0 for none.
    ///
    /// # Source
    /// DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout", 2017.
    #[serde(skip_serializing_if = "is_default")]
    pub cutout: u16,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The shares of an image's area that are erased.
const ERASED_SHARE: RangeInclusive<f64> = 0.02..=0.33;
/// The ratios of height to width of what is erased.
const ERASED_RATIO: [f64; 2] = [0.3, 3.3];
/// How often a rectangle is drawn until one fits.
const ERASING_TRIES: usize = 10;

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
        Ok(Self {
            flip,
            crop_padding,
            ..Self::default()
        })
    }

    /// Checks every value that no shape of images decides.
    ///
    /// # Errors
    /// [`DataError::Setting`] of the first value outside its range.
    pub fn check_values(&self) -> Result<(), DataError> {
        let refuse = |setting, expected: &str, found: String| {
            let expected = expected.into();
            Err(DataError::Setting {
                setting,
                expected,
                found,
            })
        };
        if !(0.0..=1.0).contains(&self.erasing) {
            let expected = "a number from 0 to 1";
            return refuse("erasing", expected, self.erasing.to_string());
        }
        if self.erasing > 0.0 && self.cutout > 0 {
            let expected = "0 together with erasing";
            return refuse("cutout", expected, self.cutout.to_string());
        }
        for (setting, value, most) in [
            ("brightness", self.brightness, 10.0),
            ("contrast", self.contrast, 10.0),
            ("saturation", self.saturation, 10.0),
            ("hue", self.hue, 0.5),
        ] {
            if !(0.0..=most).contains(&value) {
                let expected = format!("a number from 0 to {most}");
                return refuse(setting, &expected, value.to_string());
            }
            if value > 0.0 && self.trivial_augment {
                let expected = "0 together with trivial_augment";
                return refuse(setting, expected, value.to_string());
            }
        }
        Ok(())
    }

    /// Checks that part of every image of this shape can always be visible: the padding is at most half a side, and a
    /// square that is cut out is smaller than the image.
    ///
    /// # Errors
    /// [`DataError::Setting`] if `crop_padding` or `cutout` is too large, or colours of grey images are to change.
    pub fn check(&self, shape: ImageShape) -> Result<(), DataError> {
        if shape.channels == 1 {
            for (setting, value) in [("saturation", self.saturation), ("hue", self.hue)] {
                if value > 0.0 {
                    return Err(DataError::Setting {
                        setting,
                        expected: "0 for grey images, which have no colours".into(),
                        found: value.to_string(),
                    });
                }
            }
        }
        let side = shape.height.min(shape.width);
        if self.cutout > 0 && usize::from(self.cutout) >= side {
            return Err(DataError::Setting {
                setting: "cutout",
                expected: format!(
                    "a whole number below {side} for images of {}x{}",
                    shape.height, shape.width
                ),
                found: self.cutout.to_string(),
            });
        }
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

    /// How far colours are changed.
    pub fn jitter(&self) -> ColorJitter {
        ColorJitter {
            brightness: self.brightness,
            contrast: self.contrast,
            saturation: self.saturation,
            hue: self.hue,
        }
    }

    /// The views of images `0..images` in `epoch`; `None` if all images stay unchanged.
    pub(crate) fn views(&self, seed: u64, epoch: u64, images: usize) -> Option<Vec<View>> {
        if !self.flip && self.crop_padding == 0 {
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

    /// What is erased from images `0..images` in `epoch`; `None` if nothing can be.
    pub(crate) fn holes(
        &self,
        seed: u64,
        epoch: u64,
        images: usize,
        shape: ImageShape,
    ) -> Option<Vec<Patch>> {
        if self.erasing == 0.0 && self.cutout == 0 {
            return None;
        }
        let mut numbers = stream(seed, Purpose::Erasing, epoch);
        let hole = |image| {
            seek(&mut numbers, image);
            match self.cutout {
                0 if numbers.random_bool(self.erasing) => erased(shape, &mut numbers),
                0 => Patch::EMPTY,
                side => Patch::square(side, shape, &mut numbers),
            }
        };
        Some((0..images).map(hole).collect())
    }

    /// How images `0..images` are retouched in `epoch`; `None` if none is.
    pub(crate) fn retouches(&self, seed: u64, epoch: u64, images: usize) -> Option<Vec<Retouches>> {
        let jitter = self.jitter();
        if !self.trivial_augment && jitter == ColorJitter::default() {
            return None;
        }
        let mut numbers = stream(seed, Purpose::Retouch, epoch);
        let retouches = |image| {
            seek(&mut numbers, image);
            match self.trivial_augment {
                true => trivial_augment_wide(&mut numbers),
                false => jitter.draw(&mut numbers),
            }
        };
        Some((0..images).map(retouches).collect())
    }
}

/// A rectangle of random area and proportions within an image of this shape; empty if none of ten fits.
fn erased(shape: ImageShape, rng: &mut impl Rng) -> Patch {
    let ImageShape { height, width, .. } = shape;
    for _ in 0..ERASING_TRIES {
        let area = (height * width) as f64 * rng.random_range(ERASED_SHARE);
        let [least, most] = ERASED_RATIO.map(f64::ln);
        let ratio = rng.random_range(least..=most).exp();
        let (tall, wide) = ((area * ratio).sqrt().round(), (area / ratio).sqrt().round());
        let (tall, wide) = (tall as usize, wide as usize);
        if tall < height && wide < width {
            let top = rng.random_range(0..=height - tall);
            let left = rng.random_range(0..=width - wide);
            // Sides of images are below 65,536.
            let [top, bottom, left, right] =
                [top, top + tall, left, left + wide].map(|edge| edge as u16);
            return Patch {
                top,
                left,
                bottom,
                right,
                resized: false,
            };
        }
    }
    Patch::EMPTY
}

#[cfg(test)]
mod tests;
