//! The arms of a sweep: one experiment with several values of a key, or of several keys.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use toml::Value;

use crate::comparison::arms::{Arm, ArmChange, SEEDS_HINT, SetForm, read_arms};
use crate::experiment::name::experiment_name;
use crate::experiment::{Change, Changes, Experiment};
use crate::failure::Failure;

/// The most arms of a sweep, so that a slip of the pen does not train for years.
const MOST_ARMS: usize = 100;

/// The longest name of an arm in bytes, which is also that of a folder. File systems allow 255.
const LONGEST_NAME: usize = 200;

/// The name of a baseline that no file has.
const BASELINE: &str = "baseline";

/// `KEY=VALUE,VALUE,…`: the values that a sweep tries, or one for all arms.
#[derive(Clone, Debug, PartialEq)]
pub struct SweptKey {
    /// At least one; all change the same key.
    values: Vec<Change>,
    text: String,
}

impl FromStr for SweptKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let values = Change::several(text)?;
        let text = text.trim().to_owned();
        Ok(Self { values, text })
    }
}

impl From<Change> for SweptKey {
    /// A single value, for all arms and the baseline.
    fn from(change: Change) -> Self {
        let text = change.to_string();
        let values = vec![change];
        Self { values, text }
    }
}

impl SweptKey {
    fn is_swept(&self) -> bool {
        self.values.len() > 1
    }

    /// The dotted key.
    fn key(&self) -> String {
        self.values.first().map(Change::key).unwrap_or_default()
    }
}

/// A sweep as the command line asks for it.
#[derive(Clone, Debug)]
pub(crate) struct Sweep<'a> {
    /// The file of the experiment.
    pub experiment: &'a Path,
    /// The file of the baseline; without one it is the experiment without mixing.
    pub baseline: Option<&'a PathBuf>,
    /// The keys and their values.
    pub keys: &'a [SweptKey],
    /// The number of epochs of every arm, if it is not that of the files.
    pub epochs: Option<usize>,
}

impl Sweep<'_> {
    /// The arms, the baseline last.
    ///
    /// # Errors
    /// [`Failure::Usage`] if nothing is swept, if there are too many arms or equal ones, or if an experiment is
    /// refused.
    pub(crate) fn arms(&self) -> Result<Vec<Arm>, Failure> {
        let (swept, shared): (Vec<&SweptKey>, Vec<&SweptKey>) =
            self.keys.iter().partition(|key| key.is_swept());
        self.check_size(&swept)?;
        let shared: Vec<Change> = shared.iter().flat_map(|key| key.values.clone()).collect();
        let names = short_names(&swept);
        let mut arms: Vec<Arm> = vec![];
        for values in product(&swept) {
            let name = arm_name(&names, &values);
            if name.len() > LONGEST_NAME {
                return Err(Failure::usage(
                    format!(
                        "--set: expected values that together fit the name of a folder, at most {LONGEST_NAME} \
                         characters, found {}: {name}",
                        name.len()
                    ),
                    "sweep fewer keys at once, or write each value into an experiment file for `mixup compare`",
                ));
            }
            let all = shared.iter().chain(values.iter().copied()).cloned();
            let changes = Changes::new(all.collect())?;
            changes.check_flag("epochs", "--epochs", self.epochs)?;
            if arms.iter().any(|(known, _)| *known == name) {
                return Err(Failure::usage(
                    format!("--set: expected each value once, found {name} twice"),
                    "leave one of them out",
                ));
            }
            let experiment = Experiment::read_with(self.experiment, &changes)?;
            arms.push((name, experiment.with_epochs(self.epochs)?));
        }
        let (name, baseline) = self.baseline(&shared)?;
        let is_equal = |(_, arm): &&Arm| arm.difference(&baseline).is_none();
        if let Some((equal, _)) = arms.iter().find(is_equal) {
            return Err(Failure::usage(
                format!("{equal}: expected another experiment than {name}, found the same"),
                "leave this value out: the baseline has it",
            ));
        }
        arms.push((name, baseline));
        Ok(arms)
    }

    fn check_size(&self, swept: &[&SweptKey]) -> Result<(), Failure> {
        if let Some(seeds) = self.keys.iter().find(|key| key.key() == "seed") {
            return Err(Failure::usage(
                format!(
                    "--set {}: expected a setting of the arms, found the seed, which is that of each pair",
                    seeds.text
                ),
                SEEDS_HINT,
            ));
        }
        if swept.is_empty() {
            return Err(Failure::usage(
                "--set: expected a key with several values, found none",
                self.hint_without_values(),
            ));
        }
        let sizes = swept.iter().map(|key| key.values.len());
        let arms = sizes.fold(1_usize, usize::saturating_mul);
        if arms > MOST_ARMS {
            return Err(Failure::usage(
                format!("--set: expected at most {MOST_ARMS} arms, found {arms}"),
                "leave out some values, or sweep one key after the other",
            ));
        }
        Ok(())
    }

    /// The way out of keys with one value each.
    fn hint_without_values(&self) -> String {
        let lists = self
            .keys
            .iter()
            .filter_map(|key| match key.values.first()?.value()? {
                Value::Array(values) if values.len() > 1 => Some((key.key(), values)),
                _ => None,
            });
        let texts = |values: &[Value]| {
            let texts = values.iter().map(ToString::to_string);
            texts.collect::<Vec<_>>().join(",")
        };
        // Some keys take a list as one value.
        let own = Experiment::read(self.experiment)
            .map(|own| own.settings())
            .unwrap_or_default();
        let takes_one = |key: &str| !own.get(key).is_some_and(|value| value.starts_with('['));
        if let Some((key, values)) = lists.into_iter().find(|(key, _)| takes_one(key)) {
            return format!(
                "write the values without brackets: --set {key}={}",
                texts(values)
            );
        }
        let key = self.keys.first().map(SweptKey::key).unwrap_or_default();
        let same = self.keys.iter().filter(|other| other.key() == key);
        let values: Vec<Value> = same
            .filter_map(|key| key.values.first()?.value().cloned())
            .collect();
        if values.len() > 1 {
            return format!(
                "write the values of a key together: --set {key}={}",
                texts(&values)
            );
        }
        "name the values to try, such as --set mixing.alpha=0.1,0.2,0.4,1".to_owned()
    }

    /// The file that was named, or the experiment with the values that all arms share and without mixing.
    fn baseline(&self, shared: &[Change]) -> Result<Arm, Failure> {
        if let Some(file) = self.baseline {
            // Read together, so that a shared value cannot end a difference between the two unseen.
            let files = [self.experiment.to_owned(), file.clone()];
            if experiment_name(&files[0]) == experiment_name(file) {
                let experiment = Experiment::read_with(file, &Changes::new(shared.to_vec())?)?;
                return Ok((experiment_name(file), experiment.with_epochs(self.epochs)?));
            }
            let changes: Vec<ArmChange> = shared.iter().cloned().map(ArmChange::from).collect();
            let mut both = read_arms(&files, &changes, self.epochs, SetForm::ForAll)?;
            return Ok(both.swap_remove(1));
        }
        let changes = Changes::new(shared.to_vec())?;
        let experiment = Experiment::read_with(self.experiment, &changes)?;
        let experiment = experiment.with_epochs(self.epochs)?.baseline()?;
        Ok((BASELINE.to_owned(), experiment))
    }

    /// What the sweep is called: `mixup-over-alpha`.
    pub(crate) fn name(&self) -> String {
        let swept: Vec<&SweptKey> = self.keys.iter().filter(|key| key.is_swept()).collect();
        let keys = short_names(&swept).join("-and-");
        format!("{}-over-{keys}", experiment_name(self.experiment))
    }

    /// The values of `--set`, as they were written.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.keys.iter().map(|key| key.text.clone()).collect()
    }
}

/// Every choice of one value for each key. The last key changes first.
fn product<'a>(swept: &[&'a SweptKey]) -> Vec<Vec<&'a Change>> {
    let mut all = vec![vec![]];
    for key in swept {
        let longer = |chosen: &Vec<&'a Change>| {
            let chosen = chosen.clone();
            key.values
                .iter()
                .map(move |value| [chosen.clone(), vec![value]].concat())
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// A short name for each key, if it is not that of another: `alpha`, `learning_rate`, `network`.
fn short_names(swept: &[&SweptKey]) -> Vec<String> {
    let short = |key: &SweptKey| {
        let key = key.key();
        let key = key.strip_suffix(".name").unwrap_or(&key);
        key.rsplit('.').next().unwrap_or(key).to_owned()
    };
    let all: Vec<String> = swept.iter().map(|key| short(key)).collect();
    let is_unique = |name: &String| all.iter().filter(|other| *other == name).count() == 1;
    let names = swept.iter().zip(&all);
    names
        .map(|(key, name)| {
            if is_unique(name) {
                name.clone()
            } else {
                key.key()
            }
        })
        .collect()
}

/// Such as `alpha=0.2,every=1`. It is also the name of a folder.
fn arm_name(names: &[String], values: &[&Change]) -> String {
    let parts = names.iter().zip(values).map(|(name, change)| {
        let value = change.value().map_or_else(|| "none".to_owned(), value_name);
        format!("{name}={value}")
    });
    parts.collect::<Vec<_>>().join(",")
}

/// The value in the characters that a folder's name can have. Equal numbers have equal names.
fn value_name(value: &Value) -> String {
    let text = match value {
        Value::Integer(number) => number.to_string(),
        Value::Float(number) if *number != 0.0 && number.abs() < 1e-4 => format!("{number:e}"),
        Value::Float(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(value_name).collect();
            format!("[{}]", values.join(","))
        }
        other => other.to_string(),
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+-_.,=[]".contains(c);
    text.chars()
        .map(|c| if allowed(c) { c } else { '-' })
        .collect()
}

#[cfg(test)]
mod tests;
