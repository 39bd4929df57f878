//! One step of the optimizer from the gradients of several batches.

use burn::optim::{GradientsAccumulator, GradientsParams};

use crate::learn::classifier::Classifier;

/// How the batches of an epoch form steps: so many in a row, and at the end what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accumulation {
    /// Images of an epoch.
    pub images: usize,
    /// Images of a batch. The last one may have fewer.
    pub batch_size: usize,
    /// Batches of a step.
    pub batches: usize,
}

impl Accumulation {
    /// Steps of an epoch.
    pub fn steps(self) -> usize {
        self.all_batches().div_ceil(self.batches)
    }

    fn all_batches(self) -> usize {
        self.images.div_ceil(self.batch_size)
    }

    /// Whether batch `number` of the epoch, from 1, is the last one of its step.
    pub fn ends_step(self, number: usize) -> bool {
        number.is_multiple_of(self.batches) || number == self.all_batches()
    }

    /// The share of the images of its step that batch `number` of the epoch, from 1, has. The shares of a step add up
    /// to 1.
    pub fn share(self, number: usize) -> f64 {
        let images = |batches: usize| (batches * self.batch_size).min(self.images);
        let first = (number - 1) / self.batches * self.batches;
        let in_step = images(first + self.batches) - images(first);
        (images(number) - images(number - 1)) as f64 / in_step as f64
    }
}

/// The gradients of a step, added up over its batches. A new one has none.
pub struct StepGradients {
    sum: GradientsAccumulator<Classifier>,
}

impl Default for StepGradients {
    fn default() -> Self {
        Self {
            sum: GradientsAccumulator::new(),
        }
    }
}

impl StepGradients {
    /// Adds the gradients of a batch.
    pub fn add(&mut self, classifier: &Classifier, gradients: GradientsParams) {
        self.sum.accumulate(classifier, gradients);
    }

    /// The sum. The next one starts from nothing.
    pub fn take(&mut self) -> GradientsParams {
        self.sum.grads()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_step_takes_what_is_left() {
        let grouping = Accumulation {
            images: 50,
            batch_size: 8,
            batches: 3,
        };
        // Seven batches, the last one of two images.
        assert_eq!(grouping.steps(), 3);
        let ends: Vec<bool> = (1..=7).map(|number| grouping.ends_step(number)).collect();
        assert_eq!(ends, [false, false, true, false, false, true, true]);
        assert_eq!(grouping.share(2), 8.0 / 24.0);
        assert_eq!(grouping.share(7), 1.0);
        let two = Accumulation {
            batches: 2,
            images: 20,
            ..grouping
        };
        assert_eq!([two.share(3), two.steps() as f64], [1.0, 2.0]);
        let uneven = Accumulation {
            batches: 4,
            ..grouping
        };
        assert_eq!([uneven.share(5), uneven.share(7)], [8.0 / 18.0, 2.0 / 18.0]);
    }

    proptest! {
        #[test]
        fn the_shares_of_every_step_add_up_to_one(
            images in 1_usize..400,
            batch_size in 1_usize..50,
            batches in 1_usize..9,
        ) {
            let grouping = Accumulation { images, batch_size, batches };
            let (mut sum, mut steps) = (0.0, 0);
            for number in 1..=images.div_ceil(batch_size) {
                sum += grouping.share(number);
                if grouping.ends_step(number) {
                    prop_assert!((sum - 1.0_f64).abs() < 1e-12, "{}", sum);
                    (sum, steps) = (0.0, steps + 1);
                }
            }
            prop_assert_eq!(sum, 0.0);
            prop_assert_eq!(steps, grouping.steps());
        }
    }
}
