//! Every network trains, counts its parameters, and is loaded again from its weights.

use crate::run_files::number;
use crate::scratch::Scratch;
use crate::variants::{train, with_tables};

/// Trains one epoch and evaluates the weights.
fn assert_trains(name: &str, shape: &str, parameters: usize) {
    let scratch = Scratch::new();
    let table = format!("[network]\nname = \"{name}\"\n{shape}");
    with_tables(&scratch, "network.toml", &table);
    train(&scratch, "network.toml", "run", "--epochs 1");
    let summary = scratch.json("run/summary.json");
    assert_eq!(summary["parameters"], parameters);
    let judged = scratch
        .run("evaluate --weights run/model.safetensors --data data --json")
        .succeeded()
        .json();
    assert_eq!(
        number(&judged, "accuracy"),
        number(&summary, "last_test_accuracy")
    );
}

#[test]
fn the_network_of_the_article() {
    let parameters = 56 + 38 + 38 + 38 + 204 + 50;
    assert_trains("cnn", "widths = [2, 2]\nhidden = 4", parameters);
}

#[test]
fn the_network_of_the_article_with_batch_norm() {
    assert_trains("cnn-bn", "widths = [2, 3]\nhidden = 4", 599);
}

#[test]
fn resnet_20() {
    assert_trains("resnet20", "widths = [2, 3, 4]", 1719);
}

#[test]
fn preact_resnet_18() {
    assert_trains("preact-resnet18", "widths = [2, 2, 3, 4]", 1339);
}

#[test]
fn resnet_18_of_torchvision() {
    assert_trains("resnet18", "widths = [2, 2, 3, 4]", 1601);
}

#[test]
fn resnet_50_of_torchvision() {
    assert_trains("resnet50", "widths = [2, 2, 3, 4]", 3622);
}
