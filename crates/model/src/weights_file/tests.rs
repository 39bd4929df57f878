//! Weights files: what is read back, and what is refused.

use super::*;
use crate::for_tests::{all, images, network, small, values};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use safetensors::tensor::TensorView;

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
        let expected = format!("expected {missing} f32 {shape:?}, found no tensor of this name");
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
