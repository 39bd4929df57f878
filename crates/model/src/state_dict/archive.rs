//! The zip archive of `torch.save`: `NAME/data.pkl`, `NAME/data/KEY` for each storage, and a few small entries.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::Fault;
use super::value::{Storage, shown};
use crate::OtherFile;

/// The longest pickle that is read, in bytes. That of the largest network here has 60,000, with its optimizer 250,000.
const MAX_PICKLE: usize = 8 << 20;

/// The entries of an archive in memory.
pub(super) struct Storages<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// What comes before `data.pkl` in the names of all entries, with the stroke.
    folder: String,
    /// The storages that were read, by their keys.
    read: HashMap<String, Vec<u8>>,
    /// How many bytes of entries may still be read: in all those of the file. Entries may overlap.
    left: usize,
}

impl<'b> Storages<'b> {
    /// Looks at the entries of the archive in `bytes`.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Fault> {
        // Looking for bytes before the archive would fail: PyTorch writes 76 bytes between directory and end that the
        // search takes for the first entry of the directory, if that has 76 bytes, too.
        let whole = Config {
            archive_offset: ArchiveOffset::Known(0),
        };
        let zip = ZipArchive::with_config(whole, Cursor::new(bytes)).map_err(damaged)?;
        let names = || zip.file_names_raw();
        let folder = names().find_map(|name| {
            let folder = name.strip_suffix(b"data.pkl")?;
            let is_folder = folder.is_empty() || folder.ends_with(b"/");
            is_folder.then(|| std::str::from_utf8(folder).ok())?
        });
        let Some(folder) = folder.map(str::to_owned) else {
            return Err(Fault::Other(OtherFile::Zip));
        };
        let script = ["code/", "constants.pkl"].map(|name| format!("{folder}{name}"));
        if names().any(|name| {
            script
                .iter()
                .any(|start| name.starts_with(start.as_bytes()))
        }) {
            return Err(Fault::Other(OtherFile::TorchScript));
        }
        Ok(Self {
            zip,
            folder,
            read: HashMap::new(),
            left: bytes.len(),
        })
    }

    /// The bytes of the pickle.
    pub(super) fn pickle(&mut self) -> Result<Vec<u8>, Fault> {
        if let Some(index) = self
            .zip
            .index_for_name(&format!("{}byteorder", self.folder))
        {
            let order = self.entry(index, "byteorder", 16)?;
            if order != b"little" {
                return Fault::damaged("numbers that do not begin with their lowest byte");
            }
        }
        match self.zip.index_for_name(&format!("{}data.pkl", self.folder)) {
            Some(index) => self.entry(index, "data.pkl", MAX_PICKLE),
            None => Fault::damaged("no data.pkl"),
        }
    }

    /// The bytes of a storage.
    pub(super) fn bytes_of(&mut self, storage: Storage<'_>) -> Result<&[u8], Fault> {
        if !self.read.contains_key(storage.key) {
            let bytes = self.storage(storage)?;
            self.read.insert(storage.key.to_owned(), bytes);
        }
        Ok(&self.read[storage.key])
    }

    fn storage(&mut self, storage: Storage<'_>) -> Result<Vec<u8>, Fault> {
        let name = format!("data/{}", storage.key);
        let Some(index) = self.zip.index_for_name(&format!("{}{name}", self.folder)) else {
            return Fault::damaged(format!("no entry {}", shown(&name)));
        };
        let bytes = self.entry(index, &name, self.left)?;
        let size = storage.dtype.bitsize() / 8;
        if storage.length.checked_mul(size) != Some(bytes.len()) {
            return Fault::damaged(format!(
                "{} bytes in {} for {} elements",
                bytes.len(),
                shown(&name),
                storage.length
            ));
        }
        Ok(bytes)
    }

    /// The bytes of an entry, at most `most`. Its checksum is checked.
    fn entry(&mut self, index: usize, name: &str, most: usize) -> Result<Vec<u8>, Fault> {
        let mut entry = self.zip.by_index(index).map_err(damaged)?;
        if entry.compression() != CompressionMethod::Stored {
            return Fault::damaged(format!(
                "a compressed entry {}, which torch.save does not write",
                shown(name)
            ));
        }
        let most = most.min(self.left) as u64;
        if entry.size() > most {
            return Fault::damaged(format!(
                "an entry {} of {} bytes (at most {most} are read)",
                shown(name),
                entry.size()
            ));
        }
        let mut bytes = vec![];
        let read = entry.by_ref().take(most + 1).read_to_end(&mut bytes);
        read.map_err(|error| damaged(error.into()))?;
        self.left = self.left.saturating_sub(bytes.len());
        Ok(bytes)
    }
}

fn damaged(error: ZipError) -> Fault {
    Fault::Damaged(format!("a damaged archive ({})", shown(&error.to_string())))
}
