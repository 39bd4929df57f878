//! Whether a value is within its range.

use super::setting_error::SettingError;

/// Requires a whole number within `from..=most`.
///
/// # Errors
/// [`SettingError`].
pub(super) fn whole(key: &str, value: usize, from: usize, most: usize) -> Result<(), SettingError> {
    if (from..=most).contains(&value) {
        return Ok(());
    }
    let expected = format!("a whole number from {from} to {most}");
    Err(SettingError::new(key, expected, value.to_string()))
}

/// Requires `allowed`. `expected` is the same in words.
///
/// # Errors
/// [`SettingError`].
pub(super) fn within(
    key: &str,
    value: f64,
    expected: &str,
    allowed: impl Fn(f64) -> bool,
) -> Result<(), SettingError> {
    if allowed(value) {
        return Ok(());
    }
    Err(SettingError::new(key, expected, value.to_string()))
}

/// Requires a share, from 0 to 1.
///
/// # Errors
/// [`SettingError`].
pub(super) fn share(key: &str, value: f64) -> Result<(), SettingError> {
    within(key, value, "a number from 0 to 1", |v| {
        (0.0..=1.0).contains(&v)
    })
}

/// Requires a factor above 0, up to 1.
///
/// # Errors
/// [`SettingError`].
pub(super) fn factor(key: &str, value: f64) -> Result<(), SettingError> {
    within(key, value, "a number above 0, up to 1", |v| {
        v > 0.0 && v <= 1.0
    })
}

/// The value of a key that `name` requires.
///
/// # Errors
/// [`SettingError`] if it is missing.
pub(super) fn required<T>(key: &str, name: &str, value: Option<T>) -> Result<T, SettingError> {
    value.ok_or_else(|| SettingError::new(key, format!("a value for {name}"), "none"))
}

/// Refuses keys that `name` does not know; each comes with whether the file has it.
///
/// # Errors
/// [`SettingError`] of the first that the file has.
pub(super) fn unexpected(name: &str, keys: &[(&str, bool)]) -> Result<(), SettingError> {
    match keys.iter().find(|(_, is_there)| *is_there) {
        None => Ok(()),
        Some((key, _)) => Err(SettingError::new(
            *key,
            format!("no such key for {name}"),
            "one",
        )),
    }
}
