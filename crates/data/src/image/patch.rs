//! The rectangle that CutMix and ResizeMix paste.

use rand::{Rng, RngExt};

use crate::ImageShape;

/// A rectangle of pixels within an image: rows `top..bottom` and columns `left..right`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Its first row.
    pub top: u16,
    /// Its first column.
    pub left: u16,
    /// The row after its last.
    pub bottom: u16,
    /// The column after its last.
    pub right: u16,
    /// Whether the whole second image is shrunk into the rectangle. Otherwise the same rectangle of it is pasted.
    pub resized: bool,
}

impl Patch {
    /// A patch without pixels.
    pub(crate) const EMPTY: Self = Self {
        top: 0,
        left: 0,
        bottom: 0,
        right: 0,
        resized: false,
    };

    /// Draws a patch for λ = `share` of an image.
    ///
    /// It starts as a rectangle with the aspect ratio of the image and 1 − λ of its area, with its sides rounded
    /// down, around a uniformly random pixel. It is then clipped to the image, and may be empty.
    ///
    /// # Source
    /// Yun et al., 2019, equation 2.
    pub(crate) fn draw(share: f64, shape: ImageShape, rng: &mut impl Rng) -> Self {
        let side = |length: usize| (length as f64 * (1.0 - share).sqrt()) as usize;
        Self::around(side(shape.height), side(shape.width), shape, rng)
    }

    /// Draws a square with sides of `side` pixels around a uniformly random pixel, clipped to the image.
    ///
    /// # Source
    /// DeVries and Taylor, 2017.
    pub(crate) fn square(side: u16, shape: ImageShape, rng: &mut impl Rng) -> Self {
        Self::around(side.into(), side.into(), shape, rng)
    }

    /// A rectangle of this height and width around a uniformly random pixel, clipped to the image.
    fn around(tall: usize, wide: usize, shape: ImageShape, rng: &mut impl Rng) -> Self {
        let mut span = |length: usize, side: usize| {
            let centre = rng.random_range(0..length);
            let first = centre.saturating_sub(side / 2);
            let end = (centre + side - side / 2).min(length);
            // Sides of images are below 65,536.
            (first as u16, end as u16)
        };
        let (top, bottom) = span(shape.height, tall);
        let (left, right) = span(shape.width, wide);
        Self {
            top,
            left,
            bottom,
            right,
            resized: false,
        }
    }

    /// The share of the pixels of an image of this shape that are outside the patch, from 0 to 1: the λ that results from it.
    pub fn kept(self, shape: ImageShape) -> f64 {
        let height = usize::from(self.bottom - self.top);
        let width = usize::from(self.right - self.left);
        (shape.plane() - height * width) as f64 / shape.plane() as f64
    }

    /// Whether the patch covers the pixel at `row` and `column`.
    #[cfg(test)]
    pub(crate) fn contains(self, row: usize, column: usize) -> bool {
        (usize::from(self.top)..usize::from(self.bottom)).contains(&row)
            && (usize::from(self.left)..usize::from(self.right)).contains(&column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Purpose, stream};
    use proptest::prelude::*;

    const SQUARE: ImageShape = ImageShape::CIFAR10;
    const WIDE: ImageShape = ImageShape {
        channels: 1,
        height: 20,
        width: 300,
    };

    #[test]
    fn a_share_of_one_pastes_nothing_and_a_share_of_zero_up_to_everything() {
        let rng = &mut stream(1, Purpose::Patch, 1);
        for _ in 0..50 {
            assert_eq!(Patch::draw(1.0, SQUARE, rng).kept(SQUARE), 1.0);
            // The square has 32 pixels a side; at most 16 of them are outside the image.
            let kept = Patch::draw(0.0, SQUARE, rng).kept(SQUARE);
            assert!((0.0..=0.75).contains(&kept), "{kept}");
        }
        // A square of less than one pixel.
        assert_eq!(Patch::draw(0.9995, SQUARE, rng).kept(SQUARE), 1.0);
    }

    #[test]
    fn an_unclipped_patch_has_its_share() {
        // A side of 16 out of 32 is a quarter of the image; clipping makes the mean smaller.
        let rng = &mut stream(2, Purpose::Patch, 1);
        let patches: Vec<Patch> = (0..2000).map(|_| Patch::draw(0.75, SQUARE, rng)).collect();
        let least = patches
            .iter()
            .map(|patch| patch.kept(SQUARE))
            .fold(1.0, f64::min);
        assert_eq!(least, 0.75);
        // By hand: clipping removes (1 + … + 8) + (1 + … + 7) of 32 · 16 columns, so 448 / 512 stay.
        let mean = patches
            .iter()
            .map(|patch| 1.0 - patch.kept(SQUARE))
            .sum::<f64>()
            / 2000.0;
        let expected = 0.25 * (448.0_f64 / 512.0).powi(2);
        assert!((mean - expected).abs() < 0.005, "{mean} of {expected}");
    }

    fn patch(top: u16, left: u16, bottom: u16, right: u16) -> Patch {
        Patch {
            top,
            left,
            bottom,
            right,
            resized: false,
        }
    }

    /// 8 by 4 of 1,024 pixels are 1/32.
    #[test]
    fn lambda_is_the_area_outside_the_patch() {
        assert_eq!(patch(4, 10, 12, 14).kept(SQUARE), 1.0 - 1.0 / 32.0);
    }

    #[test]
    fn a_patch_over_the_whole_image_keeps_nothing() {
        assert_eq!(patch(0, 0, 32, 32).kept(SQUARE), 0.0);
    }

    #[test]
    fn a_patch_without_height_or_width_keeps_everything() {
        assert_eq!(patch(5, 3, 5, 20).kept(SQUARE), 1.0);
        assert_eq!(patch(5, 3, 20, 3).kept(SQUARE), 1.0);
    }

    #[test]
    fn the_end_row_and_column_are_outside_the_patch() {
        let patch = patch(4, 10, 12, 14);
        assert!(patch.contains(4, 10) && patch.contains(11, 13));
        assert!(!patch.contains(12, 13) && !patch.contains(11, 14));
        assert!(!patch.contains(3, 10) && !patch.contains(4, 9));
    }

    /// λ = 1 − s² / 1024 draws a square of side s; no draw may be larger in either direction.
    #[test]
    fn no_side_is_longer_than_its_lambda_allows() {
        let rng = &mut stream(4, Purpose::Patch, 1);
        for side in 0..=32_u16 {
            let share = 1.0 - f64::from(side).powi(2) / 1024.0;
            for _ in 0..50 {
                let patch = Patch::draw(share, SQUARE, rng);
                assert!(patch.bottom - patch.top <= side);
                assert!(patch.right - patch.left <= side);
            }
        }
    }

    proptest! {
        #[test]
        fn the_share_is_that_of_the_pixels_that_stay(share in 0.0_f64..=1.0, seed: u64, wide: bool) {
            let shape = if wide { WIDE } else { SQUARE };
            let patch = Patch::draw(share, shape, &mut stream(seed, Purpose::Patch, 1));
            prop_assert!(usize::from(patch.bottom) <= shape.height);
            prop_assert!(usize::from(patch.right) <= shape.width);
            let columns = 0..shape.width;
            let pixels = (0..shape.height).flat_map(|row| columns.clone().map(move |column| (row, column)));
            let stay = pixels.filter(|&(row, column)| !patch.contains(row, column)).count();
            prop_assert_eq!(patch.kept(shape), stay as f64 / shape.plane() as f64);
            // Clipping only removes pixels from the patch.
            prop_assert!(patch.kept(shape) >= share - 1e-12);
        }
    }
}
