//! Weights files: their names and shapes, and what `mixup evaluate` says of them.

use std::fs;

use safetensors::SafeTensors;
use safetensors::tensor::serialize;

use crate::ended::Ended;
use crate::run_files::number;
use crate::scratch::{Scratch, TEST};

#[test]
fn names_and_shapes_match_pytorch() {
    let scratch = Scratch::new();
    scratch.train("run", "");
    for file in ["run/model.safetensors", "run/best.safetensors"] {
        let bytes = scratch.read(file);
        let weights = SafeTensors::deserialize(&bytes).unwrap();
        let mut found: Vec<(String, Vec<usize>)> = weights
            .iter()
            .map(|(name, tensor)| (name.to_owned(), tensor.shape().to_vec()))
            .collect();
        found.sort();
        let expected: [(&str, &[usize]); 12] = [
            ("conv11.bias", &[2]),
            ("conv11.weight", &[2, 3, 3, 3]),
            ("conv12.bias", &[2]),
            ("conv12.weight", &[2, 2, 3, 3]),
            ("conv21.bias", &[2]),
            ("conv21.weight", &[2, 2, 3, 3]),
            ("conv22.bias", &[2]),
            ("conv22.weight", &[2, 2, 3, 3]),
            ("fc1.bias", &[4]),
            ("fc1.weight", &[4, 50]),
            ("fc2.bias", &[10]),
            ("fc2.weight", &[10, 4]),
        ];
        let expected = expected.map(|(name, shape)| (name.to_owned(), shape.to_vec()));
        assert_eq!(found, expected);
    }
}

#[test]
fn evaluation_agrees_with_the_run_that_wrote_the_weights() {
    let scratch = Scratch::new();
    scratch.train("run", "");
    let summary = scratch.json("run/summary.json");
    // Without its run folder the file must tell by itself how pixels are normalised.
    fs::create_dir(scratch.path("elsewhere")).unwrap();
    for name in ["model", "best"] {
        let from = scratch.path(format!("run/{name}.safetensors"));
        fs::copy(from, scratch.path(format!("elsewhere/{name}"))).unwrap();
    }
    fs::rename(scratch.path("run"), scratch.path("gone")).unwrap();
    let evaluate = |weights: &str| -> Ended {
        scratch
            .run(&format!("evaluate --weights {weights} --data data --json"))
            .succeeded()
    };
    for weights in ["gone/model.safetensors", "elsewhere/model"] {
        let result = evaluate(weights).json();
        let keys: Vec<&String> = result.as_object().unwrap().keys().collect();
        let known = [
            "accuracy",
            "brier",
            "confusion",
            "ece",
            "images",
            "loss",
            "nll",
            "reliability",
        ];
        assert_eq!(keys, known);
        assert_eq!(result["images"], TEST);
        assert_eq!(result["accuracy"], summary["last_test_accuracy"]);
        let difference = number(&result, "loss") - number(&summary, "last_test_loss");
        assert!(difference.abs() < 1e-6, "{weights}: {difference}");
    }
    let best = evaluate("elsewhere/best").json();
    assert_eq!(best["accuracy"], summary["best_test_accuracy"]);
}

#[test]
fn bf16_weights_are_evaluated_in_f32_on_the_cpu_with_a_note() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let bytes = scratch.read("run/model.safetensors");
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let mut metadata = metadata.metadata().clone().unwrap();
    let note = metadata.get_mut("mixup").unwrap();
    *note = note.replace("\"f32\"", "\"bf16\"");
    let weights = SafeTensors::deserialize(&bytes).unwrap();
    scratch.write(
        "half",
        serialize(weights.tensors(), Some(metadata)).unwrap(),
    );
    let line = "--data data --json --device cpu";
    let half = scratch.run(&format!("evaluate --weights half {line}"));
    let half = half.succeeded();
    let words = "note: the network was trained in bf16, and computes in f32 here";
    assert!(half.stderr.contains(words), "{}", half.stderr);
    let single = scratch.run(&format!("evaluate --weights run/model.safetensors {line}"));
    let single = single.succeeded();
    assert!(!single.stderr.contains("computes in"), "{}", single.stderr);
    assert_eq!(half.json(), single.json());
}
