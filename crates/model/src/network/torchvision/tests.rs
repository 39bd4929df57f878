//! The residual networks for large images: their shortcuts and the sizes of their maps.

use super::*;
use crate::for_tests::{images_of, network, small, values};
use crate::{Architecture, pytorch};

fn names(block: &impl Module) -> Vec<String> {
    let shapes = pytorch::shapes(block).into_iter();
    shapes.map(|(name, _)| name).collect()
}

#[test]
fn only_a_block_that_changes_its_maps_has_a_projection() {
    let device = &Device::flex();
    let projects = |channels, stride| {
        let names = names(&BasicBlock::new(channels, stride, device));
        names.iter().any(|name| name == "downsample.0.weight")
    };
    assert!(!projects([8, 8], 1));
    assert!(projects([8, 8], 2) && projects([4, 8], 1));
}

#[test]
fn a_projection_has_the_names_of_torchvision() {
    let block = Bottleneck::new([16, 32], 2, &Device::flex());
    let names = names(&block);
    let projection = names.iter().filter(|name| name.starts_with("downsample"));
    let expected = [
        "0.weight",
        "1.weight",
        "1.bias",
        "1.running_mean",
        "1.running_var",
    ];
    let expected = expected.map(|name| format!("downsample.{name}"));
    assert!(projection.eq(&expected), "{names:?}");
}

/// As torchvision's do, an image may have any size.
#[test]
fn the_stem_divides_odd_sides_by_four_and_rounds_up() {
    let device = &Device::flex();
    for name in [Architecture::ResNet18, Architecture::ResNet50] {
        let network = network(&small(name), 1, device);
        let maps = |height, width| {
            let maps = network.stage(0, images_of([3, height, width], 1, 2, device));
            let [_, _, height, width] = maps.dims();
            [height, width]
        };
        assert_eq!(maps(64, 64), [16, 16]);
        assert_eq!(maps(33, 65), [9, 17]);
        assert_eq!(maps(1, 2), [1, 1]);
    }
}

/// Black borders must not win over negative values, but after the ReLU there are none.
#[test]
fn the_stem_leaves_no_negative_values() {
    let device = &Device::flex();
    let network = network(&small(Architecture::ResNet18), 1, device);
    let maps = values(network.stage(0, images_of([3, 32, 32], 2, 3, device)));
    assert!(maps.iter().all(|value| *value >= 0.0));
    assert!(maps.iter().any(|value| *value > 0.0));
}
