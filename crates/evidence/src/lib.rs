//! Measures of trained networks, statistics of paired runs, and the report page.
//!
//! The crate uses neither Burn nor run folders, so it builds in seconds and its tests train nothing.
//! It turns [`Trial`]s into a [`Report`], and a report into a [`page()`] and into CSV [`tables`].
//!
//! Start with [`statistics::PairedTests`] for numbers of your own, with [`Measures`] for the outputs of a network, and
//! with [`Report::new`] for whole runs.
//!
//! # Terms
//!
//! - A **run** is one training of one network, from one experiment and one seed.
//! - A **trial** is a finished run as this crate takes it: settings, epochs and measures.
//! - An **arm** is all runs of one experiment. Its runs differ in their seed only.
//! - The **baseline** is the arm that the others are compared with, usually the one that mixes nothing.
//! - A **pair** is a run of an arm and the baseline's run with the same seed. The two share all random
//!   choices that their settings have in common, so their difference has less noise than that of two
//!   unrelated runs.
//! - A **point** is a percentage point of accuracy.
//! - A **mark** is a warning that a reader needs before the numbers.
//!
//! # The rule of the verdict
//!
//! An arm is called better or worse only if two statements about the mean difference over all pairs
//! agree: the 95% t interval leaves out 0, and the exact sign-flip test has p ≤ 0.05. The first assumes
//! normal differences. The second does not, and needs at least six pairs. The difference is that of
//! the test accuracy after the last epoch, and the rule is fixed before any run.
//!
//! # Example
//!
//! Six pairs of made-up runs, in which mixup is right on about 22 of 1,000 images more:
//!
//! ```
//! use mixup_evidence::{About, Measures, Outcome, Outputs, Report, Trial};
//! # use mixup_evidence::{ChosenBy, Data, Epoch, TrainingMeasures};
//!
//! /// A made-up run that is right on `right` of 1,000 test images.
//! fn trial(arm: &str, seed: u32, right: usize) -> Trial {
//!     let labels: Vec<u16> = vec![0; 1000];
//!     let predicted: Vec<u16> = (0..1000).map(|image| u16::from(image >= right)).collect();
//!     let logits: Vec<f32> = predicted
//!         .iter()
//!         .flat_map(|&class| if class == 0 { [2.0, -2.0] } else { [-2.0, 2.0] })
//!         .collect();
//!     let test = Measures::new(Outputs::Softmax, &logits, &labels, 2);
//!     Trial {
//!         arm: arm.into(),
//!         seed,
//!         is_unmixed: arm == "baseline",
//!         best_test_accuracy: test.accuracy,
//!         test,
//!         labels,
//!         predicted,
//!         // And what it was trained with, on and how.
//! #         run: format!("runs/{arm}/seed-{seed}"),
//! #         settings: vec![("mixing.alpha".into(), if arm == "baseline" { "0" } else { "0.2" }.into())],
//! #         judging: vec![],
//! #         network: "one layer".into(),
//! #         loss_function: "cross-entropy".into(),
//! #         random_labels: 0.0,
//! #         version: "0.0.0".into(),
//! #         device: "none".into(),
//! #         data: Data {
//! #             name: "made-up images".into(),
//! #             fingerprint: "0123456789ab".into(),
//! #             training_images: 5000,
//! #             validation_images: 0,
//! #             test_images: 1000,
//! #         },
//! #         classes: vec!["cat".into(), "dog".into()],
//! #         parameters: 10,
//! #         outputs: Outputs::Softmax,
//! #         epochs: vec![Epoch { epoch: 1, train_loss: 0.5, held_out_loss: 0.5, held_out_accuracy: 0.75, learning_rate: None }],
//! #         best_epoch: 1,
//! #         best_chosen_by: ChosenBy::Test,
//! #         test_loss: 0.5,
//! #         training: TrainingMeasures { images: 100, loss: 0.4, accuracy: 0.8 },
//! #         may_end_early: false,
//! #         raw_test_accuracy: None,
//! #         robustness: None,
//! #         corruptions: None,
//! #         seconds: 1.0,
//! #         experiment: String::new(),
//! #         cpu_seconds: None,
//! #         threads: None,
//! #         probabilities: vec![],
//! #         pictured: vec![],
//!     }
//! }
//!
//! let mixup = [770, 775, 768, 772, 777, 769];
//! let mixup = (1..).zip(mixup).map(|(seed, right)| trial("mixup", seed, right));
//! let baseline = (1..=6).map(|seed| trial("baseline", seed, 750));
//! let report = Report::new(mixup.chain(baseline).collect(), About::default())?;
//!
//! let comparison = &report.comparisons[0];
//! assert_eq!(comparison.outcome, Outcome::Better);
//! assert!(comparison.headline.starts_with(
//!     "mixup is better than baseline here: +2.18 points of test accuracy after the last epoch"
//! ));
//!
//! // Five pairs cannot reach p = 0.05, whatever their differences.
//! let mixup = (1..=5).map(|seed| trial("mixup", seed, 900));
//! let baseline = (1..=5).map(|seed| trial("baseline", seed, 750 + seed as usize));
//! let report = Report::new(mixup.chain(baseline).collect(), About::default())?;
//! assert_eq!(report.comparisons[0].outcome, Outcome::Unsure);
//! # Ok::<(), mixup_evidence::Mismatch>(())
//! ```

#![recursion_limit = "256"]

mod agreement;
mod arm;
mod assemble;
mod chart;
mod comparison;
mod confusion;
mod corruptions;
#[cfg(test)]
mod example;
mod findings;
mod marks;
mod measures;
mod mismatch;
mod mistakes;
mod outputs;
mod page;
mod printable;
mod report;
mod robustness;
mod rounding;
mod row;
#[cfg(test)]
mod simulated;
pub mod statistics;
mod sweep;
pub mod tables;
mod trial;
mod verdict;
mod words;

pub use assemble::About;
pub use confusion::{Confusion, ConfusionCell};
pub use corruptions::{CorruptionKind, CorruptionLevel, Corruptions};
pub use findings::FINDINGS_IN_SIGHT;
pub use measures::{Bin, Measures, RELIABILITY_BINS, predicted_class};
pub use mismatch::{Found, Mismatch};
pub use mistakes::{MistakeGroup, TellingImage, Who};
pub use outputs::{Outputs, log_probabilities};
pub use page::page;
pub use printable::printable;
pub use report::{Arm, Comparison, LeftOut, Outcome, Pair, Report, RunFigures, Setting};
pub use robustness::{Robustness, RobustnessPoint};
pub use rounding::to_12_decimals;
pub use row::{ResultRow, markdown_table};
pub use statistics::{McNemar, MeanDifference, PairedDifference, Spread};
pub use sweep::{Sweep, SweepPoint};
pub use trial::{ChosenBy, Data, Epoch, MixedPair, TrainingMeasures, Trial};
pub use words::{points, points_range};

/// The code in the README is a doctest.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
