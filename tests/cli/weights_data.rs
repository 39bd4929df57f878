//! The images on which `mixup evaluate` evaluates, with `--data` and without it.

use std::fs;

use crate::scratch::Scratch;

const PLACES: [&str; 4] = ["train/cat", "train/dog", "test/cat", "test/dog"];

/// A run on pictures of cats and dogs, and its weights again as the file `alone`.
fn with_own_classes() -> Scratch {
    let scratch = Scratch::new();
    scratch.class_folders(&PLACES);
    scratch
        .run("train tiny.toml --data classes --out run --epochs 1 --ui none")
        .succeeded();
    fs::copy(scratch.path("run/model.safetensors"), scratch.path("alone")).unwrap();
    scratch
}

#[test]
fn without_data_the_run_of_the_weights_says_which_images() {
    let scratch = with_own_classes();
    let summary = scratch.json("run/summary.json");
    for weights in ["model", "best"] {
        let line = format!("evaluate --weights run/{weights}.safetensors --json");
        let found = scratch.run(&line).succeeded().json();
        assert_eq!(found["images"], 2);
        assert_eq!(found["accuracy"], summary["last_test_accuracy"]);
    }
    assert!(!scratch.path("home").exists(), "something was downloaded");
}

#[test]
fn the_data_of_a_run_that_has_changed_is_refused() {
    let scratch = with_own_classes();
    let picture = image::RgbImage::from_pixel(32, 32, image::Rgb([0, 200, 0]));
    picture
        .save(scratch.path("classes/test/cat/a.png"))
        .unwrap();
    scratch.refused_for(
        "evaluate --weights run/model.safetensors",
        &["classes: expected images with fingerprint"],
    );
}

#[test]
fn weights_of_other_classes_do_not_download_cifar10() {
    let scratch = with_own_classes();
    scratch.refused_for(
        "evaluate --weights alone",
        &[
            "alone: expected --data for a network with the classes cat, dog, found none",
            "hint: give the data that the network was trained on with --data",
        ],
    );
}

#[test]
fn other_names_of_classes_are_refused_unless_forced() {
    let scratch = with_own_classes();
    fs::rename(scratch.path("classes"), scratch.path("pets")).unwrap();
    scratch.class_folders(&["train/cow", "train/owl", "test/cow", "test/owl"]);
    let line = "evaluate --weights alone --data classes";
    scratch.refused_for(
        line,
        &[
            "alone: expected data with the classes cat, dog, found cow, owl",
            "--force",
        ],
    );
    let forced = scratch.run(&format!("{line} --force --json")).succeeded();
    let words = "note: the data's class names are not those that the network was trained on";
    assert!(forced.stderr.contains(words), "{}", forced.stderr);
    assert_eq!(forced.json()["images"], 2);
    scratch
        .run("evaluate --weights alone --data pets")
        .succeeded();
}
