//! The distribution of the initial weights.

use super::*;
use crate::Architecture;
use crate::for_tests::{all, network, small};
use crate::pytorch::tensors;

#[test]
fn one_seed_gives_one_network_and_another_seed_another() {
    let device = &Device::flex();
    for config in all() {
        let weights = |seed| tensors(&network(&config, seed, device));
        assert_eq!(weights(1), weights(1));
        assert_ne!(weights(1), weights(2));
    }
}

/// Bits of a tensor's first and last value in a small network of seed 1, as of version 0.1.0.
const FIRST_AND_LAST: [(&str, u32, u32); 6] = [
    ("conv11.weight", 3_172_580_481, 996_079_477),
    ("conv11.bias", 3_191_632_472, 1_044_306_984),
    ("conv22.weight", 3_181_640_037, 1_027_497_092),
    ("fc1.weight", 1_028_431_053, 3_166_449_983),
    ("fc1.bias", 3_180_293_440, 1_029_166_570),
    ("fc2.bias", 1_040_913_311, 3_177_923_889),
];

#[test]
fn the_article_s_network_starts_as_it_always_did() {
    let network = network(&small(Architecture::Cnn), 1, &Device::flex());
    let tensors = tensors(&network);
    for (name, first, last) in FIRST_AND_LAST {
        let (_, _, values) = tensors.iter().find(|(found, ..)| *found == name).unwrap();
        let ends = [values[0], values[values.len() - 1]];
        assert_eq!(ends.map(f32::to_bits), [first, last], "{name}");
    }
}

#[test]
fn weights_and_biases_fill_the_interval_of_their_fan_in() {
    let network = network(&NetworkConfig::article(), 3, &Device::flex());
    let mut bound = 0.0;
    for (name, shape, values) in tensors(&network) {
        if name.ends_with(".weight") {
            bound = 1.0 / (shape[1..].iter().product::<usize>() as f32).sqrt();
        }
        if values.len() < 200 {
            continue;
        }
        let count = values.len() as f32;
        let mean = values.iter().sum::<f32>() / count;
        let largest = values.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
        let fills = largest <= bound && largest > 0.98 * bound;
        assert!(fills, "{name}: {largest} of {bound}");
        let centred = mean.abs() < 4.0 * bound / (3.0 * count).sqrt();
        assert!(centred, "{name}: mean {mean}");
    }
}

#[test]
fn normalisation_starts_as_the_identity_and_draws_nothing() {
    let network = network(&small(Architecture::CnnBn), 1, &Device::flex());
    let mut seen = 0;
    for (name, _, values) in tensors(&network) {
        let start = match name
            .strip_prefix("bn")
            .and_then(|rest| rest.split_once('.'))
        {
            Some((_, "weight" | "running_var")) => 1.0,
            Some(_) => 0.0,
            None => continue,
        };
        assert!(values.iter().all(|value| *value == start), "{name}");
        seen += 1;
    }
    assert_eq!(seen, 4 * 4);
}
