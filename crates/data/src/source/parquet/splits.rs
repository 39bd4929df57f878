//! Which parquet file belongs to which split, by its name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::file_name::{MIDDLE_NAMES, TEST_NAMES, TRAIN_NAMES, place_of};
use super::shards::check_shards;
use crate::listed::listed;
use crate::shell::quoted;
use crate::shown::shown;
#[cfg(any(feature = "fetch", feature = "parquet"))]
use crate::source::folder::Part;
use crate::{DataError, ImageRequest};

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
    /// The same splits with something else for each file.
    ///
    /// # Errors
    /// The first error of `each`.
    #[cfg(feature = "fetch")]
    pub(crate) fn try_map<U, E>(&self, each: &dyn Fn(&T) -> Result<U, E>) -> Result<Splits<U>, E> {
        let split = |split: &SplitFiles<T>| {
            Ok(SplitFiles {
                name: split.name.clone(),
                files: split.files.iter().map(each).collect::<Result<_, E>>()?,
            })
        };
        Ok(Splits {
            config: self.config.clone(),
            train: split(&self.train)?,
            validation: self.validation.as_ref().map(split).transpose()?,
            test: self.test.as_ref().map(split).transpose()?,
            others: self.others.clone(),
        })
    }

    /// The splits that are read, each with the part that it plays.
    #[cfg(any(feature = "fetch", feature = "parquet"))]
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
    let (config, mut splits) = one_config(place, by_config(files), config, naming)?;
    let names: Vec<String> = splits.keys().cloned().collect();
    let missing = |expected: String, hint: String| {
        let found = format!("the splits {}", listed(&names));
        Err(DataError::format(place, expected, found).hinted(hint))
    };
    let asked = &request.table;
    let defaults = [&TEST_NAMES[..], &MIDDLE_NAMES].concat();
    let test = named(&names, asked.split_test.as_ref(), &defaults);
    let train_hint = || use_split("split_train", &names, test.as_deref().unwrap_or_default());
    let train = match (
        named(&names, asked.split_train.as_ref(), &TRAIN_NAMES),
        &names[..],
    ) {
        (Err(name), _) => {
            return missing(format!("a split {name}"), train_hint());
        }
        // A set of one split is trained on, whatever its name.
        (Ok(name), [only]) if name.is_empty() => only.clone(),
        (Ok(name), _) if name.is_empty() => {
            let expected = "a split train".to_owned();
            return missing(expected, train_hint());
        }
        (Ok(name), _) => name,
    };
    let test_hint = || use_split("split_test", &names, &train);
    let test = match test {
        Err(name) => return missing(format!("a split {name}"), test_hint()),
        Ok(name) => name,
    };
    if test == train {
        let expected = "other images for the test than for training";
        let fault = DataError::format(place, expected, format!("the split {test} for both"));
        return Err(fault.hinted(test_hint()));
    }
    if test.is_empty() && request.split.is_none() {
        let share = "write split = 0.2 under [data] in the experiment";
        let hint = match names.len() {
            1 => share.to_owned(),
            _ => format!("{share}, or {}", test_hint()),
        };
        return missing("a split test".into(), hint);
    }
    let mut take = |name: &str| -> Result<Option<SplitFiles<T>>, DataError> {
        let Some(files) = splits.remove(name) else {
            return Ok(None);
        };
        let (stems, files): (Vec<String>, _) = files.into_iter().unzip();
        check_shards(place, name, &stems)?;
        let name = name.to_owned();
        Ok(Some(SplitFiles { name, files }))
    };
    let (training, test) = (take(&train)?, take(&test)?);
    let mut validation = None;
    for name in MIDDLE_NAMES {
        if validation.is_none() {
            validation = take(name)?;
        }
    }
    let Some(train) = training else {
        unreachable!("a split that was found");
    };
    Ok(Splits {
        config,
        train,
        validation,
        test,
        others: splits.into_keys().collect(),
    })
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

/// How another split is named. The example is another one than `taken`.
fn use_split(key: &str, names: &[String], taken: &str) -> String {
    let flag = key.replace('_', "-");
    let name = names.iter().find(|name| *name != taken);
    let name = name.map_or("NAME", String::as_str);
    let name = shown(&quoted(name));
    format!(
        "name a split with --{flag}, such as --{flag} {name}, or with {key} under [data] in the experiment"
    )
}

/// The files of each split, each with its name without folders and ending.
type NamedSplits<T> = BTreeMap<String, Vec<(String, T)>>;

/// The splits of each configuration.
type Configs<T> = BTreeMap<String, NamedSplits<T>>;

/// Sorts files by what their names say. A file whose name says no split belongs to `train`, unless another file of its
/// configuration says one: then nothing is known of it, and it is a split of its own.
fn by_config<T>(mut files: Vec<(String, T)>) -> Configs<T> {
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    let places = files.into_iter();
    let places: Vec<_> = places.map(|(name, file)| (place_of(&name), file)).collect();
    let with_splits: BTreeSet<String> = places
        .iter()
        .filter(|(place, _)| place.split.is_some())
        .map(|(place, _)| place.config.clone())
        .collect();
    let mut configs = Configs::new();
    for (place, file) in places {
        let split = place
            .split
            .unwrap_or_else(|| match with_splits.contains(&place.config) {
                true => place.stem.clone(),
                false => TRAIN_NAMES[0].to_owned(),
            });
        let splits = configs.entry(place.config).or_default();
        splits.entry(split).or_default().push((place.stem, file));
    }
    configs
}

/// The only configuration, or the one that is named. Files without a folder belong to the one that the hub calls
/// default.
fn one_config<T>(
    place: &Path,
    mut configs: Configs<T>,
    asked: Option<&str>,
    naming: &dyn Fn(&str) -> String,
) -> Result<(String, NamedSplits<T>), DataError> {
    let names = configs.keys().map(|name| match name.as_str() {
        "" => "default".to_owned(),
        name => name.to_owned(),
    });
    let names: Vec<String> = names.collect();
    // Files without a folder have no folder that could be given.
    let example = names.last().map_or("NAME", String::as_str);
    if let Some(asked) = asked {
        let name = match asked {
            "default" if !configs.contains_key(asked) => "",
            asked => asked,
        };
        return match configs.remove_entry(name) {
            Some(found) => Ok(found),
            None => {
                let expected = format!("a configuration {asked}");
                Err(DataError::format(place, expected, listed(&names)).hinted(naming(example)))
            }
        };
    }
    match (configs.pop_first(), configs.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => {
            let found = format!("several: {}", listed(&names));
            let fault = DataError::format(place, "one configuration of the set", found);
            Err(fault.hinted(naming(example)))
        }
    }
}

#[cfg(test)]
mod tests;
