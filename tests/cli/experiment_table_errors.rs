//! Tables of an experiment whose keys do not fit together: refused by the key's name.

use crate::scratch::Scratch;
use crate::variants::with_tables;

/// Asserts that the tiny experiment is refused with `tables` in place of its own.
fn refused(tables: &str, expected: &str) {
    let scratch = Scratch::new();
    with_tables(&scratch, "bad.toml", tables);
    scratch.refused_for(
        "train bad.toml --data data",
        &["bad.toml", expected, "hint: "],
    );
}

#[test]
fn manifold_mixup_with_partners_from_the_whole_set() {
    refused(
        "[mixing]\nmethod = \"manifold\"\nalpha = 1.0\nevery = 1",
        "mixing.partner: expected \"batch\"",
    );
}

#[test]
fn manifold_mixup_at_a_linear_layer() {
    refused(
        "[mixing]\nmethod = \"manifold\"\nalpha = 1.0\nevery = 1\npartner = \"batch\"\nlayers = [\"fc1\"]",
        "expected some of input, conv11, conv12, conv21, found \"fc1\"",
    );
}

#[test]
fn cross_entropy_with_the_key_of_another_loss() {
    refused(
        "[loss]\nname = \"cross-entropy\"\nepsilon = 1e-6",
        "loss: epsilon: expected no such key for cross-entropy",
    );
}

#[test]
fn sgd_without_momentum() {
    refused(
        "[optimizer]\nname = \"sgd\"\nlearning_rate = 0.1",
        "optimizer: momentum: expected a value for sgd, found none",
    );
}

#[test]
fn a_cosine_without_its_end() {
    refused(
        "[schedule]\nname = \"cosine\"",
        "schedule: end_factor: expected a value for cosine, found none",
    );
}

#[test]
fn more_label_smoothing_than_one() {
    refused(
        "[labels]\nsmoothing = 1.5",
        "labels.smoothing: expected a number from 0 to 1",
    );
}

#[test]
fn crops_padded_by_more_than_half_an_image() {
    // How much is too much depends on the images, so the message names no file.
    let scratch = Scratch::new();
    with_tables(&scratch, "bad.toml", "[augmentation]\ncrop_padding = 40");
    scratch.refused_for(
        "train bad.toml --data data",
        &["augmentation.crop_padding: expected a whole number from 0 to 16 for images of 32x32, found 40"],
    );
}

#[test]
fn a_resnet20_with_two_widths() {
    refused(
        "[network]\nname = \"resnet20\"\nwidths = [2, 2]",
        "network.widths: expected 3 numbers for resnet20, found 2",
    );
}

#[test]
fn an_unknown_network() {
    refused(
        "[network]\nname = \"vgg\"\nwidths = [2]",
        "unknown value `vgg`",
    );
}

#[test]
fn attack_strengths_that_descend() {
    refused(
        "[robustness]\nepsilons = [2.0, 1.0]\nimages = 5\npgd_steps = 2",
        "robustness.epsilons: expected ascending numbers",
    );
}
