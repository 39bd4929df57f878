//! Names, shapes and numbers of parameters.

use super::*;
use crate::Architecture;
use crate::for_tests::{all, network, small};

fn config(name: Architecture, widths: &[usize], hidden: Option<usize>) -> NetworkConfig {
    NetworkConfig {
        name,
        widths: widths.to_vec(),
        hidden,
    }
}

fn count(config: &NetworkConfig, classes: usize) -> usize {
    let parameters = config.parameters(PUBLISHED_INPUT, classes).into_iter();
    parameters
        .filter(|(name, _)| !pytorch::is_statistic(name))
        .map(|(_, shape)| shape.iter().product::<usize>())
        .sum()
}

fn published_count(name: Architecture) -> usize {
    count(&NetworkConfig::published(name), 10)
}

/// Parameters of a 3x3 convolution without bias.
fn conv(inputs: usize, outputs: usize) -> usize {
    9 * inputs * outputs
}

/// Parameters of a 3x3 convolution without bias, and of the normalisation of its outputs.
fn conv_norm(inputs: usize, outputs: usize) -> usize {
    conv(inputs, outputs) + 2 * outputs
}

fn linear(inputs: usize, outputs: usize) -> usize {
    (inputs + 1) * outputs
}

#[test]
fn article_network_has_the_published_number_of_parameters() {
    assert_eq!(published_count(Architecture::Cnn), 1_082_186);
}

#[test]
fn cnn_bn_has_the_published_number_of_parameters() {
    assert_eq!(published_count(Architecture::CnnBn), 1_082_570);
}

#[test]
fn resnet20_has_the_published_number_of_parameters() {
    assert_eq!(published_count(Architecture::ResNet20), 269_722);
}

#[test]
fn preact_resnet18_has_the_published_number_of_parameters() {
    assert_eq!(published_count(Architecture::PreActResNet18), 11_171_274);
}

#[test]
fn cnn_parameters_follow_from_widths_and_classes() {
    let [a, b, hidden, classes] = [5, 7, 11, 3];
    let convolutions = conv(3, a) + conv(a, a) + conv(a, b) + conv(b, b);
    let biases = 2 * a + 2 * b;
    let head = linear(25 * b, hidden) + linear(hidden, classes);
    let config = config(Architecture::Cnn, &[a, b], Some(hidden));
    assert_eq!(count(&config, classes), convolutions + biases + head);
}

#[test]
fn cnn_bn_parameters_follow_from_widths_and_classes() {
    let [a, b, hidden, classes] = [5, 7, 11, 3];
    let convolutions = conv_norm(3, a) + conv_norm(a, a) + conv_norm(a, b) + conv_norm(b, b);
    let head = linear(25 * b, hidden) + linear(hidden, classes);
    let config = config(Architecture::CnnBn, &[a, b], Some(hidden));
    assert_eq!(count(&config, classes), convolutions + head);
}

#[test]
fn resnet20_parameters_follow_from_widths_and_classes() {
    let [a, b, c, classes] = [3, 5, 11, 7];
    let first = conv_norm(3, a) + 6 * conv_norm(a, a);
    let second = conv_norm(a, b) + 5 * conv_norm(b, b);
    let third = conv_norm(b, c) + 5 * conv_norm(c, c);
    let config = config(Architecture::ResNet20, &[a, b, c], None);
    assert_eq!(
        count(&config, classes),
        first + second + third + linear(c, classes)
    );
}

#[test]
fn preact_resnet18_parameters_follow_from_widths_and_classes() {
    let [a, b, c, d, classes] = [7, 3, 11, 5, 2];
    // The normalisation before a convolution has as many channels as its input.
    let block = |x, y| 2 * x + conv(x, y) + 2 * y + conv(y, y);
    let layer = |x, y| block(x, y) + x * y + block(y, y);
    let first = conv_norm(3, a) + 2 * block(a, a);
    let others = layer(a, b) + layer(b, c) + layer(c, d);
    let config = config(Architecture::PreActResNet18, &[a, b, c, d], None);
    assert_eq!(count(&config, classes), first + others + linear(d, classes));
}

#[test]
fn another_class_needs_one_more_output_of_the_last_layer() {
    for (config, features) in all().zip([16, 16, 8, 8]) {
        let added = count(&config, 101) - count(&config, 100);
        assert_eq!(added, features + 1, "{}", config.name);
    }
}

#[test]
fn network_counts_its_parameters_without_running_statistics() {
    for config in all() {
        let network = network(&config, 1, &Device::flex());
        assert_eq!(network.parameters_count(), count(&config, 10));
    }
}

#[test]
fn every_normalisation_has_a_running_mean_and_variance_of_its_size() {
    for config in all() {
        let parameters = config.parameters(PUBLISHED_INPUT, 10);
        let shape = |name: String| parameters.iter().find(|(n, _)| *n == name).map(|p| &p.1);
        for (name, size) in &parameters {
            let (layer, kind) = name.rsplit_once('.').unwrap();
            if kind == "weight" && size.len() == 1 {
                assert_eq!(shape(format!("{layer}.running_mean")), Some(size));
                assert_eq!(shape(format!("{layer}.running_var")), Some(size));
            }
        }
    }
}

#[test]
fn only_the_plain_cnn_has_no_batch_norm() {
    for config in all() {
        assert_eq!(config.has_batch_norm(), config.name != Architecture::Cnn);
    }
}

#[track_caller]
fn assert_names(name: Architecture, count: usize, some: &[(&str, &[usize])]) {
    let parameters = NetworkConfig::published(name).parameters(PUBLISHED_INPUT, 10);
    assert_eq!(parameters.len(), count);
    for (name, shape) in some {
        let expected = ((*name).into(), shape.to_vec());
        assert!(parameters.contains(&expected), "{name}");
    }
}

#[test]
fn cnn_names_and_shapes_match_pytorch() {
    assert_names(
        Architecture::Cnn,
        12,
        &[
            ("conv11.weight", &[64, 3, 3, 3]),
            ("conv22.bias", &[128]),
            ("fc1.weight", &[256, 3200]),
            ("fc2.weight", &[10, 256]),
        ],
    );
}

#[test]
fn cnn_bn_names_and_shapes_match_pytorch() {
    assert_names(
        Architecture::CnnBn,
        4 + 4 * 4 + 4,
        &[
            ("conv12.weight", &[64, 64, 3, 3]),
            ("bn12.weight", &[64]),
            ("bn22.running_var", &[128]),
            ("fc1.bias", &[256]),
        ],
    );
}

#[test]
fn resnet20_names_and_shapes_match_pytorch() {
    assert_names(
        Architecture::ResNet20,
        19 + 19 * 4 + 2,
        &[
            ("bn1.running_mean", &[16]),
            ("layer2.0.conv1.weight", &[32, 16, 3, 3]),
            ("layer3.2.bn2.bias", &[64]),
            ("linear.weight", &[10, 64]),
        ],
    );
}

#[test]
fn preact_resnet18_names_and_shapes_match_pytorch() {
    assert_names(
        Architecture::PreActResNet18,
        17 + 17 * 4 + 3 + 2,
        &[
            ("layer1.0.bn1.weight", &[64]),
            ("layer2.0.shortcut.0.weight", &[128, 64, 1, 1]),
            ("layer4.1.conv2.weight", &[512, 512, 3, 3]),
            ("linear.bias", &[10]),
        ],
    );
}

/// Layers 2 to 4 halve the maps, so even equal widths need a projection there.
#[test]
fn preact_resnet18_projects_where_maps_shrink() {
    let projections: Vec<String> = small(Architecture::PreActResNet18)
        .parameters(PUBLISHED_INPUT, 10)
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| name.contains("shortcut"))
        .collect();
    let expected = [2, 3, 4].map(|layer| format!("layer{layer}.0.shortcut.0.weight"));
    assert_eq!(projections, expected);
}

#[test]
fn shapes_need_no_memory_for_weights() {
    let widest = config(Architecture::PreActResNet18, &[8192; 4], None);
    let outputs = widest
        .parameters(PUBLISHED_INPUT, usize::MAX >> 20)
        .iter()
        .map(|(_, shape)| shape[0])
        .sum::<usize>();
    assert!(outputs > 1 << 40);
}

#[test]
fn the_first_tensor_that_is_not_finite_is_named() {
    let network = network(&small(Architecture::CnnBn), 1, &Device::flex());
    assert_eq!(network.first_not_finite(), None);
    for bad in [f32::NAN, f32::NEG_INFINITY] {
        let network = pytorch::replace(network.clone(), |name, shape| {
            let late = ["bn12.running_mean", "fc1.bias"].contains(&name);
            late.then(|| vec![bad; shape.iter().product()])
        });
        let found = network.first_not_finite();
        assert_eq!(found.as_deref(), Some("bn12.running_mean"));
    }
}
