//! Experiment files. One that is accepted is read back from what the program writes of it.

use std::path::{Path, PathBuf};

use mixup_train::experiment::Experiment;

use crate::dice::Dice;
use crate::target::{Target, refused};
use crate::{bytes, runner, scratch, words};

#[test]
fn toml() {
    runner::fuzz(&Experiments::new());
}

struct Experiments {
    seeds: Vec<Vec<u8>>,
}

impl Experiments {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
        let entries = std::fs::read_dir(folder).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
        files.sort();
        let mut seeds = vec![scratch::EXPERIMENT.as_bytes().to_vec()];
        seeds.extend(files.iter().map(|file| std::fs::read(file).unwrap()));
        Self { seeds }
    }
}

impl Target for Experiments {
    fn name(&self) -> &'static str {
        "toml"
    }

    fn cases(&self) -> u64 {
        3_000
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn known(&self) -> Vec<Vec<u8>> {
        let whole = scratch::EXPERIMENT;
        vec![
            format!("a = {}", "[".repeat(100_000)).into_bytes(),
            format!("a = {}", "{a=".repeat(100_000)).into_bytes(),
            format!("{}[a]", "[a.".repeat(50_000)).into_bytes(),
            "a.".repeat(100_000).into_bytes(),
            whole.replace("epsilon", &"ε".repeat(100_000)).into_bytes(),
            whole
                .replace(
                    "widths = [2, 2]",
                    &format!("widths = [{}]", "2, ".repeat(100_000)),
                )
                .into_bytes(),
            whole
                .replace("[2, 2]", "[4294967296, 18446744073709551615]")
                .into_bytes(),
        ]
    }

    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        if dice.one_in(5) {
            bytes::change(input, other, dice);
        } else {
            words::change(input, other, dice);
        }
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let text = String::from_utf8_lossy(input);
        let origin = Path::new("a.toml");
        let experiment = match Experiment::parse(&text, origin) {
            Ok(experiment) => experiment,
            Err(failure) => return refused(&failure),
        };
        let written = experiment.to_toml();
        match Experiment::parse(&written, origin) {
            Ok(again) if again == experiment => {}
            Ok(_) => return Err("the experiment as it is written is another one".into()),
            Err(failure) => return Err(format!("the experiment as it is written: {failure}")),
        }
        // What the other commands ask of an experiment.
        experiment.settings();
        experiment.looks_ahead();
        experiment.policy();
        match experiment.baseline() {
            Ok(_) => Ok(()),
            Err(failure) => refused(&failure),
        }
    }
}
