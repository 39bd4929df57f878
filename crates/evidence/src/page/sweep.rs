//! The section on a sweep: the differences from the baseline over the values of one setting.

use maud::{Markup, html};

use super::{
    Section,
    data_table::{DataTable, head},
    figure::Figure,
    format::{counted, interval, points, probability},
    key::Key,
    opening::outcome,
};
use crate::{
    Report, Sweep, SweepPoint,
    chart::{
        Alternative, cut,
        dose::{Dose, DosePoint, dose, is_logarithmic},
    },
};

/// The section; none if the report has no sweep.
pub(super) fn section(report: &Report, keys: &[Key]) -> Option<Section> {
    let sweep = report.sweep.as_ref()?;
    let baseline = &report.arms.last()?.name;
    let body = html! {
        p {
            "The arms differ from each other only in " b { (sweep.key) } ". Each is compared with "
            (baseline) ", " (value_of_baseline(sweep)) "."
            @if !sweep.baseline_differs_in.is_empty() {
                " " (baseline) " also differs from all of them in " (sweep.baseline_differs_in.join(", "))
                ", so the differences are not those of " (sweep.key) " alone."
            }
        }
        (figure(report, sweep, keys).markup())
        p.small {
            "The " (counted(sweep.points.len(), "interval")) " are not adjusted for each other: each covers 95% on "
            "its own. All arms are compared with the same runs of " (baseline) ", so these runs move the whole "
            "curve up or down. The best value of a curve looks better than it is. New seeds for that value alone "
            "show how much of it remains."
        }
    };
    Some(Section {
        id: "sweep",
        title: "Sweep",
        body,
    })
}

fn value_of_baseline(sweep: &Sweep) -> String {
    match &sweep.baseline {
        // As the axis writes it.
        Some(value) => {
            let value = value.parse().map_or_else(|_| value.clone(), number);
            format!("which has {value}")
        }
        None => "which does not set it".to_owned(),
    }
}

fn figure(report: &Report, sweep: &Sweep, keys: &[Key]) -> Figure {
    let values: Vec<f64> = sweep.points.iter().map(|point| point.value).collect();
    let across = if is_logarithmic(&values) {
        format!("{} (logarithmic)", sweep.key)
    } else {
        sweep.key.clone()
    };
    let chart = Dose {
        measure: "Difference of test accuracy, points",
        across: &across,
        points: sweep
            .points
            .iter()
            .map(|point| drawn(report, point, keys))
            .collect(),
    };
    let says: Vec<String> = sweep
        .points
        .iter()
        .map(|point| in_words(sweep, point))
        .collect();
    let alternative = Alternative {
        id: "chart-sweep".to_owned(),
        title: format!("Differences from the baseline over {}", sweep.key),
        text: says.join(" "),
    };
    Figure {
        legend: html! {},
        chart: dose(&alternative, &chart),
        caption: caption(sweep, chart.is_cut()),
        table: table(sweep),
    }
}

fn caption(sweep: &Sweep, is_cut: bool) -> Markup {
    if sweep
        .points
        .iter()
        .all(|point| point.difference.interval.is_none())
    {
        return html! { "The difference of the one pair at each value. With one pair there is no interval to draw." };
    }
    html! {
        "Shape: the mean difference at this value. Bar: its 95% interval; if it crosses the line at 0, the sign of "
        "the difference is not settled. Faint dots: the pairs. The line between the means is no measurement."
        @if is_cut { (cut::CAPTION) }
    }
}

fn drawn(report: &Report, point: &SweepPoint, keys: &[Key]) -> DosePoint {
    let hundred = |value: f64| value * 100.0;
    let comparison = report.comparisons.iter().find(|one| one.arm == point.arm);
    let pairs = comparison.map(|one| one.pairs.iter().map(|pair| hundred(pair.difference)));
    DosePoint {
        slot: Key::named(keys, &point.arm).map_or(0, |key| key.slot),
        value: point.value,
        label: number(point.value),
        mean: hundred(point.difference.mean),
        interval: point
            .difference
            .interval
            .map(|(low, high)| (hundred(low), hundred(high))),
        pairs: pairs.map_or_else(Vec::new, Iterator::collect),
    }
}

/// A value of a setting. Small ones have an exponent, as in the experiment.
fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 {
        return format!("{value:e}").replace('-', "−");
    }
    value.to_string().replace('-', "−")
}

fn in_words(sweep: &Sweep, point: &SweepPoint) -> String {
    let known = match point.difference.interval {
        Some(ends) => format!("95% interval {} points", interval(ends, points)),
        None => "no interval".to_owned(),
    };
    format!(
        "{} = {}: {} points, {known}, {}.",
        sweep.key,
        number(point.value),
        points(point.difference.mean),
        counted(point.difference.pairs, "pair")
    )
}

fn table(sweep: &Sweep) -> DataTable {
    let none = || "none: one pair".to_owned();
    let rows = sweep.points.iter().map(|point| {
        let difference = &point.difference;
        vec![
            number(point.value),
            points(difference.mean),
            difference
                .interval
                .map_or_else(none, |ends| interval(ends, points)),
            probability(difference.sign_flip_p),
            difference.pairs.to_string(),
            outcome(point.outcome).to_owned(),
        ]
    });
    DataTable::numbers(
        format!("Difference of test accuracy over {}, in points", sweep.key),
        head(
            &sweep.key,
            ["Mean", "95% interval", "Sign-flip p", "Pairs", "Verdict"],
        ),
        rows.collect(),
    )
}

#[cfg(test)]
mod tests;
