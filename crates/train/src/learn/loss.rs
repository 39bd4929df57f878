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
        self.terms(logits, targets).mean().neg()
    }

    /// The same with a weight per row, f32 `[batch, 1]`. The mean of the weights is 1.
    pub fn forward_weighted(
        self,
        logits: Tensor<2>,
        targets: Tensor<2>,
        weights: Tensor<2>,
    ) -> Tensor<1> {
        (self.terms(logits, targets) * weights).mean().neg()
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
}

#[cfg(test)]
mod tests;
