//! Files and folders, and values as JSON. Other files of this crate read and write through it.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mixup_data::read_regular;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// An open file.
pub(crate) use std::fs::File;

/// How long a killed process may take to give its lock back.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// The largest text that is read, in bytes. The texts of a run with 10,000 epochs are far smaller.
const MAX_TEXT_BYTES: u64 = 256 << 20;
/// The largest file of weights that is read, in bytes.
const MAX_WEIGHTS_BYTES: u64 = 2 << 30;

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

/// The bytes of the file of weights at `path`.
///
/// # Errors
/// Those of [`read_regular`].
pub(crate) fn read_weights(path: &Path) -> io::Result<Vec<u8>> {
    read_regular(path, MAX_WEIGHTS_BYTES)
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

/// The failure of a file at `path` that this program wrote and that cannot be read now.
pub(crate) fn damaged(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    not_as_written(
        path,
        &format!("expected a file as mixup writes it, found {error}"),
    )
}

fn not_as_written(path: &Path, message: &dyn std::fmt::Display) -> Failure {
    Failure::usage(
        format!("{}: {message}", path.display()),
        "start the run anew in another folder",
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

/// Writes `bytes` to a file next to `path` and renames it, so that `path` is never half a file.
///
/// # Errors
/// [`Failure::File`]; then no temporary file is left.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut staging = path.as_os_str().to_owned();
    staging.push(".new");
    let staging = PathBuf::from(staging);
    let write = || {
        let mut file = File::create(&staging)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&staging, path)
    };
    write().map_err(|error| {
        // The failure that matters is the first one.
        let _ = fs::remove_file(&staging);
        Failure::file(path)(error)
    })
}

/// As [`write_whole`], for a file that several processes may write at the same moment: each writes its own
/// temporary file, whose name begins with `prefix`.
///
/// # Errors
/// [`Failure::File`]; then no temporary file is left.
pub(crate) fn write_whole_shared(path: &Path, prefix: &str, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || {
        let mut builder = tempfile::Builder::new();
        builder.prefix(prefix);
        // Temporary files are private by default, but others may read a result.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(Failure::file(path))
}

/// Appends `text` to the file at `path`, which is made if it is missing.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn append(path: &Path, text: &str) -> Result<(), Failure> {
    let file = File::options().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(Failure::file(path))
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

/// The names of what lies in `folder`, in no order.
///
/// # Errors
/// Those of the operating system.
pub(crate) fn names_in(folder: &Path) -> io::Result<Vec<OsString>> {
    let entries = fs::read_dir(folder)?.flatten();
    Ok(entries.map(|entry| entry.file_name()).collect())
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

/// Opens and locks the file at `path`, which is made if it is missing. The lock lasts as long as the file is
/// open. `None` if another process keeps the lock for longer than a killed one would.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn lock(path: &Path) -> Result<Option<File>, Failure> {
    let start = Instant::now();
    loop {
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(Failure::file(path))?;
        // Some network file systems have no locks; there the file counts as locked.
        while let Err(fs::TryLockError::WouldBlock) = file.try_lock() {
            if start.elapsed() > LOCK_PATIENCE {
                return Ok(None);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        if is_at(&file, path) {
            return Ok(Some(file));
        }
    }
}

/// Whether `file` is still the one at `path`: the process that had the lock may have removed it.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let there = fs::metadata(path).map(place).ok();
    there.is_some() && there == file.metadata().map(place).ok()
}

/// An open file cannot be removed on this system.
#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests;
