//! Opens a source of images, whatever its layout.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::official::{self, Form, Member};
use crate::passed_over::PassedOver;
use crate::{DataError, ImageSet, archive, folder, guess};

/// The layouts that a source can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A folder with CIFAR-10's `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`.
    Binary,
    /// A folder with CIFAR-10's `data_batch_1` to `data_batch_5` and `test_batch`.
    Python,
    /// A `.tar.gz` of the binary layout.
    BinaryArchive,
    /// A `.tar.gz` of the Python layout.
    PythonArchive,
    /// A folder with `train/CLASS/*.png` and `test/CLASS/*.png`.
    ClassFolders,
}

impl fmt::Display for Layout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Binary => "CIFAR-10, binary layout",
            Self::Python => "CIFAR-10, Python layout",
            Self::BinaryArchive => "CIFAR-10, binary archive",
            Self::PythonArchive => "CIFAR-10, Python archive",
            Self::ClassFolders => "class folders",
        })
    }
}

/// A source that was read completely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedSource {
    /// The layout that was found at the path.
    pub layout: Layout,
    /// Its images. Neither split is empty.
    pub images: ImageSet,
    /// What it also holds and is not read, one item for each reason.
    pub passed_over: Vec<PassedOver>,
}

/// Reads the images at a path and recognises their layout.
///
/// A file is read as an archive of CIFAR-10. A folder may hold the files of one of CIFAR-10's layouts,
/// or a subfolder with them named as in the archives, or the folders `train` and `test` with one
/// folder per class. `progress` receives how much is done and the total, in batch files or, for class
/// folders, in images. For class folders it is called by several threads.
///
/// # Errors
/// A path with none or several of these layouts, and content that does not fit its layout.
pub fn open(
    path: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    let about = fs::metadata(path).map_err(DataError::io(path))?;
    if about.is_dir() {
        open_folder(path, progress)
    } else if about.is_file() {
        let opened = archive::read(path, progress)?;
        let layout = match opened.form {
            Form::Binary => Layout::BinaryArchive,
            Form::Python => Layout::PythonArchive,
        };
        Ok(OpenedSource {
            layout,
            images: opened.images,
            passed_over: opened.passed_over,
        })
    } else {
        let found = "a pipe or a device";
        Err(DataError::format(path, "a file or folder", found))
    }
}

fn open_folder(
    path: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    let (layout, folder) = recognise(path)?;
    let (images, passed_over) = match layout {
        Layout::ClassFolders if !folder.join("test").is_dir() => {
            return Err(guess::no_test(&folder));
        }
        Layout::ClassFolders => folder::read(&folder, progress)?,
        Layout::Python => (
            official::read_folder(&folder, Form::Python, progress)?,
            Vec::new(),
        ),
        _ => (
            official::read_folder(&folder, Form::Binary, progress)?,
            Vec::new(),
        ),
    };
    Ok(OpenedSource {
        layout,
        images,
        passed_over,
    })
}

/// The only layout in a folder, and the folder that holds its files.
fn recognise(path: &Path) -> Result<(Layout, PathBuf), DataError> {
    let (mut binary, mut python) = (false, false);
    for entry in fs::read_dir(path).map_err(DataError::io(path))? {
        let entry = entry.map_err(DataError::io(path))?;
        match entry.file_name().to_str().and_then(Member::named) {
            Some(member) if member.form == Form::Binary => binary = true,
            Some(_) => python = true,
            None => {}
        }
    }
    let subfolder = |name: &str| Some(path.join(name)).filter(|folder| folder.is_dir());
    let found = [
        (Layout::Binary, binary.then(|| path.into())),
        (Layout::Python, python.then(|| path.into())),
        (Layout::Binary, subfolder("cifar-10-batches-bin")),
        (Layout::Python, subfolder("cifar-10-batches-py")),
        (
            Layout::ClassFolders,
            subfolder("train").map(|_| path.into()),
        ),
    ];
    let found = found
        .into_iter()
        .filter_map(|(layout, folder)| Some((layout, folder?)));
    let mut found: Vec<(Layout, PathBuf)> = found.collect();
    match (found.pop(), found.pop()) {
        (Some(only), None) => Ok(only),
        (Some((Layout::Python, _)), Some((Layout::Binary, _))) => Err(official::both_forms(path)),
        (Some((one, _)), Some((other, _))) => {
            let found = format!("both {other} and {one}");
            Err(DataError::format(path, "one layout of images", found))
        }
        (None, _) => Err(guess::no_layout(path)),
    }
}

#[cfg(test)]
mod tests;
