//! Whether the files of a finished run agree with each other.
//!
//! Each check returns what was found if they do not.

use std::collections::HashSet;

use mixup_evidence::Confusion;

use crate::learn::evaluation::{Evaluation, Prediction};
use crate::run::epoch_row::{EpochRow, check_share};
use crate::run::mistakes::PicturedMistake;
use crate::run::record::{Evaluations, RunInfo, Summary};

/// Checks the summary against the rows of the epochs.
pub(crate) fn check_summary(summary: &Summary, rows: &[EpochRow]) -> Result<(), String> {
    let (epochs, best) = (summary.epochs, summary.best_epoch);
    if epochs != rows.len() {
        return Err(format!(
            "epochs {epochs} where metrics.jsonl has {}",
            rows.len()
        ));
    }
    if !(1..=epochs).contains(&best) {
        return Err(format!("best_epoch {best} of {epochs}"));
    }
    check_share("last_test_accuracy", summary.last_test_accuracy)?;
    check_share("best_test_accuracy", summary.best_test_accuracy)
}

/// Checks the evaluations against the predictions of single images, the summary and the run's numbers of images.
pub(crate) fn check_evaluations(
    evaluations: &Evaluations,
    summary: Option<&Summary>,
    info: &RunInfo,
) -> Result<(), String> {
    let Evaluations {
        test,
        raw,
        best,
        training,
        robustness,
        corruptions,
    } = evaluations;
    check_predictions(test, info)?;
    let accuracy = test.measures.accuracy;
    if let Some(summary) = summary
        && differ(summary.last_test_accuracy, accuracy)
    {
        let wanted = summary.last_test_accuracy;
        return Err(format!(
            "accuracy {accuracy} where summary.json has {wanted}"
        ));
    }
    for other in [raw, best].into_iter().flatten() {
        check_counts(other, info)?;
    }
    if training.images > info.training_images {
        let (found, all) = (training.images, info.training_images);
        return Err(format!("{found} training images of {all}"));
    }
    check_share("accuracy", training.accuracy)?;
    if let Some(corruptions) = corruptions {
        if corruptions.samples > info.test_images {
            let (found, all) = (corruptions.samples, info.test_images);
            return Err(format!("{found} damaged samples of {all}"));
        }
        for accuracy in corruptions.accuracies() {
            check_share("accuracy", accuracy)?;
        }
    }
    if let Some(robustness) = robustness {
        if robustness.images > info.test_images {
            let (found, all) = (robustness.images, info.test_images);
            return Err(format!("{found} attacked images of {all}"));
        }
        check_share("accuracy", robustness.clean)?;
        for point in &robustness.points {
            check_share("accuracy", point.fgsm)?;
            check_share("accuracy", point.pgd)?;
        }
    }
    Ok(())
}

/// Checks that each pictured mistake is one, by the predictions of single images, and none comes twice.
pub(crate) fn check_mistakes(
    mistakes: &[PicturedMistake],
    predictions: &[Prediction],
) -> Result<(), String> {
    let mut seen = HashSet::new();
    for PicturedMistake { image, .. } in mistakes {
        let Some(line) = predictions.get(*image) else {
            return Err(format!("image {image} of {}", predictions.len()));
        };
        if line.label == line.predicted {
            return Err(format!("image {image}, which predictions.csv has right"));
        }
        if !seen.insert(image) {
            return Err(format!("image {image} twice"));
        }
    }
    Ok(())
}

/// Whether two shares differ by more than their rounding in JSON.
fn differ(one: f64, other: f64) -> bool {
    (one - other).abs() > 1e-9
}

/// Checks that the measures of the test images count what the predictions list.
fn check_predictions(test: &Evaluation, info: &RunInfo) -> Result<(), String> {
    check_counts(test, info)?;
    let lines = test.predictions.len();
    if lines != test.measures.images {
        let images = test.measures.images;
        return Err(format!("{images} images where predictions.csv has {lines}"));
    }
    let classes = info.classes.len();
    let mut confusion = Confusion::new(classes);
    for (index, line) in test.predictions.iter().enumerate() {
        confusion
            .add(line.label, line.predicted, 1)
            .map_err(|class| {
                format!("class {class} of {classes} in image {index} of predictions.csv")
            })?;
    }
    if confusion != test.measures.confusion {
        return Err("other predictions than predictions.csv".into());
    }
    Ok(())
}

/// Checks that a network's measures are those of all test images.
fn check_counts(evaluation: &Evaluation, info: &RunInfo) -> Result<(), String> {
    let measures = &evaluation.measures;
    let (images, all) = (measures.images, info.test_images);
    if images != all {
        return Err(format!("{images} test images where run.json has {all}"));
    }
    let classes = info.classes.len();
    let confusion = &measures.confusion;
    if confusion.classes() != classes {
        return Err(format!("a confusion of other than {classes} classes"));
    }
    let counted = confusion.images();
    let binned: Option<usize> = measures
        .reliability
        .iter()
        .try_fold(0_usize, |sum, bin| sum.checked_add(bin.images));
    if counted != images as u64 || binned != Some(images) {
        return Err(format!("a count of other than {images} images"));
    }
    let right = confusion.right();
    if differ(measures.accuracy, right as f64 / images as f64) {
        let accuracy = measures.accuracy;
        return Err(format!(
            "accuracy {accuracy} where {right} of {images} are right"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
