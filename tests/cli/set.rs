//! `--set`: an experiment is changed on the command line, and the run records what it was trained with.

use crate::compare::with_two_arms;
use crate::scratch::Scratch;

const TRAIN: &str = "train tiny.toml --data data --ui none";

#[test]
fn a_change_gives_the_run_of_a_changed_file() {
    let scratch = Scratch::new();
    scratch.experiment("edited.toml", "alpha = 0.2", "alpha = 1.0");
    scratch
        .run("train edited.toml --data data --ui none --epochs 1 --out edited")
        .succeeded();
    scratch
        .run(&format!(
            "{TRAIN} --set mixing.alpha=1 --set epochs=1 --out changed"
        ))
        .succeeded();
    let text = |run: &str| scratch.read(format!("{run}/experiment.toml"));
    assert_eq!(text("changed"), text("edited"));
    assert_eq!(scratch.metrics("changed"), scratch.metrics("edited"));
    let weights = |run: &str| scratch.read(format!("{run}/model.safetensors"));
    assert!(weights("changed") == weights("edited"));
}

#[test]
fn a_word_needs_no_quotes_and_tables_can_be_added() {
    let scratch = Scratch::new();
    scratch
        .run(&format!(
            "{TRAIN} --epochs 1 --out run --set network.name=cnn-bn --set network.widths=[2,2] \
             --set network.hidden=4 --set schedule.name=cosine --set schedule.end_factor=0.1"
        ))
        .succeeded();
    let text = String::from_utf8(scratch.read("run/experiment.toml")).unwrap();
    for line in ["name = \"cnn-bn\"", "name = \"cosine\"", "end_factor = 0.1"] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn a_run_is_resumed_with_its_changes() {
    let scratch = Scratch::new();
    let changes = "--set mixing.alpha=1 --set batch_size=16";
    scratch
        .run(&format!("{TRAIN} {changes} --epochs 2 --out whole"))
        .succeeded();
    scratch
        .run(&format!("{TRAIN} {changes} --epochs 1 --out grown"))
        .succeeded();
    scratch
        .run("train --resume grown --epochs 2 --ui none")
        .succeeded();
    scratch.assert_same_runs("whole", "grown");
}

#[test]
fn a_resumed_run_keeps_its_experiment() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    scratch.refused_for(
        "train --resume run --epochs 2 --set mixing.alpha=1",
        &[
            "--set mixing.alpha=1: expected no change with --resume",
            "leave --set out to resume",
        ],
    );
}

#[test]
fn what_is_wrong_is_refused_by_the_change_and_writes_nothing() {
    for (change, words) in [
        ("mixing.alhpa=1", "unknown key `alhpa`"),
        ("mixing.alpha=-1", "found -1"),
        ("mixing.alpha=much", "string \"much\""),
        ("network.name=resnet99", "unknown value `resnet99`"),
        ("batch_size=0", "expected a whole number from 1"),
    ] {
        let start = format!("error: --set {change}: ");
        Scratch::new().refused_for(
            &format!("{TRAIN} --out run --set {change}"),
            &[&start, words, "mixup experiments show mixup"],
        );
    }
}

#[test]
fn a_key_is_set_once() {
    Scratch::new().refused_for(
        &format!("{TRAIN} --out run --set epochs=1 --epochs 2"),
        &["--set epochs=1: expected epochs once, found --epochs 2 as well"],
    );
    Scratch::new().refused_for(
        &format!("{TRAIN} --out run --set seed=1 --seed 2"),
        &["--set seed=1: expected seed once, found --seed 2 as well"],
    );
    Scratch::new().refused_for(
        &format!("{TRAIN} --out run --set epochs=1 --set epochs=2"),
        &["--set epochs=2: expected each key once"],
    );
}

/// The parser of the command line refuses it, so there is no hint line.
#[test]
fn what_is_no_change_says_what_one_looks_like() {
    let scratch = Scratch::new();
    for (change, words) in [
        (
            "mixing.alpha",
            "expected KEY=VALUE, such as mixing.alpha=0.2",
        ),
        ("mixing.alpha=1,2", "mixup sweep"),
    ] {
        let ended = scratch.run(&format!("{TRAIN} --set {change}"));
        assert_eq!(ended.code, Some(2));
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
    assert_eq!(scratch.names(""), ["data", "tiny.toml"]);
}

#[test]
fn flags_of_other_programs_have_the_right_change_as_a_tip() {
    let scratch = Scratch::new();
    for (line, tip) in [
        (
            "train tiny.toml --lr 0.01",
            "--set optimizer.learning_rate=0.01",
        ),
        (
            "train tiny.toml --learning-rate=0.01",
            "--set optimizer.learning_rate=0.01",
        ),
        ("train tiny.toml --batch-size 32", "--set batch_size=32"),
        (
            "compare tiny.toml plain.toml --alpha 1",
            "--set tiny:mixing.alpha=1",
        ),
        (
            "compare tiny.toml plain.toml --batch-size 32",
            "--set batch_size=32",
        ),
    ] {
        let ended = scratch.run(line);
        assert_eq!(ended.code, Some(2), "{line}");
        assert!(ended.stderr.contains(tip), "{line}: {}", ended.stderr);
    }
}

#[test]
fn a_benchmark_measures_the_changed_experiment() {
    let scratch = Scratch::new();
    let found = scratch
        .run("bench tiny.toml --windows 1 --images 16 --no-phases --json --set batch_size=4")
        .succeeded()
        .json();
    assert_eq!(found["batch_size"], 4);
    scratch.refused_for(
        "bench tiny.toml --windows 1 --set batch_size=4 --batch-size 8",
        &["--set batch_size=4: expected batch_size once, found --batch-size 8 as well"],
    );
}

#[test]
fn a_comparison_is_changed_in_all_arms_or_in_one() {
    let scratch = with_two_arms(Scratch::new());
    let line = "compare tiny.toml plain.toml --data data --ui none --trials 1 --out both \
                --set epochs=1 --set tiny:mixing.alpha=1";
    scratch.run(line).succeeded();
    let text = |arm: &str| {
        let path = format!("both/{arm}/seed-1/experiment.toml");
        String::from_utf8(scratch.read(path)).unwrap()
    };
    assert!(text("tiny").contains("alpha = 1.0") && text("tiny").contains("epochs = 1"));
    assert!(text("plain").contains("alpha = 0.0") && text("plain").contains("epochs = 1"));
    let manifest = scratch.json("both/comparison.json");
    assert_eq!(
        manifest["set"],
        serde_json::json!(["epochs=1", "tiny:mixing.alpha=1"])
    );
    let report = scratch.json("both/report.json");
    let settings = report["settings"].as_array().unwrap();
    let alpha = settings
        .iter()
        .find(|one| one["key"] == "mixing.alpha")
        .unwrap();
    assert_eq!(alpha["values"], serde_json::json!(["1.0", "0.0"]));
    // The same command finds its runs.
    let again = scratch.run(&line.replace("--ui none", "")).succeeded();
    assert!(
        again.stdout.contains("2 to have, 2 finished before"),
        "{}",
        again.stdout
    );
    // Without the changes, these are other experiments.
    scratch.refused_for(
        "compare tiny.toml plain.toml --data data --trials 1 --out both",
        &["both/tiny/seed-1: expected a run of tiny with seed 1, found one with another"],
    );
}

#[test]
fn a_change_of_all_arms_may_not_end_their_difference() {
    let scratch = with_two_arms(Scratch::new());
    scratch.refused_for(
        "compare tiny.toml plain.toml --data data --out both --set mixing.alpha=1",
        &[
            "--set mixing.alpha=1: expected a setting in which the arms do not differ",
            "found mixing.alpha = 0.2 in tiny, 0.0 in plain",
            "--set tiny:mixing.alpha=1",
        ],
    );
    scratch.refused_for(
        "compare tiny.toml plain.toml --data data --out both --set other:mixing.alpha=1",
        &["expected one of tiny, plain, found other"],
    );
}
