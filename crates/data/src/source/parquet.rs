//! Sets in parquet files: tables with a column of pictures and one of labels, as the Hugging Face hub keeps them.

#[cfg(feature = "parquet")]
mod classes;
#[cfg(feature = "parquet")]
mod columns;
mod file_name;
#[cfg(feature = "parquet")]
mod guarded_file;
#[cfg(feature = "parquet")]
mod guarded_pages;
#[cfg(feature = "parquet")]
mod guarded_schema;
#[cfg(feature = "parquet")]
mod pictures;
#[cfg(feature = "parquet")]
mod read;
mod shards;
pub(crate) mod splits;
#[cfg(feature = "parquet")]
mod table;

use std::path::{Path, PathBuf};

use crate::shell::quoted;
use crate::source::OpenedSource;
use crate::source::folder::visible_entries;
use crate::{DataError, ImageRequest};

/// How the name of a parquet file ends.
pub(crate) const ENDING: &str = ".parquet";
/// The first bytes of a parquet file.
pub(crate) const MAGIC: &[u8] = b"PAR1";
/// The deepest folder in which parquet files are looked for, below that of the set.
const MAX_DEPTH: usize = 4;
/// The most parquet files of a set.
const MAX_FILES: usize = 100_000;

/// A parquet file of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFile {
    /// Its name within the set, with `/` between folders. It says the split, such as
    /// `data/train-00000-of-00001.parquet`.
    pub name: String,
    /// Where the file lies.
    pub path: PathBuf,
}

impl TableFile {
    /// The only file of a set.
    pub(crate) fn alone(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self {
            name: name.into_owned(),
            path: path.into(),
        }
    }
}

/// The parquet files in a folder and in its subfolders, sorted by their names.
///
/// # Errors
/// More than 100,000 files. Folders that cannot be read have none.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<TableFile>, DataError> {
    let mut files = vec![];
    collect(folder, "", MAX_DEPTH, &mut files)?;
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

fn collect(
    folder: &Path,
    within: &str,
    depth: usize,
    files: &mut Vec<TableFile>,
) -> Result<(), DataError> {
    for entry in visible_entries(folder).unwrap_or_default() {
        let name = format!("{within}{}", entry.name);
        if entry.is_folder {
            if depth > 0 {
                collect(&entry.path, &format!("{name}/"), depth - 1, files)?;
            }
        } else if name.ends_with(ENDING) {
            if files.len() >= MAX_FILES {
                let expected = format!("at most {MAX_FILES} parquet files");
                return Err(DataError::format(folder, expected, "more"));
            }
            let path = entry.path;
            files.push(TableFile { name, path });
        }
    }
    Ok(())
}

/// Reads the parquet files in the folder at `path`, or the one at `path`.
///
/// # Errors
/// As [`open_tables`].
pub(crate) fn open(
    path: &Path,
    files: Vec<TableFile>,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    let naming = |config: &str| {
        format!(
            "give the folder of one: --data {}",
            quoted(path.join(config))
        )
    };
    opened(path, files, None, request, &naming, progress)
}

/// Reads parquet files that may lie in several places. `place` is the set, for messages, and `config` the configuration
/// that is read, if there are several.
///
/// Each row of a split is a picture with its label. Columns and class names are those that the Hugging Face library
/// wrote into the files, else they are known by their types, or `request` names them. Pictures that all have one size of
/// at most 128 pixels on each side keep it; others are made 32x32 if no size is asked for. `progress` receives the number
/// of pictures decoded so far and their total number; several threads call it.
///
/// # Errors
/// [`DataError`] if a split or a column is missing or one of several must be named, if a row lacks a picture or a label,
/// if files are damaged or hold other classes than the first, and if this build reads no parquet files.
pub fn open_tables(
    place: &Path,
    files: Vec<TableFile>,
    config: Option<&str>,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    request.check()?;
    let naming = |config: &str| format!("name one: --data {}:{config}", place.display());
    opened(place, files, config, request, &naming, progress)
}

#[cfg(feature = "parquet")]
fn opened(
    place: &Path,
    files: Vec<TableFile>,
    config: Option<&str>,
    request: &ImageRequest,
    naming: &dyn Fn(&str) -> String,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    request.check_layout(place, crate::Layout::Parquet)?;
    let files = files
        .into_iter()
        .map(|file| (file.name, file.path))
        .collect();
    let splits = splits::choose(place, files, config, request, naming)?;
    read::read(place, &splits, request, progress)
}

#[cfg(not(feature = "parquet"))]
fn opened(
    place: &Path,
    _files: Vec<TableFile>,
    _config: Option<&str>,
    _request: &ImageRequest,
    _naming: &dyn Fn(&str) -> String,
    _progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    let fault = DataError::format(place, "a set without parquet files", "parquet files");
    Err(fault.hinted("this build leaves them out; build it with the feature parquet"))
}

#[cfg(test)]
#[cfg(feature = "parquet")]
pub(crate) mod tests;
