//! What a run says, and how flags and the environment change it.

use crate::ended::epoch_lines;
use crate::scratch::{EXPERIMENT, Scratch, TRAINING};

#[test]
fn json_is_one_line_on_stdout_with_the_epochs_on_stderr() {
    let scratch = Scratch::new();
    let ended = scratch
        .run("train tiny.toml --data data --out run --json")
        .succeeded();
    let mut result = ended.json();
    assert_eq!(result["run"], "run");
    result.as_object_mut().unwrap().remove("run");
    assert_eq!(result, scratch.json("run/summary.json"));
    assert_eq!(epoch_lines(&ended.stderr).len(), 6, "{}", ended.stderr);
}

#[test]
fn plain_prints_a_line_per_epoch_and_none_only_the_result() {
    let scratch = Scratch::new();
    let plain = scratch
        .run("train tiny.toml --data data --out plain")
        .succeeded();
    assert_eq!(epoch_lines(&plain.stdout).len(), 6, "{}", plain.stdout);
    let none = scratch.train("none", "");
    for (ended, run) in [(&plain, "plain"), (&none, "none")] {
        assert_eq!(ended.stderr, "");
        let last = ended.stdout.lines().last().unwrap();
        assert_eq!(last, format!("run folder: {run}"));
        assert!(ended.stdout.contains("tiny, seed 1: "), "{}", ended.stdout);
    }
    assert_eq!(none.stdout.lines().count(), 2, "{}", none.stdout);
}

#[test]
fn the_table_of_epochs_has_a_header_and_marks_the_best_epoch() {
    let scratch = Scratch::new();
    let ended = scratch
        .run("train tiny.toml --data data --out run")
        .succeeded();
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let header = lines.iter().position(|line| line.starts_with("epoch "));
    let header = header.unwrap_or_else(|| panic!("{}", ended.stdout));
    let above: Vec<&str> = lines[header - 1].split_whitespace().collect();
    assert_eq!(above, ["training", "test", "learning", "images"]);
    let names: Vec<&str> = lines[header].split_whitespace().collect();
    assert_eq!(
        names.join(" "),
        "epoch loss accuracy loss accuracy rate a second seconds"
    );
    // The last mark is at the best epoch of the whole run.
    let marked = epoch_lines(&ended.stdout)
        .into_iter()
        .rfind(|line| line.contains("best"));
    let epoch: Option<u64> = marked.and_then(|line| line.split_whitespace().next()?.parse().ok());
    let best = scratch.json("run/summary.json")["best_epoch"].as_u64();
    assert_eq!(epoch, best, "{}", ended.stdout);
}

#[test]
fn a_resumed_run_continues_the_table_and_its_best_epoch() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 4");
    let ended = scratch.run("train --resume run --epochs 6").succeeded();
    let lines = epoch_lines(&ended.stdout);
    assert_eq!(lines.len(), 2, "{}", ended.stdout);
    assert!(lines[0].trim_start().starts_with("5 "), "{}", ended.stdout);
    let best = scratch.json("run/summary.json")["best_epoch"]
        .as_u64()
        .unwrap();
    let is_marked = lines.iter().any(|line| line.contains("best"));
    assert_eq!(is_marked, best > 4, "{}", ended.stdout);
}

/// What the tiny experiment does not say.
const DEFAULTS: &str = "\
precision = \"f32\"
validation = 0
network = { name = \"cnn\" }
augmentation = { flip = false, crop_padding = 0 }
labels = { smoothing = 0.0, corrupted = 0.0 }
loss = { name = \"bce\" }
optimizer = { name = \"adam\", weight_decay = 0.0, decayed = \"all\" }
schedule = { name = \"constant\", warm_up = 0.0 }

[mixing]
method = \"mixup\"
lambda = \"image\"
folded = false
partner = \"set\"
targets = \"formula\"
off_for_last = 0
";

#[test]
fn flags_override_the_experiment_and_are_recorded() {
    let scratch = Scratch::new();
    scratch.train("run", "--seed 7 --epochs 2");
    let text = String::from_utf8(scratch.read("run/experiment.toml")).unwrap();
    let found: toml::Table = text.parse().unwrap();
    let mut expected: toml::Table = EXPERIMENT.parse().unwrap();
    expected.insert("seed".into(), 7.into());
    expected.insert("epochs".into(), 2.into());
    // What the experiment leaves to its default is recorded as well.
    let defaults: toml::Table = DEFAULTS.parse().unwrap();
    for (key, value) in defaults {
        match (expected.get_mut(&key), value) {
            (Some(toml::Value::Table(table)), toml::Value::Table(more)) => table.extend(more),
            (_, value) => drop(expected.insert(key, value)),
        }
    }
    assert_eq!(found, expected);
    assert_eq!(scratch.metrics("run").len(), 2);
    assert_eq!(scratch.json("run/summary.json")["seed"], 7);
    assert_eq!(scratch.json("run/run.json")["seed"], 7);
}

#[test]
fn without_data_the_environment_variable_is_used() {
    let scratch = Scratch::new();
    let line = "train tiny.toml --out run --epochs 1 --ui none";
    let mut command = scratch.command(line);
    command.env("MIXUP_DATA", scratch.path("data"));
    Scratch::finish(line, command).succeeded();
    assert_eq!(scratch.json("run/run.json")["training_images"], TRAINING);
}
