//! Comparisons as lines of a file, and the Markdown table of such lines.

use serde::{Deserialize, Serialize};

use crate::arm::distinct;
use crate::printable::printable;
use crate::rounding::to_12_decimals;
use crate::words::{p, percent, points, points_range};
use crate::{Arm, Pair, Report, RunFigures, Spread};

/// Digits of a fingerprint that stand for it in a row.
const FINGERPRINT: usize = 12;

/// One comparison: a line of a JSONL file. Accuracies are fractions in `[0, 1]`, on the test images after
/// the last epoch. They count the runs of pairs only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultRow {
    /// The name in the table, if the arms' names do not say enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The arm.
    pub arm: String,
    /// The baseline.
    pub baseline: String,
    /// Number of epochs of the arm's runs; of the longest, if runs could end early.
    pub epochs: usize,
    /// Number of epochs of the baseline's runs; of the longest, if runs could end early.
    pub baseline_epochs: usize,
    /// Number of pairs.
    pub pairs: usize,
    /// Mean of the arm.
    pub arm_mean: f64,
    /// Standard deviation of the arm's runs (divided by n − 1). `None` with one pair.
    pub arm_deviation: Option<f64>,
    /// Mean of the baseline.
    pub baseline_mean: f64,
    /// Standard deviation of the baseline's runs (divided by n − 1). `None` with one pair.
    pub baseline_deviation: Option<f64>,
    /// Mean of arm minus baseline.
    pub difference: f64,
    /// The 95% t interval of the difference. `None` with one pair.
    pub interval: Option<(f64, f64)>,
    /// The exact two-sided sign-flip p of the difference.
    pub sign_flip_p: f64,
    /// The smallest true difference that so many pairs find with power 0.8. `None` with one pair.
    pub detectable: Option<f64>,
    /// Mean test accuracy of the arm's best epochs. Rows of versions before 0.3.0 lack this and the next fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_arm_mean: Option<f64>,
    /// Mean test accuracy of the baseline's best epochs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_baseline_mean: Option<f64>,
    /// Mean of arm minus baseline, at the best epoch of each run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_difference: Option<f64>,
    /// The 95% t interval of that difference. Absent with one pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_interval: Option<(f64, f64)>,
    /// Mean seconds of training of the arm's runs, and of the baseline's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<[f64; 2]>,
    /// The same in CPU seconds. Absent unless they are known of every run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_seconds: Option<[f64; 2]>,
    /// The data, in words.
    pub data: String,
    /// The first 12 digits of the data's fingerprint.
    pub fingerprint: String,
    /// The devices of the two arms' runs.
    pub device: String,
    /// The versions of the program that made the runs.
    pub version: String,
    /// The command that repeats the comparison.
    pub command: String,
}

impl ResultRow {
    /// The row of the report's comparison with this index, from 0. `None` if there is no such comparison.
    pub fn new(
        report: &Report,
        comparison: usize,
        label: Option<String>,
        command: String,
    ) -> Option<Self> {
        let comparison = report.comparisons.get(comparison)?;
        let find = |name: &String| report.arms.iter().find(|arm| arm.name == *name);
        let arms = [find(&comparison.arm)?, find(&comparison.baseline)?];
        let epochs = |arm: &Arm| {
            let epochs = arm.runs.iter().map(|run| run.epochs.len());
            epochs.max().unwrap_or(0)
        };
        let pairs = &comparison.pairs;
        let arm = Spread::new(&pairs.iter().map(|pair| pair.arm).collect::<Vec<_>>());
        let baseline = Spread::new(&pairs.iter().map(|pair| pair.baseline).collect::<Vec<_>>());
        let (last, best) = (&comparison.last, &comparison.best);
        let mean = |arm: &Arm, of: fn(&RunFigures) -> Option<f64>| mean_of_pairs(arm, pairs, of);
        let means = |of: fn(&RunFigures) -> Option<f64>| {
            Some([mean(arms[0], of)?, mean(arms[1], of)?].map(to_12_decimals))
        };
        let [best_arm_mean, best_baseline_mean] = means(|run| Some(run.best))?;
        Some(Self {
            label,
            arm: comparison.arm.clone(),
            baseline: comparison.baseline.clone(),
            epochs: epochs(arms[0]),
            baseline_epochs: epochs(arms[1]),
            pairs: last.pairs,
            arm_mean: to_12_decimals(arm.mean),
            arm_deviation: arm.deviation.map(to_12_decimals),
            baseline_mean: to_12_decimals(baseline.mean),
            baseline_deviation: baseline.deviation.map(to_12_decimals),
            difference: to_12_decimals(last.mean),
            interval: last
                .interval
                .map(|(low, high)| (to_12_decimals(low), to_12_decimals(high))),
            sign_flip_p: last.sign_flip_p,
            detectable: last.detectable.map(to_12_decimals),
            best_arm_mean: Some(best_arm_mean),
            best_baseline_mean: Some(best_baseline_mean),
            best_difference: Some(to_12_decimals(best.mean)),
            best_interval: best
                .interval
                .map(|(low, high)| (to_12_decimals(low), to_12_decimals(high))),
            seconds: means(|run| Some(run.seconds)),
            cpu_seconds: means(|run| run.cpu_seconds),
            data: report.data.name.clone(),
            fingerprint: report.data.fingerprint.chars().take(FINGERPRINT).collect(),
            device: distinct(arms.iter().flat_map(|arm| &arm.devices)).join("; "),
            version: distinct(arms.iter().flat_map(|arm| &arm.versions)).join("; "),
            command,
        })
    }
}

/// The mean of a figure over the runs of an arm that are in `pairs`. `None` if one of them lacks it.
fn mean_of_pairs(arm: &Arm, pairs: &[Pair], of: fn(&RunFigures) -> Option<f64>) -> Option<f64> {
    let is_paired = |run: &&RunFigures| pairs.iter().any(|pair| pair.seed == run.seed);
    let values: Option<Vec<f64>> = arm.runs.iter().filter(is_paired).map(of).collect();
    Some(Spread::new(&values?).mean)
}

/// The rows as a Markdown table. Test accuracies are in percent with the standard deviation over runs,
/// differences in percentage points with their 95% interval.
pub fn markdown_table(rows: &[ResultRow]) -> String {
    let mut table = String::from(
        "| comparison | epochs | pairs | arm, % | baseline, % | difference, points (95% interval) | \
         sign-flip p | data | device, version |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for row in rows {
        let names = format!("{} against {}", row.arm, row.baseline);
        let cells = [
            row.label.clone().unwrap_or(names),
            epochs(row),
            row.pairs.to_string(),
            percent_and_deviation(row.arm_mean, row.arm_deviation),
            percent_and_deviation(row.baseline_mean, row.baseline_deviation),
            match row.interval {
                Some(interval) => {
                    format!("{} ({})", points(row.difference), points_range(interval))
                }
                None => format!("{} (one pair: none)", points(row.difference)),
            },
            p(row.sign_flip_p).replace("p = ", "").replace("p ", ""),
            format!("{}, `{}`", row.data, row.fingerprint),
            format!("{}, {}", row.device, row.version),
        ]
        // A bar would end the cell, and a line break the row.
        .map(|cell| printable(&cell.replace('|', "\\|").replace('\n', " ")).into_owned());
        table += &format!("| {} |\n", cells.join(" | "));
    }
    table
}

fn percent_and_deviation(mean: f64, deviation: Option<f64>) -> String {
    match deviation {
        Some(deviation) => format!("{} ± {}", percent(mean), percent(deviation)),
        None => percent(mean),
    }
}

fn epochs(row: &ResultRow) -> String {
    if row.epochs == row.baseline_epochs {
        row.epochs.to_string()
    } else {
        format!("{} / {}", row.epochs, row.baseline_epochs)
    }
}

#[cfg(test)]
mod tests;
