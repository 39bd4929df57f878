//! What a comparison prints before it trains.

use mixup_data::SourceSet;

use crate::comparison::plan::ComparisonPlan;
use crate::comparison::planned_run::RunState;
use crate::run::data::Provenance;
use crate::run::introduction::{of_kind, of_shape};
use crate::run::plural::{counted, in_short, plural};

/// The question, the data, the lines about the networks, the device, and how many runs exist already. `device` is a
/// name; `states` are those of the plan's runs.
pub(crate) fn introduction(
    plan: &ComparisonPlan,
    data: &Provenance,
    images: &SourceSet,
    network: Vec<String>,
    device: &str,
    states: &[RunState],
) -> Vec<String> {
    let start = [
        question(plan),
        format!(
            "data    {}: {} training{} and {} test {}{}, {} classes{}",
            data.layout,
            images.train.len(),
            held_out(plan),
            images.test.len(),
            of_kind(images.test.len(), images.test.shape()),
            of_shape(images.train.shape()),
            images.classes.len(),
            data.not_read()
        ),
    ];
    let end = [
        format!("device  {device}"),
        format!("runs    {}: {}", plan.out.display(), runs(plan, states)),
    ];
    start.into_iter().chain(network).chain(end).collect()
}

/// Such as ` (600 of them held out)`, if all arms hold out equally many training images.
fn held_out(plan: &ComparisonPlan) -> String {
    let mut numbers = plan.arms.iter().map(|(_, arm)| arm.validation);
    let first = numbers.next().filter(|&first| first > 0);
    match first.filter(|&first| numbers.all(|other| other == first)) {
        Some(images) => format!(" ({images} of them held out)"),
        None => String::new(),
    }
}

/// Such as `mixup against baseline: 6 pairs, seeds 1-6, 20 epochs a run`.
fn question(plan: &ComparisonPlan) -> String {
    let names = plan.names();
    let (baseline, arms) = names
        .split_last()
        .map_or(("", &names[..]), |(last, arms)| (last.as_str(), arms));
    let mut epochs: Vec<usize> = plan.arms.iter().map(|(_, arm)| arm.epochs).collect();
    epochs.dedup();
    let (last, others) = epochs
        .split_last()
        .map_or((0, &epochs[..]), |(last, others)| (*last, others));
    let others: String = others
        .iter()
        .map(|epochs| format!("{epochs} and "))
        .collect();
    let may_end_early = plan.arms.iter().any(|(_, arm)| arm.patience.is_some());
    let up_to = if may_end_early { "up to " } else { "" };
    let epochs = format!("{up_to}{others}{}", counted(last, "epoch"));
    let pairs = plan.seeds.0.len();
    let each = if arms.len() > 1 { " each" } else { "" };
    format!(
        "{} against {baseline}: {}{each}, {} {}, {epochs} a run",
        in_short(arms),
        counted(pairs, "pair"),
        plural(pairs, "seed"),
        plan.seeds.to_words()
    )
}

/// Such as `12 to have, 2 finished before`.
fn runs(plan: &ComparisonPlan, states: &[RunState]) -> String {
    let count = |is: fn(&RunState) -> bool| states.iter().filter(|state| is(state)).count();
    let finished = count(|state| *state == RunState::Finished);
    let begun = count(|state| matches!(state, RunState::Begun(_)));
    let before = match (finished, begun) {
        (0, 0) => String::new(),
        (finished, 0) => format!(", {finished} finished before"),
        (finished, begun) => format!(", {finished} finished and {begun} begun before"),
    };
    let part = if plan.shard.is_part() {
        format!(" in part {}", plan.shard)
    } else {
        String::new()
    };
    format!("{} to have{part}{before}", states.len())
}

#[cfg(test)]
mod tests;
