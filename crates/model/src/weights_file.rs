//! Weights with PyTorch's names and layouts: written as safetensors, read also as `torch.save` writes them.
//!
//! PyTorch loads such a file with `load_state_dict`. Convolutions are `[out, in, height, width]` and
//! linear layers `[out, in]`. Burn keeps linear layers as `[in, out]`, so their weights are transposed
//! when they are written or read.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::tensor::Device;
use safetensors::tensor::{Dtype, SafeTensors, TensorInfo, View};

use crate::state_dict::{self, StateDict};
use crate::{
    Architecture, ModelError, Network, NetworkConfig, OtherFile, PUBLISHED_INPUT, pytorch,
};

mod input;
mod start;
mod values;
mod wrappers;

pub use start::StartTensors;

/// The metadata entry that holds a file's note. There is only one entry, because the format does not
/// order them and equal weights should give equal bytes.
const NOTE: &str = "mixup";

/// What is found instead of a missing tensor.
const MISSING: &str = "no tensor of this name";

/// The end of the name of PyTorch's count of batches, which no computation uses.
const BATCH_COUNT: &str = ".num_batches_tracked";

/// The size of the number at the start of a file, which is the length of its header, in bytes.
const HEADER_LENGTH: usize = 8;

/// The longest header that is read, in bytes: room for ten thousand tensors. The largest network here has
/// 267, and reading a header takes far longer than its bytes suggest.
const MAX_HEADER: u64 = 1 << 20;

/// A tensor to write, as little-endian f32.
struct TensorBytes {
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl View for TensorBytes {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

impl Network {
    /// The bytes of a safetensors file with these weights and the caller's note.
    ///
    /// The same weights and note give the same bytes.
    pub fn to_safetensors(&self, note: Option<&str>) -> Vec<u8> {
        let tensors = pytorch::tensors(self)
            .into_iter()
            .map(|(name, shape, values)| {
                let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
                (name, TensorBytes { shape, bytes })
            });
        let metadata = note.map(|note| HashMap::from([(NOTE.to_owned(), note.to_owned())]));
        safetensors::serialize(tensors, metadata).expect("names are unique and the header is small")
    }
}

/// A weights file in memory.
#[derive(Clone, Debug)]
pub struct WeightsFile {
    path: PathBuf,
    note: Option<String>,
    entry: Option<&'static str>,
    /// Type, shape and place in `data` of each tensor.
    tensors: HashMap<String, TensorInfo>,
    /// The bytes of all tensors.
    data: Vec<u8>,
}

impl WeightsFile {
    /// Takes the bytes of the file at `path`, which errors name: safetensors, or a state dict of `torch.save`. Names
    /// lose the prefixes `module.`, `_orig_mod.` and `model.` if all have them.
    ///
    /// # Errors
    /// [`ModelError::Format`] or [`ModelError::OtherFile`] if they are neither of these, or if the header of
    /// safetensors is longer than 1 MiB; [`ModelError::Checkpoint`] if `torch.save` wrote something else.
    pub fn parse(path: &Path, data: Vec<u8>) -> Result<Self, ModelError> {
        if !state_dict::is_archive(&data) {
            return Self::parse_safetensors(path, data);
        }
        let read = StateDict::parse(path, &data, NOTE)?;
        Ok(Self {
            path: path.into(),
            note: read.note,
            entry: read.entry,
            tensors: wrappers::taken_off(read.tensors),
            data: read.data,
        })
    }

    fn parse_safetensors(path: &Path, mut data: Vec<u8>) -> Result<Self, ModelError> {
        let refuse = |found| ModelError::Format {
            path: path.into(),
            found,
        };
        if let Some(length) = header_length(&data).filter(|length| *length > MAX_HEADER) {
            return Err(refuse(format!(
                "a header of {length} bytes (at most {MAX_HEADER} are read)"
            )));
        }
        let (length, header) =
            SafeTensors::read_metadata(&data).map_err(|error| match OtherFile::of(&data) {
                Some(kind) => ModelError::OtherFile {
                    path: path.into(),
                    kind,
                },
                None => refuse(format!("other bytes ({error})")),
            })?;
        let tensors = header.tensors().into_iter();
        let tensors = tensors.map(|(name, info)| (name, info.clone())).collect();
        let metadata = header.metadata().as_ref();
        data.drain(..HEADER_LENGTH + length);
        Ok(Self {
            path: path.into(),
            note: metadata.and_then(|metadata| metadata.get(NOTE).cloned()),
            entry: None,
            tensors: wrappers::taken_off(tensors),
            data,
        })
    }

    /// The note that the file was written with.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The entry of a checkpoint that was taken, such as `state_dict`. `None` if the file is nothing but weights.
    pub fn entry(&self) -> Option<&'static str> {
        self.entry
    }

    /// Whether the file has weights in f64. They are rounded to f32 when they are loaded.
    pub fn has_doubles(&self) -> bool {
        let mut tensors = self.tensors.values();
        tensors.any(|info| info.dtype == Dtype::F64)
    }

    /// The types shorter than f32 in which the file has weights, in words. They are widened when they are
    /// loaded. `None` if there is no such type.
    pub fn short_types(&self) -> Option<&'static str> {
        let has = |dtype| self.tensors.values().any(|info| info.dtype == dtype);
        match (has(Dtype::F16), has(Dtype::BF16)) {
            (false, false) => None,
            (true, false) => Some("f16"),
            (false, true) => Some("bf16"),
            (true, true) => Some("f16 and bf16"),
        }
    }

    /// The configuration of the network that these weights belong to, and its number of classes.
    ///
    /// The weights of such a network take at most twice the bytes of the file: it has all of them, and f16 becomes f32.
    ///
    /// # Errors
    /// [`ModelError::Mismatch`] if a tensor is missing or does not fit the others.
    pub fn config(&self) -> Result<(NetworkConfig, usize), ModelError> {
        let name = self.nearest_architecture();
        let info = name.info();
        let widths = info.widths.iter().map(|(weight, _)| self.outputs(weight));
        let hidden = info.hidden.map(|(weight, _)| self.outputs(weight));
        let config = NetworkConfig {
            name,
            widths: widths.collect::<Result<_, _>>()?,
            hidden: hidden.transpose()?,
        };
        let classes = self.outputs(info.classes)?;
        config.check().map_err(|invalid| {
            let expected = format!("{} in {}", invalid.expected, invalid.key);
            self.mismatch(expected, invalid.found)
        })?;
        let layers = Network::layers(
            &config,
            self.first_and_last(&config),
            classes,
            &Device::flex(),
        );
        self.check_tensors(&pytorch::shapes(&layers))?;
        Ok((config, classes))
    }

    /// The number of outputs of a layer, which is the first dimension of its weight.
    fn outputs(&self, weight: &str) -> Result<usize, ModelError> {
        let outputs = self
            .tensors
            .get(weight)
            .and_then(|info| info.shape.first().copied());
        outputs.ok_or_else(|| self.mismatch(weight.into(), MISSING.into()))
    }

    /// The architecture whose names are those of the file but for the fewest, missing or too many: a ResNet-50 has all
    /// names of a ResNet-18. The first one wins a tie.
    fn nearest_architecture(&self) -> Architecture {
        let distance = |name: Architecture| {
            let parameters = NetworkConfig::published(name).parameters(PUBLISHED_INPUT, 1);
            let (present, missing): (Vec<_>, Vec<_>) = parameters
                .iter()
                .partition(|(name, _)| self.tensors.contains_key(name));
            missing.len() + self.tensors.len() - present.len()
        };
        let nearest = Architecture::ALL
            .iter()
            .copied()
            .min_by_key(|name| distance(*name));
        nearest.unwrap_or_default()
    }

    /// `network` with the weights of this file. Clones of `network` keep theirs.
    ///
    /// # Errors
    /// [`ModelError::Mismatch`] unless the file has exactly the tensors of `network`, in f32, f16, bf16 or f64,
    /// with finite values and no negative variance. It may also have PyTorch's counts of batches.
    pub fn load_into(&self, network: Network) -> Result<Network, ModelError> {
        let parameters = pytorch::shapes(&network);
        self.check_tensors(&parameters)?;
        self.check_no_more(&parameters)?;
        self.with_tensors(network, parameters.into_iter().map(|(name, _)| name))
    }

    /// `network` with the values of these tensors, which [`check_tensors`](Self::check_tensors) has found.
    fn with_tensors(
        &self,
        network: Network,
        names: impl IntoIterator<Item = String>,
    ) -> Result<Network, ModelError> {
        let mut loaded = HashMap::new();
        for name in names {
            let values = self.values(&name)?;
            loaded.insert(name, values);
        }
        Ok(pytorch::replace(separate(network), |name, _| {
            loaded.remove(name)
        }))
    }

    /// The values of a tensor that [`check_tensors`](Self::check_tensors) has found.
    fn values(&self, name: &str) -> Result<Vec<f32>, ModelError> {
        let info = self.tensors.get(name);
        let info = info.ok_or_else(|| self.mismatch(name.into(), MISSING.into()))?;
        let (start, end) = info.data_offsets;
        let values = values::to_f32(info.dtype, &self.data[start..end]);
        let is_variance = pytorch::is_variance(name);
        if let Some(fault) = values::fault(&values, is_variance) {
            let words = if is_variance {
                "finite variances from 0"
            } else {
                "finite numbers"
            };
            return Err(self.mismatch(format!("{words} in {name}"), fault));
        }
        Ok(values)
    }

    /// Checks that the file has no tensors but these and PyTorch's counts of batches.
    fn check_no_more(&self, parameters: &[(String, Vec<usize>)]) -> Result<(), ModelError> {
        let known: HashSet<&str> = parameters.iter().map(|(name, _)| name.as_str()).collect();
        let unexpected = self
            .tensors
            .iter()
            .filter(|(name, _)| !known.contains(name.as_str()) && !name.ends_with(BATCH_COUNT));
        // The first in the file; tensors without values share a place.
        match unexpected.min_by_key(|(name, info)| (info.data_offsets, *name)) {
            None => Ok(()),
            Some((name, _)) => Err(self.mismatch("no further tensor".into(), format!("{name:?}"))),
        }
    }

    /// Checks that the file has each of these tensors with its shape, in a type that is read and not empty.
    ///
    /// An empty tensor of any shape needs no bytes, so it could ask for a network of any size.
    fn check_tensors(&self, parameters: &[(String, Vec<usize>)]) -> Result<(), ModelError> {
        for (name, shape) in parameters {
            let refuse = |found| Err(self.mismatch(format!("{name} f32 {shape:?}"), found));
            let Some(info) = self.tensors.get(name) else {
                return refuse(MISSING.into());
            };
            let fits = info.shape == *shape && values::is_readable(info.dtype);
            if !fits || shape.contains(&0) {
                let dtype = format!("{:?}", info.dtype).to_lowercase();
                return refuse(format!("{dtype} {:?}", info.shape));
            }
        }
        Ok(())
    }

    fn mismatch(&self, expected: String, found: String) -> ModelError {
        ModelError::Mismatch {
            path: self.path.clone(),
            expected,
            found,
        }
    }
}

/// The length of the header in bytes, if `data` looks like safetensors.
fn header_length(data: &[u8]) -> Option<u64> {
    let (length, rest) = data.split_first_chunk::<HEADER_LENGTH>()?;
    rest.starts_with(b"{").then(|| u64::from_le_bytes(*length))
}

/// `network` with its own running statistics, which Burn's clones share.
fn separate(network: Network) -> Network {
    let trains = network.devices().iter().any(Device::is_autodiff);
    let separate = network.valid();
    if trains { separate.train() } else { separate }
}

#[cfg(test)]
mod tests;
