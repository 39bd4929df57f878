//! What is refused, and how it is said.

use crate::simulated::{set, settings, trial, two_arms};
use crate::{About, Confusion, Mismatch, Outputs, Report, Trial};

/// Why two runs of each arm are refused after `change` was made to the second run of `mixup`.
fn refusal(change: impl FnOnce(&mut Trial)) -> Mismatch {
    let mut trials = two_arms(&[760, 770], &[750, 745]);
    change(&mut trials[1]);
    Report::new(trials, About::default()).unwrap_err()
}

fn message(change: impl FnOnce(&mut Trial)) -> String {
    refusal(change).to_string()
}

/// Asserts that the changed run is refused as damaged, with what was expected and found.
fn assert_damaged(change: impl FnOnce(&mut Trial), expected: &str, found: &str) {
    assert_eq!(
        message(change),
        format!("runs/mixup-2: expected {expected}, found {found}")
    );
}

#[test]
fn another_setting_in_one_arm() {
    assert_eq!(
        message(|run| set(run, "optimizer.learning_rate", "0.01")),
        "mixup: expected one optimizer.learning_rate in all runs, found 0.001 in runs/mixup-1 and \
         0.01 in runs/mixup-2"
    );
}

#[test]
fn a_missing_setting_in_one_arm() {
    assert_eq!(
        message(|run| run.settings.retain(|(key, _)| key != "mixing.alpha")),
        "mixup: expected one mixing.alpha in all runs, found 0.2 in runs/mixup-1 and nothing in \
         runs/mixup-2"
    );
}

#[test]
fn another_setting_of_the_judging_in_one_arm() {
    assert_eq!(
        message(|run| run.judging = settings(&[("attack.images", "9")])),
        "mixup: expected one attack.images in all runs, found nothing in runs/mixup-1 and 9 in \
         runs/mixup-2"
    );
}

#[test]
fn of_several_settings_the_first_by_name_is_named() {
    let message = message(|run| {
        set(run, "optimizer.learning_rate", "0.01");
        set(run, "epochs", "3");
    });
    assert!(message.contains("expected one epochs in"), "{message}");
}

#[test]
fn another_number_of_epochs_in_one_arm() {
    let message = message(|run| {
        run.epochs.pop();
    });
    assert!(
        message.contains("one number of epochs in all runs, found 2 in runs/mixup-1 and 1 in"),
        "{message}"
    );
}

#[test]
fn another_number_of_parameters_in_one_arm() {
    let message = message(|run| run.parameters = 4321);
    assert!(message.contains("number of parameters"), "{message}");
    assert!(message.contains("1234 in runs/mixup-1"), "{message}");
}

#[test]
fn other_outputs_in_one_arm() {
    let message = message(|run| run.outputs = Outputs::Softmax);
    assert!(
        message.contains("found sigmoid in runs/mixup-1 and softmax in runs/mixup-2"),
        "{message}"
    );
}

#[test]
fn settings_may_differ_between_arms() {
    let mut trials = two_arms(&[760], &[750]);
    set(&mut trials[1], "epochs", "3");
    assert!(Report::new(trials, About::default()).is_ok());
}

#[test]
fn the_same_seed_twice() {
    let mut trials = two_arms(&[760, 770], &[750, 745]);
    let mut copy = trial("baseline", 2, 745);
    copy.run = "copy".into();
    trials.push(copy);
    assert_eq!(
        Report::new(trials, About::default())
            .unwrap_err()
            .to_string(),
        "baseline: expected each seed once, found seed 2 in runs/baseline-2 and in copy"
    );
}

#[test]
fn another_fingerprint() {
    assert_eq!(
        message(|run| run.data.fingerprint = "fedc".into()),
        "expected the same data fingerprint in all runs, found 0123456789abcdef in runs/mixup-1 and \
         fedc in runs/mixup-2"
    );
}

#[test]
fn another_name_of_a_class() {
    let message = message(|run| run.classes[0] = "lion".into());
    assert!(message.contains("the same class names"), "{message}");
    assert!(message.contains("lion, dog, ship, frog in"), "{message}");
}

#[test]
fn another_split_in_one_arm_is_a_matter_of_the_data() {
    assert_eq!(
        message(|run| {
            run.data.training_images = 450;
            run.data.validation_images = 50;
        }),
        "expected the same split in all runs, found 500 training and 0 validation images in \
         runs/mixup-1 and 450 training and 50 validation images in runs/mixup-2"
    );
}

#[test]
fn another_label_of_a_test_image() {
    let message = message(|run| run.labels[3] = 0);
    assert!(
        message.contains("found class 3 for image 3 in runs/mixup-1 and class 0 for image 3 in"),
        "{message}"
    );
}

#[test]
fn fewer_test_images() {
    let fewer = |run: &mut Trial| {
        run.labels.pop();
        run.predicted.pop();
        run.test.images -= 1;
    };
    let message = message(fewer);
    assert!(
        message.contains("number of test images in all runs, found 1000 in runs/mixup-1 and 999"),
        "{message}"
    );
}

#[test]
fn a_missing_label() {
    assert_damaged(
        |run| {
            run.labels.pop();
        },
        "a label and a predicted class for each of 1000 test images",
        "999 labels and 1000 predicted classes",
    );
}

#[test]
fn a_confusion_matrix_of_other_classes() {
    assert_damaged(
        |run| run.test.confusion = Confusion::new(5),
        "a confusion matrix of 4 classes",
        "one of 5",
    );
}

#[test]
fn of_many_class_names_the_first_difference_is_named() {
    let names = |count: usize| (0..count).map(|class| format!("name {class}"));
    let mut trials = two_arms(&[760, 770], &[750, 745]);
    for trial in &mut trials {
        trial.classes = names(300).collect();
        trial.test.confusion = Confusion::new(300);
    }
    let message = |trials: Vec<Trial>| {
        let mismatch = Report::new(trials, About::default()).unwrap_err();
        mismatch.to_string()
    };
    let mut other = trials.clone();
    other[1].classes[299] = "lion".into();
    assert_eq!(
        message(other),
        "expected the same class names in all runs, found name 299 as class 299 in runs/mixup-1 and \
         lion as class 299 in runs/mixup-2"
    );
    trials[1].classes.push("lion".into());
    trials[1].test.confusion = Confusion::new(301);
    let message = message(trials);
    assert!(
        message.contains("300 classes in runs/mixup-1 and 301 classes"),
        "{message}"
    );
}

#[test]
fn no_epochs() {
    assert_damaged(|run| run.epochs.clear(), "at least one epoch", "none");
}

#[test]
fn a_likelihood_that_is_not_a_number() {
    assert_damaged(
        |run| run.test.nll = f64::NAN,
        "a finite negative log-likelihood",
        "NaN",
    );
}

#[test]
fn an_infinite_loss() {
    assert_damaged(
        |run| run.test_loss = f64::INFINITY,
        "a finite test loss",
        "inf",
    );
}

#[test]
fn the_first_arm_is_refused_before_its_settings_are_compared() {
    let refused = refusal(|run| {
        run.epochs.clear();
        set(run, "epochs", "9");
    });
    assert!(matches!(refused, Mismatch::Damaged { .. }), "{refused}");
}
