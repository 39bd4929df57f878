//! The settings of mixing: which images, with which partner, by which λ, to which label.

use rand::Rng;
use rand::distr::weighted::WeightedIndex;
use rand_distr::Distribution;
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
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// The whole partner is shrunk into a rectangle of the image, drawn as for CutMix; λ is the share of pixels that
    /// stay. The nearest pixels are taken.
    ///
    /// # Source
    /// Qin et al., "ResizeMix: Mixing Data with Preserved Object Information and True Labels", 2020. There, the side of
    /// the rectangle is uniform from 0.1 to 0.8 of the image's; here, λ ~ Beta(α, α) decides it.
    ResizeMix,
    /// One of several, drawn for each image or batch.
    OneOf(Choice),
    /// Like mixup, but inside the network: it mixes the input of a stage, which is drawn for each batch
    /// from these. The partner comes from the same batch.
    ///
    /// # Source
    /// Verma et al., "Manifold Mixup: Better Representations by Interpolating Hidden States", 2019.
    Manifold(Stages),
    /// Point clouds, point by point: each point of the cloud and one of the partner, chosen by the assignment.
    ///
    /// # Source
    /// Chen et al., "PointMixup: Augmentation for Point Clouds", 2020.
    PointMixup(Assignment),
    /// Random points of a cloud are replaced by those of the partner that the optimal assignment gives them; λ is the
    /// share of points that stay.
    ///
    /// # Source
    /// Zhang et al., "PointCutMix: Regularization Strategy for Point Cloud Classification", 2022, variant R.
    PointCutMix,
}

impl Method {
    /// Whether it mixes point clouds. Otherwise it mixes images.
    pub fn is_for_clouds(&self) -> bool {
        matches!(self, Self::PointMixup(_) | Self::PointCutMix)
    }

    /// Whether it pairs points by the optimal assignment, which is for clouds of at most
    /// [`MOST_ASSIGNED`](crate::MOST_ASSIGNED) points.
    pub fn needs_assignment(&self) -> bool {
        matches!(
            self,
            Self::PointMixup(Assignment::Optimal) | Self::PointCutMix
        )
    }
}

/// Which points of two clouds are mixed with each other. Each point of the partner is taken once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assignment {
    /// With the least sum of distances, or nearly so; see [`assign`](crate::assign).
    #[default]
    Optimal,
    /// By chance.
    Random,
    /// By their places in the two lists.
    None,
}

/// A method that mixes pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelMethod {
    /// [`Method::Mixup`].
    Mixup,
    /// [`Method::CutMix`].
    CutMix,
    /// [`Method::ResizeMix`].
    ResizeMix,
}

/// Methods to choose from, with their weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    methods: Vec<PixelMethod>,
    weights: WeightedIndex<u32>,
    /// What shares one draw of the method.
    pub per: LambdaPer,
}

impl Choice {
    /// These methods, each with a probability in proportion to its weight. All images of a batch, or each image for
    /// itself, get one of them.
    ///
    /// # Errors
    /// [`DataError::Setting`] unless there is one weight for each method, and one of them is above 0.
    pub fn new(
        methods: Vec<PixelMethod>,
        weights: &[u32],
        per: LambdaPer,
    ) -> Result<Self, DataError> {
        let refuse = |expected: &str| DataError::Setting {
            setting: "method_weights",
            expected: expected.into(),
            found: format!("{weights:?}"),
        };
        if weights.len() != methods.len() {
            return Err(refuse("one whole number for each method"));
        }
        let expected = "whole numbers from 0 to 1000, not all 0";
        if weights.iter().any(|&weight| weight > 1000) {
            return Err(refuse(expected));
        }
        let weights = WeightedIndex::new(weights).map_err(|_| refuse(expected))?;
        Ok(Self {
            methods,
            weights,
            per,
        })
    }

    /// One of the methods.
    pub(crate) fn draw(&self, rng: &mut impl Rng) -> PixelMethod {
        self.methods[self.weights.sample(rng)]
    }
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
