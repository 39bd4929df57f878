//! Experiment files with wrong keys or values: an error that names the line or the key, a hint, exit
//! code 2, and nothing written.

use crate::scratch::Scratch;

/// Asserts that the tiny experiment is refused once `from` is replaced by `to`.
fn refused(from: &str, to: &str, expected: &[&str]) {
    let scratch = Scratch::new();
    scratch.experiment("bad.toml", from, to);
    scratch.refused_for("train bad.toml --data data --out run", expected);
}

#[test]
fn a_misspelt_key_of_a_table_is_named_with_its_line_and_the_known_keys() {
    refused(
        "alpha =",
        "alhpa =",
        &[
            "bad.toml:10: ",
            "`alhpa`",
            "`alpha`",
            "`every`",
            "did you mean alpha?",
        ],
    );
}

#[test]
fn a_misspelt_key_is_named_with_its_line() {
    refused(
        "epochs = 6",
        "epoch = 6",
        &[
            "bad.toml:2: ",
            "`epoch`",
            "`epochs`",
            "did you mean epochs?",
        ],
    );
}

#[test]
fn a_misspelt_table_is_named() {
    refused("[loss]\n", "[lost]\n", &["`lost`", "`loss`"]);
}

#[test]
fn a_missing_key_is_named() {
    refused("epochs = 6\n", "", &["missing key `epochs`"]);
}

#[test]
fn a_missing_hidden_width_is_named_with_its_range() {
    refused(
        "hidden = 4\n",
        "",
        &["network.hidden: expected a whole number from 1 to 65536 for cnn, found none"],
    );
}

#[test]
fn a_negative_alpha() {
    refused(
        "alpha = 0.2",
        "alpha = -1.0",
        &["mixing.alpha: expected", "found -1"],
    );
}

#[test]
fn an_infinite_alpha() {
    refused(
        "alpha = 0.2",
        "alpha = inf",
        &["mixing.alpha: expected", "found inf"],
    );
}

#[test]
fn an_alpha_in_words() {
    refused(
        "alpha = 0.2",
        "alpha = \"much\"",
        &["bad.toml:10: ", "string \"much\""],
    );
}

#[test]
fn an_empty_batch() {
    refused(
        "batch_size = 8",
        "batch_size = 0",
        &["batch_size: expected", "found 0"],
    );
}

#[test]
fn mixing_every_zeroth_image() {
    refused(
        "every = 2",
        "every = 0",
        &["mixing.every: expected", "found 0"],
    );
}

#[test]
fn a_negative_seed() {
    refused("seed = 1", "seed = -1", &["bad.toml:1: ", "-1"]);
}

#[test]
fn a_key_without_a_value() {
    refused("hidden = 4", "hidden = ", &["bad.toml:7: "]);
}

#[test]
fn a_missing_file() {
    Scratch::new().refused_for(
        "train nowhere.toml --data data --out run",
        &["error: nowhere.toml: "],
    );
}

#[test]
fn no_epochs() {
    Scratch::new().refused_for(
        "train tiny.toml --data data --out run --epochs 0",
        &["epochs: expected a whole number from 1"],
    );
}

const NO_BF16: &[&str] = &[
    "error: precision: expected a GPU that computes in bf16, found CPU",
    "slower",
    "precision = \"f32\"",
];

/// Asserts that `line` is refused for an experiment in bf16, before it looks for the data.
fn refused_in_bf16(line: &str) {
    let scratch = Scratch::new();
    let bf16 = "batch_size = 8\nprecision = \"bf16\"";
    scratch.experiment("half.toml", "batch_size = 8", bf16);
    scratch.refused_for(line, NO_BF16);
}

#[test]
fn training_in_bf16_on_the_cpu() {
    refused_in_bf16("train half.toml --data nowhere --out run --device cpu");
}

#[test]
fn measuring_in_bf16_on_the_cpu() {
    refused_in_bf16("bench half.toml --data nowhere --device cpu");
}

#[test]
fn resuming_in_bf16_on_the_cpu() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let recorded = String::from_utf8(scratch.read("run/experiment.toml")).unwrap();
    let half = recorded.replace("precision = \"f32\"", "precision = \"bf16\"");
    assert_ne!(half, recorded);
    scratch.write("run/experiment.toml", half);
    std::fs::remove_file(scratch.path("run/checkpoint/epoch-1/SHA256SUMS")).unwrap();
    scratch.refused_for(
        "train --resume run --data nowhere --epochs 2 --device cpu",
        NO_BF16,
    );
}
