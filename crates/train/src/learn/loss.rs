//! The losses, on logits and soft targets.

use burn::tensor::Tensor;
use burn::tensor::activation::{log_softmax, sigmoid};
use mixup_evidence::Outputs;
use serde::{Deserialize, Serialize};

use crate::experiment::range::{foreign, needed, within};

/// What a network is trained by: the `[loss]` table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "LossTable", into = "LossTable")]
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

    /// What makes probabilities of the logits of a network that was trained by it.
    pub fn outputs(self) -> Outputs {
        match self {
            Self::Bce { .. } | Self::BceLogits => Outputs::Sigmoid,
            Self::CrossEntropy => Outputs::Softmax,
        }
    }

    /// The loss that an attack raises in its place: the same without an ε, under which the gradient of
    /// a confident output vanishes.
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

    /// The same, where a row counts as its weight says, f32 `[batch, 1]`; the weights' mean is 1.
    pub fn forward_weighted(
        self,
        logits: Tensor<2>,
        targets: Tensor<2>,
        weights: Tensor<2>,
    ) -> Tensor<1> {
        (self.terms(logits, targets) * weights).mean().neg()
    }

    /// Terms whose mean is minus the loss: `[batch, classes]`, or `[batch, 1]` for the cross-entropy.
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

    /// # Errors
    /// A line that names the key, what is allowed and what was found.
    pub(crate) fn check(self) -> Result<(), String> {
        match self {
            // The bounds leave room for f32, in which it is used.
            Self::Bce { epsilon } => {
                let expected = "a number from 1e-30 to 0.1";
                within("loss.epsilon", epsilon, expected, |v| {
                    (1e-30..=0.1).contains(&v)
                })
            }
            Self::BceLogits | Self::CrossEntropy => Ok(()),
        }
    }
}

/// The table as it stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LossTable {
    #[serde(default)]
    name: LossName,
    #[serde(skip_serializing_if = "Option::is_none")]
    epsilon: Option<f64>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LossName {
    #[default]
    Bce,
    BceLogits,
    CrossEntropy,
}

impl TryFrom<LossTable> for Loss {
    type Error = String;

    fn try_from(table: LossTable) -> Result<Self, String> {
        let plain = |name, loss| {
            foreign(name, &[("epsilon", table.epsilon.is_some())])?;
            Ok(loss)
        };
        match table.name {
            LossName::Bce => Ok(Self::Bce {
                epsilon: needed("epsilon", "bce", table.epsilon)?,
            }),
            LossName::BceLogits => plain("bce-logits", Self::BceLogits),
            LossName::CrossEntropy => plain("cross-entropy", Self::CrossEntropy),
        }
    }
}

impl From<Loss> for LossTable {
    fn from(loss: Loss) -> Self {
        let (name, epsilon) = match loss {
            Loss::Bce { epsilon } => (LossName::Bce, Some(epsilon)),
            Loss::BceLogits => (LossName::BceLogits, None),
            Loss::CrossEntropy => (LossName::CrossEntropy, None),
        };
        Self { name, epsilon }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    /// The formulas in f64.
    fn by_hand(loss: Loss, logits: &[[f32; 3]; 2], targets: &[[f32; 3]; 2]) -> f64 {
        let rows = logits.iter().zip(targets);
        let terms = rows.flat_map(|(logits, targets)| {
            let logits = logits.map(f64::from);
            let total: f64 = logits.iter().map(|z| z.exp()).sum();
            let pairs = logits.into_iter().zip(targets.map(f64::from));
            pairs.map(move |(z, y)| {
                let p = 1.0 / (1.0 + (-z).exp());
                let binary =
                    |epsilon: f64| -y * (p + epsilon).ln() - (1.0 - y) * (1.0 - p + epsilon).ln();
                match loss {
                    Loss::Bce { epsilon } => binary(epsilon) / 3.0,
                    Loss::BceLogits => binary(0.0) / 3.0,
                    Loss::CrossEntropy => -y * (z.exp() / total).ln(),
                }
            })
        });
        terms.sum::<f64>() / 2.0
    }

    fn found(loss: Loss, logits: [[f32; 3]; 2], targets: [[f32; 3]; 2]) -> f64 {
        let device = &Device::flex();
        let (logits, targets) = (
            Tensor::from_data(logits, device),
            Tensor::from_data(targets, device),
        );
        f64::from(loss.forward(logits, targets).into_scalar::<f32>())
    }

    const TARGETS: [[f32; 3]; 2] = [[0.7, 0.3, 0.0], [1.0, 0.0, 0.5]];
    const ALL: [Loss; 3] = [Loss::ARTICLE, Loss::BceLogits, Loss::CrossEntropy];

    #[test]
    fn each_is_its_formula() {
        let logits = [[0.3, -2.0, 1.0], [-1.0, 1.5, 0.0]];
        for loss in ALL {
            let expected = by_hand(loss, &logits, &TARGETS);
            assert!(
                (found(loss, logits, TARGETS) - expected).abs() < 1e-6,
                "{loss:?}"
            );
        }
    }

    #[test]
    fn the_article_s_stays_finite_where_the_sigmoid_saturates() {
        let logits = [[0.3, -2.0, 40.0], [-40.0, 1.5, 0.0]];
        let expected = by_hand(Loss::ARTICLE, &logits, &TARGETS);
        // f32 rounds 1 − p + ε, which is ε here, to a part in ten.
        assert!((found(Loss::ARTICLE, logits, TARGETS) / expected - 1.0).abs() < 1e-2);
    }

    #[test]
    fn those_on_logits_stay_exact_where_a_probability_is_zero() {
        let logits = [[0.0, -300.0, 300.0], [-300.0, 0.0, 0.0]];
        // An output that is certain and wrong costs 300 times its target; one that says half, ln 2.
        let halves = 3.0 * 2.0_f64.ln();
        let exact = (0.3 * 300.0 + 300.0 + 300.0 + halves) / 6.0;
        let binary = found(Loss::BceLogits, logits, TARGETS);
        assert!((binary / exact - 1.0).abs() < 1e-6, "{binary} of {exact}");
        let soft = found(Loss::CrossEntropy, logits, TARGETS);
        let exact = (0.7 * 300.0 + 0.3 * 600.0 + (300.0 + 2.0_f64.ln()) + 0.5 * 2.0_f64.ln()) / 2.0;
        assert!((soft / exact - 1.0).abs() < 1e-6, "{soft} of {exact}");
    }

    #[test]
    fn a_table_without_a_name_is_the_article_s() {
        let parse = |text: &str| toml::from_str::<Loss>(text).map_err(|e| e.message().to_owned());
        assert_eq!(parse("epsilon = 1e-6").unwrap(), Loss::ARTICLE);
        for loss in ALL {
            assert_eq!(parse(&toml::to_string(&loss).unwrap()).unwrap(), loss);
        }
        assert_eq!(
            parse("name = \"cross-entropy\"\nepsilon = 1e-6").unwrap_err(),
            "epsilon: expected no such key for cross-entropy, found one"
        );
        assert_eq!(
            parse("").unwrap_err(),
            "epsilon: expected a value for bce, found none"
        );
    }
}
