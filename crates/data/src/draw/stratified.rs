//! Stratified samples: every class keeps its share.

use rand::Rng;
use rand::seq::SliceRandom;

use crate::{Purpose, stream};

/// The ascending indices of `count` random samples, in which every class keeps its share.
///
/// A class with c of N samples gets c · `count` / N of them, rounded down. The remaining ones go to the
/// classes with the largest remainders; ties go to the first class.
///
/// # Panics
/// If `count` is above the number of labels, or a label is not below `classes`.
pub fn stratified(labels: &[u16], classes: usize, count: usize, rng: &mut impl Rng) -> Vec<u32> {
    assert!(count <= labels.len(), "{count} of {} samples", labels.len());
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

/// Divides samples into those to train on and `count` that are held out for validation: two ascending lists of
/// indices, in this order.
///
/// The sample that is held out is stratified and depends on `seed` alone.
///
/// # Panics
/// If `count` is above the number of labels, or a label is not below `classes`.
pub fn hold_out(labels: &[u16], classes: usize, count: usize, seed: u64) -> [Vec<u32>; 2] {
    let mut rng = stream(seed, Purpose::Validation, 0);
    let held_out = stratified(labels, classes, count, &mut rng);
    let mut next = held_out.iter().copied().peekable();
    let all = (0_u32..).zip(labels).map(|(index, _)| index);
    let kept = all.filter(|index| next.next_if_eq(index).is_none());
    [kept.collect(), held_out]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class_counts;
    use proptest::prelude::*;

    /// Labels of ten classes in turn.
    fn labels(count: u16) -> Vec<u16> {
        (0..count).map(|sample| sample % 10).collect()
    }

    #[test]
    fn every_sample_is_kept_or_held_out() {
        let [kept, held_out] = hold_out(&labels(60), 10, 20, 7);
        assert_eq!((kept.len(), held_out.len()), (40, 20));
        assert!(kept.is_sorted() && held_out.is_sorted());
        let mut all = [kept, held_out].concat();
        all.sort_unstable();
        assert_eq!(all, (0..60).collect::<Vec<u32>>());
    }

    #[test]
    fn the_seed_decides_which_samples_are_held_out() {
        let held_out = |seed| {
            let [_, held_out] = hold_out(&labels(60), 10, 20, seed);
            held_out
        };
        assert_eq!(held_out(1), held_out(1));
        assert_ne!(held_out(1), held_out(2));
        let classes: Vec<u16> = held_out(1)
            .iter()
            .map(|&index| labels(60)[index as usize])
            .collect();
        assert!(class_counts(&classes, 10).iter().all(|&count| count == 2));
    }

    #[test]
    fn nothing_is_held_out_by_default() {
        let [kept, held_out] = hold_out(&labels(12), 10, 0, 1);
        assert_eq!((kept.len(), held_out.len()), (12, 0));
    }

    proptest! {
        #[test]
        fn every_class_has_its_share(
            labels in proptest::collection::vec(0_u16..5, 0..200),
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
