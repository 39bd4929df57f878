//! `mixup train --dry-run`: what a run would take.

use crate::scratch::{Scratch, TEST, TRAINING};

#[test]
fn a_dry_run_says_what_the_run_takes_and_leaves_nothing() {
    let scratch = Scratch::new();
    let before = scratch.names("");
    let ended = scratch
        .run("train tiny.toml --data data --dry-run=1")
        .succeeded();
    assert_eq!(scratch.names(""), before);
    assert_eq!(ended.stderr, "");
    let said = &ended.stdout;
    for words in [
        "tiny, seed 1: ",
        "network cnn: ",
        "42 steps of 8 images: 6 epochs of 7, 300 images in all",
        "(an estimate)",
        "nothing was trained or written; the run folder would be runs/tiny-seed1",
    ] {
        assert!(said.contains(words), "{words:?} in: {said}");
    }
    for line in said.lines().filter(|line| !line.starts_with("data ")) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn a_dry_run_as_json_is_one_line_of_numbers() {
    let scratch = Scratch::new();
    let line = "train tiny.toml --data data --dry-run=1 --json --epochs 3 --seed 7 --out new";
    let result = scratch.run(line).succeeded().json();
    assert!(!scratch.path("new").exists());
    for (key, value) in [
        ("epochs", 3),
        ("seed", 7),
        ("batch_size", 8),
        ("training_images", TRAINING),
        ("judged_images", TEST),
        ("steps_per_epoch", 7),
        ("steps", 21),
        ("images", 3 * TRAINING),
    ] {
        assert_eq!(result[key], value, "{key}");
    }
    assert_eq!(
        (&result["run"], &result["dry_run"]),
        (&"new".into(), &true.into())
    );
    let measured = &result["measured"];
    for number in [
        &result["estimated_seconds"],
        &measured["seconds"],
        &measured["training_images_per_second"],
        &measured["judged_images_per_second"],
    ] {
        assert!(
            number.as_f64().is_some_and(|number| number > 0.0),
            "{result}"
        );
    }
}

#[test]
fn a_dry_run_refuses_what_the_run_would_refuse() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    scratch.refused_for(
        "train tiny.toml --data data --dry-run --out run",
        &["expected a new or empty folder"],
    );
    scratch.experiment("tiny.toml", "seed = 1", "validation = 50\nseed = 1");
    scratch.refused_for("train tiny.toml --data data --dry-run", &["validation"]);
}

/// The trial may take long; what it takes by default is in the help.
#[test]
fn the_seconds_of_a_trial_stand_after_an_equals_sign() {
    let scratch = Scratch::new();
    for flag in ["--dry-run=0", "--dry-run=1.5", "--dry-run=9999"] {
        let ended = scratch.run(&format!("train tiny.toml --data data {flag}"));
        assert_eq!(ended.code, Some(2), "{flag}");
    }
}

#[test]
fn a_run_that_is_resumed_has_no_dry_run() {
    let ended = Scratch::new().run("train --resume run --dry-run");
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("cannot be used with"),
        "{}",
        ended.stderr
    );
}
