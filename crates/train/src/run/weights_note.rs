//! The note in a weights file, which lets it be evaluated without its run folder.

use std::path::Path;

use mixup_data::{
    CIFAR10_CLASSES, DataError, IdxSet, ImageRequest, LabelKind, Normalisation, Resize,
    SampleShape, TableRequest, TestSplit, UploadedSet,
};
use mixup_model::{Architecture, Precision, WeightsFile};
use serde::{Deserialize, Serialize};

use crate::experiment::{Experiment, SettingError, check_outputs};
use crate::failure::Failure;
use crate::files::json_line;
use crate::learn::loss::Loss;

/// The note inside a weights file: the settings that its outputs depend on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WeightsNote {
    /// The epoch after which the weights were kept.
    pub epoch: usize,
    /// The shape of the samples. Files of version 0.2.0 and before lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<SampleShape>,
    /// How pictures of other proportions were made to fit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resize: Resize,
    /// How the test images were taken, from a set without a test part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<TestSplit>,
    /// Which of CIFAR-100's labels were taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<LabelKind>,
    /// Which set idx files were said to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<IdxSet>,
    /// Which splits and columns of parquet files were read.
    #[serde(default, skip_serializing_if = "TableRequest::is_empty")]
    pub table: TableRequest,
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
            labels: experiment.data.labels,
            set: experiment.data.set,
            table: experiment.data.request().table,
            normalisation: constants.clone(),
            loss: experiment.loss.loss,
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
        let expected = "expected a note as mixup writes it, found";
        let values: serde_json::Value =
            serde_json::from_str(text).map_err(|error| refuse(&format!("{expected} {error}")))?;
        let note: Self = serde_path_to_error::deserialize(values).map_err(|error| {
            let key = match error.path().to_string() {
                whole if whole == "." => String::new(),
                key => format!("{key}: "),
            };
            refuse(&format!("{key}{expected} {}", error.inner()))
        })?;
        note.check().map_err(|error| refuse(&error))?;
        Ok(Some(note))
    }

    /// Requires every value to be one that a network can be trained with.
    ///
    /// # Errors
    /// [`SettingError`] of the first value that is not.
    fn check(&self) -> Result<(), SettingError> {
        // Point clouds are not normalised.
        let constants = match self.shape {
            Some(SampleShape::Cloud(_)) => None,
            _ => Some(&self.normalisation),
        };
        check_outputs(constants, self.loss)?;
        let images = self.shape.and_then(SampleShape::image);
        let request = ImageRequest {
            size: images.map(|shape| [shape.height, shape.width]),
            resize: self.resize,
            channels: images.map(|shape| shape.channels),
            points: match self.shape {
                Some(SampleShape::Cloud(shape)) => Some(shape.points),
                _ => None,
            },
            split: self.split,
            ..ImageRequest::default()
        };
        request.check().map_err(|error| match error {
            DataError::Setting {
                setting,
                expected,
                found,
            } => {
                let key = match setting {
                    "size" => "shape",
                    "channels" => "shape.channels",
                    _ => "split.share",
                };
                SettingError::new(key, expected, found)
            }
            other => SettingError::new("shape", "images that a set can give", other.to_string()),
        })
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
            labels: None,
            set: None,
            table: TableRequest::default(),
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
        let shape = mixup_data::ImageShape {
            channels: 1,
            height: 28,
            width: 20,
        };
        let written = WeightsNote {
            shape: Some(shape.into()),
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

    /// The note of the article's network with this shape, as text.
    fn with_shape(shape: &str) -> String {
        let failure = note("{", &format!("{{\"shape\":{shape},")).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        failure.to_string()
    }

    #[test]
    fn a_shape_that_no_image_has_is_refused_by_its_key() {
        let sides = |height: &str, width: &str| {
            with_shape(&format!(
                r#"{{"channels":3,"height":{height},"width":{width}}}"#
            ))
        };
        let start = "weights: the note in the file: ";
        for (height, width) in [("0", "32"), ("32", "0"), ("4097", "32")] {
            let expected = format!(
                "{start}shape: expected sides of 1 to 4096 pixels, found [{height}, {width}]"
            );
            assert_eq!(sides(height, width), expected);
        }
        for (height, found) in [
            ("-3", "invalid value: integer `-3`"),
            ("\"32\"", "invalid type: string \"32\""),
            ("3.5", "invalid type: floating point `3.5`"),
            ("null", "invalid type: null"),
        ] {
            let refused = sides(height, "32");
            let expected =
                format!("{start}shape.height: expected a note as mixup writes it, found {found}");
            assert!(refused.starts_with(&expected), "{refused}");
        }
        let expected = format!("{start}shape.channels: expected 1 or 3, found 2");
        let two = r#"{"channels":2,"height":32,"width":32}"#;
        assert_eq!(with_shape(two), expected);
        for shape in ["[3,32]", "\"3x32x32\"", r#"{"channels":3,"height":32}"#] {
            let refused = with_shape(shape);
            assert!(refused.starts_with(&format!("{start}shape")), "{refused}");
        }
    }

    #[test]
    fn a_split_that_no_set_is_divided_by_is_refused_by_its_key() {
        for (split, expected) in [
            (
                r#"{"share":1.5,"seed":1}"#,
                "split.share: expected a share above 0 and below 1, found 1.5",
            ),
            (
                r#"{"share":"half","seed":1}"#,
                "split.share: expected a note as mixup writes it, found invalid type: string",
            ),
        ] {
            let failure = note("{", &format!("{{\"split\":{split},")).unwrap_err();
            let start = format!("weights: the note in the file: {expected}");
            assert!(failure.to_string().starts_with(&start), "{failure}");
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
