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
pub(crate) mod read;
#[cfg(not(feature = "parquet"))]
#[path = "parquet/unread.rs"]
pub(crate) mod read;
mod shards;
pub(crate) mod splits;
#[cfg(feature = "parquet")]
mod table;

use std::path::{Path, PathBuf};

use crate::shell::quoted;
use crate::source::OpenedSource;
use crate::source::folder::visible_entries;
use crate::{DataError, ImageRequest, Layout};
use splits::Splits;

/// How the name of a parquet file ends.
pub(crate) const ENDING: &str = ".parquet";
/// The first bytes of a parquet file.
pub(crate) const MAGIC: &[u8] = b"PAR1";
/// The most parquet files of a set.
const MAX_FILES: usize = 100_000;
/// The most files and folders that are looked at in a folder without another layout.
const MAX_ENTRIES: usize = 200_000;

/// A parquet file of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableFile {
    /// Its name within the set, with `/` between folders. It says the split, such as
    /// `data/train-00000-of-00001.parquet`.
    pub(crate) name: String,
    /// Where the file lies.
    pub(crate) path: PathBuf,
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

/// The parquet files in a folder and in its subfolders down to `depth`, sorted by their names. In a folder of very many
/// other files there are none.
///
/// # Errors
/// More than 100,000 files. Folders that cannot be read have none.
pub(crate) fn files_in(folder: &Path, depth: usize) -> Result<Vec<TableFile>, DataError> {
    let mut search = Search::default();
    search.look_into(folder, "", depth);
    let Search { mut files, entries } = search;
    if files.len() > MAX_FILES || (entries > MAX_ENTRIES && !files.is_empty()) {
        let expected = format!("a folder of at most {MAX_FILES} parquet files and few others");
        let fault = DataError::format(folder, expected, "more");
        return Err(fault.hinted("give the folder of the set alone"));
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

/// A search for parquet files.
#[derive(Default)]
struct Search {
    files: Vec<TableFile>,
    /// How many files and folders were seen.
    entries: usize,
}

impl Search {
    /// Looks into a folder whose name within the set, with `/` at its end, is `within`.
    fn look_into(&mut self, folder: &Path, within: &str, depth: usize) {
        for entry in visible_entries(folder).unwrap_or_default() {
            self.entries += 1;
            if self.entries > MAX_ENTRIES || self.files.len() > MAX_FILES {
                return;
            }
            let name = format!("{within}{}", entry.name);
            if entry.is_folder {
                if depth > 0 {
                    self.look_into(&entry.path, &format!("{name}/"), depth - 1);
                }
            } else if name.ends_with(ENDING) {
                let path = entry.path;
                self.files.push(TableFile { name, path });
            }
        }
    }
}

/// Reads the parquet files in the folder at `path`, or the one at `path`.
///
/// # Errors
/// As [`open_splits`], and if a split is missing or one of several must be named.
pub(crate) fn open(
    path: &Path,
    files: Vec<TableFile>,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    check_is_read(path)?;
    request.check_layout(path, Layout::Parquet)?;
    let naming = |config: &str| {
        // A folder data belongs to no configuration.
        let within = ["", "data"].map(|folder| path.join(folder).join(config));
        let folder = within.iter().find(|folder| folder.is_dir());
        let folder = folder.unwrap_or(&within[0]);
        format!("give the folder of one: --data {}", quoted(folder))
    };
    let files = files
        .into_iter()
        .map(|file| (file.name, file.path))
        .collect();
    let splits = splits::choose(path, files, None, request, &naming)?;
    open_splits(path, &splits, request, progress)
}

/// Reads splits, whose files may lie in several places. `place` is the set, for messages.
///
/// Each row of a split is a picture with its label. Columns and class names are those that the Hugging Face library
/// wrote into the files, else they are known by their names and types, or `request` names them. Pictures that all have
/// one size of at most 128 pixels on each side keep it; others are made 32x32 if no size is asked for. `progress`
/// receives the number of pictures decoded so far and their total number; several threads call it.
///
/// # Errors
/// [`DataError`] if one of several columns must be named, if a row lacks a picture or a label, if files are damaged or
/// hold other classes than the first, and if this build reads no parquet files.
pub(crate) fn open_splits(
    place: &Path,
    splits: &Splits<PathBuf>,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    check_is_read(place)?;
    request.check()?;
    request.check_layout(place, Layout::Parquet)?;
    if splits.test.is_none() && request.split.is_none() {
        let fault = DataError::format(place, "a split test", "none");
        return Err(fault.hinted("write split = 0.2 under [data] in the experiment"));
    }
    read::read(place, splits, request, progress)
}

/// What one file of a set tells about all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableLook {
    /// The column of pictures.
    pub picture: String,
    /// The column of labels.
    pub label: String,
    /// The names of the classes, if the files have them.
    pub classes: Option<Vec<String>>,
}

/// Refuses parquet files in a build that leaves them out.
///
/// # Errors
/// [`DataError::Format`] with the way out.
pub(crate) fn check_is_read(place: &Path) -> Result<(), DataError> {
    match cfg!(feature = "parquet") {
        true => Ok(()),
        false => Err(not_read(place)),
    }
}

/// The error of a build that leaves parquet files out.
fn not_read(place: &Path) -> DataError {
    DataError::format(place, "a set without parquet files", "parquet files")
        .hinted("this build leaves them out; build it with the feature parquet")
}

#[cfg(test)]
#[cfg(feature = "parquet")]
pub(crate) mod tests;
