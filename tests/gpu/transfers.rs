//! What a training sends to the device and reads from it, and when kernels are tuned.

use std::path::Path;

use mixup_train::device::log::VARIABLE;
use mixup_train::learn::metrics::READ_EVERY;

use crate::binary;
use crate::device_log::DeviceLog;
use crate::run::{recipe, rows, run_info, train, write_images};

/// How often a split of `iterations` is read.
fn readings(iterations: usize) -> usize {
    iterations.div_ceil(READ_EVERY)
}

/// Images per step.
const BATCH: usize = 4;
/// Steps of an epoch: 200 whole batches and a short one.
const STEPS: usize = 201;
/// Steps over the test images.
const TEST_STEPS: usize = 2;
/// Weights and biases of six layers.
const PARAMETERS: usize = 12;

/// Trains a tiny network for two epochs in `folder/run` with these decays of Adam. The second is warm.
fn two_epochs(binary: &Path, folder: &Path, run: &str, decays: [&str; 2]) -> DeviceLog {
    let [beta_1, beta_2] = decays;
    let experiment = recipe(&[
        ("batch_size = 128", &format!("batch_size = {BATCH}")),
        ("widths = [64, 128]", "widths = [4, 4]"),
        ("hidden = 256", "hidden = 8"),
        ("beta_1 = 0.9\n", &format!("beta_1 = {beta_1}\n")),
        ("beta_2 = 0.999\n", &format!("beta_2 = {beta_2}\n")),
    ]);
    let path = folder.join(format!("{run}.log"));
    train(binary, folder, &experiment, 2, "gpu", run)
        .env(VARIABLE, &path)
        // Ignores what an earlier run tuned, if the build keeps that.
        .env("CUBECL_AUTOTUNE_CACHE", "0")
        .assert()
        .success();
    println!("Adam's decays {beta_1}, {beta_2}");
    let log = DeviceLog::read(&path);
    log.print();
    log
}

/// A folder with images for [`STEPS`] and [`TEST_STEPS`] batches. The last batch of each split is short.
fn with_images() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_images(folder.path(), BATCH * STEPS - 2, BATCH * TEST_STEPS - 2);
    folder
}

/// CUDA logs tunings too.
#[test]
#[ignore = "needs a GPU binary: MIXUP_GPU_BINARY"]
fn gpu_kernels_are_tuned_once() {
    let folder = with_images();
    let log = two_epochs(&binary(), folder.path(), "run", ["0.0", "0.0"]);
    assert_tuned_once(&log);
}

/// With decays of 0 Adam's bias corrections stay 1. No kernel's arguments change from step to step, so
/// everything that is sent belongs to a batch.
#[test]
#[ignore = "needs a GPU binary (MIXUP_GPU_BINARY) whose device log has transfers: not CUDA's"]
fn gpu_transfers_of_200_steps_are_indices_lambda_and_due_readings() {
    let folder = with_images();
    let log = two_epochs(&binary(), folder.path(), "run", ["0.0", "0.0"]);
    assert_transfers(&log, &folder.path().join("run"));
}

#[test]
#[ignore = "needs a GPU binary (MIXUP_GPU_BINARY) whose device log has transfers: not CUDA's"]
fn gpu_transfers_with_nonzero_decays_add_only_bias_corrections() {
    let folder = with_images();
    let log = two_epochs(&binary(), folder.path(), "run", ["0.9", "0.999"]);
    assert_logs_transfers(&folder.path().join("run"));
    assert_eq!(log.count("epoch 2: training", "read"), 2 * readings(STEPS));
    let arguments = log.count("epoch 2: training", "write") - 2 * STEPS;
    assert!(
        arguments <= PARAMETERS * STEPS,
        "{arguments} kernel arguments"
    );
}

fn assert_logs_transfers(run: &Path) {
    let gpu = run_info(run)["device"].to_string();
    assert!(
        !gpu.contains("(CUDA)"),
        "expected a device that logs transfers, found {gpu}: CUDA logs tunings only"
    );
}

/// Nothing is tuned twice, and nothing is tuned for the short batch at the end of an epoch.
fn assert_tuned_once(log: &DeviceLog) {
    assert!(log.count("epoch 1: training", "tune") > 0);
    assert_eq!(log.count("epoch 2: training", "tune"), 0);
    // One exception: without gradients the first ReLU works in place and leaves the channels last, and
    // training has tuned no convolution of this size for such maps.
    let tunings = log.count("epoch 1: test", "tune");
    assert!(tunings <= 1, "{tunings} tunings in the first test pass");
    assert_eq!(log.count("epoch 2: test", "tune"), 0);
}

fn assert_transfers(log: &DeviceLog, run: &Path) {
    assert_logs_transfers(run);
    // Loss and accuracy, each in one transfer a reading.
    assert_eq!(log.count("epoch 2: training", "read"), 2 * readings(STEPS));
    assert_eq!(log.count("epoch 2: test", "read"), 2 * readings(TEST_STEPS));
    // Parameters and both moments; the best weights once more.
    let rows = rows(run);
    let accuracy = |epoch: usize| rows[epoch - 1]["test_accuracy"].as_f64().unwrap();
    let best = if accuracy(2) > accuracy(1) {
        PARAMETERS
    } else {
        0
    };
    assert_eq!(log.count("epoch 2: files", "read"), 3 * PARAMETERS + best);
    // Losses and logits.
    assert_eq!(log.count("predictions", "read"), 2 * readings(TEST_STEPS));
    assert_eq!(log.count("last weights", "read"), PARAMETERS);

    // For each batch, one transfer of the indices, and one of λ with the weights.
    assert_eq!(log.count("epoch 2: training", "write"), 2 * STEPS);
    // On a busy machine a step once had a third write for the same kernels. It did not belong to a
    // batch, so a step may have one and no more.
    let writes = log.count("epoch 2: test", "write");
    assert!(
        (2 * TEST_STEPS..=3 * TEST_STEPS).contains(&writes),
        "{writes} writes in the test pass"
    );

    // The second half of the first epoch has no tunings.
    let first = log.part("epoch 1: training");
    let last_tuning = first.iter().rposition(|what| what.starts_with("tune"));
    let after = &first[last_tuning.map_or(0, |at| at + 1)..];
    let writes = after.iter().filter(|what| *what == "write").count();
    assert!(
        writes >= STEPS,
        "tuned until {writes} writes before the end"
    );
}
