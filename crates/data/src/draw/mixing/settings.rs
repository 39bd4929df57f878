//! The settings of mixing: which images, with which partner, by which λ, to which label.

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
                expected: "at least one layer".into(),
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
