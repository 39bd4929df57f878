//! The report of finished runs: the content of `report.json` and of the page.

use serde::Serialize;

use crate::{
    Bin, ChosenBy, Confusion, Corruptions, Data, Epoch, McNemar, MeanDifference, MistakeGroup,
    Outputs, PairedDifference, Robustness, Spread, Sweep, TrainingMeasures,
};

/// The report of finished runs, in numbers and words. Accuracies are fractions in `[0, 1]`, and so are
/// their differences: 0.02 is two percentage points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The title, such as `mixup against baseline`.
    pub title: String,
    /// The version of the program that wrote the report.
    pub version: String,
    /// The day on which it was written, such as `2026-03-31`. `None` if that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The data that all runs were trained and tested on.
    pub data: Data,
    /// The class of each label.
    pub classes: Vec<String>,
    /// The images that chose the best epoch.
    pub best_chosen_by: ChosenBy,
    /// Warnings that a reader needs before the numbers, such as runs of different versions or devices,
    /// runs that lack their other half, and how the best epoch was chosen.
    pub marks: Vec<String>,
    /// Runs that the report does not count, and why.
    pub left_out: Vec<LeftOut>,
    /// The arms. The baseline is the last.
    pub arms: Vec<Arm>,
    /// Each arm against the baseline. Empty if there is only one arm or no pair.
    pub comparisons: Vec<Comparison>,
    /// The differences over the values of one setting, if the arms differ from each other in it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sweep: Option<Sweep>,
    /// Every setting of the arms, in the order of the runs' settings.
    pub settings: Vec<Setting>,
    /// The commands that repeat the runs, one for each line.
    pub repeat: Vec<String>,
    /// Test images that networks are wrong about, for the page. Empty without pictures. Those of its images are filled in
    /// by the caller of [`Report::new`].
    #[serde(skip)]
    pub mistakes: Vec<MistakeGroup>,
}

/// A run that a report does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The run's folder.
    pub run: String,
    /// The reason, such as `unfinished: 3 of 5 epochs`.
    pub reason: String,
}

/// All runs of one experiment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Arm {
    /// The experiment's name.
    pub name: String,
    /// The versions of the program that made the runs. If there are several, a mark says so.
    pub versions: Vec<String>,
    /// The devices that trained the runs. If there are several, a mark says so.
    pub devices: Vec<String>,
    /// Number of parameters of the network.
    pub parameters: usize,
    /// The network's settings as one text. `report.json` leaves it out, and the next two fields as well,
    /// because its `settings` have them.
    #[serde(skip)]
    pub network: String,
    /// The loss's settings as one text.
    #[serde(skip)]
    pub loss_function: String,
    /// The share of training labels that were replaced by random ones, in `[0, 1]`.
    #[serde(skip)]
    pub random_labels: f64,
    /// What turns logits into probabilities: a softmax, or sigmoids divided by their sum. NLL, Brier
    /// score and confidence depend on it.
    pub outputs: Outputs,
    /// Whether the runs could end before their last epoch.
    #[serde(skip)]
    pub may_end_early: bool,
    /// The experiment of its runs as a file, for the page; `report.json` has the settings instead.
    #[serde(skip)]
    pub experiment: String,
    /// The runs, ordered by seed.
    pub runs: Vec<RunFigures>,
    /// Test accuracy after the last epoch. The verdict compares this figure.
    pub last: Spread,
    /// Test accuracy of the best epoch.
    pub best: Spread,
    /// Test accuracy of the raw weights after the last epoch, if all other measures are those of their average.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<Spread>,
    /// Mean loss over the test images.
    pub loss: Spread,
    /// Negative log-likelihood.
    pub nll: Spread,
    /// Brier score.
    pub brier: Spread,
    /// Expected calibration error.
    pub ece: Spread,
    /// Accuracy on training images that are not mixed.
    pub training_accuracy: Spread,
    /// Seconds of training of a run.
    pub seconds: Spread,
    /// CPU seconds of training of a run, on all threads. `None` unless they are known of every run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_seconds: Option<Spread>,
    /// The accuracy of each class. `None` for a class without test images.
    pub classes: Vec<Option<Spread>>,
    /// Accuracy on images that were changed to mislead the networks. `None` without an attack.
    pub robustness: Option<Robustness<Spread>>,
    /// Accuracy on damaged samples. `None` if the networks were not judged on any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corruptions: Option<Corruptions<Spread>>,
    /// Confidence and accuracy of each bin, averaged over the runs, from low to high confidence.
    pub reliability: Vec<Bin>,
    /// How many images of each true class were predicted as each class, added up over the runs.
    pub confusion: Confusion,
}

/// The figures of one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunFigures {
    /// The seed.
    pub seed: u32,
    /// The run's folder.
    pub run: String,
    /// Test accuracy after the last epoch.
    pub last: f64,
    /// Test accuracy of the best epoch.
    pub best: f64,
    /// The best epoch, from 1.
    pub best_epoch: usize,
    /// Mean loss over the test images.
    pub loss: f64,
    /// Negative log-likelihood.
    pub nll: f64,
    /// Brier score.
    pub brier: f64,
    /// Expected calibration error.
    pub ece: f64,
    /// The measures on training images that are not mixed.
    pub training: TrainingMeasures,
    /// Accuracy on images that were changed to mislead the network. `None` without an attack.
    pub robustness: Option<Robustness>,
    /// Accuracy on damaged samples. `None` if the network was not judged on any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corruptions: Option<Corruptions>,
    /// The bins of the calibration error.
    pub reliability: Vec<Bin>,
    /// The figures of each epoch.
    pub epochs: Vec<Epoch>,
    /// Seconds of training.
    pub seconds: f64,
    /// CPU seconds of training, on all threads. `None` if they are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_seconds: Option<f64>,
    /// How many threads computed on the CPU. `None` if that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
}

/// One arm against the baseline, in pairs of runs with the same seed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The arm's name.
    pub arm: String,
    /// The baseline's name.
    pub baseline: String,
    /// The pairs, ordered by seed.
    pub pairs: Vec<Pair>,
    /// Test accuracy after the last epoch, arm minus baseline.
    pub last: PairedDifference,
    /// Test accuracy of the best epoch, arm minus baseline.
    pub best: PairedDifference,
    /// Negative log-likelihood, arm minus baseline. Below 0 is better.
    pub nll: PairedDifference,
    /// Brier score, arm minus baseline. Below 0 is better.
    pub brier: PairedDifference,
    /// Expected calibration error, arm minus baseline. Below 0 is better.
    pub ece: PairedDifference,
    /// Accuracy on images that were changed to mislead the networks, arm minus baseline. It is
    /// exploratory, so it has no tests. `None` if the two arms were not attacked in the same way.
    pub robustness: Option<Robustness<MeanDifference>>,
    /// Accuracy on damaged samples, arm minus baseline. It is exploratory, so it has no tests. `None` if the two arms were
    /// not judged on the same ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corruptions: Option<Corruptions<MeanDifference>>,
    /// The accuracy of each class after the last epoch, arm minus baseline, in the order of the report's `classes`. It is
    /// exploratory, so it has no tests. `None` for a class without test images.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Option<MeanDifference>>,
    /// The conclusion that `last` allows.
    pub outcome: Outcome,
    /// The verdict in one sentence.
    pub headline: String,
    /// What the figures show and what they do not show yet, a few sentences each.
    pub findings: Vec<String>,
}

/// Two runs with the same seed, one of each arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// The seed of both.
    pub seed: u32,
    /// Test accuracy of the arm's run after the last epoch.
    pub arm: f64,
    /// Test accuracy of the baseline's run after the last epoch.
    pub baseline: f64,
    /// `arm − baseline`.
    pub difference: f64,
    /// Whether these two networks differ on the test images.
    pub mcnemar: McNemar,
}

/// The conclusion that a difference allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// There is one pair, which says nothing about the experiments.
    OnePair,
    /// The arm is better: the interval leaves out 0, and the exact test agrees.
    Better,
    /// The arm is worse: the interval leaves out 0, and the exact test agrees.
    Worse,
    /// The interval leaves out 0, but the exact test does not reach 0.05.
    Unsure,
    /// The interval contains 0.
    NotShown,
}

/// One setting of every arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// The dotted key, such as `mixing.alpha`.
    pub key: String,
    /// The value in each arm, in the order of the arms. `None` if the arm lacks the key.
    pub values: Vec<Option<String>>,
    /// Whether the values of the arms differ.
    pub differs: bool,
}
