//! The note in a weights file, which lets it be evaluated without its run folder.

use mixup_data::{CIFAR10_CLASSES, Normalisation};
use mixup_model::{Architecture, Precision, WeightsFile};
use serde::{Deserialize, Serialize};

use crate::experiment::Experiment;
use crate::files::json_line;
use crate::learn::loss::Loss;

/// The note inside a weights file: the settings that its outputs depend on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WeightsNote {
    /// The epoch after which the weights were kept.
    pub epoch: usize,
    /// How pixels were normalised.
    pub normalisation: Normalisation,
    /// The loss.
    #[serde(with = "crate::experiment::loss")]
    pub loss: Loss,
    /// The precision of the training. Files of version 0.1.0 lack it; they are f32.
    #[serde(default)]
    pub precision: Precision,
    /// The class of each output.
    pub classes: Vec<String>,
}

impl WeightsNote {
    /// The note of `experiment`'s weights.
    pub(crate) fn new(experiment: &Experiment, classes: &[String]) -> Self {
        Self {
            epoch: 0,
            normalisation: experiment.normalisation,
            loss: experiment.loss,
            precision: experiment.precision,
            classes: classes.to_vec(),
        }
    }

    /// The note of the weights after `epoch`.
    #[must_use]
    pub(crate) fn at(&self, epoch: usize) -> Self {
        Self {
            epoch,
            ..self.clone()
        }
    }

    /// The note of `file`; `None` if it has none that this version can read.
    pub(crate) fn of(file: &WeightsFile) -> Option<Self> {
        file.note()
            .and_then(|note| serde_json::from_str(&note).ok())
    }

    /// Defaults for a weights file that this program did not write.
    ///
    /// They are the article's values. Networks of other papers get the loss of those papers.
    pub(crate) fn assumed(architecture: Architecture) -> Self {
        Self {
            epoch: 0,
            normalisation: Normalisation::CIFAR10,
            loss: match architecture {
                Architecture::Cnn => Loss::ARTICLE,
                _ => Loss::CrossEntropy,
            },
            precision: Precision::F32,
            classes: CIFAR10_CLASSES.map(str::to_owned).to_vec(),
        }
    }

    /// The note's text.
    pub(crate) fn to_json(&self) -> String {
        json_line(self)
    }
}
