//! The words on the screen: plurals, stops that the user asked for, and what fits in 80 columns.

use serde_json::Value;

use crate::ended::epoch_lines;
use crate::scratch::Scratch;

/// Asserts that `text` has no `epoch(s)` and no `1 epochs`, nor the like.
fn assert_plurals(text: &str) {
    assert!(!text.contains("(s)"), "{text}");
    let words: Vec<&str> = text.split_whitespace().collect();
    for pair in words.windows(2) {
        let noun = pair[1].trim_end_matches(|character: char| !character.is_alphanumeric());
        let plural = ["epochs", "pairs", "runs", "images", "trials", "seeds"].contains(&noun);
        assert!(!(pair[0] == "1" && plural), "{pair:?} in: {text}");
    }
}

#[test]
fn a_finished_run_of_one_epoch_is_named_in_the_singular() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let said = scratch.refused("train --resume run");
    assert!(said.contains("epoch"), "{said}");
    assert_plurals(&said);
}

#[test]
fn a_finished_run_of_two_epochs_is_named_in_the_plural() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    let said = scratch.refused("train --resume run");
    assert!(said.contains("2 epochs"), "{said}");
}

#[test]
fn fewer_epochs_than_an_unfinished_run_of_one_has() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    std::fs::remove_file(scratch.path("run/summary.json")).unwrap();
    let said = scratch.refused("train --resume run --epochs 0");
    assert_plurals(&said);
}

#[test]
fn a_run_of_one_epoch_that_is_not_judged_yet() {
    let scratch = Scratch::new();
    scratch.train("runs/one", "--epochs 1");
    scratch.train("runs/two", "--epochs 1 --seed 2");
    std::fs::remove_file(scratch.path("runs/two/summary.json")).unwrap();
    let said = scratch.run("report runs").succeeded().stdout;
    assert!(said.contains("runs/two: unfinished"), "{said}");
    assert_plurals(&said);
}

#[test]
fn a_comparison_of_one_pair_and_one_epoch() {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    let line = "compare tiny.toml plain.toml --data data --trials 1 --epochs 1 --out both";
    let ended = scratch.run(line).succeeded();
    assert!(ended.stdout.contains("1 pair"), "{}", ended.stdout);
    assert_plurals(&ended.stdout);
}

#[test]
fn a_part_with_one_pair() {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    let line =
        "compare tiny.toml plain.toml --data data --trials 2 --epochs 1 --out both --shard 1/2";
    assert_plurals(&scratch.run(line).succeeded().stdout);
}

#[test]
fn one_mixed_pair_is_drawn() {
    let said = Scratch::new()
        .run("data preview --data synthetic --pairs 1")
        .succeeded();
    assert!(said.stdout.contains("preview.png"), "{}", said.stdout);
    assert_plurals(&said.stdout);
}

#[test]
fn mixing_off_for_the_last_epoch() {
    let scratch = Scratch::new();
    let off = "[mixing]\nalpha = 1.0\nevery = 1\noff_for_last = 1";
    crate::variants::with_tables(&scratch, "off.toml", off);
    let line = "train off.toml --data data --epochs 2 --out run --ui plain";
    let said = scratch.run(line).succeeded().stdout;
    assert!(said.contains("last"), "{said}");
    assert_plurals(&said);
}

/// The table of epochs of a run that prints it on stdout: two lines above the epochs, and a line for each.
fn table(scratch: &Scratch) -> Vec<String> {
    let ended = scratch
        .run("train tiny.toml --data data --out run --ui plain")
        .succeeded();
    let lines: Vec<String> = ended.stdout.lines().map(ToOwned::to_owned).collect();
    let header = lines.iter().position(|line| line.starts_with("epoch "));
    let header = header.unwrap_or_else(|| panic!("{}", ended.stdout));
    let epochs = epoch_lines(&ended.stdout).len();
    lines[header - 1..=header + epochs].to_vec()
}

fn assert_fits(line: &str) {
    let width = line.chars().count();
    assert!(width <= 80, "{width} columns: {line}");
}

#[test]
fn the_table_of_epochs_fits_in_80_columns() {
    let lines = table(&Scratch::new());
    assert_eq!(lines.len(), 8);
    lines.iter().for_each(|line| assert_fits(line));
}

/// The longest name of a split.
#[test]
fn a_table_with_validation_says_so_and_fits_in_80_columns() {
    let scratch = Scratch::new();
    scratch.experiment("tiny.toml", "seed = 1", "validation = 20\nseed = 1");
    let lines = table(&scratch);
    assert_eq!(lines.len(), 8);
    lines.iter().for_each(|line| assert_fits(line));
    assert!(lines[0].contains("validation"), "{}", lines[0]);
    assert!(!lines[0].contains("test"), "{}", lines[0]);
}

/// Decimals of a rate say nothing.
#[test]
fn the_rates_of_the_table_have_no_decimals() {
    for line in &table(&Scratch::new())[2..] {
        let words: Vec<&str> = line.split_whitespace().collect();
        let rate = words[words.len() - 2];
        assert!(rate.parse::<u64>().is_ok(), "{line}");
    }
}

#[test]
fn the_result_as_json_has_no_words_of_a_screen() {
    let scratch = Scratch::new();
    let line = "train tiny.toml --data data --epochs 1 --out run --json";
    let result: Value = scratch.run(line).succeeded().json();
    assert!(result.get("hint").is_none() && result.get("error").is_none());
    assert_eq!(result["epochs"], 1);
}

#[cfg(unix)]
mod stopped {
    use super::assert_plurals;
    use crate::running::{Running, lines};
    use crate::scratch::Scratch;

    /// Stops a run after an epoch, and returns stderr and how many epochs the run has.
    fn stopped_run() -> (String, usize) {
        let scratch = Scratch::slow();
        let line = "train tiny.toml --data data --out run --epochs 1000 --ui none";
        let mut running = Running::start(&scratch, line);
        running.wait_for(|| lines(&scratch, "run") >= 1);
        let stderr = running.stop("INT");
        (stderr, lines(&scratch, "run"))
    }

    /// What the user asked for is no error.
    fn assert_no_error(stderr: &str) {
        let mut lines = stderr.lines();
        assert!(lines.all(|line| !line.starts_with("error:")), "{stderr}");
        assert!(stderr.contains("stopped"), "{stderr}");
    }

    #[test]
    fn a_run_stopped_by_ctrl_c_prints_no_error() {
        let (stderr, _) = stopped_run();
        assert_no_error(&stderr);
        assert!(stderr.contains("mixup train --resume run"), "{stderr}");
    }

    #[test]
    fn a_stopped_run_counts_its_whole_epochs() {
        let (stderr, kept) = stopped_run();
        let noun = if kept == 1 { "epoch" } else { "epochs" };
        let words = format!("{kept} whole {noun}");
        let after = stderr.split_once(&words).map(|(_, after)| after);
        // `1 whole epoch` must not be the start of `1 whole epochs`.
        let after = after.unwrap_or_else(|| panic!("{words:?} in: {stderr}"));
        assert!(!after.starts_with(char::is_alphabetic), "{stderr}");
        assert_plurals(&stderr);
    }

    #[test]
    fn a_comparison_stopped_by_ctrl_c_prints_no_error() {
        let scratch = crate::compare::with_two_arms(Scratch::slow());
        let line = "compare tiny.toml plain.toml --data data --epochs 1000 --trials 1 --out both";
        let mut running = Running::start(&scratch, &format!("{line} --ui none"));
        running.wait_for(|| lines(&scratch, "both/tiny/seed-1") >= 1);
        assert_no_error(&running.stop("INT"));
    }

    #[test]
    fn a_benchmark_stopped_by_ctrl_c_prints_no_error() {
        let scratch = Scratch::slow();
        let temporary = scratch.path("temporary");
        std::fs::create_dir(&temporary).unwrap();
        let mut command = scratch.command("bench tiny.toml --data data --seconds 60 --no-phases");
        command.env("TMPDIR", &temporary);
        let mut running = Running::spawn(command);
        running.wait_for(|| {
            let mut folders = std::fs::read_dir(&temporary).unwrap();
            folders.any(|folder| lines(&scratch, folder.unwrap().path().to_str().unwrap()) >= 2)
        });
        assert_no_error(&running.stop("INT"));
    }
}
