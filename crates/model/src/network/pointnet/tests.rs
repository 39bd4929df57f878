use super::*;
use crate::for_tests::{images_of, network, small, tensor, values};
use crate::{Architecture, NetworkConfig, pytorch};

fn clouds(points: usize, seed: u64, device: &Device) -> Tensor<4> {
    images_of([3, points, 1], 4, seed, device)
}

/// The numbers of Yan's classes, without the counts of batches: of `get_model(10, normal_channel=False)` all, and without
/// `feat.stn` and `feat.fstn`.
#[test]
fn published_networks_have_the_parameters_of_the_code() {
    let count = |name| {
        let config = NetworkConfig::published(name);
        let tensors = config.parameters([3, 1024, 1], 10);
        let parameters = tensors
            .iter()
            .filter(|(name, _)| !pytorch::is_statistic(name));
        parameters
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum::<usize>()
    };
    assert_eq!(count(Architecture::PointNet), 803_338);
    assert_eq!(count(Architecture::PointNetT), 3_463_763);
}

#[test]
fn pointwise_layers_are_one_dimensional_convolutions_in_pytorch() {
    let config = NetworkConfig::published(Architecture::PointNet);
    let shapes = config.parameters([3, 1024, 1], 10);
    let shape = |name: &str| &shapes.iter().find(|(other, _)| other == name).unwrap().1;
    assert_eq!(*shape("feat.conv1.weight"), [64, 3, 1]);
    assert_eq!(*shape("feat.conv3.weight"), [1024, 128, 1]);
    assert_eq!(*shape("fc1.weight"), [512, 1024]);
}

#[test]
fn the_order_of_the_points_does_not_matter() {
    let device = &Device::flex();
    for name in [Architecture::PointNet, Architecture::PointNetT] {
        let network = network(&small(name), 1, device);
        let clouds = clouds(30, 1, device);
        let logits = values(network.forward(clouds.clone()));
        let reversed = values(network.forward(clouds.clone().flip([2])));
        // The same points as a picture of 5 by 6.
        let folded = values(network.forward(clouds.reshape([4, 3, 5, 6])));
        for ((a, b), c) in logits.iter().zip(reversed).zip(folded) {
            assert!((a - b).abs() < 1e-5 && (a - c).abs() < 1e-5, "{a} {b} {c}");
        }
    }
}

/// A layer whose normalisation has learned something, computed once with the normalisation in its weights and once step by
/// step.
#[test]
fn a_bias_is_folded_into_the_normalisation_after_it() {
    let device = &Device::flex();
    let layer = Pointwise {
        conv: burn::nn::conv::Conv2dConfig::new([2, 3], [1, 1]).init(device),
    };
    let layer = pytorch::replace(layer, |_, shape| {
        Some(
            (0..shape.iter().product())
                .map(|i| i as f32 * 0.3 - 0.4)
                .collect(),
        )
    });
    let norm = pytorch::replace(new_batch_norm(3, device), |name, _| {
        Some(match name {
            "weight" => vec![0.5, -1.0, 2.0],
            "bias" => vec![0.1, 0.2, -0.3],
            "running_mean" => vec![0.4, -0.2, 0.3],
            _ => vec![0.5, 1.5, 2.0],
        })
    });
    let x = tensor(&[1.0, -2.0, 0.5, 3.0], [1, 2, 2, 1], device);
    let folded = layer.norm(&norm, x.clone(), Activation::Identity, Precision::F32);
    let sums = layer.conv.forward(x);
    let plain = norm.forward(sums);
    for (a, b) in values(folded).iter().zip(values(plain)) {
        assert!((a - b).abs() < 1e-5, "{a} {b}");
    }
}

#[test]
fn a_new_transform_is_near_the_identity_and_turns_by_its_matrix() {
    let device = &Device::flex();
    let made = transform(3, [4, 4, 8], 6, device);
    // The last layer makes the matrix that exchanges the first two coordinates, less the identity.
    let exchange = [-1.0, 1.0, 0.0, 1.0, -1.0, 0.0, 0.0, 0.0, 0.0];
    let made = pytorch::replace(made, |name, shape| {
        let count = shape.iter().product();
        match name {
            "fc3.weight" => Some(vec![0.0; count]),
            "fc3.bias" => Some(exchange.to_vec()),
            _ => None,
        }
    });
    let x = tensor(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1, 3, 2, 1], device);
    let turned = values(made.turned(x, Precision::F32));
    assert_eq!(turned, [3.0, 4.0, 1.0, 2.0, 5.0, 6.0]);
}
