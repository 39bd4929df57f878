//! Tiny runs, trained once by the built program.

use std::path::Path;
use std::sync::LazyLock;

use crate::folder::{self, Files};
use crate::scratch::Scratch;

/// A finished comparison of one pair, and its row of results.
struct Pair {
    files: Files,
    rows: Vec<u8>,
}

static PAIR: LazyLock<Pair> = LazyLock::new(|| {
    let scratch = Scratch::new();
    scratch.experiment("plain.toml", "alpha = 0.2", "alpha = 0.0");
    let line =
        "compare tiny.toml plain.toml --data data --epochs 2 --trials 1 --out both --ui none";
    scratch.run(line).succeeded();
    scratch
        .run("report both --out report --row rows.jsonl")
        .succeeded();
    Pair {
        files: folder::read(&scratch.path("both")),
        rows: scratch.read("rows.jsonl"),
    }
});

/// The files of a finished comparison of `tiny` and `plain`, with its report.
pub(crate) fn pair() -> &'static Files {
    &PAIR.files
}

/// A row of results.
pub(crate) fn rows() -> &'static [u8] {
    &PAIR.rows
}

/// The files of a finished run.
pub(crate) fn tiny() -> Files {
    let run = Path::new("tiny/seed-1");
    let files = PAIR.files.iter();
    let files = files.filter_map(|(name, bytes)| {
        let name = name.strip_prefix(run).ok()?;
        Some((name.to_owned(), bytes.clone()))
    });
    files.collect()
}

/// Trains a run in `scratch` and makes it one that was stopped after two of its three epochs.
pub(crate) fn stopped(scratch: &Scratch) -> Files {
    scratch.train("run", "--epochs 2");
    let mut files = folder::read(&scratch.path("run"));
    for name in [
        "summary.json",
        "evaluation.json",
        "predictions.csv",
        "model.safetensors",
    ] {
        files.remove(Path::new(name)).unwrap();
    }
    let experiment = files.get_mut(Path::new("experiment.toml")).unwrap();
    let text = String::from_utf8(experiment.clone()).unwrap();
    *experiment = text.replace("epochs = 2", "epochs = 3").into_bytes();
    // Its checkpoint has the digest of the other one.
    let sums = Path::new("checkpoint/epoch-2/SHA256SUMS");
    let sums = files.get_mut(sums).unwrap();
    let text = String::from_utf8(sums.clone()).unwrap();
    let kept = text
        .lines()
        .filter(|line| !line.ends_with("/experiment.toml"));
    *sums = kept
        .map(|line| format!("{line}\n"))
        .collect::<String>()
        .into_bytes();
    files
}
