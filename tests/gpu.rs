//! A GPU back end: three steps of the article's network against the CPU, and what 200 steps send to
//! the device and read from it.
//!
//! The binary with the back end is named by `MIXUP_GPU_BINARY`; `just test-wgpu` builds it. Any adapter
//! will do, a software renderer too.
#![expect(clippy::print_stdout, reason = "a test whose figures are looked at")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use mixup_train::device_log::VARIABLE;
use mixup_train::metrics::READ_EVERY;
use serde_json::Value;

const RECIPE: &str = include_str!("../experiments/mixup.toml");

/// The binary with a GPU back end, if there is one.
fn binary() -> Option<PathBuf> {
    let Some(binary) = std::env::var_os("MIXUP_GPU_BINARY") else {
        println!("skipped: MIXUP_GPU_BINARY names no binary; run `just test-wgpu`");
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

/// Trains one epoch of three steps on `device`, into the folder `run`, and gives its row.
fn row(binary: &Path, folder: &Path, experiment: &str, device: &str, run: &str) -> Value {
    train(binary, folder, experiment, 1, device, run)
        .assert()
        .success();
    let run = folder.join(run);
    let run_info = std::fs::read_to_string(run.join("run.json")).unwrap();
    let run_info: Value = serde_json::from_str(&run_info).unwrap();
    println!(
        "{device}: {}, pixels as {}",
        run_info["device"], run_info["pixel_storage"]
    );
    assert_eq!(run_info["device_kind"], device);
    rows(&run).remove(0)
}

/// The third step's batch is short, so that on the GPU it is filled up, unless there is a batch norm.
fn assert_three_steps_agree(name: &str, values: &[(&str, &str)]) {
    let Some(binary) = binary() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_images(folder, 10, 5);
    let mut values = values.to_vec();
    values.push(("batch_size = 128", "batch_size = 4"));
    let experiment = recipe(&values);
    let [cpu, gpu] = ["cpu", "gpu"].map(|device| row(&binary, folder, &experiment, device, device));
    for key in ["train_loss", "test_loss"] {
        let (cpu, gpu) = (cpu[key].as_f64().unwrap(), gpu[key].as_f64().unwrap());
        println!("{name}, {key}: CPU {cpu}, GPU {gpu}");
        assert!(
            (gpu / cpu - 1.0).abs() < 1e-3,
            "{name}, {key}: CPU {cpu}, GPU {gpu}"
        );
    }
}

#[test]
fn three_steps_agree_with_the_cpu() {
    assert_three_steps_agree("the article's", &[("every = 5", "every = 1")]);
}

#[test]
fn three_steps_of_the_variants_agree_with_the_cpu() {
    let small = ("widths = [64, 128]", "widths = [8, 8]");
    let looks = [
        small,
        ("flip = false", "flip = true"),
        ("crop_padding = 0", "crop_padding = 4"),
        ("smoothing = 0.0", "smoothing = 0.1"),
        ("alpha = 0.2", "alpha = 1.0"),
        ("every = 5", "probability = 1.0"),
    ];
    let with = |others: &[(&'static str, &'static str)]| [&looks, others].concat();
    let attacked = "[robustness]\nepsilons = [4.0]\nimages = 5\npgd_steps = 2\n\n[schedule] ";
    assert_three_steps_agree(
        "CutMix, cross-entropy, attacked",
        &with(&[
            ("method = \"mixup\"", "method = \"cutmix\""),
            ("name = \"bce\"", "name = \"cross-entropy\""),
            ("epsilon = 1e-6\n", ""),
            ("[schedule] ", attacked),
        ]),
    );
    assert_three_steps_agree(
        "manifold mixup, batch norm, SGD",
        &with(&[
            ("name = \"cnn\"", "name = \"cnn-bn\""),
            (
                "method = \"mixup\"",
                "method = \"manifold\"\nlayers = [\"conv11\", \"conv21\"]",
            ),
            ("partner = \"set\"", "partner = \"batch\""),
            ("name = \"bce\"", "name = \"bce-logits\""),
            ("epsilon = 1e-6\n", ""),
            (
                "name = \"adam\"",
                "name = \"sgd\"\nmomentum = 0.9\nnesterov = true",
            ),
            ("learning_rate = 0.001", "learning_rate = 0.01"),
            ("beta_1 = 0.9\nbeta_2 = 0.999\nepsilon = 1e-8\n", ""),
            ("weight_decay = 0.0", "weight_decay = 0.001"),
            ("decayed = \"all\"", "decayed = \"weights\""),
        ]),
    );
}

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

    // Loss and accuracy, each in one transfer a reading.
    assert_eq!(log.count("epoch 2: training", "read"), 2 * readings(STEPS));
    assert_eq!(log.count("epoch 2: test", "read"), 2 * readings(TEST_STEPS));
    // Parameters and both moments; the best weights once more.
    let rows = rows(&folder.join("run"));
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

    // Nothing is tuned twice, nor for the short batch: half of the first epoch is without.
    assert_eq!(log.count("epoch 2: training", "tune"), 0);
    // But for one: without gradients the first ReLU works in place and leaves the channels last, and the
    // training has tuned no convolution of this size for such maps.
    let tunings = log.count("epoch 1: test", "tune");
    assert!(tunings <= 1, "{tunings} tunings in the first test pass");
    assert_eq!(log.count("epoch 2: test", "tune"), 0);
    let first = log.part("epoch 1: training");
    let last_tuning = first.iter().rposition(|what| what.starts_with("tune"));
    let behind = &first[last_tuning.map_or(0, |at| at + 1)..];
    let writes = behind.iter().filter(|what| *what == "write").count();
    assert!(
        writes >= STEPS,
        "tuned until {writes} writes before the end"
    );

    // The article's decays: beyond the batch's two, at most the bias correction of each parameter.
    let log = two_epochs(&binary, folder, "article", ["0.9", "0.999"]);
    assert_eq!(log.count("epoch 2: training", "read"), 2 * readings(STEPS));
    let arguments = log.count("epoch 2: training", "write") - 2 * STEPS;
    assert!(
        arguments <= PARAMETERS * STEPS,
        "{arguments} kernel arguments"
    );
}
