//! How training images are mixed: which images, with which partners, with which λ and which targets.

mod settings;

use rand::Rng;
use rand_distr::{Beta, Distribution};

use crate::DataError;
pub use settings::{
    Assignment, Choice, LambdaPer, Method, Partner, PixelMethod, Selection, Stages, Targets,
};

/// How images are mixed: λ ~ Beta(α, α) for the images of a [`Selection`].
#[derive(Clone, Debug, PartialEq)]
pub struct Mixing {
    beta: Option<Beta<f64>>,
    pub(crate) selection: Selection,
    /// How two images are combined.
    pub method: Method,
    /// What shares one draw of λ.
    pub lambda_per: LambdaPer,
    /// Whether λ is replaced by max(λ, 1 − λ), so that an image keeps the larger weight.
    pub folded: bool,
    /// Which images can become partners.
    pub partner: Partner,
    /// Which soft labels mixed images get.
    pub targets: Targets,
    /// The last epoch with mixing, counted from 1; `None` mixes in all epochs.
    pub last_epoch: Option<u64>,
    /// With a number η, a batch has every image twice: as it is, and mixed. The loss is that of the images as they are
    /// plus η times that of the mixed ones.
    ///
    /// # Source
    /// Pinto et al., "Using Mixup as a Regularizer Can Surprisingly Improve Accuracy and Out-of-Distribution
    /// Robustness", 2022.
    pub with_clean: Option<f64>,
}

/// The values of α for which Beta(α, α) can be drawn in f64 without severe rounding.
const ALPHA_RANGE: std::ops::RangeInclusive<f64> = 1e-3..=1e6;

impl Mixing {
    /// Mixup with λ ~ Beta(`alpha`, `alpha`), drawn for each image, and partners from the whole set. An
    /// `alpha` of 0 mixes nothing.
    ///
    /// # Errors
    /// [`DataError::Setting`] if `alpha` is neither 0 nor from 0.001 to 1,000,000, if an `every` is 0, or if
    /// a probability is outside `[0, 1]`.
    pub fn new(alpha: f64, selection: Selection) -> Result<Self, DataError> {
        let refuse = |setting, expected: &str, found: String| DataError::Setting {
            setting,
            expected: expected.into(),
            found,
        };
        match selection {
            Selection::Every(0) => {
                return Err(refuse("every", "a whole number from 1", "0".into()));
            }
            Selection::Probability(p) if !(0.0..=1.0).contains(&p) => {
                return Err(refuse("probability", "a number from 0 to 1", p.to_string()));
            }
            _ => {}
        }
        let expected = "0 (no mixing) or a finite number from 0.001 to 1000000";
        let beta = match alpha {
            0.0 => None,
            alpha if !ALPHA_RANGE.contains(&alpha) => {
                return Err(refuse("alpha", expected, alpha.to_string()));
            }
            alpha => Some(
                Beta::new(alpha, alpha).map_err(|e| refuse("alpha", expected, e.to_string()))?,
            ),
        };
        Ok(Self {
            beta,
            selection,
            ..Self::none()
        })
    }

    /// No mixing.
    pub fn none() -> Self {
        Self {
            beta: None,
            selection: Selection::Every(1),
            method: Method::default(),
            lambda_per: LambdaPer::default(),
            folded: false,
            partner: Partner::default(),
            targets: Targets::default(),
            last_epoch: None,
            with_clean: None,
        }
    }

    /// The distribution of λ in `epoch`; `None` if that epoch mixes nothing.
    pub(crate) fn lambda(&self, epoch: u64) -> Option<Lambda> {
        let ended = self.last_epoch.is_some_and(|last| epoch > last);
        let beta = self.beta.filter(|_| !ended)?;
        Some(Lambda {
            beta,
            folded: self.folded,
        })
    }

    /// Whether a partner must be in the same batch as its image.
    pub(crate) fn partners_in_batch(&self) -> bool {
        self.partner == Partner::Batch || matches!(self.method, Method::Manifold(_))
    }
}

/// The distribution of λ, folded or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lambda {
    beta: Beta<f64>,
    folded: bool,
}

impl Distribution<f64> for Lambda {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let lambda = self.beta.sample(rng);
        if self.folded {
            lambda.max(1.0 - lambda)
        } else {
            lambda
        }
    }
}

#[cfg(test)]
mod tests;
