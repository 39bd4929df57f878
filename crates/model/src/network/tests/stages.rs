//! The shape after each stage, and changes between stages.

use super::*;

/// Channels, height and width after each stage.
fn map_shapes(name: Architecture) -> Vec<[usize; 3]> {
    let device = &Device::flex();
    let network = network(&small(name), 1, device);
    let mut x = images(2, 1, device);
    let mut shapes = vec![];
    for index in 0..network.stages().len() {
        x = network.stage(index, x);
        let [batch, channels, height, width] = x.dims();
        assert_eq!(batch, 2);
        shapes.push([channels, height, width]);
    }
    shapes
}

#[test]
fn cnn_maps_lose_two_pixels_a_convolution_and_half_a_pooling() {
    let expected = [[4, 30, 30], [4, 14, 14], [8, 12, 12], [8, 5, 5]];
    assert_eq!(map_shapes(Architecture::Cnn), expected);
}

#[test]
fn cnn_bn_maps_have_the_sizes_of_the_cnn_maps() {
    let expected = [[4, 30, 30], [4, 14, 14], [8, 12, 12], [8, 5, 5]];
    assert_eq!(map_shapes(Architecture::CnnBn), expected);
}

#[test]
fn resnet20_halves_its_maps_twice_and_takes_their_means() {
    let expected = [[4, 32, 32], [4, 32, 32], [8, 16, 16], [8, 1, 1]];
    assert_eq!(map_shapes(Architecture::ResNet20), expected);
}

#[test]
fn preact_resnet18_halves_its_maps_three_times_and_takes_their_means() {
    let expected = [[4, 32, 32], [4, 32, 32], [4, 16, 16], [8, 8, 8], [8, 1, 1]];
    assert_eq!(map_shapes(Architecture::PreActResNet18), expected);
}

#[test]
fn large_resnets_divide_their_maps_by_four_and_then_halve_them_three_times() {
    let expected = [[4, 8, 8], [4, 8, 8], [4, 4, 4], [8, 2, 2], [8, 1, 1]];
    assert_eq!(map_shapes(Architecture::ResNet18), expected);
    let expected = [[4, 8, 8], [16, 8, 8], [16, 4, 4], [32, 2, 2], [32, 1, 1]];
    assert_eq!(map_shapes(Architecture::ResNet50), expected);
}

#[test]
fn cnn_head_goes_through_its_hidden_features() {
    let device = &Device::flex();
    let network = network(&small(Architecture::Cnn), 1, device);
    let features = network.head_part(0, Tensor::ones([2, 8 * 5 * 5], device));
    assert_eq!(features.dims(), [2, 16]);
    assert_eq!(network.head_part(1, features).dims(), [2, 10]);
}

/// ReLU follows the first linear layer only.
#[test]
fn cnn_hidden_features_are_not_negative_and_its_logits_may_be() {
    let device = &Device::flex();
    let network = network(&small(Architecture::Cnn), 1, device);
    let maps = Tensor::ones([1, 8 * 5 * 5], device);
    let features = network.head_part(0, maps);
    let logits = network.head_part(1, features.clone());
    assert!(values(features).iter().all(|value| *value >= 0.0));
    assert!(values(logits).iter().any(|value| *value < 0.0));
}

#[test]
fn head_and_stages_have_a_name_for_each_part() {
    let network = network(&small(Architecture::PreActResNet18), 1, &Device::flex());
    assert_eq!(
        network.stages(),
        ["stem", "layer1", "layer2", "layer3", "layer4"]
    );
    assert_eq!(network.head_parts(), ["linear"]);
}

fn change(x: Tensor<4>) -> Tensor<4> {
    x.flip([0]) * 0.5
}

#[test]
fn change_at_stage_0_is_a_change_of_the_images() {
    let device = &Device::flex();
    for config in all() {
        let network = network(&config, 1, device);
        let images = images(3, 1, device);
        let expected = network.forward(change(images.clone()));
        let found = network.forward_with(images, 0, change);
        assert_eq!(values(found), values(expected), "{}", config.name);
    }
}

/// The same by hand, a stage and a part of the head at a time.
#[test]
fn change_is_applied_to_the_input_of_its_stage() {
    let device = &Device::flex();
    for config in all() {
        let network = network(&config, 1, device);
        let images = images(3, 1, device);
        for changed in 1..network.stages().len() {
            let mut x = images.clone();
            for index in 0..network.stages().len() {
                x = if index == changed { change(x) } else { x };
                x = network.stage(index, x);
            }
            let mut features = x.flatten(1, 3);
            for part in 0..network.head_parts().len() {
                features = network.head_part(part, features);
            }
            let found = network.forward_with(images.clone(), changed, change);
            assert_eq!(values(found), values(features), "{config:?} at {changed}");
        }
    }
}

#[test]
#[should_panic(expected = "expected a stage below 4, found 4")]
fn change_after_the_last_stage_is_refused() {
    let device = &Device::flex();
    let network = network(&small(Architecture::ResNet20), 1, device);
    network.forward_with(images(1, 1, device), 4, |x| x);
}
