//! The section on the figures of each epoch.

use maud::{Markup, html};

use super::{
    Section,
    data_table::{DataTable, head},
    figure::Figure,
    format::decimal,
    key::{Key, letters},
    opening::arms_legend,
};
use crate::{
    Arm, ChosenBy, Epoch, Report,
    chart::{
        Alternative,
        curves::{Axes, LineStyle, Series, curves},
        ticks::Ticks,
    },
    marks::have_different_losses,
};

pub(super) fn section(report: &Report, keys: &[Key]) -> Section {
    let images = match report.best_chosen_by {
        ChosenBy::Test => "test images",
        ChosenBy::Validation => "validation images",
    };
    let plain = letters(keys);
    let accuracy = Measured {
        id: "chart-accuracy",
        title: format!("Accuracy on {images} by epoch"),
        axis: format!("Accuracy on {images}, %"),
        unit: "%",
        written: |value| decimal(value, 2),
        value: |epoch| Some(epoch.held_out_accuracy * 100.0),
    };
    let held_out = Measured {
        id: "chart-held-out-loss",
        title: format!("Loss on {images} by epoch"),
        axis: format!("Loss on {images}"),
        unit: "",
        written: |value| decimal(value, 4),
        value: |epoch| Some(epoch.held_out_loss),
    };
    let training = Measured {
        id: "chart-training-loss",
        title: "Training loss by epoch".to_owned(),
        axis: "Training loss".to_owned(),
        unit: "",
        written: |value| decimal(value, 4),
        value: |epoch| Some(epoch.train_loss),
    };
    let rate = Measured {
        id: "chart-learning-rate",
        title: "Learning rate by epoch".to_owned(),
        axis: "Learning rate".to_owned(),
        unit: "",
        written: three_digits,
        value: |epoch| epoch.learning_rate,
    };
    let body = html! {
        (accuracy.figure(report, keys, arms_legend(report, keys), html! {
            "How many of the " (images) " each network gets right after each epoch. Thin lines are single "
            "runs, the thick line is their mean."
        }))
        div.duo {
            (held_out.figure(report, keys, plain.clone(), html! {
                "Mean loss on the " (images) ", which are never mixed"
                @if one_loss(report) {
                    ", so these can be compared."
                } @else {
                    ". " strong { "Do not compare arms here:" } " they were trained with different losses."
                }
            }))
            (training.figure(report, keys, plain.clone(), html! {
                strong { "Do not compare arms here." }
                " This is the loss on the images as they were mixed, while the weights changed. On "
                "mixed labels even a perfect model does not reach 0, so a higher line is not a worse "
                "network."
            }))
            @if changes_rate(report) {
                (rate.figure(report, keys, plain, html! { "The learning rate of each epoch’s last step." }))
            }
        }
    };
    Section {
        id: "curves",
        title: "Epoch by epoch",
        body,
    }
}

/// Whether all arms were trained with the baseline's loss.
fn one_loss(report: &Report) -> bool {
    let baseline = report.arms.last();
    baseline.is_none_or(|baseline| {
        let mut arms = report.arms.iter();
        arms.all(|arm| !have_different_losses(arm, baseline))
    })
}

/// Whether the learning rate of a run is known and changes.
fn changes_rate(report: &Report) -> bool {
    let runs = report.arms.iter().flat_map(|arm| &arm.runs);
    runs.into_iter().any(|run| {
        let mut rates = run.epochs.iter().filter_map(|epoch| epoch.learning_rate);
        rates
            .next()
            .is_some_and(|first| rates.any(|rate| rate != first))
    })
}

/// A number with three significant digits. Learning rates can be of any size.
fn three_digits(value: f64) -> String {
    let rounded: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    rounded.to_string()
}

/// A value of each epoch.
struct Measured {
    id: &'static str,
    title: String,
    axis: String,
    unit: &'static str,
    written: fn(f64) -> String,
    value: fn(&Epoch) -> Option<f64>,
}

impl Measured {
    fn figure(&self, report: &Report, keys: &[Key], legend: Markup, caption: Markup) -> Markup {
        let arms: Vec<ByEpoch> = report.arms.iter().map(|arm| self.by_epoch(arm)).collect();
        let says: Vec<String> = arms
            .iter()
            .zip(keys)
            .map(|(one, key)| self.in_words(one, &key.name))
            .collect();
        let alternative = Alternative {
            id: self.id.to_owned(),
            title: self.title.clone(),
            text: says.join(" "),
        };
        let series = arms.iter().zip(keys).map(|(one, key)| one.series(key));
        let axes = Axes {
            measure: &self.axis,
            across: "Epoch",
            ticks: Ticks::counting(last_epoch(&arms).max(1), 5),
        };
        let figure = Figure {
            legend,
            chart: curves(&alternative, &axes, &series.collect::<Vec<_>>()),
            caption,
            table: self.table(&arms, keys),
        };
        figure.markup()
    }

    fn by_epoch(&self, arm: &Arm) -> ByEpoch {
        let runs = arm.runs.iter().map(|run| {
            let epochs = run.epochs.iter();
            epochs
                .filter_map(|epoch| Some((epoch.epoch, (self.value)(epoch)?)))
                .collect()
        });
        let runs: Vec<Vec<(usize, f64)>> = runs.collect();
        ByEpoch {
            mean: mean(&runs),
            runs,
        }
    }

    fn in_words(&self, arm: &ByEpoch, name: &str) -> String {
        let written = |value: f64| format!("{}{}", (self.written)(value), self.unit);
        let (Some(first), Some(last)) = (arm.mean.first(), arm.mean.last()) else {
            return format!("{name}: no epochs.");
        };
        let ends = arm.runs.iter().filter_map(|run| run.last());
        let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| {
            (low.min(end.1), high.max(end.1))
        });
        format!(
            "{name}: mean {} after epoch {}, {} after epoch {}; runs end between {} and {}.",
            written(first.1),
            first.0,
            written(last.1),
            last.0,
            written(low),
            written(high)
        )
    }

    fn table(&self, arms: &[ByEpoch], keys: &[Key]) -> DataTable {
        let rows = (1..=last_epoch(arms)).map(|epoch| {
            let cells = arms.iter().map(|one| {
                let found = one.mean.iter().find(|(at, _)| *at == epoch);
                found.map_or_else(String::new, |(_, value)| (self.written)(*value))
            });
            [epoch.to_string()].into_iter().chain(cells).collect()
        });
        let percent = if self.unit.is_empty() {
            ""
        } else {
            ", percent"
        };
        DataTable::numbers(
            format!("{}: mean over the runs{percent}", self.title),
            head("Epoch", keys.iter().map(|key| key.name.as_str())),
            rows.collect(),
        )
    }
}

/// The values of an arm, by epoch from 1.
struct ByEpoch {
    /// The values of each run.
    runs: Vec<Vec<(usize, f64)>>,
    /// The mean over the runs.
    mean: Vec<(usize, f64)>,
}

impl ByEpoch {
    fn series(&self, key: &Key) -> Series {
        let placed = |points: &Vec<(usize, f64)>| {
            let points = points.iter();
            points
                .map(|(epoch, value)| (*epoch as f64, *value))
                .collect()
        };
        Series {
            slot: key.slot,
            label: key.short.clone(),
            style: LineStyle::Line,
            runs: self.runs.iter().map(placed).collect(),
            mean: placed(&self.mean),
        }
    }
}

/// The last epoch of all arms; 0 without epochs.
fn last_epoch(arms: &[ByEpoch]) -> usize {
    let epochs = arms.iter().flat_map(|one| one.runs.iter().flatten());
    epochs.map(|(epoch, _)| *epoch).max().unwrap_or(0)
}

/// The mean at each epoch that all runs have. A run that ended early would otherwise leave a step in the line.
fn mean(runs: &[Vec<(usize, f64)>]) -> Vec<(usize, f64)> {
    let last = runs.iter().flatten().map(|(epoch, _)| *epoch).max();
    let mut sums = vec![(0.0, 0_usize); last.unwrap_or(0) + 1];
    for (epoch, value) in runs.iter().flatten() {
        sums[*epoch].0 += value;
        sums[*epoch].1 += 1;
    }
    let sums = sums.into_iter().enumerate();
    sums.filter(|(_, (_, count))| *count > 0 && *count == runs.len())
        .map(|(epoch, (sum, count))| (epoch, sum / count as f64))
        .collect()
}

#[cfg(test)]
mod tests;
