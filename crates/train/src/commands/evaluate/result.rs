//! What `mixup evaluate` prints.

use mixup_evidence::Outputs;
use serde::Serialize;

use crate::learn::attack::Attack;
use crate::learn::evaluation::Evaluation;
use crate::learn::robustness::LEVELS;
use crate::run::evaluate_weights::AttackedAccuracy;
use crate::run::plural::counted;

/// What `--flips` did, in words.
pub(super) const MIRRORED: &str = "each image as it is and mirrored: the mean of the two outputs";

/// What `--json` prints.
#[derive(Serialize)]
pub(super) struct EvaluationResult {
    #[serde(flatten)]
    pub(super) evaluation: Evaluation,
    /// Whether each image was judged as it is and mirrored.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) flips: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attacked: Option<AttackResult>,
}

/// The part of the result about attacked images.
#[derive(Serialize)]
pub(super) struct AttackResult {
    attack: &'static str,
    /// As a share of the pixel range.
    epsilon: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step_size: Option<f64>,
    images: usize,
    /// On the same images as they are.
    clean_accuracy: f64,
    accuracy: f64,
}

impl AttackResult {
    pub(super) fn new(attack: Attack, accuracy: AttackedAccuracy) -> Self {
        let (name, epsilon, steps, step_size) = match attack {
            Attack::Fgsm { epsilon } => ("fgsm", epsilon, None, None),
            Attack::Pgd {
                epsilon,
                steps,
                step_size,
            } => ("pgd", epsilon, Some(steps), Some(step_size)),
        };
        Self {
            attack: name,
            epsilon,
            steps,
            step_size,
            images: accuracy.images,
            clean_accuracy: accuracy.clean,
            accuracy: accuracy.attacked,
        }
    }

    fn in_words(&self) -> String {
        let levels = |share: f64| format!("{}/255", (share * LEVELS * 1e6).round() / 1e6);
        let attack = match (self.steps, self.step_size) {
            (Some(steps), Some(size)) => {
                let steps = counted(steps, "step");
                format!("PGD, {steps} of {} from a random start", levels(size))
            }
            _ => "FGSM".to_owned(),
        };
        format!(
            "{:.2}% of {} right under {attack}, epsilon {}; {:.2}% of them as they are",
            100.0 * self.accuracy,
            self.images,
            levels(self.epsilon),
            100.0 * self.clean_accuracy,
        )
    }
}

impl EvaluationResult {
    /// Two lines, and a third about attacked images.
    pub(super) fn in_words(&self, layout: &str, outputs: Outputs) -> Vec<String> {
        let measures = &self.evaluation.measures;
        let normalised = match outputs {
            Outputs::Sigmoid => "of the normalised outputs: ",
            Outputs::Softmax => "",
        };
        let mut lines = vec![
            format!(
                "{:.2}% of {} right, loss {:.4} ({layout})",
                100.0 * measures.accuracy,
                counted(measures.images, "test image"),
                self.evaluation.loss,
            ),
            format!(
                "{normalised}NLL {:.4}, Brier score {:.4}, calibration error {:.2}%",
                measures.nll,
                measures.brier,
                100.0 * measures.ece
            ),
        ];
        if self.flips {
            lines.push(MIRRORED.into());
        }
        lines.extend(self.attacked.as_ref().map(AttackResult::in_words));
        lines
    }
}

#[cfg(test)]
mod tests;
