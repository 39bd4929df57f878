//! What a GPU computes is what the CPU computes.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

use crate::{binary, recipe, rows, run_info, train, trained, write_images};

/// How far two losses may be from each other, as a share of them.
const TOLERANCE: f64 = 1e-3;

/// So slow that rounding does not grow beyond [`TOLERANCE`]. CUDA may take TF32 for products of f32, and at
/// the article's rate that alone moves the losses of twenty steps by up to 5e-3, at this one by 2e-5
/// (`tf32.py`). A rate that is wrong by a hundredth still shows: it moves them by 1.9e-3.
const SLOWLY: (&str, &str) = ("learning_rate = 0.001", "learning_rate = 0.00003");

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
    let size = ("batch_size = 128", size.as_str());
    let experiment = recipe(&[("every = 5", "every = 1"), size, SLOWLY]);
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
    let gpu = assert_twenty_steps_agree(&binary, 8);
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

/// How far a run that was stopped may be from one that was not: each process tunes its own kernels, so one
/// may take TF32 where the other does not, which may come to 3e-3 in nine steps. Without the optimizer's
/// state the losses of the third epoch would be off by 1.5e-2 and more.
const RESUMED_TOLERANCE: f64 = 1e-2;

#[test]
fn a_resumed_run_goes_on_as_if_it_had_not_been_stopped() {
    let Some(binary) = binary() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_images(folder, 10, 5);
    let experiment = recipe(&SMALL);
    let whole = trained(&binary, folder, &experiment, 3, "gpu");
    train(&binary, folder, &experiment, 1, "gpu", "stopped")
        .assert()
        .success();
    let run = folder.join("stopped");
    Command::new(&binary)
        .args(["train", "--ui", "plain", "--epochs", "3", "--resume"])
        .arg(&run)
        .arg("--data")
        .arg(folder)
        .assert()
        .success();
    assert_eq!(run_info(&run)["device_kind"], "gpu");
    let resumed = rows(&run);
    assert_eq!([whole.len(), resumed.len()], [3, 3]);
    for (whole, resumed) in whole.iter().zip(&resumed) {
        for key in ["train_loss", "test_loss"] {
            assert_close(key, &whole[key], &resumed[key], RESUMED_TOLERANCE);
        }
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
    let slow = [SMALL.as_slice(), &[SLOWLY]].concat();
    let single = trained(&binary, folder, &recipe(&slow), 1, "cpu");
    let half = [slow.as_slice(), &[("\"f32\"", "\"bf16\"")]].concat();
    let experiment = recipe(&half);
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
        SLOWLY,
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
            ("learning_rate = 0.00003", "learning_rate = 0.001"),
            ("beta_1 = 0.9\nbeta_2 = 0.999\nepsilon = 1e-8\n", ""),
            ("weight_decay = 0.0", "weight_decay = 0.001"),
            ("decayed = \"all\"", "decayed = \"weights\""),
        ]),
    );
}
