//! The chart of mean differences with their intervals.

use maud::{Markup, html};

use crate::{
    Comparison, PairedDifference, Report,
    chart::{
        Alternative,
        axis::Numbers,
        cut,
        rows::{Form, Row, Rows, Symbol, rows},
        ticks::Ticks,
    },
    page::{
        data_table::{DataTable, head},
        figure::Figure,
        format::{counted, decimal, interval, points},
        key::{Key, letters},
    },
};

/// All comparisons in one chart.
pub(super) fn figure(report: &Report, keys: &[Key]) -> Markup {
    let comparisons = &report.comparisons;
    let hundred = |value: f64| value * 100.0;
    let fits = |last: &PairedDifference| {
        cut::widens(last.pairs, comparisons.iter().map(|one| one.last.pairs))
    };
    let values = comparisons.iter().flat_map(|comparison| {
        let last = &comparison.last;
        let point = (last.mean, last.mean);
        let (low, high) = last.interval.filter(|_| fits(last)).unwrap_or(point);
        let detectable = last.detectable.filter(|_| fits(last)).unwrap_or(0.0);
        let pairs = comparison.pairs.iter().map(|pair| pair.difference);
        pairs.chain([0.0, last.mean, low, high, detectable, -detectable])
    });
    let ticks = Ticks::around(values.map(hundred), 5);
    let is_cut = |one: &Comparison| {
        let ends = one.last.interval.map(<[f64; 2]>::from);
        ends.is_some_and(|ends| ends.iter().any(|&end| !ticks.hold(hundred(end))))
    };
    let some_are_cut = comparisons.iter().any(is_cut);
    let chart = Rows {
        ticks,
        rows: comparisons.iter().map(|one| row(one, keys)).collect(),
        measure: "Difference of test accuracy, points",
        numbers: Numbers::Differences,
        pitch: 44.0,
    };
    let says: Vec<String> = comparisons.iter().map(in_words).collect();
    let alternative = Alternative {
        id: "chart-verdict".to_owned(),
        title: "Mean differences with their 95% intervals, against 0".to_owned(),
        text: says.join(" "),
    };
    let table = DataTable::numbers(
        "Mean difference of test accuracy, in points",
        head(
            "Arm minus baseline",
            ["Mean", "95% interval", "Pairs", "Detectable"],
        ),
        comparisons.iter().map(cells).collect(),
    );
    let figure = Figure {
        legend: letters(keys),
        chart: rows(&alternative, &chart),
        caption: if comparisons.iter().all(|one| one.last.interval.is_none()) {
            html! { "The difference of the one pair. With one pair there is no interval to draw." }
        } else {
            html! {
                "Shape: the mean difference. Bar: its 95% interval; if it crosses the line at 0, the sign of "
                "the difference is not settled. Faint dots: the pairs. Grey band: true differences for "
                "which the interval would leave out 0 less than 8 times in 10."
                @if some_are_cut { (cut::CAPTION) }
            }
        },
        table,
    };
    figure.markup()
}

fn row(comparison: &Comparison, keys: &[Key]) -> Row {
    let last = &comparison.last;
    let key = Key::named(keys, &comparison.arm);
    let slot = key.map_or(0, |key| key.slot);
    let symbol = |form| Symbol {
        slot,
        shift: 0.0,
        form,
    };
    let mut symbols = Vec::new();
    if let Some(detectable) = last.detectable {
        symbols.push(symbol(Form::Band(-detectable * 100.0, detectable * 100.0)));
    }
    if let Some((low, high)) = last.interval {
        symbols.push(symbol(Form::Thick(low * 100.0, high * 100.0)));
    }
    let pairs = comparison.pairs.iter().map(|pair| pair.difference * 100.0);
    symbols.push(Symbol {
        slot,
        shift: 12.0,
        form: Form::Specks(pairs.collect()),
    });
    symbols.push(symbol(Form::Dot(last.mean * 100.0)));
    Row {
        label: key.map_or_else(|| comparison.arm.clone(), |key| key.short.clone()),
        note: points(last.mean),
        is_mean: false,
        symbols,
    }
}

fn in_words(comparison: &Comparison) -> String {
    let last = &comparison.last;
    let known = match last.interval {
        Some(ends) => format!("95% interval {} points", interval(ends, points)),
        None => "no interval".to_owned(),
    };
    let detectable = last.detectable.map_or_else(String::new, |detectable| {
        format!(", detectable {} points", decimal(detectable * 100.0, 2))
    });
    format!(
        "{} minus {}: {} points, {known}, {}{detectable}.",
        comparison.arm,
        comparison.baseline,
        points(last.mean),
        counted(last.pairs, "pair")
    )
}

fn cells(comparison: &Comparison) -> Vec<String> {
    let last = &comparison.last;
    let none = || "none: one pair".to_owned();
    vec![
        format!("{} − {}", comparison.arm, comparison.baseline),
        points(last.mean),
        last.interval
            .map_or_else(none, |ends| interval(ends, points)),
        last.pairs.to_string(),
        last.detectable.map_or_else(none, |d| decimal(d * 100.0, 2)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::About;
    use crate::simulated::arm;

    fn drawn(trials: Vec<crate::Trial>) -> String {
        let report = Report::new(trials, About::default()).unwrap();
        let keys = Key::for_arms(&report.arms);
        figure(&report, &keys).into_string()
    }

    /// The last number of the axis.
    fn last_tick(chart: &str) -> f64 {
        let numbers = chart.split('>').filter_map(|part| {
            let text = part.split('<').next()?.strip_prefix('+')?;
            text.parse::<f64>().ok()
        });
        numbers.fold(0.0, f64::max)
    }

    #[test]
    fn the_interval_of_two_pairs_does_not_widen_the_chart_of_six() {
        let six = arm("mixup", &[760, 771, 768, 765, 772, 769]);
        let two = arm("wide", &[755, 790]);
        let baseline = arm("baseline", &[750, 752, 749, 751, 750, 753]);
        let both = drawn([six.clone(), two.clone(), baseline.clone()].concat());
        // The interval of two pairs reaches about 20 points to either side.
        assert!(last_tick(&both) < 6.0, "{}", last_tick(&both));
        assert_eq!(both.matches("class=\"tip\"").count(), 2);
        assert!(both.contains("the interval goes on beyond the chart"));
        // Alone, it is shown as a whole.
        let alone = drawn([two, baseline.clone()].concat());
        assert!(last_tick(&alone) >= 20.0, "{}", last_tick(&alone));
        let whole = drawn([six, baseline].concat());
        for chart in [alone, whole] {
            assert!(!chart.contains("class=\"tip\""));
            assert!(!chart.contains("beyond the chart"));
        }
    }
}
