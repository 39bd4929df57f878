//! Shell commands that train a report's runs again.

use mixup_evidence::{Arm, Comparison, Report};

use crate::comparison::seeds::Seeds;
use mixup_data::quoted;

/// Commands that train the same runs again, in the new folder `again`. They copy the experiments from
/// the run folders. `data` is what `--data` takes; `DATA` stands for a path that another machine lacks.
pub(crate) fn how_to_repeat(report: &Report, data: Option<&str>) -> Vec<String> {
    let data = &data.map_or_else(|| "DATA".to_owned(), quoted);
    let mut lines = vec!["mkdir again".to_owned()];
    lines.extend(report.arms.iter().map(copy));
    if report.comparisons.is_empty() {
        let arms = report.arms.iter();
        lines.extend(arms.flat_map(|arm| train(arm, data)));
    }
    if let Some(all) = compare_all(report, data) {
        lines.push(all);
    } else {
        let comparisons = report.comparisons.iter();
        lines.extend(comparisons.map(|one| compare(&[&one.arm], &one.baseline, &seeds(one), data)));
    }
    lines
}

/// For each comparison of `report` the command that repeats it.
pub(crate) fn compare_commands(report: &Report) -> Vec<&str> {
    let commands = report.repeat.iter().map(String::as_str);
    let commands: Vec<&str> = commands
        .filter(|line| line.starts_with("mixup compare "))
        .collect();
    match commands.as_slice() {
        // One command trains the baseline once for all of them.
        [one] => vec![one; report.comparisons.len()],
        _ => commands,
    }
}

/// One command for all comparisons; none if they have different seeds.
fn compare_all(report: &Report, data: &str) -> Option<String> {
    let (first, others) = report.comparisons.split_first()?;
    let seeds_of_all = seeds(first);
    if others.iter().any(|other| seeds(other) != seeds_of_all) {
        return None;
    }
    let arms = report.comparisons.iter().map(|one| one.arm.as_str());
    Some(compare(
        &arms.collect::<Vec<_>>(),
        &first.baseline,
        &seeds_of_all,
        data,
    ))
}

fn seeds(comparison: &Comparison) -> Seeds {
    Seeds(comparison.pairs.iter().map(|pair| pair.seed).collect())
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

/// Trains all pairs of these arms and their baseline.
fn compare(arms: &[&str], baseline: &str, seeds: &Seeds, data: &str) -> String {
    let files = arms.iter().chain([&baseline]).map(|arm| experiment(arm));
    let out = match arms {
        [arm] => format!("again/{arm}-against-{baseline}"),
        _ => format!("again/against-{baseline}"),
    };
    format!(
        "mixup compare {} --data {data} --seeds {} --out {}",
        files.collect::<Vec<_>>().join(" "),
        seeds.to_words(),
        quoted(out)
    )
}

/// Where an arm's experiment is copied to.
fn experiment(arm: &str) -> String {
    quoted(format!("again/{arm}.toml"))
}

#[cfg(test)]
mod tests;
