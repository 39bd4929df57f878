//! A report's figures as CSV, for other programs. Accuracies are fractions in `[0, 1]`.

use serde::Serialize;

use crate::Report;
use crate::page::MOST_CLASSES_ON_PAGE;

/// One row for each run.
///
/// # Columns
/// `arm, seed, epochs, last, best, best_epoch, best_chosen_by, loss, nll, brier, ece,
/// training_accuracy, seconds, cpu_seconds, version, run`. `last` and `best` are test accuracies. `cpu_seconds` is
/// empty where it is not known. `version` has all versions of the arm's runs.
pub fn runs(report: &Report) -> String {
    let header = [
        "arm",
        "seed",
        "epochs",
        "last",
        "best",
        "best_epoch",
        "best_chosen_by",
        "loss",
        "nll",
        "brier",
        "ece",
        "training_accuracy",
        "seconds",
        "cpu_seconds",
        "version",
        "run",
    ];
    let chosen_by = report.best_chosen_by.name();
    let rows = report.arms.iter().flat_map(|arm| {
        arm.runs.iter().map(move |run| {
            (
                &arm.name,
                run.seed,
                run.epochs.len(),
                run.last,
                run.best,
                run.best_epoch,
                chosen_by,
                run.loss,
                run.nll,
                run.brier,
                run.ece,
                run.training.accuracy,
                run.seconds,
                run.cpu_seconds,
                arm.versions.join("; "),
                &run.run,
            )
        })
    });
    csv(&header, rows)
}

/// One row for each epoch of each run.
///
/// # Columns
/// `arm, seed, epoch, train_loss, held_out_loss, held_out_accuracy, learning_rate`. The held-out images are those
/// that choose the best epoch. A learning rate that is not known is empty.
pub fn epochs(report: &Report) -> String {
    let header = [
        "arm",
        "seed",
        "epoch",
        "train_loss",
        "held_out_loss",
        "held_out_accuracy",
        "learning_rate",
    ];
    let runs = report
        .arms
        .iter()
        .flat_map(|arm| arm.runs.iter().map(move |run| (&arm.name, run)));
    let rows = runs.flat_map(|(arm, run)| {
        run.epochs.iter().map(move |epoch| {
            (
                arm,
                run.seed,
                epoch.epoch,
                epoch.train_loss,
                epoch.held_out_loss,
                epoch.held_out_accuracy,
                epoch.learning_rate,
            )
        })
    });
    csv(&header, rows)
}

/// One row for each pair.
///
/// # Columns
/// `arm, baseline, seed, arm_accuracy, baseline_accuracy, difference, only_arm, only_baseline,
/// mcnemar_p`. Accuracies are test accuracies after the last epoch. `only_arm` and `only_baseline` are
/// numbers of test images that only one of the two networks got right.
pub fn pairs(report: &Report) -> String {
    let header = [
        "arm",
        "baseline",
        "seed",
        "arm_accuracy",
        "baseline_accuracy",
        "difference",
        "only_arm",
        "only_baseline",
        "mcnemar_p",
    ];
    let rows = report.comparisons.iter().flat_map(|comparison| {
        comparison.pairs.iter().map(move |pair| {
            (
                &comparison.arm,
                &comparison.baseline,
                pair.seed,
                pair.arm,
                pair.baseline,
                pair.difference,
                pair.mcnemar.only_arm,
                pair.mcnemar.only_baseline,
                pair.mcnemar.p,
            )
        })
    });
    csv(&header, rows)
}

/// One row for each class of each arm, if there are too many classes for the tables of the page. A class without
/// test images has no row.
///
/// # Columns
/// `arm, class, name, runs, accuracy, deviation, difference, low, high`. `class` counts from 0. `accuracy` is the mean
/// over the runs. `deviation` is their standard deviation, and empty for one run. `difference` is the mean of the arm
/// minus the baseline over the pairs, and `low` and `high` are the ends of its 95% interval; they are empty for the
/// baseline, and the interval for one pair.
pub fn classes(report: &Report) -> String {
    let header = [
        "arm",
        "class",
        "name",
        "runs",
        "accuracy",
        "deviation",
        "difference",
        "low",
        "high",
    ];
    let is_long = report.classes.len() > MOST_CLASSES_ON_PAGE;
    let arms = report.arms.iter().filter(|_| is_long);
    let rows = arms.flat_map(|arm| {
        let classes = report.classes.iter().zip(&arm.classes).enumerate();
        let comparison = report.comparisons.iter().find(|one| one.arm == arm.name);
        classes.filter_map(move |(class, (name, spread))| {
            let spread = spread.as_ref()?;
            let difference = comparison.and_then(|one| one.classes.get(class)?.as_ref());
            let interval = difference.and_then(|difference| difference.interval);
            Some((
                &arm.name,
                class,
                name,
                spread.runs,
                spread.mean,
                spread.deviation,
                difference.map(|difference| difference.mean),
                interval.map(|ends| ends.0),
                interval.map(|ends| ends.1),
            ))
        })
    });
    csv(&header, rows)
}

/// One row for each ε of each run that was attacked.
///
/// # Columns
/// `arm, seed, epsilon, fgsm, pgd`. Accuracies are those on test images that were changed by at most
/// `epsilon`, in 1/255 of the pixel range. At 0 both are the accuracy on the same images, unchanged.
pub fn robustness(report: &Report) -> String {
    let header = ["arm", "seed", "epsilon", "fgsm", "pgd"];
    let runs = report
        .arms
        .iter()
        .flat_map(|arm| arm.runs.iter().map(move |run| (&arm.name, run)));
    let rows = runs.flat_map(|(arm, run)| {
        run.robustness.iter().flat_map(move |robustness| {
            let points = robustness.points.iter();
            let points = points.map(|point| (point.epsilon, point.fgsm, point.pgd));
            [(0.0, robustness.clean, robustness.clean)]
                .into_iter()
                .chain(points)
                .map(move |(epsilon, fgsm, pgd)| (arm, run.seed, epsilon, fgsm, pgd))
        })
    });
    csv(&header, rows)
}

/// One row for each kind and strength of damage of each run that was judged on damaged samples.
///
/// # Columns
/// `arm, seed, damage, strength, accuracy`. The damage `none` is the accuracy on the same samples, unchanged.
pub fn corruptions(report: &Report) -> String {
    let header = ["arm", "seed", "damage", "strength", "accuracy"];
    let runs = report
        .arms
        .iter()
        .flat_map(|arm| arm.runs.iter().map(move |run| (&arm.name, run)));
    let rows = runs.flat_map(|(arm, run)| {
        run.corruptions.iter().flat_map(move |corruptions| {
            let clean = ("none", 0.0, corruptions.clean);
            let damaged = corruptions.kinds.iter().flat_map(|kind| {
                let levels = kind.levels.iter();
                levels.map(|level| (kind.name.as_str(), level.strength, level.accuracy))
            });
            let all = [clean].into_iter().chain(damaged);
            all.map(move |(damage, strength, accuracy)| (arm, run.seed, damage, strength, accuracy))
        })
    });
    csv(&header, rows)
}

/// The header and the rows. Without rows the header remains.
fn csv<R: Serialize>(header: &[&str], rows: impl Iterator<Item = R>) -> String {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(vec![]);
    let memory = "memory takes every row";
    writer.write_record(header).expect(memory);
    for row in rows {
        writer.serialize(row).expect(memory);
    }
    let bytes = writer.into_inner().expect(memory);
    String::from_utf8(bytes).expect("CSV of text is text")
}

#[cfg(test)]
mod tests;
