//! What holds for every network.

use super::*;
use crate::for_tests::{all, images, network, small, values};

mod frozen;
mod gradients;
mod logits;
mod stages;

#[test]
fn a_built_network_knows_its_architecture() {
    for config in all() {
        let network = network(&config, 1, &Device::flex());
        assert_eq!(network.architecture(), config.name);
        assert_eq!(network.stages(), config.stages());
    }
}

/// How far the first image's logits move if the second image is another one.
fn influence(network: &Network, device: &Device) -> f32 {
    let first = images(1, 1, device);
    let with_second = |seed| {
        let batch = Tensor::cat(vec![first.clone(), images(1, seed, device)], 0);
        network.forward(batch).narrow(0, 0, 1)
    };
    let gap = with_second(2) - with_second(3);
    gap.abs().max().into_scalar()
}

#[test]
fn batch_norm_lets_images_influence_each_other_in_training() {
    let device = &Device::flex().autodiff();
    for config in all() {
        let influences = influence(&network(&config, 1, device), device) > 0.0;
        assert_eq!(influences, config.has_batch_norm(), "{}", config.name);
    }
}

/// The batches of a training run carry no gradients, unlike the weights.
#[test]
fn all_running_statistics_learn_from_a_batch_without_gradients() {
    for config in all() {
        let network = network(&config, 1, &Device::flex().autodiff());
        let statistics = |network: &Network| {
            let file = network.to_safetensors(None);
            let file = safetensors::SafeTensors::deserialize(&file).unwrap();
            let names = file
                .names()
                .into_iter()
                .filter(|name| name.contains("running"));
            let mut found: Vec<(String, Vec<u8>)> = names
                .map(|name| (name.to_owned(), file.tensor(name).unwrap().data().to_vec()))
                .collect();
            found.sort();
            found
        };
        let before = statistics(&network);
        let logits = network.forward(images(4, 1, &Device::flex()));
        assert!(logits.device().is_autodiff(), "{}", config.name);
        let after = statistics(&network);
        assert_eq!(
            before.is_empty(),
            !config.has_batch_norm(),
            "{}",
            config.name
        );
        for ((name, before), (_, after)) in before.iter().zip(&after) {
            assert_ne!(before, after, "{}: {name}", config.name);
        }
    }
}

#[test]
fn images_do_not_influence_each_other_in_evaluation() {
    let plain = &Device::flex();
    for config in all() {
        let training = network(&config, 1, &plain.clone().autodiff());
        assert_eq!(influence(&training.valid(), plain), 0.0);
        assert_eq!(influence(&network(&config, 1, plain), plain), 0.0);
    }
}

#[test]
fn images_do_not_influence_each_other_in_a_frozen_network() {
    let device = &Device::flex().autodiff();
    for config in all() {
        let frozen = network(&config, 1, device).freeze();
        assert_eq!(influence(&frozen, device), 0.0, "{}", config.name);
    }
}

#[test]
fn order_of_the_images_is_the_order_of_the_logits() {
    let device = &Device::flex();
    for config in all() {
        let network = network(&config, 1, device);
        let images = images(5, 1, device);
        let reversed = network.forward(images.clone().flip([0])).flip([0]);
        for (a, b) in values(reversed).iter().zip(values(network.forward(images))) {
            assert!((a - b).abs() < 1e-6, "{}: {a} for {b}", config.name);
        }
    }
}
