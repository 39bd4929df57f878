//! Retouching: changes to the colours or the geometry of one image, byte for byte as PIL makes them.
//!
//! Published PyTorch recipes name their augmentations by torchvision's classes: "TrivialAugmentWide", "ColorJitter".
//! These apply PIL's operations, which round in their own ways: fixed-point positions, factors in f32, truncation
//! instead of rounding. An implementation that rounds differently trains on other images. So the operations are
//! written here, after PIL's rules, and their bytes are held against torchvision's (`tests/parity/retouch.py`).
//! With equal bytes, a run differs from its PyTorch counterpart in what is drawn, and in nothing else.
//!
//! As everywhere, drawing and applying are apart: [`trivial_augment_wide`] and [`ColorJitter::draw`] know no pixels,
//! and a drawn [`Retouch`] changes an image without random numbers.

mod blend;
mod color_jitter;
mod geometry;
mod grey;
mod hue;
mod sharpness;
mod trivial_augment;
mod value_table;

use crate::ImageShape;

pub use color_jitter::ColorJitter;
pub use trivial_augment::trivial_augment_wide;

/// One change to the colours or the geometry of an image.
///
/// The bytes are those of torchvision on a PIL image of mode "RGB" or "L", with nearest-neighbour sampling, and black
/// where nothing of the image is. A factor of 1 keeps every byte. Factors are finite and not negative; they are
/// rounded to f32.
///
/// # Source
/// torchvision, `transforms/autoaugment.py` (`_apply_op`) and `transforms.functional.adjust_*`, on PIL images.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Retouch {
    /// Keeps the image.
    #[default]
    Identity,
    /// Shears by s along the rows: the pixel at column x and row y comes from column x + s · y.
    ShearX(f64),
    /// Shears by s along the columns: the pixel at column x and row y comes from row y + s · x.
    ShearY(f64),
    /// Moves the image to the right by whole pixels; a negative number moves it to the left.
    TranslateX(i32),
    /// Moves the image down by whole pixels; a negative number moves it up.
    TranslateY(i32),
    /// Turns the image around its centre, counter-clockwise, by an angle in degrees.
    Rotate(f64),
    /// Multiplies all values by a factor; 0 gives black.
    Brightness(f64),
    /// Moves colours away from their grey by a factor; 0 gives a grey image. Grey images stay as they are.
    ///
    /// torchvision calls it "Color" in its policies.
    Saturation(f64),
    /// Moves values away from the image's mean grey by a factor; 0 gives an even grey.
    Contrast(f64),
    /// Moves values away from the smoothed image by a factor; 0 smooths. The outermost pixels stay as they are, and so
    /// do images with a side below 3.
    Sharpness(f64),
    /// Keeps the highest bits of each value, from 1 to 8.
    ///
    /// torchvision refuses other numbers. Here, 0 gives black, and more than 8 keep all.
    Posterize(u8),
    /// Inverts the values that are at least a threshold; 0 inverts all, and 256 none.
    Solarize(f64),
    /// Stretches the values of each channel to 0 to 255, unless they are all equal.
    AutoContrast,
    /// Spreads the values of each channel, so that each interval of values has about as many pixels as any other.
    Equalize,
    /// Turns the hue by a share of a full circle, from −0.5 to 0.5. Grey images stay as they are.
    ///
    /// The way through PIL's 8-bit HSV changes bytes even at 0.
    Hue(f64),
}

impl Retouch {
    /// Changes one image, `[channels, height, width]`, of 1 or 3 channels. `scratch` is memory that is used again.
    ///
    /// # Panics
    /// If the image is shorter than its shape says.
    pub fn apply(self, image: &mut [u8], shape: ImageShape, scratch: &mut Vec<u8>) {
        let image = &mut image[..shape.values()];
        match self {
            Self::Identity => {}
            Self::ShearX(shear) => geometry::shear_x(image, shape, shear, scratch),
            Self::ShearY(shear) => geometry::shear_y(image, shape, shear, scratch),
            Self::TranslateX(right) => geometry::translate_x(image, shape, right),
            Self::TranslateY(down) => geometry::translate_y(image, shape, down),
            Self::Rotate(degrees) => geometry::rotate(image, shape, degrees, scratch),
            Self::Brightness(factor) => blend::brightness(image, factor as f32),
            Self::Saturation(factor) => blend::saturation(image, shape, factor as f32),
            Self::Contrast(factor) => blend::contrast(image, shape, factor as f32),
            Self::Sharpness(factor) => sharpness::sharpen(image, shape, factor as f32, scratch),
            Self::Posterize(bits) => value_table::posterize(image, bits),
            Self::Solarize(threshold) => value_table::solarize(image, threshold),
            Self::AutoContrast => value_table::auto_contrast(image, shape),
            Self::Equalize => value_table::equalize(image, shape),
            Self::Hue(share) => hue::turn(image, shape, share),
        }
    }
}

/// The changes that one epoch makes to one image, in this order.
///
/// There are at most four. Those that are not needed are [`Retouch::Identity`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Retouches(pub [Retouch; 4]);

impl Retouches {
    /// A single change.
    pub fn one(retouch: Retouch) -> Self {
        let mut retouches = Self::default();
        retouches.0[0] = retouch;
        retouches
    }

    /// Changes one image, as [`Retouch::apply`] does, by one after the other.
    ///
    /// # Panics
    /// If the image is shorter than its shape says.
    pub fn apply(self, image: &mut [u8], shape: ImageShape, scratch: &mut Vec<u8>) {
        for retouch in self.0 {
            retouch.apply(image, shape, scratch);
        }
    }
}

#[cfg(test)]
mod tests;
