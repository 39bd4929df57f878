//! The losses, on logits and soft targets.

use burn::tensor::Tensor;
use burn::tensor::activation::{log_softmax, sigmoid};
use mixup_evidence::Outputs;

/// The loss that a network minimises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// Binary cross-entropy over sigmoid outputs, as the article prints it.
    ///
    /// # Formula
    /// p = sigmoid(logits); −mean(y log(p + ε) + (1 − y) log(1 − p + ε)) over all outputs.
    Bce {
        /// ε.
        epsilon: f64,
    },
    /// The same with ε = 0, computed from the logits, so that it neither saturates nor overflows.
    ///
    /// # Formula
    /// mean(max(z, 0) − z y + log(1 + exp(−|z|))) over all outputs z.
    BceLogits,
    /// Cross-entropy with soft labels over a softmax.
    ///
    /// # Formula
    /// −mean(Σₖ yₖ log softmax(z)ₖ) over the images.
    CrossEntropy,
}

impl Loss {
    /// The article's.
    pub const ARTICLE: Self = Self::Bce { epsilon: 1e-6 };

    /// How the logits of a network trained with this loss become probabilities.
    pub fn outputs(self) -> Outputs {
        match self {
            Self::Bce { .. } | Self::BceLogits => Outputs::Sigmoid,
            Self::CrossEntropy => Outputs::Softmax,
        }
    }

    /// The loss that an attack maximises: the same without ε, because with ε the gradient of a confident
    /// output vanishes.
    pub fn unclipped(self) -> Self {
        match self {
            Self::Bce { .. } => Self::BceLogits,
            other => other,
        }
    }

    /// The mean loss of a batch.
    ///
    /// # Shapes
    /// `logits` and `targets` f32 `[batch, classes]`; the result `[1]`.
    pub fn forward(self, logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
        self.forward_weighted(logits, targets, LossWeights::default())
    }

    /// The same with a weight for each row or class.
    pub fn forward_weighted(
        self,
        logits: Tensor<2>,
        targets: Tensor<2>,
        weights: LossWeights,
    ) -> Tensor<1> {
        let terms = match weights.classes {
            None => self.terms(logits, targets),
            Some(classes) => self.weighted_terms(logits, targets, classes),
        };
        match weights.rows {
            None => terms.mean().neg(),
            Some(rows) => (terms * rows).mean().neg(),
        }
    }

    /// Terms whose mean is the negative loss: `[batch, classes]`, or `[batch, 1]` for the cross-entropy.
    fn terms(self, logits: Tensor<2>, targets: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Bce { epsilon } => {
                let p = sigmoid(logits);
                let absent = targets.clone().neg() + 1.0;
                let log_absent = (p.clone().neg() + 1.0 + epsilon).log();
                let log_present = (p + epsilon).log();
                targets * log_present + absent * log_absent
            }
            Self::BceLogits => {
                let softplus = (logits.clone().abs().neg().exp() + 1.0).log();
                logits.clone() * targets - logits.clamp_min(0.0) - softplus
            }
            Self::CrossEntropy => (targets * log_softmax(logits, 1)).sum_dim(1),
        }
    }

    /// The same terms, with those in which a class is present times the weight of the class.
    fn weighted_terms(
        self,
        logits: Tensor<2>,
        targets: Tensor<2>,
        classes: Tensor<2>,
    ) -> Tensor<2> {
        match self {
            Self::Bce { epsilon } => {
                let p = sigmoid(logits);
                let absent = targets.clone().neg() + 1.0;
                let log_absent = (p.clone().neg() + 1.0 + epsilon).log();
                let log_present = (p + epsilon).log();
                targets * classes * log_present + absent * log_absent
            }
            Self::BceLogits => {
                let softplus = (logits.clone().abs().neg().exp() + 1.0).log();
                let absent = targets.clone().neg() + 1.0;
                let log_present = logits.clone().clamp_max(0.0) - softplus.clone();
                let log_absent = logits.clamp_min(0.0).neg() - softplus;
                targets * classes * log_present + absent * log_absent
            }
            Self::CrossEntropy => (targets * classes * log_softmax(logits, 1)).sum_dim(1),
        }
    }
}

/// How much rows and classes count in a loss; by default all alike.
#[derive(Clone, Debug, Default)]
pub struct LossWeights {
    /// A weight for each row, f32 `[batch, 1]`. Their mean is 1.
    pub rows: Option<Tensor<2>>,
    /// A weight for each class, f32 `[1, classes]`. It multiplies the terms in which the class is present: all of the
    /// cross-entropy, and those of y log p of a binary one.
    ///
    /// # Source
    /// The same as `weight` of PyTorch's `CrossEntropyLoss` with soft targets, and `pos_weight` of its
    /// `BCEWithLogitsLoss`.
    pub classes: Option<Tensor<2>>,
}

#[cfg(test)]
mod tests;
