//! The distribution of the initial weights.

use std::collections::BTreeMap;

use super::*;
use crate::for_tests::{all, network, small};
use crate::pytorch::tensors;
use crate::{Architecture, PUBLISHED_INPUT};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn article(seed: u64) -> BTreeMap<String, Vec<f32>> {
    let network = network(&NetworkConfig::article(), seed, &Device::flex());
    let tensors = tensors(&network).into_iter();
    tensors.map(|(name, _, values)| (name, values)).collect()
}

/// The sample correlation of two tensors with mean 0 and equal variance.
fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let product = |a: &[f32], b: &[f32]| {
        let products = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b));
        products.sum::<f64>()
    };
    product(a, b) / (product(a, a) * product(b, b)).sqrt()
}

#[test]
fn equal_seeds_give_equal_networks() {
    for config in all() {
        let weights = || tensors(&network(&config, 1, &Device::flex()));
        assert_eq!(weights(), weights());
    }
}

/// Four standard deviations of the correlation of independent values.
#[test]
fn weights_of_two_seeds_are_uncorrelated() {
    let (one, two) = (article(1), article(2));
    for name in ["conv12.weight", "conv22.weight", "fc1.weight"] {
        let found = correlation(&one[name], &two[name]);
        let limit = 4.0 / (one[name].len() as f64).sqrt();
        assert!(found.abs() < limit, "{name}: {found} of {limit}");
    }
}

#[test]
fn weights_of_two_layers_are_uncorrelated() {
    let weights = article(1);
    let a = &weights["conv21.weight"];
    let b = &weights["conv22.weight"][..a.len()];
    let limit = 4.0 / (a.len() as f64).sqrt();
    assert!(correlation(a, b).abs() < limit);
}

/// The last layer is drawn last, so the number of classes changes no other weight.
#[test]
fn only_the_last_layer_depends_on_the_number_of_classes() {
    for config in all() {
        let weights = |classes| {
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            tensors(&config.init(PUBLISHED_INPUT, classes, &mut rng, &Device::flex()))
        };
        let is_last = |name: &str| name.starts_with(config.name.class_layer());
        let ten = weights(10).into_iter();
        let (last, others): (Vec<_>, Vec<_>) = ten.partition(|(name, ..)| is_last(name));
        let twenty = weights(20).into_iter();
        let (other_last, same): (Vec<_>, Vec<_>) = twenty.partition(|(name, ..)| is_last(name));
        assert!(others == same, "{}", config.name);
        assert_ne!(last[0].1, other_last[0].1);
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
fn article_network_starts_as_in_version_0_1_0() {
    let network = network(&small(Architecture::Cnn), 1, &Device::flex());
    let tensors = tensors(&network);
    for (name, first, last) in FIRST_AND_LAST {
        let (_, _, values) = tensors.iter().find(|(found, ..)| *found == name).unwrap();
        let ends = [values[0], values[values.len() - 1]];
        assert_eq!(ends.map(f32::to_bits), [first, last], "{name}");
    }
}

/// Calls `check` with the bound ±1 / √fan_in and the values of every tensor that is drawn from this interval.
fn for_each_drawn(config: &NetworkConfig, check: impl Fn(&str, f32, &[f32])) {
    let mut bound = None;
    for (name, shape, values) in tensors(&network(config, 3, &Device::flex())) {
        if name.ends_with(".weight") {
            let fan_in = shape[1..].iter().product::<usize>() as f32;
            bound = (shape.len() > 1).then(|| 1.0 / fan_in.sqrt());
        }
        let is_normal = config.name.info().initial == InitialWeights::FanOut && shape.len() == 4;
        if let Some(bound) = bound.filter(|_| !is_normal) {
            check(&name, bound, &values);
        }
    }
}

#[test]
fn every_drawn_value_is_within_the_bound_of_its_fan_in() {
    for config in all() {
        for_each_drawn(&config, |name, bound, values| {
            assert!(values.iter().all(|value| value.abs() <= bound), "{name}");
        });
    }
}

#[test]
fn weights_and_biases_fill_the_interval() {
    for_each_drawn(&NetworkConfig::article(), |name, bound, values| {
        let largest = values.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
        assert!(
            values.len() < 200 || largest > 0.98 * bound,
            "{name}: {largest} of {bound}"
        );
    });
}

/// torchvision's rule. A normal value has a fourth moment of three squared variances; a uniform one has 1.8.
#[test]
fn convolutions_of_large_networks_are_normal_with_a_variance_of_two_by_fan_out() {
    let config = NetworkConfig {
        widths: vec![16, 24, 32, 40],
        ..NetworkConfig::published(Architecture::ResNet18)
    };
    for (name, shape, values) in tensors(&network(&config, 3, &Device::flex())) {
        let [outputs, _, height, width] = shape[..] else {
            continue;
        };
        let variance = 2.0 / (outputs * height * width) as f64;
        let count = values.len() as f64;
        let moment = |power| {
            let powers = values.iter().map(|value| f64::from(*value).powi(power));
            powers.sum::<f64>() / count
        };
        // Four standard deviations of each moment.
        assert!(moment(1).abs() < 4.0 * (variance / count).sqrt(), "{name}");
        let ratio = moment(2) / variance;
        assert!(
            (ratio - 1.0).abs() < 4.0 * (2.0 / count).sqrt(),
            "{name}: {ratio}"
        );
        let fourth = moment(4) / (3.0 * variance * variance);
        assert!(
            (fourth - 1.0).abs() < 4.0 * (96.0 / 9.0 / count).sqrt(),
            "{name}: {fourth}"
        );
    }
}

/// A uniform value within ±b has the standard deviation b / √3.
#[test]
fn weights_and_biases_are_centred() {
    for_each_drawn(&NetworkConfig::article(), |name, bound, values| {
        let count = values.len() as f32;
        let mean = values.iter().sum::<f32>() / count;
        let limit = 4.0 * bound / (3.0 * count).sqrt();
        assert!(mean.abs() < limit, "{name}: {mean} of {limit}");
    });
}

/// The variance of a uniform value within ±b is b² / 3, and that of its square is 4 b⁴ / 45.
#[test]
fn weights_have_the_variance_of_a_uniform_distribution() {
    for_each_drawn(&NetworkConfig::article(), |name, bound, values| {
        let (count, bound) = (values.len() as f64, f64::from(bound));
        let squares = values.iter().map(|v| f64::from(*v).powi(2));
        let ratio = squares.sum::<f64>() / count / (bound * bound / 3.0);
        let limit = 4.0 * (0.8 / count).sqrt();
        assert!(
            (ratio - 1.0).abs() < limit,
            "{name}: {ratio} within {limit}"
        );
    });
}

#[test]
fn normalisation_starts_as_the_identity() {
    let network = network(&small(Architecture::CnnBn), 1, &Device::flex());
    let mut seen = 0;
    for (name, _, values) in tensors(&network) {
        let Some((_, kind)) = name.strip_prefix("bn").and_then(|n| n.split_once('.')) else {
            continue;
        };
        let start = match kind {
            "weight" | "running_var" => 1.0,
            _ => 0.0,
        };
        assert!(values.iter().all(|value| *value == start), "{name}");
        seen += 1;
    }
    assert_eq!(seen, 4 * 4);
}

/// The CNN with normalisation has no bias in its convolutions, so its second convolution starts with
/// the value after the first one's last.
#[test]
fn normalisation_draws_nothing() {
    let network = network(&small(Architecture::CnnBn), 1, &Device::flex());
    let tensors = tensors(&network);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut draw = |fan_in: f64| rng.random_range(-1.0 / fan_in.sqrt()..1.0 / fan_in.sqrt()) as f32;
    let first: Vec<f32> = (0..4 * 27).map(|_| draw(27.0)).collect();
    assert_eq!(tensors[0].2, first);
    assert_eq!(tensors[5].0, "conv12.weight");
    assert_eq!(tensors[5].2[0], draw(36.0));
}
