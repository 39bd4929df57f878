//! Trains with a program that has a GPU back end, and reads what the run wrote.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

const RECIPE: &str = include_str!("../../experiments/mixup.toml");

/// Images in CIFAR-10's binary layout.
pub(crate) fn write_images(folder: &Path, training: usize, test: usize) {
    let set = mixup_data::synthetic(0, training, test);
    let record = |images: &mixup_data::Images, index: usize| {
        let mut record = vec![images.labels()[index] as u8];
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
pub(crate) fn train(
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

/// The article's experiment with some values replaced.
pub(crate) fn recipe(values: &[(&str, &str)]) -> String {
    values.iter().fold(RECIPE.to_owned(), |recipe, (from, to)| {
        assert!(recipe.contains(from), "{from}");
        recipe.replace(from, to)
    })
}

/// The rows of a run.
pub(crate) fn rows(run: &Path) -> Vec<Value> {
    let rows = std::fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    rows.lines()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect()
}

/// Trains `epochs` epochs on `device` into a folder named after it, and returns their rows.
pub(crate) fn trained(
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
pub(crate) fn run_info(run: &Path) -> Value {
    let run_info = std::fs::read_to_string(run.join("run.json")).unwrap();
    serde_json::from_str(&run_info).unwrap()
}
