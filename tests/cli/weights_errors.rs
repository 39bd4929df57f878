//! Weights files that do not fit: an error that names the tensor or the format, exit code 2.

use safetensors::SafeTensors;
use safetensors::tensor::{TensorView, serialize};

use crate::scratch::Scratch;

/// A run, and its weights with the tensor `name` in another shape, as the file `weights`.
fn reshaped(name: &str, shape: &[usize]) -> Scratch {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let bytes = scratch.read("run/model.safetensors");
    let weights = SafeTensors::deserialize(&bytes).unwrap();
    let tensors = weights.iter().map(|(found, view)| {
        let shape = if found == name { shape } else { view.shape() };
        let view = TensorView::new(view.dtype(), shape.to_vec(), view.data());
        (found.to_owned(), view.unwrap())
    });
    let bytes = serialize(tensors.collect::<Vec<_>>(), None).unwrap();
    scratch.write("weights", bytes);
    scratch
}

/// Asserts that `mixup evaluate` refuses the file `weights`.
fn refused(scratch: &Scratch, weights: &str, expected: &[&str]) {
    let line = format!("evaluate --weights {weights} --data data");
    scratch.refused_for(&line, expected);
}

#[test]
fn weights_without_a_note_are_taken() {
    let scratch = reshaped("", &[]);
    scratch
        .run("evaluate --weights weights --data data")
        .succeeded();
}

#[test]
fn a_tensor_of_another_shape() {
    refused(
        &reshaped("fc1.weight", &[5, 40]),
        "weights",
        &["weights: expected fc1.bias f32 [5], found f32 [4]"],
    );
}

#[test]
fn a_transposed_tensor() {
    refused(
        &reshaped("fc2.weight", &[4, 10]),
        "weights",
        &["weights: expected fc2.weight", "[4, 10]"],
    );
}

#[test]
fn a_file_without_its_last_byte() {
    let scratch = reshaped("", &[]);
    let bytes = scratch.read("weights");
    scratch.write("cut", &bytes[..bytes.len() - 1]);
    let expected = ["cut: expected weights in the safetensors format"];
    refused(&scratch, "cut", &expected);
}

#[test]
fn an_empty_file() {
    let scratch = Scratch::new();
    scratch.write("empty", "");
    let expected = ["empty: expected weights in the safetensors format"];
    refused(&scratch, "empty", &expected);
}

#[test]
fn a_text_file() {
    let expected = ["tiny.toml: expected weights in the safetensors format"];
    refused(&Scratch::new(), "tiny.toml", &expected);
}

#[test]
fn a_missing_file() {
    refused(&Scratch::new(), "nowhere", &["error: nowhere: "]);
}

#[test]
fn weights_of_another_number_of_classes() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    scratch.class_folders(&["train/cat", "train/dog", "test/cat", "test/dog"]);
    scratch.refused_for(
        "evaluate --weights run/model.safetensors --data classes",
        &["expected data with 10 classes, found 2"],
    );
}
