//! Checks that a run can be resumed as the user asks.

use std::path::Path;

use crate::experiment::{Changes, Experiment, ExperimentFile};
use crate::failure::Failure;
use crate::run::epoch_row::{EpochRow, has_stopped};
use crate::run::plural::counted;

/// Refuses changes of a run's experiment.
///
/// # Errors
/// [`Failure::Usage`] if there are any.
pub(crate) fn check_unchanged(changes: &Changes) -> Result<(), Failure> {
    let Some(change) = changes.texts().into_iter().next() else {
        return Ok(());
    };
    Err(Failure::usage(
        format!(
            "--set {change}: expected no change with --resume, because a run keeps its experiment"
        ),
        "leave --set out to resume the run, or leave --resume out to start a new one; --epochs makes a run longer",
    ))
}

/// Refuses the experiment `asked`, read from `file`, if the run at `path` has another one.
///
/// Seed and epochs may differ. The run keeps its seed, and `--epochs` may change the epochs.
///
/// # Errors
/// [`Failure::Usage`] that names the first key that differs.
pub(crate) fn check_experiment(
    path: &Path,
    recorded: &Experiment,
    file: &Path,
    asked: &Experiment,
) -> Result<(), Failure> {
    // Only compared, so it need not be a valid experiment with the epochs of the run.
    let mut asked = ExperimentFile::clone(asked);
    asked.seed = recorded.seed;
    asked.epochs = recorded.epochs;
    let Some(key) = asked.difference(recorded) else {
        return Ok(());
    };
    Err(Failure::usage(
        format!(
            "{}: expected a run of {}, found one with another {key}",
            path.display(),
            file.display()
        ),
        "leave the experiment out to resume the run as it is, or start a new one with --out",
    ))
}

/// Refuses `epochs` for the finished run at `path` with these `rows`, unless they are more. A run whose patience is
/// exhausted would end at once again.
///
/// # Errors
/// [`Failure::Usage`] if there is nothing left to train.
pub(crate) fn check_longer(
    path: &Path,
    experiment: &Experiment,
    rows: &[EpochRow],
    epochs: usize,
) -> Result<(), Failure> {
    let planned = experiment.epochs;
    let patience = experiment.patience;
    if let Some(patience) = patience.filter(|patience| has_stopped(rows, *patience)) {
        return Err(Failure::usage(
            format!(
                "{}: expected an unfinished run, found one that ended after epoch {}, with patience {patience}",
                path.display(),
                rows.len()
            ),
            format!(
                "for more epochs start a new run with more patience, such as --set patience={}",
                2 * patience
            ),
        ));
    }
    if epochs > planned {
        return Ok(());
    }
    let done = match planned {
        1 => "whose only epoch is trained".to_owned(),
        _ => format!("that has all its {planned} epochs"),
    };
    let hint = if experiment.looks_ahead() {
        "for more epochs start a new run with --out and --epochs".to_owned()
    } else {
        format!("for more epochs add --epochs {}", planned + 1)
    };
    Err(Failure::usage(
        format!(
            "{}: expected an unfinished run, found one {done}",
            path.display()
        ),
        hint,
    ))
}

/// Refuses `epochs` that differ from the experiment's if its schedule or mixing depends on the total.
///
/// # Errors
/// [`Failure::Usage`].
pub(crate) fn check_total(experiment: &Experiment, epochs: usize) -> Result<(), Failure> {
    let planned = experiment.epochs;
    if epochs != planned && experiment.looks_ahead() {
        return Err(Failure::usage(
            format!(
                "--epochs {epochs}: expected the run's own {}, because its schedule or mixing looks ahead to \
                 the last epoch",
                counted(planned, "epoch")
            ),
            "start a new run with --out and --epochs",
        ));
    }
    Ok(())
}

/// Refuses fewer `epochs` than the run has already `trained`. `planned` is the experiment's number.
///
/// # Errors
/// [`Failure::Usage`].
pub(crate) fn check_not_fewer(
    epochs: usize,
    trained: usize,
    planned: usize,
) -> Result<(), Failure> {
    if epochs >= trained {
        return Ok(());
    }
    Err(Failure::usage(
        format!(
            "--epochs {epochs}: expected at least the {} that the run has",
            counted(trained, "epoch")
        ),
        format!("leave --epochs out to continue to epoch {planned}"),
    ))
}

#[cfg(test)]
mod tests;
