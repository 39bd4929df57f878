//! Images of other sizes, channels and numbers of classes, from training to the report.

use image::{Rgb, RgbImage};
use serde_json::Value;

use crate::scratch::{EXPERIMENT, Scratch};

/// A picture of `width` by `height` with a bright disc on the left or on the right.
pub(crate) fn picture(width: u32, height: u32, number: u32) -> RgbImage {
    let radius = f64::from(height.min(width)) / 4.0;
    let side = if number.is_multiple_of(2) { 0.3 } else { 0.7 };
    let (x, y) = (f64::from(width) * side, f64::from(height) / 2.0);
    RgbImage::from_fn(width, height, |column, row| {
        let away = (f64::from(column) - x).hypot(f64::from(row) - y);
        let noise = ((column * 7 + row * 13 + number * 29) % 23) as u8;
        if away < radius {
            Rgb([230, 200 - noise, 40])
        } else {
            Rgb([20, 30 + noise, 90])
        }
    })
}

/// Writes `count` pictures into each of the class folders `left` and `right` in `folder`.
pub(crate) fn two_classes(scratch: &Scratch, folder: &str, count: u32) {
    for (name, parity) in [("left", 0), ("right", 1)] {
        let class = scratch.path(folder).join(name);
        std::fs::create_dir_all(&class).unwrap();
        for number in 0..count {
            // Every picture has another size and other proportions.
            let (width, height) = (40 + 3 * number, 50 + number);
            let picture = picture(width, height, 2 * number + parity);
            picture
                .save(class.join(format!("{number:03}.png")))
                .unwrap();
        }
    }
}

/// An experiment with these tables in place of the tiny one's network and normalisation.
pub(crate) fn experiment(scratch: &Scratch, name: &str, alpha: &str, data: &str) {
    let start = EXPERIMENT.find("[normalisation]").unwrap();
    let end = EXPERIMENT.find("[loss]").unwrap();
    let text = EXPERIMENT.replace(&EXPERIMENT[start..end], "");
    let text = text
        .replace("alpha = 0.2", alpha)
        .replace("epochs = 6", "epochs = 2");
    let robustness = "\n[robustness]\nepsilons = [2.0]\nimages = 4\npgd_steps = 2\n";
    scratch.write(
        name,
        format!("normalisation = \"auto\"\n{text}\n[data]\n{data}{robustness}"),
    );
}

/// Trains a pair on images of this form, and gives its weights to every command that takes some.
fn goes_through_every_command(scratch: &Scratch, data: &str, channels: u64, sides: [u64; 2]) {
    picture(70, 40, 0).save(scratch.path("one.png")).unwrap();
    experiment(scratch, "mix.toml", "alpha = 1.0", data);
    experiment(scratch, "plain.toml", "alpha = 0.0", data);
    let compared = scratch
        .run("compare mix.toml plain.toml --data pictures --trials 1 --out pair --ui none")
        .succeeded();
    assert!(
        !compared.stderr.contains("note: every picture"),
        "{}",
        compared.stderr
    );
    let run = scratch.json("pair/mix/seed-1/run.json");
    let [height, width] = sides;
    assert_eq!(run["shape"]["channels"], channels);
    assert_eq!(run["shape"]["height"], height);
    assert_eq!(run["shape"]["width"], width);
    let constants = &run["normalisation"]["mean"];
    assert_eq!(constants.as_array().unwrap().len() as u64, channels);
    assert_eq!(
        run["fingerprint"],
        scratch.json("pair/plain/seed-1/run.json")["fingerprint"]
    );

    let weights = "pair/mix/seed-1/model.safetensors";
    let evaluated = scratch
        .run(&format!("evaluate --weights {weights} --json"))
        .succeeded();
    let evaluated: Value = serde_json::from_str(&evaluated.stdout).unwrap();
    let recorded = scratch.json("pair/mix/seed-1/evaluation.json");
    assert_eq!(evaluated["accuracy"], recorded["test"]["accuracy"]);
    assert_eq!(evaluated["confusion"], recorded["test"]["confusion"]);
    scratch
        .run(&format!(
            "evaluate --weights {weights} --attack pgd --epsilon 0.03 --steps 2"
        ))
        .succeeded();
    scratch
        .run(&format!("predict one.png --weights {weights}"))
        .succeeded();
    scratch
        .run("data preview --data pictures --experiment mix.toml --pairs 2")
        .succeeded();
    let checked = scratch
        .run("data check pictures --experiment mix.toml --json")
        .succeeded();
    let checked: Value = serde_json::from_str(&checked.stdout).unwrap();
    assert_eq!(checked["shape"], run["shape"]);
    assert_eq!(checked["fingerprint"], run["fingerprint"]);
    scratch
        .run("bench mix.toml --data synthetic --seconds 0.1 --images 8")
        .succeeded();

    // A run that is resumed ends with the same bytes.
    scratch
        .run("train mix.toml --data pictures --seed 1 --epochs 1 --out half --ui none")
        .succeeded();
    scratch
        .run("train --resume half --epochs 2 --ui none")
        .succeeded();
    assert_eq!(
        scratch.read("half/model.safetensors"),
        scratch.read(weights)
    );
    // The pictures of mixed pairs have the size of the images.
    let page = String::from_utf8(scratch.read("pair/report.html")).unwrap();
    let size = format!("width=\"{width}\" height=\"{height}\"");
    assert!(page.contains(&size), "{size}");
}

/// Asserts that a command is refused with this message and leaves no run.
pub(crate) fn refused(scratch: &Scratch, line: &str, message: &str) {
    let stderr = scratch.run(line).failed_with(2);
    assert!(stderr.contains(message), "{stderr}");
}

#[test]
fn grey_images_that_are_not_square() {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures", 10);
    let data = "size = [20, 26]\nresize = \"crop\"\nchannels = 1\nsplit = 0.2\n";
    goes_through_every_command(&scratch, data, 1, [20, 26]);
}

#[test]
fn images_in_colour_above_the_usual_size() {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures/train", 8);
    two_classes(&scratch, "pictures/test", 3);
    goes_through_every_command(&scratch, "size = [45, 33]\nresize = \"pad\"\n", 3, [45, 33]);
}

#[test]
fn a_validation_part_chooses_the_best_epoch() {
    let scratch = Scratch::new();
    for (part, count) in [("train", 8), ("val", 4), ("test", 3)] {
        two_classes(&scratch, &format!("pictures/{part}"), count);
    }
    let trained = scratch
        .run("train tiny.toml --data pictures --out run --ui plain")
        .succeeded();
    let said = "data    class folders: 16 training, 8 validation and 6 test images, 2 classes";
    assert!(trained.stdout.contains(said), "{}", trained.stdout);
    let summary = scratch.json("run/summary.json");
    assert_eq!(summary["best_chosen_by"], "validation");
    let run = scratch.json("run/run.json");
    assert_eq!(run["validation_images"], 8);

    scratch.experiment(
        "held.toml",
        "batch_size = 8",
        "batch_size = 8\nvalidation = 2",
    );
    refused(
        &scratch,
        "train held.toml --data pictures --out other --ui none",
        "validation: expected 0 for a set with 8 validation images of its own, found 2",
    );
}

#[test]
fn the_seed_of_a_run_does_not_change_the_test_images() {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures", 10);
    let train = |seed: u32, data: &str| {
        experiment(&scratch, "e.toml", "alpha = 1.0", data);
        let out = format!("run-{seed}-{}", data.len());
        let line =
            format!("train e.toml --data pictures --seed {seed} --epochs 1 --out {out} --ui none");
        scratch.run(&line).succeeded();
        scratch.json(&format!("{out}/run.json"))["fingerprint"].clone()
    };
    let first = train(1, "size = 16\nsplit = 0.3\n");
    assert_eq!(train(2, "size = 16\nsplit = 0.3\n"), first);
    assert_ne!(train(1, "size = 16\nsplit = 0.3\nsplit_seed = 2\n"), first);
}

#[test]
fn what_does_not_fit_is_refused_before_anything_is_trained() {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures/train", 2);
    two_classes(&scratch, "pictures/test", 1);
    let line = "train e.toml --data pictures --out run --ui none";
    let refused_data = |data: &str, message: &str| {
        experiment(&scratch, "e.toml", "alpha = 1.0", data);
        refused(&scratch, line, message);
        assert!(!scratch.path("run").exists());
    };
    refused_data(
        "size = [12, 40]\n",
        "network.name: expected images of at least 16x16 for cnn, found 12x40",
    );
    refused_data(
        "size = 0\n",
        "e.toml: data.size: expected sides of 1 to 4096 pixels, found [0, 0]",
    );
    refused_data(
        "channels = 2\n",
        "e.toml: data.channels: expected 1 or 3, found 2",
    );
    refused_data(
        "split = 1.5\n",
        "e.toml: data.split: expected a share above 0 and below 1, found 1.5",
    );
    scratch.experiment(
        "three.toml",
        "[network]",
        "[data]\nchannels = 1\n\n[network]",
    );
    refused(
        &scratch,
        "train three.toml --data pictures --out run --ui none",
        "normalisation.mean: expected one number for each channel of the images, 1, found 3",
    );
}

#[test]
fn arms_on_different_images_are_not_compared() {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures", 4);
    experiment(
        &scratch,
        "a.toml",
        "alpha = 1.0",
        "size = 16\nsplit = 0.5\n",
    );
    experiment(
        &scratch,
        "b.toml",
        "alpha = 0.0",
        "size = 20\nsplit = 0.5\n",
    );
    refused(
        &scratch,
        "compare a.toml b.toml --data pictures --trials 1 --out pair --ui none",
        "b: expected the same data.size as in a, found another",
    );
}

#[test]
fn data_check_refuses_what_training_would_refuse() {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures", 4);
    experiment(
        &scratch,
        "e.toml",
        "alpha = 1.0",
        "size = 12\nsplit = 0.5\n",
    );
    let message = "network.name: expected images of at least 16x16 for cnn, found 12x12";
    refused(&scratch, "data check pictures --experiment e.toml", message);
    refused(
        &scratch,
        "data preview --data pictures --experiment e.toml",
        message,
    );
}
