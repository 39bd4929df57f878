//! Which dict of a file is the state dict.

use super::Fault;
use super::value::{Id, Tensor, Value, Values, dotted, shown};
use crate::OtherFile;

/// Where training programs put the state dict of a checkpoint.
const ENTRIES: [&str; 3] = ["state_dict", "model_state_dict", "model"];

/// A state dict, and what lies next to it.
pub(super) struct Chosen<'v, 'a> {
    /// Names and tensors, in the order of the file.
    pub(super) tensors: Vec<(&'a str, &'v Tensor<'a>)>,
    /// The text under the key of the note.
    pub(super) note: Option<String>,
    /// The entry under which the state dict lies.
    pub(super) entry: Option<&'static str>,
}

/// The value of the whole file if it is a dict of tensors; else the only dict of tensors under one of [`ENTRIES`].
pub(super) fn choose<'v, 'a>(values: &'v Values<'a>, note: &str) -> Result<Chosen<'v, 'a>, Fault> {
    let root = match values.root() {
        Value::Dict(root) => root,
        Value::Object { module, name } => return Err(object(module, name, None)),
        other => return Err(Fault::unclear(other.kind(), None)),
    };
    let other = match tensors_of(values, root) {
        Ok(tensors) => {
            return Ok(Chosen {
                tensors,
                note: None,
                entry: None,
            });
        }
        Err(other) => other,
    };
    let dict_under = |entry: &'static str| match entry_of(values, root, entry) {
        Some(Value::Dict(dict)) => Some((entry, tensors_of(values, dict).ok()?)),
        _ => None,
    };
    let mut found: Vec<_> = ENTRIES.into_iter().filter_map(dict_under).collect();
    if found.len() > 1 {
        let names: Vec<&'static str> = found.iter().map(|(entry, _)| *entry).collect();
        let several = format!("several: {}", names.join(", "));
        return Err(Fault::unclear(several, names.first().copied()));
    }
    let Some((entry, tensors)) = found.pop() else {
        return Err(without_tensors(values, root, other));
    };
    Ok(Chosen {
        tensors,
        note: match entry_of(values, root, note) {
            Some(Value::Text(text)) => Some((*text).to_owned()),
            _ => None,
        },
        entry: Some(entry),
    })
}

/// The fault of a dict without a dict of tensors: what lies where it should be, else `other`.
fn without_tensors(values: &Values<'_>, root: &[(Id, Id)], other: String) -> Fault {
    for entry in ENTRIES {
        match entry_of(values, root, entry) {
            Some(Value::Object { module, name }) => return object(module, name, Some(entry)),
            Some(Value::Dict(dict)) => {
                if let Err(found) = tensors_of(values, dict) {
                    let has_tensors = dict
                        .iter()
                        .any(|(_, value)| matches!(values.get(*value), Value::Tensor(_)));
                    let found = format!("{found} in {entry}");
                    return Fault::unclear(found, has_tensors.then_some(entry));
                }
            }
            _ => {}
        }
    }
    Fault::unclear(other, None)
}

/// The fault of an object in place of a dict. Only its class is known, which need not be that of a module.
fn object(module: &str, name: &str, entry: Option<&'static str>) -> Fault {
    let class = dotted(module, name);
    Fault::Other(OtherFile::Object { class, entry })
}

/// The value under a key. As in Python, the last one counts.
fn entry_of<'v, 'a>(
    values: &'v Values<'a>,
    dict: &[(Id, Id)],
    wanted: &str,
) -> Option<&'v Value<'a>> {
    let mut entries = dict.iter().rev();
    let found =
        entries.find(|(key, _)| matches!(values.get(*key), Value::Text(key) if *key == wanted));
    found.map(|(_, value)| values.get(*value))
}

/// Names and tensors of a dict of nothing else. Else what was found in it.
fn tensors_of<'v, 'a>(
    values: &'v Values<'a>,
    dict: &[(Id, Id)],
) -> Result<Vec<(&'a str, &'v Tensor<'a>)>, String> {
    if dict.is_empty() {
        return Err("an empty dict".into());
    }
    let tensor = |(key, value): &(Id, Id)| match (values.get(*key), values.get(*value)) {
        (Value::Text(name), Value::Tensor(tensor)) => Ok((*name, tensor)),
        (Value::Text(name), other) => Err(format!("{} under {:?}", other.kind(), shown(name))),
        (other, _) => Err(format!("{} as a key", other.kind())),
    };
    dict.iter().map(tensor).collect()
}
