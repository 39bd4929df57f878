//! The copies of a run's figures that other programs read: `metrics.csv` and TensorBoard's events.

use std::process::Command;

use serde_json::Value;

use crate::left_over::killed;
use crate::scratch::Scratch;

const EVENTS: &str = "run/events.out.tfevents.mixup";

/// A run of 4 epochs that was killed after its second one, while it wrote an event, and resumed.
fn killed_and_resumed() -> Scratch {
    let scratch = killed();
    let events = scratch.read(EVENTS);
    scratch.write(EVENTS, &events[..events.len() - 5]);
    scratch.write("run/metrics.csv", "epoch\n");
    scratch.run("train --resume run --ui none").succeeded();
    scratch
}

/// The rows of `metrics.jsonl`, with their times.
fn rows(scratch: &Scratch) -> Vec<Value> {
    let text = String::from_utf8(scratch.read("run/metrics.jsonl")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_table_has_the_rows_of_a_killed_and_resumed_run() {
    let scratch = killed_and_resumed();
    let rows = rows(&scratch);
    let text = scratch.read("run/metrics.csv");
    let mut table = csv::Reader::from_reader(&*text);
    let header = table.headers().unwrap().clone();
    let lines: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), lines.len()), (4, 4));
    for (row, line) in rows.iter().zip(&lines) {
        let row = row.as_object().unwrap();
        assert_eq!(header.len(), 9);
        for (key, field) in header.iter().zip(line) {
            let figure = row.get(key).and_then(Value::as_f64);
            assert_eq!(figure, field.parse().ok(), "{key} in {line:?}");
            assert!(
                figure.is_some() || key == "cpu_seconds",
                "{key} in {line:?}"
            );
        }
    }
}

#[test]
fn a_deleted_event_file_is_made_again() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    let whole = scratch.read(EVENTS).len();
    std::fs::remove_file(scratch.path(EVENTS)).unwrap();
    scratch.run("report run --out page").succeeded();
    scratch
        .run("train --resume run --epochs 3 --ui none")
        .succeeded();
    assert!(scratch.read(EVENTS).len() > whole);
}

/// What TensorBoard's own package reads: figures as tag, step, value; pictures as tag, step, width, height, and whether
/// they are PNG files.
const READ: &str = "
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0, 'images': 0})
events.Reload()
tags = events.Tags()
json.dump({
    'figures': [[tag, e.step, e.value] for tag in tags['scalars'] for e in events.Scalars(tag)],
    'pictures': [[tag, e.step, e.width, e.height, e.encoded_image_string[:4] == b'\\x89PNG']
                 for tag in tags['images'] for e in events.Images(tag)],
    'words': [[events.SummaryMetadata(tag).plugin_data.plugin_name, events.SummaryMetadata(tag).summary_description]
              for tag in tags['images']],
}, sys.stdout)
";

#[test]
#[ignore = "needs Python with tensorboard; MIXUP_PYTHON names it"]
fn tool_tensorboard_reads_the_figures_of_a_killed_and_resumed_run() {
    let scratch = killed_and_resumed();
    let python = std::env::var_os("MIXUP_PYTHON").unwrap_or_else(|| "python3".into());
    let output = Command::new(python)
        .args(["-c", READ])
        .arg(scratch.path("run"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut expected = vec![];
    for (tag, key) in [
        ("accuracy/test", "test_accuracy"),
        ("accuracy/train", "train_accuracy"),
        ("images_per_second", "images_per_second"),
        ("learning_rate", "learning_rate"),
        ("loss/test", "test_loss"),
        ("loss/train", "train_loss"),
    ] {
        for (epoch, row) in (1..).zip(rows(&scratch)) {
            expected.push((tag.to_owned(), epoch, row[key].as_f64().unwrap() as f32));
        }
    }
    let mut figures: Vec<(String, i32, f32)> =
        serde_json::from_value(read["figures"].clone()).unwrap();
    figures.sort_by(|one, other| one.partial_cmp(other).unwrap());
    assert_eq!(figures, expected);
    let pictures: Vec<(String, i32, i32, i32, bool)> =
        serde_json::from_value(read["pictures"].clone()).unwrap();
    let tags = (1..=pictures.len()).map(|number| format!("mixed/{number}"));
    let mixed = scratch.json("run/mixed.json").as_array().unwrap().len();
    assert!(mixed > 0);
    assert_eq!(
        pictures,
        tags.map(|tag| (tag, 0, 32, 32, true)).collect::<Vec<_>>()
    );
    assert_eq!(pictures.len(), mixed);
    let words: Vec<[String; 2]> = serde_json::from_value(read["words"].clone()).unwrap();
    assert!(
        words
            .iter()
            .all(|[plugin, words]| plugin == "images" && words.starts_with("λ = ")),
        "{words:?}"
    );
}
