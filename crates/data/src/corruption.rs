//! Replaces training labels by random ones.

use rand::RngExt;
use rand::seq::SliceRandom;

use crate::{ImageSet, Purpose, stream};

impl ImageSet {
    /// Replaces the labels of a `share` of the training images by uniformly random classes.
    ///
    /// `share` is from 0 to 1 and is rounded to whole images. A random class may be the image's own.
    /// The images and their new classes depend on `seed` alone. Returns how many labels changed.
    ///
    /// # Panics
    /// If `share` is outside `[0, 1]`.
    ///
    /// # Source
    /// Zhang et al., "Understanding deep learning requires rethinking generalization", 2017; as in
    /// the mixup paper's section 3.4.
    pub fn corrupt_labels(&mut self, share: f64, seed: u64) -> usize {
        assert!((0.0..=1.0).contains(&share), "a share, found {share}");
        let labels = self.train.labels_mut();
        let count = (labels.len() as f64 * share).round() as usize;
        let mut rng = stream(seed, Purpose::Corruption, 0);
        let mut images: Vec<usize> = (0..labels.len()).collect();
        let (chosen, _) = images.partial_shuffle(&mut rng, count);
        let mut changed = 0;
        for &mut image in chosen {
            // A label is a u8, so there are at most 256 classes.
            let label = rng.random_range(0..self.classes.len()) as u8;
            changed += usize::from(labels[image] != label);
            labels[image] = label;
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use crate::synthetic;

    #[test]
    fn a_share_of_the_labels_is_random_and_the_pixels_stay() {
        let clean = synthetic(1, 2000, 10);
        let mut set = clean.clone();
        let changed = set.corrupt_labels(0.5, 7);
        let pairs = clean.train.labels().iter().zip(set.train.labels());
        assert_eq!(pairs.filter(|(a, b)| a != b).count(), changed);
        // Of 1,000 draws from ten classes 900 change the label; five standard deviations are 47.
        assert!((853..=947).contains(&changed), "{changed}");
        assert_eq!(set.train.pixels(), clean.train.pixels());
        assert_eq!(set.test, clean.test);
    }

    #[test]
    fn all_labels_random_leaves_no_class_in_front() {
        let mut set = synthetic(1, 5000, 1);
        set.corrupt_labels(1.0, 3);
        let counts = set.train.class_counts(set.classes.len());
        assert!(
            counts.iter().all(|count| (390..=610).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn the_seed_decides_and_a_share_of_zero_changes_nothing() {
        let corrupted = |share, seed| {
            let mut set = synthetic(1, 300, 1);
            set.corrupt_labels(share, seed);
            set.train.labels().to_vec()
        };
        assert_eq!(corrupted(0.2, 1), corrupted(0.2, 1));
        assert_ne!(corrupted(0.2, 1), corrupted(0.2, 2));
        assert_eq!(corrupted(0.0, 1), synthetic(1, 300, 1).train.labels());
    }

    #[test]
    fn with_a_single_class_no_label_can_change() {
        let mut set = synthetic(1, 50, 1);
        set.train.labels_mut().fill(0);
        set.classes.truncate(1);
        assert_eq!(set.corrupt_labels(1.0, 5), 0);
        assert_eq!(set.train.labels(), [0; 50]);
    }

    /// Labels that no class draws mark the images that keep theirs, so the drawn share is seen exactly.
    #[test]
    fn the_share_of_redrawn_labels_is_exact() {
        for (share, redrawn) in [(0.0, 0), (0.004, 1), (0.25, 50), (0.5, 100), (1.0, 200)] {
            let mut set = synthetic(1, 200, 1);
            set.train.labels_mut().fill(255);
            assert_eq!(set.corrupt_labels(share, 9), redrawn, "share {share}");
            let kept = set.train.labels().iter().filter(|&&label| label == 255);
            assert_eq!(kept.count(), 200 - redrawn, "share {share}");
        }
    }

    #[test]
    #[should_panic(expected = "a share, found 1.5")]
    fn a_share_above_one_is_refused() {
        synthetic(1, 10, 1).corrupt_labels(1.5, 1);
    }
}
