use mixup_evidence::{ChosenBy, Measures, Outputs, Robustness, RobustnessPoint, TrainingMeasures};

use super::*;
use crate::learn::evaluation::Prediction;
use crate::run::epoch_row::HeldOut;

/// Three images of two classes, two of them predicted right.
fn evaluation() -> Evaluation {
    let (logits, labels) = ([2.0, 0.0, 0.0, 1.0, 3.0, 0.0], [0, 1, 1]);
    let predicted = [0, 1, 0];
    let prediction = |(label, predicted)| Prediction {
        label,
        predicted,
        probability: 0.75,
    };
    Evaluation {
        loss: 0.5,
        measures: Measures::new(Outputs::Softmax, &logits, &labels, 2),
        predictions: labels.into_iter().zip(predicted).map(prediction).collect(),
    }
}

fn evaluations() -> Evaluations {
    Evaluations {
        test: evaluation(),
        raw: None,
        best: None,
        training: TrainingMeasures {
            images: 8,
            loss: 0.25,
            accuracy: 0.75,
        },
        robustness: None,
        corruptions: None,
    }
}

fn info() -> RunInfo {
    serde_json::from_str(
        r#"{"version":"0.3.0","experiment":"a","device":"CPU","device_kind":"cpu","pixel_storage":"u8",
        "data":"synthetic","layout":"built-in images","fingerprint":"ab","training_images":8,
        "test_images":3,"classes":["disc","ring"],"seed":1,"started_unix_seconds":1}"#,
    )
    .unwrap()
}

fn rows() -> Vec<EpochRow> {
    let row = |epoch| EpochRow {
        epoch,
        train_loss: 0.5,
        train_accuracy: 0.5,
        held_out: HeldOut::new(ChosenBy::Test, 0.5, 0.5),
        learning_rate: None,
        seconds: 1.0,
        cpu_seconds: None,
        images_per_second: 8.0,
    };
    vec![row(1), row(2)]
}

fn summary() -> Summary {
    Summary {
        experiment: "a".into(),
        seed: 1,
        epochs: 2,
        parameters: 10,
        last_test_accuracy: 0.666666666667,
        last_test_loss: 0.5,
        best_test_accuracy: 0.75,
        best_epoch: 1,
        best_chosen_by: ChosenBy::Test,
        images: 16,
        seconds: 2.0,
        cpu_seconds: None,
    }
}

/// Asserts what is found in the evaluations after `edit`.
#[track_caller]
fn found(edit: impl FnOnce(&mut Evaluations), wanted: &str) {
    let mut evaluations = evaluations();
    edit(&mut evaluations);
    let found = check_evaluations(&evaluations, Some(&summary()), &info());
    assert_eq!(found.unwrap_err(), wanted);
}

/// Asserts what is found in the summary after `edit`.
#[track_caller]
fn found_in_summary(edit: impl FnOnce(&mut Summary), wanted: &str) {
    let mut summary = summary();
    edit(&mut summary);
    assert_eq!(check_summary(&summary, &rows()).unwrap_err(), wanted);
}

#[test]
fn files_that_agree_pass() {
    check_evaluations(&evaluations(), Some(&summary()), &info()).unwrap();
    check_summary(&summary(), &rows()).unwrap();
}

#[test]
fn an_accuracy_that_the_predictions_contradict() {
    found(
        |evaluations| evaluations.test.measures.accuracy = 0.99,
        "accuracy 0.99 where 2 of 3 are right",
    );
}

#[test]
fn an_accuracy_that_the_summary_contradicts() {
    let summary = Summary {
        last_test_accuracy: 0.99,
        ..summary()
    };
    let found = check_evaluations(&evaluations(), Some(&summary), &info()).unwrap_err();
    assert!(found.ends_with("where summary.json has 0.99"), "{found}");
}

#[test]
fn a_confusion_of_other_predictions() {
    found(
        |evaluations| evaluations.test.predictions[2].predicted = 1,
        "other predictions than predictions.csv",
    );
}

#[test]
fn a_prediction_of_a_class_that_there_is_not() {
    found(
        |evaluations| evaluations.test.predictions[1].predicted = 2,
        "class 2 of 2 in image 1 of predictions.csv",
    );
}

#[test]
fn a_prediction_too_few() {
    found(
        |evaluations| evaluations.test.predictions.truncate(2),
        "3 images where predictions.csv has 2",
    );
}

#[test]
fn another_number_of_test_images() {
    found(
        |evaluations| evaluations.test.measures.images = 4,
        "4 test images where run.json has 3",
    );
}

#[test]
fn a_confusion_of_too_many_classes() {
    found(
        |evaluations| evaluations.test.measures.confusion = Confusion::new(3),
        "a confusion of other than 2 classes",
    );
}

/// The sum must not overflow.
#[test]
fn bins_of_more_images_than_there_can_be() {
    found(
        |evaluations| {
            for bin in &mut evaluations.test.measures.reliability {
                bin.images = usize::MAX;
            }
        },
        "a count of other than 3 images",
    );
}

#[test]
fn more_judged_training_images_than_there_are() {
    found(
        |evaluations| evaluations.training.images = 9,
        "9 training images of 8",
    );
}

#[test]
fn an_accuracy_above_1_under_attack() {
    found(
        |evaluations| {
            evaluations.robustness = Some(Robustness {
                images: 3,
                pgd_steps: 2,
                clean: 0.5,
                points: vec![RobustnessPoint {
                    epsilon: 2.0,
                    fgsm: 0.5,
                    pgd: 1.5,
                }],
            });
        },
        "accuracy 1.5 (not from 0 to 1)",
    );
}

#[test]
fn other_counts_of_the_best_epochs_network() {
    found(
        |evaluations| {
            let mut best = evaluation();
            best.measures.confusion.add(0, 0, 1).unwrap();
            evaluations.best = Some(best);
        },
        "a count of other than 3 images",
    );
}

#[test]
fn a_summary_of_more_epochs_than_there_are_rows() {
    found_in_summary(
        |summary| summary.epochs = 999,
        "epochs 999 where metrics.jsonl has 2",
    );
}

#[test]
fn a_best_epoch_after_the_last() {
    found_in_summary(|summary| summary.best_epoch = 3, "best_epoch 3 of 2");
}

#[test]
fn a_best_accuracy_that_is_no_share() {
    found_in_summary(
        |summary| summary.best_test_accuracy = 1e8,
        "best_test_accuracy 100000000 (not from 0 to 1)",
    );
}
