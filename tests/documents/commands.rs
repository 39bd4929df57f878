//! The command lines of README and docs run, or at least parse.

use std::path::Path;

use assert_cmd::Command;
use clap::Parser;
use mixup_train::commands::arguments::Cli;

use crate::shell::{arguments, filled, is_placeholder, lines};
use crate::{files, pages, read, root};

/// A folder with what the documents' commands name: experiments, assets, and as `picture.png` one of the
/// built-in images, a picture that the reader has.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for path in files("experiments", &["mixup.toml", "baseline.toml", "demo.toml"])
        .into_iter()
        .chain(files("assets", &[".png"]))
    {
        let to = folder.path().join(&path);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(root().join(&path), to).unwrap();
    }
    let set = mixup_data::synthetic(1, 1, 1);
    let pixels = set.test.image(0);
    let value = |x: u32, y: u32, channel: usize| pixels[1024 * channel + (32 * y + x) as usize];
    let picture = image::RgbImage::from_fn(32, 32, |x, y| {
        image::Rgb([0, 1, 2].map(|channel| value(x, y, channel)))
    });
    picture.save(folder.path().join("picture.png")).unwrap();
    folder
}

/// Whether a command can run here: it needs no network, GPU or minutes, and nothing from the reader.
///
/// It runs if it names no placeholder and no GPU, and
/// - `train`, `compare` and `demo` have `--epochs` from 1 to 3 and images that are built in,
/// - `bench` has `--seconds 1` or `--windows`,
/// - `evaluate` takes built-in images or those of the run, and `data check` and `data preview` take built-in images,
/// - `experiments`, `devices`, `completions` and `runs` only print,
/// - every path under `runs` that it reads was written by a line before it.
fn runs_here(arguments: &[String], folder: &Path) -> bool {
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let value = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1).map(String::as_str)
    };
    if arguments.iter().any(|word| is_placeholder(word)) || value("--device") == Some("gpu") {
        return false;
    }
    let is_there = |path: &String| {
        let is_input = path.starts_with("runs/") && value("--out") != Some(path);
        !is_input || folder.join(path).exists()
    };
    if !arguments.iter().all(is_there) {
        return false;
    }
    let built_in = has("synthetic") || has("--resume");
    let short = value("--epochs").is_some_and(|epochs| ["1", "2", "3"].contains(&epochs));
    match arguments.first().map(String::as_str) {
        Some("train" | "compare") => built_in && short,
        Some("demo") => short,
        Some("bench") => value("--seconds") == Some("1") || has("--windows"),
        // Without data, it takes that of the run.
        Some("evaluate") => built_in || value("--data").is_none(),
        Some("data") => built_in,
        Some("experiments" | "devices" | "completions" | "runs") => true,
        Some("report" | "table" | "predict" | "export") => true,
        _ => false,
    }
}

/// Runs the commands of `page` that can run here and parses the others. Returns how many ran, and the
/// lines that were only parsed.
fn check(page: &str) -> (usize, Vec<String>) {
    let folder = folder();
    let (mut ran, mut parsed) = (0, vec![]);
    for line in lines(&read(page)) {
        let Some(arguments) = arguments(&line) else {
            assert_known(page, &line);
            continue;
        };
        if runs_here(&arguments, folder.path()) {
            let mut command = Command::cargo_bin("mixup").unwrap();
            command.args(&arguments).current_dir(folder.path());
            command.assert().success();
            ran += 1;
        } else {
            let filled = arguments.iter().map(|word| filled(word));
            let words = std::iter::once("mixup".to_owned()).chain(filled);
            Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{page}: {line}\n{error}"));
            parsed.push(line);
        }
    }
    (ran, parsed)
}

/// A command of another program: a recipe must exist, and the program must be one that readers have.
fn assert_known(page: &str, line: &str) {
    let mut words = line.split_whitespace();
    let programs = [
        "cargo",
        "git",
        "cd",
        "bash",
        "python3",
        "tar",
        "sbatch",
        "parallel",
        "export",
        "tensorboard",
    ];
    let program = words.find(|word| !word.contains('=')).unwrap_or("export");
    if program == "just" {
        assert_recipe(page, words.next());
    } else {
        assert!(programs.contains(&program), "{page}: {line}");
    }
}

/// The demo has its own test, and `.ci/run` runs all of it.
#[test]
fn every_command_of_the_readme_runs_except_the_demo() {
    let (ran, parsed) = check("README.md");
    assert!(ran >= 3, "{ran} commands");
    let others: Vec<&String> = parsed
        .iter()
        .filter(|line| !line.ends_with("-- demo"))
        .collect();
    assert!(others.is_empty(), "{others:?}");
}

/// A sheet of mixed pairs is a picture, but what it shows has no class.
#[test]
fn no_command_predicts_a_sheet_of_mixed_pairs() {
    for page in pages() {
        let text = read(&page);
        let calls = lines(&text).into_iter();
        let calls: Vec<Vec<String>> = calls.filter_map(|line| arguments(&line)).collect();
        let (drawing, others): (Vec<_>, Vec<_>) = calls
            .into_iter()
            .partition(|call| call.iter().any(|word| word == "preview"));
        let drawn = drawing.concat();
        let is_sheet = |word: &&String| {
            word.ends_with(".png") && (drawn.contains(word) || word.ends_with("preview.png"))
        };
        for call in others {
            assert_eq!(call.iter().find(is_sheet), None, "{page}: {call:?}");
        }
    }
}

#[test]
fn the_commands_of_docs_run_or_parse() {
    let pages = pages();
    let docs = pages.iter().filter(|page| page.starts_with("docs/"));
    let ran: Vec<usize> = docs.map(|page| check(page).0).collect();
    // There may be no such folder; if there is, most of its commands run.
    assert!(ran.is_empty() || ran.iter().sum::<usize>() >= 8, "{ran:?}");
}

#[test]
fn the_commands_for_a_cluster_and_for_a_gpu_parse() {
    let mut parsed = 0;
    for page in ["experiments/README.md", "experiments/gpu/README.md"] {
        for line in lines(&read(page)) {
            let Some(arguments) = arguments(&line) else {
                continue;
            };
            let words = arguments.iter().map(|word| filled(word));
            Cli::try_parse_from(std::iter::once("mixup".to_owned()).chain(words))
                .unwrap_or_else(|error| panic!("{page}: {line}\n{error}"));
            parsed += 1;
        }
    }
    assert_eq!(parsed, 3);
}

#[track_caller]
fn assert_recipe(page: &str, recipe: Option<&str>) {
    let recipe = recipe.unwrap_or("default");
    let justfile = read("Justfile");
    let is_there = justfile.lines().any(|line| {
        [":", " "]
            .iter()
            .any(|end| line.starts_with(&format!("{recipe}{end}")))
    });
    assert!(is_there, "{page}: just {recipe}");
}

#[test]
fn the_recipes_that_documents_name_are_in_the_justfile() {
    let mut named = 0;
    let others = [
        "ARCHITECTURE.md",
        "experiments/README.md",
        "experiments/gpu/README.md",
    ];
    for page in pages().into_iter().chain(others.map(ToOwned::to_owned)) {
        let text = read(&page);
        for mention in text.split("`just ").skip(1) {
            assert_recipe(&page, mention.split(['`', ' ']).next());
            named += 1;
        }
    }
    assert!(named >= 8, "{named} recipes");
}

#[test]
fn only_short_commands_on_built_in_images_run() {
    let folder = folder();
    std::fs::create_dir_all(folder.path().join("runs/one")).unwrap();
    for (line, expected) in [
        (
            "train experiments/demo.toml --data synthetic --epochs 2 --out runs/x",
            true,
        ),
        ("train --resume runs/one --epochs 3", true),
        ("train --resume runs/two --epochs 3", false),
        ("train experiments/mixup.toml --data DATA --epochs 1", false),
        ("train experiments/mixup.toml --epochs 1", false),
        ("train experiments/demo.toml --data synthetic", false),
        ("demo", false),
        ("demo --epochs 1 --trials 2", true),
        ("bench", false),
        ("bench --seconds 1 --device gpu", false),
        ("data fetch", false),
        ("data check synthetic", true),
        ("report runs/one", true),
        ("evaluate --weights runs/one --data cifar10", false),
        ("evaluate --weights runs/one", true),
        ("evaluate --weights runs/two", false),
        ("experiments list", true),
    ] {
        let words: Vec<String> = line.split(' ').map(ToOwned::to_owned).collect();
        assert_eq!(runs_here(&words, folder.path()), expected, "{line}");
    }
}
