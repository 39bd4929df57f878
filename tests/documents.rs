//! What the documents say is what the program does.
#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use burn::tensor::Device;
use burn::train::{Learner, TrainStep};
use clap::Parser;
use mixup_data::{EpochPlan, MixupBatcher};
use mixup_train::commands::arguments::Cli;
use mixup_train::experiment::Experiment;
use mixup_train::learn::classifier::Classifier;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The lines of the README's shell blocks.
fn shell_lines(text: &str) -> Vec<&str> {
    let blocks = text.split("```sh\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    blocks.flat_map(str::lines).collect()
}

#[test]
fn the_readme_s_commands_run_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let experiments = folder.path().join("experiments");
    std::fs::create_dir(&experiments).unwrap();
    for file in ["mixup.toml", "baseline.toml", "demo.toml"] {
        std::fs::copy(
            root().join("experiments").join(file),
            experiments.join(file),
        )
        .unwrap();
    }
    let readme = read("README.md");
    let mut run = 0;
    for line in shell_lines(&readme) {
        let Some(arguments) = line.strip_prefix("cargo run --release -- ") else {
            assert_eq!(line, "cargo test");
            continue;
        };
        // The demo has its own test, and a whole one in `.ci/run`.
        if arguments == "demo" {
            continue;
        }
        Command::cargo_bin("mixup")
            .unwrap()
            .args(arguments.split_whitespace())
            .current_dir(folder.path())
            .assert()
            .success();
        run += 1;
    }
    assert!(run >= 5, "{run} commands");
}

#[test]
fn the_cluster_s_and_the_gpu_s_commands_are_commands() {
    let text = read("experiments/README.md") + &read("experiments/gpu/README.md");
    let mut parsed = 0;
    for line in shell_lines(&text) {
        if line.starts_with("mixup ") {
            let line = line.replace("$SLURM_ARRAY_TASK_ID", "2");
            // Words in quotes are one argument, and the last.
            let (line, quoted) = line.split_once('"').unwrap_or((&line, ""));
            let quoted = quoted.strip_suffix('"').into_iter();
            Cli::try_parse_from(line.split_whitespace().chain(quoted))
                .unwrap_or_else(|error| panic!("{error}"));
            parsed += 1;
        }
    }
    assert_eq!(parsed, 3);
}

#[test]
fn the_readme_s_table_is_made_from_the_rows() {
    let table = Command::cargo_bin("mixup")
        .unwrap()
        .args(["table", "experiments/results/comparisons.jsonl"])
        .current_dir(root())
        .assert()
        .success();
    let table = String::from_utf8(table.get_output().stdout.clone()).unwrap();
    assert!(table.lines().count() >= 3, "{table}");
    let readme = read("README.md");
    let (_, rest) = readme.split_once("<!-- results -->\n").unwrap();
    let (found, _) = rest.split_once("<!-- /results -->").unwrap();
    assert_eq!(found, table, "call: just results-table");
}

#[test]
fn the_readme_s_recipes_are_in_the_justfile() {
    let justfile = read("Justfile");
    let readme = read("README.md");
    let mut named = 0;
    for mention in readme.split("`just ").skip(1) {
        let recipe = mention.split(['`', ' ']).next().unwrap();
        let found = justfile.lines().any(|line| {
            line.starts_with(&format!("{recipe}:")) || line.starts_with(&format!("{recipe} *flags"))
        });
        assert!(found, "just {recipe}");
        named += 1;
    }
    assert!(named >= 8, "{named} recipes");
}

#[test]
fn linked_files_exist() {
    for document in [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "experiments/README.md",
        "experiments/gpu/README.md",
    ] {
        let text = read(document);
        let folder = root().join(document).parent().unwrap().to_path_buf();
        for link in text.split("](").skip(1) {
            let target = link.split(')').next().unwrap();
            if !target.starts_with("http") {
                assert!(folder.join(target).exists(), "{document}: {target}");
            }
        }
    }
}

#[test]
fn files_that_the_architecture_names_exist() {
    let text = read("ARCHITECTURE.md");
    let mut folder = String::new();
    let mut named = 0;
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let place = row.split('|').nth(1).unwrap();
        for name in place.split('`').skip(1).step_by(2) {
            if let Some((before, _)) = name.rsplit_once("src/") {
                folder = format!("{before}src");
            }
            let exists = root().join(name).exists() || root().join(&folder).join(name).exists();
            assert!(exists, "{name}");
            named += 1;
        }
    }
    assert!(named >= 30, "{named} files");
}

#[test]
fn the_changelog_begins_with_this_version() {
    let changelog = read("CHANGELOG.md");
    let mut sections = changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## "));
    let first = sections.find(|section| *section != "Unreleased");
    assert_eq!(first, Some(env!("CARGO_PKG_VERSION")));
}

/// The experiment files, in `experiments` and its folders.
fn experiments() -> Vec<PathBuf> {
    let mut folders = vec![root().join("experiments")];
    let mut files = vec![];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Two steps of each on built-in images, with a batch that two cores can bear.
#[test]
fn every_experiment_trains() {
    let files = experiments();
    assert!(files.len() >= 25, "{} experiments", files.len());
    let device = &Device::flex().autodiff();
    for path in files {
        let mut experiment = Experiment::read(&path).unwrap();
        experiment.batch_size = 4;
        let mut images = mixup_data::synthetic(1, 8, 1);
        images.corrupt_labels(experiment.labels.corrupted, 1);
        let policy = experiment.check().unwrap();
        let batcher = MixupBatcher::new(images.train, 10, &experiment.normalisation, device);
        let plan = EpochPlan::draw(1, 1, 8, &policy);
        let mut learner = experiment.learner(Classifier::init(&experiment, 10, device), 8);
        let weights = |learner: &Learner<Classifier>| learner.model().network.to_safetensors(None);
        let mut before = weights(&learner);
        for part in [0..4, 4..8] {
            let batch = batcher.make(&plan.batch(part), None);
            let output = TrainStep::step(&learner.model(), batch);
            learner.lr_step();
            learner.optimizer_step(output.grads);
            let loss = output.item.loss.into_scalar::<f32>();
            assert!(loss.is_finite() && loss > 0.0, "{}: {loss}", path.display());
            let after = weights(&learner);
            assert!(after != before, "{}", path.display());
            before = after;
        }
    }
}

/// Files that are compared with each other differ in what they say they do, and in nothing else.
#[test]
fn compared_experiments_differ_in_their_mixing_alone() {
    let mut compared = 0;
    for path in experiments() {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text
            .lines()
            .filter_map(|line| line.strip_prefix("#   mixup compare "));
        for line in lines {
            let files: Vec<&str> = line.split_whitespace().take(2).collect();
            let read = |file: &str| Experiment::read(&root().join(file)).unwrap();
            let (one, other) = (read(files[0]), read(files[1]));
            let like = Experiment {
                mixing: other.mixing.clone(),
                ..one.clone()
            };
            assert_eq!(like, other, "{line}");
            assert_ne!(one, other, "{line}");
            let itself = path.strip_prefix(root()).unwrap();
            assert!(files.iter().any(|file| itself == Path::new(file)), "{line}");
            compared += 1;
        }
    }
    assert!(compared >= 20, "{compared} comparisons");
}

/// Each experiment is in the table of `experiments/README.md`.
#[test]
fn every_experiment_is_described() {
    let text = read("experiments/README.md");
    for path in experiments() {
        let place = path.strip_prefix(root().join("experiments")).unwrap();
        let place = place.to_str().unwrap();
        assert!(text.contains(&format!("({place})")), "{place}");
    }
}
