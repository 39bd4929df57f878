//! What a changed key takes the place of, so that one change is enough where a person sees one.

use mixup_model::{Architecture, NetworkConfig};
use toml::{Table, Value};

use super::change::Change;

/// Keys that only some names of a table have: the table, then each name with its own keys.
type Owners = (
    &'static str,
    &'static [(&'static str, &'static [&'static str])],
);

const MOMENTS: &[&str] = &["beta_1", "beta_2", "epsilon"];

const OWNERS: [Owners; 3] = [
    (
        "optimizer",
        &[
            ("adam", MOMENTS),
            ("adamw", MOMENTS),
            ("sgd", &["momentum", "nesterov"]),
        ],
    ),
    (
        "loss",
        &[
            ("bce", &["epsilon"]),
            ("bce-logits", &[]),
            ("cross-entropy", &[]),
        ],
    ),
    (
        "schedule",
        &[
            ("constant", &[]),
            ("step", &["milestones", "factor"]),
            ("cosine", &["end_factor"]),
            ("one-cycle", &["start_factor", "end_factor"]),
        ],
    ),
];

/// Takes out of the file's `table` what cannot stay next to `change`. What other changes set is put in later.
///
/// - Another network has its published widths.
/// - Another optimizer, loss or schedule loses the keys that it does not have.
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
                leave_out_foreign(table, inner, names, name);
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
        && let Ok(network) = Table::try_from(NetworkConfig::published(new))
    {
        table.insert("network".to_owned(), network.into());
    }
}

/// Leaves out the keys of other names, unless `name` is not known, which is refused later.
fn leave_out_foreign(
    table: &mut Table,
    inner: &str,
    names: &[(&str, &'static [&'static str])],
    name: &str,
) {
    let Some((_, own)) = names.iter().find(|(known, _)| *known == name) else {
        return;
    };
    let all = names.iter().flat_map(|(_, keys)| keys.iter().copied());
    let foreign: Vec<&str> = all.filter(|key| !own.contains(key)).collect();
    leave_out(table, inner, &foreign);
}

fn leave_out(table: &mut Table, inner: &str, keys: &[&str]) {
    if let Some(Value::Table(inner)) = table.get_mut(inner) {
        for key in keys {
            inner.remove(*key);
        }
    }
}
