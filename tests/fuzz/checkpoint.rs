//! A stopped run in which something was changed: refused, or resumed to what it would have become.

use std::path::Path;

use mixup_train::for_fuzzing;
use tempfile::TempDir;

use crate::dice::Dice;
use crate::edit::{self, Edit};
use crate::folder::{self, Files};
use crate::scratch::Scratch;
use crate::target::{Target, refused};
use crate::{runner, runs};

#[test]
fn checkpoint() {
    runner::fuzz(&Checkpoints::new());
}

struct Checkpoints {
    /// Has the images of the run.
    scratch: Scratch,
    folder: TempDir,
    stopped: Files,
    /// What the stopped run becomes.
    finished: Files,
    seeds: Vec<Vec<u8>>,
}

/// The best epoch's weights.
const BEST: &str = "best.safetensors";

/// What a resumed run must have as a run that nothing happened to, if only its checkpoint was changed.
const RESULTS: [&str; 4] = [
    "model.safetensors",
    BEST,
    "predictions.csv",
    "evaluation.json",
];

impl Checkpoints {
    fn new() -> Self {
        let scratch = Scratch::new();
        let stopped = runs::stopped(&scratch);
        let folder = folder::new();
        let run = folder.path().join("whole");
        folder::write(&run, &stopped);
        let line = format!("train --resume {} --ui none", run.display());
        scratch.run(&line).succeeded();
        Self {
            finished: folder::read(&run),
            seeds: edit::seeds(&stopped),
            scratch,
            folder,
            stopped,
        }
    }

    /// Resumes the run with the built program, to its end.
    fn resume(&self, run: &Path, is_checkpoint: bool) -> Result<(), String> {
        // A run may be resumed without the best epoch's weights, and then it ends without them.
        let has_best = run.join(BEST).exists();
        let line = format!("train --resume {} --ui none", run.display());
        let ended = self.scratch.run(&line);
        match ended.code {
            Some(2) => return Ok(()),
            // A number in a row or a checkpoint can make the loss infinite.
            Some(1) if ended.stderr.contains(" loss became ") && !is_checkpoint => return Ok(()),
            Some(0) => {}
            code => return Err(format!("resuming ended with {code:?}: {}", ended.stderr)),
        }
        if !is_checkpoint {
            return Ok(());
        }
        let resumed = folder::read(run);
        let differs = |name: &&&str| {
            let path = Path::new(**name);
            let may_differ = **name == BEST && !has_best;
            !may_differ && resumed.get(path) != self.finished.get(path)
        };
        match RESULTS.iter().find(differs) {
            Some(name) => Err(format!(
                "a damaged file is accepted and changes the result: {name}"
            )),
            None => Ok(()),
        }
    }
}

impl Target for Checkpoints {
    fn name(&self) -> &'static str {
        "checkpoint"
    }

    fn cases(&self) -> u64 {
        80
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        edit::change(input, other, &self.stopped, dice);
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let Some(edit) = Edit::parse(input) else {
            return Ok(());
        };
        let run = self.folder.path().join("run");
        folder::write(&run, &self.stopped);
        edit.apply(&run);
        if let Err(failure) = for_fuzzing::stopped(&run) {
            return refused(&failure);
        }
        let is_checkpoint = edit.name.contains(".bpk") || edit.name == BEST;
        // Resuming takes a while. Another experiment may take for ever.
        let sum: usize = input.iter().map(|byte| usize::from(*byte)).sum();
        let is_chosen = sum.is_multiple_of(16) && edit.name != "experiment.toml";
        if is_checkpoint || is_chosen {
            self.resume(&run, is_checkpoint)?;
        }
        Ok(())
    }
}
