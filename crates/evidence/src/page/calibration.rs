//! The section on calibration: whether the confidence of a network matches its accuracy.

use maud::html;

use super::{
    Section,
    data_table::{DataTable, head},
    figure::Figure,
    format::{mean_and_deviation, percent, percent_and_deviation},
    key::{Key, legend},
};
use crate::{
    Arm, Outputs, RELIABILITY_BINS, Report,
    chart::{
        Alternative,
        reliability::{Curve, reliability},
    },
    words::list,
};

pub(super) fn section(report: &Report, keys: &[Key]) -> Section {
    let curves: Vec<Curve<'_>> = report
        .arms
        .iter()
        .zip(keys)
        .map(|(arm, key)| Curve {
            slot: key.slot,
            runs: arm
                .runs
                .iter()
                .map(|run| run.reliability.as_slice())
                .collect(),
            mean: &arm.reliability,
        })
        .collect();
    let says: Vec<String> = report.arms.iter().map(in_words).collect();
    let alternative = Alternative {
        id: "chart-reliability".to_owned(),
        title: "Share predicted right by confidence, on the test images".to_owned(),
        text: says.join(" "),
    };
    let notes = report
        .arms
        .iter()
        .map(|arm| format!("ECE {}", percent_and_deviation(&arm.ece)));
    let figure = Figure {
        legend: legend(keys, &notes.collect::<Vec<_>>()),
        chart: reliability(&alternative, &curves),
        caption: html! {
            "On the dashed diagonal a network is right as often as it says. Each shape is one of "
            (RELIABILITY_BINS) " bins with equally many test images; faint lines are single runs."
        },
        table: bins(report),
    };
    let body = html! {
        p { (confidence(&report.arms)) }
        (figure.markup())
        (scores(report).markup())
        p.small { "Lower is better for all three." }
    };
    Section {
        id: "calibration",
        title: "Calibration",
        body,
    }
}

/// How outputs become confidences, in words.
fn confidence(arms: &[Arm]) -> String {
    let ending = |outputs| {
        let arms = arms.iter().filter(|arm| arm.outputs == outputs);
        arms.map(|arm| arm.name.clone()).collect::<Vec<_>>()
    };
    let (sigmoid, softmax) = (ending(Outputs::Sigmoid), ending(Outputs::Softmax));
    if softmax.is_empty() {
        return "The networks end in one sigmoid for each class, and their outputs need not sum to 1. The \
                confidence of a prediction is the largest output after all are divided by their sum."
            .to_owned();
    }
    if sigmoid.is_empty() {
        return "The networks end in a softmax over the classes, so that their outputs sum to 1. The \
                confidence of a prediction is the largest of them."
            .to_owned();
    }
    format!(
        "The arms have different outputs. Those of {} end in a softmax over the classes, so that their \
         outputs sum to 1. Those of {} end in one sigmoid for each class, and their outputs are divided by \
         their sum. The confidence of a prediction is the largest of these. A difference of confidence \
         between the two kinds also comes from the outputs.",
        list(&softmax),
        list(&sigmoid)
    )
}

fn in_words(arm: &Arm) -> String {
    let bins = &arm.reliability;
    let ends = match (bins.first(), bins.last()) {
        (Some(low), Some(high)) => format!(
            "; least confident bin {} confident and {} right, most confident bin {} and {}",
            percent(low.confidence),
            percent(low.accuracy),
            percent(high.confidence),
            percent(high.accuracy)
        ),
        _ => String::new(),
    };
    format!(
        "{}: calibration error {}{ends}.",
        arm.name,
        percent_and_deviation(&arm.ece)
    )
}

fn bins(report: &Report) -> DataTable {
    let count = report.arms.iter().map(|arm| arm.reliability.len()).max();
    let rows = (0..count.unwrap_or(0)).map(|bin| {
        let cells = report
            .arms
            .iter()
            .flat_map(|arm| match arm.reliability.get(bin) {
                Some(bin) => [percent(bin.confidence), percent(bin.accuracy)],
                None => [String::new(), String::new()],
            });
        [(bin + 1).to_string()].into_iter().chain(cells).collect()
    });
    let names = report.arms.iter().flat_map(|arm| {
        [
            format!("{}: confidence", arm.name),
            format!("{}: right", arm.name),
        ]
    });
    let names: Vec<String> = names.collect();
    DataTable::numbers(
        "Bins of confidence: mean over the runs",
        head("Bin", names.iter().map(String::as_str)),
        rows.collect(),
    )
}

fn scores(report: &Report) -> DataTable {
    let rows = report.arms.iter().map(|arm| {
        vec![
            arm.name.clone(),
            percent_and_deviation(&arm.ece),
            mean_and_deviation(&arm.nll, 4),
            mean_and_deviation(&arm.brier, 4),
        ]
    });
    DataTable::numbers(
        "Calibration on the test images: mean over the runs ± standard deviation",
        head("Arm", ["ECE", "NLL", "Brier score"]),
        rows.collect(),
    )
}
