//! Archives: `.tar.gz`, `.tar` and `.zip`, read in one pass and never unpacked to disk.

mod content_check;
mod entry_names;
mod fault;
mod limited_reader;
mod tar_entries;
mod zip_entries;

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

use crate::DataError;
use crate::file::open_regular;
use crate::source::content::Content;
use crate::source::gzip_members::GzipMembers;
use crate::source::passed_over::{PassedOver, PassedOverCounts};
use content_check::{first_block, is_tar};
use fault::{not_whole, unreadable};
use limited_reader::LimitedReader;

/// The largest archive that is opened, in bytes. Its files are read one after another, so this costs no memory.
const MAX_ARCHIVE_BYTES: u64 = 1 << 40;

/// A kind of archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArchiveKind {
    TarGz,
    Tar,
    Zip,
}

impl fmt::Display for ArchiveKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TarGz => ".tar.gz archive",
            Self::Tar => "tar archive",
            Self::Zip => "ZIP archive",
        })
    }
}

/// An archive, recognised by its first bytes.
pub(crate) struct Archive {
    path: PathBuf,
    kind: ArchiveKind,
    /// Its bytes.
    size: u64,
}

/// Where a file lies in an archive without compression.
pub(crate) struct FilePlace {
    /// Its path within.
    pub(crate) name: PathBuf,
    /// Where its first byte stands in the archive.
    pub(crate) start: u64,
    /// Its length in bytes.
    pub(crate) size: u64,
}

/// Takes one file of an archive: its path within, and its content.
pub(crate) type Visit<'v> = dyn FnMut(&Path, &mut Content<'_>) -> Result<(), DataError> + 'v;

impl Archive {
    /// The archive at `path`; `None` for a file of another kind, whose first bytes are in `start` then.
    ///
    /// # Errors
    /// A file that is not a regular one, has more than 1 TiB or cannot be read.
    pub(crate) fn open(path: &Path, start: &mut Vec<u8>) -> Result<Option<Self>, DataError> {
        let (file, size) = open_regular(path, MAX_ARCHIVE_BYTES).map_err(DataError::io(path))?;
        let mut block = file.take(content_check::BLOCK as u64);
        block.read_to_end(start).map_err(DataError::io(path))?;
        let kind = match start[..] {
            [0x1f, 0x8b, ..] => ArchiveKind::TarGz,
            // An archive without files has only its end.
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => ArchiveKind::Zip,
            _ if is_tar(start) => ArchiveKind::Tar,
            _ => return Ok(None),
        };
        Ok(Some(Self {
            path: path.into(),
            kind,
            size,
        }))
    }

    /// Its kind.
    pub(crate) fn kind(&self) -> ArchiveKind {
        self.kind
    }

    /// The path of the archive.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Calls `visit` for every file, in the order of the archive. What it does not read is not unpacked, if the kind
    /// of archive allows that. Returns what follows the archive in its file.
    ///
    /// # Errors
    /// A truncated or damaged archive; content of more than 100 times its size; an entry that is neither a file nor a
    /// folder, has a name of more than 4,096 bytes, or has an absolute path or one with `..`; and those of `visit`.
    pub(crate) fn each_file(&self, visit: &mut Visit<'_>) -> Result<Vec<PassedOver>, DataError> {
        let path = &self.path;
        let (file, _) = open_regular(path, MAX_ARCHIVE_BYTES).map_err(DataError::io(path))?;
        let mut file = BufReader::with_capacity(1 << 16, file);
        let mut passed_over = PassedOverCounts::default();
        match self.kind {
            ArchiveKind::Zip => zip_entries::read(self, file, visit)?,
            ArchiveKind::Tar => {
                self.check_end()?;
                tar_entries::read(self, LimitedReader::new(&mut file, self.size), visit)?;
            }
            ArchiveKind::TarGz => {
                let after = self.read_packed(file, visit)?;
                if after > 0 {
                    let name = path.file_name().unwrap_or_default();
                    passed_over.add_bytes(after, Path::new(name));
                }
            }
        }
        Ok(passed_over.finish())
    }

    /// Where the files of a tar archive without compression lie in it whose paths are `wanted`; none for another kind.
    /// Contents are not read.
    ///
    /// # Errors
    /// Those of [`each_file`](Self::each_file), and too many wanted files.
    pub(crate) fn places(
        &self,
        wanted: impl Fn(&Path) -> bool,
    ) -> Result<Vec<FilePlace>, DataError> {
        if self.kind != ArchiveKind::Tar {
            return Ok(vec![]);
        }
        self.check_end()?;
        let path = &self.path;
        let (file, _) = open_regular(path, MAX_ARCHIVE_BYTES).map_err(DataError::io(path))?;
        tar_entries::places(self, file, wanted)
    }

    /// Reads a compressed tar archive. Returns how many bytes follow it.
    fn read_packed(
        &self,
        file: BufReader<File>,
        visit: &mut Visit<'_>,
    ) -> Result<usize, DataError> {
        let mut content = LimitedReader::new(GzipMembers::new(file), self.size);
        let first = first_block(self, &mut content)?;
        tar_entries::read(self, first.chain(&mut content), visit)?;
        // Only the end of the stream shows whether the archive is complete and its checksum correct.
        io::copy(&mut content, &mut io::sink()).map_err(unreadable(self))?;
        let after = content.into_inner().trailing_bytes();
        after.map_err(unreadable(self))
    }

    /// Requires a plain tar archive to end with zeros. Without them, it may have been cut between two files.
    fn check_end(&self) -> Result<(), DataError> {
        let (mut file, _) =
            open_regular(&self.path, MAX_ARCHIVE_BYTES).map_err(DataError::io(&self.path))?;
        let mut end = [1; content_check::BLOCK];
        let read = file
            .seek(SeekFrom::End(-(content_check::BLOCK as i64)))
            .and_then(|_| file.read_exact(&mut end));
        read.map_err(DataError::io(&self.path))?;
        match end.iter().all(|&byte| byte == 0) {
            true => Ok(()),
            false => Err(not_whole(self, "one that ends early")),
        }
    }

    /// An entry's path without `./`; refuses paths that lead out of the archive.
    fn safe(&self, name: &Path) -> Result<PathBuf, DataError> {
        let mut path = PathBuf::new();
        for component in name.components() {
            match component {
                Component::Normal(part) => path.push(part),
                Component::CurDir => {}
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                    let found = format!("the entry {name:?}");
                    let expected = "paths inside the archive";
                    return Err(DataError::format(&self.path, expected, found));
                }
            }
        }
        Ok(path)
    }
}

#[cfg(test)]
pub(crate) mod tests;
