//! The pictures in a folder, whatever their classes.

use std::path::{Path, PathBuf};

use super::errors::no_pictures;
use super::listing::{ClassFiles, Listing};
use crate::DataError;
use crate::source::passed_over::PassedOver;

/// The pictures in a folder and its subfolders.
#[derive(Debug)]
pub struct FoundPictures {
    /// The files, sorted by their paths. There is at least one.
    pub files: Vec<PathBuf>,
    /// What is passed over, such as pictures of other formats.
    pub passed_over: Vec<PassedOver>,
    /// Subfolders that cannot be read or lie too deep, and why.
    pub refused: Vec<(PathBuf, DataError)>,
}

/// Finds the pictures in `folder` and its subfolders, by the endings of their names: those that class folders read.
/// Hidden entries are passed over without being counted.
///
/// # Errors
/// [`DataError`] if `folder` cannot be read, or if there is no picture.
pub fn pictures_in(folder: &Path) -> Result<FoundPictures, DataError> {
    let mut listing = Listing::of_what_can_be_read(folder);
    let ClassFiles {
        images: files,
        other_formats,
    } = listing.files_in(folder)?;
    let mut refused = listing.take_refused();
    if files.is_empty() {
        // A folder that cannot be read may hold the pictures.
        return Err(match refused.pop() {
            Some((_, error)) => error,
            None => no_pictures(folder, other_formats),
        });
    }
    Ok(FoundPictures {
        files,
        refused,
        passed_over: listing.finish(),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder with empty files of these names.
    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a new folder");
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
            fs::write(path, "").expect("a new file");
        }
        folder
    }

    #[test]
    fn pictures_are_sorted_and_those_of_subfolders_are_among_them() {
        let folder = folder(&[
            "b.png",
            "a/c.JPEG",
            "a/b/x.webp",
            ".hidden/d.png",
            "notes.txt",
            "e.heic",
        ]);
        let found = pictures_in(folder.path()).expect("pictures");
        let names = found
            .files
            .iter()
            .map(|file| file.strip_prefix(folder.path()).expect("inside"));
        let expected = ["a/b/x.webp", "a/c.JPEG", "b.png"].map(Path::new);
        assert_eq!(names.collect::<Vec<_>>(), expected);
        assert_eq!(found.passed_over.len(), 2, "{:?}", found.passed_over);
    }

    #[test]
    fn a_subfolder_that_cannot_be_read_does_not_hide_the_others() {
        let folder = folder(&["a.png"]);
        let deep: PathBuf = std::iter::repeat_n("deep", 20).collect();
        fs::create_dir_all(folder.path().join(&deep)).expect("new folders");
        fs::write(folder.path().join(&deep).join("b.png"), "").expect("a new file");
        let found = pictures_in(folder.path()).expect("pictures");
        assert_eq!(found.files, [folder.path().join("a.png")]);
        let [(path, error)] = found.refused.as_slice() else {
            panic!("expected one refused folder, found {:?}", found.refused);
        };
        assert!(path.ends_with("deep"), "{}", path.display());
        assert!(error.to_string().contains("levels"), "{error}");
    }

    #[test]
    fn a_folder_without_pictures_is_refused() {
        let none = folder(&["notes.txt"]);
        let error = pictures_in(none.path())
            .expect_err("no pictures")
            .to_string();
        assert!(error.ends_with("found none"), "{error}");
        let others = folder(&["a.heic"]);
        let error = pictures_in(others.path())
            .expect_err("no pictures")
            .to_string();
        assert!(
            error.ends_with("found images of other formats only"),
            "{error}"
        );
    }
}
