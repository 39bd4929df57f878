//! Takes the test images from the files of a set that has no test part.

use std::path::Path;

use super::Label;
use crate::{DataError, Purpose, TestSplit, stratified, stream};

/// Moves a share of the images, which `files` stand for, rounded to whole images and at least one, to the test part
/// and returns it.
///
/// Every class keeps its share, and at least one image for training: nothing is taken from a class of one image.
/// Which files are taken depends on their order and on the seed of the split alone. Both parts keep the order.
///
/// # Errors
/// No image can be taken, because every class has only one.
pub(crate) fn take<F>(
    path: &Path,
    files: &mut Vec<(F, Label)>,
    classes: usize,
    split: TestSplit,
) -> Result<Vec<(F, Label)>, DataError> {
    let mut left = vec![0_usize; classes];
    for (_, label) in files.iter() {
        left[usize::from(*label)] += 1;
    }
    let of_larger = files.iter().enumerate();
    let of_larger = of_larger.filter(|(_, (_, label))| left[usize::from(*label)] > 1);
    let (places, labels): (Vec<usize>, Vec<_>) =
        of_larger.map(|(place, (_, label))| (place, *label)).unzip();
    if places.is_empty() {
        let expected = "a class with at least 2 images, one of them for the test";
        return Err(DataError::format(path, expected, "1 image of every class")
            .hinted("add pictures to the classes: those of the test are not trained on"));
    }
    let count = (labels.len() as f64 * split.share).round() as usize;
    let mut rng = stream(split.seed, Purpose::TestSplit, 0);
    let chosen = stratified(&labels, classes, count.max(1), &mut rng);
    // The last image of a class whose images are all chosen stays for training.
    let chosen = chosen.into_iter().filter(|&index| {
        let left = &mut left[usize::from(labels[index as usize])];
        let take = *left > 1;
        *left -= usize::from(take);
        take
    });
    let mut next = chosen.map(|index| places[index as usize]).peekable();
    let (mut train, mut test) = (Vec::with_capacity(files.len()), Vec::new());
    for (index, file) in std::mem::take(files).into_iter().enumerate() {
        if next.next_if_eq(&index).is_some() {
            test.push(file);
        } else {
            train.push(file);
        }
    }
    *files = train;
    Ok(test)
}

#[cfg(test)]
mod tests;
