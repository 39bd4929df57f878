//! Files with a JSON value on each line: rows of results, and the epochs of a run.

use std::path::Path;

use mixup_train::for_fuzzing;
use tempfile::TempDir;

use crate::dice::Dice;
use crate::target::{Target, read};
use crate::{bytes, folder, runner, runs, words};

#[test]
fn rows() {
    runner::fuzz(&Rows::new());
}

struct Rows {
    folder: TempDir,
    seeds: Vec<Vec<u8>>,
}

impl Rows {
    fn new() -> Self {
        let folder = folder::new();
        let run = runs::tiny();
        folder::write(&folder.path().join("run"), &run);
        let epochs = run[Path::new("metrics.jsonl")].clone();
        let kept = include_bytes!("../../experiments/results/comparisons.jsonl");
        Self {
            folder,
            seeds: vec![runs::rows().to_vec(), epochs, kept.to_vec()],
        }
    }
}

impl Target for Rows {
    fn name(&self) -> &'static str {
        "rows"
    }

    fn cases(&self) -> u64 {
        3_000
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn known(&self) -> Vec<Vec<u8>> {
        let epochs = String::from_utf8(self.seeds[1].clone()).unwrap();
        ["999999991", "18446744073709551615", "0", "3", "-1", "1.0"]
            .map(|epoch| {
                let changed = epochs.replace("\"epoch\":2", &format!("\"epoch\":{epoch}"));
                changed.into_bytes()
            })
            .into()
    }

    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        if dice.one_in(5) {
            bytes::change(input, other, dice);
        } else {
            words::change(input, other, dice);
        }
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let rows = self.folder.path().join("rows.jsonl");
        std::fs::write(&rows, input).unwrap();
        read(for_fuzzing::table(&rows))?;
        let run = self.folder.path().join("run");
        std::fs::write(run.join("metrics.jsonl"), input).unwrap();
        match for_fuzzing::record(&run) {
            // Only what is accepted is worth the time of a report.
            Ok(_) => {
                let report = self.folder.path().join("report");
                read(for_fuzzing::report(run, &report))
            }
            refused => read(refused),
        }
    }
}
