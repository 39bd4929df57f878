//! A GPU back end: twenty steps of the article's network against the CPU, three of the variants, a run
//! that goes on, and what 200 steps send to the device and read from it.
//!
//! The binary with the back end is named by `MIXUP_GPU_BINARY`; `just test-gpu` builds it. Any adapter
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
    rows(&run)
}

/// The facts of a run.
fn run_info(run: &Path) -> Value {
    let run_info = std::fs::read_to_string(run.join("run.json")).unwrap();
    serde_json::from_str(&run_info).unwrap()
}

/// How far two losses may be from each other, as a share of them: TF32, which CUDA may take for products
/// of f32, has 10 bits behind the point.
const TOLERANCE: f64 = 1e-3;

fn assert_close(what: &str, cpu: &Value, gpu: &Value, tolerance: f64) {
    let (cpu, gpu) = (cpu.as_f64().unwrap(), gpu.as_f64().unwrap());
    println!("{what}: CPU {cpu}, GPU {gpu}");
    assert!(
        (gpu / cpu - 1.0).abs() < tolerance,
        "{what}: CPU {cpu}, GPU {gpu}"
    );
}

/// The losses of twenty epochs of a single step, so that each of them is seen. Gives the GPU's name.
fn assert_twenty_steps_agree(binary: &Path, batch: usize) -> String {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_images(folder, batch, 5);
    let size = format!("batch_size = {batch}");
    let experiment = recipe(&[("every = 5", "every = 1"), ("batch_size = 128", &size)]);
    let [cpu, gpu] = ["cpu", "gpu"].map(|device| trained(binary, folder, &experiment, 20, device));
    assert_eq!([cpu.len(), gpu.len()], [20, 20]);
    for (step, (cpu, gpu)) in cpu.iter().zip(&gpu).enumerate() {
        for key in ["train_loss", "test_loss"] {
            let what = format!("batch {batch}, step {}, {key}", step + 1);
            assert_close(&what, &cpu[key], &gpu[key], TOLERANCE);
        }
    }
    run_info(&folder.join("gpu"))["device"].to_string()
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
    let [cpu, gpu] =
        ["cpu", "gpu"].map(|device| trained(&binary, folder, &experiment, 1, device).remove(0));
    for key in ["train_loss", "test_loss"] {
        assert_close(&format!("{name}, {key}"), &cpu[key], &gpu[key], TOLERANCE);
    }
}

#[test]
fn twenty_steps_agree_with_the_cpu() {
    let Some(binary) = binary() else { return };
    let gpu = assert_twenty_steps_agree(&binary, 4);
    if gpu.contains("llvmpipe") {
        println!("skipped: the article's batches of 128, for {gpu} takes too long");
    } else {
        assert_twenty_steps_agree(&binary, 128);
    }
}

/// A network that trains in seconds on any adapter.
const SMALL: [(&str, &str); 2] = [
    ("batch_size = 128", "batch_size = 4"),
    ("widths = [64, 128]", "widths = [8, 8]"),
];

#[test]
fn a_resumed_run_goes_on_as_if_it_had_not_been_stopped() {
    let Some(binary) = binary() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_images(folder, 10, 5);
    let experiment = recipe(&SMALL);
    let whole = trained(&binary, folder, &experiment, 2, "gpu");
    train(&binary, folder, &experiment, 1, "gpu", "stopped")
        .assert()
        .success();
    let run = folder.join("stopped");
    Command::new(&binary)
        .args(["train", "--ui", "plain", "--epochs", "2", "--resume"])
        .arg(&run)
        .arg("--data")
        .arg(folder)
        .assert()
        .success();
    assert_eq!(run_info(&run)["device_kind"], "gpu");
    let resumed = rows(&run);
    assert_eq!(resumed.len(), 2);
    for key in ["train_loss", "test_loss"] {
        assert_close(key, &whole[1][key], &resumed[1][key], TOLERANCE);
    }
}

/// How far losses in bf16, with 7 bits behind the point, may be from those in f32.
const BF16_TOLERANCE: f64 = 2e-2;

#[test]
fn three_steps_in_bf16_are_near_those_in_f32() {
    let Some(binary) = binary() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_images(folder, 10, 5);
    let single = trained(&binary, folder, &recipe(&SMALL), 1, "cpu");
    let experiment = recipe(&[SMALL[0], SMALL[1], ("\"f32\"", "\"bf16\"")]);
    let mut bf16 = train(&binary, folder, &experiment, 1, "gpu", "bf16");
    let ended = bf16.assert();
    let output = ended.get_output();
    let message = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(2) && message.contains("precision: expected a GPU") {
        println!("skipped: {}", message.trim());
        return;
    }
    assert!(output.status.success(), "{message}");
    let bf16 = rows(&folder.join("bf16"));
    for key in ["train_loss", "test_loss"] {
        assert_close(key, &single[0][key], &bf16[0][key], BF16_TOLERANCE);
    }
    assert_ne!(single[0]["train_loss"], bf16[0]["train_loss"]);
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
