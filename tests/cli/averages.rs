//! The moving average of the weights: `[ema]`.

use safetensors::SafeTensors;
use serde_json::Value;

use crate::run_files::number;
use crate::scratch::Scratch;

const EMA: &str = "--set ema.decay=0.9 --set network.name=cnn-bn --set network.widths=[2,2] --set network.hidden=4";
const PLAIN: &str = "--set network.name=cnn-bn --set network.widths=[2,2] --set network.hidden=4";

/// The values of all tensors of a weights file, by name.
fn tensors(scratch: &Scratch, file: &str) -> Vec<(String, Vec<f32>)> {
    let bytes = scratch.read(file);
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let values = |data: &[u8]| -> Vec<f32> {
        let values = data.as_chunks::<4>().0.iter();
        values.map(|bytes| f32::from_le_bytes(*bytes)).collect()
    };
    let mut all: Vec<_> = file
        .tensors()
        .into_iter()
        .map(|(name, tensor)| (name, values(tensor.data())))
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// The raw weights and their measures are those of a run without an average.
#[test]
fn an_average_changes_what_is_judged_and_nothing_of_the_training() {
    let scratch = Scratch::new();
    scratch.train("plain", &format!("--epochs 2 {PLAIN}"));
    scratch.train("averaged", &format!("--epochs 2 {EMA}"));
    let [plain, averaged] = ["plain", "averaged"].map(|run| scratch.metrics(run));
    for (plain, averaged) in plain.iter().zip(&averaged) {
        assert_eq!(plain["train_loss"], averaged["train_loss"]);
        assert_ne!(plain["test_loss"], averaged["test_loss"]);
    }
    assert_eq!(
        tensors(&scratch, "averaged/raw.safetensors"),
        tensors(&scratch, "plain/model.safetensors")
    );
    let [plain, averaged] =
        ["plain", "averaged"].map(|run| scratch.json(&format!("{run}/evaluation.json")));
    assert_eq!(averaged["raw"], plain["test"]);
    assert_ne!(averaged["test"], plain["test"]);
    assert!(plain.get("raw").is_none());
    let judged = scratch
        .run("evaluate --weights averaged --data data --batch-size 16 --json")
        .succeeded()
        .json();
    let summary = scratch.json("averaged/summary.json");
    assert_eq!(judged["accuracy"], summary["last_test_accuracy"]);
}

/// With a decay of 0 and no warm-up the average is the last weights.
#[test]
fn an_average_of_one_step_is_the_last_weights() {
    let scratch = Scratch::new();
    scratch.train("plain", &format!("--epochs 1 {PLAIN}"));
    let flags = "--set ema.decay=0 --set ema.warm_up=false";
    scratch.train("averaged", &format!("--epochs 1 {PLAIN} {flags}"));
    let model = |run: &str| tensors(&scratch, &format!("{run}/model.safetensors"));
    let near = |a: &f32, b: &f32| (a - b).abs() <= 1e-6 * a.abs().max(1e-3);
    for ((name, plain), (_, averaged)) in model("plain").iter().zip(&model("averaged")) {
        assert!(
            plain.iter().zip(averaged).all(|(a, b)| near(a, b)),
            "{name}"
        );
    }
}

#[test]
fn a_resumed_average_goes_on() {
    let scratch = Scratch::new();
    scratch.train("four", &format!("--epochs 4 {EMA}"));
    scratch.train("two", &format!("--epochs 2 {EMA}"));
    scratch
        .run("train --resume two --epochs 4 --ui none")
        .succeeded();
    scratch.assert_same_runs("two", "four");
    assert_eq!(
        scratch.read("two/raw.safetensors"),
        scratch.read("four/raw.safetensors")
    );
}

#[test]
fn a_damaged_average_is_noticed() {
    let scratch = Scratch::new();
    scratch.train("run", &format!("--epochs 1 {EMA}"));
    let file = "run/checkpoint/epoch-1/average.safetensors";
    let mut bytes = scratch.read(file);
    *bytes.last_mut().unwrap() ^= 1;
    scratch.write(file, bytes);
    scratch.refused_for(
        "train --resume run --epochs 2",
        &["average.safetensors: damaged checkpoint"],
    );
}

#[test]
fn a_report_has_both_accuracies() {
    let scratch = Scratch::new();
    scratch.write(
        "averaged.toml",
        [&scratch.read("tiny.toml")[..], b"\n[ema]\ndecay = 0.9\n"].concat(),
    );
    let line =
        "compare averaged.toml tiny.toml --data data --epochs 2 --trials 2 --out pair --ui none";
    scratch.run(line).succeeded();
    let report = scratch.json("pair/report.json");
    let arms = report["arms"].as_array().unwrap();
    let [averaged, plain] = [&arms[0], &arms[1]];
    assert_eq!(averaged["name"], "averaged");
    assert_eq!(
        number(&averaged["raw"], "mean"),
        number(&plain["last"], "mean")
    );
    assert_eq!(plain.get("raw"), None::<&Value>);
    let page = String::from_utf8(scratch.read("pair/report.html")).unwrap();
    assert!(
        page.contains("Test accuracy, raw weights"),
        "no raw weights"
    );
    assert!(page.contains("ema.decay"), "no setting");
}

#[test]
fn a_decay_of_one_is_refused() {
    Scratch::new().refused_for(
        "train tiny.toml --data data --set ema.decay=1",
        &["ema.decay=1: expected a number from 0 to 0.999999, found 1"],
    );
}
