//! What a packed set says of itself in its metadata.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::header::Header;
use super::{FingerprintOrigin, PixelFacts, digest};
use crate::{
    DataError, IdxSet, ImageRequest, LabelKind, MAX_CLASSES, Resize, TableRequest, TestSplit,
};

/// The version of the format. A reader refuses a later one.
const FORMAT: &str = "1";

/// What a packed set says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PackedAbout {
    /// The name of each class.
    pub classes: Vec<String>,
    /// The name of the layout that was packed, such as `class folders`. Empty in files of other programs.
    pub layout: String,
    /// The value of `--data` that was packed. Empty in files of other programs.
    pub source: String,
    /// The version of the program that packed it. Empty in files of other programs.
    pub version: String,
    /// What was asked of the images. `None` in files of other programs.
    pub(crate) asked: Option<Asked>,
}

/// What was asked of the images when they were packed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Asked {
    /// How pictures of other proportions were made to fit. `None` if all images had their shape already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resize: Option<Resize>,
    /// How test images were taken. `None` if the source had its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) split: Option<TestSplit>,
    /// Which of CIFAR-100's labels were taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) labels: Option<LabelKind>,
    /// Whether SVHN's extra images are among the training images.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) extra: bool,
    /// Which set idx files were said to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) set: Option<IdxSet>,
    /// Which splits and columns of parquet files were named.
    #[serde(skip_serializing_if = "TableRequest::is_empty")]
    pub(crate) table: TableRequest,
}

impl Asked {
    /// What `request` asked, of a source whose images were `resized` and whose test images were taken by `split`.
    pub(crate) fn of(
        request: &ImageRequest,
        resized: Option<Resize>,
        split: Option<TestSplit>,
    ) -> Self {
        Self {
            resize: resized,
            split,
            labels: request.labels,
            extra: request.extra,
            set: request.set,
            table: request.table.clone(),
        }
    }
}

impl PackedAbout {
    /// What the header says. Checks that every label has a class.
    pub(super) fn of(
        path: &Path,
        header: &Header,
        labels: &[Option<Vec<u16>>],
    ) -> Result<Self, DataError> {
        let text = |key: &str| header.texts.get(key).cloned().unwrap_or_default();
        let fault = |key: &str, expected: &str, found: &str| {
            DataError::format(path, format!("{key}: {expected} in the metadata"), found)
        };
        if let Some(format) = header.texts.get("packed_set")
            && format != FORMAT
        {
            return Err(fault("packed_set", FORMAT, format)
                .hinted("a later version of mixup wrote the file: use that version"));
        }
        let largest = labels.iter().flatten().flatten().max().copied();
        let largest = usize::from(largest.unwrap_or_default());
        let classes: Vec<String> = match header.texts.get("classes") {
            Some(names) => serde_json::from_str(names)
                .map_err(|_| fault("classes", "a list of names in JSON", names))?,
            None => (0..=largest).map(|label| label.to_string()).collect(),
        };
        if !(2..=MAX_CLASSES).contains(&classes.len()) {
            let expected = format!("2 to {MAX_CLASSES} names");
            return Err(fault("classes", &expected, &classes.len().to_string()));
        }
        if largest >= classes.len() {
            let expected = format!("labels below {}, the number of classes", classes.len());
            return Err(DataError::format(path, expected, largest.to_string()));
        }
        let asked = header.texts.get("asked").map(|asked| {
            serde_json::from_str(asked).map_err(|_| fault("asked", "what was asked in JSON", asked))
        });
        Ok(Self {
            classes,
            layout: text("layout"),
            source: text("source"),
            version: text("version"),
            asked: asked.transpose()?,
        })
    }

    /// The texts of the metadata, without those about the pixels.
    pub(super) fn to_texts(&self) -> HashMap<String, String> {
        // Lists of names and plain values have a JSON form.
        let classes = serde_json::to_string(&self.classes).unwrap_or_default();
        let asked =
            serde_json::to_string(&self.asked.clone().unwrap_or_default()).unwrap_or_default();
        let texts = [
            ("packed_set", FORMAT),
            ("classes", &classes),
            ("layout", &self.layout),
            ("source", &self.source),
            ("version", &self.version),
            ("asked", &asked),
        ];
        let texts = texts.map(|(key, value)| (key.to_owned(), value.to_owned()));
        texts.into()
    }

    /// The name of the layout, such as `packed set of class folders`.
    pub fn layout_name(&self) -> String {
        match &self.layout[..] {
            "" => "packed set".into(),
            layout => format!("packed set of {layout}"),
        }
    }
}

/// What the metadata states of the pixels; `None` unless a digest vouches for it.
pub(super) fn facts(path: &Path, header: &Header) -> Result<Option<PixelFacts>, DataError> {
    let texts = &header.texts;
    let (Some(fingerprint), true) = (texts.get("fingerprint"), texts.contains_key(digest::KEY))
    else {
        return Ok(None);
    };
    let numbers = |key: &str| {
        let text = texts.get(key).map_or("", String::as_str);
        let numbers = text
            .split_whitespace()
            .map(|number| number.parse::<f64>().ok().filter(|found| found.is_finite()));
        let numbers: Option<Vec<f64>> = numbers.collect();
        numbers
            .filter(|numbers| numbers.len() == header.shape.channels)
            .ok_or_else(|| {
                let expected = format!("{key}: a number for each channel in the metadata");
                DataError::format(path, expected, text)
            })
    };
    let statistics = numbers("mean")?.into_iter().zip(numbers("std")?);
    Ok(Some(PixelFacts {
        origin: FingerprintOrigin::Stated,
        fingerprint: fingerprint.clone(),
        statistics: statistics.collect(),
    }))
}

/// The texts of [`facts`], always of the same lengths for so many channels.
pub(super) fn fact_texts(facts: &PixelFacts) -> [(String, String); 3] {
    // Rust reads back what it writes bit for bit.
    let number = |value: &f64| format!("{value:>24e}");
    let (mean, std): (Vec<f64>, Vec<f64>) = facts.statistics.iter().copied().unzip();
    let numbers = |values: &[f64]| values.iter().map(number).collect::<Vec<_>>().join(" ");
    [
        ("fingerprint".into(), facts.fingerprint.clone()),
        ("mean".into(), numbers(&mean)),
        ("std".into(), numbers(&std)),
    ]
}
