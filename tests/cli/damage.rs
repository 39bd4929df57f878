//! Files of a run that were damaged after they were written: each is noticed before it is used.

use crate::compare::{compare, with_two_arms};
use crate::scratch::Scratch;

/// Flips the lowest bit of the byte in the middle of a file.
fn flip(scratch: &Scratch, file: &str) {
    let mut bytes = scratch.read(file);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    scratch.write(file, bytes);
}

/// A run of two epochs whose first one stays the best.
fn best_first(experiment: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.experiment("tiny.toml", "learning_rate = 0.01", experiment);
    scratch.train("run", "--epochs 2");
    assert_eq!(scratch.json("run/summary.json")["best_epoch"], 1);
    scratch
}

/// Asserts that a run is not resumed after a bit of `file` was flipped, and that nothing was changed.
fn checkpoint_refused(file: &str, expected: &[&str]) {
    let scratch = best_first("learning_rate = 1e-5");
    flip(&scratch, file);
    let metrics = scratch.read("run/metrics.jsonl");
    scratch.refused_for("train --resume run --epochs 4", expected);
    assert!(scratch.read("run/metrics.jsonl") == metrics);
    assert!(scratch.path("run/summary.json").exists());
}

#[test]
fn a_flipped_bit_in_the_model_of_a_checkpoint() {
    checkpoint_refused(
        "run/checkpoint/epoch-2/model.bpk",
        &["model.bpk: damaged checkpoint"],
    );
}

#[test]
fn a_flipped_bit_in_the_optimizer_of_a_checkpoint() {
    checkpoint_refused(
        "run/checkpoint/epoch-2/optimizer.bpk",
        &["optimizer.bpk: damaged checkpoint"],
    );
}

#[test]
fn a_flipped_bit_in_the_schedule_of_a_checkpoint() {
    checkpoint_refused(
        "run/checkpoint/epoch-2/schedule.bpk",
        &["schedule.bpk: damaged checkpoint"],
    );
}

#[test]
fn a_flipped_bit_in_the_digests_of_a_checkpoint() {
    checkpoint_refused("run/checkpoint/epoch-2/SHA256SUMS", &["checkpoint"]);
}

#[test]
fn a_flipped_bit_in_the_best_weights() {
    checkpoint_refused(
        "run/best.safetensors",
        &[
            "best.safetensors: expected the weights of epoch 1, found other bytes",
            "remove the file to resume without it",
        ],
    );
}

#[test]
fn a_changed_digit_in_the_rows() {
    let scratch = best_first("learning_rate = 1e-5");
    let text = String::from_utf8(scratch.read("run/metrics.jsonl")).unwrap();
    let (start, end) = text.split_once("\"train_loss\":0.").unwrap();
    let digit = if end.starts_with('1') { "2" } else { "1" };
    let changed = format!("{start}\"train_loss\":0.{digit}{}", &end[1..]);
    scratch.write("run/metrics.jsonl", changed);
    scratch.refused_for(
        "train --resume run --epochs 4",
        &[
            "run/metrics.jsonl: expected",
            "found rows that differ from those of its checkpoint",
        ],
    );
}

/// Asserts that a finished run is not made longer after `from` in `file` was replaced by `to`.
fn edited_refused(file: &str, from: &str, to: &str) {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    let text = String::from_utf8(scratch.read(file)).unwrap();
    assert!(text.contains(from), "{text}");
    scratch.write(file, text.replacen(from, to, 1));
    let expected = format!("{file}: expected");
    scratch.refused_for("train --resume run --epochs 4", &[&expected]);
    assert_eq!(scratch.metrics("run").len(), 2);
}

#[test]
fn another_learning_rate_in_the_experiment_of_a_run() {
    edited_refused(
        "run/experiment.toml",
        "learning_rate = 0.01",
        "learning_rate = 0.02",
    );
}

#[test]
fn another_number_of_images_in_the_record_of_a_run() {
    edited_refused("run/run.json", "\"test_images\": 16", "\"test_images\": 17");
}

#[test]
fn another_seed_in_the_record_of_a_run() {
    edited_refused("run/run.json", "\"seed\": 1", "\"seed\": 5");
}

/// Its files have changed, and so have their digests.
#[test]
fn a_run_that_was_made_longer_is_made_longer_again() {
    let scratch = Scratch::new();
    scratch.train("whole", "--epochs 4");
    scratch.train("run", "--epochs 2");
    for epochs in ["3", "4"] {
        let line = format!("train --resume run --epochs {epochs} --ui none");
        scratch.run(&line).succeeded();
    }
    scratch.assert_same_runs("whole", "run");
}

/// The run can finish without them.
#[test]
fn best_weights_that_were_removed_do_not_stop_a_run_that_the_test_images_judge() {
    let scratch = best_first("learning_rate = 1e-5");
    std::fs::remove_file(scratch.path("run/best.safetensors")).unwrap();
    scratch
        .run("train --resume run --epochs 3 --ui none")
        .succeeded();
}

/// It would train all its epochs, and then could not finish.
#[test]
fn best_weights_that_a_run_will_evaluate_are_missed_before_it_trains() {
    let scratch = Scratch::new();
    scratch.experiment("tiny.toml", "learning_rate = 0.01", "learning_rate = 1e-7");
    let text = String::from_utf8(scratch.read("tiny.toml")).unwrap();
    scratch.write("tiny.toml", format!("validation = 20\n{text}"));
    scratch.train("run", "--epochs 2");
    assert_eq!(scratch.json("run/summary.json")["best_epoch"], 1);
    std::fs::remove_file(scratch.path("run/best.safetensors")).unwrap();
    scratch.refused_for(
        "train --resume run --epochs 4",
        &["best.safetensors: expected the weights of epoch 1, found no file"],
    );
    assert_eq!(scratch.metrics("run").len(), 2);
}

/// They are those of the checkpoint.
#[test]
fn best_weights_of_the_last_epoch_are_made_again() {
    let scratch = Scratch::new();
    scratch.train("whole", "");
    let best = scratch.json("whole/summary.json")["best_epoch"].to_string();
    scratch.train("run", &format!("--epochs {best}"));
    scratch.write("run/best.safetensors", "damaged");
    scratch
        .run("train --resume run --epochs 7 --ui none")
        .succeeded();
    scratch.train("longer", "--epochs 7");
    scratch.assert_same_runs("longer", "run");
}

#[test]
fn damaged_mixed_pairs_are_made_again() {
    let scratch = Scratch::new();
    scratch.train("whole", "--epochs 3");
    scratch.train("run", "--epochs 2");
    scratch.write("run/mixed.json", "[");
    scratch
        .run("train --resume run --epochs 3 --ui none")
        .succeeded();
    scratch.assert_same_runs("whole", "run");
}

/// A run of version 0.2.0 kept no digests.
#[test]
fn a_checkpoint_without_digests_is_resumed_and_gets_some() {
    let scratch = Scratch::new();
    scratch.train("whole", "--epochs 3");
    scratch.train("run", "--epochs 2");
    for file in ["SHA256SUMS", "checkpoint/epoch-2/SHA256SUMS"] {
        std::fs::remove_file(scratch.path("run").join(file)).unwrap();
    }
    scratch
        .run("train --resume run --epochs 3 --ui none")
        .succeeded();
    scratch.assert_same_runs("whole", "run");
    scratch.read("run/checkpoint/epoch-3/SHA256SUMS");
}

/// Burn panics over a model whose types were changed.
#[test]
fn a_damaged_checkpoint_without_digests_is_refused() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    std::fs::remove_file(scratch.path("run/checkpoint/epoch-2/SHA256SUMS")).unwrap();
    let file = "run/checkpoint/epoch-2/model.bpk";
    let bytes = scratch.read(file);
    let place = bytes.windows(3).position(|three| three == b"F32").unwrap();
    let mut changed = bytes.clone();
    changed[place..place + 3].copy_from_slice(b"I64");
    scratch.write(file, changed);
    scratch.refused_for("train --resume run --epochs 4", &["epoch-2"]);
}

#[cfg(target_os = "linux")]
#[test]
fn digests_can_be_checked_without_this_program() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    for folder in ["run", "run/checkpoint/epoch-2"] {
        let mut command = std::process::Command::new("sha256sum");
        command.args(["--check", "--strict", "SHA256SUMS"]);
        let output = command.current_dir(scratch.path(folder)).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}

/// Asserts that no report is written of a comparison after a bit of `file` in one of its runs was flipped.
fn report_refused(file: &str) {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 1 --out both");
    flip(&scratch, &format!("both/tiny/seed-1/{file}"));
    let line = "report both --out elsewhere";
    scratch.refused_for(line, &[&format!("both/tiny/seed-1/{file}: expected")]);
    assert!(!scratch.path("elsewhere").exists());
}

#[test]
fn a_flipped_bit_in_predictions() {
    report_refused("predictions.csv");
}

#[test]
fn a_flipped_bit_in_an_evaluation() {
    report_refused("evaluation.json");
}

/// Runs of version 0.1.0 had none and are left out; this one had.
#[test]
fn an_evaluation_that_was_removed() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    std::fs::remove_file(scratch.path("run/evaluation.json")).unwrap();
    scratch.refused_for(
        "report run",
        &["run/evaluation.json: expected", "found no such file"],
    );
}

#[test]
fn a_flipped_bit_in_the_rows_of_a_finished_run() {
    report_refused("metrics.jsonl");
}

#[test]
fn a_flipped_bit_in_a_summary() {
    report_refused("summary.json");
}

#[test]
fn a_flipped_bit_in_the_experiment_of_a_finished_run() {
    report_refused("experiment.toml");
}

/// A run of two epochs without digests, and `file` with `from` replaced by `to`.
fn contradiction(file: &str, from: &str, to: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    scratch.forget_digests("run");
    let file = format!("run/{file}");
    let text = String::from_utf8(scratch.read(&file)).unwrap();
    assert!(text.contains(from), "{text}");
    scratch.write(&file, text.replacen(from, to, 1));
    scratch
}

#[test]
fn a_row_of_an_epoch_far_away() {
    let scratch = contradiction("metrics.jsonl", "\"epoch\":2", "\"epoch\":999999991");
    scratch.refused_for(
        "report run",
        &[
            "metrics.jsonl: expected",
            "epoch 999999991 instead of 2 in line 2",
        ],
    );
}

#[test]
fn a_row_of_the_largest_epoch() {
    let scratch = contradiction(
        "metrics.jsonl",
        "\"epoch\":2",
        "\"epoch\":18446744073709551615",
    );
    scratch.refused_for("report run", &["instead of 2 in line 2"]);
}

#[test]
fn a_summary_with_an_accuracy_that_is_none() {
    let scratch = contradiction(
        "summary.json",
        "\"best_test_accuracy\": 0.",
        "\"best_test_accuracy\": 1e8, \"was\": 0.",
    );
    scratch.refused_for(
        "report run",
        &["summary.json: expected", "best_test_accuracy"],
    );
}

#[test]
fn an_evaluation_that_its_predictions_contradict() {
    let scratch = contradiction(
        "evaluation.json",
        "\"accuracy\": 0.",
        "\"accuracy\": 0.99, \"was\": 0.",
    );
    scratch.refused_for(
        "report run",
        &["evaluation.json: expected", "accuracy 0.99"],
    );
}

#[test]
fn damaged_pictures_do_not_stop_a_report_without_them() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    for file in ["mixed.json", "mistakes.json"] {
        let path = format!("run/{file}");
        let whole = scratch.read(&path);
        scratch.write(&path, "[");
        let expected = format!("{file}: expected");
        scratch.refused_for("report run", &[&expected, "--no-pictures"]);
        scratch.run("report run --no-pictures").succeeded();
        scratch.write(&path, whole);
    }
    for file in ["mixed.json", "mistakes.json"] {
        let path = format!("run/{file}");
        let whole = scratch.read(&path);
        std::fs::remove_file(scratch.path(&path)).unwrap();
        scratch.refused_for("report run", &[file, "--no-pictures"]);
        scratch.write(&path, whole);
    }
}

/// Without digests, a file is compared with the others.
#[test]
fn pictures_of_mistakes_that_are_none() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    std::fs::remove_file(scratch.path("run/SHA256SUMS")).unwrap();
    let predictions = String::from_utf8(scratch.read("run/predictions.csv")).unwrap();
    let is_right = |line: &str| {
        let mut columns = line.split(',').skip(1);
        columns.next() == columns.next()
    };
    let right = predictions.lines().skip(1).position(is_right).unwrap();
    let wrong = predictions
        .lines()
        .skip(1)
        .position(|line| !is_right(line))
        .unwrap();
    let one = |image: usize| format!(r#"{{"image": {image}, "picture": ""}}"#);
    for (content, found) in [
        (
            one(right),
            format!("image {right}, which predictions.csv has right"),
        ),
        (one(1 << 62), format!("image {} of", 1_u64 << 62)),
        (
            format!("{},{}", one(wrong), one(wrong)),
            format!("image {wrong} twice"),
        ),
    ] {
        scratch.write("run/mistakes.json", format!("[{content}]"));
        scratch.refused_for("report run", &["mistakes.json: expected", &found]);
    }
}

#[test]
fn a_report_of_runs_without_digests_says_so() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let said = scratch.run("report run --json").succeeded().json();
    assert!(!said.to_string().contains("digests"), "{said}");
    scratch.forget_digests("run");
    scratch.run("report run").succeeded();
    let report = scratch.json("run/report.json");
    assert!(
        report["marks"]
            .to_string()
            .contains("1 run was finished by an earlier version, which kept no digests"),
        "{}",
        report["marks"]
    );
}
