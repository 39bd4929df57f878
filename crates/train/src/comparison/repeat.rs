//! Shell commands that train a report's runs again.

use mixup_evidence::{Arm, Comparison, Report};

use crate::comparison::seeds::Seeds;
use mixup_data::quoted;

/// Commands that train the same runs again, in the new folder `again`. They copy the experiments from
/// the run folders. `data` is what `--data` takes; `DATA` stands for a path that another machine lacks.
pub(crate) fn how_to_repeat(report: &Report, data: Option<&str>) -> Vec<String> {
    let data = data.unwrap_or("DATA");
    let mut lines = vec!["mkdir again".to_owned()];
    lines.extend(report.arms.iter().map(copy));
    if report.comparisons.is_empty() {
        let arms = report.arms.iter();
        lines.extend(arms.flat_map(|arm| train(arm, data)));
    }
    let comparisons = report.comparisons.iter();
    lines.extend(comparisons.map(|comparison| compare(comparison, data)));
    lines
}

/// The commands of `report` that repeat its comparisons.
pub(crate) fn compare_commands(report: &Report) -> Vec<&str> {
    let commands = report.repeat.iter().map(String::as_str);
    commands
        .filter(|line| line.starts_with("mixup compare "))
        .collect()
}

/// Copies an arm's experiment out of its first run folder.
fn copy(arm: &Arm) -> String {
    let from = quoted(format!("{}/experiment.toml", arm.runs[0].run));
    format!("cp {from} {}", experiment(&arm.name))
}

/// Trains each run of an arm.
fn train(arm: &Arm, data: &str) -> Vec<String> {
    let file = experiment(&arm.name);
    let runs = arm.runs.iter();
    runs.map(|run| {
        let seed = run.seed;
        let out = quoted(format!("again/{}-seed{seed}", arm.name));
        format!("mixup train {file} --data {data} --seed {seed} --out {out}")
    })
    .collect()
}

/// Trains all pairs of a comparison.
fn compare(comparison: &Comparison, data: &str) -> String {
    let (arm, baseline) = (&comparison.arm, &comparison.baseline);
    let seeds = comparison.pairs.iter().map(|pair| pair.seed);
    format!(
        "mixup compare {} {} --data {data} --seeds {} --out {}",
        experiment(arm),
        experiment(baseline),
        Seeds(seeds.collect()).to_words(),
        quoted(format!("again/{arm}-against-{baseline}"))
    )
}

/// Where an arm's experiment is copied to.
fn experiment(arm: &str) -> String {
    quoted(format!("again/{arm}.toml"))
}

#[cfg(test)]
mod tests;
