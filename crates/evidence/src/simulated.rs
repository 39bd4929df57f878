//! Small runs for tests, with known figures.

use crate::{
    ChosenBy, Data, Epoch, Measures, Outputs, Robustness, RobustnessPoint, TrainingMeasures, Trial,
};

/// Test images of a simulated run.
pub(crate) const IMAGES: usize = 1000;
const CLASSES: usize = 4;

/// The class that a run with this seed predicts for each image; it is right on `right` of them.
fn predictions(labels: &[u16], seed: u32, right: usize) -> Vec<u16> {
    // 7919 and the number of images have no common factor, so every image has its own place.
    let place = |image: usize| (image + 31 * seed as usize) * 7919 % IMAGES;
    let images = labels.iter().enumerate();
    images
        .map(|(image, &label)| {
            if place(image) < right {
                label
            } else {
                (label + 1) % CLASSES as u16
            }
        })
        .collect()
}

/// Logits f32 `[images, classes]` with these predictions, at different confidences.
fn logits(predicted: &[u16]) -> Vec<f32> {
    let rows = predicted
        .iter()
        .enumerate()
        .flat_map(|(image, &predicted)| {
            let sure = 1.0 + (image % 50) as f32 / 25.0;
            let is_predicted = move |class| class == usize::from(predicted);
            (0..CLASSES).map(move |class| if is_predicted(class) { sure } else { -2.0 })
        });
    rows.collect()
}

/// A run of `arm` that is right on `right` of [`IMAGES`] images. The seed decides which ones.
pub(crate) fn trial(arm: &str, seed: u32, right: usize) -> Trial {
    let labels: Vec<u16> = (0..IMAGES).map(|image| (image % CLASSES) as u16).collect();
    let predicted = predictions(&labels, seed, right);
    let logits = logits(&predicted);
    let test = Measures::new(Outputs::Sigmoid, &logits, &labels, CLASSES);
    let epoch = |epoch| Epoch {
        epoch,
        train_loss: 0.3 / epoch as f64,
        held_out_loss: 0.4,
        held_out_accuracy: test.accuracy,
        learning_rate: Some(0.001),
    };
    let alpha = if arm == "baseline" { "0.0" } else { "0.2" };
    Trial {
        arm: arm.into(),
        seed,
        run: format!("runs/{arm}-{seed}"),
        settings: settings(&[
            ("epochs", "2"),
            ("network.hidden", "64"),
            ("mixing.alpha", alpha),
            ("optimizer.learning_rate", "0.001"),
        ]),
        judging: vec![],
        is_unmixed: arm == "baseline",
        network: "hidden = 64".into(),
        loss_function: "bce".into(),
        random_labels: 0.0,
        version: "0.2.0".into(),
        device: "CPU (Burn Flex, 2 threads)".into(),
        data: Data {
            name: "simulated images".into(),
            fingerprint: "0123456789abcdef".into(),
            training_images: 500,
            validation_images: 0,
            test_images: IMAGES,
        },
        classes: ["cat", "dog", "ship", "frog"].map(String::from).into(),
        parameters: 1234,
        outputs: Outputs::Sigmoid,
        epochs: vec![epoch(1), epoch(2)],
        best_epoch: 1,
        best_test_accuracy: test.accuracy + 0.01,
        best_chosen_by: ChosenBy::Test,
        test_loss: 0.4,
        test,
        training: TrainingMeasures {
            images: 100,
            loss: 0.1,
            accuracy: 0.9,
        },
        may_end_early: false,
        raw_test_accuracy: None,
        robustness: None,
        corruptions: None,
        labels,
        predicted,
        seconds: 60.0,
        experiment: format!("# {arm}\nepochs = 2\n"),
        cpu_seconds: None,
        threads: None,
        probabilities: vec![0.5; IMAGES],
        pictured: vec![],
    }
}

/// Runs of an arm, with the seeds 1, 2, …
pub(crate) fn arm(name: &str, right: &[usize]) -> Vec<Trial> {
    let runs = (1..).zip(right);
    runs.map(|(seed, &right)| trial(name, seed, right))
        .collect()
}

/// Runs of `mixup` and of `baseline`, in pairs.
pub(crate) fn two_arms(mixup: &[usize], baseline: &[usize]) -> Vec<Trial> {
    [arm("mixup", mixup), arm("baseline", baseline)].concat()
}

/// Accuracies on 100 attacked images: unchanged, then (ε, FGSM, PGD) for each ε.
pub(crate) fn attacked(clean: f64, points: &[(f64, f64, f64)]) -> Robustness {
    let points = points.iter();
    let points = points.map(|&(epsilon, fgsm, pgd)| RobustnessPoint { epsilon, fgsm, pgd });
    Robustness {
        images: 100,
        pgd_steps: 10,
        clean,
        points: points.collect(),
    }
}

/// Settings out of keys and values.
pub(crate) fn settings(of: &[(&str, &str)]) -> Vec<(String, String)> {
    let settings = of.iter();
    settings
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// Gives the setting `key` of a run another value, or adds it at the end.
pub(crate) fn set(trial: &mut Trial, key: &str, value: &str) {
    match trial.settings.iter_mut().find(|(known, _)| known == key) {
        Some((_, old)) => *old = value.to_owned(),
        None => trial.settings.extend(settings(&[(key, value)])),
    }
}
