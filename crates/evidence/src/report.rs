//! What finished runs say together: the content of `report.json` and of the page.

use serde::Serialize;

use crate::{
    Bin, ChosenBy, Data, Epoch, McNemar, MeanDifference, Outputs, PairedDifference, Robustness,
    Spread, TrainingMeasures,
};

/// Everything that a report says, in numbers and words. Accuracies are fractions in `[0, 1]`;
/// differences of accuracies too, so 0.02 is two percentage points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Such as `mixup against baseline`.
    pub title: String,
    /// The version of the program that wrote it.
    pub version: String,
    /// What the runs were trained and tested on.
    pub data: Data,
    /// The class of each label.
    pub classes: Vec<String>,
    /// Which images chose the best epoch.
    pub best_chosen_by: ChosenBy,
    /// What a reader must know before the numbers: runs of different versions or devices, a pair
    /// without its other half, the protocol that was followed.
    pub marks: Vec<String>,
    /// Runs that count for nothing here, and why.
    pub left_out: Vec<LeftOut>,
    /// The arms; the baseline is the last.
    pub arms: Vec<Arm>,
    /// Each arm against the baseline; none where there is one arm, or no pair.
    pub comparisons: Vec<Comparison>,
    /// Every setting of the arms, in the order of the experiment file.
    pub settings: Vec<Setting>,
    /// The commands that repeat it, a line each.
    pub repeat: Vec<String>,
}

/// A run that counts for nothing in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Where it lies.
    pub run: String,
    /// Why, such as `unfinished: 3 of 5 epochs`.
    pub reason: String,
}

/// The runs of one experiment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Arm {
    /// The experiment's name.
    pub name: String,
    /// The versions of the program that made the runs; one, unless `marks` says so.
    pub versions: Vec<String>,
    /// The devices, likewise.
    pub devices: Vec<String>,
    /// Parameters of the network.
    pub parameters: usize,
    /// The network's settings as one text. Like the loss and the labels below, they are among the
    /// report's settings, so the file does not repeat them.
    #[serde(skip)]
    pub network: String,
    /// The loss's settings as one text.
    #[serde(skip)]
    pub loss_function: String,
    /// The share of training labels that were replaced by random ones, in `[0, 1]`.
    #[serde(skip)]
    pub random_labels: f64,
    /// What the network ends in: NLL, Brier score and confidence are those of a softmax as it is, or of
    /// sigmoids divided by their sum.
    pub outputs: Outputs,
    /// Its runs, by seed.
    pub runs: Vec<RunFigures>,
    /// Test accuracy after the last epoch: the figure that is compared.
    pub last: Spread,
    /// Test accuracy of the best epoch.
    pub best: Spread,
    /// Mean loss over the test images.
    pub loss: Spread,
    /// Negative log-likelihood.
    pub nll: Spread,
    /// Brier score.
    pub brier: Spread,
    /// Expected calibration error.
    pub ece: Spread,
    /// Accuracy on training images, unmixed.
    pub training_accuracy: Spread,
    /// Seconds of training a run.
    pub seconds: Spread,
    /// The accuracy of each class; none where the test split has no image of it.
    pub classes: Vec<Option<Spread>>,
    /// Accuracy on images that were changed to mislead the networks; none where they were not
    /// attacked.
    pub robustness: Option<Robustness<Spread>>,
    /// Mean confidence and accuracy of each bin over the runs, from low to high confidence.
    pub reliability: Vec<Bin>,
    /// How many images of each true class (row) were predicted as each class (column), all runs
    /// added up.
    pub confusion: Vec<Vec<u32>>,
}

/// The figures of one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunFigures {
    /// Its seed.
    pub seed: u32,
    /// Where it lies.
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
    /// On training images, unmixed.
    pub training: TrainingMeasures,
    /// Accuracy on images that were changed to mislead the network; none where it was not attacked.
    pub robustness: Option<Robustness>,
    /// Mean confidence and accuracy of each bin.
    pub reliability: Vec<Bin>,
    /// What each epoch came to.
    pub epochs: Vec<Epoch>,
    /// Seconds of training.
    pub seconds: f64,
}

/// One arm against the baseline, in pairs of one seed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The arm.
    pub arm: String,
    /// The baseline's name.
    pub baseline: String,
    /// Each pair, by seed.
    pub pairs: Vec<Pair>,
    /// Arm minus baseline, test accuracy after the last epoch.
    pub last: PairedDifference,
    /// The same of the best epoch.
    pub best: PairedDifference,
    /// Negative log-likelihood, arm minus baseline: below 0 is better.
    pub nll: PairedDifference,
    /// Brier score, likewise.
    pub brier: PairedDifference,
    /// Expected calibration error, likewise.
    pub ece: PairedDifference,
    /// Accuracy on images that were changed to mislead the networks, arm minus baseline: exploratory,
    /// so without tests. None where one of the two was not attacked, or in another way.
    pub robustness: Option<Robustness<MeanDifference>>,
    /// What the figures allow to say of `last`.
    pub outcome: Outcome,
    /// The verdict's headline, one sentence.
    pub headline: String,
    /// What can be said and what cannot yet, a sentence or two each.
    pub findings: Vec<String>,
}

/// Two runs with one seed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// The seed of both.
    pub seed: u32,
    /// Test accuracy of the arm's run after the last epoch.
    pub arm: f64,
    /// The same of the baseline's run.
    pub baseline: f64,
    /// `arm − baseline`.
    pub difference: f64,
    /// Whether these two networks, as they are, differ on the test images.
    pub mcnemar: McNemar,
}

/// What the figures allow to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// One pair: no statement about the experiments is possible.
    OnePair,
    /// The interval leaves out 0 and the exact test agrees: the arm is better.
    Better,
    /// Likewise: the arm is worse.
    Worse,
    /// The interval leaves out 0, but the exact test does not reach 0.05.
    Unsure,
    /// The interval contains 0.
    NotShown,
}

/// One setting of every arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// Dotted key, such as `mixing.alpha`.
    pub key: String,
    /// Its value in each arm, in the order of the arms; none where the arm lacks the key.
    pub values: Vec<Option<String>>,
    /// Whether the arms differ in it.
    pub differs: bool,
}
