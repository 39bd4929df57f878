//! Where the files of arrays lie: on disk, or in a tar archive without compression.

use std::fs;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::DataError;
use crate::file::open_regular;
use crate::source::archive::Archive;
use crate::source::content::Content;
use crate::source::folder::{is_shown, visible_entries};
use crate::source::numpy::Input;

/// An array's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    /// Its path; that of an archive's member is `archive.tar/member`.
    pub(super) path: PathBuf,
    /// The file on disk that holds its bytes.
    file: PathBuf,
    /// Where its first byte stands in that file.
    start: u64,
    /// Its length in bytes.
    size: u64,
}

/// The arrays that a folder holds itself, sorted by their names.
///
/// # Errors
/// A folder that cannot be read.
pub(super) fn in_folder(folder: &Path) -> Result<Vec<Stored>, DataError> {
    let mut files = vec![];
    for entry in visible_entries(folder)? {
        if !entry.is_folder && is_array(&entry.path) {
            files.push(Stored::at(&entry.path)?);
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// The arrays of a tar archive without compression, sorted by their names, without hidden ones such as `._fog.npy` of
/// macOS. A file of another kind has none.
///
/// # Errors
/// An archive that cannot be read or is damaged.
pub(super) fn in_archive(path: &Path) -> Result<Vec<Stored>, DataError> {
    let Some(archive) = Archive::open(path, &mut vec![])? else {
        return Ok(vec![]);
    };
    let places = archive.places(|name| is_array(name) && is_shown(name))?;
    let mut files: Vec<Stored> = places
        .into_iter()
        .map(|place| Stored {
            path: path.join(place.name),
            file: path.to_path_buf(),
            start: place.start,
            size: place.size,
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn is_array(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "npy")
}

impl Stored {
    /// The file at `path`.
    ///
    /// # Errors
    /// A file that is not there.
    pub(super) fn at(path: &Path) -> Result<Self, DataError> {
        let about = fs::metadata(path).map_err(DataError::io(path))?;
        Ok(Self {
            path: path.into(),
            file: path.into(),
            start: 0,
            size: about.len(),
        })
    }

    /// The name of the file without its ending.
    pub(super) fn stem(&self) -> Option<&str> {
        self.path.file_stem()?.to_str()
    }

    /// Hands the file to `read`, from its first byte.
    ///
    /// # Errors
    /// A file that cannot be opened, and those of `read`.
    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&mut Input<'_>) -> Result<T, DataError>,
    ) -> Result<T, DataError> {
        self.with_after(0, read)
    }

    /// Hands the file to `read`, from the byte `passed`.
    ///
    /// # Errors
    /// A file that cannot be opened, and those of `read`.
    pub(super) fn with_after<T>(
        &self,
        passed: u64,
        read: impl FnOnce(&mut Input<'_>) -> Result<T, DataError>,
    ) -> Result<T, DataError> {
        let failure = DataError::io(&self.path);
        let (mut file, _) =
            open_regular(&self.file, u64::MAX).map_err(DataError::io(&self.file))?;
        file.seek(SeekFrom::Start(self.start.saturating_add(passed)))
            .map_err(&failure)?;
        let left = self.size.saturating_sub(passed);
        let mut reader = BufReader::with_capacity(1 << 16, file).take(left);
        let mut content = Content {
            path: &self.path,
            size: usize::try_from(self.size).unwrap_or(usize::MAX),
            reader: &mut reader,
            failure: &failure,
        };
        read(&mut Input::new(&mut content))
    }
}
