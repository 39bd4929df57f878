//! Stages that are not trained.

use burn::optim::GradientsParams;
use safetensors::SafeTensors;

use super::*;

/// The names of the tensors with a gradient, and of those that a batch has changed.
fn trained_and_changed(network: &Network, frozen: usize) -> (usize, Vec<String>) {
    let before = network.to_safetensors(None);
    let logits = network.forward_frozen(images(3, 2, &Device::flex()), frozen, 0, |x| x);
    let gradients = GradientsParams::from_grads(logits.sum().backward(), network);
    let after = network.to_safetensors(None);
    let (before, after) = (
        SafeTensors::deserialize(&before).unwrap(),
        SafeTensors::deserialize(&after).unwrap(),
    );
    let mut changed: Vec<String> = before
        .tensors()
        .into_iter()
        .filter(|(name, old)| after.tensor(name).unwrap().data() != old.data())
        .map(|(name, _)| name)
        .collect();
    changed.sort();
    (gradients.len(), changed)
}

#[test]
fn a_frozen_stage_gets_no_gradients_and_keeps_its_statistics() {
    for config in all() {
        let network = network(&config, 1, &Device::flex().autodiff());
        let stages = network.stages().len();
        let (all, learning) = trained_and_changed(&network, 0);
        let (some, changed) = trained_and_changed(&network, 2);
        assert!(some < all, "{}", config.name);
        // The names of the first two stages begin with these.
        let is_frozen = |name: &String| match config.name {
            Architecture::Cnn | Architecture::CnnBn => ["conv11", "conv12", "bn11", "bn12"]
                .iter()
                .any(|layer| name.starts_with(layer)),
            Architecture::PointNet => ["feat.conv1", "feat.bn1", "feat.conv2", "feat.bn2"]
                .iter()
                .any(|layer| name.starts_with(layer)),
            Architecture::PointNetT => ["feat.stn.", "feat.conv1", "feat.bn1"]
                .iter()
                .any(|layer| name.starts_with(layer)),
            _ => ["conv1.", "bn1.", "layer1."]
                .iter()
                .any(|layer| name.starts_with(layer)),
        };
        let expected: Vec<String> = learning
            .into_iter()
            .filter(|name| !is_frozen(name))
            .collect();
        assert_eq!(changed, expected, "{}", config.name);

        let (head, changed) = trained_and_changed(&network, stages);
        // The heads of networks for points have norms.
        let head_norms = if config.name.takes_clouds() { 2 } else { 0 };
        assert!(
            changed.iter().all(|name| name.starts_with("bn")),
            "{changed:?}"
        );
        assert_eq!(changed.len(), 2 * head_norms, "{}", config.name);
        let parameters = 2 * (network.head_parts().len() + head_norms);
        assert_eq!(head, parameters, "{}", config.name);
    }
}

#[test]
fn a_network_with_frozen_stages_computes_as_in_inference() {
    // The norms in the heads of networks for points are not frozen.
    for config in all().filter(|config| !config.name.takes_clouds()) {
        let network = network(&config, 1, &Device::flex().autodiff());
        // The statistics of a fresh network are not those of any batch.
        let _ = network.forward(images(4, 3, &Device::flex()));
        let stages = network.stages().len();
        let frozen = network.forward_frozen(images(3, 2, &Device::flex()), stages, 0, |x| x);
        let inference = network.valid().forward(images(3, 2, &Device::flex()));
        assert_eq!(values(frozen), values(inference), "{}", config.name);
    }
}

#[test]
fn maps_are_changed_within_frozen_stages_and_behind_them() {
    let config = small(Architecture::ResNet18);
    let network = network(&config, 1, &Device::flex().autodiff());
    let of = |stage, factor: f64| {
        let images = images(3, 2, &Device::flex());
        values(network.forward_frozen(images, 2, stage, |x| x * factor))
    };
    for stage in [0, 1, 2, 3] {
        assert_ne!(of(stage, 1.0), of(stage, 3.0), "{stage}");
    }
}
