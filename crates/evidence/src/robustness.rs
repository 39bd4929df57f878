//! Accuracy on images that were changed to mislead the network: adversarial images.
//!
//! Each pixel may move by at most ε. Two attacks look for the worst change with the gradient of the
//! network's own loss: FGSM takes one step of ε along its sign, PGD several smaller ones from a random
//! start, each brought back to within ε.
//!
//! # Source
//! Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", 2015 (FGSM);
//! Madry et al., "Towards deep learning models resistant to adversarial attacks", 2018 (PGD).

use serde::{Deserialize, Serialize};

use crate::statistics::PairedTests;
use crate::words::{count, list};
use crate::{MeanDifference, Spread};

/// Accuracy on images that were changed to mislead the network.
///
/// `T` is the accuracy of one run, a fraction in `[0, 1]`, the [`Spread`] over the runs of an arm, or
/// the [`MeanDifference`] of two arms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Robustness<T = f64> {
    /// Number of test images that were attacked. All runs attack the same ones.
    pub images: usize,
    /// Steps of PGD.
    pub pgd_steps: usize,
    /// Accuracy on these images before they are changed.
    pub clean: T,
    /// One point for each ε, in ascending order.
    pub points: Vec<RobustnessPoint<T>>,
}

/// Accuracy under both attacks at one ε.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RobustnessPoint<T = f64> {
    /// ε, in 1/255 of the pixel range.
    pub epsilon: f64,
    /// Accuracy under FGSM.
    pub fgsm: T,
    /// Accuracy under PGD.
    pub pgd: T,
}

/// An attack: a way to change images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attack {
    /// The fast gradient sign method: one step.
    Fgsm,
    /// Projected gradient descent: several steps.
    Pgd,
}

impl Attack {
    /// Both attacks, the weaker first.
    pub(crate) const BOTH: [Self; 2] = [Self::Fgsm, Self::Pgd];

    /// The short name that the literature uses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fgsm => "FGSM",
            Self::Pgd => "PGD",
        }
    }

    /// The accuracy under the attack at a point.
    pub(crate) fn accuracy<T>(self, point: &RobustnessPoint<T>) -> &T {
        match self {
            Self::Fgsm => &point.fgsm,
            Self::Pgd => &point.pgd,
        }
    }
}

/// An ε as text, such as `8/255`.
pub(crate) fn of_255(epsilon: f64) -> String {
    format!("{epsilon}/255")
}

impl<T> Robustness<T> {
    /// Whether both were attacked in the same way: as many images and steps, and the same ε.
    pub(crate) fn was_attacked_like<S>(&self, other: &Robustness<S>) -> bool {
        (self.images, self.pgd_steps) == (other.images, other.pgd_steps)
            && self.epsilons().eq(other.epsilons())
    }

    /// Each ε, ascending.
    pub(crate) fn epsilons(&self) -> impl Iterator<Item = f64> {
        self.points.iter().map(|point| point.epsilon)
    }

    /// Images, steps and ε of the attack, in words.
    pub(crate) fn attack_in_words(&self) -> String {
        let epsilons: Vec<String> = self.epsilons().map(of_255).collect();
        format!(
            "{}, PGD of {}, ε of {}",
            count(self.images, "image"),
            count(self.pgd_steps, "step"),
            list(&epsilons)
        )
    }

    /// Applies `of` to each accuracy here together with the same accuracy in `others`. All were attacked
    /// in the same way.
    fn map_with<S>(&self, others: &[&Self], of: impl Fn(&[&T]) -> S) -> Robustness<S> {
        let all = |value: &dyn Fn(&Self) -> &T| {
            let others = others.iter().map(|other| value(other));
            of(&[value(self)].into_iter().chain(others).collect::<Vec<_>>())
        };
        Robustness {
            images: self.images,
            pgd_steps: self.pgd_steps,
            clean: all(&|run| &run.clean),
            points: (0..self.points.len())
                .map(|index| RobustnessPoint {
                    epsilon: self.points[index].epsilon,
                    fgsm: all(&|run| &run.points[index].fgsm),
                    pgd: all(&|run| &run.points[index].pgd),
                })
                .collect(),
        }
    }
}

impl Robustness {
    /// All accuracies. That on unchanged images is the first.
    pub(crate) fn accuracies(&self) -> impl Iterator<Item = f64> {
        let points = self.points.iter();
        let attacked = points.flat_map(|point| [point.fgsm, point.pgd]);
        [self.clean].into_iter().chain(attacked)
    }

    /// Means and deviations over the runs of an arm, which were attacked in the same way. `None` without
    /// runs.
    pub(crate) fn over_runs(runs: &[&Self]) -> Option<Robustness<Spread>> {
        let (first, others) = runs.split_first()?;
        let spread = |values: &[&f64]| Spread::new(&values.iter().map(|&&v| v).collect::<Vec<_>>());
        Some(first.map_with(others, spread))
    }

    /// Arm minus baseline over pairs. `None` if the two were attacked in different ways.
    ///
    /// # Panics
    /// If `tests` are for another number of pairs.
    pub(crate) fn compare(
        pairs: &[(&Self, &Self)],
        tests: &PairedTests,
    ) -> Option<Robustness<MeanDifference>> {
        if !pairs
            .iter()
            .all(|(run, partner)| run.was_attacked_like(partner))
        {
            return None;
        }
        let minus =
            |(run, partner): &(&Self, &Self)| run.map_with(&[partner], |both| both[0] - both[1]);
        let differences: Vec<Self> = pairs.iter().map(minus).collect();
        let (first, others) = differences.split_first()?;
        let mean = |shares: &[&f64]| {
            // Both networks saw the same images, so the difference is a whole number of images.
            let whole = |share: &&f64| (**share * first.images as f64).round() as i64;
            let counts: Vec<i64> = shares.iter().map(whole).collect();
            tests.judge_counts(&counts, first.images).into()
        };
        Some(first.map_with(&others.iter().collect::<Vec<_>>(), mean))
    }
}

#[cfg(test)]
mod tests;
