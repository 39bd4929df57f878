//! Which splits and columns of parquet files are read.

use clap::Args;
use mixup_data::TableRequest;
use toml::Value;

use crate::experiment::Change;

/// The heading of these flags. One for the struct would be that of all flags after it, too.
const HEADING: &str = "Parquet files and sets of the hub";

/// `--split-train`, `--split-test`, `--image-column` and `--label-column`.
#[derive(Clone, Debug, Default, Args)]
pub struct TableArgs {
    /// The split to train on, if it is not called train
    #[arg(long, value_name = "SPLIT", help_heading = HEADING)]
    pub split_train: Option<String>,
    /// The split to test on, if it is called neither test nor validation
    #[arg(long, value_name = "SPLIT", help_heading = HEADING)]
    pub split_test: Option<String>,
    /// The column of pictures, if there are several
    #[arg(long, value_name = "COLUMN", help_heading = HEADING)]
    pub image_column: Option<String>,
    /// The column of labels, if there are several, such as fine_label
    #[arg(long, value_name = "COLUMN", help_heading = HEADING)]
    pub label_column: Option<String>,
}

impl TableArgs {
    /// What the flags ask of a source.
    pub(crate) fn request(&self) -> TableRequest {
        let Self {
            split_train,
            split_test,
            image_column,
            label_column,
        } = self.clone();
        TableRequest {
            split_train,
            split_test,
            image_column,
            label_column,
        }
    }

    /// The first flag that is given.
    pub(crate) fn first_flag(&self) -> Option<String> {
        let key = self.request().first_key()?;
        Some(format!("--{}", key.replace('_', "-")))
    }

    /// The flags as changes of the experiment's table `data`, which is recorded.
    pub(crate) fn changes(&self) -> Vec<Change> {
        let keys = [
            ("split_train", &self.split_train),
            ("split_test", &self.split_test),
            ("image_column", &self.image_column),
            ("label_column", &self.label_column),
        ];
        let given = keys
            .into_iter()
            .filter_map(|(key, value)| Some((key, value.as_ref()?)));
        given
            .map(|(key, value)| Change::of(&["data", key], Value::String(value.clone())))
            .collect()
    }
}
