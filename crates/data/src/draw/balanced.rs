//! Epochs in which every class counts alike.

use rand::seq::SliceRandom;

use crate::draw::random::{Purpose, stream};

/// The samples that `epoch` visits, as many as there are, such that every class with samples has the same number of
/// visits, up to one. Within a class, all samples have the same number of visits, up to one.
///
/// A pure function of its arguments. The samples of a class lie together; an [`EpochPlan`](crate::EpochPlan) over the
/// positions of this list gives them an order.
///
/// # Panics
/// If a label is not below `classes`.
pub fn balanced(labels: &[u16], classes: usize, seed: u64, epoch: u64) -> Vec<u32> {
    let mut numbers = stream(seed, Purpose::Balance, epoch);
    let mut members: Vec<Vec<u32>> = vec![vec![]; classes];
    for (&label, sample) in labels.iter().zip(0..) {
        members[usize::from(label)].push(sample);
    }
    members.retain(|members| !members.is_empty());
    // Which classes get one visit more differs from epoch to epoch.
    members.shuffle(&mut numbers);
    let (each, more) = match members.len() {
        0 => (0, 0),
        count => (labels.len() / count, labels.len() % count),
    };
    let mut visits = Vec::with_capacity(labels.len());
    for (number, mut members) in members.into_iter().enumerate() {
        let mut left = each + usize::from(number < more);
        while left > 0 {
            members.shuffle(&mut numbers);
            let round = &members[..left.min(members.len())];
            visits.extend(round);
            left -= round.len();
        }
    }
    visits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::class_counts;

    /// By how much the largest of some counts is above the smallest.
    fn spread(counts: impl Iterator<Item = usize> + Clone) -> usize {
        let (least, most) = (counts.clone().min(), counts.max());
        most.unwrap_or(0) - least.unwrap_or(0)
    }

    proptest! {
        #[test]
        fn classes_and_their_samples_are_visited_equally_often(
            labels in prop::collection::vec(0_u16..7, 1..300),
            seed: u64,
        ) {
            let visits = balanced(&labels, 8, seed, 1);
            prop_assert_eq!(visits.len(), labels.len());
            let of_visits: Vec<u16> = visits.iter().map(|&sample| labels[sample as usize]).collect();
            let [all, visited] = [&labels, &of_visits].map(|labels| class_counts(labels, 8));
            let present = visited.iter().zip(&all).filter(|(_, all)| **all > 0).map(|(count, _)| *count);
            prop_assert!(spread(present) <= 1, "{:?}", visited);
            for class in 0..7 {
                let members = (0..).zip(&labels).filter(|(_, label)| **label == class).map(|(sample, _)| sample);
                let counts = members.map(|sample: u32| visits.iter().filter(|visit| **visit == sample).count());
                prop_assert!(spread(counts) <= 1, "class {}", class);
            }
        }
    }

    #[test]
    fn seed_and_epoch_decide() {
        let labels: Vec<u16> = (0..100).map(|sample| u16::from(sample % 10 == 0)).collect();
        let visits = |seed, epoch| balanced(&labels, 2, seed, epoch);
        assert_eq!(visits(1, 1), visits(1, 1));
        assert_ne!(visits(1, 1), visits(1, 2));
        assert_ne!(visits(1, 1), visits(2, 1));
    }
}
