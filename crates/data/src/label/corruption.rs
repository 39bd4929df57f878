//! Replaces training labels by random ones.

use rand::RngExt;
use rand::seq::SliceRandom;

use crate::{MAX_CLASSES, Purpose, stream};

/// Replaces a `share` of the labels by uniformly random classes.
///
/// `share` is from 0 to 1 and is rounded to whole samples. A random class may be the sample's own. The
/// samples and their new classes depend on `seed` alone. Returns how many labels changed.
///
/// # Panics
/// If `share` is outside `[0, 1]`, or there are no classes or more than [`MAX_CLASSES`].
///
/// # Source
/// Zhang et al., "Understanding deep learning requires rethinking generalization", 2017; as in
/// the mixup paper's section 3.4.
pub fn corrupt_labels(labels: &mut [u16], classes: usize, share: f64, seed: u64) -> usize {
    assert!((0.0..=1.0).contains(&share), "a share, found {share}");
    assert!(classes <= MAX_CLASSES, "{classes} classes");
    let count = (labels.len() as f64 * share).round() as usize;
    let mut rng = stream(seed, Purpose::Corruption, 0);
    let mut samples: Vec<usize> = (0..labels.len()).collect();
    let (chosen, _) = samples.partial_shuffle(&mut rng, count);
    let mut changed = 0;
    for &mut sample in chosen {
        let label = rng.random_range(0..classes) as u16;
        changed += usize::from(labels[sample] != label);
        labels[sample] = label;
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class_counts;

    /// Labels of ten classes in turn.
    fn labels(count: u16) -> Vec<u16> {
        (0..count).map(|sample| sample % 10).collect()
    }

    #[test]
    fn a_share_of_the_labels_is_random() {
        let clean = labels(2000);
        let mut changed = clean.clone();
        let count = corrupt_labels(&mut changed, 10, 0.5, 7);
        let pairs = clean.iter().zip(&changed);
        assert_eq!(pairs.filter(|(a, b)| a != b).count(), count);
        // Of 1,000 draws from ten classes 900 change the label; five standard deviations are 47.
        assert!((853..=947).contains(&count), "{count}");
    }

    #[test]
    fn all_labels_random_leaves_no_class_in_front() {
        let mut labels = labels(5000);
        corrupt_labels(&mut labels, 10, 1.0, 3);
        let counts = class_counts(&labels, 10);
        assert!(
            counts.iter().all(|count| (390..=610).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn the_seed_decides_and_a_share_of_zero_changes_nothing() {
        let corrupted = |share, seed| {
            let mut labels = labels(300);
            corrupt_labels(&mut labels, 10, share, seed);
            labels
        };
        assert_eq!(corrupted(0.2, 1), corrupted(0.2, 1));
        assert_ne!(corrupted(0.2, 1), corrupted(0.2, 2));
        assert_eq!(corrupted(0.0, 1), labels(300));
    }

    #[test]
    fn with_a_single_class_no_label_can_change() {
        let mut labels = [0; 50];
        assert_eq!(corrupt_labels(&mut labels, 1, 1.0, 5), 0);
        assert_eq!(labels, [0; 50]);
    }

    /// Labels that no class draws mark the samples that keep theirs, so the drawn share is seen exactly.
    #[test]
    fn the_share_of_redrawn_labels_is_exact() {
        for (share, redrawn) in [(0.0, 0), (0.004, 1), (0.25, 50), (0.5, 100), (1.0, 200)] {
            let mut labels = [u16::MAX; 200];
            let changed = corrupt_labels(&mut labels, 10, share, 9);
            assert_eq!(changed, redrawn, "share {share}");
            let kept = labels.iter().filter(|&&label| label == u16::MAX);
            assert_eq!(kept.count(), 200 - redrawn, "share {share}");
        }
    }

    #[test]
    fn classes_above_255_are_drawn_too() {
        let mut labels = vec![0; 3000];
        corrupt_labels(&mut labels, 1000, 1.0, 2);
        assert!(labels.iter().any(|&label| label > 900));
        assert!(labels.iter().all(|&label| label < 1000));
    }

    #[test]
    #[should_panic(expected = "a share, found 1.5")]
    fn a_share_above_one_is_refused() {
        corrupt_labels(&mut [], 10, 1.5, 1);
    }
}
