//! What a changed key takes the place of, so that one change is enough where a person sees one.

use mixup_model::{Architecture, NetworkConfig};
use toml::{Table, Value};

use super::change::Change;

/// A key, and the value that it usually has, in TOML. `None` if that depends on the experiment.
type OwnKey = (&'static str, Option<&'static str>);

/// Keys that only some names of a table have: the table, then each name with its own keys.
type Owners = (&'static str, &'static [(&'static str, &'static [OwnKey])]);

/// PyTorch's values.
const MOMENTS: &[OwnKey] = &[
    ("beta_1", Some("0.9")),
    ("beta_2", Some("0.999")),
    ("epsilon", Some("1e-8")),
];

/// The values are those of the published experiments.
const OWNERS: [Owners; 3] = [
    (
        "optimizer",
        &[
            ("adam", MOMENTS),
            ("adamw", MOMENTS),
            (
                "sgd",
                &[("momentum", Some("0.9")), ("nesterov", Some("false"))],
            ),
        ],
    ),
    (
        "loss",
        &[
            ("bce", &[("epsilon", Some("1e-6"))]),
            ("bce-logits", &[]),
            ("cross-entropy", &[]),
        ],
    ),
    (
        "schedule",
        &[
            ("constant", &[]),
            ("step", &[("milestones", None), ("factor", Some("0.1"))]),
            ("cosine", &[("end_factor", Some("0.0"))]),
            (
                "one-cycle",
                &[
                    ("start_factor", Some("0.04")),
                    ("end_factor", Some("0.0001")),
                ],
            ),
        ],
    ),
];

/// Makes the file's `table` fit `change`. What the changes themselves set is put in later.
///
/// - Another network has its published widths. It starts from the same file and has the same frozen stages.
/// - Another optimizer, loss or schedule loses the keys that it does not have, and gets usual values for its own.
/// - `mixing.every` and `mixing.probability` replace each other.
pub(super) fn make_room(table: &mut Table, change: &Change) {
    let Some(value) = change.value() else {
        return;
    };
    match (change.key().as_str(), value) {
        ("network.name", Value::String(name)) => replace_network(table, name),
        ("mixing.every", _) => leave_out(table, "mixing", &["probability"]),
        ("mixing.probability", _) => leave_out(table, "mixing", &["every"]),
        (key, Value::String(name)) => {
            let owners = OWNERS
                .iter()
                .find(|(table, _)| key == format!("{table}.name"));
            if let Some((inner, names)) = owners {
                give_own_keys(table, inner, names, name);
            }
        }
        _ => {}
    }
}

/// Gives another network its published widths. A network that is not known is refused later.
fn replace_network(table: &mut Table, name: &str) {
    let Ok(new) = Value::String(name.to_owned()).try_into::<Architecture>() else {
        return;
    };
    let old = table.get("network").and_then(|network| network.get("name"));
    let old = match old {
        Some(old) => old.clone().try_into().ok(),
        None => Some(Architecture::default()),
    };
    if old != Some(new)
        && let Ok(mut network) = Table::try_from(NetworkConfig::published(new))
    {
        let before = table.get("network").and_then(Value::as_table);
        for key in ["start", "frozen"] {
            if let Some(value) = before.and_then(|before| before.get(key)) {
                network.insert(key.to_owned(), value.clone());
            }
        }
        table.insert("network".to_owned(), network.into());
    }
}

/// Leaves out the keys of other names, and adds those of `name` that are missing, unless `name` is not known, which
/// is refused later.
fn give_own_keys(table: &mut Table, inner: &str, names: &[(&str, &'static [OwnKey])], name: &str) {
    let Some((_, own)) = names.iter().find(|(known, _)| *known == name) else {
        return;
    };
    let all = names.iter().flat_map(|(_, keys)| keys.iter());
    let foreign = all.filter(|(key, _)| own.iter().all(|(known, _)| known != key));
    let foreign: Vec<&str> = foreign.map(|(key, _)| *key).collect();
    leave_out(table, inner, &foreign);
    let entry = table.entry(inner).or_insert_with(|| Table::new().into());
    let Value::Table(inner) = entry else {
        return;
    };
    for (key, usual) in own.iter() {
        if let Some(Ok(value)) = usual.map(str::parse::<Value>) {
            inner.entry(*key).or_insert(value);
        }
    }
}

fn leave_out(table: &mut Table, inner: &str, keys: &[&str]) {
    if let Some(Value::Table(inner)) = table.get_mut(inner) {
        for key in keys {
            inner.remove(*key);
        }
    }
}
