use std::collections::HashMap;
use std::path::Path;

use burn::tensor::Device;

use super::*;
use crate::for_tests::{all, network, small};
use crate::{Architecture, PUBLISHED_INPUT};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn opened(network: &Network) -> WeightsFile {
    WeightsFile::parse(Path::new("start.safetensors"), network.to_safetensors(None)).unwrap()
}

fn of_classes(config: &NetworkConfig, seed: u64, classes: usize) -> Network {
    let rng = &mut ChaCha8Rng::seed_from_u64(seed);
    config.init(PUBLISHED_INPUT, classes, rng, &Device::flex())
}

fn tensors(network: &Network) -> HashMap<String, Vec<f32>> {
    let tensors = pytorch::tensors(network).into_iter();
    tensors.map(|(name, _, values)| (name, values)).collect()
}

#[test]
fn only_the_layer_of_other_classes_keeps_what_was_drawn() {
    for config in all() {
        let published = network(&config, 1, &Device::flex());
        let file = opened(&published);
        let plan = file.start_tensors(&config, PUBLISHED_INPUT, 3).unwrap();
        let layer = config.name.class_layer();
        let expected = [format!("{layer}.weight"), format!("{layer}.bias")];
        assert_eq!(plan.drawn, expected, "{}", config.name);
        assert_eq!(plan.classes, Some(10));

        let drawn = of_classes(&config, 2, 3);
        let started = file.start(&config, drawn.clone()).unwrap();
        let (before, drawn, after) = (tensors(&published), tensors(&drawn), tensors(&started));
        assert_eq!(after.len(), plan.taken.len() + plan.drawn.len());
        for (name, values) in &after {
            let source = if expected.contains(name) {
                &drawn
            } else {
                &before
            };
            assert_eq!(values, &source[name], "{}: {name}", config.name);
        }
    }
}

#[test]
fn a_head_of_as_many_classes_is_taken() {
    let config = small(Architecture::ResNet18);
    let published = network(&config, 1, &Device::flex());
    let file = opened(&published);
    let plan = file.start_tensors(&config, PUBLISHED_INPUT, 10).unwrap();
    assert_eq!(plan.drawn, Vec::<String>::new());
    let started = file.start(&config, network(&config, 2, &Device::flex()));
    assert_eq!(tensors(&started.unwrap()), tensors(&published));
}

/// The file of a small ResNet-18 in which `change` has replaced, removed or added tensors.
fn changed(
    change: impl FnOnce(&mut HashMap<String, safetensors::tensor::TensorInfo>),
) -> WeightsFile {
    let mut file = opened(&network(&small(Architecture::ResNet18), 1, &Device::flex()));
    change(&mut file.tensors);
    file
}

fn refused(file: &WeightsFile) -> String {
    let config = small(Architecture::ResNet18);
    let planned = file.start_tensors(&config, PUBLISHED_INPUT, 3).unwrap_err();
    let started = file.start(&config, of_classes(&config, 1, 3)).unwrap_err();
    assert_eq!(planned.to_string(), started.to_string());
    planned.to_string()
}

#[test]
fn a_file_without_a_head_is_taken() {
    let file = changed(|tensors| {
        tensors.remove("fc.weight");
        tensors.remove("fc.bias");
    });
    let config = small(Architecture::ResNet18);
    let plan = file.start_tensors(&config, PUBLISHED_INPUT, 10).unwrap();
    assert_eq!((plan.drawn.len(), plan.classes), (2, None));
}

#[test]
fn every_other_tensor_must_fit() {
    let missing = changed(|tensors| drop(tensors.remove("layer1.0.bn2.running_var")));
    let message = refused(&missing);
    assert!(
        message.contains("layer1.0.bn2.running_var f32 [4]"),
        "{message}"
    );
    assert!(message.ends_with("no tensor of this name"), "{message}");

    let another = changed(|tensors| {
        let bias = tensors["fc.bias"].clone();
        tensors.insert("fc.scale".into(), bias);
    });
    assert!(refused(&another).ends_with("found \"fc.scale\""));
}

#[test]
fn a_file_of_another_network_is_named() {
    let other = opened(&network(&small(Architecture::ResNet50), 1, &Device::flex()));
    let message = refused(&other);
    assert!(
        message.ends_with(
            "expected resnet18 with widths [4, 4, 8, 8], found resnet50 with widths [4, 4, 8, 8]"
        ),
        "{message}"
    );
}
