//! A finished comparison in which something was changed: read by everything that reads runs.

use mixup_train::for_fuzzing;
use tempfile::TempDir;

use crate::dice::Dice;
use crate::edit::{self, Edit};
use crate::target::{Target, read};
use crate::{folder, runner, runs};

#[test]
fn run_folder() {
    runner::fuzz(&RunFolders::new());
}

struct RunFolders {
    folder: TempDir,
    seeds: Vec<Vec<u8>>,
}

impl RunFolders {
    fn new() -> Self {
        Self {
            folder: folder::new(),
            seeds: edit::seeds(runs::pair()),
        }
    }
}

impl Target for RunFolders {
    fn name(&self) -> &'static str {
        "run_folder"
    }

    fn cases(&self) -> u64 {
        200
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        edit::change(input, other, runs::pair(), dice);
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let Some(edit) = Edit::parse(input) else {
            return Ok(());
        };
        let both = self.folder.path().join("both");
        let report = self.folder.path().join("report");
        folder::write(&both, runs::pair());
        edit.apply(&both);
        let before = folder::read(&both);
        let run = both.join("tiny/seed-1");
        read(for_fuzzing::record(&run))?;
        read(for_fuzzing::stopped(&run))?;
        read(for_fuzzing::network(&run.join("best.safetensors")))?;
        if folder::read(&both) != before {
            return Err("reading a run changed it".into());
        }
        read(for_fuzzing::report(both.clone(), &report))?;
        let _ = std::fs::remove_dir_all(report);
        // A report is counted in the manifest.
        let mut after = folder::read(&both);
        let manifest = std::path::Path::new("comparison.json");
        if let Some(bytes) = before.get(manifest) {
            after.insert(manifest.into(), bytes.clone());
        }
        if after != before {
            return Err("a report changed its runs".into());
        }
        Ok(())
    }
}
