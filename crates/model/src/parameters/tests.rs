//! Names, shapes and numbers of parameters.

use super::*;
use crate::Architecture;
use crate::for_tests::{all, network};

#[test]
fn published_networks_have_their_number_of_parameters() {
    let counts = Architecture::ALL.iter().map(|&name| {
        let config = NetworkConfig::published(name);
        let parameters = config.parameters(10);
        let parameters = parameters
            .iter()
            .filter(|(name, _)| !pytorch::is_statistic(name));
        let count: usize = parameters
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum();
        (name.to_string(), count)
    });
    let counts: Vec<_> = counts.collect();
    let expected = [
        ("cnn", 1_082_186),
        ("cnn-bn", 1_082_570),
        ("resnet20", 269_722),
        ("preact-resnet18", 11_171_274),
    ];
    assert_eq!(
        counts,
        expected.map(|(name, count)| (name.to_owned(), count))
    );
    let resnet = NetworkConfig::published(Architecture::ResNet20);
    let resnet = network(&resnet, 1, &Device::flex());
    assert_eq!(resnet.parameters_count(), 269_722);
}

#[test]
fn only_the_plain_cnn_has_no_batch_norm() {
    for config in all() {
        let expected = config.name != Architecture::Cnn;
        assert_eq!(config.has_batch_norm(), expected);
    }
}

#[test]
fn names_and_shapes_match_pytorch() {
    let parameters = |name| NetworkConfig::published(name).parameters(10);
    for (name, count, some) in [
        (
            Architecture::Cnn,
            12,
            [
                ("conv11.weight", &[64, 3, 3, 3][..]),
                ("conv22.bias", &[128]),
                ("fc1.weight", &[256, 3200]),
                ("fc2.weight", &[10, 256]),
            ],
        ),
        (
            Architecture::CnnBn,
            4 + 4 * 4 + 4,
            [
                ("conv12.weight", &[64, 64, 3, 3][..]),
                ("bn12.weight", &[64]),
                ("bn22.running_var", &[128]),
                ("fc1.bias", &[256]),
            ],
        ),
        (
            Architecture::ResNet20,
            19 + 19 * 4 + 2,
            [
                ("bn1.running_mean", &[16][..]),
                ("layer2.0.conv1.weight", &[32, 16, 3, 3]),
                ("layer3.2.bn2.bias", &[64]),
                ("linear.weight", &[10, 64]),
            ],
        ),
        (
            Architecture::PreActResNet18,
            17 + 17 * 4 + 3 + 2,
            [
                ("layer1.0.bn1.weight", &[64][..]),
                ("layer2.0.shortcut.0.weight", &[128, 64, 1, 1]),
                ("layer4.1.conv2.weight", &[512, 512, 3, 3]),
                ("linear.bias", &[10]),
            ],
        ),
    ] {
        let parameters = parameters(name);
        assert_eq!(parameters.len(), count, "{name}");
        for (name, shape) in some {
            assert!(parameters.contains(&(name.into(), shape.into())), "{name}");
        }
    }
}

#[test]
fn shapes_need_no_memory_for_weights() {
    let widest = NetworkConfig {
        name: Architecture::PreActResNet18,
        widths: vec![8192; 4],
        hidden: None,
    };
    let values: usize = widest
        .parameters(usize::MAX >> 20)
        .iter()
        .map(|(_, shape)| shape[0])
        .sum();
    assert!(values > 1 << 40);
}
