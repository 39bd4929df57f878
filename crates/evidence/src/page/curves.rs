//! What each epoch came to.

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
        curves::{Series, curves},
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
        decimals: 2,
        value: |epoch| epoch.held_out_accuracy * 100.0,
    };
    let held_out = Measured {
        id: "chart-held-out-loss",
        title: format!("Loss on {images} by epoch"),
        axis: format!("Loss on {images}"),
        unit: "",
        decimals: 4,
        value: |epoch| epoch.held_out_loss,
    };
    let training = Measured {
        id: "chart-training-loss",
        title: "Training loss by epoch".to_owned(),
        axis: "Training loss".to_owned(),
        unit: "",
        decimals: 4,
        value: |epoch| epoch.train_loss,
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
                    ". " strong { "Do not compare arms here:" } " they were trained by different losses."
                }
            }))
            (training.figure(report, keys, plain, html! {
                strong { "Do not compare arms here." }
                " This is the loss on the images as they were mixed, while the weights changed. On "
                "mixed labels even a perfect model does not reach 0, so a higher line is not a worse "
                "network."
            }))
        }
    };
    Section {
        id: "curves",
        title: "Epoch by epoch",
        body,
    }
}

/// Whether all arms were trained by the baseline's loss.
fn one_loss(report: &Report) -> bool {
    let baseline = report.arms.len().saturating_sub(1);
    (0..baseline).all(|arm| !have_different_losses(&report.arms, &report.settings, (arm, baseline)))
}

/// A value that every epoch has.
struct Measured {
    id: &'static str,
    title: String,
    axis: String,
    unit: &'static str,
    decimals: usize,
    value: fn(&Epoch) -> f64,
}

impl Measured {
    fn figure(&self, report: &Report, keys: &[Key], legend: Markup, caption: Markup) -> Markup {
        let series: Vec<Series> = report
            .arms
            .iter()
            .zip(keys)
            .map(|(arm, key)| self.series(arm, key))
            .collect();
        let says: Vec<String> = series
            .iter()
            .zip(keys)
            .map(|(one, key)| self.in_words(one, &key.name))
            .collect();
        let alternative = Alternative {
            id: self.id.to_owned(),
            title: self.title.clone(),
            text: says.join(" "),
        };
        let figure = Figure {
            legend,
            chart: curves(&alternative, &self.axis, &series),
            caption,
            table: self.table(&series, keys),
        };
        figure.markup()
    }

    fn series(&self, arm: &Arm, key: &Key) -> Series {
        let runs = arm.runs.iter().map(|run| {
            let points = run.epochs.iter();
            points
                .map(|epoch| (epoch.epoch, (self.value)(epoch)))
                .collect()
        });
        let runs: Vec<Vec<(usize, f64)>> = runs.collect();
        Series {
            slot: key.slot,
            label: key.short.clone(),
            mean: mean(&runs),
            runs,
        }
    }

    fn in_words(&self, series: &Series, name: &str) -> String {
        let written = |value: f64| format!("{}{}", decimal(value, self.decimals), self.unit);
        let (Some(first), Some(last)) = (series.mean.first(), series.mean.last()) else {
            return format!("{name}: no epochs.");
        };
        let ends = series.runs.iter().filter_map(|run| run.last());
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

    fn table(&self, series: &[Series], keys: &[Key]) -> DataTable {
        let epochs = series
            .iter()
            .flat_map(|one| &one.mean)
            .map(|(epoch, _)| *epoch);
        let rows = (1..=epochs.max().unwrap_or(0)).map(|epoch| {
            let cells = series.iter().map(|one| {
                let found = one.mean.iter().find(|(at, _)| *at == epoch);
                found.map_or_else(String::new, |(_, value)| decimal(*value, self.decimals))
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

/// The mean at each epoch of the runs that have it.
fn mean(runs: &[Vec<(usize, f64)>]) -> Vec<(usize, f64)> {
    let last = runs.iter().flatten().map(|(epoch, _)| *epoch).max();
    let mut sums = vec![(0.0, 0_usize); last.unwrap_or(0) + 1];
    for (epoch, value) in runs.iter().flatten() {
        sums[*epoch].0 += value;
        sums[*epoch].1 += 1;
    }
    let sums = sums.into_iter().enumerate();
    sums.filter(|(_, (_, runs))| *runs > 0)
        .map(|(epoch, (sum, runs))| (epoch, sum / runs as f64))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_of_the_runs_that_have_the_epoch() {
        let runs = [vec![(1, 1.0), (2, 3.0)], vec![(1, 2.0)]];
        assert_eq!(mean(&runs), [(1, 1.5), (2, 3.0)]);
        assert!(mean(&[]).is_empty());
    }
}
