//! Weights in the safetensors format, with PyTorch's names and layouts.
//!
//! PyTorch loads such a file with `load_state_dict`. Convolutions are `[out, in, height, width]` and
//! linear layers `[out, in]`. Burn keeps linear layers as `[in, out]`, so their weights are transposed
//! when they are written or read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::tensor::Device;
use safetensors::tensor::{Dtype, Metadata, SafeTensors, View};

use crate::{Architecture, ModelError, Network, NetworkConfig, pytorch};

/// The metadata entry that holds a file's note. There is only one entry, because the format does not
/// order them and equal weights should give equal bytes.
const NOTE: &str = "mixup";

/// What is found instead of a missing tensor.
const MISSING: &str = "no tensor of this name";

/// The end of the name of PyTorch's count of batches, which no computation uses.
const BATCH_COUNT: &str = ".num_batches_tracked";

/// The size of the number at the start of a file, which is the length of its header, in bytes.
const HEADER_LENGTH: usize = 8;

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

/// A safetensors file in memory.
#[derive(Clone, Debug)]
pub struct WeightsFile {
    path: PathBuf,
    header: Metadata,
    /// All tensors; the header has their offsets.
    data: Vec<u8>,
}

impl WeightsFile {
    /// Takes the bytes of the file at `path`, which errors name.
    ///
    /// # Errors
    /// [`ModelError::Format`] if they are not safetensors.
    pub fn parse(path: &Path, mut data: Vec<u8>) -> Result<Self, ModelError> {
        let (length, header) =
            SafeTensors::read_metadata(&data).map_err(|error| ModelError::Format {
                path: path.into(),
                found: format!("other bytes ({error})"),
            })?;
        data.drain(..HEADER_LENGTH + length);
        Ok(Self {
            path: path.into(),
            header,
            data,
        })
    }

    /// The note that the file was written with.
    pub fn note(&self) -> Option<String> {
        self.header.metadata().as_ref()?.get(NOTE).cloned()
    }

    /// The configuration of the network that these weights belong to, and its number of classes.
    ///
    /// A network of this configuration needs no more memory than the file.
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
        self.check_tensors(&config.parameters(classes))?;
        Ok((config, classes))
    }

    /// The number of outputs of a layer, which is the first dimension of its weight.
    fn outputs(&self, weight: &str) -> Result<usize, ModelError> {
        let outputs = self
            .header
            .info(weight)
            .and_then(|info| info.shape.first().copied());
        outputs.ok_or_else(|| self.mismatch(weight.into(), MISSING.into()))
    }

    /// The architecture that misses the fewest tensors. The first one wins a tie.
    fn nearest_architecture(&self) -> Architecture {
        let missing = |name: Architecture| {
            let parameters = NetworkConfig::published(name).parameters(1);
            let missing = parameters
                .iter()
                .filter(|(name, _)| self.header.info(name).is_none());
            missing.count()
        };
        let nearest = Architecture::ALL
            .iter()
            .copied()
            .min_by_key(|name| missing(*name));
        nearest.unwrap_or_default()
    }

    /// `network` with the weights of this file. Clones of `network` keep theirs.
    ///
    /// # Errors
    /// [`ModelError::Mismatch`] unless the file has exactly the tensors of `network`, in f32. It may
    /// also have PyTorch's counts of batches.
    pub fn load_into(&self, network: Network) -> Result<Network, ModelError> {
        let parameters = pytorch::shapes(&network);
        self.check_tensors(&parameters)?;
        let unexpected = self.header.offset_keys().into_iter().find(|name| {
            let known = parameters.iter().any(|(known, _)| known == name);
            !known && !name.ends_with(BATCH_COUNT)
        });
        if let Some(name) = unexpected {
            return Err(self.mismatch("no further tensor".into(), format!("{name:?}")));
        }
        Ok(pytorch::replace(separate(network), |name, _| {
            let (start, end) = self.header.info(name)?.data_offsets;
            let fours = self.data[start..end].chunks_exact(4);
            let value = |four: &[u8]| f32::from_le_bytes([four[0], four[1], four[2], four[3]]);
            Some(fours.map(value).collect())
        }))
    }

    /// Checks that the file has each of these tensors with its shape, in f32 and not empty.
    ///
    /// An empty tensor of any shape needs no bytes, so it could ask for a network of any size.
    fn check_tensors(&self, parameters: &[(String, Vec<usize>)]) -> Result<(), ModelError> {
        for (name, shape) in parameters {
            let refuse = |found| Err(self.mismatch(format!("{name} f32 {shape:?}"), found));
            let Some(info) = self.header.info(name) else {
                return refuse(MISSING.into());
            };
            let fits = info.shape == *shape && info.dtype == Dtype::F32;
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

/// `network` with its own running statistics, which Burn's clones share.
fn separate(network: Network) -> Network {
    let trains = network.devices().iter().any(Device::is_autodiff);
    let separate = network.valid();
    if trains { separate.train() } else { separate }
}

#[cfg(test)]
mod tests;
