//! `mixup export`: what it says and refuses, and that ONNX Runtime computes the same.
//!
//! `MIXUP_PYTHON` names a Python that has onnx, onnxruntime and Pillow; without it, `python3` is taken.

use serde_json::{Value, json};

use crate::pytorch::{gap, probabilities, python, runs};
use crate::scratch::Scratch;

#[test]
fn a_run_is_exported_and_the_model_says_what_it_takes() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let said = scratch
        .run("export run --onnx model.onnx --json")
        .succeeded()
        .json();
    assert_eq!(said["onnx"], "model.onnx");
    assert_eq!(said["network"], "cnn");
    assert_eq!(said["input"], json!([3, 32, 32]));
    assert_eq!(said["probabilities"], "sigmoid");
    assert_eq!(said["classes"].as_array().unwrap().len(), 10);
    let model = scratch.read("model.onnx");
    assert_eq!(said["bytes"], model.len());
    // A string of protobuf: field, length, bytes.
    let entry = b"\x0a\x06resize\x12\x06squash";
    assert!(model.windows(entry.len()).any(|part| part == entry));
    let words = scratch
        .run("export run/model.safetensors --onnx again.onnx")
        .succeeded()
        .stdout;
    assert!(words.contains("images: [N, 3, 32, 32]"), "{words}");
    assert!(
        words.contains(
            "logits: [N, 10]; probabilities are their sigmoid, divided by its sum over the classes"
        ),
        "{words}"
    );
    assert_eq!(scratch.read("again.onnx"), model);
}

#[test]
fn no_other_file_is_replaced_and_a_folder_must_be_there() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    scratch.write("weights.safetensors", scratch.read("run/model.safetensors"));
    for (file, found) in [
        ("run/model.safetensors", "found a place in a run folder"),
        ("run/notes.txt", "found a place in a run folder"),
        ("weights.safetensors", "found a file that is no .onnx"),
        ("-", "found -, which is no file"),
    ] {
        let before = scratch.path(file).exists().then(|| scratch.read(file));
        scratch.refused_for(
            &format!("export run/best.safetensors --onnx {file}"),
            &[found, "such as model.onnx"],
        );
        let after = scratch.path(file).exists().then(|| scratch.read(file));
        assert_eq!(after, before, "{file}");
    }
    // A model may lie in the folder of its run, and may be replaced.
    for _ in 0..2 {
        scratch.run("export run --onnx run/model.onnx").succeeded();
    }
    scratch.run("evaluate --weights run").succeeded();
    scratch.refused_for(
        "export run --onnx none/model.onnx",
        &["none/model.onnx", "with --onnx"],
    );
    scratch.refused_for("export nothing --onnx a.onnx", &["found nothing there"]);
}

#[test]
#[ignore = "needs Python with onnx, onnxruntime and Pillow"]
fn tool_onnx_runtime_computes_what_this_program_predicts() {
    let (scratch, names) = runs();
    for name in &names {
        scratch
            .run(&format!("export {name} --onnx {name}.onnx"))
            .succeeded();
    }
    let printed = python(&scratch, PYTHON);
    for (name, line) in names.iter().zip(printed.lines()) {
        let said: Value = serde_json::from_str(line).unwrap();
        assert_eq!(said["name"], *name);
        let theirs: Vec<(String, f64)> =
            serde_json::from_value(said["probabilities"].clone()).unwrap();
        let found = gap(&probabilities(&scratch, name, name), &theirs);
        println!(
            "{name}: probabilities differ by {found:.1e}; outputs from predictions.csv by {}",
            said["predictions.csv"]
        );
        assert!(found < 1e-5, "{name}: {found}");
    }
}

/// Checks each model, and compares it with the run's `predictions.csv`.
const PYTHON: &str = r#"
import csv
import json

import numpy
import onnx
import onnxruntime
from PIL import Image

RUNS = "cnn cnn-bn resnet20 preact-resnet18 resnet18 resnet50 grey wide".split()
records = numpy.fromfile("data/test_batch.bin", "uint8").reshape(-1, 3073)
images = records[:, 1:].reshape(-1, 3, 32, 32).astype("float32") / 255

for name in RUNS:
    model = onnx.load(f"{name}.onnx")
    onnx.checker.check_model(model, full_check=True)
    about = {entry.key: entry.value for entry in model.metadata_props}
    session = onnxruntime.InferenceSession(f"{name}.onnx", providers=["CPUExecutionProvider"])
    (taken,), (given,) = session.get_inputs(), session.get_outputs()
    assert (taken.name, given.name) == ("images", "logits")
    assert taken.shape[0] == "N" and given.shape[0] == "N"
    run = lambda values: session.run(None, {"images": values})[0].astype("float64")
    sigmoid = lambda logits: 1 / (1 + numpy.exp(-logits))
    softmax = lambda logits: numpy.exp(logits) / numpy.exp(logits).sum(1, keepdims=True)
    outputs = {"sigmoid": sigmoid, "softmax": softmax}[about["probabilities"]]
    said = {"name": name, "predictions.csv": None}
    if taken.shape[1:] == [3, 32, 32]:
        rows = list(csv.DictReader(open(f"{name}/predictions.csv")))
        found = outputs(run(images))[range(len(rows)), [int(row["predicted"]) for row in rows]]
        gap = numpy.abs(found - [float(row["probability"]) for row in rows]).max()
        assert gap < 1e-5, (name, gap)
        said["predictions.csv"] = float(gap)
    picture = Image.open(f"{name}.png").convert("L" if taken.shape[1] == 1 else "RGB")
    values = numpy.asarray(picture, "float32").reshape(*taken.shape[2:], -1).transpose(2, 0, 1)[None] / 255
    row = outputs(run(values))[0]
    said["probabilities"] = sorted(zip(json.loads(about["classes"]), (row / row.sum()).tolist()))
    print(json.dumps(said))
"#;
