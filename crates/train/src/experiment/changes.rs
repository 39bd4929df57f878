//! All keys of an experiment that the command line sets, and the experiment that they make of a file.

use std::fmt::Display;
use std::path::Path;

use super::change::Change;
use super::file::in_words;
use super::implied::make_room;
use super::near_key::near_key;
use super::{Experiment, ExperimentFile};
use crate::failure::Failure;

/// The way out of a change that makes no experiment.
const HINT: &str = "every key with its values is shown by: mixup experiments show mixup, and for point clouds: mixup experiments show points/pointmixup; --set KEY= leaves a key of the file out";

/// Changes of different keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes(Vec<Change>);

/// Why a changed file is no experiment.
struct Problem {
    /// The dotted key, or a part of it. Empty if it is not known.
    key: String,
    /// What is wrong with its value.
    words: String,
}

impl Changes {
    /// All of these changes.
    ///
    /// # Errors
    /// [`Failure::Usage`] if two change the same key.
    pub fn new(changes: Vec<Change>) -> Result<Self, Failure> {
        for (index, change) in changes.iter().enumerate() {
            let key = change.key();
            let is_same = |other: &&Change| is_within(&key, &other.key());
            if let Some(other) = changes[..index].iter().find(is_same) {
                return Err(Failure::usage(
                    format!("--set {change}: expected each key once, found --set {other} as well"),
                    "leave one of them out",
                ));
            }
        }
        Ok(Self(changes))
    }

    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The changes as the user wrote them.
    pub fn texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    /// Refuses a change of `key` if `flag` has a value, because it would set the same.
    ///
    /// # Errors
    /// [`Failure::Usage`].
    pub fn check_flag(
        &self,
        key: &str,
        flag: &str,
        value: Option<impl Display>,
    ) -> Result<(), Failure> {
        let change = self.0.iter().find(|change| change.key() == key);
        let (Some(change), Some(value)) = (change, value) else {
            return Ok(());
        };
        Err(Failure::usage(
            format!("--set {change}: expected {key} once, found {flag} {value} as well"),
            "leave one of them out",
        ))
    }

    /// The experiment of `text` with these changes; `origin` is the file that it came from, for messages.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names the change, or file, line and key if the file is wrong without it.
    pub(super) fn parse(&self, text: &str, origin: &Path) -> Result<Experiment, Failure> {
        if self.is_empty() {
            return Experiment::parse(text, origin);
        }
        let Ok(mut table) = text.parse::<toml::Table>() else {
            return Experiment::parse(text, origin);
        };
        for change in &self.0 {
            make_room(&mut table, change);
        }
        for change in &self.0 {
            put(&mut table, change);
        }
        let problem = match experiment(table.clone()) {
            Ok(experiment) => match self.first_unknown(&table) {
                None => return Ok(experiment),
                Some(problem) => problem,
            },
            Err(problem) => problem,
        };
        match Experiment::parse(text, origin) {
            Err(own) if own.to_string().ends_with(&problem.words) => Err(own),
            _ => Err(self.refuse(&problem, origin)),
        }
    }

    /// The problem of the first key that is left out and that no experiment has. `table` is one without problems.
    fn first_unknown(&self, table: &toml::Table) -> Option<Problem> {
        let left_out = self.0.iter().filter(|change| change.value().is_none());
        left_out.into_iter().find_map(|change| {
            let mut with_key = table.clone();
            put(&mut with_key, &change.with_some_value());
            let problem = experiment(with_key).err()?;
            let is_unknown = problem.words.starts_with("unknown key");
            is_unknown.then(|| Problem {
                key: change.key(),
                ..problem
            })
        })
    }

    /// The failure of these changes.
    fn refuse(&self, problem: &Problem, origin: &Path) -> Failure {
        let Problem { key, words } = problem;
        let about = |change: &&Change| {
            let own = change.key();
            !key.is_empty() && (is_within(key, &own) || is_within(&own, key))
        };
        let shown = |changes: &[&Change]| {
            let texts = changes.iter().map(|change| format!("--set {change}"));
            texts.collect::<Vec<_>>().join(" ")
        };
        let named: Vec<&Change> = self.0.iter().filter(about).collect();
        let all: Vec<&Change> = self.0.iter().collect();
        let message = match named.as_slice() {
            [change] if change.key() == *key => format!("--set {change}: {words}"),
            [] if key.is_empty() => format!("{} with {}: {words}", origin.display(), shown(&all)),
            [] => format!("{} with {}: {key}: {words}", origin.display(), shown(&all)),
            several => format!("{}: {key}: {words}", shown(several)),
        };
        let hint = match near_key(words) {
            Some(near) => format!("did you mean {near}? {HINT}"),
            None => HINT.into(),
        };
        Failure::usage(message, hint)
    }
}

/// Whether `key` is `other` or lies in the table `other`, or the reverse.
fn is_within(key: &str, other: &str) -> bool {
    let inside = |key: &str, table: &str| {
        let rest = key.strip_prefix(table);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    inside(key, other) || inside(other, key)
}

/// Puts a change into its table, which is made if the file has none.
fn put(table: &mut toml::Table, change: &Change) {
    let Some((last, tables)) = change.parts().split_last() else {
        return;
    };
    let Some(value) = change.value() else {
        remove(table, tables, last);
        return;
    };
    let mut inner = table;
    for name in tables {
        let entry = inner.entry(name.clone());
        let entry = entry.or_insert_with(|| toml::Table::new().into());
        if !entry.is_table() {
            // Such as normalisation = "auto", of which another form is set.
            *entry = toml::Table::new().into();
        }
        match entry {
            toml::Value::Table(table) => inner = table,
            _ => return,
        }
    }
    inner.insert(last.clone(), value.clone());
}

/// Leaves a key out. A table that has no key then stays.
fn remove(table: &mut toml::Table, tables: &[String], last: &str) {
    let mut inner = table;
    for name in tables {
        match inner.get_mut(name) {
            Some(toml::Value::Table(table)) => inner = table,
            _ => return,
        }
    }
    inner.remove(last);
}

fn experiment(table: toml::Table) -> Result<Experiment, Problem> {
    let file: ExperimentFile =
        serde_path_to_error::deserialize(table).map_err(|error| Problem {
            key: match error.path().to_string() {
                path if path == "." => String::new(),
                path => path,
            },
            words: in_words(error.inner().message()),
        })?;
    Experiment::try_from(file).map_err(|error| Problem {
        words: format!("expected {}, found {}", error.expected, error.found),
        key: error.key,
    })
}

#[cfg(test)]
mod tests;
