//! The key that a misspelt one may be meant to be.

use super::file::HINT;

/// How near a key must be to be offered, from 0 to 1 (the same).
const NEAR: f64 = 0.6;

/// The way out of a file that the parser refused with `message`.
pub(super) fn hint(message: &str) -> String {
    match near_key(message) {
        Some(key) => format!("did you mean {key}? {HINT}"),
        None => HINT.into(),
    }
}

/// The known key that is nearest to the unknown one, by a message such as
/// ``unknown key `alhpa`, expected one of `alpha`, `every` ``.
pub(super) fn near_key(message: &str) -> Option<&str> {
    let (_, keys) = message.split_once("unknown key ")?;
    let mut keys = keys.split('`').skip(1).step_by(2);
    let unknown = keys.next()?;
    let likeness = |key: &str| strsim::normalized_damerau_levenshtein(unknown, key);
    let best = keys.max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) >= NEAR).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_key_is_offered() {
        let message = "unknown key `alhpa`, expected one of `method`, `alpha`, `every`";
        assert_eq!(near_key(message), Some("alpha"));
        assert!(hint(message).starts_with("did you mean alpha? "));
    }

    #[test]
    fn a_key_that_is_like_no_other_has_no_offer() {
        for message in [
            "unknown key `colour`, expected one of `seed`, `epochs`",
            "missing key `epochs`",
            "invalid type: string \"much\", expected a number",
        ] {
            assert_eq!(near_key(message), None, "{message}");
            assert_eq!(hint(message), HINT);
        }
    }
}
