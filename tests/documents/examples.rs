//! The examples of the crates run, and say what they should.

use std::path::Path;
use std::process::Command;

use crate::{files, root};

/// What the example of this name prints.
///
/// `cargo test` builds examples next to the program.
///
/// # Panics
/// If it fails, or is not built.
fn output(name: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_mixup"));
    let built = program.with_file_name("examples");
    let example = built.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let ending = format!("/examples/{name}.rs");
    let sources = files("crates", &[".rs"]);
    let source = sources.iter().find(|path| path.ends_with(&ending));
    let source = root().join(source.unwrap());
    let time = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified());
    let is_new = time(&example).is_ok_and(|built| built >= time(&source).unwrap());
    assert!(
        is_new,
        "{} is missing or older than its source; `cargo test` builds it, and so does `cargo build --examples`",
        example.display()
    );
    let output = Command::new(example).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{name}: {text}{errors}");
    text
}

/// The numbers in a text, in their order.
fn numbers(text: &str) -> Vec<f64> {
    let part_of_number = |c: char| c.is_ascii_digit() || "+-.e".contains(c);
    let words = text.split(|c| !part_of_number(c));
    words
        .filter_map(|word| word.trim_end_matches(['.', 'e']).parse().ok())
        .collect()
}

#[test]
fn every_example_has_a_test_here() {
    let mut found = vec![];
    for path in files("crates", &[".rs"]) {
        if let Some((_, name)) = path.split_once("/examples/") {
            found.push(name.trim_end_matches(".rs").to_owned());
        }
    }
    found.sort();
    let tools = ["memory_bound", "pages"];
    let tested = [
        "faster_convolutions",
        "learner",
        "mix_in_your_loop",
        "paired_statistics",
        "your_network",
    ];
    let mut expected: Vec<&str> = tools.into_iter().chain(tested).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn a_loop_of_ones_own_learns_from_mixed_samples() {
    let text = output("mix_in_your_loop");
    let right = numbers(&text)[0];
    assert!(right > 850.0, "{text}");
}

#[test]
fn a_network_of_ones_own_learns_on_the_loader() {
    let text = output("your_network");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 8, "{text}");
    // One of ten classes is right by chance.
    let last = numbers(lines[7])[1];
    assert!(last > 35.0, "{text}");
}

#[test]
fn the_learner_and_the_measures_work_as_a_library() {
    let text = output("learner");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 8, "{text}");
    let last = numbers(lines[7])[1];
    assert!(last > 30.0, "{text}");
}

#[test]
fn a_layer_in_place_of_burns_has_its_outputs() {
    let text = output("faster_convolutions");
    let gap = numbers(&text)[0];
    assert!(gap < 1e-4, "{text}");
}

/// The figures are SciPy's: `ttest_rel` with its `confidence_interval`, the share of all 64 ways to choose the signs, and
/// the effect at which `nct.sf` is 0.8.
#[test]
fn paired_statistics_are_scipys() {
    let text = output("paired_statistics");
    let expected = "\
mean difference: +0.58 points
95% interval: +0.25 to +0.91
exact sign-flip test: p = 0.0312
the interval leaves out 0 four times in five from 0.45 points on
a difference is shown: true
";
    assert_eq!(text, expected);
}
