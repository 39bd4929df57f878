//! How training images are mixed: which images, with which partners, with which λ and which targets.

use rand::Rng;
use rand_distr::{Beta, Distribution};
use serde::{Deserialize, Serialize};

use crate::DataError;

/// Which training images are mixed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Selection {
    /// Those whose index in the training set is a multiple of this number and not 0. The article uses 5.
    Every(usize),
    /// Each image with this probability, drawn again every epoch.
    Probability(f64),
}

/// How two images are combined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Pixel by pixel: x = λ xᵢ + (1 − λ) xⱼ.
    ///
    /// # Source
    /// Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018, equation 1.
    #[default]
    Mixup,
    /// A rectangle of the partner is pasted into the image; λ is the share of pixels that stay. See
    /// [`Patch`](crate::Patch).
    ///
    /// # Source
    /// Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable
    /// Features", 2019.
    CutMix,
    /// Like mixup, but inside the network: it mixes the input of a stage, which is drawn for each batch
    /// from these. The partner comes from the same batch.
    ///
    /// # Source
    /// Verma et al., "Manifold Mixup: Better Representations by Interpolating Hidden States", 2019.
    Manifold(Stages),
}

/// The stages that manifold mixup chooses from; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stages(Vec<usize>);

impl Stages {
    /// These stages, by index; stage 0 takes the images.
    ///
    /// # Errors
    /// [`DataError::Setting`] for an empty list.
    pub fn new(stages: Vec<usize>) -> Result<Self, DataError> {
        if stages.is_empty() {
            return Err(DataError::Setting {
                setting: "layers",
                expected: "at least one layer",
                found: "none".into(),
            });
        }
        Ok(Self(stages))
    }

    /// The stages, in the order they were given.
    pub(crate) fn as_slice(&self) -> &[usize] {
        &self.0
    }
}

/// What shares one draw of λ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LambdaPer {
    /// Each image has its own.
    #[default]
    Image,
    /// All mixed images of a batch share one, and with CutMix also the patch.
    Batch,
}

/// Which images can become partners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Partner {
    /// The whole training set, uniformly.
    #[default]
    Set,
    /// The batch, by a random permutation of it.
    Batch,
}

/// Which soft label a mixed image gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Targets {
    /// y = λ yᵢ + (1 − λ) yⱼ; every row sums to 1.
    #[default]
    Formula,
    /// y = λ (yᵢ ∪ yⱼ), a bug in the article's code: it writes the partner's 1 into the first image's
    /// label and leaves the partner's own label at 0. A row sums to 2λ, or to λ if both images have the
    /// same class.
    AsPrinted,
}

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
        let refuse = |setting, expected, found: String| DataError::Setting {
            setting,
            expected,
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
