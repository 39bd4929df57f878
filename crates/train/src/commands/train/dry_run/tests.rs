use super::*;
use crate::comparison::example::{ExampleRun, mixup};

/// What two epochs of the article's experiment take on 300 images, at 100 images a second.
fn needs(validation_images: usize) -> Needs {
    let mut info = ExampleRun::new("mixup", 1).info;
    info.training_images = 300;
    info.validation_images = validation_images;
    info.test_images = 40;
    let trial = Trial {
        training: 100.0,
        judging: 400.0,
        seconds: 10.2,
        peak_memory_bytes: Some(412_000_000),
    };
    Needs::new(&mixup(), &info, &trial, "runs/mixup-seed1")
}

#[test]
fn steps_images_and_time_are_those_of_the_run() {
    let needs = needs(0);
    let batch_size = mixup().batch_size;
    assert_eq!(needs.steps_per_epoch, 300_usize.div_ceil(batch_size));
    assert_eq!(needs.steps, 2 * needs.steps_per_epoch);
    assert_eq!((needs.images, needs.judged_images), (600, 40));
    // Two passes over 40 test images, and then 40 test and 300 training images.
    assert_eq!(needs.estimated_seconds, 6.0 + 420.0 / 400.0);
}

#[test]
fn validation_images_are_judged_in_place_of_test_images() {
    let needs = needs(60);
    assert_eq!(needs.judged_images, 60);
    assert_eq!(needs.estimated_seconds, 6.0 + (120.0 + 340.0) / 400.0);
}

#[test]
fn the_parameters_are_those_of_the_network() {
    let info = ExampleRun::new("mixup", 1).info;
    let device = burn::tensor::Device::flex();
    let classifier = mixup().classifier(info.shape, info.classes.len(), &device);
    assert_eq!(needs(0).parameters, classifier.network.parameters_count());
}

#[test]
fn the_lines_fit_in_80_columns_and_say_that_time_is_an_estimate() {
    let lines = needs(0).lines();
    for line in &lines {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let text = lines.join("\n");
    for words in [
        "memory  412 MB at most in the trial",
        "time    about 7 s (an estimate)",
        "by 100 images/s in training and 400 images/s in judging, in 10 s",
        "nothing was trained or written",
    ] {
        assert!(text.contains(words), "{text}");
    }
}
