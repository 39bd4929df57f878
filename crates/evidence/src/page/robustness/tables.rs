//! The tables of accuracies and differences: one row for each ε and attack.

use super::Attacked;
use crate::{
    Comparison, MeanDifference, Robustness, Spread,
    page::{
        data_table::{DataTable, head},
        format::{counted, interval, percent, percent_and_deviation, points},
    },
    robustness::{Attack, of_255},
};

/// The name of the row for unchanged images.
const UNCHANGED: &str = "unchanged";

/// Accuracies, one column for each arm.
pub(super) fn accuracies(arms: &[Attacked<'_>]) -> DataTable {
    let mut epsilons: Vec<f64> = arms
        .iter()
        .flat_map(|one| one.robustness.epsilons())
        .collect();
    epsilons.sort_by(f64::total_cmp);
    epsilons.dedup();
    let row = |name: String, cell: &dyn Fn(&Robustness<Spread>) -> Option<Spread>| {
        let cells = arms.iter().map(|one| cell(one.robustness));
        let cells = cells.map(|found| {
            let written = found.as_ref().map(percent_and_deviation);
            written.unwrap_or_else(|| "not measured".to_owned())
        });
        [name].into_iter().chain(cells).collect()
    };
    let clean = row(UNCHANGED.to_owned(), &|robustness| Some(robustness.clean));
    let attacked = epsilons.into_iter().flat_map(|epsilon| {
        Attack::BOTH.map(|attack| {
            row(name(epsilon, attack), &|robustness| {
                let points = &robustness.points;
                let point = points.iter().find(|point| point.epsilon == epsilon);
                point.map(|point| *attack.accuracy(point))
            })
        })
    });
    DataTable::numbers(
        "Predicted right of the attacked images: mean over the runs ± standard deviation",
        head("ε, attack", arms.iter().map(|one| one.arm.name.as_str())),
        [clean].into_iter().chain(attacked).collect(),
    )
}

/// Differences of one arm and the baseline.
pub(super) fn differences(
    comparison: &Comparison,
    robustness: &Robustness<MeanDifference>,
) -> DataTable {
    let row = |name: String, of: &MeanDifference| {
        vec![
            name,
            points(of.mean),
            of.interval.map_or_else(
                || "none: one pair".to_owned(),
                |ends| interval(ends, points),
            ),
        ]
    };
    let clean = row(UNCHANGED.to_owned(), &robustness.clean);
    let attacked = robustness.points.iter().flat_map(|point| {
        Attack::BOTH.map(|attack| row(name(point.epsilon, attack), attack.accuracy(point)))
    });
    DataTable::numbers(
        format!(
            "{} minus {} on the attacked images, over {}: exploratory",
            comparison.arm,
            comparison.baseline,
            counted(robustness.clean.pairs, "pair")
        ),
        head("ε, attack", ["Mean difference, points", "95% interval"]),
        [clean].into_iter().chain(attacked).collect(),
    )
}

/// The accuracies of every run, which are the chart's thin lines.
pub(super) fn runs(arms: &[Attacked<'_>]) -> DataTable {
    let all = arms.iter().flat_map(|one| {
        let runs = one.arm.runs.iter();
        runs.filter_map(|run| Some((one.key, run.seed, run.robustness.as_ref()?)))
    });
    let rows = all.flat_map(|(key, seed, robustness)| {
        let of = |epsilon: String, fgsm: f64, pgd: f64| {
            vec![
                format!("{}, seed {seed}", key.name),
                epsilon,
                percent(fgsm),
                percent(pgd),
            ]
        };
        let clean = of(UNCHANGED.to_owned(), robustness.clean, robustness.clean);
        let points = robustness.points.iter();
        let points = points.map(move |point| of(of_255(point.epsilon), point.fgsm, point.pgd));
        [clean].into_iter().chain(points).collect::<Vec<_>>()
    });
    DataTable::numbers(
        "Predicted right of the attacked images, run by run",
        head("Run", ["ε", "FGSM", "PGD"]),
        rows.collect(),
    )
}

/// The name of a row. It stays on one line even if a phone is too narrow for the table.
fn name(epsilon: f64, attack: Attack) -> String {
    format!("{},\u{a0}{}", of_255(epsilon), attack.name())
}
