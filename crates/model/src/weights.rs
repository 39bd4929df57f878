//! Weights to and from safetensors, with PyTorch's names and layouts.
//!
//! A PyTorch user loads such a file with `load_state_dict`: convolutions are
//! `[out, in, height, width]`, linear layers `[out, in]`. Burn keeps linear layers as `[in, out]`,
//! so their weights are transposed on the way.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use burn::module::Param;
use burn::nn::Linear;
use burn::nn::conv::Conv2d;
use burn::tensor::{Tensor, TensorData};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::{Cnn, CnnConfig, ModelError};

/// The metadata entry that holds a file's note. One entry only, for the format does not order them.
const NOTE: &str = "mixup";

/// One tensor in PyTorch's layout.
struct Entry {
    name: String,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Entry {
    fn new<const D: usize>(layer: &str, part: &str, tensor: Tensor<D>) -> Self {
        let shape = tensor.dims().to_vec();
        let values: Vec<f32> = tensor
            .into_data()
            .convert::<f32>()
            .try_into_vec()
            .expect("converted to f32");
        Self {
            name: format!("{layer}.{part}"),
            shape,
            bytes: values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
        }
    }
}

impl Cnn {
    /// The bytes of a safetensors file with these weights and a note of the caller's.
    ///
    /// The same weights and note give the same bytes.
    pub fn to_safetensors(&self, note: Option<&str>) -> Vec<u8> {
        let entries = self.entries();
        let views = entries.iter().map(|entry| {
            let view = TensorView::new(Dtype::F32, entry.shape.clone(), &entry.bytes)
                .expect("four bytes for each value of the shape");
            (entry.name.as_str(), view)
        });
        let metadata = note.map(|note| HashMap::from([(NOTE.to_owned(), note.to_owned())]));
        safetensors::serialize(views, metadata).expect("names are unique and sizes are small")
    }

    /// Every tensor, in the order of the layers.
    fn entries(&self) -> Vec<Entry> {
        let convolutions = [
            ("conv11", &self.conv11),
            ("conv12", &self.conv12),
            ("conv21", &self.conv21),
            ("conv22", &self.conv22),
        ];
        let mut entries = vec![];
        for (name, layer) in convolutions {
            entries.push(Entry::new(name, "weight", layer.weight.val()));
            entries.extend(bias(name, layer.bias.as_ref()));
        }
        for (name, layer) in [("fc1", &self.fc1), ("fc2", &self.fc2)] {
            entries.push(Entry::new(name, "weight", layer.weight.val().transpose()));
            entries.extend(bias(name, layer.bias.as_ref()));
        }
        entries
    }
}

fn bias(layer: &str, bias: Option<&Param<Tensor<1>>>) -> Option<Entry> {
    bias.map(|bias| Entry::new(layer, "bias", bias.val()))
}

/// A safetensors file in memory.
#[derive(Clone, Debug)]
pub struct WeightsFile {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl WeightsFile {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`ModelError`] where it cannot be read or is not safetensors.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let bytes = std::fs::read(path).map_err(|source| ModelError::Io {
            path: path.into(),
            source,
        })?;
        let format = |error| ModelError::Format {
            path: path.into(),
            found: format!("other bytes ({error})"),
        };
        SafeTensors::deserialize(&bytes).map_err(format)?;
        Ok(Self {
            path: path.into(),
            bytes,
        })
    }

    /// The note that the file was written with.
    pub fn note(&self) -> Option<String> {
        let (_, metadata) = SafeTensors::read_metadata(&self.bytes).ok()?;
        metadata.metadata().as_ref()?.get(NOTE).cloned()
    }

    /// The shape of the network that these weights belong to, and its number of classes.
    ///
    /// # Errors
    /// [`ModelError::Mismatch`] where a tensor is missing, or does not fit the others: so a network of
    /// this shape needs no more memory than the file.
    pub fn config(&self) -> Result<(CnnConfig, usize), ModelError> {
        let outputs = |name: &str| match self.tensors().tensor(name) {
            Ok(view) if !view.shape().is_empty() => Ok(view.shape()[0]),
            _ => Err(self.mismatch(name.into(), "no tensor of this name".into())),
        };
        let config = CnnConfig {
            widths: [outputs("conv11.weight")?, outputs("conv21.weight")?],
            hidden: outputs("fc1.weight")?,
        };
        let classes = outputs("fc2.weight")?;
        for (name, shape) in config.parameters(classes) {
            let found = self
                .tensors()
                .tensor(&name)
                .map(|view| view.shape().to_vec());
            let expected = || format!("{name} f32 {shape:?}");
            match found {
                Ok(found) if found == shape && !found.contains(&0) => {}
                Ok(found) => return Err(self.mismatch(expected(), format!("{found:?}"))),
                Err(_) => {
                    return Err(self.mismatch(expected(), "no tensor of this name".into()));
                }
            }
        }
        Ok((config, classes))
    }

    /// `cnn` with the weights of this file.
    ///
    /// # Errors
    /// [`ModelError::Mismatch`] where the file does not hold exactly the tensors of `cnn`, in f32.
    pub fn load_into(&self, cnn: Cnn) -> Result<Cnn, ModelError> {
        let cnn = Cnn {
            conv11: self.conv2d("conv11", cnn.conv11)?,
            conv12: self.conv2d("conv12", cnn.conv12)?,
            conv21: self.conv2d("conv21", cnn.conv21)?,
            conv22: self.conv2d("conv22", cnn.conv22)?,
            fc1: self.linear("fc1", cnn.fc1)?,
            fc2: self.linear("fc2", cnn.fc2)?,
            precision: cnn.precision,
        };
        let known: Vec<String> = cnn.entries().into_iter().map(|entry| entry.name).collect();
        let tensors = self.tensors();
        let mut names = tensors.names();
        names.retain(|name| !known.iter().any(|known| known == name));
        match names.first() {
            None => Ok(cnn),
            Some(name) => Err(self.mismatch("no further tensor".into(), format!("{name:?}"))),
        }
    }

    fn tensors(&self) -> SafeTensors<'_> {
        SafeTensors::deserialize(&self.bytes).expect("parsed when it was opened")
    }

    fn conv2d(&self, name: &str, layer: Conv2d) -> Result<Conv2d, ModelError> {
        Ok(Conv2d {
            weight: self.param(&format!("{name}.weight"), &layer.weight)?,
            bias: self.bias(name, layer.bias.as_ref())?,
            ..layer
        })
    }

    fn linear(&self, name: &str, layer: Linear) -> Result<Linear, ModelError> {
        let [inputs, outputs] = layer.weight.dims();
        let device = &layer.weight.val().device();
        let values = self.values(&format!("{name}.weight"), [outputs, inputs])?;
        let transposed = Tensor::<2>::from_data(values, device).transpose();
        Ok(Linear {
            // Through the host, so that the parameter is contiguous, as a fresh one is.
            weight: Param::from_data(transposed.into_data(), device),
            bias: self.bias(name, layer.bias.as_ref())?,
        })
    }

    fn bias(
        &self,
        layer: &str,
        bias: Option<&Param<Tensor<1>>>,
    ) -> Result<Option<Param<Tensor<1>>>, ModelError> {
        bias.map(|bias| self.param(&format!("{layer}.bias"), bias))
            .transpose()
    }

    /// A parameter with the file's values of `name`, in the shape and on the device of `like`.
    fn param<const D: usize>(
        &self,
        name: &str,
        like: &Param<Tensor<D>>,
    ) -> Result<Param<Tensor<D>>, ModelError> {
        let values = self.values(name, like.dims())?;
        Ok(Param::from_data(values, &like.val().device()))
    }

    /// The file's values of `name`, which must be f32 of this `shape`.
    fn values<const D: usize>(
        &self,
        name: &str,
        shape: [usize; D],
    ) -> Result<TensorData, ModelError> {
        let tensors = self.tensors();
        let refuse = |found| self.mismatch(format!("{name} f32 {shape:?}"), found);
        let view = tensors
            .tensor(name)
            .map_err(|_| refuse("no tensor of this name".into()))?;
        if view.shape() != shape || view.dtype() != Dtype::F32 {
            let dtype = format!("{:?}", view.dtype()).to_lowercase();
            return Err(refuse(format!("{dtype} {:?}", view.shape())));
        }
        let fours = view.data().chunks_exact(4);
        let values: Vec<f32> = fours
            .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
            .collect();
        Ok(TensorData::new(values, shape))
    }

    fn mismatch(&self, expected: String, found: String) -> ModelError {
        ModelError::Mismatch {
            path: self.path.clone(),
            expected,
            found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    const SMALL: CnnConfig = CnnConfig {
        widths: [4, 8],
        hidden: 16,
    };

    fn cnn(config: CnnConfig, classes: usize, seed: u64) -> Cnn {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        config.init(classes, &mut rng, &Device::flex())
    }

    fn logits(cnn: &Cnn) -> Vec<f32> {
        let images = Tensor::ones([1, 3, 32, 32], &Device::flex()) * 0.5;
        cnn.forward(images).into_data().try_to_vec().unwrap()
    }

    fn saved(cnn: &Cnn) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), cnn.to_safetensors(None)).unwrap();
        file
    }

    fn load(cnn: Cnn, path: &Path) -> Result<Cnn, ModelError> {
        WeightsFile::open(path)?.load_into(cnn)
    }

    #[test]
    fn a_note_is_read_back() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let cnn = cnn(SMALL, 10, 1);
        std::fs::write(file.path(), cnn.to_safetensors(Some("of epoch 3"))).unwrap();
        let note = WeightsFile::open(file.path()).unwrap().note();
        assert_eq!(note.as_deref(), Some("of epoch 3"));
        assert_eq!(WeightsFile::open(saved(&cnn).path()).unwrap().note(), None);
    }

    #[test]
    fn saved_weights_load_into_a_network_of_another_seed() {
        let original = cnn(SMALL, 10, 1);
        let file = saved(&original);
        let other = cnn(SMALL, 10, 2);
        assert_ne!(logits(&other), logits(&original));
        let opened = WeightsFile::open(file.path()).unwrap();
        assert_eq!(opened.config().unwrap(), (SMALL, 10));
        let loaded = opened.load_into(other).unwrap();
        assert_eq!(logits(&loaded), logits(&original));
        assert_eq!(loaded.to_safetensors(None), original.to_safetensors(None));
    }

    #[test]
    fn names_and_layouts_are_pytorch_s() {
        let bytes = cnn(CnnConfig::default(), 10, 1).to_safetensors(None);
        let file = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(file.len(), 12);
        for (name, shape) in [
            ("conv11.weight", &[64, 3, 3, 3][..]),
            ("conv22.bias", &[128]),
            ("fc1.weight", &[256, 3200]),
            ("fc2.weight", &[10, 256]),
        ] {
            assert_eq!(file.tensor(name).unwrap().shape(), shape);
        }
    }

    #[test]
    fn weights_of_another_shape_are_refused_by_name() {
        let file = saved(&cnn(SMALL, 10, 1));
        let message = load(cnn(SMALL, 7, 1), file.path()).unwrap_err().to_string();
        assert!(
            message.ends_with("expected fc2.weight f32 [7, 16], found f32 [10, 16]"),
            "{message}"
        );
    }

    #[test]
    fn a_shape_without_bytes_behind_it_is_refused() {
        let view = TensorView::new(Dtype::F32, vec![1_000_000_000, 0], &[]).unwrap();
        let names = ["conv11.weight", "conv21.weight", "fc1.weight", "fc2.weight"];
        let tensors = names.map(|name| (name, view.clone()));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), safetensors::serialize(tensors, None).unwrap()).unwrap();
        let error = WeightsFile::open(file.path())
            .unwrap()
            .config()
            .unwrap_err();
        assert!(matches!(error, ModelError::Mismatch { .. }), "{error}");
    }

    #[test]
    fn a_file_of_other_bytes_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"not weights").unwrap();
        let error = load(cnn(SMALL, 10, 1), file.path()).unwrap_err();
        assert!(matches!(error, ModelError::Format { .. }));
    }

    #[test]
    fn a_tensor_too_many_is_refused() {
        let cnn = cnn(SMALL, 10, 1);
        let bytes = cnn.to_safetensors(None);
        let read = SafeTensors::deserialize(&bytes).unwrap();
        let mut tensors = read.tensors();
        let (_, view) = tensors[0].clone();
        tensors.push(("conv31.weight".into(), view));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), safetensors::serialize(tensors, None).unwrap()).unwrap();
        let message = load(cnn, file.path()).unwrap_err().to_string();
        assert!(message.ends_with("found \"conv31.weight\""), "{message}");
    }
}
