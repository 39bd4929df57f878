//! The rectangle that CutMix pastes.

use rand::{Rng, RngExt};

use crate::SIDE;

/// A rectangle of pixels within an image: rows `top..bottom`, columns `left..right`, at most
/// [`SIDE`] each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Its first row.
    pub top: u8,
    /// Its first column.
    pub left: u8,
    /// The row behind its last.
    pub bottom: u8,
    /// The column behind its last.
    pub right: u8,
}

impl Patch {
    /// No pixel.
    pub(crate) const EMPTY: Self = Self {
        top: 0,
        left: 0,
        bottom: 0,
        right: 0,
    };

    /// A patch for λ = `share`, before it is clipped: a square with a share of 1 − λ of the image's
    /// pixels, its side rounded down, around a centre that is uniform over all pixels, clipped to the
    /// image. It may be empty.
    ///
    /// # Source
    /// Yun et al., 2019, equation 2.
    pub(crate) fn draw(share: f64, rng: &mut impl Rng) -> Self {
        let side = (SIDE as f64 * (1.0 - share).sqrt()) as usize;
        let mut span = || {
            let centre = rng.random_range(0..SIDE);
            let first = centre.saturating_sub(side / 2);
            let behind = (centre + side - side / 2).min(SIDE);
            // Both are at most 32.
            (first as u8, behind as u8)
        };
        let ((top, bottom), (left, right)) = (span(), span());
        Self {
            top,
            left,
            bottom,
            right,
        }
    }

    /// The share of an image's pixels outside it: what λ is, from 0 to 1.
    pub fn kept(self) -> f64 {
        let height = f64::from(self.bottom - self.top);
        let width = f64::from(self.right - self.left);
        1.0 - height * width / (SIDE * SIDE) as f64
    }

    /// Whether the pixel at `row` and `column` is in it.
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

    #[test]
    fn a_share_of_one_pastes_nothing_and_a_share_of_zero_up_to_everything() {
        let rng = &mut stream(1, Purpose::Patch, 1);
        for _ in 0..50 {
            assert_eq!(Patch::draw(1.0, rng).kept(), 1.0);
            // The square has 32 pixels a side, and at most 16 of them outside.
            let kept = Patch::draw(0.0, rng).kept();
            assert!((0.0..=0.75).contains(&kept), "{kept}");
        }
        // Less than one pixel.
        assert_eq!(Patch::draw(0.9995, rng).kept(), 1.0);
    }

    #[test]
    fn an_unclipped_patch_has_its_share() {
        // Sides 16 of 32: a quarter; the mean over all centres is smaller, for they are clipped.
        let rng = &mut stream(2, Purpose::Patch, 1);
        let patches: Vec<Patch> = (0..2000).map(|_| Patch::draw(0.75, rng)).collect();
        let least = patches.iter().map(|patch| patch.kept()).fold(1.0, f64::min);
        assert_eq!(least, 0.75);
        // By hand: a side of 16 loses (1 + … + 8) + (1 + … + 7) of 32 · 16 columns: 448 / 512 stay.
        let mean = patches.iter().map(|patch| 1.0 - patch.kept()).sum::<f64>() / 2000.0;
        let expected = 0.25 * (448.0_f64 / 512.0).powi(2);
        assert!((mean - expected).abs() < 0.005, "{mean} of {expected}");
    }

    proptest! {
        #[test]
        fn the_share_is_that_of_the_pixels_that_stay(share in 0.0_f64..=1.0, seed: u64) {
            let patch = Patch::draw(share, &mut stream(seed, Purpose::Patch, 1));
            let pixels = (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| (row, column)));
            let stay = pixels.filter(|&(row, column)| !patch.contains(row, column)).count();
            prop_assert_eq!(patch.kept(), stay as f64 / (SIDE * SIDE) as f64);
            // Clipping takes pixels from the patch.
            prop_assert!(patch.kept() >= share - 1e-12);
        }
    }
}
