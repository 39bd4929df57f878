//! Checks that runs agree before anything is averaged over them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Corruptions, Data, Found, Mismatch, Robustness, Trial};

/// Checks that every run is complete, and that all runs have the same data.
///
/// # Errors
/// [`Mismatch::NoRuns`], [`Mismatch::Damaged`] or [`Mismatch::Data`].
pub(crate) fn check_all(trials: &[Trial]) -> Result<(), Mismatch> {
    let first = trials.first().ok_or(Mismatch::NoRuns)?;
    for trial in trials {
        check_whole(trial)?;
        let differ = |what, value: String, other_value: String| {
            Err(Mismatch::Data {
                what,
                one: found(first, value),
                other: found(trial, other_value),
            })
        };
        if trial.data.fingerprint != first.data.fingerprint {
            let (a, b) = (&first.data.fingerprint, &trial.data.fingerprint);
            return differ("data fingerprint", a.clone(), b.clone());
        }
        if trial.classes != first.classes {
            let [one, other] = differing_names(&first.classes, &trial.classes);
            return differ("class names", one, other);
        }
        let (a, b) = (&first.data, &trial.data);
        if (a.training_images, a.validation_images) != (b.training_images, b.validation_images) {
            let split = |data: &Data| {
                let (train, held_out) = (data.training_images, data.validation_images);
                format!("{train} training and {held_out} validation images")
            };
            return differ("split", split(a), split(b));
        }
        if trial.labels.len() != first.labels.len() {
            let (a, b) = (first.labels.len(), trial.labels.len());
            return differ("number of test images", a.to_string(), b.to_string());
        }
        let mut labels = (0..).zip(first.labels.iter().zip(&trial.labels));
        if let Some((image, (a, b))) = labels.find(|(_, (a, b))| a != b) {
            let label = |label: &u16| format!("class {label} for image {image}");
            return differ("test labels", label(a), label(b));
        }
    }
    Ok(())
}

/// Checks that the runs of one arm are trials of one experiment: the same settings, each seed once.
///
/// # Errors
/// [`Mismatch::Settings`] or [`Mismatch::SeedTwice`].
pub(crate) fn check_arm(trials: &[Trial]) -> Result<(), Mismatch> {
    for (index, trial) in trials.iter().enumerate() {
        let first = &trials[0];
        if let Some((key, value, other_value)) = first_difference(first, trial) {
            return Err(Mismatch::Settings {
                arm: trial.arm.clone(),
                key,
                one: found(first, value),
                other: found(trial, other_value),
            });
        }
        let earlier = trials[..index].iter().find(|run| run.seed == trial.seed);
        if let Some(earlier) = earlier {
            return Err(Mismatch::SeedTwice {
                arm: trial.arm.clone(),
                seed: trial.seed,
                run: earlier.run.clone(),
                other: trial.run.clone(),
            });
        }
    }
    Ok(())
}

/// Both lists of class names, or, if they are too long to be compared by eye, their first difference.
fn differing_names(one: &[String], other: &[String]) -> [String; 2] {
    const COMPARED_BY_EYE: usize = 50;
    let lists = [one, other];
    if lists.iter().all(|names| names.len() <= COMPARED_BY_EYE) {
        return lists.map(|names| names.join(", "));
    }
    let class = one.iter().zip(other).position(|(a, b)| a != b);
    lists.map(|names| match class {
        Some(class) => format!("{} as class {class}", names[class]),
        None => format!("{} classes", names.len()),
    })
}

fn found(trial: &Trial, value: String) -> Box<Found> {
    let run = trial.run.clone();
    Box::new(Found { run, value })
}

/// The first setting in which two runs differ, and both values.
fn first_difference(a: &Trial, b: &Trial) -> Option<(String, String, String)> {
    let of = |trial: &Trial| -> BTreeMap<String, String> {
        let settings = trial.settings.iter().chain(&trial.judging);
        settings.cloned().collect()
    };
    let (of_a, of_b) = (of(a), of(b));
    let keys: BTreeSet<&String> = of_a.keys().chain(of_b.keys()).collect();
    let value = |settings: &BTreeMap<String, String>, key: &String| {
        let value = settings.get(key).cloned();
        value.unwrap_or_else(|| "nothing".into())
    };
    // Properties of a run that its settings do not contain.
    let facts = |trial: &Trial| {
        [
            (
                "number of epochs",
                match trial.may_end_early {
                    true => "any".into(),
                    false => trial.epochs.len().to_string(),
                },
            ),
            ("number of parameters", trial.parameters.to_string()),
            ("kind of outputs", trial.outputs.to_string()),
            (
                "attack",
                trial
                    .robustness
                    .as_ref()
                    .map_or_else(|| "nothing".into(), Robustness::attack_in_words),
            ),
            (
                "damaged samples",
                trial
                    .corruptions
                    .as_ref()
                    .map_or_else(|| "nothing".into(), Corruptions::in_words),
            ),
        ]
    };
    let settings = keys
        .into_iter()
        .map(|key| (key.clone(), value(&of_a, key), value(&of_b, key)));
    let facts = facts(a)
        .into_iter()
        .zip(facts(b))
        .map(|((key, a), (_, b))| (key.to_string(), a, b));
    settings.chain(facts).find(|(_, a, b)| a != b)
}

/// Checks that the figures of a run fit together.
fn check_whole(trial: &Trial) -> Result<(), Mismatch> {
    let damaged = |expected: String, found: String| {
        Err(Mismatch::Damaged {
            run: trial.run.clone(),
            expected,
            found,
        })
    };
    let images = trial.test.images;
    let (labels, predicted) = (trial.labels.len(), trial.predicted.len());
    if images == 0 || labels != images || predicted != images {
        return damaged(
            format!("a label and a predicted class for each of {images} test images"),
            format!("{labels} labels and {predicted} predicted classes"),
        );
    }
    let classes = trial.classes.len();
    let counted = trial.test.confusion.classes();
    if counted != classes {
        return damaged(
            format!("a confusion matrix of {classes} classes"),
            format!("one of {counted}"),
        );
    }
    if trial.epochs.is_empty() {
        return damaged("at least one epoch".into(), "none".into());
    }
    let figures = [
        ("test accuracy", trial.test.accuracy),
        ("best test accuracy", trial.best_test_accuracy),
        ("test loss", trial.test_loss),
        ("negative log-likelihood", trial.test.nll),
        ("Brier score", trial.test.brier),
        ("calibration error", trial.test.ece),
    ];
    let attacked = trial.robustness.iter().flat_map(Robustness::accuracies);
    let attacked = attacked.map(|accuracy| ("accuracy on changed images", accuracy));
    let damaged_ones = trial.corruptions.iter().flat_map(Corruptions::accuracies);
    let damaged_ones = damaged_ones.map(|accuracy| ("accuracy on damaged samples", accuracy));
    let raw = trial.raw_test_accuracy.into_iter();
    let raw = raw.map(|accuracy| ("test accuracy of the raw weights", accuracy));
    let mut figures = figures
        .into_iter()
        .chain(raw)
        .chain(attacked)
        .chain(damaged_ones);
    if let Some(robustness) = &trial.robustness
        && !is_whole(robustness, images)
    {
        return damaged(
            format!("an attack on some of {images} test images at ascending ε"),
            robustness.attack_in_words(),
        );
    }
    if let Some(corruptions) = &trial.corruptions
        && !(1..=images).contains(&corruptions.samples)
    {
        return damaged(
            format!("damage of some of {images} test samples"),
            corruptions.in_words(),
        );
    }
    // A NaN would make a comparison look certain.
    match figures.find(|(_, figure)| !figure.is_finite()) {
        Some((name, figure)) => damaged(format!("a finite {name}"), figure.to_string()),
        None => Ok(()),
    }
}

/// Whether at least one and at most `images` images were attacked, at ascending ε above 0.
fn is_whole(robustness: &Robustness, images: usize) -> bool {
    let epsilons: Vec<f64> = robustness.epsilons().collect();
    let ascend = epsilons.first().is_some_and(|first| *first > 0.0)
        && epsilons.iter().all(|epsilon| epsilon.is_finite())
        && epsilons.is_sorted_by(|a, b| a < b);
    (1..=images).contains(&robustness.images) && ascend
}

#[cfg(test)]
mod tests;
