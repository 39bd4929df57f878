//! Accuracy on test samples that were damaged: noise, missing points, tilts and other scales.
//!
//! # Source
//! Hendrycks and Dietterich, "Benchmarking neural network robustness to common corruptions and perturbations", 2019;
//! for point clouds Sun et al., "Benchmarking robustness of 3D point cloud recognition against common corruptions", 2022.

use serde::{Deserialize, Serialize};

use crate::rounding::to_12_decimals;
use crate::statistics::PairedTests;
use crate::words::{count, list};
use crate::{MeanDifference, Spread};

/// Accuracy on damaged test samples.
///
/// `T` is the accuracy of one run, a fraction in `[0, 1]`, the [`Spread`] over the runs of an arm, or
/// the [`MeanDifference`] of two arms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Corruptions<T = f64> {
    /// Number of test samples that were damaged. All runs judge the same ones, damaged alike.
    pub samples: usize,
    /// Accuracy on these samples before they are damaged.
    pub clean: T,
    /// Mean accuracy over all kinds and strengths.
    pub mean: T,
    /// The kinds of damage.
    pub kinds: Vec<CorruptionKind<T>>,
}

/// Accuracy under one kind of damage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorruptionKind<T = f64> {
    /// Its name, such as `noise`.
    pub name: String,
    /// What its strengths measure, such as `deviation`.
    pub unit: String,
    /// Mean accuracy over its strengths.
    pub mean: T,
    /// Its strengths, ascending.
    pub levels: Vec<CorruptionLevel<T>>,
}

/// Accuracy under one strength of one kind of damage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorruptionLevel<T = f64> {
    /// The strength, in the unit of its kind.
    pub strength: f64,
    /// The accuracy.
    pub accuracy: T,
}

impl CorruptionKind {
    /// The accuracies of one run at these strengths, with their mean: each strength with its accuracy.
    ///
    /// # Panics
    /// If there is no strength.
    pub fn new(name: &str, unit: &str, levels: &[(f64, f64)]) -> Self {
        assert!(!levels.is_empty(), "at least one strength");
        let levels = levels.iter();
        let levels: Vec<CorruptionLevel> = levels
            .map(|&(strength, accuracy)| CorruptionLevel { strength, accuracy })
            .collect();
        Self {
            name: name.into(),
            unit: unit.into(),
            mean: mean(&levels),
            levels,
        }
    }
}

/// The mean accuracy.
fn mean<'a>(levels: impl IntoIterator<Item = &'a CorruptionLevel>) -> f64 {
    let accuracies: Vec<f64> = levels.into_iter().map(|level| level.accuracy).collect();
    to_12_decimals(accuracies.iter().sum::<f64>() / accuracies.len() as f64)
}

impl Corruptions {
    /// The accuracies of one run on `samples` samples, with their mean.
    ///
    /// # Panics
    /// If there is no kind.
    pub fn new(samples: usize, clean: f64, kinds: Vec<CorruptionKind>) -> Self {
        assert!(!kinds.is_empty(), "at least one kind of damage");
        Self {
            samples,
            clean,
            mean: mean(kinds.iter().flat_map(|kind| &kind.levels)),
            kinds,
        }
    }

    /// All accuracies. That on unchanged samples is the first.
    pub fn accuracies(&self) -> impl Iterator<Item = f64> {
        let levels = self.kinds.iter().flat_map(|kind| &kind.levels);
        let damaged = levels.map(|level| level.accuracy);
        [self.clean].into_iter().chain(damaged)
    }

    /// Means and deviations over the runs of an arm, which were judged in the same way. `None` without runs.
    pub(crate) fn over_runs(runs: &[&Self]) -> Option<Corruptions<Spread>> {
        let (first, others) = runs.split_first()?;
        Some(first.map_with(others, &|values| Spread::new(values)))
    }

    /// Arm minus baseline over pairs. `None` if the two were judged in different ways.
    ///
    /// # Panics
    /// If `tests` are for another number of pairs.
    pub(crate) fn compare(
        pairs: &[(&Self, &Self)],
        tests: &PairedTests,
    ) -> Option<Corruptions<MeanDifference>> {
        if !pairs.iter().all(|(run, other)| run.was_judged_like(other)) {
            return None;
        }
        let minus =
            |(run, other): &(&Self, &Self)| run.map_with(&[other], &|both| both[0] - both[1]);
        let differences: Vec<Self> = pairs.iter().map(minus).collect();
        let (first, others) = differences.split_first()?;
        let mean = |shares: &[f64]| tests.mean_of(shares);
        Some(first.map_with(&others.iter().collect::<Vec<_>>(), &mean))
    }

    /// Applies `of` to each accuracy here together with the same one in `others`. All were judged in the same way.
    fn map_with<S>(&self, others: &[&Self], of: &dyn Fn(&[f64]) -> S) -> Corruptions<S> {
        let all = |value: &dyn Fn(&Self) -> f64| {
            let others = others.iter().map(|other| value(other));
            of(&[value(self)].into_iter().chain(others).collect::<Vec<_>>())
        };
        let kind = |(at, kind): (usize, &CorruptionKind)| CorruptionKind {
            name: kind.name.clone(),
            unit: kind.unit.clone(),
            mean: all(&|run| run.kinds[at].mean),
            levels: (0..kind.levels.len())
                .map(|level| CorruptionLevel {
                    strength: kind.levels[level].strength,
                    accuracy: all(&|run| run.kinds[at].levels[level].accuracy),
                })
                .collect(),
        };
        Corruptions {
            samples: self.samples,
            clean: all(&|run| run.clean),
            mean: all(&|run| run.mean),
            kinds: self.kinds.iter().enumerate().map(kind).collect(),
        }
    }
}

impl<T> Corruptions<T> {
    /// Whether both were judged in the same way: on as many samples, damaged by the same kinds and strengths.
    pub(crate) fn was_judged_like<S>(&self, other: &Corruptions<S>) -> bool {
        let alike = |(one, two): (&CorruptionKind<T>, &CorruptionKind<S>)| {
            let strengths = one.levels.iter().map(|level| level.strength);
            one.name == two.name && strengths.eq(two.levels.iter().map(|level| level.strength))
        };
        self.samples == other.samples
            && self.kinds.len() == other.kinds.len()
            && self.kinds.iter().zip(&other.kinds).all(alike)
    }

    /// The strengths of all kinds.
    pub(crate) fn strengths(&self) -> impl Iterator<Item = f64> {
        let levels = self.kinds.iter().flat_map(|kind| &kind.levels);
        levels.map(|level| level.strength)
    }

    /// Samples, kinds and strengths, in words.
    pub(crate) fn in_words(&self) -> String {
        let kinds = self.kinds.iter().map(|kind| {
            let strengths = kind.levels.iter().map(|level| level.strength.to_string());
            format!("{} of {}", kind.name, list(&strengths.collect::<Vec<_>>()))
        });
        let kinds: Vec<String> = kinds.collect();
        format!("{}: {}", count(self.samples, "sample"), kinds.join("; "))
    }
}

#[cfg(test)]
mod tests;
