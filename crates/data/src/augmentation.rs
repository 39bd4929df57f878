//! What is done to single images before they are mixed.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::random::{Purpose, seek, stream};

/// What is done to single training images, drawn anew for every image and epoch.
///
/// # Source
/// He et al., "Deep Residual Learning for Image Recognition", 2016, section 4.2: padding of 4 pixels,
/// a random crop, and a horizontal flip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Augmentation {
    /// Mirror an image, left to right, with probability 1/2.
    #[serde(default)]
    pub flip: bool,
    /// Black pixels put around an image, out of which a window of the image's size is then cut at a
    /// uniform place; 0 leaves the image where it is.
    #[serde(default)]
    pub crop_padding: u8,
}

/// How one image looks in one epoch: shifted, then mirrored.
///
/// Its pixel at row y and column x is the image's at row y + `down` and column x + `right`, or black
/// where that lies outside; mirrored, column x shows what column 31 − x would.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Mirrored, left to right.
    pub flipped: bool,
    /// How far down the window lies, in pixels.
    pub down: i8,
    /// How far right the window lies, in pixels.
    pub right: i8,
}

impl Augmentation {
    /// The largest padding: half an image, so that some of it is always seen.
    pub const MOST_PADDING: u8 = 16;

    /// The look of each of `images` images in `epoch`; none where all of them stay as they are.
    pub(crate) fn looks(&self, seed: u64, epoch: u64, images: usize) -> Option<Vec<Look>> {
        if *self == Self::default() {
            return None;
        }
        let mut flips = stream(seed, Purpose::Flip, epoch);
        let mut crops = stream(seed, Purpose::Crop, epoch);
        let padding = self.crop_padding.min(Self::MOST_PADDING) as i8;
        let look = |image| {
            seek(&mut flips, image);
            seek(&mut crops, image);
            let shift = |crops: &mut ChaCha8Rng| crops.random_range(-padding..=padding);
            Look {
                flipped: self.flip && flips.random(),
                down: shift(&mut crops),
                right: shift(&mut crops),
            }
        };
        Some((0..images).map(look).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_asked_for_is_nothing_done() {
        assert_eq!(Augmentation::default().looks(1, 1, 10), None);
    }

    #[test]
    fn flips_are_fair_and_windows_uniform() {
        let augmentation = Augmentation {
            flip: true,
            crop_padding: 4,
        };
        let looks = augmentation.looks(1, 1, 16_200).unwrap();
        let flipped = looks.iter().filter(|look| look.flipped).count();
        assert!((7800..=8400).contains(&flipped), "{flipped}");
        let mut places = [[0_u32; 9]; 9];
        for look in &looks {
            places[(look.down + 4) as usize][(look.right + 4) as usize] += 1;
        }
        // 81 places of 200 each; five standard deviations.
        for count in places.as_flattened() {
            assert!((130..=270).contains(count), "{places:?}");
        }
        assert_ne!(augmentation.looks(1, 2, 16_200).unwrap(), looks);
        assert_eq!(augmentation.looks(1, 1, 10).unwrap(), looks[..10]);
    }

    #[test]
    fn a_flip_alone_moves_nothing_and_a_crop_alone_mirrors_nothing() {
        let flip = Augmentation {
            flip: true,
            crop_padding: 0,
        };
        let looks = flip.looks(1, 1, 100).unwrap();
        assert!(looks.iter().all(|look| (look.down, look.right) == (0, 0)));
        let crop = Augmentation {
            flip: false,
            crop_padding: 2,
        };
        let looks = crop.looks(1, 1, 100).unwrap();
        assert!(looks.iter().all(|look| !look.flipped));
        assert!(looks.iter().any(|look| look.down != 0));
    }
}
