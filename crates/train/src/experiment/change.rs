//! One key of an experiment that the command line sets: `KEY=VALUE`.

use std::fmt;
use std::str::FromStr;

use toml::Value;

/// What a change must look like, in words.
const FORM: &str = "expected KEY=VALUE, such as mixing.alpha=0.2";

/// The most parts of a key. An experiment has tables with keys, and no tables in tables.
const MOST_PARTS: usize = 4;

/// Another value for one key of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The parts of the dotted key; at least one.
    key: Vec<String>,
    /// The value. `None` leaves the key out.
    value: Option<Value>,
    /// The change as the user wrote it, for messages.
    text: String,
}

impl Change {
    /// The dotted key, such as `mixing.alpha`.
    pub fn key(&self) -> String {
        self.key.join(".")
    }

    /// A change of the key with these parts.
    pub(crate) fn of(key: &[&str], value: Value) -> Self {
        Self {
            text: format!("{}={value}", key.join(".")),
            key: key.iter().map(|part| (*part).to_owned()).collect(),
            value: Some(value),
        }
    }

    /// The parts of the key.
    pub(super) fn parts(&self) -> &[String] {
        &self.key
    }

    /// The value; `None` leaves the key out.
    pub fn value(&self) -> Option<&Value> {
        self.value.as_ref()
    }

    /// A change of the same key to a value of no meaning.
    pub(super) fn with_some_value(&self) -> Self {
        Self {
            value: Some(Value::String(String::new())),
            ..self.clone()
        }
    }

    /// The same change, shown to the user as `text`.
    #[must_use]
    pub(crate) fn shown_as(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }

    /// Reads `KEY=VALUES`, in which commas separate the values. Each becomes a change of the key.
    ///
    /// # Errors
    /// What is expected, in words.
    pub(crate) fn several(text: &str) -> Result<Vec<Self>, String> {
        let (key, values) = text.split_once('=').ok_or_else(|| wrong_form(text))?;
        let values = at_commas(values);
        if values.len() > 1 && values.iter().any(|value| value.trim().is_empty()) {
            return Err(format!("expected a value between two commas, found {text}"));
        }
        let changes = values.iter().map(|value| format!("{key}={value}").parse());
        changes.collect()
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Change {
    type Err = String;

    /// Reads `KEY=VALUE`. The value is one of TOML, a word without quotes, or a list of both. No value leaves
    /// the key out.
    fn from_str(text: &str) -> Result<Self, String> {
        let (key, value) = text.split_once('=').ok_or_else(|| wrong_form(text))?;
        let parts: Vec<String> = key.trim().split('.').map(str::to_owned).collect();
        if parts.len() > MOST_PARTS || !parts.iter().all(|part| is_key(part)) {
            return Err(wrong_form(text));
        }
        let value = match value.trim() {
            "" => None,
            value => Some(read_value(value)?),
        };
        Ok(Self {
            key: parts,
            value,
            text: text.trim().to_owned(),
        })
    }
}

fn wrong_form(text: &str) -> String {
    format!("{FORM}, found {text}")
}

/// Whether TOML needs no quotes for this key.
fn is_key(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !text.is_empty() && text.chars().all(is_part)
}

/// A value of TOML, or one that a shell leaves of it: words without quotes, numbers such as `.5`.
fn read_value(text: &str) -> Result<Value, String> {
    if let Some(value) = read_single(text) {
        return Ok(value);
    }
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let list = inner.and_then(|inner| {
        let values = at_commas(inner);
        values
            .iter()
            .map(|value| read_single(value.trim()))
            .collect()
    });
    if let Some(list) = list {
        return Ok(Value::Array(list));
    }
    if at_commas(text).len() > 1 {
        return Err(format!(
            "expected one value, found several: {text}; a list has brackets, and `mixup sweep` tries several values"
        ));
    }
    Err(format!(
        "expected a number, true, false, a word, a path or a list such as [1, 2], found {text}; any text can stand in double quotes: --set 'KEY=\"TEXT\"'"
    ))
}

fn read_single(text: &str) -> Option<Value> {
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    let has_digit = text.contains(|c: char| c.is_ascii_digit());
    if let (true, Ok(number)) = (has_digit, text.parse()) {
        return Some(Value::Float(number));
    }
    is_word(text).then(|| Value::String(text.to_owned()))
}

/// Whether the text can only be meant as a string: a name such as `cnn-bn`, or a path.
fn is_word(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let starts = |start: &str| text.starts_with(start);
    let is_begun = text.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_begun || ["/", "./", "../"].into_iter().any(starts)) && text.chars().all(is_part)
}

/// The parts of `text` between commas that stand outside of brackets and quotes.
fn at_commas(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut quote) = (0_i32, None);
    for c in text.chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('[' | '{', None) => depth += 1,
            (']' | '}', None) => depth -= 1,
            _ => {}
        }
        if c == ',' && depth <= 0 && quote.is_none() {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

#[cfg(test)]
mod tests;
