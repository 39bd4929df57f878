//! The arms of a comparison: experiment files, changed as the command line asks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::experiment::name::experiment_name;
use crate::experiment::{Change, Changes, Experiment};
use crate::failure::Failure;

/// The way out of a seed that is set for an arm.
pub(super) const SEEDS_HINT: &str =
    "choose the seeds of all pairs with --seeds, such as --seeds 101-110";

/// Name and experiment.
pub(crate) type Arm = (String, Experiment);

/// `[ARM:]KEY=VALUE`: a change of all arms, or of one.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmChange {
    /// The only arm that is changed.
    arm: Option<String>,
    /// What is changed.
    change: Change,
}

impl FromStr for ArmChange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let key = text.split_once('=').map_or(text, |(key, _)| key);
        let Some((arm, _)) = key.rsplit_once(':') else {
            let change = text.parse()?;
            return Ok(Self { arm: None, change });
        };
        let change: Change = text[arm.len() + 1..].parse()?;
        Ok(Self {
            arm: Some(arm.trim().to_owned()),
            change: change.shown_as(text),
        })
    }
}

impl fmt::Display for ArmChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.change.fmt(f)
    }
}

impl From<Change> for ArmChange {
    /// A change of all arms.
    fn from(change: Change) -> Self {
        Self { arm: None, change }
    }
}

/// Whom a change of `--set` can be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetForm {
    /// All arms, or the one that it names: `mixup compare`.
    PerArm,
    /// All arms: `mixup sweep`.
    ForAll,
}

/// Reads the arms of these files, the baseline last, with their changes; `epochs` replaces their number.
///
/// # Errors
/// [`Failure::Usage`] if a file or a change is refused, or if a change of all arms would make a setting equal
/// in which they differ.
pub(crate) fn read_arms(
    files: &[PathBuf],
    changes: &[ArmChange],
    epochs: Option<usize>,
    form: SetForm,
) -> Result<Vec<Arm>, Failure> {
    let names: Vec<String> = files.iter().map(|file| experiment_name(file)).collect();
    check_names(changes, &names)?;
    check_seeds(changes)?;
    let mut arms = vec![];
    for (file, name) in files.iter().zip(&names) {
        let changes = of_arm(changes, name)?;
        changes.check_flag("epochs", "--epochs", epochs)?;
        let experiment = Experiment::read_with(file, &changes);
        let experiment = experiment.map_err(|failure| or_data(failure, file))?;
        arms.push((name.clone(), experiment));
    }
    if !changes.is_empty() {
        // A file that is an experiment only with its changes has no settings to lose.
        let own = files.iter().map(|file| Experiment::read(file).ok());
        if let Some(own) = own.collect::<Option<Vec<_>>>() {
            check_differences(changes, &own, &arms, form)?;
        }
    }
    let with_epochs = |(name, experiment): Arm| Ok((name, experiment.with_epochs(epochs)?));
    arms.into_iter().map(with_epochs).collect()
}

/// The failure of a folder in place of an experiment: it may be meant as data.
fn or_data(failure: Failure, file: &Path) -> Failure {
    match failure {
        Failure::Usage { message, .. } if file.is_dir() => Failure::usage(
            message,
            "data has a flag: --data DATA; an experiment is a file or a name",
        ),
        other => other,
    }
}

/// Refuses a change of an arm that there is not.
fn check_names(changes: &[ArmChange], names: &[String]) -> Result<(), Failure> {
    for ArmChange { arm, change } in changes {
        if let Some(arm) = arm
            && !names.contains(arm)
        {
            return Err(Failure::usage(
                format!(
                    "--set {change}: expected one of {}, found {arm}",
                    names.join(", ")
                ),
                "an arm has the name of its experiment file",
            ));
        }
    }
    Ok(())
}

/// Refuses a seed of one arm: both runs of a pair have the same.
fn check_seeds(changes: &[ArmChange]) -> Result<(), Failure> {
    let is_seed = |change: &&ArmChange| change.arm.is_some() && change.change.key() == "seed";
    match changes.iter().find(is_seed) {
        None => Ok(()),
        Some(change) => Err(Failure::usage(
            format!(
                "--set {change}: expected a setting of one arm, found the seed, which is that of the pair"
            ),
            SEEDS_HINT,
        )),
    }
}

/// The changes of one arm. Its own ones replace those of all arms.
fn of_arm(changes: &[ArmChange], name: &str) -> Result<Changes, Failure> {
    let (own, others): (Vec<&ArmChange>, Vec<&ArmChange>) =
        changes.iter().partition(|change| change.arm.is_some());
    let own = own
        .into_iter()
        .filter(|one| one.arm.as_deref() == Some(name));
    let own: Vec<Change> = own.map(|one| one.change.clone()).collect();
    let is_free = |one: &&ArmChange| own.iter().all(|own| own.key() != one.change.key());
    let others = others.into_iter().filter(is_free);
    let mut all: Vec<Change> = others.map(|one| one.change.clone()).collect();
    all.extend(own);
    Changes::new(all)
}

/// Refuses a change of all arms after which they have fewer different values of a setting than their files.
fn check_differences(
    changes: &[ArmChange],
    own: &[Experiment],
    arms: &[Arm],
    form: SetForm,
) -> Result<(), Failure> {
    let before: Vec<_> = own.iter().map(Experiment::settings).collect();
    let after: Vec<_> = arms.iter().map(|(_, arm)| arm.settings()).collect();
    let keys: BTreeSet<&String> = before.iter().flat_map(BTreeMap::keys).collect();
    for key in keys {
        let values = |settings: &[BTreeMap<String, String>]| {
            let values = settings.iter().map(|one| one.get(key).cloned());
            values.collect::<BTreeSet<_>>().len()
        };
        let is_of = |change: &&ArmChange| {
            let own = change.change.key();
            let table = |key: &str| key.split('.').next().map(str::to_owned);
            own == *key || table(&own) == table(key)
        };
        // Who names the arm knows what its difference becomes.
        let of_an_arm = |change: &ArmChange| {
            change.arm.is_some()
                && (change.change.key() == *key || brings(&change.change.key(), key))
        };
        if values(&after) >= values(&before) || changes.iter().any(of_an_arm) {
            continue;
        }
        let mut guilty = changes.iter().filter(is_of);
        let exact = changes.iter().find(|change| change.change.key() == *key);
        if let Some(guilty) = exact.or_else(|| guilty.next()) {
            return Err(lost(key, &guilty.change, &before, arms, form));
        }
    }
    Ok(())
}

/// Whether a change of `changed` also decides about `key`: a name brings keys of its table, and the two ways to
/// choose the mixed images replace each other.
fn brings(changed: &str, key: &str) -> bool {
    let choices = ["mixing.every", "mixing.probability"];
    let table = changed.strip_suffix("name");
    table.is_some_and(|table| key.starts_with(table))
        || (choices.contains(&changed) && choices.contains(&key))
}

/// The failure of a change that would end the difference of the arms in `key`.
fn lost(
    key: &str,
    change: &Change,
    before: &[BTreeMap<String, String>],
    arms: &[Arm],
    form: SetForm,
) -> Failure {
    let found: Vec<String> = before
        .iter()
        .zip(arms)
        .map(|(settings, (name, _))| {
            let value = settings.get(key).map_or("none", String::as_str);
            format!("{value} in {name}")
        })
        .collect();
    let hint = match form {
        SetForm::PerArm => {
            let arm = &arms[0].0;
            format!("say which arm it is for, such as --set {arm}:{change}")
        }
        SetForm::ForAll => {
            "leave it out, or give --baseline an experiment with the same value".to_owned()
        }
    };
    Failure::usage(
        format!(
            "--set {change}: expected a setting in which the arms do not differ, found {key} = {}",
            found.join(", ")
        ),
        hint,
    )
}

#[cfg(test)]
mod tests;
