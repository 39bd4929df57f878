//! The note in a weights file, which lets it be evaluated without its run folder.

use std::path::Path;

use mixup_data::{CIFAR10_CLASSES, ImageShape, Normalisation, Resize, TestSplit, UploadedSet};
use mixup_model::{Architecture, Precision, WeightsFile};
use serde::{Deserialize, Serialize};

use crate::experiment::{Experiment, check_outputs};
use crate::failure::Failure;
use crate::files::json_line;
use crate::learn::loss::Loss;

/// The note inside a weights file: the settings that its outputs depend on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WeightsNote {
    /// The epoch after which the weights were kept.
    pub epoch: usize,
    /// The shape of the images. Files of version 0.2.0 and before lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<ImageShape>,
    /// How pictures of other proportions were made to fit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resize: Resize,
    /// How the test images were taken, from a set without a test part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<TestSplit>,
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

fn is_default(resize: &Resize) -> bool {
    *resize == Resize::default()
}

impl WeightsNote {
    /// The note of the weights that `experiment` trains on `images`.
    pub(crate) fn new(experiment: &Experiment, images: &UploadedSet, classes: &[String]) -> Self {
        let constants = experiment.normalisation.constants(&images.normalisation);
        Self {
            epoch: 0,
            shape: Some(images.train.shape()),
            resize: experiment.data.resize,
            split: experiment.data.request().split,
            normalisation: constants.clone(),
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
        file.note().and_then(|note| serde_json::from_str(note).ok())
    }

    /// The note of the weights file at `path`; `None` if it has none.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the note is damaged, or if a value of it is one that no network is trained with.
    pub(crate) fn read(file: &WeightsFile, path: &Path) -> Result<Option<Self>, Failure> {
        let Some(text) = file.note() else {
            return Ok(None);
        };
        let refuse = |found: &dyn std::fmt::Display| {
            Failure::usage(
                format!("{}: the note in the file: {found}", path.display()),
                "give a weights file as mixup wrote it, such as a run folder's model.safetensors",
            )
        };
        let note: Self = serde_json::from_str(text).map_err(|error| {
            refuse(&format!(
                "expected a note as mixup writes it, found {error}"
            ))
        })?;
        check_outputs(&note.normalisation, note.loss).map_err(|error| refuse(&error))?;
        Ok(Some(note))
    }

    /// Defaults for a weights file that this program did not write.
    ///
    /// They are the article's values; pixels of grey images stay in `[0, 1]`. Networks of other papers get the loss of those papers.
    pub(crate) fn assumed(architecture: Architecture, channels: usize) -> Self {
        Self {
            epoch: 0,
            shape: None,
            resize: Resize::default(),
            split: None,
            // CIFAR-10 has no constants for grey images.
            normalisation: match channels {
                3 => Normalisation::cifar10(),
                _ => Normalisation::identity(channels),
            },
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::loaded_network::tests::file_with_note;

    /// The note of the article's network, with `from` replaced by `to`.
    fn note(from: &str, to: &str) -> Result<Option<WeightsNote>, Failure> {
        let text = WeightsNote::assumed(Architecture::Cnn, 3).to_json();
        assert!(text.contains(from), "{text}");
        let file = file_with_note(Some(&text.replacen(from, to, 1)));
        WeightsNote::read(&file, Path::new("weights"))
    }

    #[test]
    fn a_good_note_is_read_back() {
        let expected = WeightsNote::assumed(Architecture::Cnn, 3);
        assert_eq!(note("", "").unwrap(), Some(expected));
    }

    #[test]
    fn a_note_of_version_0_2_0_has_no_shape() {
        let read = note("", "").unwrap().unwrap();
        assert_eq!(read.shape, None);
    }

    #[test]
    fn a_shape_is_read_back() {
        let shape = ImageShape {
            channels: 1,
            height: 28,
            width: 20,
        };
        let written = WeightsNote {
            shape: Some(shape),
            ..WeightsNote::assumed(Architecture::Cnn, 3)
        };
        let file = file_with_note(Some(&written.to_json()));
        let read = WeightsNote::read(&file, Path::new("weights")).unwrap();
        assert_eq!(read, Some(written));
    }

    #[test]
    fn a_file_without_a_note_has_none() {
        let file = file_with_note(None);
        assert_eq!(
            WeightsNote::read(&file, Path::new("weights")).unwrap(),
            None
        );
    }

    #[test]
    fn a_deviation_that_no_pixel_can_be_divided_by_is_refused() {
        for std in ["0.0", "1e-300", "-0.2", "1e-45"] {
            let failure = note("\"std\":[", &format!("\"std\":[{std},")).unwrap_err();
            assert_eq!(failure.exit_code(), 2);
        }
        let std = Normalisation::cifar10().std[0].to_string();
        for bad in ["0.0", "1e-300"] {
            let failure = note(&std, bad).unwrap_err().to_string();
            let expected = "weights: the note in the file: normalisation.std: expected a number from 1.2e-38 to 1, found 0";
            assert!(failure.starts_with(expected), "{failure}");
        }
    }

    #[test]
    fn a_note_that_is_no_note_is_refused() {
        for (from, to) in [("\"mean\":[", "\"mean\":[NaN,"), ("{", "[")] {
            let failure = note(from, to).unwrap_err().to_string();
            assert!(
                failure.contains("expected a note as mixup writes it"),
                "{failure}"
            );
        }
    }
}
