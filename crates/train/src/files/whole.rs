//! Files that appear whole: under their name lies the old content or the new one, never a part.
//!
//! The new content is written to a second file, which is then renamed. On Linux that file gets a name only when
//! it is complete, so a process that is killed while it writes leaves nothing. It is locked as long as it has
//! that name: the next process that writes the same file removes those which nobody holds.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The end of the name that a file has before it is renamed.
const END: &str = ".new";

/// Makes `bytes` the content of the file at `path`, at once. A link is followed, and a file that exists keeps
/// its permissions. Several processes may write the same file at the same moment.
///
/// # Errors
/// [`Failure::File`]; then the file is as it was, and no other one is left.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_whole_by(path, &mut |file| {
        file.write_all(bytes).map_err(Failure::file(path))
    })
}

/// Writes a file.
pub(crate) type Fill<'a> = dyn FnMut(&mut File) -> Result<(), Failure> + 'a;

/// As [`write_whole`], with the content that `fill` writes to a new file, which it may read again. If the system refuses
/// the first file, it is called once more.
///
/// # Errors
/// [`Failure::File`], and those of `fill`; then the file is as it was, and no other one is left.
pub(crate) fn write_whole_by(path: &Path, fill: &mut Fill<'_>) -> Result<(), Failure> {
    let io = Failure::file(path);
    // A device or a pipe would be replaced by a file.
    super::check_regular_or_missing(path).map_err(&io)?;
    // A name that is a link stays one.
    let linked = fs::canonicalize(path);
    let target = linked.as_deref().unwrap_or(path);
    let permissions = fs::metadata(target).ok().map(|file| file.permissions());
    remove_left(target);
    let staging = staging(target);
    let write = || {
        let file = write_staging(target, &staging, fill, &io)?;
        if let Some(permissions) = permissions {
            file.set_permissions(permissions).map_err(&io)?;
        }
        fs::rename(&staging, target).map_err(&io)
    };
    write().inspect_err(|_| {
        // The failure that matters is the first one.
        let _ = fs::remove_file(&staging);
    })
}

/// Whether a process that was killed while it wrote the file `name` may have left a file called `other`.
pub(crate) fn is_left_of(name: &str, other: &OsStr) -> bool {
    // Version 0.2.0 put nothing between the two.
    is_staging_of(name, other) || other.to_str() == Some(&format!("{name}{END}"))
}

/// Whether `other` is a name that [`staging`] gives the file `name`.
fn is_staging_of(name: &str, other: &OsStr) -> bool {
    let digits = other.to_str().and_then(|other| {
        let rest = other.strip_prefix(name)?.strip_prefix('.')?;
        rest.strip_suffix(END)
    });
    digits.is_some_and(|digits| {
        digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// The folder of the file at `path`.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Removes what processes that were killed have left for the file at `path`. It is no failure of the file
/// itself if that cannot be done.
fn remove_left(path: &Path) {
    let Some(name) = path.file_name().and_then(OsStr::to_str) else {
        return;
    };
    let names = super::names_in(folder_of(path)).unwrap_or_default();
    for left in names.iter().filter(|other| is_staging_of(name, other)) {
        let left = folder_of(path).join(left);
        let is_file = fs::symlink_metadata(&left).is_ok_and(|left| left.is_file());
        if is_file && File::open(&left).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(&left);
        }
    }
}

/// A name next to `path` that nothing else has.
fn staging(path: &Path) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(format!(
        ".{:016x}{END}",
        RandomState::new().build_hasher().finish()
    ));
    name.into()
}

/// The failure of an operation on the file that is replaced.
type Refused<'a> = dyn Fn(io::Error) -> Failure + 'a;

/// A new file at `staging`, which `fill` has written.
#[cfg(target_os = "linux")]
fn write_staging(
    path: &Path,
    staging: &Path,
    fill: &mut Fill<'_>,
    refused: &Refused<'_>,
) -> Result<File, Failure> {
    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};
    use std::os::fd::AsRawFd;

    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    // Network file systems have no files without a name, and a sandbox may have no /proc.
    let Ok(unnamed) = open(folder_of(path), flags, Mode::from_raw_mode(0o666)) else {
        return write_named(staging, fill, refused);
    };
    let mut file = File::from(unnamed);
    fill(&mut file)?;
    file.sync_all().map_err(refused)?;
    // Before it has a name, so that no other process takes it for one that was left.
    let _ = file.try_lock();
    let descriptor = format!("/proc/self/fd/{}", file.as_raw_fd());
    match linkat(CWD, &descriptor, CWD, staging, AtFlags::SYMLINK_FOLLOW) {
        Ok(()) => Ok(file),
        Err(_) => write_named(staging, fill, refused),
    }
}

#[cfg(not(target_os = "linux"))]
fn write_staging(
    _path: &Path,
    staging: &Path,
    fill: &mut Fill<'_>,
    refused: &Refused<'_>,
) -> Result<File, Failure> {
    write_named(staging, fill, refused)
}

fn write_named(
    staging: &Path,
    fill: &mut Fill<'_>,
    refused: &Refused<'_>,
) -> Result<File, Failure> {
    let mut options = File::options();
    let options = options.read(true).write(true).create_new(true);
    let mut file = options.open(staging).map_err(refused)?;
    let _ = file.try_lock();
    fill(&mut file)?;
    file.sync_all().map_err(refused)?;
    Ok(file)
}

#[cfg(test)]
mod tests;
