//! Experiment files: everything that decides a result, and nothing that does not.

mod mixing;
pub mod name;
pub(crate) mod range;
mod robustness;

use std::collections::BTreeMap;
use std::path::Path;

use mixup_data::{Augmentation, Normalisation, Policy};
use mixup_model::{NetworkConfig, Precision};
use serde::{Deserialize, Serialize};

use self::range::{whole, within};
use crate::failure::Failure;
use crate::learn::loss::Loss;
use crate::learn::optimizer::Optimizer;
use crate::learn::schedule::Schedule;

pub use self::mixing::{Labels, MethodName, MixingTable};
pub use self::robustness::RobustnessTable;

/// One experiment, complete: what decides the article's recipe is required, what goes beyond it has the
/// default that changes nothing, and unknown keys are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// Decides initial weights, order, partners, λ, and every other random choice.
    pub seed: u32,
    /// Passes over the training images, from 1.
    pub epochs: usize,
    /// Images a step, from 1; the last step of an epoch may have fewer.
    pub batch_size: usize,
    /// Training images held out, a seeded stratified draw, to choose the best epoch by; 0, also where the
    /// file does not say, lets the test images choose it, as the article does.
    #[serde(default)]
    pub validation: usize,
    /// What the network computes in; f32 where the file does not say.
    #[serde(default)]
    pub precision: Precision,
    /// The network.
    pub network: NetworkConfig,
    /// What is done to single images before they are mixed.
    #[serde(default)]
    pub augmentation: Augmentation,
    /// What is done to the labels of training images.
    #[serde(default)]
    pub labels: Labels,
    /// What is mixed, and how.
    pub mixing: MixingTable,
    /// How pixels are normalised.
    pub normalisation: Normalisation,
    /// The loss.
    pub loss: Loss,
    /// The optimizer.
    pub optimizer: Optimizer,
    /// How its learning rate changes.
    #[serde(default)]
    pub schedule: Schedule,
    /// How the finished network is attacked; not at all where the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robustness: Option<RobustnessTable>,
}

impl Experiment {
    /// Reads and checks the file at `path`.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names file, line and key.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::usage(
                format!("{}: {error}", path.display()),
                "give an experiment file, such as experiments/mixup.toml",
            )
        })?;
        Self::parse(&text, path)
    }

    /// Parses and checks `text`; `origin` is where it came from, for messages.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names file, line and key.
    pub fn parse(text: &str, origin: &Path) -> Result<Self, Failure> {
        let hint = "compare it with experiments/mixup.toml, which has every key";
        let refuse = |key: &str, error: &toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = 1 + text[..start].matches('\n').count();
            // The words of the parser for Rust's number types are not the user's.
            let message = error
                .message()
                .replace(" usize", " a whole number from 0")
                .replace(" u8", " a whole number from 0 to 255")
                .replace(" u32", " a whole number from 0 to 4294967295")
                .replace(" f64", " a number");
            let key = if key == "." {
                String::new()
            } else {
                format!("{key}: ")
            };
            Failure::usage(format!("{}:{line}: {key}{message}", origin.display()), hint)
        };
        let document = toml::Deserializer::parse(text).map_err(|error| refuse(".", &error))?;
        let experiment: Self = serde_path_to_error::deserialize(document)
            .map_err(|error| refuse(&error.path().to_string(), error.inner()))?;
        match experiment.check() {
            Ok(_) => Ok(experiment),
            Err(problem) => Err(Failure::usage(
                format!("{}: {problem}", origin.display()),
                hint,
            )),
        }
    }

    /// What is done to training images, where every value of the experiment is within its range.
    ///
    /// # Errors
    /// A line that names the key, what is allowed and what was found.
    pub fn check(&self) -> Result<Policy, String> {
        let Self {
            network,
            normalisation,
            ..
        } = self;
        whole("epochs", self.epochs, 1, 100_000)?;
        whole("batch_size", self.batch_size, 1, 1_000_000)?;
        whole("validation", self.validation, 0, 1_000_000_000)?;
        network.check()?;
        self.labels.check()?;
        for mean in normalisation.mean {
            within("normalisation.mean", mean, "a number from 0 to 1", |v| {
                (0.0..=1.0).contains(&v)
            })?;
        }
        for std in normalisation.std {
            within("normalisation.std", std, "a number above 0, up to 1", |v| {
                v > 0.0 && v <= 1.0
            })?;
        }
        self.loss.check()?;
        self.optimizer.check()?;
        self.schedule.check(self.epochs)?;
        if let Some(robustness) = &self.robustness {
            robustness.check()?;
        }
        Ok(Policy {
            batch_size: self.batch_size,
            augmentation: self.augmentation,
            mixing: self
                .mixing
                .mixing(self.epochs, self.batch_size, network.stages())?,
            smoothing: self.labels.smoothing,
        })
    }

    /// Whether an epoch of it depends on how many are to come, so that a run cannot be given more.
    pub fn looks_ahead(&self) -> bool {
        self.schedule.looks_ahead() || (self.mixing.off_for_last > 0 && self.mixing.alpha != 0.0)
    }

    /// The same experiment with its mixing switched off: the baseline of a pair.
    #[must_use]
    pub fn baseline(&self) -> Self {
        let mut baseline = self.clone();
        baseline.mixing.alpha = 0.0;
        baseline
    }

    /// The file's text.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("numbers, tables and arrays of numbers have a TOML form")
    }

    /// Every setting but the seed: dotted key and value, as in the file.
    pub fn settings(&self) -> BTreeMap<String, String> {
        let table = toml::Table::try_from(self).expect("an experiment is a TOML table");
        let mut settings = BTreeMap::new();
        flatten("", &table, &mut settings);
        settings.remove("seed");
        settings
    }

    /// The dotted name of a key in which `self` and `other` differ.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let table = |experiment: &Self| {
            toml::Table::try_from(experiment).expect("an experiment is a TOML table")
        };
        first_difference(&table(self), &table(other))
    }
}

fn flatten(prefix: &str, table: &toml::Table, settings: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let name = format!("{prefix}{key}");
        match value {
            toml::Value::Table(inner) => flatten(&format!("{name}."), inner, settings),
            // TOML writes all zeros of a small number out.
            toml::Value::Float(number) if *number != 0.0 && number.abs() < 1e-4 => {
                settings.insert(name, format!("{number:e}"));
            }
            value => {
                settings.insert(name, value.to_string());
            }
        }
    }
}

fn first_difference(one: &toml::Table, other: &toml::Table) -> Option<String> {
    let keys = one.keys().chain(other.keys());
    for key in keys {
        match (one.get(key), other.get(key)) {
            (Some(toml::Value::Table(a)), Some(toml::Value::Table(b))) => {
                if let Some(inner) = first_difference(a, b) {
                    return Some(format!("{key}.{inner}"));
                }
            }
            (a, b) if a != b => return Some(key.clone()),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::optimizer::{Decayed, Moments, Rule};
    use mixup_data::{LambdaPer, Partner, Targets};

    const MIXUP: &str = include_str!("../../../experiments/mixup.toml");
    const BASELINE: &str = include_str!("../../../experiments/baseline.toml");

    fn parse(text: &str) -> Result<Experiment, String> {
        Experiment::parse(text, Path::new("e.toml")).map_err(|failure| failure.to_string())
    }

    #[test]
    fn the_mixup_file_is_the_article_s_recipe() {
        let experiment = parse(MIXUP).unwrap();
        assert_eq!(
            experiment,
            Experiment {
                seed: 1,
                epochs: 30,
                batch_size: 128,
                validation: 0,
                precision: Precision::F32,
                network: NetworkConfig::article(),
                augmentation: Augmentation::default(),
                labels: Labels::default(),
                mixing: MixingTable {
                    method: MethodName::Mixup,
                    alpha: 0.2,
                    every: Some(5),
                    probability: None,
                    lambda: LambdaPer::Image,
                    folded: false,
                    partner: Partner::Set,
                    targets: Targets::Formula,
                    off_for_last: 0,
                    layers: vec![],
                },
                normalisation: Normalisation::CIFAR10,
                loss: Loss::ARTICLE,
                optimizer: Optimizer {
                    learning_rate: 1e-3,
                    rule: Rule::Adam(Moments {
                        beta_1: 0.9,
                        beta_2: 0.999,
                        epsilon: 1e-8,
                    }),
                    weight_decay: 0.0,
                    decayed: Decayed::All,
                },
                schedule: Schedule::default(),
                robustness: None,
            }
        );
    }

    #[test]
    fn the_two_arms_differ_only_in_alpha() {
        let mixup = parse(MIXUP).unwrap();
        let baseline = parse(BASELINE).unwrap();
        assert_eq!(mixup.difference(&baseline).as_deref(), Some("mixing.alpha"));
        assert_eq!(mixup.baseline(), baseline);
    }

    #[test]
    fn an_experiment_survives_its_own_text() {
        let mut experiment = parse(MIXUP).unwrap();
        assert_eq!(parse(&experiment.to_toml()).unwrap(), experiment);
        experiment.mixing.every = None;
        experiment.mixing.probability = Some(0.25);
        assert_eq!(parse(&experiment.to_toml()).unwrap(), experiment);
    }

    #[test]
    fn settings_are_all_keys_but_the_seed() {
        let mut settings = parse(MIXUP).unwrap().settings();
        for (key, value) in [
            ("mixing.alpha", "0.2"),
            ("mixing.every", "5"),
            ("network.widths", "[64, 128]"),
            ("validation", "0"),
            ("precision", "\"f32\""),
            ("optimizer.epsilon", "1e-8"),
        ] {
            assert_eq!(settings.remove(key).as_deref(), Some(value), "{key}");
        }
        assert_eq!(settings.len(), 26, "{settings:?}");
        assert!(!settings.contains_key("seed"));
    }

    #[test]
    fn precision_is_f32_unless_the_file_asks_for_bf16() {
        let line = MIXUP.lines().find(|line| line.starts_with("precision"));
        let silent = parse(&MIXUP.replace(line.unwrap(), "")).unwrap();
        assert_eq!(silent, parse(MIXUP).unwrap());
        let half = parse(&MIXUP.replace("precision = \"f32\"", "precision = \"bf16\"")).unwrap();
        assert_eq!(half.precision, Precision::Bf16);
        assert_eq!(half.difference(&silent).as_deref(), Some("precision"));
        assert_eq!(parse(&half.to_toml()).unwrap(), half);
        let other = parse(&MIXUP.replace("precision = \"f32\"", "precision = \"f16\""));
        let message = other.unwrap_err();
        assert!(
            message.contains("precision: unknown variant `f16`, expected `f32` or `bf16`"),
            "{message}"
        );
    }

    #[test]
    fn bad_values_are_refused_by_key_and_range() {
        for (from, to, message) in [
            (
                "alpha = 0.2",
                "alpha = -1.0",
                "e.toml: mixing.alpha: expected 0 (no mixing) or a finite number from 0.001 to 1000000, found -1",
            ),
            (
                "alpha = 0.2",
                "alpha = inf",
                "e.toml: mixing.alpha: expected 0 (no mixing) or a finite number from 0.001 to 1000000, found inf",
            ),
            (
                "batch_size = 128",
                "batch_size = 0",
                "e.toml: batch_size: expected a whole number from 1 to 1000000, found 0",
            ),
            (
                "learning_rate = 0.001",
                "learning_rate = nan",
                "e.toml: optimizer.learning_rate: expected a number above 0, up to 1, found NaN",
            ),
            (
                "every = 5",
                "every = 5\nprobability = 0.5",
                "e.toml: mixing: expected one of the keys every and probability, found both",
            ),
        ] {
            assert!(MIXUP.contains(from), "{from}");
            assert_eq!(parse(&MIXUP.replace(from, to)), Err(message.into()));
        }
    }

    #[test]
    fn misspelt_and_missing_keys_are_named_with_their_line() {
        let misspelt = parse(&MIXUP.replace("alpha = ", "alhpa = ")).unwrap_err();
        let line = 1 + MIXUP[..MIXUP.find("alpha = ").unwrap()]
            .matches('\n')
            .count();
        assert!(
            misspelt.starts_with(&format!("e.toml:{line}: ")),
            "{misspelt}"
        );
        assert!(
            misspelt.contains("`alhpa`") && misspelt.contains("`alpha`"),
            "{misspelt}"
        );
        let missing = parse(&MIXUP.replace("epochs = 30", "")).unwrap_err();
        assert!(missing.contains("missing field `epochs`"), "{missing}");
    }

    #[test]
    fn values_of_another_type_are_refused_by_key() {
        for (from, to, message) in [
            (
                "batch_size = 128",
                "batch_size = -1",
                "batch_size: invalid value: integer `-1`, expected a whole number from 0",
            ),
            (
                "epochs = 30",
                "epochs = 1.5",
                "epochs: invalid type: floating point `1.5`, expected a whole number from 0",
            ),
            (
                "alpha = 0.2",
                "alpha = \"x\"",
                "mixing.alpha: invalid type: string \"x\", expected a number",
            ),
        ] {
            assert!(MIXUP.contains(from), "{from}");
            let found = parse(&MIXUP.replace(from, to)).unwrap_err();
            assert!(found.ends_with(message), "{found}");
        }
    }
}
