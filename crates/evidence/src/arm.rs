//! Means and deviations over the runs of one experiment.

use crate::{Arm, Bin, Confusion, Corruptions, Robustness, RunFigures, Spread, Trial};

/// Puts the runs of one experiment together. There is at least one, and all have the same test images.
pub(crate) fn arm(runs: &[Trial]) -> Arm {
    let spread = |of: fn(&Trial) -> f64| Spread::new(&runs.iter().map(of).collect::<Vec<_>>());
    Arm {
        name: runs[0].arm.clone(),
        versions: distinct(runs.iter().map(|run| &run.version)),
        devices: distinct(runs.iter().map(|run| &run.device)),
        parameters: runs[0].parameters,
        network: runs[0].network.clone(),
        loss_function: runs[0].loss_function.clone(),
        random_labels: runs[0].random_labels,
        outputs: runs[0].outputs,
        may_end_early: runs.iter().any(|run| run.may_end_early),
        experiment: runs[0].experiment.clone(),
        runs: runs.iter().map(figures).collect(),
        last: spread(|run| run.test.accuracy),
        best: spread(|run| run.best_test_accuracy),
        raw: spread_if_known(runs, |run| run.raw_test_accuracy),
        loss: spread(|run| run.test_loss),
        nll: spread(|run| run.test.nll),
        brier: spread(|run| run.test.brier),
        ece: spread(|run| run.test.ece),
        training_accuracy: spread(|run| run.training.accuracy),
        seconds: spread(|run| run.seconds),
        cpu_seconds: spread_if_known(runs, |run| run.cpu_seconds),
        classes: class_spreads(runs),
        robustness: robustness(runs),
        corruptions: corruptions(runs),
        reliability: mean_bins(runs),
        confusion: summed_confusion(runs),
    }
}

/// The spread of a figure, if every run has it.
fn spread_if_known(runs: &[Trial], of: fn(&Trial) -> Option<f64>) -> Option<Spread> {
    let values: Option<Vec<f64>> = runs.iter().map(of).collect();
    values.map(|values| Spread::new(&values))
}

fn figures(run: &Trial) -> RunFigures {
    RunFigures {
        seed: run.seed,
        run: run.run.clone(),
        last: run.test.accuracy,
        best: run.best_test_accuracy,
        best_epoch: run.best_epoch,
        loss: run.test_loss,
        nll: run.test.nll,
        brier: run.test.brier,
        ece: run.test.ece,
        training: run.training,
        robustness: run.robustness.clone(),
        corruptions: run.corruptions.clone(),
        reliability: run.test.reliability.clone(),
        epochs: run.epochs.clone(),
        seconds: run.seconds,
        cpu_seconds: run.cpu_seconds,
        threads: run.threads,
    }
}

/// The different values, in the order in which they first appear.
pub(crate) fn distinct<'a>(values: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen: Vec<String> = vec![];
    for value in values {
        if !seen.contains(value) {
            seen.push(value.clone());
        }
    }
    seen
}

fn class_spreads(runs: &[Trial]) -> Vec<Option<Spread>> {
    let of_runs: Vec<Vec<Option<f64>>> =
        runs.iter().map(|run| run.test.class_accuracies()).collect();
    (0..runs[0].classes.len())
        .map(|class| {
            let values: Vec<f64> = of_runs.iter().filter_map(|run| run[class]).collect();
            (!values.is_empty()).then(|| Spread::new(&values))
        })
        .collect()
}

/// Accuracy under attack over the runs. All were attacked in the same way, or none.
fn robustness(runs: &[Trial]) -> Option<Robustness<Spread>> {
    let attacked: Vec<&Robustness> = runs
        .iter()
        .filter_map(|run| run.robustness.as_ref())
        .collect();
    Robustness::over_runs(&attacked)
}

/// Accuracy on damaged samples over the runs. All were judged in the same way, or none.
fn corruptions(runs: &[Trial]) -> Option<Corruptions<Spread>> {
    let judged = runs.iter().filter_map(|run| run.corruptions.as_ref());
    Corruptions::over_runs(&judged.collect::<Vec<_>>())
}

/// The mean of each bin. A bin has the same number of images in all runs.
fn mean_bins(runs: &[Trial]) -> Vec<Bin> {
    let fewest = runs.iter().map(|run| run.test.reliability.len()).min();
    (0..fewest.unwrap_or(0))
        .map(|bin| {
            let mean = |of: fn(&Bin) -> f64| {
                let values = runs.iter().map(|run| of(&run.test.reliability[bin]));
                values.sum::<f64>() / runs.len() as f64
            };
            Bin {
                images: runs[0].test.reliability[bin].images,
                confidence: mean(|bin| bin.confidence),
                accuracy: mean(|bin| bin.accuracy),
            }
        })
        .collect()
}

fn summed_confusion(runs: &[Trial]) -> Confusion {
    let mut sum = runs[0].test.confusion.clone();
    for run in &runs[1..] {
        sum.add_all(&run.test.confusion);
    }
    sum
}
