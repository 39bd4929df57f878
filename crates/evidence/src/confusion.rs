//! How many images of each class were predicted as each class.

mod json;

use std::collections::BTreeMap;

/// A confusion matrix that holds only the cells that are not 0.
///
/// A network of 1,000 classes makes a few thousand different mistakes, but the full matrix has a million cells.
///
/// # JSON
/// `{"classes": 3, "cells": [[0, 0, 41], [0, 2, 1], [2, 2, 40]]}`: the number of classes, and for each cell the
/// true class, the predicted class and the number of images, in ascending order. The full matrix of earlier
/// versions, a list of rows, is read as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    cells: BTreeMap<(u16, u16), u32>,
}

/// One cell of a [`Confusion`] that is not 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfusionCell {
    /// The true class, from 0.
    pub label: u16,
    /// The predicted class, from 0.
    pub predicted: u16,
    /// Number of images, at least 1.
    pub images: u32,
}

impl ConfusionCell {
    /// Whether the prediction is right.
    pub fn is_right(self) -> bool {
        self.label == self.predicted
    }
}

impl Confusion {
    /// The confusion of `classes` classes and no images.
    pub fn new(classes: usize) -> Self {
        Self {
            classes,
            cells: BTreeMap::new(),
        }
    }

    /// Adds `images` images of the class `label` that were predicted as `predicted`.
    ///
    /// # Errors
    /// The class that is not below the number of classes.
    pub fn add(&mut self, label: u16, predicted: u16, images: u32) -> Result<(), u16> {
        let is_known = |class: u16| usize::from(class) < self.classes;
        match [label, predicted]
            .into_iter()
            .find(|&class| !is_known(class))
        {
            Some(class) => Err(class),
            None => {
                self.count(label, predicted, images);
                Ok(())
            }
        }
    }

    /// Adds the cells of `other`. The result has the larger number of classes.
    pub fn add_all(&mut self, other: &Self) {
        self.classes = self.classes.max(other.classes);
        for cell in other.cells() {
            self.count(cell.label, cell.predicted, cell.images);
        }
    }

    /// A sum that no number holds stays at the largest number.
    fn count(&mut self, label: u16, predicted: u16, images: u32) {
        if images > 0 {
            let sum = self.cells.entry((label, predicted)).or_default();
            *sum = sum.saturating_add(images);
        }
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The cells that are not 0, by true class and then by predicted class.
    pub fn cells(&self) -> impl Iterator<Item = ConfusionCell> + '_ {
        let cells = self.cells.iter();
        cells.map(|(&(label, predicted), &images)| ConfusionCell {
            label,
            predicted,
            images,
        })
    }

    /// Number of images in all cells.
    pub fn images(&self) -> u64 {
        self.cells().map(|cell| u64::from(cell.images)).sum()
    }

    /// Number of images predicted right.
    pub fn right(&self) -> u64 {
        let right = self.cells().filter(|cell| cell.is_right());
        right.map(|cell| u64::from(cell.images)).sum()
    }

    /// Number of images of each true class, `[classes]`.
    pub fn images_by_class(&self) -> Vec<u64> {
        let mut images = vec![0; self.classes];
        for cell in self.cells() {
            images[usize::from(cell.label)] += u64::from(cell.images);
        }
        images
    }

    /// The share of each true class that was predicted right, `[classes]`. `None` for a class without images.
    pub fn class_accuracies(&self) -> Vec<Option<f64>> {
        let all = (0..).zip(self.images_by_class());
        all.map(|(class, all)| {
            let right = self.cells.get(&(class, class)).copied().unwrap_or(0);
            (all > 0).then(|| f64::from(right) / all as f64)
        })
        .collect()
    }

    /// The full matrix, row by row: a row for each true class, `[classes, classes]`.
    pub fn to_rows(&self) -> Vec<Vec<u32>> {
        let mut rows = vec![vec![0; self.classes]; self.classes];
        for cell in self.cells() {
            rows[usize::from(cell.label)][usize::from(cell.predicted)] = cell.images;
        }
        rows
    }
}

#[cfg(test)]
mod tests;
