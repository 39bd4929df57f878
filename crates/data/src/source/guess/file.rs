//! A file that is no archive and no table.

use std::path::Path;

use crate::DataError;
use crate::shell::quoted;
use crate::source::official::OfficialFile;
use crate::source::signature::Signature;

/// The error for a file at `path` that starts with `start` and is no archive that is read.
pub(crate) fn no_archive(path: &Path, start: &[u8]) -> DataError {
    let expected = "an archive (.tar.gz, .tar, .zip or .npz) or a parquet file";
    let fault = |found: &str| DataError::format(path, expected, found);
    if start.is_empty() {
        return fault("an empty file");
    }
    if let Some(error) = one_file(path) {
        return error;
    }
    if has_ending(path, "toml") {
        return fault("an experiment file (.toml)").hinted(
            "give a folder or an archive of images: --data PATH; an experiment is given with --experiment FILE to data \
             check and data preview, and without a flag to the other commands",
        );
    }
    match Signature::of(start) {
        Some(kind) => fault(&kind.to_string()).hinted(way_out(path, kind)),
        None => fault("another file"),
    }
}

/// The error for one file of a set that has several; `None` for a file of another name.
pub(crate) fn one_file(path: &Path) -> Option<DataError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let set = name.and_then(OfficialFile::named)?.set();
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => quoted(folder),
        _ => ".".into(),
    };
    let found = format!("one file of {set}");
    let fault = DataError::format(path, "all files of a set", found);
    Some(fault.hinted(format!("give the folder of all its files: --data {folder}")))
}

fn has_ending(path: &Path, expected: &str) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case(expected))
}

fn way_out(path: &Path, kind: Signature) -> String {
    let word = quoted(path);
    let then = "then give the folder of images";
    match kind {
        Signature::Zip => format!("unpack it with: unzip {word}; {then}"),
        Signature::Tar => format!("unpack it with: tar xf {word}; {then}"),
        Signature::Compressed(_) => {
            format!("unpack it (if it is a compressed tar archive, with: tar xf {word}); {then}")
        }
        Signature::NumPy => {
            "give the folder of all arrays of a set: train_images.npy, train_labels.npy, test_images.npy and \
             test_labels.npy, or an .npz file of these"
                .into()
        }
        Signature::Table(_) => {
            "save its images as PNG files in class folders: train/CLASS/*.png and test/CLASS/*.png"
                .into()
        }
        Signature::Readable(_) | Signature::OtherImage(_) => {
            "many images are needed: a folder with train/CLASS/* and test/CLASS/*; for one image \
             there is: mixup predict"
                .into()
        }
        Signature::Pickle(_) => {
            "give the folder of CIFAR-10's six files: data_batch_1 to data_batch_5 and test_batch"
                .into()
        }
        Signature::Html => {
            "a web page was saved in place of the archive; download CIFAR-10 with: mixup data fetch"
                .into()
        }
        Signature::LfsPointer => "fetch the file itself with: git lfs pull".into(),
        Signature::Gzip => "check that the file is whole".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message and the hint for a file of this name and start.
    fn said(name: &str, start: &[u8]) -> (String, String) {
        let error = no_archive(Path::new(name), start);
        let message = error.to_string();
        let DataError::Format { hint, .. } = error else {
            panic!("{message}");
        };
        (message, hint.unwrap_or_default())
    }

    #[test]
    fn archives_of_other_kinds_are_named_with_the_command_that_unpacks_them() {
        let (message, hint) = said("my set.zip", b"PK\x03\x04");
        assert_eq!(
            message,
            "my set.zip: expected an archive (.tar.gz, .tar, .zip or .npz) or a parquet file, found a ZIP archive"
        );
        assert!(
            hint.starts_with("unpack it with: unzip 'my set.zip'; then"),
            "{hint}"
        );
        let tar = [&[b'a'; 257][..], b"ustar\0"].concat();
        let (message, hint) = said("set.tar", &tar);
        assert!(message.ends_with("found a tar archive without compression"));
        assert!(hint.contains("tar xf set.tar"));
        let (message, hint) = said("set.tar.xz", b"\xfd7zXZ\0");
        assert!(message.ends_with("found an xz file"));
        assert!(hint.contains("tar xf set.tar.xz"));
    }

    #[test]
    fn other_files_are_named_with_a_way_out() {
        for (name, start, found, out) in [
            (
                "a.npy",
                &b"\x93NUMPY"[..],
                "a NumPy array",
                "train_images.npy",
            ),
            (
                "a.tar.gz",
                b"<!DOCTYPE html>",
                "a web page (HTML)",
                "mixup data fetch",
            ),
            ("a.png", b"\x89PNG\r\n", "a PNG image", "mixup predict"),
            (
                "e.toml",
                b"seed = 1",
                "an experiment file (.toml)",
                "--experiment FILE",
            ),
            (
                "a.tar.gz",
                b"version https://git-lfs",
                "a pointer of Git LFS",
                "git lfs pull",
            ),
        ] {
            let (message, hint) = said(name, start);
            assert!(message.ends_with(&format!("found {found}")), "{message}");
            assert!(hint.contains(out), "{hint}");
        }
    }

    #[test]
    fn one_file_of_a_set_has_the_way_to_its_folder() {
        for (name, set, folder) in [
            ("d/data_batch_1", "CIFAR-10", "d"),
            ("test.bin", "CIFAR-100", "."),
            ("a b/train_32x32.mat", "SVHN", "'a b'"),
            ("train-images-idx3-ubyte.gz", "idx files", "."),
        ] {
            let error = one_file(Path::new(name)).expect("one file");
            assert!(
                error
                    .to_string()
                    .ends_with(&format!("found one file of {set}")),
                "{error}"
            );
            let DataError::Format {
                hint: Some(hint), ..
            } = error
            else {
                panic!("{error}");
            };
            assert!(hint.ends_with(&format!(": --data {folder}")), "{hint}");
        }
        assert!(one_file(Path::new("photo.png")).is_none());
    }
}
