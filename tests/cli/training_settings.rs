//! Changes of single images, several ways of mixing, and classes that count alike: each changes a run, resumes, and does
//! not depend on the number of threads.

use serde_json::Value;

use crate::run_files::number;
use crate::scratch::Scratch;

/// Every setting, and a word of the first lines about it.
const SETTINGS: [(&str, &str); 11] = [
    (
        "augmentation.trivial_augment=true",
        "changed by TrivialAugment",
    ),
    ("augmentation.brightness=0.5", "with other colours"),
    ("augmentation.hue=0.5", "with other colours"),
    (
        "augmentation.erasing=0.5",
        "a rectangle erased with probability 0.5",
    ),
    ("augmentation.cutout=16", "a square of 16 pixels cut out"),
    ("mixing.method=resizemix", "mixed by ResizeMix"),
    (
        "mixing.method=[mixup,cutmix]",
        "mixed by mixup or by CutMix",
    ),
    (
        "mixing.every=1 --set mixing.regmixup=0.5",
        "next to the images as they are, with 0.5 times their loss",
    ),
    ("data.draw=balanced", "every class drawn equally often"),
    (
        "loss.class_weights=balanced",
        "classes weighted against their counts",
    ),
    (
        "loss.class_weights=[1,2,1,1,1,1,1,1,1,0]",
        "classes weighted",
    ),
];

#[test]
fn each_changes_a_run_and_is_said() {
    let scratch = Scratch::new();
    scratch.train("off", "--epochs 1");
    for (number, (setting, words)) in SETTINGS.into_iter().enumerate() {
        let run = format!("run-{number}");
        let line = format!(
            "train tiny.toml --data data --epochs 1 --set {setting} --out {run} --ui plain"
        );
        let said = scratch.run(&line).succeeded().stdout;
        assert!(said.contains(words), "{setting}: {said}");
        assert_ne!(scratch.metrics(&run), scratch.metrics("off"), "{setting}");
    }
}

#[test]
fn all_together_resume_and_do_not_depend_on_the_threads() {
    let scratch = Scratch::new();
    let flags = "--set augmentation.trivial_augment=true --set augmentation.erasing=0.5 --set augmentation.flip=true \
                 --set mixing.method=[mixup,cutmix,resizemix] --set mixing.method_weights=[1,2,1] \
                 --set mixing.method_per=batch --set mixing.every=1 --set mixing.regmixup=1 --set data.draw=balanced \
                 --set loss.class_weights=[1,1,1,1,1,2,1,1,1,1] --set optimizer.clip_norm=1 --set ema.decay=0.9";
    scratch.train("four", &format!("--epochs 4 {flags}"));
    let mut command = scratch.command(&format!(
        "train tiny.toml --data data --out two --ui none {flags} --epochs 2"
    ));
    command.env("RAYON_NUM_THREADS", "1");
    Scratch::finish("one thread", command).succeeded();
    scratch
        .run("train --resume two --epochs 4 --ui none")
        .succeeded();
    scratch.assert_same_runs("two", "four");
    // The kernels and Burn's operations make the same batches.
    let line = "train tiny.toml --data data --out composed --ui none --epochs 1 --kernels burn";
    scratch.run(&format!("{line} {flags}")).succeeded();
    let loss = |run: &str| number(&scratch.metrics(run)[0], "train_loss");
    assert!((loss("composed") - loss("four")).abs() < 1e-5);
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let scratch = Scratch::new();
    for (settings, expected) in [
        (
            "--set mixing.method=[mixup]",
            "mixing.method=[mixup]: expected at least two methods, each once, found [mixup]",
        ),
        (
            "--set mixing.method=[mixup,manifold]",
            "mixing.method=[mixup,manifold]: expected methods that mix pixels in a list, found \"manifold\"",
        ),
        (
            "--set mixing.method_weights=[1,2]",
            "expected no such key unless method is a list, found one method",
        ),
        (
            "--set mixing.method=[mixup,cutmix] --set mixing.method_weights=[1]",
            "mixing.method_weights=[1]: expected one whole number for each method, found [1]",
        ),
        (
            "--set mixing.method=[mixup,cutmix] --set mixing.method_weights=[0,0]",
            "mixing.method_weights=[0,0]: expected whole numbers from 0 to 1000, not all 0, found [0, 0]",
        ),
        (
            "--set mixing.every=2 --set mixing.regmixup=1",
            "expected no such key unless every image is mixed",
        ),
        (
            "--set data.draw=balanced --set loss.class_weights=balanced",
            "expected no such key together with data.draw",
        ),
        (
            "--set data.channels=1 --set normalisation=auto --set augmentation.hue=0.1",
            "augmentation.hue: expected 0 for grey images",
        ),
        ("--set mixing.method=mixpu", "unknown value `mixpu`"),
        (
            "--set augmentation.cutout=70000",
            "expected a whole number from 0 to 65535",
        ),
        (
            "--set mixing.every=1 --set mixing.regmixup=0",
            "expected a number above 0, up to 1000, found 0",
        ),
        ("--set augmentation.erasing=2", "augmentation.erasing"),
        (
            "--set augmentation.cutout=32",
            "augmentation.cutout: expected a whole number below 32 for images of 32x32, found 32",
        ),
        (
            "--set loss.class_weights=[1,2]",
            "loss.class_weights: expected one number for each of the 10 classes, found 2",
        ),
        ("--set data.draw=equal", "data.draw"),
    ] {
        scratch.refused_for(
            &format!("train tiny.toml --data data {settings}"),
            &[expected],
        );
    }
}

#[test]
fn images_are_judged_as_they_are_and_mirrored() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let judged = |flags: &str| {
        let line = format!("evaluate --weights run --data data --json {flags}");
        scratch.run(&line).succeeded().json()
    };
    let (plain, mirrored) = (judged(""), judged("--flips"));
    assert_ne!(number(&plain, "loss"), number(&mirrored, "loss"));
    assert_eq!(plain["images"], mirrored["images"]);
    let said = scratch
        .run("evaluate --weights run --data data --flips")
        .succeeded()
        .stdout;
    assert!(said.contains("each image as it is and mirrored"), "{said}");
}

#[test]
fn each_can_be_measured() {
    let scratch = Scratch::new();
    let measured = |setting: &str| {
        let line = format!(
            "bench tiny.toml --data data --images 20 --windows 1 --no-phases --json {setting}"
        );
        scratch.run(&line).succeeded().json()
    };
    let off = measured("");
    for setting in [
        "--set patience=2 --set validation=10",
        "--set ema.decay=0.9",
        "--set optimizer.clip_norm=1",
        "--set mixing.every=1 --set mixing.regmixup=1",
        "--set data.draw=balanced",
        "--set augmentation.trivial_augment=true",
        "--set loss.class_weights=balanced",
    ] {
        let on = measured(setting);
        for part in ["training", "bare_step"] {
            let images = |measured: &Value| number(&measured[part], "images_per_window");
            assert_eq!(images(&on), images(&off), "{setting}: {part}");
            assert!(
                number(&on[part]["images_per_second"], "median") > 0.0,
                "{setting}: {part}"
            );
        }
    }
}

#[test]
fn ways_of_drawing_are_compared() {
    let scratch = Scratch::new();
    let line = "sweep tiny.toml --set data.draw=each,balanced --set mixing.alpha=1 --data data --epochs 1 --trials 1 --out swept --ui none";
    scratch.run(line).succeeded();
    let report = scratch.json("swept/report.json");
    assert_eq!(report["arms"].as_array().unwrap().len(), 3);
}
