//! A GPU back end against the CPU: three steps of the article's network on both.
//!
//! The binary with the back end is named by `MIXUP_GPU_BINARY`; `just test-wgpu` builds it. Any adapter
//! will do, a software renderer too.
#![expect(clippy::print_stdout, reason = "a test whose figures are looked at")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

const TRAINING_IMAGES: usize = 12;

/// Twelve training and four test images in CIFAR-10's binary layout.
fn write_images(folder: &Path) {
    let set = mixup_data::synthetic(0, TRAINING_IMAGES, 4);
    let record = |images: &mixup_data::Images, index: usize| {
        let mut record = vec![images.labels()[index]];
        record.extend_from_slice(images.image(index));
        record
    };
    for batch in 0..5 {
        let indices = (batch..TRAINING_IMAGES).step_by(5);
        let records: Vec<u8> = indices
            .flat_map(|index| record(&set.train, index))
            .collect();
        std::fs::write(
            folder.join(format!("data_batch_{}.bin", batch + 1)),
            records,
        )
        .unwrap();
    }
    let records: Vec<u8> = (0..4).flat_map(|index| record(&set.test, index)).collect();
    std::fs::write(folder.join("test_batch.bin"), records).unwrap();
}

/// Trains one epoch of three steps on `device` and gives its row.
fn row(binary: &Path, folder: &Path, device: &str) -> Value {
    let recipe = include_str!("../experiments/mixup.toml")
        .replace("batch_size = 128", "batch_size = 4")
        .replace("every = 5", "every = 1");
    let experiment = folder.join("steps.toml");
    std::fs::write(&experiment, recipe).unwrap();
    let run = folder.join(device);
    Command::new(binary)
        .args([
            "train", "--epochs", "1", "--ui", "plain", "--device", device,
        ])
        .arg(&experiment)
        .arg("--data")
        .arg(folder)
        .arg("--out")
        .arg(&run)
        .assert()
        .success();
    let run_info = std::fs::read_to_string(run.join("run.json")).unwrap();
    let run_info: Value = serde_json::from_str(&run_info).unwrap();
    println!(
        "{device}: {}, pixels as {}",
        run_info["device"], run_info["pixel_storage"]
    );
    assert_eq!(run_info["device_kind"], device);
    let rows = std::fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    serde_json::from_str(&rows).unwrap()
}

#[test]
fn three_steps_agree_with_the_cpu() {
    let Some(binary) = std::env::var_os("MIXUP_GPU_BINARY") else {
        println!("skipped: MIXUP_GPU_BINARY names no binary; run `just test-wgpu`");
        return;
    };
    let binary = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(binary);
    let folder = tempfile::tempdir().unwrap();
    write_images(folder.path());
    let (cpu, gpu) = (
        row(&binary, folder.path(), "cpu"),
        row(&binary, folder.path(), "gpu"),
    );
    for key in ["train_loss", "test_loss"] {
        let (cpu, gpu) = (cpu[key].as_f64().unwrap(), gpu[key].as_f64().unwrap());
        println!("{key}: CPU {cpu}, GPU {gpu}");
        assert!(
            (gpu / cpu - 1.0).abs() < 1e-3,
            "{key}: CPU {cpu}, GPU {gpu}"
        );
    }
}
