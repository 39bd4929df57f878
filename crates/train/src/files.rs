//! Files and folders, and values as JSON. Other files of this crate read and write through it.

mod lock;
mod whole;

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::Path;

use mixup_data::read_regular;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// An open file.
pub(crate) use std::fs::File;

pub(crate) use lock::Lock;
pub(crate) use whole::{is_left_of, write_whole};

/// The largest text that is read, in bytes. The texts of a run with 10,000 epochs are far smaller.
const MAX_TEXT_BYTES: u64 = 256 << 20;
/// The largest other file that is read, such as one of weights, in bytes.
const MAX_BYTES: u64 = 2 << 30;

/// The text of the regular file at `path`.
///
/// # Errors
/// Those of [`read_regular`], and [`ErrorKind::InvalidData`] for text that is not UTF-8.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read_regular(path, MAX_TEXT_BYTES)?).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        let message = format!("expected UTF-8 text, found another byte at position {place}");
        io::Error::new(ErrorKind::InvalidData, message)
    })
}

/// The bytes of the regular file at `path`, such as a file of weights.
///
/// # Errors
/// Those of [`read_regular`].
pub(crate) fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    read_regular(path, MAX_BYTES)
}

/// The text of the file at `path`, or an empty one if there is no such file.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn read_text_or_empty(path: &Path) -> Result<String, Failure> {
    match read_text(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        other => other.map_err(Failure::file(path)),
    }
}

/// The value in the JSON file at `path`.
///
/// # Errors
/// [`Failure::Usage`] if it is damaged, else [`Failure::File`].
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = read_text(path).map_err(|error| match error.kind() {
        ErrorKind::InvalidData => damaged(path, &error),
        _ => Failure::file(path)(error),
    })?;
    serde_json::from_str(&text).map_err(|error| damaged(path, &error))
}

/// The way out of a damaged run.
pub(crate) const DAMAGED_HINT: &str = "start the run anew in another folder";

/// The failure of a file at `path` that this program wrote and that cannot be read now.
pub(crate) fn damaged(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(
        format!(
            "{}: expected a file as mixup writes it, found {error}",
            path.display()
        ),
        DAMAGED_HINT,
    )
}

/// `value` on one line, without a line break at its end.
///
/// # Panics
/// If `value` has no JSON form, such as a map with keys that are not strings. The types of this crate
/// are structs of numbers, strings and lists.
pub(crate) fn json_line<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("the types of this crate have a JSON form")
}

/// `value` on indented lines, with a line break at its end: a file's content.
///
/// # Panics
/// As [`json_line`].
pub(crate) fn json_text<T: Serialize + ?Sized>(value: &T) -> String {
    let text = serde_json::to_string_pretty(value);
    text.expect("the types of this crate have a JSON form") + "\n"
}

/// Appends `lines`, which end with a line break, to the file at `path`: whole or not at all. The file is made
/// if it is missing. A last line without a line break is ended first.
///
/// # Errors
/// [`Failure::File`]; then the file is as it was.
pub(crate) fn append_lines(path: &Path, lines: &str) -> Result<(), Failure> {
    let append = || {
        check_regular_or_missing(path)?;
        let mut options = File::options();
        let mut file = options.create(true).read(true).append(true).open(path)?;
        // Another process may add its own lines at the same moment. A file system may have no locks.
        let _ = file.lock();
        let before = file.metadata()?.len();
        let mut text = String::new();
        if before > 0 && !ends_with_line_break(&mut file)? {
            text.push('\n');
        }
        text += lines;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .inspect_err(|_| {
                // The failure that matters is the first one.
                let _ = file.set_len(before);
            })
    };
    append().map_err(Failure::file(path))
}

fn ends_with_line_break(file: &mut File) -> io::Result<bool> {
    let mut last = [0];
    file.seek(io::SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// Refuses a pipe or a device at `path`: opening it could wait for ever.
fn check_regular_or_missing(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(_) => {
            let message = "expected a regular file, found a folder, a pipe or a device";
            Err(io::Error::new(ErrorKind::InvalidInput, message))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes an empty file at `path`, in place of what was there.
///
/// # Errors
/// Those of the operating system.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    File::create(path)
}

/// Makes the folder at `path` and those around it, unless they exist.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn create_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(Failure::file(path))
}

/// The names of what lies in `folder`, in no order.
///
/// # Errors
/// Those of the operating system.
pub(crate) fn names_in(folder: &Path) -> io::Result<Vec<OsString>> {
    let entries = fs::read_dir(folder)?;
    entries.map(|entry| Ok(entry?.file_name())).collect()
}

/// Removes the file at `path`.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn remove_file(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(Failure::file(path))
}

/// Removes the folder at `path` with all that is in it.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn remove_folder(path: &Path) -> Result<(), Failure> {
    fs::remove_dir_all(path).map_err(Failure::file(path))
}

/// Removes the folder at `path` if it is empty.
///
/// # Errors
/// [`Failure::File`], also if something is in it.
pub(crate) fn remove_empty_folder(path: &Path) -> Result<(), Failure> {
    fs::remove_dir(path).map_err(Failure::file(path))
}

/// Gives what lies at `from` the path `to`.
///
/// # Errors
/// [`Failure::File`] of `to`.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::rename(from, to).map_err(Failure::file(to))
}

#[cfg(test)]
mod tests;
