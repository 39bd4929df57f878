//! Which columns of a parquet file hold the pictures and the labels.
//!
//! The Hugging Face library writes the kind of each column, and the names of the classes, as JSON into the footer.
//! Other files have only the types of their columns.

use std::path::Path;

use parquet::basic::{ConvertedType, Type};
use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::ColumnDescriptor;
use serde_json::Value;

use crate::listed::listed;
use crate::shell::quoted;
use crate::shown::shown;
use crate::{DataError, ImageRequest};

/// The footer's entry with the kinds of columns.
const KINDS: &str = "huggingface";
/// Names of columns that are labels if no column is one by its kind.
const LABEL_NAMES: [&str; 5] = ["label", "labels", "class", "category", "target"];

/// The columns of pictures and labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    /// The place of the pictures' bytes among the columns without parts.
    pub(super) picture: usize,
    /// The place of the labels.
    pub(super) label: usize,
    /// The name of the column of pictures.
    pub(super) picture_name: String,
    /// The name of the column of labels.
    pub(super) label_name: String,
    /// How labels are stored.
    pub(super) label_type: LabelType,
    /// The names of the classes, if the footer has them.
    pub(super) classes: Option<Vec<String>>,
    /// Whether the user did not name both columns, and the footer does not say their kinds.
    pub(super) is_guess: bool,
}

/// How labels are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LabelType {
    Int32,
    Int64,
    Boolean,
    Text,
}

/// A column by its outer name.
struct Candidate {
    name: String,
    place: usize,
}

/// Finds the columns of the file at `path`.
///
/// # Errors
/// [`DataError::Format`] if there is no column of pictures or of labels, or more than one and `request` names none.
pub(super) fn find(
    path: &Path,
    metadata: &ParquetMetaData,
    request: &ImageRequest,
) -> Result<Columns, DataError> {
    let file = metadata.file_metadata();
    let features = features(path, metadata)?;
    let columns = file.schema_descr().columns();
    let kinds = |kind: &str| -> Vec<&str> {
        let features = features.iter().flat_map(|features| features.as_object());
        let features = features
            .flatten()
            .filter(|(_, feature)| feature["_type"] == kind);
        features.map(|(name, _)| name.as_str()).collect()
    };
    let pictures = with_kind(pictures(columns), &kinds("Image"));
    let labels = match &kinds("ClassLabel")[..] {
        [] => labels_by_type(columns),
        names => with_kind(all(columns, |column| label_type(column).is_some()), names),
    };
    let table = &request.table;
    let picture = one(
        path,
        columns,
        "images",
        "image_column",
        pictures,
        table.image_column.as_deref(),
        &|name| pictures_named(columns, name),
    )?;
    let label = one(
        path,
        columns,
        "labels",
        "label_column",
        labels,
        table.label_column.as_deref(),
        &|name| {
            all(columns, |column| {
                label_type(column).is_some() && column.path().parts()[0] == name
            })
        },
    )?;
    let Some(label_type) = label_type(&columns[label.place]) else {
        unreachable!("a candidate for labels has such a type");
    };
    let classes = features
        .as_ref()
        .map(|features| names_of(&features[&label.name]));
    let is_known = |kind: &str, column: &Candidate, asked: &Option<String>| {
        asked.is_some() || kinds(kind).contains(&column.name.as_str())
    };
    let is_guess = !is_known("Image", &picture, &table.image_column)
        || !is_known("ClassLabel", &label, &table.label_column);
    Ok(Columns {
        picture: picture.place,
        label: label.place,
        picture_name: picture.name,
        label_name: label.name,
        label_type,
        classes: classes.flatten(),
        is_guess,
    })
}

/// The kinds of columns that the footer tells.
fn features(path: &Path, metadata: &ParquetMetaData) -> Result<Option<Value>, DataError> {
    let entries = metadata.file_metadata().key_value_metadata();
    let entry = entries
        .into_iter()
        .flatten()
        .find(|entry| entry.key == KINDS);
    let Some(text) = entry.and_then(|entry| entry.value.as_deref()) else {
        return Ok(None);
    };
    let mut value: Value = serde_json::from_str(text).map_err(|error| {
        let expected = format!("JSON in the footer's entry {KINDS}");
        let fault = DataError::format(path, expected, error.to_string());
        fault.hinted("write the table again, with the Hugging Face library or without this entry")
    })?;
    // Another program may have written anything there.
    Ok(value.pointer_mut("/info/features").map(Value::take))
}

/// The class names of a column; `None` if it has none.
fn names_of(feature: &Value) -> Option<Vec<String>> {
    let names = feature["names"].as_array()?;
    let names: Vec<String> = names
        .iter()
        .map(|name| name.as_str().map(str::to_owned))
        .collect::<Option<_>>()?;
    (feature["_type"] == "ClassLabel" && !names.is_empty()).then_some(names)
}

type Descriptors = [std::sync::Arc<ColumnDescriptor>];

/// Columns without parts, each with one value a row, that `is_wanted`.
fn all(columns: &Descriptors, is_wanted: impl Fn(&ColumnDescriptor) -> bool) -> Vec<Candidate> {
    let wanted = columns.iter().enumerate();
    let wanted = wanted.filter(|(_, column)| column.max_rep_level() == 0 && is_wanted(column));
    wanted
        .map(|(place, column)| Candidate {
            name: column.path().parts()[0].clone(),
            place,
        })
        .collect()
}

/// The columns that can hold pictures: those with parts `bytes`, else those of bytes that are no text.
fn pictures(columns: &Descriptors) -> Vec<Candidate> {
    let parts = all(columns, |column| {
        is_picture(column) && column.path().parts().len() == 2
    });
    match parts.is_empty() {
        false => parts,
        true => all(columns, |column| {
            is_picture(column) && column.path().parts().len() == 1
        }),
    }
}

fn pictures_named(columns: &Descriptors, name: &str) -> Vec<Candidate> {
    all(columns, |column| {
        is_picture(column) && column.path().parts()[0] == name
    })
}

fn is_picture(column: &ColumnDescriptor) -> bool {
    let is_place = match column.path().parts() {
        [_] => true,
        [_, part] => part == "bytes",
        _ => false,
    };
    is_place
        && column.physical_type() == Type::BYTE_ARRAY
        && column.converted_type() != ConvertedType::UTF8
}

/// How the labels of a column are stored; `None` if it can hold none.
fn label_type(column: &ColumnDescriptor) -> Option<LabelType> {
    if column.path().parts().len() != 1 {
        return None;
    }
    Some(match (column.physical_type(), column.converted_type()) {
        (Type::INT32, kind) if is_integer(kind) => LabelType::Int32,
        (Type::INT64, kind) if is_integer(kind) => LabelType::Int64,
        (Type::BOOLEAN, _) => LabelType::Boolean,
        (Type::BYTE_ARRAY, ConvertedType::UTF8) => LabelType::Text,
        _ => return None,
    })
}

/// Dates and amounts of money are stored as integers, too.
fn is_integer(kind: ConvertedType) -> bool {
    use ConvertedType as Kind;
    matches!(
        kind,
        Kind::NONE
            | Kind::UINT_8
            | Kind::UINT_16
            | Kind::UINT_32
            | Kind::UINT_64
            | Kind::INT_8
            | Kind::INT_16
            | Kind::INT_32
            | Kind::INT_64
    )
}

/// The columns that may be labels if no kinds are known: those that are called so, else integers.
fn labels_by_type(columns: &Descriptors) -> Vec<Candidate> {
    let named = all(columns, |column| {
        let name = column.path().parts()[0].to_lowercase();
        label_type(column).is_some() && LABEL_NAMES.contains(&name.as_str())
    });
    if !named.is_empty() {
        return named;
    }
    all(columns, |column| {
        let label_type = label_type(column);
        matches!(label_type, Some(LabelType::Int32 | LabelType::Int64))
    })
}

/// Those of `candidates` that have one of these names; all if there is no name.
fn with_kind(mut candidates: Vec<Candidate>, names: &[&str]) -> Vec<Candidate> {
    if !names.is_empty() {
        candidates.retain(|candidate| names.contains(&candidate.name.as_str()));
    }
    candidates
}

/// The only candidate, or the column that is asked for.
fn one(
    path: &Path,
    columns: &Descriptors,
    what: &str,
    key: &str,
    candidates: Vec<Candidate>,
    asked: Option<&str>,
    named: &dyn Fn(&str) -> Vec<Candidate>,
) -> Result<Candidate, DataError> {
    let all_names = || {
        let mut names: Vec<&str> = columns
            .iter()
            .map(|column| column.path().parts()[0].as_str())
            .collect();
        names.dedup();
        listed(&names)
    };
    let flag = key.replace('_', "-");
    if let Some(name) = asked {
        return named(name).pop().ok_or_else(|| {
            let expected = format!("a column {name} of {what}");
            let fault = DataError::format(path, expected, format!("the columns {}", all_names()));
            fault.hinted(format!(
                "correct --{flag}, or {key} under [data] in the experiment"
            ))
        });
    }
    let names: Vec<&str> = candidates
        .iter()
        .map(|candidate| candidate.name.as_str())
        .collect();
    let (found, example) = match names[..] {
        [] => (format!("the columns {}", all_names()), "NAME"),
        [.., last] => (format!("several: {}", listed(&names)), last),
    };
    let example = shown(&quoted(example));
    let hint = format!(
        "name it with --{flag}, such as --{flag} {example}, or with {key} under [data] in the experiment"
    );
    let mut candidates = candidates;
    match candidates.pop() {
        Some(only) if candidates.is_empty() => Ok(only),
        _ => Err(DataError::format(path, format!("one column of {what}"), found).hinted(hint)),
    }
}
