//! Which parquet file belongs to which split, by its name.

use std::collections::BTreeMap;
use std::path::Path;

use super::file_name::{MIDDLE_NAMES, TEST_NAMES, TRAIN_NAMES, place_of};
use super::shards::Shards;
use crate::shell::quoted;
use crate::shown::shown;
use crate::source::folder::Part;
use crate::{DataError, ImageRequest};

/// The most splits or configurations that an error names.
const MAX_NAMED: usize = 12;

/// The files of one split, in the order of their names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SplitFiles<T> {
    /// The name of the split.
    pub(crate) name: String,
    /// Its files.
    pub(crate) files: Vec<T>,
}

/// The splits of a set that are read, and those that are not.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Splits<T> {
    /// The configuration that they belong to. Empty if the set has none.
    pub(crate) config: String,
    /// The images to train on.
    pub(crate) train: SplitFiles<T>,
    /// The images to choose the best epoch on.
    pub(crate) validation: Option<SplitFiles<T>>,
    /// The images to test on. `None` if a share of the training images is to be taken.
    pub(crate) test: Option<SplitFiles<T>>,
    /// The names of the splits that are not read.
    pub(crate) others: Vec<String>,
}

impl<T> Splits<T> {
    /// The splits that are read, each with the part that it plays.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Part, &SplitFiles<T>)> {
        let others = [
            (Part::Validation, self.validation.as_ref()),
            (Part::Test, self.test.as_ref()),
        ];
        let others = others
            .into_iter()
            .filter_map(|(part, files)| Some((part, files?)));
        std::iter::once((Part::Train, &self.train)).chain(others)
    }
}

/// Chooses the splits that are read among `files`, each with its name within the set. `place` is the set, for messages,
/// and `naming` says how a configuration is named.
///
/// # Errors
/// [`DataError::Format`] if there are several configurations and `config` names none of them, if a split is not there
/// that is asked for, or if there is none to train or to test on.
pub(crate) fn choose<T>(
    place: &Path,
    files: Vec<(String, T)>,
    config: Option<&str>,
    request: &ImageRequest,
    naming: &dyn Fn(&str) -> String,
) -> Result<Splits<T>, DataError> {
    let shards = Shards::of(files.iter().map(|(name, _)| name.as_str()));
    let (config, mut splits) = one_config(place, by_config(files), config, naming)?;
    let names: Vec<String> = splits.keys().cloned().collect();
    let missing = |expected: String, hint: String| {
        let found = format!("the splits {}", listed(&names));
        Err(DataError::format(place, expected, found).hinted(hint))
    };
    let asked = &request.table;
    let train = match (
        named(&names, asked.split_train.as_ref(), &TRAIN_NAMES),
        &names[..],
    ) {
        (Err(name), _) => {
            return missing(format!("a split {name}"), use_split("split_train", &names));
        }
        // A set of one split is trained on, whatever its name.
        (Ok(name), [only]) if name.is_empty() => only.clone(),
        (Ok(name), _) if name.is_empty() => {
            let expected = "a split train".to_owned();
            return missing(expected, use_split("split_train", &names));
        }
        (Ok(name), _) => name,
    };
    let defaults = [&TEST_NAMES[..], &MIDDLE_NAMES].concat();
    let test = match named(&names, asked.split_test.as_ref(), &defaults) {
        Err(name) => return missing(format!("a split {name}"), use_split("split_test", &names)),
        Ok(name) => name,
    };
    if test == train {
        let expected = "other images for the test than for training";
        let fault = DataError::format(place, expected, format!("the split {test} for both"));
        return Err(fault.hinted(use_split("split_test", &names)));
    }
    if test.is_empty() && request.split.is_none() {
        let share = "write split = 0.2 under [data] in the experiment";
        let hint = match names.len() {
            1 => share.to_owned(),
            _ => format!("{share}, or {}", use_split("split_test", &names)),
        };
        return missing("a split test".into(), hint);
    }
    let mut take = |name: &str| {
        let files = splits.remove(name)?;
        let name = name.to_owned();
        Some(SplitFiles { name, files })
    };
    let (training, test) = (take(&train), take(&test));
    let validation = MIDDLE_NAMES.iter().find_map(|name| take(name));
    let Some(train) = training else {
        unreachable!("a split that was found");
    };
    let splits = Splits {
        config,
        train,
        validation,
        test,
        others: splits.into_keys().collect(),
    };
    for (_, split) in splits.parts() {
        shards.check(place, &splits.config, &split.name, split.files.len())?;
    }
    Ok(splits)
}

/// The split that is asked for, else the first of the defaults that is there, else an empty name.
///
/// # Errors
/// The name of a split that is asked for and not there.
fn named<'a>(
    names: &[String],
    asked: Option<&'a String>,
    defaults: &[&str],
) -> Result<String, &'a String> {
    match asked {
        Some(name) => match names.contains(name) {
            true => Ok(name.clone()),
            false => Err(name),
        },
        None => {
            let mut defaults = defaults.iter().map(|name| (*name).to_owned());
            let found = defaults.find(|name| names.contains(name));
            Ok(found.unwrap_or_default())
        }
    }
}

/// How another split is named.
fn use_split(key: &str, names: &[String]) -> String {
    let flag = key.replace('_', "-");
    let name = names.first().map_or("NAME", String::as_str);
    let name = shown(&quoted(name));
    format!(
        "name a split with --{flag}, such as --{flag} {name}, or with {key} under [data] in the experiment"
    )
}

fn listed(names: &[String]) -> String {
    match names.get(..MAX_NAMED) {
        Some(first) if names.len() > MAX_NAMED => {
            format!("{} and {} more", first.join(", "), names.len() - MAX_NAMED)
        }
        _ => names.join(", "),
    }
}

/// The files of each split of each configuration.
type Configs<T> = BTreeMap<String, BTreeMap<String, Vec<T>>>;

fn by_config<T>(mut files: Vec<(String, T)>) -> Configs<T> {
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut configs = Configs::new();
    for (name, file) in files {
        let (config, split) = place_of(&name);
        let splits = configs.entry(config).or_default();
        splits.entry(split).or_default().push(file);
    }
    configs
}

/// The only configuration, or the one that is named.
fn one_config<T>(
    place: &Path,
    mut configs: Configs<T>,
    asked: Option<&str>,
    naming: &dyn Fn(&str) -> String,
) -> Result<(String, BTreeMap<String, Vec<T>>), DataError> {
    let names: Vec<String> = configs.keys().cloned().collect();
    let shown = |name: &String| {
        if name.is_empty() {
            "(no name)".into()
        } else {
            name.clone()
        }
    };
    let shown: Vec<String> = names.iter().map(shown).collect();
    if let Some(asked) = asked {
        // Files without a folder belong to the configuration that the hub calls default.
        let name = match asked {
            "default" if !configs.contains_key(asked) => "",
            asked => asked,
        };
        return match configs.remove_entry(name) {
            Some(found) => Ok(found),
            None => {
                let expected = format!("a configuration {asked}");
                Err(DataError::format(place, expected, listed(&shown)).hinted(naming(&shown[0])))
            }
        };
    }
    match (configs.pop_first(), configs.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => {
            let found = format!("several: {}", listed(&shown));
            let last = shown.last().map_or("NAME", String::as_str);
            Err(
                DataError::format(place, "one configuration of the set", found)
                    .hinted(naming(last)),
            )
        }
    }
}

#[cfg(test)]
mod tests;
