//! Opens a source of images, whatever its layout.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::official::{self, Form, Member};
use crate::{DataError, ImageSet, archive, folder};

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
    let (layout, images) = if about.is_dir() {
        let (layout, folder) = recognise(path)?;
        let images = match layout {
            Layout::ClassFolders => folder::read(&folder, progress)?,
            Layout::Python => official::read_folder(&folder, Form::Python, progress)?,
            _ => official::read_folder(&folder, Form::Binary, progress)?,
        };
        (layout, images)
    } else if about.is_file() {
        match archive::read(path, progress)? {
            (Form::Binary, images) => (Layout::BinaryArchive, images),
            (Form::Python, images) => (Layout::PythonArchive, images),
        }
    } else {
        return Err(DataError::format(
            path,
            "a file or folder",
            "something else",
        ));
    };
    Ok(OpenedSource { layout, images })
}

/// The only layout in a folder, and the folder that holds its files.
fn recognise(path: &Path) -> Result<(Layout, PathBuf), DataError> {
    let mut empty = true;
    let (mut binary, mut python) = (false, false);
    for entry in fs::read_dir(path).map_err(DataError::io(path))? {
        let entry = entry.map_err(DataError::io(path))?;
        empty = false;
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
        (None, _) => Err(DataError::format(
            path,
            "CIFAR-10's binary layout (data_batch_1.bin ...), its Python layout (data_batch_1 ...) \
             or class folders (train/CLASS/*.png, test/CLASS/*.png)",
            if empty {
                "an empty folder"
            } else {
                "none of these"
            },
        )),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::archive::tests::archive;
    use crate::folder::tests::class_folders;
    use crate::official::tests::{files, write};

    fn open_at(path: &Path) -> Result<OpenedSource, String> {
        open(path, &|_, _| {}).map_err(|error| error.to_string())
    }

    fn layout_at(path: &Path) -> Layout {
        open_at(path).expect("a good source").layout
    }

    fn message(folder: &TempDir) -> String {
        let here = format!("{}", folder.path().display());
        let error = open_at(folder.path()).expect_err("a bad source");
        error.replace(&here, ".")
    }

    fn new_folder() -> TempDir {
        tempfile::tempdir().expect("a new folder")
    }

    #[test]
    fn every_layout_is_recognised_and_gives_the_same_images() {
        let folder = new_folder();
        let mut sets = Vec::new();
        for (form, in_folder, in_archive) in [
            (Form::Binary, Layout::Binary, Layout::BinaryArchive),
            (Form::Python, Layout::Python, Layout::PythonArchive),
        ] {
            let path = folder.path().join(in_folder.to_string());
            write(&path, &files(form));
            let file = folder.path().join("any name");
            fs::write(&file, archive(form)).expect("a new file");
            for (path, layout) in [(path, in_folder), (file, in_archive)] {
                let opened = open_at(&path).expect("a good source");
                assert_eq!(opened.layout, layout);
                sets.push(opened.images);
            }
        }
        assert!(sets.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(layout_at(class_folders().path()), Layout::ClassFolders);
    }

    #[test]
    fn an_unpacked_archive_is_found_in_its_folder() {
        let folder = new_folder();
        write(
            &folder.path().join("cifar-10-batches-py"),
            &files(Form::Python),
        );
        assert_eq!(layout_at(folder.path()), Layout::Python);
        write(
            &folder.path().join("cifar-10-batches-bin"),
            &files(Form::Binary),
        );
        let both =
            ".: expected one layout of CIFAR-10, found both the binary and the Python layout";
        assert_eq!(message(&folder), both);
    }

    #[test]
    fn two_layouts_in_one_folder_are_an_error() {
        let folder = new_folder();
        write(folder.path(), &files(Form::Binary));
        write(folder.path(), &files(Form::Python)[..1]);
        let both =
            ".: expected one layout of CIFAR-10, found both the binary and the Python layout";
        assert_eq!(message(&folder), both);
        let folder = class_folders();
        write(folder.path(), &files(Form::Binary));
        let found = "found both CIFAR-10, binary layout and class folders";
        assert!(message(&folder).ends_with(found));
    }

    #[test]
    fn one_batch_is_enough_to_recognise_the_layout_and_name_what_is_missing() {
        let folder = new_folder();
        write(folder.path(), &files(Form::Python)[5..6]);
        let found = "found no data_batch_1, data_batch_2, data_batch_3, data_batch_4, data_batch_5";
        assert!(message(&folder).ends_with(found));
    }

    #[test]
    fn a_folder_without_images_says_what_is_accepted() {
        let folder = new_folder();
        assert!(message(&folder).ends_with("found an empty folder"));
        fs::write(folder.path().join("notes.txt"), "").expect("a new file");
        let error = message(&folder);
        assert!(error.ends_with("found none of these"));
        assert!(error.contains("data_batch_1.bin") && error.contains("train/CLASS"));
        assert_eq!(error.lines().count(), 1);
    }

    #[test]
    fn a_path_to_nothing_is_missing() {
        let path = new_folder().path().join("nothing");
        let error = open(&path, &|_, _| {}).expect_err("nothing");
        assert!(matches!(error, DataError::Missing { path: missing } if missing == path));
    }

    #[cfg(unix)]
    #[test]
    fn links_of_the_users_own_are_followed() {
        let (folder, other) = (new_folder(), new_folder());
        write(folder.path(), &files(Form::Binary));
        for (name, _) in files(Form::Binary) {
            let (from, to) = (folder.path().join(&name), other.path().join(&name));
            std::os::unix::fs::symlink(from, to).expect("a new link");
        }
        assert_eq!(layout_at(other.path()), Layout::Binary);
    }

    #[test]
    fn progress_counts_the_batches_from_none_to_the_last() {
        let folder = new_folder();
        for form in [Form::Binary, Form::Python] {
            let (path, file) = (folder.path().join("files"), folder.path().join("archive"));
            write(&path, &files(form));
            fs::write(&file, archive(form)).expect("a new file");
            for source in [&path, &file] {
                let seen = std::sync::Mutex::new(Vec::new());
                open(source, &|done, total| {
                    assert_eq!(total, 6);
                    seen.lock().expect("one thread").push(done);
                })
                .expect("a good source");
                let mut seen = seen.into_inner().expect("one thread");
                // The file of class names is also read, but it is not a batch.
                seen.dedup();
                assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6]);
            }
            fs::remove_dir_all(path).expect("the folder");
        }
    }
}
