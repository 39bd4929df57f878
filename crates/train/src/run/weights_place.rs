//! The weights file that a path means: the file itself, or the last weights of a run folder.

use std::path::{Path, PathBuf};

use mixup_data::quoted;

use crate::failure::{Failure, resume_hint};
use crate::files;
use crate::run::file_names::{BEST, MODEL, SUMMARY};
use crate::run::free_folder::hint_of_missing;
use crate::run::recorded::is_run;
use crate::run::watch::Watch;

/// How many folders down a run is looked for, to offer it: a comparison has its runs in `ARM/seed-N`.
const DEPTH: usize = 2;

/// A weights file that a command takes.
#[derive(Debug, PartialEq)]
pub(crate) struct WeightsPlace {
    /// The file.
    pub file: PathBuf,
    /// A line for the user, if a folder was named: which of its files is taken, and which other one it has.
    pub note: Option<String>,
}

impl WeightsPlace {
    /// Says which file of a folder is taken, if a folder was named.
    pub(crate) fn tell(&self, watch: &dyn Watch) {
        if let Some(note) = &self.note {
            watch.say(note);
        }
    }
}

/// The weights file at `path`, or that of the folder at `path`: the weights after the last epoch.
///
/// # Errors
/// [`Failure::Usage`] if nothing lies there, or if the folder has no such file.
pub(crate) fn weights_place(path: &Path) -> Result<WeightsPlace, Failure> {
    if !path.exists() {
        return Err(Failure::usage(
            format!(
                "{}: expected a weights file or a run folder, found nothing there",
                path.display()
            ),
            hint_of_missing(path),
        ));
    }
    if !path.is_dir() {
        return Ok(WeightsPlace {
            file: path.into(),
            note: None,
        });
    }
    let [model, best] = [MODEL, BEST].map(|name| path.join(name));
    if !model.is_file() {
        return Err(without_weights(path, &best));
    }
    let mut line = format!("weights: {}", model.display());
    if is_run(path) {
        line += ", of the last epoch";
        if best.is_file() {
            line += &format!("; of the best epoch: {}", quoted(&best));
        }
    }
    Ok(WeightsPlace {
        file: model,
        note: Some(line),
    })
}

/// The failure of a folder without the weights of a last epoch.
fn without_weights(path: &Path, best: &Path) -> Failure {
    let folder = path.display();
    if path.join(SUMMARY).is_file() {
        let hint = if best.is_file() {
            format!("give the weights of the best epoch: {}", quoted(best))
        } else {
            "take the file from a copy of the run, or train it again".into()
        };
        let message = format!("{folder}: expected {MODEL}, which a finished run has, found none");
        return Failure::usage(message, hint);
    }
    if is_run(path) {
        let so_far = if best.is_file() {
            format!("give the best weights so far: {}; or ", quoted(best))
        } else {
            String::new()
        };
        return Failure::usage(
            format!(
                "{folder}: expected a finished run, which has {MODEL}, found one that is not finished"
            ),
            so_far + &resume_hint(path),
        );
    }
    let hint = match run_below(path, DEPTH) {
        Some(run) => format!("give one of the runs in it, such as {}", quoted(run)),
        None => "give a weights file (.safetensors, .pt), or the folder of a finished run".into(),
    };
    let message = format!(
        "{folder}: expected a weights file or a run folder, found a folder without {MODEL}"
    );
    Failure::usage(message, hint)
}

/// The first run with weights in the folders below `path`, in the order of their names.
fn run_below(path: &Path, depth: usize) -> Option<PathBuf> {
    let mut names = files::names_in(path).ok()?;
    names.sort();
    let folders = names.iter().map(|name| path.join(name));
    let folders: Vec<PathBuf> = folders.filter(|folder| folder.is_dir()).collect();
    let here = folders.iter().find(|folder| folder.join(MODEL).is_file());
    let below = || {
        let depth = depth.checked_sub(1)?;
        folders.iter().find_map(|folder| run_below(folder, depth))
    };
    here.cloned().or_else(below)
}

#[cfg(test)]
mod tests;
