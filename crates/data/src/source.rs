//! Opens a source of images, whatever its layout.

pub(crate) mod cifar;
pub(crate) mod fetch;
pub(crate) mod folder;
mod guess;
pub(crate) mod image_file;
pub(crate) mod passed_over;
mod place;
pub(crate) mod request;
mod signature;
pub(crate) mod synthetic;

use std::fmt;
use std::fs;
use std::path::Path;

use crate::source::cifar::archive;
use crate::source::cifar::official::{self, Form};
use crate::source::passed_over::PassedOver;
use crate::{DataError, ImageRequest, ImageSet, ImageShape, Resize, TestSplit};
use folder::{Part, Parts};
use place::{Place, recognise};

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
    /// A folder with `train/CLASS/*.png` and `test/CLASS/*.png`, or with `CLASS/*.png`.
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

/// How the images of a source got their shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// They all had it.
    Own,
    /// No size was asked for. Pictures of any size were made to fit the one that class folders get then.
    Default(Resize),
    /// Size or channels were asked for.
    Asked(Resize),
}

/// Where the test images of a source come from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TestOrigin {
    /// The source has a test part, and nothing else was asked for.
    Own,
    /// The source has a test part, so the split that was asked for is not used.
    OwnInPlaceOfSplit,
    /// They were taken from the training images.
    Split(TestSplit),
}

/// A source that was read completely.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedSource {
    /// The layout that was found at the path.
    pub layout: Layout,
    /// Its images. No part is empty.
    pub images: ImageSet,
    /// The shape of every image.
    pub shape: ImageShape,
    /// How the images got this shape.
    pub fit: Fit,
    /// Where the test images come from.
    pub test_origin: TestOrigin,
    /// Of class folders, each part with the name of its folder. Empty if the classes lie at the path itself.
    pub parts: Vec<(Part, String)>,
    /// The folder at the path that holds the set, if the path itself does not.
    pub within: Option<String>,
    /// What it also holds and is not read, one item for each reason.
    pub passed_over: Vec<PassedOver>,
}

/// Reads the images at a path and recognises their layout.
///
/// A file is read as an archive of CIFAR-10. A folder may hold the files of one of CIFAR-10's layouts,
/// or a subfolder with them named as in the archives, or the folders `train` and `test` with one
/// folder per class; or exactly one of its subfolders may hold one of these. The test images of class folders may
/// also lie in `val`, `valid`, `validation` or `testing`. With `request.split`, no test part is needed.
/// `progress` receives how much is done and the total, in batch files or, for class
/// folders, in images. For class folders it is called by several threads.
///
/// # Errors
/// A request outside its ranges, a path with none or several of these layouts, and content that does not fit its
/// layout.
pub fn open(
    path: &Path,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    request.check()?;
    let about = fs::metadata(path).map_err(DataError::io(path))?;
    if about.is_dir() {
        open_folder(path, request, progress)
    } else if about.is_file() {
        let opened = archive::read(path, progress)?;
        let layout = match opened.form {
            Form::Binary => Layout::BinaryArchive,
            Form::Python => Layout::PythonArchive,
        };
        official(layout, opened.images, opened.passed_over, request)
    } else {
        let found = "a pipe or a device";
        Err(DataError::format(path, "a file or folder", found))
    }
}

fn open_folder(
    path: &Path,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    let Place {
        layout,
        folder,
        parts,
    } = recognise(path, request.split.is_some())?;
    let within = folder.strip_prefix(path).ok();
    let within = within
        .filter(|inner| *inner != Path::new(""))
        .map(|inner| inner.to_string_lossy().into_owned());
    let opened = match layout {
        Layout::ClassFolders => class_folders(&folder, &parts, request, progress)?,
        Layout::Python => {
            let images = official::read_folder(&folder, Form::Python, progress)?;
            official(layout, images, vec![], request)?
        }
        _ => {
            let images = official::read_folder(&folder, Form::Binary, progress)?;
            official(layout, images, vec![], request)?
        }
    };
    Ok(OpenedSource { within, ..opened })
}

fn class_folders(
    folder: &Path,
    parts: &Parts,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    let test_origin = match (&parts.test, request.split) {
        (Some(_), None) => TestOrigin::Own,
        (Some(_), Some(_)) => TestOrigin::OwnInPlaceOfSplit,
        (None, Some(split)) => TestOrigin::Split(split),
        (None, None) => return Err(guess::no_test(folder, parts)),
    };
    let (images, passed_over) = folder::read(folder, parts, request, progress)?;
    Ok(OpenedSource {
        layout: Layout::ClassFolders,
        images,
        shape: request.shape(ImageShape::CIFAR10),
        fit: match request.size {
            Some(_) => Fit::Asked(request.resize),
            None => Fit::Default(request.resize),
        },
        test_origin,
        parts: parts.named(),
        within: None,
        passed_over,
    })
}

/// A set whose images all have one shape, made to fit what is asked for.
fn official(
    layout: Layout,
    images: ImageSet,
    passed_over: Vec<PassedOver>,
    request: &ImageRequest,
) -> Result<OpenedSource, DataError> {
    let own = images.train.shape();
    let shape = request.shape(own);
    let fit = if shape == own {
        Fit::Own
    } else {
        Fit::Asked(request.resize)
    };
    let images = images.fitted(request)?;
    Ok(OpenedSource {
        layout,
        images,
        shape,
        fit,
        test_origin: match request.split {
            Some(_) => TestOrigin::OwnInPlaceOfSplit,
            None => TestOrigin::Own,
        },
        parts: vec![],
        within: None,
        passed_over,
    })
}

#[cfg(test)]
mod tests;
