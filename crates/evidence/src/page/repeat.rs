//! The section on how to repeat the runs, with a table of all runs.

use maud::{Markup, html};

use super::{
    Section,
    data_table::{Cells, DataTable, head},
    format::{decimal, duration, grouped, percent},
    key::Key,
};
use crate::words::count;
use crate::{Arm, LeftOut, Report, RunFigures};

pub(super) fn section(report: &Report, keys: &[Key]) -> Section {
    let body = html! {
        @if !report.repeat.is_empty() {
            pre tabindex="0" role="region" aria-label="Commands" { code { (report.repeat.join("\n")) } }
        }
        (experiments(report))
        dl.facts {
            dt { "Data" }
            dd { (report.data.name) }
            dt { "Fingerprint, SHA-256 of pixels and labels" }
            dd { code { (report.data.fingerprint) } }
            dt { "Images" }
            dd {
                (grouped(report.data.training_images)) " to train, "
                @match report.data.validation_images {
                    0 => "none to validate",
                    images => { (grouped(images)) " to validate" }
                }
                ", " (grouped(report.data.test_images)) " to test"
            }
        }
        (arms(report).markup())
        @if let Some(note) = waiting(report) { p { (note) } }
        (left_out(&report.left_out))
        details {
            summary { "Every run" }
            (runs(report, keys).markup())
        }
    };
    Section {
        id: "repeat",
        title: "Repeat it",
        body,
    }
}

/// The experiments as files, for a machine without the run folders. Reports of other programs have none.
fn experiments(report: &Report) -> Markup {
    let arms = report.arms.iter().filter(|arm| !arm.experiment.is_empty());
    html! {
        @for arm in arms {
            details {
                summary { "The experiment of " (arm.name) }
                p.small {
                    "On a machine without the run folders, save this as " code { "again/" (arm.name) ".toml" }
                    " in place of the copy."
                }
                pre tabindex="0" role="region" aria-label={ "The experiment of " (arm.name) } { code { (arm.experiment) } }
            }
        }
    }
}

fn arms(report: &Report) -> DataTable {
    let cells = |arm: &Arm| {
        vec![
            arm.name.clone(),
            arm.versions.join(", "),
            arm.devices.join(", "),
            grouped(arm.parameters),
            arm.runs.len().to_string(),
            duration(arm.seconds.mean),
            cpu_time(arm.cpu_seconds.map(|seconds| seconds.mean)),
        ]
    };
    DataTable {
        caption: "What made the runs".to_owned(),
        head: head(
            "Arm",
            [
                "Version",
                "Device",
                "Parameters",
                "Runs",
                "Training time of a run",
                "CPU time of it",
            ],
        ),
        rows: report.arms.iter().map(cells).collect(),
        cells: Cells::Words,
    }
}

/// CPU seconds on all threads. Runs of versions before 0.3.0 have none.
fn cpu_time(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| "unknown".into(), duration)
}

/// The share of a run's time for which its threads should compute. Below it, they waited much.
const LEAST_BUSY: f64 = 1.0 / 1.3;

/// Says so if the threads of some runs waited for much of their time.
fn waiting(report: &Report) -> Option<String> {
    let runs = report.arms.iter().flat_map(|arm| &arm.runs);
    let shares: Vec<f64> = runs
        .filter_map(|run| Some(run.cpu_seconds? / (run.seconds * run.threads? as f64)))
        .filter(|share| share.is_finite())
        .collect();
    let waited = shares.iter().filter(|share| **share < LEAST_BUSY).count();
    let least = shares.iter().copied().fold(f64::INFINITY, f64::min);
    (waited > 0).then(|| {
        format!(
            "In {waited} of {}, the threads computed for as little as {}% of the training time: other programs used \
             the machine, or the work did not fill the threads. Compare costs by CPU time.",
            count(shares.len(), "run"),
            decimal(100.0 * least, 0)
        )
    })
}

fn left_out(runs: &[LeftOut]) -> Markup {
    html! {
        h3 { "Left out" }
        @if runs.is_empty() {
            p { "No run was left out." }
        } @else {
            ul { @for left in runs { li { code { (left.run) } ": " (left.reason) } } }
        }
    }
}

fn runs(report: &Report, keys: &[Key]) -> DataTable {
    let cells = |key: &Key, run: &RunFigures| {
        vec![
            format!("{}, seed {}", key.name, run.seed),
            percent(run.last),
            percent(run.best),
            run.best_epoch.to_string(),
            percent(run.training.accuracy),
            decimal(run.loss, 4),
            decimal(run.nll, 4),
            decimal(run.brier, 4),
            percent(run.ece),
            duration(run.seconds),
            cpu_time(run.cpu_seconds),
            run.run.clone(),
        ]
    };
    let arms = report.arms.iter().zip(keys);
    let rows = arms.flat_map(|(arm, key)| arm.runs.iter().map(move |run| cells(key, run)));
    DataTable::numbers(
        "Every run",
        head(
            "Run",
            [
                "Last epoch",
                "Best epoch",
                "Its number",
                "Training",
                "Loss",
                "NLL",
                "Brier",
                "ECE",
                "Time",
                "CPU time",
                "Folder",
            ],
        ),
        rows.collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::two_arms;
    use crate::{About, Trial};

    /// What is said of two pairs of 60 seconds on 2 threads, after `change` was made to the baseline's runs.
    fn note(change: fn(&mut Trial)) -> Option<String> {
        let mut trials = two_arms(&[760, 770], &[750, 745]);
        for trial in &mut trials {
            trial.threads = Some(2);
            trial.cpu_seconds = Some(115.0);
        }
        trials[2..].iter_mut().for_each(change);
        waiting(&Report::new(trials, About::default()).unwrap())
    }

    #[test]
    fn threads_that_waited_are_told_of() {
        assert_eq!(
            note(|run| run.cpu_seconds = Some(if run.seed == 1 { 60.0 } else { 92.0 })).unwrap(),
            "In 2 of 4 runs, the threads computed for as little as 50% of the training time: other programs used \
             the machine, or the work did not fill the threads. Compare costs by CPU time."
        );
    }

    #[test]
    fn threads_that_hardly_waited_need_no_word() {
        // 60 s · 2 threads / 1.3 = 92.3 CPU seconds.
        assert_eq!(note(|run| run.cpu_seconds = Some(93.0)), None);
    }

    #[test]
    fn nothing_is_said_where_nothing_is_known() {
        for change in [
            |run: &mut Trial| run.cpu_seconds = None,
            |run: &mut Trial| run.seconds = 0.0,
            |run: &mut Trial| (run.cpu_seconds, run.threads) = (Some(1.0), None),
        ] {
            assert_eq!(note(change), None);
        }
    }
}
