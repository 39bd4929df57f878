//! What a training sends to the device and reads from it, and when kernels are tuned.

use std::path::Path;

use mixup_train::device::log::VARIABLE;
use mixup_train::learn::metrics::READ_EVERY;

use crate::{binary, recipe, rows, run_info, train, write_images};

/// The device log of a run, a list of words for each of its parts.
struct DeviceLog {
    parts: Vec<(String, Vec<String>)>,
}

impl DeviceLog {
    fn read(path: &Path) -> Self {
        let mut parts = vec![("start".to_owned(), vec![])];
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let (_, what) = line.split_once(' ').unwrap();
            match what.strip_prefix("part ") {
                Some(part) => parts.push((part.to_owned(), vec![])),
                None => parts.last_mut().unwrap().1.push(what.to_owned()),
            }
        }
        Self { parts }
    }

    fn part(&self, name: &str) -> &[String] {
        let part = self.parts.iter().find(|(part, _)| part == name);
        &part.unwrap_or_else(|| panic!("no part {name}")).1
    }

    fn print(&self) {
        println!("part, writes, reads, submits, tunings");
        for (part, _) in &self.parts {
            let [writes, reads, submits, tunings] =
                ["write", "read", "submit", "tune"].map(|word| self.count(part, word));
            println!("{part}: {writes}, {reads}, {submits}, {tunings}");
        }
    }

    fn count(&self, part: &str, word: &str) -> usize {
        let words = self.part(part).iter();
        words.filter(|what| what.starts_with(word)).count()
    }
}

/// Readings of a split of so many iterations.
fn readings(iterations: usize) -> usize {
    iterations.div_ceil(READ_EVERY)
}

/// Images a step.
const BATCH: usize = 4;
/// Steps of an epoch: 200 of whole batches and one that is short.
const STEPS: usize = 201;
/// The same of the test images.
const TEST_STEPS: usize = 2;
/// Weights and biases of six layers.
const PARAMETERS: usize = 12;

/// Two epochs of a tiny network, with these decays of Adam's, in `folder/run`; the second is warm.
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
        // Nothing that an earlier run tuned, where the build keeps that.
        .env("CUBECL_AUTOTUNE_CACHE", "0")
        .assert()
        .success();
    println!("Adam's decays {beta_1}, {beta_2}");
    let log = DeviceLog::read(&path);
    log.print();
    log
}

#[test]
fn two_hundred_steps_send_indices_and_lambda_and_read_what_is_due() {
    let Some(binary) = binary() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_images(folder, BATCH * STEPS - 2, BATCH * TEST_STEPS - 2);
    // With decays of 0 Adam's bias corrections stay 1: no kernel's arguments change from step to step,
    // so that whatever goes up is a batch's.
    let log = two_epochs(&binary, folder, "run", ["0.0", "0.0"]);
    assert_tuned_once(&log);
    let gpu = run_info(&folder.join("run"))["device"].to_string();
    if gpu.contains("(CUDA)") {
        println!("skipped: transfers, for CUDA tells of tunings only");
        return;
    }
    assert_transfers(&log, &folder.join("run"));

    // The article's decays: beyond the batch's two, at most the bias correction of each parameter.
    let log = two_epochs(&binary, folder, "article", ["0.9", "0.999"]);
    assert_eq!(log.count("epoch 2: training", "read"), 2 * readings(STEPS));
    let arguments = log.count("epoch 2: training", "write") - 2 * STEPS;
    assert!(
        arguments <= PARAMETERS * STEPS,
        "{arguments} kernel arguments"
    );
}

/// Nothing is tuned twice, nor for the short batch at the end of an epoch.
fn assert_tuned_once(log: &DeviceLog) {
    assert!(log.count("epoch 1: training", "tune") > 0);
    assert_eq!(log.count("epoch 2: training", "tune"), 0);
    // But for one: without gradients the first ReLU works in place and leaves the channels last, and the
    // training has tuned no convolution of this size for such maps.
    let tunings = log.count("epoch 1: test", "tune");
    assert!(tunings <= 1, "{tunings} tunings in the first test pass");
    assert_eq!(log.count("epoch 2: test", "tune"), 0);
}

fn assert_transfers(log: &DeviceLog, run: &Path) {
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

    // The indices, and λ beside the weights, of each batch.
    assert_eq!(log.count("epoch 2: training", "write"), 2 * STEPS);
    // Seen once on a busy machine: one more, beside the same kernels. It is not a
    // batch's, so a step may have one and no more.
    let writes = log.count("epoch 2: test", "write");
    assert!(
        (2 * TEST_STEPS..=3 * TEST_STEPS).contains(&writes),
        "{writes} writes in the test pass"
    );

    // Half of the first epoch is without tunings.
    let first = log.part("epoch 1: training");
    let last_tuning = first.iter().rposition(|what| what.starts_with("tune"));
    let behind = &first[last_tuning.map_or(0, |at| at + 1)..];
    let writes = behind.iter().filter(|what| *what == "write").count();
    assert!(
        writes >= STEPS,
        "tuned until {writes} writes before the end"
    );
}
