//! The shape of the images of a set.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Channels, height and width, which all images of a set share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageShape {
    /// 1 for grey images; 3 for red, green and blue.
    pub channels: usize,
    /// Rows of pixels.
    pub height: usize,
    /// Columns of pixels.
    pub width: usize,
}

impl ImageShape {
    /// The shape of CIFAR-10's images, and of the built-in ones.
    pub const CIFAR10: Self = Self {
        channels: 3,
        height: 32,
        width: 32,
    };

    /// Pixels of one channel.
    pub const fn plane(self) -> usize {
        self.height * self.width
    }

    /// Values of one image, which is also its size in bytes.
    pub const fn values(self) -> usize {
        self.channels * self.plane()
    }

    /// `[channels, height, width]`.
    pub const fn dims(self) -> [usize; 3] {
        [self.channels, self.height, self.width]
    }
}

impl fmt::Display for ImageShape {
    /// Such as `3x32x32`: channels, height, width.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}x{}x{}",
            self.channels, self.height, self.width
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_knows_how_many_values_an_image_has() {
        let shape = ImageShape {
            channels: 3,
            height: 20,
            width: 15,
        };
        assert_eq!((shape.plane(), shape.values()), (300, 900));
        assert_eq!(shape.dims(), [3, 20, 15]);
        assert_eq!(shape.to_string(), "3x20x15");
    }
}
