//! Weights to and from safetensors, with PyTorch's names and layouts.
//!
//! A PyTorch user loads such a file with `load_state_dict`: convolutions are
//! `[out, in, height, width]`, linear layers `[out, in]`. Burn keeps linear layers as `[in, out]`,
//! so their weights are transposed on the way.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::tensor::Device;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::{Architecture, ModelError, Network, NetworkConfig, pytorch};

/// The metadata entry that holds a file's note. One entry only, for the format does not order them.
const NOTE: &str = "mixup";

/// What is found where a tensor is expected.
const MISSING: &str = "no tensor of this name";

/// What PyTorch's batch normalisation counts besides; nothing is computed from it.
const COUNTER: &str = ".num_batches_tracked";

impl Network {
    /// The bytes of a safetensors file with these weights and a note of the caller's.
    ///
    /// The same weights and note give the same bytes.
    pub fn to_safetensors(&self, note: Option<&str>) -> Vec<u8> {
        let tensors: Vec<_> = pytorch::tensors(self)
            .into_iter()
            .map(|(name, shape, values)| {
                let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
                (name, shape, bytes)
            })
            .collect();
        let views = tensors.iter().map(|(name, shape, bytes)| {
            let view = TensorView::new(Dtype::F32, shape.clone(), bytes)
                .expect("four bytes for each value of the shape");
            (name.as_str(), view)
        });
        let metadata = note.map(|note| HashMap::from([(NOTE.to_owned(), note.to_owned())]));
        safetensors::serialize(views, metadata).expect("names are unique and sizes are small")
    }
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
    pub fn config(&self) -> Result<(NetworkConfig, usize), ModelError> {
        let name = self.architecture();
        let outline = name.outline();
        let outputs = |weight: &str| match self.tensors().tensor(weight) {
            Ok(view) if !view.shape().is_empty() => Ok(view.shape()[0]),
            _ => Err(self.mismatch(weight.into(), MISSING.into())),
        };
        let widths = outline.widths.iter().map(|(weight, _)| outputs(weight));
        let hidden = outline.hidden.map(|(weight, _)| outputs(weight));
        let config = NetworkConfig {
            name,
            widths: widths.collect::<Result<_, _>>()?,
            hidden: hidden.transpose()?,
        };
        let classes = outputs(outline.classes)?;
        if let Some(misfit) = config.misfit() {
            let expected = format!("{} in {}", misfit.expected, misfit.key);
            return Err(self.mismatch(expected, misfit.found));
        }
        self.check(&config.parameters(classes))?;
        Ok((config, classes))
    }

    /// The network of which the fewest tensors are missing; of equals the first, the article's.
    fn architecture(&self) -> Architecture {
        let tensors = self.tensors();
        let missing = |name: Architecture| {
            let parameters = NetworkConfig::published(name).parameters(1);
            let missing = parameters
                .iter()
                .filter(|(name, _)| tensors.tensor(name).is_err());
            missing.count()
        };
        let nearest = Architecture::ALL
            .iter()
            .copied()
            .min_by_key(|name| missing(*name));
        nearest.unwrap_or_default()
    }

    /// `network` with the weights of this file; a clone of it keeps its own.
    ///
    /// # Errors
    /// [`ModelError::Mismatch`] where the file does not hold exactly the tensors of `network`, in f32.
    /// PyTorch's counters of batches may lie beside them.
    pub fn load_into(&self, network: Network) -> Result<Network, ModelError> {
        let parameters = pytorch::shapes(&network);
        self.check(&parameters)?;
        let tensors = self.tensors();
        let further = tensors.names().into_iter().find(|name| {
            let known = parameters.iter().any(|(known, _)| known == name);
            !known && !name.ends_with(COUNTER)
        });
        if let Some(name) = further {
            return Err(self.mismatch("no further tensor".into(), format!("{name:?}")));
        }
        Ok(pytorch::replace(apart(network), |name, _| {
            let view = tensors.tensor(name).ok()?;
            let fours = view.data().chunks_exact(4);
            let value = |four: &[u8]| f32::from_le_bytes([four[0], four[1], four[2], four[3]]);
            Some(fours.map(value).collect())
        }))
    }

    /// Whether the file has each of these tensors in its shape, in f32 and with bytes behind it.
    fn check(&self, parameters: &[(String, Vec<usize>)]) -> Result<(), ModelError> {
        let tensors = self.tensors();
        for (name, shape) in parameters {
            let refuse = |found| Err(self.mismatch(format!("{name} f32 {shape:?}"), found));
            let Ok(view) = tensors.tensor(name) else {
                return refuse(MISSING.into());
            };
            let fits = view.shape() == shape && view.dtype() == Dtype::F32;
            if !fits || shape.contains(&0) {
                let dtype = format!("{:?}", view.dtype()).to_lowercase();
                return refuse(format!("{dtype} {:?}", view.shape()));
            }
        }
        Ok(())
    }

    fn tensors(&self) -> SafeTensors<'_> {
        SafeTensors::deserialize(&self.bytes).expect("parsed when it was opened")
    }

    fn mismatch(&self, expected: String, found: String) -> ModelError {
        ModelError::Mismatch {
            path: self.path.clone(),
            expected,
            found,
        }
    }
}

/// `network` with running statistics of its own; Burn's clones share them.
fn apart(network: Network) -> Network {
    let trains = network.devices().iter().any(Device::is_autodiff);
    let apart = network.valid();
    if trains { apart.train() } else { apart }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{all, images, network, small, values};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn cnn() -> Network {
        network(&small(Architecture::Cnn), 1, &Device::flex())
    }

    fn logits(network: &Network) -> Vec<f32> {
        values(network.forward(images(2, 9, &Device::flex())))
    }

    fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    fn opened(bytes: &[u8]) -> WeightsFile {
        WeightsFile::open(written(bytes).path()).unwrap()
    }

    /// The file of `network` with another tensor beside its own, of one value.
    fn with_tensor(network: &Network, name: &str, dtype: Dtype) -> WeightsFile {
        let bytes = network.to_safetensors(None);
        let read = SafeTensors::deserialize(&bytes).unwrap();
        let mut tensors = read.tensors();
        let view = TensorView::new(dtype, vec![], &[0; 8][..dtype.bitsize() / 8]).unwrap();
        tensors.push((name.into(), view));
        opened(&safetensors::serialize(tensors, None).unwrap())
    }

    #[test]
    fn a_note_is_read_back() {
        let file = opened(&cnn().to_safetensors(Some("of epoch 3")));
        assert_eq!(file.note().as_deref(), Some("of epoch 3"));
        assert_eq!(opened(&cnn().to_safetensors(None)).note(), None);
    }

    #[test]
    fn saved_weights_load_into_a_network_of_another_seed() {
        let (plain, autodiff) = (&Device::flex(), &Device::flex().autodiff());
        for config in all() {
            let original = network(&config, 1, autodiff);
            for seed in 2..4 {
                original.forward(images(3, seed, autodiff));
            }
            let original = original.valid();
            let other = network(&config, 2, plain);
            assert_ne!(logits(&other), logits(&original));
            let file = opened(&original.to_safetensors(None));
            assert_eq!(file.config().unwrap(), (config, 10));
            let loaded = file.load_into(other).unwrap();
            assert_eq!(logits(&loaded), logits(&original));
            assert_eq!(loaded.to_safetensors(None), original.to_safetensors(None));
        }
    }

    #[test]
    fn a_file_has_the_statistics_of_the_last_batch() {
        let device = &Device::flex().autodiff();
        let network = network(&small(Architecture::CnnBn), 1, device);
        let before = network.to_safetensors(None);
        network.forward(images(3, 2, device));
        let after = network.to_safetensors(None);
        assert_ne!(after, before);
        assert_eq!(network.valid().to_safetensors(None), after);
    }

    #[test]
    fn a_network_to_train_still_learns_after_loading() {
        let device = &Device::flex().autodiff();
        for config in all() {
            let file = opened(&network(&config, 1, device).to_safetensors(None));
            let loaded = file.load_into(network(&config, 2, device)).unwrap();
            let before = loaded.to_safetensors(None);
            let loss = loaded.forward(images(3, 2, device)).sum();
            let gradients = burn::optim::GradientsParams::from_grads(loss.backward(), &loaded);
            let parameters = config.parameters(10);
            let statistics = |(name, _): &&(String, _)| pytorch::is_statistic(name);
            let count = parameters.iter().filter(statistics).count();
            assert_eq!(gradients.len(), parameters.len() - count);
            assert_eq!(
                loaded.to_safetensors(None) != before,
                config.has_batch_norm()
            );
        }
    }

    #[test]
    fn a_clone_keeps_its_own_when_weights_are_loaded_into_the_other() {
        let plain = &Device::flex();
        for config in all() {
            let original = network(&config, 1, &plain.clone().autodiff());
            original.forward(images(3, 2, &plain.clone().autodiff()));
            let original = original.valid();
            let before = original.to_safetensors(None);
            let file = opened(&network(&config, 2, plain).to_safetensors(None));
            let loaded = file.load_into(original.clone()).unwrap();
            assert_ne!(loaded.to_safetensors(None), before);
            assert_eq!(original.to_safetensors(None), before);
        }
    }

    #[test]
    fn weights_of_another_shape_are_refused_by_name() {
        let file = opened(&cnn().to_safetensors(None));
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let seven = small(Architecture::Cnn).init(7, &mut rng, &Device::flex());
        let message = file.load_into(seven).unwrap_err().to_string();
        let expected = "expected fc2.weight f32 [7, 16], found f32 [10, 16]";
        assert!(message.ends_with(expected), "{message}");
    }

    #[test]
    fn a_file_without_a_network_is_refused_by_what_the_article_s_has() {
        let view = TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
        let file = opened(&safetensors::serialize([("other", view)], None).unwrap());
        let message = file.config().unwrap_err().to_string();
        let expected = "expected conv11.weight, found no tensor of this name";
        assert!(message.ends_with(expected), "{message}");
    }

    #[test]
    fn a_missing_tensor_is_refused_by_name() {
        for config in all() {
            let bytes = network(&config, 1, &Device::flex()).to_safetensors(None);
            let read = SafeTensors::deserialize(&bytes).unwrap();
            let (missing, shape) = config.parameters(10).swap_remove(1);
            let tensors = read
                .tensors()
                .into_iter()
                .filter(|(name, _)| *name != missing);
            let file = opened(&safetensors::serialize(tensors, None).unwrap());
            let message = file.config().unwrap_err().to_string();
            let expected =
                format!("expected {missing} f32 {shape:?}, found no tensor of this name");
            assert!(message.ends_with(&expected), "{message}");
        }
    }

    #[test]
    fn a_shape_without_bytes_behind_it_is_refused() {
        for name in Architecture::ALL {
            let parameters = NetworkConfig::published(*name).parameters(10);
            let tensors = parameters.into_iter().map(|(name, mut shape)| {
                shape[0] = 1_000_000_000;
                shape.push(0);
                (name, TensorView::new(Dtype::F32, shape, &[]).unwrap())
            });
            let file = opened(&safetensors::serialize(tensors, None).unwrap());
            let error = file.config().unwrap_err();
            assert!(matches!(error, ModelError::Mismatch { .. }), "{error}");
        }
    }

    #[test]
    fn a_file_of_other_bytes_is_refused() {
        let error = WeightsFile::open(written(b"not weights").path()).unwrap_err();
        assert!(matches!(error, ModelError::Format { .. }));
    }

    #[test]
    fn a_tensor_too_many_is_refused() {
        let file = with_tensor(&cnn(), "conv31.weight", Dtype::F32);
        let message = file.load_into(cnn()).unwrap_err().to_string();
        assert!(message.ends_with("found \"conv31.weight\""), "{message}");
    }

    #[test]
    fn pytorch_s_counters_of_batches_are_passed_over() {
        let network = network(&small(Architecture::ResNet20), 1, &Device::flex());
        let file = with_tensor(&network, "bn1.num_batches_tracked", Dtype::I64);
        assert_eq!(file.config().unwrap(), (small(Architecture::ResNet20), 10));
        let loaded = file.load_into(network.clone()).unwrap();
        assert_eq!(loaded.to_safetensors(None), network.to_safetensors(None));
    }
}
