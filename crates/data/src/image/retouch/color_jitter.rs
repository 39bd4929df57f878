//! ColorJitter: brightness, contrast, saturation and hue, in a random order.

use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

use super::{Retouch, Retouches};

/// How far the colours of training images are changed at most. What is 0 is left out.
///
/// # Source
/// `torchvision.transforms.ColorJitter`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColorJitter {
    /// b, from 0 to 10: the factor of the brightness is from 1 − b, but at least 0, to 1 + b.
    pub brightness: f64,
    /// The same for the contrast.
    pub contrast: f64,
    /// The same for the saturation.
    pub saturation: f64,
    /// h, from 0 to 0.5: the hue is turned by a share of a full circle from −h to h.
    pub hue: f64,
}

impl ColorJitter {
    /// Draws the changes of one image: uniform factors, in a uniformly random order.
    ///
    /// # Panics
    /// If a field is negative or not finite.
    pub fn draw(&self, rng: &mut impl Rng) -> Retouches {
        let mut factor = |most: f64| rng.random_range((1.0 - most).max(0.0)..=1.0 + most);
        let mut retouches = [
            Retouch::Brightness(factor(self.brightness)),
            Retouch::Contrast(factor(self.contrast)),
            Retouch::Saturation(factor(self.saturation)),
            Retouch::Hue(rng.random_range(-self.hue..=self.hue)),
        ];
        if self.hue == 0.0 {
            // A hue that is turned by 0 changes bytes; a factor of 1 does not.
            retouches[3] = Retouch::Identity;
        }
        retouches.shuffle(rng);
        Retouches(retouches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    const DRAWS: usize = 24_000;

    fn draws(jitter: ColorJitter) -> impl Iterator<Item = [Retouch; 4]> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        (0..DRAWS).map(move |_| jitter.draw(&mut rng).0)
    }

    /// Kind and number of a change.
    fn kind(retouch: Retouch) -> (usize, f64) {
        match retouch {
            Retouch::Brightness(factor) => (0, factor),
            Retouch::Contrast(factor) => (1, factor),
            Retouch::Saturation(factor) => (2, factor),
            Retouch::Hue(share) => (3, share),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn factors_are_uniform_in_their_ranges() {
        let jitter = ColorJitter {
            brightness: 0.4,
            contrast: 2.0,
            saturation: 1.0,
            hue: 0.1,
        };
        // A contrast of 1 − 2 would be negative.
        let ranges = [(0.6, 1.4), (0.0, 3.0), (0.0, 2.0), (-0.1, 0.1)];
        let mut quarters = [[0; 4]; 4];
        for (kind, number) in draws(jitter).flatten().map(kind) {
            let (low, high) = ranges[kind];
            assert!((low..=high).contains(&number), "{kind} {number}");
            let quarter = 4.0 * (number - low) / (high - low);
            quarters[kind][(quarter as usize).min(3)] += 1;
        }
        // Six deviations of a binomial distribution.
        let expected = DRAWS as f64 / 4.0;
        let most = 6.0 * (expected * 0.75).sqrt();
        for count in quarters.into_iter().flatten() {
            assert!((f64::from(count) - expected).abs() < most, "{quarters:?}");
        }
    }

    #[test]
    fn every_order_is_as_frequent_as_any_other() {
        let jitter = ColorJitter {
            brightness: 0.4,
            contrast: 0.4,
            saturation: 0.4,
            hue: 0.1,
        };
        let mut counts = std::collections::BTreeMap::new();
        for retouches in draws(jitter) {
            *counts
                .entry(retouches.map(|retouch| kind(retouch).0))
                .or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 24);
        // A mean of 1,000, and a deviation of 31.
        assert!(
            counts.values().all(|count| (800..1200).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn what_is_0_changes_nothing() {
        let nothing = [
            Retouch::Brightness(1.0),
            Retouch::Contrast(1.0),
            Retouch::Saturation(1.0),
            Retouch::Identity,
        ];
        for retouches in draws(ColorJitter::default()).take(50) {
            assert!(retouches.iter().all(|retouch| nothing.contains(retouch)));
        }
    }
}
