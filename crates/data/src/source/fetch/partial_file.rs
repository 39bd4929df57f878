//! The unfinished file of a download, in the folder of its destination.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::DataError;
use crate::file::open_regular;

/// An open `<destination>.part`, which only this process writes.
pub(super) struct PartialFile {
    file: File,
    length: u64,
    path: PathBuf,
    destination: PathBuf,
}

impl PartialFile {
    /// Opens the file of an earlier call or creates an empty one, with its folder.
    pub(super) fn open(destination: &Path) -> Result<Self, DataError> {
        let mut name = OsString::from(destination);
        name.push(".part");
        let path = PathBuf::from(name);
        for place in [destination, &path] {
            check_free_or_regular(place)?;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(DataError::io(folder))?;
        }
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(DataError::io(&path))?;
        // Some network file systems have no locks; a download there runs without one.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(DataError::Download {
                reason: format!("{}: another process is writing it", path.display()),
            });
        }
        let length = file.metadata().map_err(DataError::io(&path))?.len();
        Ok(Self {
            file,
            length,
            path,
            destination: destination.into(),
        })
    }

    /// The number of bytes so far.
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// Deletes all bytes.
    pub(super) fn clear(&mut self) -> Result<(), DataError> {
        self.file.set_len(0).map_err(DataError::io(&self.path))?;
        self.length = 0;
        Ok(())
    }

    /// Adds bytes at the end.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), DataError> {
        let end = SeekFrom::Start(self.length);
        self.file
            .seek(end)
            .and_then(|_| self.file.write_all(bytes))
            .map_err(DataError::io(&self.path))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Adds the bytes of the file at `source`, at most `most` and one more.
    pub(super) fn append_file(&mut self, source: &Path, most: u64) -> Result<(), DataError> {
        let (file, _) = open_regular(source, u64::MAX).map_err(DataError::io(source))?;
        let mut file = file.take(most.saturating_add(1));
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match file.read(&mut buffer).map_err(DataError::io(source))? {
                0 => return Ok(()),
                count => self.append(&buffer[..count])?,
            }
        }
    }

    /// SHA-256 of the bytes so far, in lower-case hexadecimal.
    pub(super) fn sha256(&mut self) -> Result<String, DataError> {
        self.file.rewind().map_err(DataError::io(&self.path))?;
        sha256(&mut self.file, &self.path)
    }

    /// Moves the complete and verified file to the destination.
    pub(super) fn publish(self) -> Result<(), DataError> {
        let Self {
            file,
            path,
            destination,
            ..
        } = self;
        file.sync_all().map_err(DataError::io(&path))?;
        // Windows does not move open files.
        drop(file);
        fs::rename(&path, &destination).map_err(DataError::io(&destination))
    }

    /// Keeps the bytes for a later call, or removes the file if it is empty.
    pub(super) fn leave(self) -> Result<(), DataError> {
        let Self {
            file, length, path, ..
        } = self;
        drop(file);
        if length > 0 {
            return Ok(());
        }
        fs::remove_file(&path).map_err(DataError::io(&path))
    }
}

/// Refuses a folder, a pipe or a device at `path`, before anything is downloaded.
fn check_free_or_regular(path: &Path) -> Result<(), DataError> {
    let found = match fs::metadata(path) {
        Ok(about) if about.is_dir() => "a folder",
        Ok(about) if !about.is_file() => "a pipe or a device",
        _ => return Ok(()),
    };
    let error = DataError::format(path, "a file to download to", found);
    Err(error.hinted("name another file with --out"))
}

/// SHA-256 of the file at `path`, in lower-case hexadecimal.
pub(crate) fn sha256_of(path: &Path) -> Result<String, DataError> {
    let (mut file, _) = open_regular(path, u64::MAX).map_err(DataError::io(path))?;
    sha256(&mut file, path)
}

fn sha256(file: &mut File, path: &Path) -> Result<String, DataError> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer).map_err(DataError::io(path))? {
            0 => return Ok(crate::hex(&hash.finalize())),
            count => hash.update(&buffer[..count]),
        }
    }
}
