//! The section on the gap between training and test accuracy.

use maud::html;

use super::{
    Section,
    data_table::{DataTable, head},
    figure::Figure,
    format::{counted, decimal, mean_and_deviation, percent_and_deviation, points},
    key::Key,
};
use crate::{
    Arm, Report,
    chart::{
        Alternative,
        axis::Numbers,
        rows::{Form, Row, Rows, Symbol, rows},
        ticks::Ticks,
    },
};

pub(super) fn section(report: &Report, keys: &[Key]) -> Section {
    let images = report
        .arms
        .iter()
        .flat_map(|arm| &arm.runs)
        .map(|run| run.training.images)
        .max();
    let body = html! {
        p {
            "A network that learns its training images by heart is much better on them than on new "
            "ones. Measured after the last epoch on "
            (counted(images.unwrap_or(0), "training image")) " of each run."
            @if report.arms.iter().any(|arm| arm.random_labels > 0.0) {
                " Some labels of the training images are random, and they count here as they are: a network "
                "that is right about those has learned them by heart."
            }
        }
        (figure(report, keys).markup())
    };
    Section {
        id: "gap",
        title: "Training and test",
        body,
    }
}

/// Both accuracies of each arm, and the gap between them.
fn figure(report: &Report, keys: &[Key]) -> Figure {
    let values = report.arms.iter().flat_map(|arm| {
        let runs = arm
            .runs
            .iter()
            .flat_map(|run| [run.last, run.training.accuracy]);
        runs.chain([arm.last.mean, arm.training_accuracy.mean])
    });
    let chart = Rows {
        ticks: Ticks::around(values.map(|value| value * 100.0), 5),
        rows: report
            .arms
            .iter()
            .zip(keys)
            .map(|(arm, key)| row(arm, key))
            .collect(),
        measure: "Predicted right, %",
        numbers: Numbers::Values,
        pitch: 46.0,
    };
    let says: Vec<String> = report.arms.iter().map(in_words).collect();
    let alternative = Alternative {
        id: "chart-gap".to_owned(),
        title: "Accuracy on training images and on test images".to_owned(),
        text: says.join(" "),
    };
    Figure {
        legend: html! {
            ul.legend {
                li { span.glyph aria-hidden="true" { "●" } " test images" }
                li { span.glyph aria-hidden="true" { "○" } " training images, unmixed" }
                @if keys.iter().any(|key| key.short != key.name) {
                    @for key in keys { li { (key.symbol()) } }
                }
            }
        },
        chart: rows(&alternative, &chart),
        caption: html! {
            "Filled: test accuracy; outlined: accuracy on training images as they are, unmixed; at the "
            "right, the gap in points. Faint dots are single runs."
        },
        table: table(report),
    }
}

fn row(arm: &Arm, key: &Key) -> Row {
    let (test, training) = (arm.last.mean * 100.0, arm.training_accuracy.mean * 100.0);
    let tests = arm.runs.iter().map(|run| run.last * 100.0).collect();
    let trainings = arm
        .runs
        .iter()
        .map(|run| run.training.accuracy * 100.0)
        .collect();
    let forms = [
        (13.0, Form::Specks(tests)),
        (13.0, Form::Specks(trainings)),
        (0.0, Form::Thin(test, training)),
        (0.0, Form::Dot(test)),
        (0.0, Form::Hollow(training)),
    ];
    let symbols = forms.map(|(shift, form)| Symbol {
        slot: key.slot,
        shift,
        form,
    });
    Row {
        label: key.short.clone(),
        note: points(gap(arm)),
        is_mean: false,
        symbols: symbols.into(),
    }
}

fn gap(arm: &Arm) -> f64 {
    arm.training_accuracy.mean - arm.last.mean
}

fn in_words(arm: &Arm) -> String {
    format!(
        "{}: {} on training images, {} on test images, a gap of {} points.",
        arm.name,
        percent_and_deviation(&arm.training_accuracy),
        percent_and_deviation(&arm.last),
        points(gap(arm))
    )
}

fn table(report: &Report) -> DataTable {
    let rows = report.arms.iter().map(|arm| {
        let losses = arm.runs.iter().map(|run| run.training.loss);
        let loss = losses.sum::<f64>() / arm.runs.len().max(1) as f64;
        vec![
            arm.name.clone(),
            percent_and_deviation(&arm.training_accuracy),
            percent_and_deviation(&arm.last),
            points(gap(arm)),
            decimal(loss, 4),
            mean_and_deviation(&arm.loss, 4),
        ]
    });
    DataTable::numbers(
        "Training images, unmixed, and test images: mean over the runs",
        head(
            "Arm",
            [
                "Training accuracy",
                "Test accuracy",
                "Gap, points",
                "Training loss, unmixed",
                "Test loss",
            ],
        ),
        rows.collect(),
    )
}
