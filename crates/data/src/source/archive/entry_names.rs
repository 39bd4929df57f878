//! The names of a tar archive's entries, of a limited length.
//!
//! A header has room for 256 bytes of a name. Longer names stand in an entry of their own, before the entry that
//! they name: GNU's `L`, or the records of PAX. Such an entry says itself how long it is, so it is checked before
//! it is read.

use std::io::Read;
use std::path::{Path, PathBuf};

use tar::{Entry, EntryType, PaxExtensions};

use super::Archive;
use super::fault::unreadable;
use crate::DataError;

/// The longest name of an entry, in bytes; Linux allows paths of this length.
const MAX_NAME_BYTES: u64 = 4096;
/// The longest records of one entry, in bytes. They also hold what file systems add to files.
const MAX_RECORD_BYTES: u64 = 1 << 20;

/// What the entries so far say about the next one.
#[derive(Default)]
pub(super) struct EntryNames {
    long: Option<Vec<u8>>,
    records: Option<Vec<u8>>,
}

impl EntryNames {
    /// Reads `entry` if it only describes the next one, and returns whether it does.
    ///
    /// # Errors
    /// A name of more than 4,096 bytes, records of more than 1 MiB, a second name for one entry, and an entry that
    /// cannot be read.
    pub(super) fn take_in(
        &mut self,
        archive: &Archive,
        entry: &mut Entry<'_, impl Read>,
    ) -> Result<bool, DataError> {
        let (place, limit, what) = match entry.header().entry_type() {
            // The terminating zero is counted.
            EntryType::GNULongName => (&mut self.long, MAX_NAME_BYTES + 1, "a name"),
            EntryType::XHeader => (&mut self.records, MAX_RECORD_BYTES, "records"),
            // The target of a link; links are refused.
            EntryType::GNULongLink => return Ok(true),
            _ => return Ok(false),
        };
        if entry.size() > limit {
            return Err(DataError::format(
                archive.path(),
                format!("{what} of an entry of at most {limit} bytes"),
                entry.size().to_string(),
            ));
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(unreadable(archive))?;
        if place.replace(bytes).is_some() {
            let expected = format!("{what} of an entry once");
            return Err(DataError::format(archive.path(), expected, "it twice"));
        }
        Ok(true)
    }

    /// Returns the name of `entry`, and forgets what described it.
    ///
    /// # Errors
    /// A name of more than 4,096 bytes, and records that give the entry another size than its header does.
    pub(super) fn name_of(
        &mut self,
        archive: &Path,
        entry: &Entry<'_, impl Read>,
    ) -> Result<PathBuf, DataError> {
        let records = self.records.take().unwrap_or_default();
        let record = |key: &[u8]| {
            let records = PaxExtensions::new(&records).filter_map(Result::ok);
            let mut found = records.filter(|record| record.key_bytes() == key);
            found.next().map(|record| record.value_bytes().to_vec())
        };
        // Readers disagree about which of two sizes holds.
        if let Some(size) = record(b"size")
            && size != entry.size().to_string().as_bytes()
        {
            let expected = format!("one size of an entry ({})", entry.size());
            let found = format!("also {}", String::from_utf8_lossy(&size));
            return Err(DataError::format(archive, expected, found));
        }
        let name = match self.long.take() {
            Some(mut name) => {
                if name.last() == Some(&0) {
                    name.pop();
                }
                name
            }
            None => record(b"path").unwrap_or_else(|| entry.path_bytes().into_owned()),
        };
        if name.len() as u64 > MAX_NAME_BYTES {
            let expected = format!("a name of an entry of at most {MAX_NAME_BYTES} bytes");
            return Err(DataError::format(archive, expected, name.len().to_string()));
        }
        // The names of CIFAR-10's files are ASCII, and others are only shown.
        Ok(PathBuf::from(String::from_utf8_lossy(&name).into_owned()))
    }

    /// Checks that nothing describes an entry that did not come.
    ///
    /// # Errors
    /// A description that is the last entry.
    pub(super) fn finish(self, archive: &Path) -> Result<(), DataError> {
        if self.long.is_none() && self.records.is_none() {
            return Ok(());
        }
        Err(DataError::format(
            archive,
            "an entry after its name",
            "none",
        ))
    }
}

#[cfg(test)]
mod tests;
