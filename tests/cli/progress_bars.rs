//! The progress bars, seen on a terminal of 80 columns that `script` provides.
#![cfg(unix)]

use std::process::Command;

use crate::gpu_kit::has;
use crate::scratch::Scratch;

/// What `mixup LINE` draws on a terminal of 80 columns: every state of every line, without colours.
fn drawn(scratch: &Scratch, line: &str) -> Vec<String> {
    assert!(
        has("script"),
        "a terminal needs the program `script`, which is missing"
    );
    let program = env!("CARGO_BIN_EXE_mixup");
    let mut command = Command::new("script");
    command
        .args(["-q", "-e", "-f", "-c"])
        .arg(format!("stty rows 24 cols 80; '{program}' {line}"))
        .arg("screen.raw")
        .current_dir(scratch.path(""))
        .env("TERM", "xterm");
    let output = command.output().unwrap();
    let screen = String::from_utf8_lossy(&scratch.read("screen.raw")).into_owned();
    assert!(output.status.success(), "{screen}");
    let lines = screen.split(['\r', '\n']).map(without_escapes);
    lines.filter(|line| !line.trim().is_empty()).collect()
}

/// A line without the sequences that move the cursor and set colours.
pub(crate) fn without_escapes(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let end = part.find(|character: char| character.is_ascii_alphabetic());
        text.push_str(end.map_or("", |end| &part[end + 1..]));
    }
    text.trim_end().to_owned()
}

/// The bars over the images of a split, of a run that validates.
fn bars_of_a_run() -> Vec<String> {
    let scratch = Scratch::slow();
    scratch.experiment("tiny.toml", "seed = 1", "validation = 200\nseed = 1");
    let line = "train tiny.toml --data data --out run --epochs 3 --ui plain";
    let lines = drawn(&scratch, line);
    let bars = lines.into_iter().filter(|line| line.contains('━'));
    let bars: Vec<String> = bars.filter(|line| line.starts_with("epoch")).collect();
    assert!(!bars.is_empty(), "no bar was drawn");
    bars
}

#[test]
#[ignore = "needs the program script"]
fn tool_script_the_bar_over_validation_images_says_so() {
    let bars = bars_of_a_run();
    let says = |word: &str| bars.iter().any(|bar| bar.contains(word));
    assert!(says("validation") && !says("test"), "{bars:#?}");
}

/// A longer line would break a word in two and leave a part of itself on the screen.
fn assert_fits(bar: &str) {
    let width = bar.chars().count();
    assert!(width <= 80, "{width} columns: {bar}");
}

#[test]
#[ignore = "needs the program script"]
fn tool_script_the_bars_of_a_run_fit_in_80_columns() {
    for bar in bars_of_a_run() {
        assert_fits(&bar);
    }
}

#[test]
#[ignore = "needs the program script"]
fn tool_script_the_rates_of_bars_have_no_decimals() {
    let mut rates = 0;
    for bar in bars_of_a_run() {
        for word in bar.split_whitespace().filter(|word| word.ends_with("/s")) {
            assert!(!word.contains('.'), "{word} in {bar}");
            rates += 1;
        }
    }
    assert!(rates > 0, "no rate was drawn");
}

/// Bars that are drawn at once have no line feed between them: each is padded to the terminal's width.
/// The rest of a bar that is too long would begin a row.
#[test]
#[ignore = "needs the program script"]
fn tool_script_each_row_of_bars_begins_with_a_bar() {
    let scratch = crate::compare::with_two_arms(Scratch::slow());
    let line = "compare tiny.toml plain.toml --data data --epochs 2 --trials 2 --out both";
    let lines = drawn(&scratch, line);
    let mut rows = Vec::new();
    for line in lines.iter().filter(|line| line.contains('━')) {
        let characters: Vec<char> = line.chars().collect();
        rows.extend(characters.chunks(80).map(String::from_iter));
    }
    for start in ["all trials ", "epoch "] {
        assert!(rows.iter().any(|row| row.starts_with(start)), "{rows:#?}");
    }
    for row in &rows {
        let below_the_prefix = row.chars().nth(16);
        assert!(below_the_prefix.is_some_and(|c| "━╸─".contains(c)), "{row}");
    }
}

/// With 50 batches an epoch, the first one says how long the run still takes before it ends.
#[test]
#[ignore = "needs the program script"]
fn tool_script_the_bar_of_the_first_epoch_says_how_long_the_run_still_takes() {
    let bars = bars_of_a_run();
    let of_training = |bar: &&String| !bar.contains("validation") && bar.contains(" left");
    let told = bars.iter().find(of_training);
    assert!(told.is_some(), "{bars:#?}");
}
