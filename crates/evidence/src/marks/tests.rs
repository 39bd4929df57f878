//! Which warnings a report has, and which it does not have.

use crate::simulated::{arm, set, settings, two_arms};
use crate::{About, ChosenBy, Outputs, Report, Trial};

/// The marks of two arms after `change` was made to the baseline's runs.
fn marks(change: fn(&mut Trial)) -> Vec<String> {
    let mut trials = two_arms(&[760, 770], &[750, 745]);
    trials[2..].iter_mut().for_each(change);
    Report::new(trials, About::default()).unwrap().marks
}

/// Asserts that the change adds exactly this mark.
fn assert_adds(change: fn(&mut Trial), mark: &str) {
    let plain = marks(|_| {});
    let mut found = marks(change);
    found.retain(|mark| !plain.contains(mark));
    assert_eq!(found, [mark]);
}

#[test]
fn one_differing_setting_needs_no_mark() {
    assert_eq!(
        marks(|_| {}),
        [
            "The best epoch was chosen by the test images, as in the article, so its accuracy is too \
          high; the last epoch is compared."
        ]
    );
}

#[test]
fn another_version_of_the_program() {
    assert_adds(
        |run| run.version = "0.1.0".into(),
        "The runs come from different versions of the program (mixup: 0.2.0; baseline: 0.1.0). That \
         alone may cause a difference, and the runs of a pair may round differently.",
    );
}

#[test]
fn another_device() {
    let found = marks(|run| run.device = "GPU".into());
    assert!(
        found[1].contains("different devices (mixup: CPU (Burn Flex, 2 threads); baseline: GPU)"),
        "{found:?}"
    );
}

#[test]
fn two_versions_within_one_arm() {
    let found = marks(|run| {
        if run.seed == 2 {
            run.version = "0.3.0".into();
        }
    });
    assert!(
        found[1].contains("(mixup: 0.2.0; baseline: 0.2.0 and 0.3.0)"),
        "{found:?}"
    );
}

#[test]
fn another_setting() {
    assert_adds(
        |run| set(run, "epochs", "3"),
        "mixup and baseline differ in 2 settings (epochs and mixing.alpha), so a difference is the \
         effect of all of them together.",
    );
}

#[test]
fn another_network() {
    assert_adds(
        |run| run.network = "hidden = 32".into(),
        "mixup and baseline have different networks or start from different weights, so runs with the same seed do not share their \
         initial weights.",
    );
}

#[test]
fn another_number_of_parameters_is_another_network() {
    let found = marks(|run| run.parameters = 99);
    assert!(found[1].contains("have different networks"), "{found:?}");
}

#[test]
fn another_loss() {
    assert_adds(
        |run| run.loss_function = "bce without an epsilon".into(),
        "mixup and baseline were trained with different losses, so values of the loss cannot be \
         compared between them.",
    );
}

#[test]
fn other_outputs_mean_another_loss_as_well() {
    let found = marks(|run| run.outputs = Outputs::Softmax);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[1].contains("different losses"), "{found:?}");
    assert!(
        found[2].starts_with("mixup ends in sigmoid outputs and baseline in softmax outputs."),
        "{found:?}"
    );
}

#[test]
fn another_attack_of_the_finished_network_changes_nothing_in_it() {
    assert_eq!(
        marks(|run| run.judging = settings(&[("attack.images", "9")])),
        marks(|_| {})
    );
}

#[test]
fn equal_settings() {
    assert_adds(
        |run| set(run, "mixing.alpha", "0.2"),
        "mixup and baseline have the same settings, so only chance, versions or devices can cause a \
         difference.",
    );
}

#[test]
fn the_best_epoch_by_validation_images_in_all_runs() {
    let mut trials = two_arms(&[760], &[750]);
    for run in &mut trials {
        run.best_chosen_by = ChosenBy::Validation;
    }
    let report = Report::new(trials, About::default()).unwrap();
    assert!(
        report.marks[0].contains("is not biased"),
        "{:?}",
        report.marks
    );
    assert_eq!(report.best_chosen_by, ChosenBy::Validation);
}

#[test]
fn the_best_epoch_by_different_images() {
    let found = marks(|run| run.best_chosen_by = ChosenBy::Validation);
    assert!(
        found[0].contains("best accuracies cannot be compared"),
        "{found:?}"
    );
}

#[test]
fn a_run_without_a_partner() {
    let trials = two_arms(&[760, 770, 790], &[750, 745]);
    let report = Report::new(trials, About::default()).unwrap();
    assert_eq!(
        report.marks[1],
        "baseline has no run with seed 3 of mixup, so the mean of mixup counts more runs than the \
         differences do."
    );
}

#[test]
fn several_runs_without_a_partner() {
    let trials = two_arms(&[760], &[750, 745, 740]);
    let report = Report::new(trials, About::default()).unwrap();
    assert!(
        report.marks[1].starts_with("mixup has no run with seeds 2 and 3 of baseline"),
        "{:?}",
        report.marks
    );
}

#[test]
fn several_comparisons() {
    let trials = [
        two_arms(&[760, 770], &[750, 745]),
        arm("other", &[700, 710]),
    ]
    .concat();
    let report = Report::new(trials, About::default()).unwrap();
    assert_eq!(
        report.marks.last().unwrap(),
        "2 arms are compared with baseline. Each interval covers 95% on its own, so without any true \
         difference one of them leaves out 0 more often than 1 time in 20, up to 10 times in 100. The verdicts \
         are not adjusted for that."
    );
}
