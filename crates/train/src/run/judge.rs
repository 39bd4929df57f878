//! Evaluates a trained network, and writes the files of a finished run.

use mixup_evidence::{ChosenBy, to_12_decimals};
use mixup_model::Network;

use crate::device::log::PART;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::learn::attack::Victim;
use crate::learn::classifier::Classifier;
use crate::learn::evaluation::{LabelledLoader, evaluate};
use crate::learn::robustness::{judgements, robustness};
use crate::run::damaged_clouds;
use crate::run::epoch_loop::EpochLoop;
use crate::run::epoch_row::EpochRow;
use crate::run::record::{Evaluations, RunInfo, Summary};
use crate::run::splits::Splits;
use crate::run::watch::Counted;
use crate::run::weights::open_weights;

/// The networks of a finished training.
pub(super) struct Trained {
    /// The one that is judged and kept.
    judged: Classifier,
    /// The weights themselves after the last step, if the average of the weights is judged.
    raw: Option<Classifier>,
}

impl Trained {
    /// The network of a training that averages nothing.
    pub(super) fn plain(judged: Classifier) -> Self {
        Self { judged, raw: None }
    }

    /// The network of a training whose weights are averaged: `raw`, and the `average`.
    pub(super) fn averaged(raw: Classifier, average: Network) -> Self {
        Self {
            judged: raw.clone().with_network(average),
            raw: Some(raw),
        }
    }
}

/// Evaluates the trained network on every split, and the best epoch's on the test images.
///
/// # Errors
/// [`Failure`] if the device fails or the best weights cannot be read.
pub(super) fn evaluate_all(
    epoch_loop: &EpochLoop,
    trained: &Trained,
    splits: &Splits,
    experiment: &Experiment,
) -> Result<Evaluations, Failure> {
    let watch = &epoch_loop.watch;
    let Trained {
        judged: trained,
        raw,
    } = trained;
    let judge = |name: &'static str, classifier: &Classifier, split: &LabelledLoader| {
        log::debug!(target: PART, "{name}");
        let bar = watch.bar(Counted::Images, name, split.labels.len());
        let result = evaluate(classifier, &*split.loader, &split.labels, &|done| {
            bar.set_position(done as u64);
        });
        bar.finish_and_clear();
        result
    };
    let test = judge("predictions", trained, &splits.test)?;
    let raw = raw
        .as_ref()
        .map(|raw| judge("raw weights", raw, &splits.test));
    let training = judge("training images", trained, &splits.training_sample)?;
    let progress = epoch_loop.progress();
    let best = match (splits.chooses(), progress.best()) {
        (ChosenBy::Validation, Some(best)) if best.epoch == progress.rows.len() => {
            Some(test.clone())
        }
        (ChosenBy::Validation, Some(_)) => {
            let file = open_weights(&epoch_loop.folder.best())?;
            let network = file.load_into(trained.network.clone())?;
            let best = Classifier::new(network, trained.loss());
            Some(judge("best epoch", &best, &splits.test)?)
        }
        _ => None,
    };
    let attacked = experiment.robustness.as_ref().zip(splits.attacked.as_ref());
    let robustness = attacked.map(|(table, images)| {
        log::debug!(target: PART, "attacked images");
        let total = judgements(&table.epsilons, images.labels.len());
        let bar = watch.bar(Counted::Images, "attacked images", total);
        let device = epoch_loop.device.clone().without_autodiff();
        let victim = Victim::new(trained, &epoch_loop.note.normalisation, &device);
        let found = robustness(&victim, &table.epsilons, table.pgd_steps, images, &|done| {
            bar.set_position(done as u64);
        });
        bar.finish_and_clear();
        found
    });
    let corruptions = splits.damaged.as_ref().map(|clouds| {
        log::debug!(target: PART, "damaged clouds");
        let bar = watch.bar(
            Counted::Images,
            "damaged clouds",
            damaged_clouds::judgements(clouds.labels.len()),
        );
        let found = damaged_clouds::judge(trained, clouds, &|done| bar.set_position(done as u64));
        bar.finish_and_clear();
        found
    });
    Ok(Evaluations {
        test,
        raw: raw.transpose()?,
        best,
        training: training.on_training_images(),
        robustness: robustness.transpose()?,
        corruptions: corruptions.transpose()?,
    })
}

/// CPU seconds of all epochs, if they are known of each.
fn cpu_seconds(rows: &[EpochRow]) -> Option<f64> {
    let seconds: Option<f64> = rows.iter().map(|row| row.cpu_seconds).sum();
    seconds.map(to_12_decimals)
}

/// Writes the last weights, the evaluations and the summary.
///
/// # Errors
/// [`Failure::NoEpoch`] if no epoch was trained, [`Failure::File`] if a file cannot be written.
pub(super) fn finish(
    epoch_loop: &EpochLoop,
    trained: &Trained,
    info: &RunInfo,
    training_images: usize,
    evaluations: &Evaluations,
) -> Result<Summary, Failure> {
    let progress = epoch_loop.progress();
    let rows = &progress.rows;
    let best = progress.best().ok_or_else(|| Failure::NoEpoch {
        run: epoch_loop.folder.path().into(),
    })?;
    let best_test_accuracy = match &evaluations.best {
        Some(best) => to_12_decimals(best.measures.accuracy),
        None => best.held_out.accuracy(),
    };
    let summary = Summary {
        experiment: info.experiment.clone(),
        seed: info.seed,
        epochs: rows.len(),
        parameters: trained.judged.network.parameters_count(),
        last_test_accuracy: to_12_decimals(evaluations.test.measures.accuracy),
        last_test_loss: evaluations.test.loss,
        best_test_accuracy,
        best_epoch: best.epoch,
        best_chosen_by: best.held_out.split(),
        images: rows.len() * training_images,
        seconds: to_12_decimals(rows.iter().map(|row| row.seconds).sum()),
        cpu_seconds: cpu_seconds(rows),
    };
    log::debug!(target: PART, "last weights");
    let note = epoch_loop.note.at(rows.len()).to_json();
    let of = |classifier: &Classifier| classifier.network.to_safetensors(Some(&note));
    let best = progress.best_digest.as_deref();
    if let Some(raw) = &trained.raw {
        epoch_loop.folder.write_raw(&of(raw))?;
    }
    epoch_loop
        .folder
        .finish(&of(&trained.judged), best, evaluations, &summary)?;
    Ok(summary)
}
