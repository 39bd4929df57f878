//! What cannot be part of a comparison is refused before anything is trained.

use crate::compare::{LINE, compare, with_two_arms};
use crate::scratch::Scratch;

/// A comparison with one pair in `both`.
fn compared() -> Scratch {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 1 --out both");
    scratch
}

/// The line that adds a second pair to `both`.
fn extending() -> String {
    format!("{LINE} --trials 2 --out both")
}

#[test]
fn an_arm_whose_experiment_changed() {
    let scratch = compared();
    scratch.experiment(
        "plain.toml",
        "alpha = 0.2",
        "alpha = 0.0\nprobability = 0.5",
    );
    let text = String::from_utf8(scratch.read("plain.toml")).unwrap();
    scratch.write("plain.toml", text.replace("every = 2\n", ""));
    let words =
        "both/plain/seed-1: expected a run of plain with seed 1, found one with another mixing.";
    scratch.refused_for(&extending(), &[words]);
}

#[test]
fn other_epochs() {
    let line = extending().replace("--epochs 2", "--epochs 3");
    compared().refused_for(&line, &["another epochs"]);
}

#[test]
fn other_images() {
    let scratch = compared();
    let mut other = scratch.read("data/test_batch.bin");
    other[5] ^= 1;
    scratch.write("other/test_batch.bin", other);
    for batch in 1..=5 {
        let name = format!("data_batch_{batch}.bin");
        let bytes = scratch.read(format!("data/{name}"));
        scratch.write(format!("other/{name}"), bytes);
    }
    scratch.refused_for(
        &extending().replace("--data data", "--data other"),
        &["both/tiny/seed-1", "fingerprint"],
    );
}

/// A comparison whose run of `plain` another version trained.
fn compared_by_another_version() -> Scratch {
    let scratch = compared();
    let info = String::from_utf8(scratch.read("both/plain/seed-1/run.json")).unwrap();
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(info.contains(&version));
    scratch.write(
        "both/plain/seed-1/run.json",
        info.replace(&version, "\"version\": \"0.0.9\""),
    );
    scratch.forget_digests("both/plain/seed-1");
    scratch
}

#[test]
fn a_run_of_another_version() {
    compared_by_another_version().refused_for(&extending(), &["version 0.0.9"]);
}

/// The report would contain that run, so it is refused even if this call trains other seeds.
#[test]
fn a_run_of_another_version_with_a_seed_that_is_not_asked_for() {
    let others = extending().replace("--trials 2", "--seeds 8-9");
    compared_by_another_version().refused_for(&others, &["both/plain/seed-1", "version 0.0.9"]);
}

#[test]
fn another_arm_in_the_folder_of_a_comparison() {
    let scratch = compared();
    scratch.experiment("third.toml", "alpha = 0.2", "alpha = 0.4");
    scratch.refused_for(
        "compare third.toml plain.toml --data data --out both",
        &["expected a comparison of third and plain or an empty folder, found one of tiny and plain"],
    );
}

#[test]
fn the_arms_in_the_other_order() {
    compared().refused_for(
        "compare plain.toml tiny.toml --data data --out both",
        &["found one of tiny and plain", "in the comparison's order"],
    );
}

#[test]
fn the_folder_of_a_run() {
    compared().refused_for(
        "compare tiny.toml plain.toml --data data --out both/tiny/seed-1",
        &["found other files"],
    );
}

#[test]
fn a_folder_with_other_files() {
    let scratch = with_two_arms(Scratch::new());
    scratch.write("two/notes.txt", "mine");
    scratch.refused_for(
        "compare tiny.toml plain.toml --data data --out two",
        &["two: expected a comparison of tiny and plain or an empty folder"],
    );
}

#[test]
fn one_experiment_twice() {
    Scratch::new().refused_for(
        "compare tiny.toml tiny.toml --data data --out two",
        &["tiny twice"],
    );
}

#[test]
fn arms_with_different_validation_images() {
    let scratch = with_two_arms(Scratch::new());
    scratch.experiment("held.toml", "seed = 1", "validation = 5\nseed = 1");
    scratch.refused_for(
        "compare held.toml plain.toml --data data --out three",
        &["expected one number of validation images in both experiments, found 5 in held and 0 in plain"],
    );
}
