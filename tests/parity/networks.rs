//! Every network: parameters, forward and backward pass, running statistics, evaluation.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use mixup_model::{Architecture, NetworkConfig, PUBLISHED_INPUT};
use mixup_train::learn::loss::Loss;
use safetensors::SafeTensors;

use crate::formula::{assert_near, figures, l2, tensor, u, values};
use crate::gradients::gradients_of;
use crate::published::{Case, Figures, Gradient, Published, Running};

/// 0.7 of one class and 0.3 of another, or of the same one.
fn targets(batch: usize, device: &Device) -> Tensor<2> {
    let mut rows = vec![0.0_f32; batch * 10];
    for row in 0..batch {
        for (stream, share) in [(901, 0.7), (902, 0.3)] {
            rows[row * 10 + (10.0 * u(row, stream)) as usize] += share;
        }
    }
    Tensor::from_data(TensorData::new(rows, [batch, 10]), device)
}

/// One training-mode pass, and what it leaves for evaluation.
fn check(name: &str, published: &Published, case: &Case) {
    let config = published.config(name, Some(case));
    let device = Device::flex().autodiff();
    let network = published.network(&config, case.input, &device);
    let [channels, height, width] = case.input;
    let shape = [case.batch, channels, height, width];
    let images: Tensor<4> = tensor(shape, 900, |u| 2.0 * (2.0 * u - 1.0), &Device::flex());
    let leaf = images.clone().autodiff().require_grad();
    let logits = network.forward(leaf.clone());
    // f32 itself is further off in a narrow network of 50 layers, and where two transforms multiply the points.
    let tolerance = |least: f64, gap: f64| match name {
        "resnet50" => least.max(3.0 * gap),
        "pointnet-t" => least.max(5.0 * gap),
        _ => least,
    };
    let near = tolerance(2e-5, case.f32_gap.logits);
    assert_near(name, &values(logits.clone()), &case.logits.concat(), near);
    let loss = Loss::CrossEntropy.forward(logits, targets(case.batch, &Device::flex()));
    assert_near(name, &values(loss.clone()), &[case.loss], near / 2.0);
    let gradients = loss.backward();
    let near = tolerance(1e-4, case.f32_gap.gradients());

    let input = values(leaf.grad(&gradients).unwrap());
    let mut all = vec![("input", input.as_slice())];
    let found = gradients_of(&network, &gradients);
    all.extend(
        found
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice())),
    );
    assert_eq!(found.len(), published.trainable.len(), "{name}");
    for (parameter, found) in all {
        let what = format!("{name} {parameter}");
        if case.vanished.iter().any(|bias| bias == parameter) {
            assert!(l2(found) < 1e-4, "{what}: {}", l2(found));
            continue;
        }
        let expected = match parameter {
            "input" => case.input_gradient.as_ref(),
            parameter => case.gradients.get(parameter),
        };
        let norm = match parameter {
            "input" => case.input_gradient_l2,
            parameter => case.gradient_l2.get(parameter).copied(),
        };
        let norm = expected
            .map(|expected| expected.l2)
            .or(norm)
            .unwrap_or_else(|| panic!("{what}: PyTorch has no figure of it"));
        assert_near(&what, &[l2(found)], &[norm], near * norm);
        if let Some(Gradient { l2, dot, first }) = expected {
            let product = found
                .iter()
                .enumerate()
                .map(|(k, g)| g * (2.0 * u(k, 903) - 1.0));
            assert_near(&what, &[product.sum()], &[*dot], near * l2);
            assert_near(&what, &found[..first.len()], first, near * l2);
        }
    }

    // `valid` settles the running statistics.
    let evaluated = network.valid();
    let bytes = evaluated.to_safetensors(None);
    let file = SafeTensors::deserialize(&bytes).unwrap();
    for (norm, Running { mean, var }) in &case.running {
        for (part, expected) in [("running_mean", mean), ("running_var", var)] {
            let view = file.tensor(&format!("{norm}.{part}")).unwrap();
            let fours = view.data().chunks_exact(4).take(expected.len());
            let found: Vec<f64> = fours
                .map(|four| f64::from(f32::from_le_bytes(four.try_into().unwrap())))
                .collect();
            assert_near(&format!("{name} {norm}.{part}"), &found, expected, 1e-5);
        }
    }
    if !case.evaluation_logits.is_empty() {
        let logits = values(evaluated.forward(images));
        assert_near(name, &logits, &case.evaluation_logits.concat(), 5e-5);
    }
}

/// The networks of PyTorch's figures, each of which has tests below.
const NETWORKS: [&str; 8] = [
    "cnn",
    "cnn-bn",
    "pointnet",
    "pointnet-t",
    "preact-resnet18",
    "resnet18",
    "resnet20",
    "resnet50",
];

#[test]
fn every_network_has_a_test() {
    let Figures { networks } = figures("networks.json");
    assert!(networks.keys().eq(NETWORKS), "{:?}", networks.keys());
    assert_eq!(Architecture::ALL.len(), NETWORKS.len());
}

#[test]
fn names_shapes_and_parameter_counts_match_pytorch() {
    let Figures { networks } = figures("networks.json");
    for (name, published) in &networks {
        let config = published.config(name, None);
        assert_eq!(config, NetworkConfig::published(config.name));
        assert_eq!(
            config.parameters(PUBLISHED_INPUT, 10),
            published.state,
            "{name}"
        );
        let mut rng = mixup_data::stream(0, mixup_data::Purpose::Weights, 0);
        let network = config.init(PUBLISHED_INPUT, 10, &mut rng, &Device::flex());
        assert_eq!(network.parameters_count(), published.parameters, "{name}");
    }
}

fn check_small(name: &str) {
    let Figures { networks } = figures("networks.json");
    check(name, &networks[name], &networks[name].small);
}

/// The cases with images of this shape.
fn check_shape(name: &str, input: [usize; 3]) {
    let Figures { networks } = figures("networks.json");
    let mut cases = networks[name].shapes.iter();
    let case = cases.find(|case| case.input == input);
    check(name, &networks[name], case.unwrap());
}

fn check_published(name: &str) {
    let Figures { networks } = figures("networks.json");
    let case = networks[name].full.as_ref();
    check(name, &networks[name], case.unwrap());
}

#[test]
fn a_small_cnn_matches_pytorch() {
    check_small("cnn");
}

#[test]
fn a_small_cnn_bn_matches_pytorch() {
    check_small("cnn-bn");
}

#[test]
fn a_small_resnet20_matches_pytorch() {
    check_small("resnet20");
}

#[test]
fn a_small_preact_resnet18_matches_pytorch() {
    check_small("preact-resnet18");
}

#[test]
fn a_cnn_for_grey_images_matches_pytorch() {
    check_shape("cnn", [1, 28, 28]);
}

#[test]
fn a_cnn_for_wide_images_matches_pytorch() {
    check_shape("cnn", [3, 20, 29]);
}

#[test]
fn a_cnn_bn_for_grey_images_matches_pytorch() {
    check_shape("cnn-bn", [1, 28, 28]);
}

#[test]
fn a_cnn_bn_for_wide_images_matches_pytorch() {
    check_shape("cnn-bn", [3, 20, 29]);
}

#[test]
fn a_resnet20_for_grey_images_matches_pytorch() {
    check_shape("resnet20", [1, 28, 28]);
}

#[test]
fn a_resnet20_for_wide_images_matches_pytorch() {
    check_shape("resnet20", [3, 25, 38]);
}

#[test]
fn a_preact_resnet18_for_grey_images_matches_pytorch() {
    check_shape("preact-resnet18", [1, 28, 28]);
}

#[test]
fn a_preact_resnet18_for_wide_images_matches_pytorch() {
    check_shape("preact-resnet18", [3, 25, 38]);
}

#[test]
fn a_small_pointnet_matches_pytorch() {
    check_small("pointnet");
}

#[test]
fn a_pointnet_for_few_points_matches_pytorch() {
    check_shape("pointnet", [3, 50, 1]);
}

#[test]
fn the_published_pointnet_matches_pytorch() {
    check_published("pointnet");
}

#[test]
fn a_small_pointnet_with_transforms_matches_pytorch() {
    check_small("pointnet-t");
    check_shape("pointnet-t", [3, 40, 1]);
}

/// The article's network at its published widths has its own case, in `article.rs`.
#[test]
fn the_published_cnn_has_no_figures_here() {
    let Figures { networks } = figures("networks.json");
    assert!(networks["cnn"].full.is_none());
}

#[test]
fn the_published_cnn_bn_matches_pytorch() {
    check_published("cnn-bn");
}

#[test]
fn the_published_resnet20_matches_pytorch() {
    check_published("resnet20");
}

#[test]
fn the_published_preact_resnet18_matches_pytorch() {
    check_published("preact-resnet18");
}

#[test]
fn a_small_resnet18_matches_torchvision() {
    check_small("resnet18");
}

#[test]
fn a_small_resnet50_matches_torchvision() {
    check_small("resnet50");
}

#[test]
fn a_resnet18_for_grey_images_matches_torchvision() {
    check_shape("resnet18", [1, 28, 28]);
}

#[test]
fn a_resnet18_for_tall_images_matches_torchvision() {
    check_shape("resnet18", [3, 70, 45]);
}

#[test]
fn a_resnet50_for_grey_images_matches_torchvision() {
    check_shape("resnet50", [1, 28, 28]);
}

#[test]
fn a_resnet50_for_tall_images_matches_torchvision() {
    check_shape("resnet50", [3, 70, 45]);
}

/// The logits of torchvision's own network of the published widths.
fn check_large(name: &str, side: usize) {
    let Figures { networks } = figures("networks.json");
    let published = &networks[name];
    let large = published.large.iter().find(|large| large.side == side);
    let expected = large.unwrap().logits.concat();
    let input = [3, side, side];
    let network = published.network(&published.config(name, None), input, &Device::flex());
    let shape = [2, 3, side, side];
    let images: Tensor<4> = tensor(shape, 900, |u| 2.0 * (2.0 * u - 1.0), &Device::flex());
    assert_near(name, &values(network.forward(images)), &expected, 1e-4);
}

#[test]
fn the_published_resnet18_matches_torchvision_at_64_pixels() {
    check_large("resnet18", 64);
}

#[test]
fn the_published_resnet18_matches_torchvision_at_224_pixels() {
    check_large("resnet18", 224);
}

#[test]
fn the_published_resnet50_matches_torchvision_at_64_pixels() {
    check_large("resnet50", 64);
}

#[test]
fn the_published_resnet50_matches_torchvision_at_224_pixels() {
    check_large("resnet50", 224);
}
