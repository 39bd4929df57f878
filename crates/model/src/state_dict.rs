//! State dicts as `torch.save` writes them: a zip archive with a pickle and the bytes of each storage.
//!
//! The pickle names tensors: a storage, and how its elements are laid out. It is read as data. Nothing that it names is
//! called or looked up, and what is no tensor, dict, text or number becomes an opaque value.
//!
//! All sizes that a file declares are bounded by its own size. `torch.save` stores without compression, so nothing
//! unpacks to more.

mod archive;
mod choice;
mod input;
mod layout;
mod machine;
mod opcode;
mod reduce;
mod value;

use std::collections::HashMap;
use std::path::Path;

use safetensors::tensor::TensorInfo;

use crate::{ModelError, OtherFile};
use archive::Storages;
use choice::Chosen;
use machine::Machine;

/// The tensors of a state dict, in row-major order.
#[derive(Debug)]
pub(crate) struct StateDict {
    /// Type, shape and place in `data` of each tensor.
    pub(crate) tensors: HashMap<String, TensorInfo>,
    /// The bytes of all tensors.
    pub(crate) data: Vec<u8>,
    /// The text next to the state dict that says how the network was trained.
    pub(crate) note: Option<String>,
    /// The entry of a checkpoint in which the state dict lies; `None` if the file has nothing else.
    pub(crate) entry: Option<&'static str>,
}

/// Why a file holds no state dict.
#[derive(Debug)]
enum Fault {
    /// It cannot be read: what was found.
    Damaged(String),
    /// It is another kind of file.
    Other(OtherFile),
    /// It can be read and has no state dict, or several.
    Unclear {
        /// What was found.
        found: String,
        /// The entry with tensors in which it was found.
        entry: Option<&'static str>,
    },
}

impl Fault {
    fn damaged<T>(found: impl Into<String>) -> Result<T, Self> {
        Err(Self::Damaged(found.into()))
    }

    fn unclear(found: String, entry: Option<&'static str>) -> Self {
        Self::Unclear { found, entry }
    }
}

/// Whether `bytes` begin like the archive that `torch.save` writes.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

impl StateDict {
    /// Reads the `bytes` of the file at `path`, which errors name. `note` is the key of the note.
    ///
    /// # Errors
    /// [`ModelError::Format`] for damaged bytes, [`ModelError::OtherFile`] for a whole module or another object,
    /// TorchScript or another archive, and [`ModelError::Checkpoint`] if no state dict stands out.
    pub(crate) fn parse(path: &Path, bytes: &[u8], note: &str) -> Result<Self, ModelError> {
        let path = || path.to_path_buf();
        Self::of(bytes, note).map_err(|fault| match fault {
            Fault::Damaged(found) => ModelError::Format {
                path: path(),
                found: format!("a file of torch.save with {found}"),
            },
            Fault::Other(kind) => ModelError::OtherFile { path: path(), kind },
            Fault::Unclear { found, entry } => ModelError::Checkpoint {
                path: path(),
                found,
                entry,
            },
        })
    }

    fn of(bytes: &[u8], note: &str) -> Result<Self, Fault> {
        let mut storages = Storages::open(bytes)?;
        let pickle = storages.pickle()?;
        let values = Machine::new(&pickle).run()?;
        let Chosen {
            tensors: chosen,
            note,
            entry,
        } = choice::choose(&values, note)?;
        // A file has each name and each element once. Only a pickle that recalls them would give more, of any length.
        let names: usize = chosen.iter().map(|(name, _)| name.len()).sum();
        if names > bytes.len() {
            return Fault::damaged("longer names of tensors than the file has bytes for");
        }
        let mut tensors = HashMap::new();
        let mut data = vec![];
        for (name, tensor) in chosen {
            let start = data.len();
            let most = bytes.len().saturating_sub(start);
            let storage = storages.bytes_of(tensor.storage)?;
            layout::append(&mut data, tensor, storage, most)
                .map_err(|found| Fault::Damaged(format!("{found} in {}", value::shown(name))))?;
            let info = TensorInfo {
                dtype: tensor.storage.dtype,
                shape: tensor.shape.clone(),
                data_offsets: (start, data.len()),
            };
            tensors.insert(name.to_owned(), info);
        }
        Ok(Self {
            tensors,
            data,
            note,
            entry,
        })
    }
}

#[cfg(test)]
mod tests;
