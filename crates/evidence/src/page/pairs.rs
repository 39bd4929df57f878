//! The section on the differences within pairs.

use maud::{Markup, html};

use super::{
    Section,
    data_table::{DataTable, head},
    figure::Figure,
    format::{counted, interval, percent, points, probability, signed},
    key::Key,
};
use crate::{
    Comparison, Pair, PairedDifference, Report,
    chart::{
        Alternative,
        axis::Numbers,
        rows::{Form, Row, Rows, Symbol, rows},
        ticks::Ticks,
    },
};

/// `None` if nothing is compared.
pub(super) fn section(report: &Report, keys: &[Key]) -> Option<Section> {
    let several = match report.comparisons.len() {
        0 => return None,
        comparisons => comparisons > 1,
    };
    let body = html! {
        p {
            "Two runs with the same seed share everything that a seed decides: the initial weights and "
            "the order of the images, if they have the same network and split. Their difference comes "
            "from the settings, and from chance."
        }
        @for (index, comparison) in report.comparisons.iter().enumerate() {
            @if several { h3 { (comparison.arm) " minus " (comparison.baseline) } }
            (figure(comparison, index, keys))
            (measures(comparison).markup())
        }
        p.small {
            "Above 0 is better for accuracy; below 0 is better for negative log-likelihood, Brier "
            "score and calibration error."
        }
    };
    Some(Section {
        id: "pairs",
        title: "Pair by pair",
        body,
    })
}

fn figure(comparison: &Comparison, index: usize, keys: &[Key]) -> Markup {
    let (arm, baseline) = (&comparison.arm, &comparison.baseline);
    let slot = Key::named(keys, arm).map_or(0, |key| key.slot);
    let last = &comparison.last;
    let (low, high) = last.interval.unwrap_or((last.mean, last.mean));
    let values = comparison.pairs.iter().map(|pair| pair.difference);
    let values = values.chain([0.0, last.mean, low, high]);
    let count = comparison.pairs.len();
    let chart = Rows {
        ticks: Ticks::around(values.map(|value| value * 100.0), 5),
        rows: pair_rows(comparison, slot),
        measure: "Difference of test accuracy, points",
        numbers: Numbers::Differences,
        // With many pairs, rows move closer together so that the chart fits on a screen.
        pitch: (640.0 / (count + 1) as f64).clamp(6.0, 24.0),
    };
    let alternative = Alternative {
        id: format!("chart-pairs-{index}"),
        title: format!("{arm} minus {baseline}, pair by pair"),
        text: in_words(comparison),
    };
    let figure = Figure {
        legend: html! {},
        chart: rows(&alternative, &chart),
        caption: html! {
            "Test accuracy after the last epoch, " (arm) " minus " (baseline) ". One shape for each seed; "
            @if last.interval.is_some() {
                "the last row is their mean with its 95% interval."
            } @else {
                "with one pair there is no interval."
            }
        },
        table: pair_table(comparison),
    };
    figure.markup()
}

fn pair_rows(comparison: &Comparison, slot: usize) -> Vec<Row> {
    let symbol = |form| Symbol {
        slot,
        shift: 0.0,
        form,
    };
    let pairs = comparison.pairs.iter().map(|pair| Row {
        label: format!("seed {}", pair.seed),
        note: points(pair.difference),
        is_mean: false,
        symbols: vec![
            symbol(Form::Thin(0.0, pair.difference * 100.0)),
            symbol(Form::Hollow(pair.difference * 100.0)),
        ],
    });
    let last = &comparison.last;
    let interval = last.interval.into_iter();
    let interval = interval.map(|(low, high)| symbol(Form::Thick(low * 100.0, high * 100.0)));
    let sum = Row {
        label: "mean".to_owned(),
        note: points(last.mean),
        is_mean: true,
        symbols: interval
            .chain([symbol(Form::Dot(last.mean * 100.0))])
            .collect(),
    };
    pairs.chain([sum]).collect()
}

fn in_words(comparison: &Comparison) -> String {
    let pairs = &comparison.pairs;
    let above = pairs.iter().filter(|pair| pair.difference > 0.0).count();
    let below = pairs.iter().filter(|pair| pair.difference < 0.0).count();
    let differences = pairs.iter().map(|pair| pair.difference);
    let (low, high) = differences.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let last = &comparison.last;
    let interval = match last.interval {
        Some(ends) => format!("95% interval {}", interval(ends, points)),
        None => "no interval with one pair".to_owned(),
    };
    format!(
        "{}: {above} above 0, {below} below 0, from {} to {} points; mean {} points, {interval}.",
        counted(pairs.len(), "pair"),
        points(low),
        points(high),
        points(last.mean)
    )
}

fn pair_table(comparison: &Comparison) -> DataTable {
    let (arm, baseline) = (&comparison.arm, &comparison.baseline);
    let cells = |pair: &Pair| {
        vec![
            pair.seed.to_string(),
            percent(pair.arm),
            percent(pair.baseline),
            points(pair.difference),
            pair.mcnemar.only_arm.to_string(),
            pair.mcnemar.only_baseline.to_string(),
            probability(pair.mcnemar.p),
        ]
    };
    let only_arm = format!("only {arm} right");
    let only_baseline = format!("only {baseline} right");
    DataTable::numbers(
        format!(
            "Pairs of {arm} and {baseline}: test accuracy, and McNemar’s test on the test images"
        ),
        head(
            "Seed",
            [
                arm.as_str(),
                baseline,
                "Difference, points",
                &only_arm,
                &only_baseline,
                "McNemar p",
            ],
        ),
        comparison.pairs.iter().map(cells).collect(),
    )
}

fn measures(comparison: &Comparison) -> DataTable {
    let plain = |value: f64| signed(value, 4);
    let row = |name: &str, of: &PairedDifference, written: &dyn Fn(f64) -> String| {
        vec![
            name.to_owned(),
            written(of.mean),
            of.interval.map_or_else(
                || "none: one pair".to_owned(),
                |ends| interval(ends, written),
            ),
            probability(of.sign_flip_p),
            probability(of.smallest_p),
        ]
    };
    DataTable::numbers(
        format!(
            "{} minus {}, over {}",
            comparison.arm,
            comparison.baseline,
            counted(comparison.last.pairs, "pair")
        ),
        head(
            "Measure",
            [
                "Mean difference",
                "95% interval",
                "Sign-flip p",
                "Smallest p possible",
            ],
        ),
        vec![
            row("Accuracy, last epoch, points", &comparison.last, &points),
            row("Accuracy, best epoch, points", &comparison.best, &points),
            row("Negative log-likelihood", &comparison.nll, &plain),
            row("Brier score", &comparison.brier, &plain),
            row("Calibration error, points", &comparison.ece, &points),
        ],
    )
}
