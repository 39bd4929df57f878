//! The section on how to repeat the runs, with a table of all runs.

use maud::{Markup, html};

use super::{
    Section,
    data_table::{Cells, DataTable, head},
    format::{decimal, duration, grouped, percent},
    key::Key,
};
use crate::{Arm, LeftOut, Report, RunFigures};

pub(super) fn section(report: &Report, keys: &[Key]) -> Section {
    let body = html! {
        @if !report.repeat.is_empty() {
            pre tabindex="0" role="region" aria-label="Commands" { code { (report.repeat.join("\n")) } }
        }
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

fn arms(report: &Report) -> DataTable {
    let cells = |arm: &Arm| {
        vec![
            arm.name.clone(),
            arm.versions.join(", "),
            arm.devices.join(", "),
            grouped(arm.parameters),
            arm.runs.len().to_string(),
            duration(arm.seconds.mean),
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
            ],
        ),
        rows: report.arms.iter().map(cells).collect(),
        cells: Cells::Words,
    }
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
                "Folder",
            ],
        ),
        rows.collect(),
    )
}
