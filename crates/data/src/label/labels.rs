//! Labels: the class of each sample, as a number from 0.

/// The most classes that a set can have, because a label is a `u16`.
pub const MAX_CLASSES: usize = 1 << 16;

/// The number of samples in each of `classes` classes.
///
/// # Panics
/// If a label is not below `classes`.
pub fn class_counts(labels: &[u16], classes: usize) -> Vec<usize> {
    let mut counts = vec![0; classes];
    for &label in labels {
        counts[usize::from(label)] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_counted() {
        assert_eq!(class_counts(&[2, 0, 2, 3], 5), [1, 0, 2, 1, 0]);
        let largest = class_counts(&[u16::MAX], MAX_CLASSES);
        assert_eq!(largest.last(), Some(&1));
    }
}
