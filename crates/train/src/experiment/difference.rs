//! Settings as text, and the first setting in which two experiments differ.

use std::collections::BTreeMap;

/// Puts every value of `table` into `settings`, under its dotted key.
pub(super) fn flatten(prefix: &str, table: &toml::Table, settings: &mut BTreeMap<String, String>) {
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

/// The dotted name of the first key in which two tables differ.
pub(super) fn first_difference(one: &toml::Table, other: &toml::Table) -> Option<String> {
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
