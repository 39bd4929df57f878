//! Whether a value is within its range, and the line that says so where it is not.

/// # Errors
/// A line that names the key, what is allowed and what was found.
pub(crate) fn whole(key: &str, value: usize, from: usize, most: usize) -> Result<(), String> {
    if (from..=most).contains(&value) {
        return Ok(());
    }
    Err(format!(
        "{key}: expected a whole number from {from} to {most}, found {value}"
    ))
}

/// # Errors
/// A line that names the key, what is allowed and what was found.
pub(crate) fn within(
    key: &str,
    value: f64,
    expected: &str,
    allowed: impl Fn(f64) -> bool,
) -> Result<(), String> {
    if allowed(value) {
        return Ok(());
    }
    Err(format!("{key}: expected {expected}, found {value}"))
}

/// Whether a share is one.
///
/// # Errors
/// A line that names the key, what is allowed and what was found.
pub(crate) fn share(key: &str, value: f64) -> Result<(), String> {
    within(key, value, "a number from 0 to 1", |v| {
        (0.0..=1.0).contains(&v)
    })
}

/// The value of a key that `name` needs.
///
/// # Errors
/// A line that says that it is missing.
pub(crate) fn needed<T>(key: &str, name: &str, value: Option<T>) -> Result<T, String> {
    value.ok_or_else(|| format!("{key}: expected a value for {name}, found none"))
}

/// That the keys which `name` does not know are absent.
///
/// # Errors
/// A line that names the first that is there.
pub(crate) fn foreign(name: &str, keys: &[(&str, bool)]) -> Result<(), String> {
    match keys.iter().find(|(_, is_there)| *is_there) {
        None => Ok(()),
        Some((key, _)) => Err(format!("{key}: expected no such key for {name}, found one")),
    }
}
