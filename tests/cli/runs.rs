//! `mixup runs`: the runs in a folder, and what has become of each.

use std::fs;

use serde_json::Value;

use crate::scratch::Scratch;

/// The run at `path` in what `--json` prints.
fn run<'a>(listing: &'a Value, path: &str) -> &'a Value {
    let runs = listing["runs"].as_array().unwrap();
    let found = runs.iter().find(|run| run["path"] == path);
    found.unwrap_or_else(|| panic!("no {path} in {listing}"))
}

/// A finished run, and one that was killed after its last epoch.
fn with_two_runs() -> Scratch {
    let scratch = Scratch::new();
    scratch.train("runs/done", "--epochs 2");
    scratch.train("runs/stopped", "--epochs 2 --seed 2");
    for file in ["summary.json", "SHA256SUMS"] {
        std::fs::remove_file(scratch.path("runs/stopped").join(file)).unwrap();
    }
    scratch
}

#[test]
fn runs_are_listed_with_state_epochs_accuracy_and_size() {
    let scratch = with_two_runs();
    let said = scratch.run("runs").succeeded().stdout;
    let lines: Vec<&str> = said.lines().collect();
    let words =
        |line: &str| -> Vec<String> { line.split_whitespace().map(ToOwned::to_owned).collect() };
    assert_eq!(
        words(lines[0]),
        [
            "run",
            "experiment",
            "seed",
            "epochs",
            "state",
            "accuracy",
            "size"
        ]
    );
    let summary = scratch.json("runs/done/summary.json");
    let percent = 100.0 * summary["last_test_accuracy"].as_f64().unwrap();
    assert_eq!(
        words(lines[1])[..6],
        [
            "runs/done",
            "tiny",
            "1",
            "2/2",
            "finished",
            &format!("{percent:.2}%")
        ]
    );
    assert_eq!(
        words(lines[2])[..5],
        ["runs/stopped", "tiny", "2", "2/2", "resumable"]
    );
    assert!(lines[3].starts_with("2 runs, "), "{said}");
    for line in lines {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn runs_of_a_comparison_are_found_in_it() {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    let line = "compare tiny.toml plain.toml --data data --epochs 1 --trials 1 --out runs/both";
    scratch.run(&format!("{line} --ui none")).succeeded();
    let listing = scratch.run("runs --json").succeeded().json();
    for (arm, path) in [
        ("tiny", "runs/both/tiny/seed-1"),
        ("plain", "runs/both/plain/seed-1"),
    ] {
        let run = run(&listing, path);
        assert_eq!(
            (&run["experiment"], &run["state"]),
            (&arm.into(), &"finished".into())
        );
        assert_eq!(run["accuracy_of"], "test");
    }
}

#[test]
fn a_finished_run_without_its_predictions_or_with_half_an_evaluation_is_damaged() {
    let scratch = with_two_runs();
    let file = |name: &str| scratch.path(format!("runs/done/{name}"));
    let state = || {
        let listing = scratch.run("runs --json").succeeded().json();
        let run = run(&listing, "runs/done");
        (run["state"].clone(), run["problem"].to_string())
    };
    assert_eq!(state().0, "finished");
    let evaluation = fs::read(file("evaluation.json")).unwrap();
    fs::write(file("evaluation.json"), &evaluation[..evaluation.len() / 2]).unwrap();
    let (found, problem) = state();
    assert_eq!(found, "damaged");
    assert!(problem.contains("evaluation.json"), "{problem}");
    fs::write(file("evaluation.json"), evaluation).unwrap();
    fs::remove_file(file("predictions.csv")).unwrap();
    let (found, problem) = state();
    assert_eq!(found, "damaged");
    assert!(problem.contains("predictions.csv"), "{problem}");
}

#[test]
fn a_damaged_run_is_listed_with_the_reason() {
    let scratch = with_two_runs();
    scratch.write("runs/done/metrics.jsonl", "{}");
    let said = scratch.run("runs").succeeded().stdout;
    assert!(said.contains("  damaged  "), "{said}");
    let reason = said.lines().find(|line| line.starts_with("damaged: "));
    assert!(
        reason.is_some_and(|line| line.contains("metrics.jsonl")),
        "{said}"
    );
    let listing = scratch.run("runs --json").succeeded().json();
    let run = run(&listing, "runs/done");
    assert_eq!(
        (&run["state"], &run["epochs"]),
        (&"damaged".into(), &Value::Null)
    );
    assert!(
        run["problem"]
            .as_str()
            .is_some_and(|words| words.contains("metrics"))
    );
}

#[test]
fn accuracy_on_validation_images_is_told_apart() {
    let scratch = Scratch::new();
    scratch.experiment("tiny.toml", "seed = 1", "validation = 20\nseed = 1");
    scratch.train("runs/a", "--epochs 1");
    std::fs::remove_file(scratch.path("runs/a/summary.json")).unwrap();
    let listing = scratch.run("runs --json").succeeded().json();
    assert_eq!(run(&listing, "runs/a")["accuracy_of"], "validation");
    let said = scratch.run("runs").succeeded().stdout;
    assert!(
        said.contains("v: accuracy on the validation images"),
        "{said}"
    );
}

#[test]
fn no_runs_are_no_mistake_and_a_missing_folder_is_one() {
    let scratch = Scratch::new();
    for line in ["runs", "runs data"] {
        let said = scratch.run(line).succeeded().stdout;
        assert!(said.starts_with("no runs in "), "{said}");
    }
    let listing = scratch.run("runs --json").succeeded().json();
    assert_eq!(listing["runs"], Value::Array(vec![]));
    scratch.refused_for("runs nowhere", &["nowhere: expected a folder"]);
}

#[cfg(unix)]
#[test]
fn a_run_that_trains_is_running_and_is_left_alone() {
    use crate::running::{Running, lines};
    let scratch = Scratch::slow();
    let line = "train tiny.toml --data data --out runs/now --epochs 1000 --ui none";
    let mut running = Running::start(&scratch, line);
    running.wait_for(|| lines(&scratch, "runs/now") >= 1);
    let listing = scratch.run("runs --json").succeeded().json();
    assert_eq!(run(&listing, "runs/now")["state"], "running");
    running.stop("INT");
    let listing = scratch.run("runs --json").succeeded().json();
    assert_eq!(run(&listing, "runs/now")["state"], "resumable");
}
