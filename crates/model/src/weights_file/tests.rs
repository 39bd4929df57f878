//! Weights files: what is read back.

use super::*;
use crate::for_tests::{all, images, network, small, tensor, values};
use burn::optim::GradientsParams;
use safetensors::tensor::TensorView;

mod refused;

fn small_network(name: Architecture) -> Network {
    network(&small(name), 1, &Device::flex())
}

fn logits(network: &Network) -> Vec<f32> {
    values(network.forward(images(2, 9, &Device::flex())))
}

fn opened(bytes: &[u8]) -> WeightsFile {
    WeightsFile::parse(Path::new("weights"), bytes.to_vec()).unwrap()
}

/// The file of `network` with one more tensor, of one value.
fn with_tensor(network: &Network, name: &str, dtype: Dtype) -> WeightsFile {
    let bytes = network.to_safetensors(None);
    let read = SafeTensors::deserialize(&bytes).unwrap();
    let mut tensors = read.tensors();
    let view = TensorView::new(dtype, vec![], &[0; 8][..dtype.bitsize() / 8]).unwrap();
    tensors.push((name.into(), view));
    opened(&safetensors::serialize(tensors, None).unwrap())
}

#[test]
fn note_is_read_back() {
    let network = small_network(Architecture::Cnn);
    let file = opened(&network.to_safetensors(Some("of epoch 3, ε = 1")));
    assert_eq!(file.note(), Some("of epoch 3, ε = 1"));
}

#[test]
fn file_without_a_note_has_none() {
    let network = small_network(Architecture::Cnn);
    assert_eq!(opened(&network.to_safetensors(None)).note(), None);
}

#[test]
fn equal_networks_give_equal_bytes() {
    for config in all() {
        let bytes = || small_network(config.name).to_safetensors(Some("note"));
        assert_eq!(bytes(), bytes(), "{}", config.name);
    }
}

/// On a feature vector that is 1 in one place, the last layer returns a column of its weight plus its
/// bias.
#[test]
fn file_has_a_row_of_the_last_layer_per_class() {
    let network = small_network(Architecture::Cnn);
    let bytes = network.to_safetensors(None);
    let read = SafeTensors::deserialize(&bytes).unwrap();
    let value = |name: &str, index: usize| {
        let data = &read.tensor(name).unwrap().data()[4 * index..];
        f32::from_le_bytes(data[..4].try_into().unwrap())
    };
    let mut features = [0.0; 16];
    features[3] = 1.0;
    let found = values(network.head_part(1, tensor(&features, [1, 16], &Device::flex())));
    let expected =
        (0..10).map(|class| value("fc2.weight", 16 * class + 3) + value("fc2.bias", class));
    assert_eq!(found, expected.collect::<Vec<_>>());
}

/// Trains two batches first, so that the running statistics differ from their start.
fn assert_round_trip(name: Architecture) {
    let (plain, autodiff) = (&Device::flex(), &Device::flex().autodiff());
    let config = small(name);
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

#[test]
fn cnn_weights_load_into_a_network_of_another_seed() {
    assert_round_trip(Architecture::Cnn);
}

#[test]
fn cnn_bn_weights_load_into_a_network_of_another_seed() {
    assert_round_trip(Architecture::CnnBn);
}

#[test]
fn resnet20_weights_load_into_a_network_of_another_seed() {
    assert_round_trip(Architecture::ResNet20);
}

#[test]
fn preact_resnet18_weights_load_into_a_network_of_another_seed() {
    assert_round_trip(Architecture::PreActResNet18);
}

#[test]
fn resnet18_weights_load_into_a_network_of_another_seed() {
    assert_round_trip(Architecture::ResNet18);
}

/// Its names include all of a ResNet-18.
#[test]
fn resnet50_weights_load_into_a_network_of_another_seed() {
    assert_round_trip(Architecture::ResNet50);
}

#[test]
fn published_configuration_is_read_from_its_shapes() {
    let config = NetworkConfig::article();
    let file = opened(&network(&config, 1, &Device::flex()).to_safetensors(None));
    assert_eq!(file.config().unwrap(), (config, 10));
}

#[test]
fn file_has_the_statistics_of_the_last_batch() {
    let device = &Device::flex().autodiff();
    let network = network(&small(Architecture::CnnBn), 1, device);
    let before = network.to_safetensors(None);
    network.forward(images(3, 2, device));
    let after = network.to_safetensors(None);
    assert_ne!(after, before);
    assert_eq!(network.valid().to_safetensors(None), after);
}

/// Every parameter has a gradient, and a batch changes the running statistics.
#[test]
fn network_still_trains_after_loading() {
    let device = &Device::flex().autodiff();
    for config in all() {
        let file = opened(&network(&config, 1, device).to_safetensors(None));
        let loaded = file.load_into(network(&config, 2, device)).unwrap();
        let before = loaded.to_safetensors(None);
        let loss = loaded.forward(images(3, 2, device)).sum();
        let gradients = GradientsParams::from_grads(loss.backward(), &loaded);
        let parameters = config.parameters(crate::PUBLISHED_INPUT, 10);
        let statistics = |(name, _): &&(String, _)| pytorch::is_statistic(name);
        let count = parameters.iter().filter(statistics).count();
        assert_eq!(gradients.len(), parameters.len() - count);
        let changed = loaded.to_safetensors(None) != before;
        assert_eq!(changed, config.has_batch_norm());
    }
}

#[test]
fn clone_keeps_its_weights_when_the_original_is_loaded() {
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
fn pytorch_counts_of_batches_are_ignored() {
    let network = small_network(Architecture::ResNet20);
    let file = with_tensor(&network, "bn1.num_batches_tracked", Dtype::I64);
    assert_eq!(file.config().unwrap(), (small(Architecture::ResNet20), 10));
    let loaded = file.load_into(network.clone()).unwrap();
    assert_eq!(loaded.to_safetensors(None), network.to_safetensors(None));
}

/// The file of `network` with each name and its bytes changed.
fn rewritten(
    network: &Network,
    dtype: Dtype,
    name: impl Fn(&str) -> String,
    bytes: impl Fn(f32) -> Vec<u8>,
) -> WeightsFile {
    let tensors = pytorch::tensors(network).into_iter();
    let tensors: Vec<_> = tensors
        .map(|(found, shape, values)| {
            let bytes: Vec<u8> = values.into_iter().flat_map(&bytes).collect();
            (name(&found), shape, bytes)
        })
        .collect();
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| (name, TensorView::new(dtype, shape.clone(), bytes).unwrap()));
    opened(&safetensors::serialize(views, None).unwrap())
}

#[test]
fn prefixes_of_wrapped_modules_are_taken_off() {
    let network = small_network(Architecture::ResNet20);
    for prefix in [
        "module.",
        "_orig_mod.",
        "module._orig_mod.",
        "_orig_mod.module.",
        "model.",
    ] {
        let name = |name: &str| format!("{prefix}{name}");
        let file = rewritten(&network, Dtype::F32, name, |value| {
            value.to_le_bytes().into()
        });
        assert_eq!(file.config().unwrap(), (small(Architecture::ResNet20), 10));
        let other = crate::for_tests::network(&small(Architecture::ResNet20), 2, &Device::flex());
        let loaded = file.load_into(other).unwrap();
        assert_eq!(
            loaded.to_safetensors(None),
            network.to_safetensors(None),
            "{prefix}"
        );
    }
}

/// The upper half of an f32 is a bf16.
#[test]
fn bf16_weights_are_widened() {
    let network = small_network(Architecture::CnnBn);
    let upper = |value: f32| value.to_le_bytes()[2..].to_vec();
    let file = rewritten(&network, Dtype::BF16, str::to_owned, upper);
    assert_eq!(file.short_types(), Some("bf16"));
    let loaded = file.load_into(small_network(Architecture::CnnBn)).unwrap();
    let (found, expected) = (pytorch::tensors(&loaded), pytorch::tensors(&network));
    for ((name, _, found), (_, _, expected)) in found.into_iter().zip(expected) {
        let cut = |value: f32| f32::from_bits(value.to_bits() & 0xffff_0000);
        assert_eq!(
            found,
            expected.into_iter().map(cut).collect::<Vec<_>>(),
            "{name}"
        );
    }
}

/// 0x3c00 is 1 in f16.
#[test]
fn f16_weights_are_widened() {
    let network = small_network(Architecture::Cnn);
    let file = rewritten(&network, Dtype::F16, str::to_owned, |_| vec![0x00, 0x3c]);
    assert_eq!(file.short_types(), Some("f16"));
    let loaded = file.load_into(network).unwrap();
    for (name, _, values) in pytorch::tensors(&loaded) {
        assert!(values.iter().all(|value| *value == 1.0), "{name}");
    }
}

#[test]
fn f32_weights_are_not_widened() {
    let network = small_network(Architecture::Cnn);
    assert_eq!(opened(&network.to_safetensors(None)).short_types(), None);
}
