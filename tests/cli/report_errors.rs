//! What no report can be written of: an error, a hint, exit code 2, and nothing written.

use crate::compare::{compare, with_two_arms};
use crate::scratch::Scratch;

fn refused_as_no_run(path: &str) {
    let words = format!("{path}: expected a run folder or a folder of runs, found none");
    Scratch::new().refused_for(&format!("report {path}"), &[&words, "mixup train"]);
}

#[test]
fn a_missing_folder() {
    refused_as_no_run("nothing");
}

#[test]
fn a_file() {
    refused_as_no_run("tiny.toml");
}

#[test]
fn a_folder_of_data() {
    Scratch::new().refused_for(
        "report data",
        &["expected a run folder or a folder of runs"],
    );
}

#[test]
fn a_table_of_a_missing_file() {
    Scratch::new().refused_for("table nothing", &["nothing: No such file", "--row FILE"]);
}

#[test]
fn a_baseline_that_no_run_has() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    scratch.refused_for(
        "report run --baseline plain --out elsewhere",
        &["--baseline plain: expected one of tiny"],
    );
}

#[test]
fn an_unfinished_run_alone() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    std::fs::remove_file(scratch.path("run/summary.json")).unwrap();
    scratch.refused_for(
        "report run",
        &["expected finished runs, found none: run is unfinished"],
    );
}

#[test]
fn one_name_for_two_experiments() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 1 --out both");
    scratch.train("other/tiny", "--epochs 3 --seed 9");
    scratch.refused_for(
        "report both other --out all",
        &["tiny: expected one epochs in all runs"],
    );
}

#[test]
fn one_seed_of_an_arm_twice() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 1 --out both");
    scratch.train("again", "--epochs 2");
    scratch.refused_for(
        "report again both --out all",
        &["expected each seed once, found seed 1 in"],
    );
}

#[test]
fn runs_on_different_images() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 1 --out both");
    let file = "both/plain/seed-1/run.json";
    let fingerprint = scratch.json(file)["fingerprint"]
        .as_str()
        .unwrap()
        .to_owned();
    let info = String::from_utf8(scratch.read(file)).unwrap();
    scratch.write(file, info.replace(&fingerprint, &"0".repeat(64)));
    scratch.forget_digests("both/plain/seed-1");
    scratch.refused_for("report both", &["fingerprint"]);
}

#[test]
fn a_document_without_a_place_for_the_table() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 1 --out both");
    scratch.run("report both --row rows.jsonl").succeeded();
    scratch.write("doc.md", "nothing here\n");
    scratch.refused_for(
        "table rows.jsonl --into doc.md",
        &["doc.md", "found no such place"],
    );
}

#[test]
fn a_row_without_its_keys_is_named_by_its_line() {
    let scratch = Scratch::new();
    scratch.write("rows.jsonl", "{}\n");
    scratch.refused_for("table rows.jsonl", &["rows.jsonl:1"]);
}

#[test]
fn a_row_of_a_single_run() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let said = scratch.run("report run --row rows.jsonl");
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr.contains("--row: expected runs of two"),
        "{}",
        said.stderr
    );
}
