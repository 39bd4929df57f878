//! The benchmark: every figure is there and fits the others. No test asserts how large a time is.

use serde_json::Value;

use crate::run_files::number;
use crate::scratch::Scratch;

/// Two windows, with the phases, as JSON.
fn measured() -> Value {
    let scratch = Scratch::new();
    let line = "bench tiny.toml --windows 2 --images 20 --device cpu --json";
    let mut command = scratch.command(line);
    command.env("RAYON_NUM_THREADS", "1");
    let found = Scratch::finish(line, command).succeeded().json();
    // Nothing is left in the user's folder.
    assert_eq!(scratch.names(""), ["data", "tiny.toml"]);
    found
}

/// Asserts that the median of two windows is the mean of both.
fn assert_median_of_two(value: &Value) {
    let [min, median, max] = ["min", "median", "max"].map(|key| number(value, key));
    let mean = f64::midpoint(min, max);
    assert!((median - mean).abs() <= 1e-9 * mean, "{value}");
}

#[test]
fn the_json_says_what_was_measured_and_on_what() {
    let found = measured();
    assert_eq!(found["device_kind"], "cpu");
    assert_eq!(found["experiment"], "tiny");
    assert_eq!(found["data"], "synthetic");
    assert_eq!(found["batch_size"], 8);
    assert_eq!(found["threads"], 1);
    let peak = &found["peak_memory_bytes"];
    assert_eq!(peak.is_u64(), cfg!(target_os = "linux"), "{peak}");
}

#[test]
fn a_window_of_the_training_path_is_an_epoch_and_one_of_the_bare_step_whole_batches() {
    let found = measured();
    for (name, images) in [("training", 20), ("bare_step", 16)] {
        let rate = &found[name];
        assert_eq!(rate["windows"], 2, "{name}");
        assert_eq!(rate["images_per_window"], images, "{name}");
        assert!(
            number(&rate["images_per_second"], "min") > 0.0,
            "{name}: {rate}"
        );
    }
}

#[test]
fn medians_of_two_windows_are_their_means() {
    let found = measured();
    for name in ["training", "bare_step"] {
        assert_median_of_two(&found[name]["images_per_second"]);
    }
    for row in found["phases"].as_array().unwrap() {
        assert_median_of_two(&row["milliseconds"]);
    }
    assert_eq!(
        found["images_per_second"],
        found["training"]["images_per_second"]["median"]
    );
}

#[test]
fn the_phases_are_those_of_a_step_in_order() {
    let found = measured();
    let names = ["conv11", "conv12", "conv21", "conv22", "fc1", "fc2", "loss"];
    let expected = std::iter::once(("gather and mix", "input"))
        .chain(names.map(|name| (name, "forward")))
        .chain(names.iter().rev().map(|name| (*name, "backward")))
        .chain([("Adam", "update")]);
    let phases = found["phases"].as_array().unwrap();
    let named = phases.iter().map(|row| {
        let text = |key: &str| row[key].as_str().unwrap();
        (text("phase"), text("pass"))
    });
    assert!(named.eq(expected), "{}", found["phases"]);
}

/// The first convolution: 2 maps of 30 x 30 from 3 x 9 values each, two operations a product. Its input
/// needs no gradient, so both passes have as many.
#[test]
fn the_operations_of_a_phase_are_those_of_a_batch() {
    let found = measured();
    let expected = 8.0 * 2.0 * 900.0 * 27.0 * 2.0 / 1e9;
    let phases = found["phases"].as_array().unwrap();
    let conv11 = phases.iter().filter(|row| row["phase"] == "conv11");
    let counts: Vec<f64> = conv11.map(|row| number(row, "gflop")).collect();
    assert_eq!(counts, [expected, expected]);
}

/// The same of a residual network with widths 2, 2 and 4 on images of 32 x 32. A convolution has as many
/// products as its output has values, times nine for each input channel. Layers two and three halve the sides.
#[test]
fn the_operations_of_a_stage_are_those_of_all_its_layers() {
    let scratch = Scratch::new();
    let small = "name = \"resnet20\"\nwidths = [2, 2, 4]";
    scratch.experiment("resnet.toml", "widths = [2, 2]\nhidden = 4", small);
    let found = scratch
        .run("bench resnet.toml --windows 1 --images 8 --device cpu --json")
        .succeeded()
        .json();
    let stem = 1024 * 2 * 9 * 3;
    let layer1 = 6 * 1024 * 2 * 9 * 2;
    let layer2 = 6 * 256 * 2 * 9 * 2;
    let layer3 = 64 * 4 * 9 * 2 + 5 * 64 * 4 * 9 * 4;
    let linear = 10 * 4;
    for (name, products, gradients) in [
        ("stem", stem, 1),
        ("layer1", layer1, 2),
        ("layer2", layer2, 2),
        ("layer3", layer3, 2),
        ("linear", linear, 2),
    ] {
        let operations = f64::from(8 * 2 * products);
        let expected = [operations, f64::from(gradients) * operations].map(|flop| flop / 1e9);
        let phases = found["phases"].as_array().unwrap();
        let rows = phases.iter().filter(|row| row["phase"] == name);
        let counts: Vec<f64> = rows.map(|row| number(row, "gflop")).collect();
        assert_eq!(counts, expected, "{name}");
    }
}

#[test]
fn the_rate_of_a_phase_is_its_operations_by_its_median_time() {
    let found = measured();
    let gemm = number(&found["gemm"], "gflop_per_second");
    let mut compared = 0;
    for row in found["phases"].as_array().unwrap() {
        let counted = !["gather and mix", "loss", "Adam"].contains(&row["phase"].as_str().unwrap());
        assert_eq!(row["gflop"].is_number(), counted, "{row}");
        // A pass that is too short to measure has no rate.
        let Some(rate) = row["gflop_per_second"].as_f64() else {
            continue;
        };
        let seconds = number(&row["milliseconds"], "median") / 1e3;
        let expected = number(row, "gflop") / seconds;
        assert!((rate / expected - 1.0).abs() < 1e-9, "{row}");
        let share = number(row, "share_of_gemm");
        assert!((share * gemm / rate - 1.0).abs() < 1e-9, "{row}");
        compared += 1;
    }
    assert!(compared >= 6, "{}", found["phases"]);
}

#[test]
fn the_table_names_what_it_measured() {
    let scratch = Scratch::new();
    let ended = scratch
        .run("bench tiny.toml --data data --batch-size 4 --windows 1 --no-phases --device cpu")
        .succeeded();
    for words in [
        ": tiny, batches of 4, data ",
        "training path",
        "1 of 48 images",
        "bare step",
    ] {
        assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
    }
    assert!(!ended.stdout.contains("GEMM"), "{}", ended.stdout);
    assert_eq!(ended.stderr, "");
}

/// A pass classifies every image, also those that do not fill a batch.
#[test]
fn inference_has_its_rate_and_the_conditions_of_training() {
    let scratch = Scratch::new();
    let line =
        "bench tiny.toml --forward --windows 2 --images 20 --batch-size 3 --device cpu --json";
    let mut command = scratch.command(line);
    command.env("RAYON_NUM_THREADS", "1");
    let found = Scratch::finish(line, command).succeeded().json();
    let rate = &found["inference"];
    assert_eq!(rate["windows"], 2);
    assert_eq!(rate["images_per_window"], 20);
    assert_median_of_two(&rate["images_per_second"]);
    let median = &rate["images_per_second"]["median"];
    assert_eq!(&found["images_per_second"], median);
    let training = measured();
    for key in [
        "version",
        "device",
        "device_kind",
        "threads",
        "experiment",
        "data",
    ] {
        assert_eq!(found[key], training[key], "{key}");
    }
    assert_eq!(found["batch_size"], 3);
    assert_eq!(
        found["peak_memory_bytes"].is_u64(),
        cfg!(target_os = "linux")
    );
    assert!(found["warm_up_seconds"].is_number());
    assert!(found.get("phases").is_none(), "{found}");
    assert!(found.get("training").is_none(), "{found}");
}

#[test]
fn inference_of_one_image_at_a_time_and_of_every_network() {
    let scratch = Scratch::new();
    for (name, widths) in [
        ("cnn-bn", "[2, 2]\nhidden = 4"),
        ("resnet20", "[2, 2, 4]"),
        ("preact-resnet18", "[2, 2, 2, 2]"),
        ("resnet18", "[2, 2, 2, 2]"),
        ("resnet50", "[2, 2, 2, 2]"),
    ] {
        let network = format!("name = \"{name}\"\nwidths = {widths}");
        scratch.experiment("other.toml", "widths = [2, 2]\nhidden = 4", &network);
        let ended = scratch
            .run("bench other.toml --forward --batch-size 1 --images 5 --windows 1 --device cpu")
            .succeeded();
        for words in [": other, batches of 1, data synthetic", "1 of 5 images"] {
            assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
        }
        assert!(!ended.stdout.contains("bare step"), "{}", ended.stdout);
        assert_eq!(ended.stderr, "");
    }
}

#[test]
fn fewer_training_images_than_a_batch() {
    Scratch::new().refused_for(
        "bench tiny.toml --data data --batch-size 64",
        &[
            "expected at least 64 training images, found 50",
            "--batch-size",
        ],
    );
}

#[test]
fn fewer_images_an_epoch_than_a_batch() {
    Scratch::new().refused_for(
        "bench tiny.toml --images 7",
        &["--images 7: expected at least one batch of 8 images"],
    );
}

#[test]
fn a_missing_experiment() {
    Scratch::new().refused_for("bench nowhere.toml", &["error: nowhere.toml: "]);
}

#[test]
fn missing_data() {
    Scratch::new().refused_for("bench --data nowhere", &["nowhere"]);
}
