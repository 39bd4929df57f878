//! The classes of a set, and the label of every row.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::columns::Columns;
use super::table::{StoredLabels, Table};
use crate::source::folder::Part;
use crate::{DataError, MAX_CLASSES};

/// The classes of a set.
pub(super) enum Classes {
    /// Names that the files have, in the order of the labels.
    Named(Vec<String>),
    /// The numbers among the training labels, in their order.
    Numbers(Vec<i64>),
    /// The names among the training labels, in their order.
    Names(Vec<String>),
}

impl Classes {
    /// The classes of the training images in these tables, which have `labels`.
    ///
    /// # Errors
    /// Files of different classes, and fewer than 2 or too many classes.
    pub(super) fn of(
        place: &Path,
        columns: &Columns,
        labels: &[StoredLabels],
    ) -> Result<Self, DataError> {
        let classes = match &columns.classes {
            Some(names) => Self::Named(names.clone()),
            None => {
                let (mut numbers, mut names) = (BTreeSet::new(), BTreeSet::new());
                for labels in labels {
                    match labels {
                        StoredLabels::Numbers(found) => numbers.extend(found.iter().copied()),
                        StoredLabels::Names(found) => {
                            names.extend(found.iter().map(String::as_str))
                        }
                    }
                }
                match names.is_empty() {
                    true => Self::Numbers(numbers.into_iter().collect()),
                    false => Self::Names(names.into_iter().map(str::to_owned).collect()),
                }
            }
        };
        let count = classes.names().len();
        if (2..=MAX_CLASSES).contains(&count) {
            return Ok(classes);
        }
        let expected = format!(
            "2 to {MAX_CLASSES} classes in the column {}",
            columns.label_name
        );
        Err(DataError::format(place, expected, count.to_string())
            .hinted("name another column of labels with --label-column"))
    }

    /// The names of the classes.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Named(names) | Self::Names(names) => names.clone(),
            Self::Numbers(numbers) => numbers.iter().map(i64::to_string).collect(),
        }
    }

    /// The labels of `table`, which belongs to `part`, as places among the classes.
    ///
    /// # Errors
    /// A label that is no class.
    pub(super) fn labels(
        &self,
        part: Part,
        table: &Table,
        stored: &StoredLabels,
    ) -> Result<Vec<u16>, DataError> {
        let column = &table.columns().label_name;
        let unknown = |row: usize, found: String| {
            let label = match self {
                Self::Named(names) => format!("a label from 0 to {}", names.len() - 1),
                _ => "a class of the training images".to_owned(),
            };
            let expected = format!("{label} in row {row} of {column}");
            let fault = DataError::format(table.path(), expected, found);
            fault.hinted(match part {
                Part::Test => "name another split with --split-test, or another column of labels with --label-column",
                _ => "name another column of labels with --label-column, or leave such rows out of the table",
            })
        };
        check_not_negative(part, table, stored)?;
        // There are at most as many classes as labels.
        match (self, stored) {
            (Self::Named(names), StoredLabels::Numbers(labels)) => {
                let known = |label: i64| {
                    usize::try_from(label)
                        .ok()
                        .filter(|label| *label < names.len())
                };
                let label = |(row, &label): (usize, &i64)| match known(label) {
                    Some(known) => Ok(known as u16),
                    None => Err(unknown(row, label.to_string())),
                };
                labels.iter().enumerate().map(label).collect()
            }
            (Self::Numbers(numbers), StoredLabels::Numbers(labels)) => {
                let label = |(row, label): (usize, &i64)| match numbers.binary_search(label) {
                    Ok(known) => Ok(known as u16),
                    Err(_) => Err(unknown(row, label.to_string())),
                };
                labels.iter().enumerate().map(label).collect()
            }
            (Self::Names(names) | Self::Named(names), StoredLabels::Names(labels)) => {
                let places: HashMap<&str, u16> =
                    names.iter().map(String::as_str).zip(0..=u16::MAX).collect();
                let label = |(row, label): (usize, &String)| {
                    let known = places.get(label.as_str()).copied();
                    known.ok_or_else(|| unknown(row, label.clone()))
                };
                labels.iter().enumerate().map(label).collect()
            }
            (Self::Names(_), StoredLabels::Numbers(_)) => {
                let expected = format!("names in the column {column}, as in other files");
                Err(of_two_types(table, expected, "numbers"))
            }
            (Self::Numbers(_), StoredLabels::Names(_)) => {
                let expected = format!("numbers in the column {column}, as in other files");
                Err(of_two_types(table, expected, "names"))
            }
        }
    }
}

/// Refuses numbers below 0, which mean that there is no label: those of a test are often kept secret.
///
/// # Errors
/// The first row with such a label.
pub(super) fn check_not_negative(
    part: Part,
    table: &Table,
    stored: &StoredLabels,
) -> Result<(), DataError> {
    let StoredLabels::Numbers(labels) = stored else {
        return Ok(());
    };
    let Some(row) = labels.iter().position(|label| *label < 0) else {
        return Ok(());
    };
    let column = &table.columns().label_name;
    let expected = match &table.columns().classes {
        Some(names) => format!(
            "a label from 0 to {} in row {row} of {column}",
            names.len() - 1
        ),
        None => format!("a label of 0 or more in row {row} of {column}"),
    };
    let fault = DataError::format(table.path(), expected, labels[row].to_string());
    Err(fault.hinted(match part {
        Part::Test => {
            "rows without labels cannot be tested on; name another split with --split-test, such as --split-test validation"
        }
        Part::Train => {
            "rows without labels cannot be trained on: leave them out of the table, or name another split with --split-train"
        }
        Part::Validation => {
            "rows without labels choose no epoch: leave them out of the table"
        }
    }))
}

fn of_two_types(table: &Table, expected: String, found: &str) -> DataError {
    DataError::format(table.path(), expected, found).hinted(
        "write all files with one type of labels, or name another column with --label-column",
    )
}
