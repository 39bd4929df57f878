//! A lock that a process holds by an open file.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// How long a killed process may take to give its lock back.
const PATIENCE: Duration = Duration::from_secs(2);

/// After so many other processes it is this one's turn, whatever the file system says.
const MOST_TURNS: usize = 10_000;

/// A locked file. Dropping it removes the file and gives the lock back.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// Locks the file at `path`, which is made if it is missing. `None` if another process keeps the lock for
    /// longer than a killed one would.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn take(path: &Path) -> Result<Option<Self>, Failure> {
        Self::take_within(path, PATIENCE)
    }

    /// Removes the locked file of a process that was killed, if there is one. The lock of a process that lives
    /// stays.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn remove_left(path: &Path) -> Result<(), Failure> {
        if path.exists() {
            drop(Self::take_within(path, Duration::ZERO)?);
        }
        Ok(())
    }

    /// Whether a process that lives holds the lock of the file at `path`. Nothing is made, removed or kept.
    pub(crate) fn is_held(path: &Path) -> bool {
        // A pipe would be waited for.
        if !fs::metadata(path).is_ok_and(|file| file.is_file()) {
            return false;
        }
        // Two processes that only look do not take each other for one that trains.
        let looked = File::open(path).map(|file| file.try_lock_shared());
        matches!(looked, Ok(Err(fs::TryLockError::WouldBlock)))
    }

    fn take_within(path: &Path, patience: Duration) -> Result<Option<Self>, Failure> {
        let start = Instant::now();
        loop {
            let file = open(path)?;
            // Some network file systems have no locks; there the file counts as locked.
            while let Err(fs::TryLockError::WouldBlock) = file.try_lock() {
                if start.elapsed() >= patience {
                    return Ok(None);
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            // The process that had the lock may have removed the file.
            if is_at(&file, path) {
                let path = path.to_owned();
                return Ok(Some(Self { path, file }));
            }
            // On some file systems a file never has the same number twice.
            if start.elapsed() >= PATIENCE {
                return Ok(None);
            }
        }
    }

    /// Whether the locked file is still at its path. It is not if its folder was removed, also if another
    /// folder has taken its place.
    pub(crate) fn is_in_place(&self) -> bool {
        is_at(&self.file, &self.path)
    }
}

/// Waits until no other process has the file at `path`, which is made if it is missing. The turn lasts as long as
/// the file is open; meanwhile the file may be replaced.
///
/// # Errors
/// [`Failure::File`].
pub(super) fn wait_for_turn(path: &Path) -> Result<File, Failure> {
    let mut turns = 0..MOST_TURNS;
    loop {
        let file = open(path)?;
        // Some network file systems have no locks.
        let is_locked = file.lock().is_ok();
        // The process that had its turn has replaced the file.
        if !is_locked || is_at(&file, path) || turns.next().is_none() {
            return Ok(file);
        }
    }
}

/// Opens the file at `path`, which is made if it is missing.
fn open(path: &Path) -> Result<File, Failure> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    super::check_regular_or_missing(path)
        .and_then(|()| options.open(path))
        .map_err(Failure::file(path))
}

/// Whether `file` is still the one at `path`.
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

impl Drop for Lock {
    fn drop(&mut self) {
        // Another process may have made the folder anew, and its lock is not ours. A file that stays is
        // taken over by the next process.
        if self.is_in_place() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder for a test, and the path of a lock in it.
    fn place() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        (folder, path)
    }

    #[test]
    fn a_second_lock_is_refused_until_the_first_is_given_back() {
        let (_folder, path) = place();
        let first = Lock::take(&path).unwrap().unwrap();
        assert!(Lock::take(&path).unwrap().is_none());
        drop(first);
        assert!(Lock::take(&path).unwrap().is_some());
    }

    #[test]
    fn a_lock_that_is_given_back_leaves_no_file() {
        let (_folder, path) = place();
        drop(Lock::take(&path).unwrap().unwrap());
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_whose_folder_was_made_anew_notices_and_leaves_the_other() {
        let (folder, _) = place();
        let home = folder.path().join("run");
        fs::create_dir(&home).unwrap();
        let first = Lock::take(&home.join("lock")).unwrap().unwrap();
        assert!(first.is_in_place());
        fs::remove_dir_all(&home).unwrap();
        assert!(!first.is_in_place());
        fs::create_dir(&home).unwrap();
        let second = Lock::take(&home.join("lock")).unwrap().unwrap();
        assert!(!first.is_in_place());
        drop(first);
        assert!(second.is_in_place());
    }

    #[test]
    fn only_a_lock_that_nobody_holds_is_removed() {
        let (_folder, path) = place();
        let held = Lock::take(&path).unwrap().unwrap();
        Lock::remove_left(&path).unwrap();
        assert!(held.is_in_place());
        drop(held);
        fs::write(&path, "").unwrap();
        Lock::remove_left(&path).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_held_lock_is_seen_without_a_change() {
        let (folder, path) = place();
        assert!(!Lock::is_held(&path));
        assert!(!path.exists());
        let held = Lock::take(&path).unwrap().unwrap();
        assert!(Lock::is_held(&path));
        drop(held);
        fs::write(&path, "").unwrap();
        assert!(!Lock::is_held(&path));
        assert!(path.exists());
        assert!(!Lock::is_held(folder.path()));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let (_folder, path) = place();
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let failure = Lock::take(&path).unwrap_err();
        assert!(
            failure.to_string().contains("expected a regular file"),
            "{failure}"
        );
    }
}
