//! A report on the screen: a table of the arms, the verdicts, and what a reader must know.

use std::path::Path;

use mixup_evidence::{Arm, Comparison, FINDINGS_IN_SIGHT, LeftOut, Report, Spread, Sweep};
use serde::Serialize;

use crate::comparison::difference_table::difference_table;
use crate::files;

/// What `--json` prints.
#[derive(Serialize)]
struct JsonReport<'a> {
    report: String,
    comparisons: Vec<Comparison>,
    costs: Vec<Cost<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sweep: Option<&'a Sweep>,
    marks: &'a [String],
    left_out: &'a [LeftOut],
}

/// What a run of an arm costs on average.
#[derive(Serialize)]
struct Cost<'a> {
    arm: &'a str,
    seconds: f64,
    /// Absent unless they are known of every run.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_seconds: Option<f64>,
}

/// The comparisons of `report` and the path of its page, as one line of JSON.
pub(crate) fn json_line(report: &Report, page: &Path) -> String {
    files::json_line(&JsonReport {
        report: page.display().to_string(),
        comparisons: report.comparisons.iter().map(in_short).collect(),
        costs: report.arms.iter().map(cost).collect(),
        sweep: report.sweep.as_ref(),
        marks: &report.marks,
        left_out: &report.left_out,
    })
}

/// A comparison without the differences of single classes, which may be thousands; `report.json` has them.
fn in_short(comparison: &Comparison) -> Comparison {
    Comparison {
        classes: vec![],
        ..comparison.clone()
    }
}

fn cost(arm: &Arm) -> Cost<'_> {
    Cost {
        arm: &arm.name,
        seconds: arm.seconds.mean,
        cpu_seconds: arm.cpu_seconds.map(|seconds| seconds.mean),
    }
}

/// The same in words, line by line.
pub(crate) fn lines(report: &Report, page: &Path) -> Vec<String> {
    let mut lines = vec![String::new()];
    lines.extend(table(&report.arms));
    lines.extend(verdicts(report));
    lines.extend(report.marks.iter().map(|mark| format!("note: {mark}")));
    let left_out = report.left_out.iter();
    lines.extend(left_out.map(|run| format!("left out: {}: {}", run.run, run.reason)));
    lines.push(String::new());
    lines.push(format!("report: {}", page.display()));
    lines
}

/// One comparison with its first findings, or a table of several with a sentence for each.
fn verdicts(report: &Report) -> Vec<String> {
    let mut lines = vec![String::new()];
    match report.comparisons.as_slice() {
        [] => return vec![],
        [only] => {
            lines.push(only.headline.clone());
            let findings = only.findings.iter().take(FINDINGS_IN_SIGHT);
            lines.extend(findings.map(|finding| format!("- {finding}")));
        }
        several => {
            lines.push(format!(
                "Test accuracy after the last epoch, in points, against {}:",
                several[0].baseline
            ));
            lines.extend(difference_table(report));
            lines.push(String::new());
            lines.extend(several.iter().map(|one| format!("- {}", one.headline)));
        }
    }
    lines
}

/// A header, and a row for each arm.
fn table(arms: &[Arm]) -> Vec<String> {
    let widths = arms.iter().map(|arm| arm.name.chars().count());
    let width = widths.max().unwrap_or(0).max("arm".len());
    let header = format!(
        "{:<width$}  runs   test accuracy    best epoch        NLL     ECE",
        "arm"
    );
    let row = |arm: &Arm| {
        format!(
            "{:<width$}  {:>4}   {:<15}  {:<15}  {}  {:>5.2}%",
            arm.name,
            arm.last.runs,
            percent(&arm.last),
            percent(&arm.best),
            nats(arm.nll.mean),
            100.0 * arm.ece.mean
        )
    };
    std::iter::once(header)
        .chain(arms.iter().map(row))
        .collect()
}

/// A mean NLL in nats. That of a network that learned nothing can have any size.
fn nats(mean: f64) -> String {
    if mean < 1e4 {
        format!("{mean:.4}")
    } else {
        format!("{mean:.1e}")
    }
}

/// Mean and standard deviation in percent.
fn percent(spread: &Spread) -> String {
    let mean = 100.0 * spread.mean;
    match spread.deviation {
        Some(deviation) => format!("{mean:.2}% ± {:.2}", 100.0 * deviation),
        None => format!("{mean:.2}%"),
    }
}

#[cfg(test)]
mod tests;
