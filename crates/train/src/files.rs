//! Files and folders, and values as JSON. Other files of this crate read and write through it.

mod lock;
mod whole;

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use mixup_data::read_regular;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// An open file.
pub(crate) use std::fs::File;

pub(crate) use lock::Lock;
pub(crate) use whole::{is_left_of, write_whole, write_whole_by};

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
        other => other.map_err(unreadable(path)),
    }
}

/// The failure of a text at `path` that cannot be read, for `map_err`. What is not UTF-8 is damaged.
fn unreadable(path: &Path) -> impl Fn(io::Error) -> Failure + '_ {
    move |error| match error.kind() {
        ErrorKind::InvalidData => not_as_written(path, &error),
        _ => Failure::file(path)(error),
    }
}

/// The value in the JSON file at `path`.
///
/// # Errors
/// [`Failure::Usage`] if it is damaged, else [`Failure::File`].
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = read_text(path).map_err(unreadable(path))?;
    serde_json::from_str(&text).map_err(|error| damaged(path, &error))
}

/// The way out of a damaged run.
pub(crate) const DAMAGED_HINT: &str = "start the run anew in another folder";

/// The failure of a file at `path` that this program wrote and that cannot be read now.
pub(crate) fn damaged(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    not_as_written(
        path,
        &format!("expected a file as mixup writes it, found {error}"),
    )
}

fn not_as_written(path: &Path, message: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {message}", path.display()), DAMAGED_HINT)
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
    // Another process may add its own lines at the same moment.
    let _turn = lock::wait_for_turn(path)?;
    let mut text = read_bytes(path).map_err(Failure::file(path))?;
    if text.last().is_some_and(|last| *last != b'\n') {
        text.push(b'\n');
    }
    text.extend(lines.as_bytes());
    write_whole(path, &text).inspect_err(|_| {
        // An empty file was made to have something to lock. The failure that matters is the first one.
        if fs::metadata(path).is_ok_and(|file| file.len() == 0) {
            let _ = fs::remove_file(path);
        }
    })
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

/// Refuses a path of a file to write whose folder is not there, or that is a folder or a device itself.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn check_folder(path: &Path) -> Result<(), Failure> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::metadata(folder).map_err(Failure::file(folder))?;
    check_regular_or_missing(path).map_err(Failure::file(path))
}

/// Adds `bytes` to the end of the file at `path`, if there is one. A process that is killed meanwhile may leave a part of
/// them.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn append_if_there(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let append = || {
        check_regular_or_missing(path)?;
        File::options().append(true).open(path)?.write_all(bytes)
    };
    match append() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        written => written.map_err(Failure::file(path)),
    }
}

/// Cuts the file at `path` to `length` bytes.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn cut(path: &Path, length: u64) -> Result<(), Failure> {
    let cut = || File::options().write(true).open(path)?.set_len(length);
    cut().map_err(Failure::file(path))
}

/// Makes an empty file at `path`, in place of what was there.
///
/// # Errors
/// Those of the operating system.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    File::create(path)
}

/// A file that takes everything and keeps nothing.
///
/// # Errors
/// Those of the operating system.
#[cfg(unix)]
pub(crate) fn nowhere() -> io::Result<File> {
    File::options().write(true).open("/dev/null")
}

/// Makes the folder at `path` and those around it, unless they exist.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn create_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(Failure::file(path))
}

/// Makes the folder at `path`, unless it exists. The folder around it is not made.
///
/// # Errors
/// [`Failure::File`], also if the folder around it is missing.
pub(crate) fn create_last_folder(path: &Path) -> Result<(), Failure> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made.map_err(Failure::file(path)),
    }
}

/// The names of what lies in `folder`, in no order.
///
/// # Errors
/// Those of the operating system.
pub(crate) fn names_in(folder: &Path) -> io::Result<Vec<OsString>> {
    let entries = fs::read_dir(folder)?;
    entries.map(|entry| Ok(entry?.file_name())).collect()
}

/// The bytes of all files in the folder at `path` and below it. What cannot be read counts nothing, and links are
/// not followed.
pub(crate) fn bytes_in(path: &Path) -> u64 {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(found) if found.is_dir() => bytes_in(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    });
    sizes.sum()
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
