//! Stratified samples: every class keeps its share.

use rand::Rng;
use rand::seq::SliceRandom;

use crate::{ImageSet, Images, Purpose, stream};

/// The ascending indices of `count` random images, in which every class keeps its share.
///
/// A class with c of N images gets c · `count` / N of them, rounded down. The remaining ones go to the
/// classes with the largest remainders; ties go to the first class.
///
/// # Panics
/// If `count` is above the number of labels, or a label is not below `classes`.
pub fn stratified(labels: &[u8], classes: usize, count: usize, rng: &mut impl Rng) -> Vec<u32> {
    assert!(count <= labels.len(), "{count} of {} images", labels.len());
    let mut members = vec![vec![]; classes];
    for (index, &label) in (0_u32..).zip(labels) {
        members[usize::from(label)].push(index);
    }
    let total = labels.len().max(1);
    let mut shares: Vec<usize> = members.iter().map(|m| m.len() * count / total).collect();
    let mut by_remainder: Vec<usize> = (0..classes).collect();
    by_remainder.sort_by_key(|&class| std::cmp::Reverse(members[class].len() * count % total));
    let left = count - shares.iter().sum::<usize>();
    for &class in by_remainder.iter().take(left) {
        shares[class] += 1;
    }
    let mut chosen: Vec<u32> = members
        .iter_mut()
        .zip(shares)
        .flat_map(|(members, share)| members.partial_shuffle(rng, share).0.to_vec())
        .collect();
    chosen.sort_unstable();
    chosen
}

impl ImageSet {
    /// Removes `count` images from the training split and returns them, as a validation split.
    ///
    /// The sample is stratified and depends only on `seed`. Both parts keep the order of the images.
    ///
    /// # Panics
    /// If `count` is above the number of training images.
    pub fn hold_out(&mut self, count: usize, seed: u64) -> Images {
        let mut rng = stream(seed, Purpose::Validation, 0);
        let chosen = stratified(self.train.labels(), self.classes.len(), count, &mut rng);
        self.train.take_out(&chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IMAGE_BYTES, synthetic};
    use proptest::prelude::*;

    #[test]
    fn only_held_out_images_leave_the_training_split() {
        let whole = synthetic(1, 60, 3);
        let mut set = whole.clone();
        let held_out = set.hold_out(20, 7);
        assert_eq!((set.train.len(), held_out.len()), (40, 20));
        assert_eq!(set.test, whole.test);
        let all = |images: &Images| -> Vec<(Vec<u8>, u8)> {
            let pixels = images.pixels().chunks_exact(IMAGE_BYTES);
            let pairs = pixels.zip(images.labels());
            pairs
                .map(|(pixels, label)| (pixels.to_vec(), *label))
                .collect()
        };
        let (mut left, mut right) = (
            all(&set.train).into_iter().peekable(),
            all(&held_out).into_iter().peekable(),
        );
        for image in all(&whole.train) {
            // Both parts keep their order, so the next image is the first remaining one of either part.
            let next = if left.peek() == Some(&image) {
                left.next()
            } else {
                right.next()
            };
            assert_eq!(next, Some(image));
        }
        assert_eq!((left.next(), right.next()), (None, None));
    }

    #[test]
    fn the_seed_decides_which_images_are_held_out() {
        let held_out = |seed| synthetic(1, 60, 3).hold_out(20, seed);
        assert_eq!(held_out(1), held_out(1));
        assert_ne!(held_out(1), held_out(2));
        assert!(held_out(1).class_counts(10).iter().all(|&count| count == 2));
    }

    proptest! {
        #[test]
        fn every_class_has_its_share(
            labels in proptest::collection::vec(0_u8..5, 0..200),
            portion in 0.0_f64..=1.0,
            seed: u64,
        ) {
            let count = (labels.len() as f64 * portion) as usize;
            let mut rng = stream(seed, Purpose::Validation, 0);
            let chosen = stratified(&labels, 5, count, &mut rng);
            prop_assert_eq!(chosen.len(), count);
            prop_assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
            for class in 0..5 {
                let of = |index: &&u32| labels[**index as usize] == class;
                let has = chosen.iter().filter(of).count() as f64;
                let members = labels.iter().filter(|&&label| label == class).count() as f64;
                let share = members * count as f64 / labels.len().max(1) as f64;
                prop_assert!((has - share).abs() < 1.0, "{has} of {share}");
            }
        }
    }
}
