//! The experiment file as it is read and written: typed tables, not yet checked.

use std::path::Path;

use mixup_data::{Augmentation, CloudAugmentation};
use mixup_model::Precision;
use serde::{Deserialize, Serialize};

use super::corruptions::CorruptionsTable;
use super::data::DataTable;
use super::difference::first_difference;
use super::loss::LossTable;
use super::mixing::{Labels, MixingTable};
use super::near_key;
use super::network::NetworkTable;
use super::pixels::PixelNormalisation;
use super::robustness::RobustnessTable;
use crate::failure::Failure;
use crate::learn::optimizer::Optimizer;
use crate::learn::schedule::Schedule;
use crate::learn::weight_average::Ema;

/// Every key of an experiment file. The keys of the article's recipe are required, every other key has the
/// default that changes nothing, and unknown keys are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExperimentFile {
    /// Decides initial weights, order, partners, λ, and every other random choice.
    pub seed: u32,
    /// Passes over the training images, from 1.
    pub epochs: usize,
    /// Images a step, from 1; the last step of an epoch may have fewer.
    pub batch_size: usize,
    /// Batches whose gradients make one step together, from 1; the last step of an epoch may have fewer. By default
    /// each batch is a step.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub accumulate: usize,
    /// Training images held out, a seeded stratified draw, to choose the best epoch by. 0, the default, lets
    /// the test images choose it, as the article does.
    #[serde(default)]
    pub validation: usize,
    /// After how many epochs without a better result on the validation images a run ends; by default it does not end
    /// early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<usize>,
    /// What the network computes in; f32 by default.
    #[serde(default)]
    pub precision: Precision,
    /// What is asked of the images; by default nothing.
    #[serde(default, skip_serializing_if = "DataTable::is_default")]
    pub data: DataTable,
    /// The network, and the weights that it starts from.
    pub network: NetworkTable,
    /// What is done to single images before they are mixed.
    #[serde(default)]
    pub augmentation: Augmentation,
    /// What is done to single point clouds before they are mixed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cloud_augmentation: CloudAugmentation,
    /// What is done to the labels of training images.
    #[serde(default)]
    pub labels: Labels,
    /// What is mixed, and how.
    pub mixing: MixingTable,
    /// How pixels are normalised.
    pub normalisation: PixelNormalisation,
    /// The loss.
    pub loss: LossTable,
    /// The optimizer.
    #[serde(with = "super::optimizer")]
    pub optimizer: Optimizer,
    /// How its learning rate changes.
    #[serde(default, with = "super::schedule")]
    pub schedule: Schedule,
    /// How the weights are averaged; by default they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ema: Option<Ema>,
    /// How the finished network is attacked; by default it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robustness: Option<RobustnessTable>,
    /// On how many damaged point clouds the finished network is judged; by default on none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corruptions: Option<CorruptionsTable>,
}

fn is_default(value: &CloudAugmentation) -> bool {
    *value == CloudAugmentation::default()
}

fn one() -> usize {
    1
}

fn is_one(value: &usize) -> bool {
    *value == 1
}

/// The way out of every refused file.
pub(super) const HINT: &str = "every key with its values is shown by: mixup experiments show mixup, and for point clouds: mixup experiments show points/pointmixup";

/// What the parser says, and the user's words for it.
const WORDS: [(&str, &str); 16] = [
    ("unknown field `", "unknown key `"),
    ("missing field `", "missing key `"),
    ("unknown variant `", "unknown value `"),
    ("invalid type: integer `", "invalid type: whole number `"),
    ("invalid type: floating point `", "invalid type: number `"),
    ("invalid value: floating point `", "invalid value: number `"),
    ("invalid type: map,", "invalid type: table,"),
    ("invalid type: sequence,", "invalid type: list,"),
    ("expected a sequence", "expected a list"),
    ("expected a map", "expected a table"),
    ("expected usize", "expected a whole number from 0"),
    ("expected u16", "expected a whole number from 0 to 65535"),
    ("expected u8", "expected a whole number from 0 to 255"),
    (
        "expected u32",
        "expected a whole number from 0 to 4294967295",
    ),
    ("expected i64", "expected a whole number"),
    ("expected f64", "expected a number"),
];

/// What the parser says, in the user's words.
pub(super) fn in_words(message: &str) -> String {
    let replace = |text: String, (from, to): &(&str, &str)| text.replace(from, to);
    let text = WORDS.iter().fold(message.to_owned(), replace);
    match text.split_once("expected struct ") {
        // The name of the type ends the message.
        Some((start, _)) => format!("{start}expected a table"),
        None => text,
    }
}

impl ExperimentFile {
    /// Parses `text`; `origin` is the file it came from, for messages.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names file, line and key.
    pub fn parse(text: &str, origin: &Path) -> Result<Self, Failure> {
        let refuse = |key: &str, error: &toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = 1 + text[..start].matches('\n').count();
            let message = in_words(error.message());
            let key = if key == "." {
                String::new()
            } else {
                format!("{key}: ")
            };
            let hint = near_key::hint(&message);
            Failure::usage(format!("{}:{line}: {key}{message}", origin.display()), hint)
        };
        // A number that a table cannot hold could not be written into the run folder.
        text.parse::<toml::Table>()
            .map_err(|error| refuse(".", &error))?;
        let document = toml::Deserializer::parse(text).map_err(|error| refuse(".", &error))?;
        serde_path_to_error::deserialize(document)
            .map_err(|error| refuse(&error.path().to_string(), error.inner()))
    }

    /// The file's text.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("numbers, tables and arrays of numbers have a TOML form")
    }

    /// The dotted name of the first key in which `self` and `other` differ.
    pub fn difference(&self, other: &Self) -> Option<String> {
        first_difference(&self.to_table(), &other.to_table())
    }

    /// The file's tables.
    pub(super) fn to_table(&self) -> toml::Table {
        toml::Table::try_from(self).expect("an experiment is a TOML table")
    }
}
