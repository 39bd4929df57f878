//! Opens a source of images, whatever its layout.

pub(crate) mod archive;
pub(crate) mod cifar;
pub(crate) mod clouds;
pub(crate) mod content;
mod decoding;
#[cfg(feature = "fetch")]
pub(crate) mod fetch;
pub(crate) mod folder;
mod found;
mod guess;
mod gzip_members;
mod halves;
#[cfg(feature = "fetch")]
pub(crate) mod hub;
pub(crate) mod idx;
pub(crate) mod image_file;
mod lists;
pub(crate) mod numpy;
mod official;
pub(crate) mod packed;
pub(crate) mod parquet;
pub(crate) mod passed_over;
mod place;
mod planes;
pub(crate) mod request;
mod signature;
mod stl10;
mod svhn;
pub(crate) mod test_only;
mod tiny_imagenet;
mod tree;
pub(crate) mod wordnet;

use std::fmt;
use std::fs;
use std::path::Path;

use crate::source::archive::Archive;
use crate::source::cifar::archive_files::Cifar10Files;
use crate::source::cifar::official::Form;
use crate::source::idx::IdxSet;
use crate::source::numpy::MedMnist;
use crate::source::passed_over::PassedOver;
use crate::{DataError, ImageRequest, ImageSet, ImageShape, Resize, TestSplit};
use folder::{Part, Parts};
use found::{FoundSource, in_archive, without_images};
use lists::Lists;
use place::{Holds, Place, recognise};
use tree::{Found, Packed, Tree};

/// The layouts that a source can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// CIFAR-10's `data_batch_1` to `data_batch_5` and `test_batch`, in one of two forms.
    Cifar10(Form),
    /// CIFAR-100's `train` and `test`, in one of two forms.
    Cifar100(Form),
    /// The MATLAB files of SVHN's cropped digits.
    Svhn,
    /// STL-10's files of images and labels.
    Stl10,
    /// Four idx files, and which set they are, as far as that is known.
    Idx(Option<IdxSet>),
    /// NumPy arrays of images and labels, and which set of MedMNIST they are, as far as that is known.
    Arrays(Option<MedMnist>),
    /// Tiny ImageNet's folders and texts.
    TinyImageNet,
    /// `train/CLASS/*.png` and `test/CLASS/*.png`, or `CLASS/*.png`.
    ClassFolders,
    /// Pictures that `train.txt` and `test.txt` name.
    Lists,
    /// Tables with a column of pictures and one of labels.
    Parquet,
}

impl fmt::Display for Layout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = |form: &Form| match form {
            Form::Binary => "binary",
            Form::Python => "Python",
        };
        match self {
            Self::Cifar10(of) => write!(formatter, "CIFAR-10, {} layout", form(of)),
            Self::Cifar100(of) => write!(formatter, "CIFAR-100, {} layout", form(of)),
            Self::Svhn => formatter.write_str("SVHN, MATLAB files"),
            Self::Stl10 => formatter.write_str("STL-10"),
            Self::Idx(Some(set)) => write!(formatter, "{set}, idx files"),
            Self::Idx(None) => formatter.write_str("idx files"),
            Self::Arrays(Some(set)) => write!(formatter, "{set}, NumPy arrays"),
            Self::Arrays(None) => formatter.write_str("NumPy arrays"),
            Self::TinyImageNet => formatter.write_str("Tiny ImageNet"),
            Self::ClassFolders => formatter.write_str("class folders"),
            Self::Lists => formatter.write_str("lists of pictures"),
            Self::Parquet => formatter.write_str("parquet files"),
        }
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
    /// Whether the path is an archive.
    pub is_packed: bool,
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
    /// Of parquet files, the columns of pictures and labels if neither the files nor the request name both.
    pub guessed_columns: Option<[String; 2]>,
    /// The folder at the path that holds the set, if the path itself does not.
    pub within: Option<String>,
    /// What it also holds and is not read, one item for each reason.
    pub passed_over: Vec<PassedOver>,
}

impl OpenedSource {
    /// What the source is, such as `CIFAR-10, binary layout` or `class folders, archive`.
    pub fn layout_name(&self) -> String {
        let layout = self.layout.to_string();
        match (self.is_packed, layout.strip_suffix(" layout")) {
            (false, _) => layout,
            // As version 0.2.0 called it.
            (true, Some(set)) => format!("{set} archive"),
            (true, None) => format!("{layout} in an archive"),
        }
    }
}

/// Reads the images at a path and recognises their layout by its content.
///
/// A file is an archive, `.tar.gz`, `.tar`, `.zip` or `.npz`, or a parquet file. A folder, or an archive, may hold the
/// files of CIFAR-10, CIFAR-100, SVHN or STL-10, idx files of MNIST's kin or NumPy arrays; or the folders `train` and
/// `test` with one folder per class; or the lists `train.txt` and `test.txt`. A folder without these may hold parquet
/// files: tables of pictures and labels. In a folder, they may also lie in a subfolder named as in the archives of
/// these sets, or exactly one of the subfolders may hold one of these layouts. The test images of class folders and
/// lists may also be called `val`, `valid`, `validation`, and of class folders `testing`. With `request.split`, no
/// test part is needed.
///
/// `progress` receives how much is done and the total, in files or, for class folders and lists, in images. For these
/// it is called by several threads.
///
/// # Errors
/// A request outside its ranges or that the layout cannot answer, a path with none or several of these layouts, and
/// content that does not fit its layout.
pub fn open(
    path: &Path,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    find(path, request, progress)?.decode(progress)
}

/// As [`open`], but pictures that are to be decoded are only found.
pub(crate) fn find(
    path: &Path,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<FoundSource, DataError> {
    request.check()?;
    let about = fs::metadata(path).map_err(DataError::io(path))?;
    if about.is_dir() {
        open_folder(Tree::Disk, path, request, progress)
    } else if about.is_file() {
        open_archive(path, request, progress)
    } else {
        let found = "a pipe or a device";
        Err(DataError::format(path, "a file or folder", found))
    }
}

fn open_folder(
    tree: Tree,
    path: &Path,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<FoundSource, DataError> {
    let recognised = recognise(&tree, path, request.split.is_some());
    let Place { folder, holds } =
        recognised.map_err(|error| test_only::refused(path).unwrap_or(error))?;
    let within = folder.strip_prefix(path).ok();
    let within = within
        .filter(|inner| *inner != Path::new(""))
        .map(|inner| inner.to_string_lossy().into_owned());
    let mut found = match holds {
        Holds::Official(_) => {
            let (layout, images) = official::read(&tree, &folder, request, progress)?;
            of_one_shape(path, layout, images, request)?.into()
        }
        Holds::TinyImageNet => tiny_imagenet::open(tree, &folder, request)?,
        Holds::Classes(parts) => class_folders(tree, &folder, &parts, request)?,
        Holds::Lists(lists) => listed(tree, &folder, &lists, request)?,
        Holds::Tables(files) => parquet::open(&folder, files, request, progress)?.into(),
    };
    found.about.within = within;
    Ok(found)
}

fn open_archive(
    path: &Path,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<FoundSource, DataError> {
    let mut start = vec![];
    let archive = match Archive::open(path, &mut start)? {
        Some(archive) => archive,
        None if start.starts_with(parquet::MAGIC) => {
            let files = vec![parquet::TableFile::alone(path)];
            return Ok(parquet::open(path, files, request, progress)?.into());
        }
        None => {
            let error = || guess::no_archive(path, &start);
            return Err(test_only::refused(path).unwrap_or_else(error));
        }
    };
    // The first pass reads CIFAR-10, as its archive is the largest of all that most people have. It finds all other
    // files.
    let mut cifar10 = Cifar10Files::new(progress);
    let mut found = Found::default();
    let passed_over = archive.each_file(&mut |name, content| {
        if cifar10.take(name, content)? {
            return Ok(());
        }
        found.take(path, name, content)
    })?;
    let mut found = match cifar10.into_collector() {
        Some(collector) => {
            let layout = Layout::Cifar10(collector.form());
            of_one_shape(path, layout, collector.finish(path)?, request)?.into()
        }
        None => {
            let tree = Tree::Packed(Packed::new(archive, found)?);
            open_folder(tree, path, request, progress)?
        }
    };
    found.about.is_packed = true;
    found.about.passed_over.extend(passed_over);
    Ok(found)
}

fn class_folders(
    tree: Tree,
    folder: &Path,
    parts: &Parts,
    request: &ImageRequest,
) -> Result<FoundSource, DataError> {
    request.check_layout(folder, Layout::ClassFolders)?;
    let test_origin = match (&parts.test, request.split) {
        (Some(_), None) => TestOrigin::Own,
        (Some(_), Some(_)) => TestOrigin::OwnInPlaceOfSplit,
        (None, Some(split)) => TestOrigin::Split(split),
        (None, None) => {
            return Err(match &tree {
                Tree::Disk => guess::no_test(folder, parts),
                Tree::Packed(_) => guess::no_test_in_archive(folder),
            });
        }
    };
    let found = folder::find(&tree, folder, parts, request);
    let (mut pictures, passed_over) = found.map_err(|error| in_archive(&tree, error))?;
    wordnet::name_classes(&mut pictures.classes);
    let about = OpenedSource {
        parts: parts.named(),
        passed_over,
        ..of_pictures(
            Layout::ClassFolders,
            without_images(&pictures),
            test_origin,
            request,
        )
    };
    Ok(FoundSource {
        about,
        pictures: Some((tree, pictures)),
    })
}

fn listed(
    tree: Tree,
    folder: &Path,
    lists: &Lists,
    request: &ImageRequest,
) -> Result<FoundSource, DataError> {
    request.check_layout(folder, Layout::Lists)?;
    let test_origin = match (lists.has_test(), request.split) {
        (true, None) => TestOrigin::Own,
        (true, Some(_)) => TestOrigin::OwnInPlaceOfSplit,
        (false, Some(split)) => TestOrigin::Split(split),
        (false, None) => {
            let fault = DataError::format(folder, "a list test.txt next to train.txt", "none");
            return Err(
                fault.hinted("write it, or write split = 0.2 under [data] in the experiment")
            );
        }
    };
    let pictures = lists::find(&tree, folder, lists, request)?;
    let about = of_pictures(
        Layout::Lists,
        without_images(&pictures),
        test_origin,
        request,
    );
    Ok(FoundSource {
        about,
        pictures: Some((tree, pictures)),
    })
}

/// A set of pictures of any sizes, which were made to fit what is asked for.
fn of_pictures(
    layout: Layout,
    images: ImageSet,
    test_origin: TestOrigin,
    request: &ImageRequest,
) -> OpenedSource {
    OpenedSource {
        layout,
        is_packed: false,
        images,
        shape: request.shape(ImageShape::CIFAR10),
        fit: match request.size {
            Some(_) => Fit::Asked(request.resize),
            None => Fit::Default(request.resize),
        },
        test_origin,
        parts: vec![],
        guessed_columns: None,
        within: None,
        passed_over: vec![],
    }
}

/// A set whose images all have one shape, made to fit what is asked for.
fn of_one_shape(
    path: &Path,
    layout: Layout,
    images: ImageSet,
    request: &ImageRequest,
) -> Result<OpenedSource, DataError> {
    request.check_layout(path, layout)?;
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
        is_packed: false,
        images,
        shape,
        fit,
        test_origin: match request.split {
            Some(_) => TestOrigin::OwnInPlaceOfSplit,
            None => TestOrigin::Own,
        },
        parts: vec![],
        guessed_columns: None,
        within: None,
        passed_over: vec![],
    })
}

#[cfg(test)]
mod tests;
