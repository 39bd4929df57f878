//! A GPU back end: twenty steps of the article's network against the CPU, three of the variants, a run
//! that goes on, and what 200 steps send to the device and read from it.
//!
//! The binary with the back end is named by `MIXUP_GPU_BINARY`; `just test-gpu` builds it. Any adapter
//! will do, a software renderer too. `MIXUP_GPU_EXPECTED`, where it is set, must be a part of its name.
#![expect(clippy::print_stdout, reason = "a test whose figures are looked at")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod agreement;
mod transfers;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

const RECIPE: &str = include_str!("../../experiments/mixup.toml");

/// The binary with a GPU back end, if there is one.
fn binary() -> Option<PathBuf> {
    let Some(binary) = std::env::var_os("MIXUP_GPU_BINARY") else {
        println!("skipped: MIXUP_GPU_BINARY names no binary; run `just test-gpu`");
        return None;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Some(root.join(binary))
}

/// Images in CIFAR-10's binary layout.
fn write_images(folder: &Path, training: usize, test: usize) {
    let set = mixup_data::synthetic(0, training, test);
    let record = |images: &mixup_data::Images, index: usize| {
        let mut record = vec![images.labels()[index]];
        record.extend_from_slice(images.image(index));
        record
    };
    for batch in 0..5 {
        let indices = (batch..training).step_by(5);
        let records: Vec<u8> = indices
            .flat_map(|index| record(&set.train, index))
            .collect();
        std::fs::write(
            folder.join(format!("data_batch_{}.bin", batch + 1)),
            records,
        )
        .unwrap();
    }
    let records: Vec<u8> = (0..test)
        .flat_map(|index| record(&set.test, index))
        .collect();
    std::fs::write(folder.join("test_batch.bin"), records).unwrap();
}

/// `mixup train` of `experiment` on the images of `folder`, into `folder/run`.
fn train(
    binary: &Path,
    folder: &Path,
    experiment: &str,
    epochs: usize,
    device: &str,
    run: &str,
) -> Command {
    let file = folder.join(format!("{run}.toml"));
    std::fs::write(&file, experiment).unwrap();
    let mut command = Command::new(binary);
    command
        .args(["train", "--ui", "plain", "--device", device])
        .args(["--epochs", &epochs.to_string()])
        .arg(&file)
        .arg("--data")
        .arg(folder)
        .arg("--out")
        .arg(folder.join(run));
    command
}

/// The recipe with other values in place of its own.
fn recipe(values: &[(&str, &str)]) -> String {
    values.iter().fold(RECIPE.to_owned(), |recipe, (from, to)| {
        assert!(recipe.contains(from), "{from}");
        recipe.replace(from, to)
    })
}

/// The rows of a run.
fn rows(run: &Path) -> Vec<Value> {
    let rows = std::fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    rows.lines()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect()
}

/// Trains so many epochs on `device`, into a folder of its name, and gives their rows.
fn trained(
    binary: &Path,
    folder: &Path,
    experiment: &str,
    epochs: usize,
    device: &str,
) -> Vec<Value> {
    train(binary, folder, experiment, epochs, device, device)
        .assert()
        .success();
    let run = folder.join(device);
    let run_info = run_info(&run);
    println!(
        "{device}: {}, pixels as {}",
        run_info["device"], run_info["pixel_storage"]
    );
    assert_eq!(run_info["device_kind"], device);
    if let (Ok(expected), "gpu") = (std::env::var("MIXUP_GPU_EXPECTED"), device) {
        let found = run_info["device"].as_str().unwrap();
        assert!(found.contains(&expected), "{found}");
    }
    rows(&run)
}

/// The facts of a run.
fn run_info(run: &Path) -> Value {
    let run_info = std::fs::read_to_string(run.join("run.json")).unwrap();
    serde_json::from_str(&run_info).unwrap()
}
