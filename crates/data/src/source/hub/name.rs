//! The names of sets of the hub: `hf:ORG/NAME:CONFIG@REVISION`.

use std::fmt;

/// What a name begins with.
const SCHEME: &str = "hf:";
/// The longest part of a name, in bytes.
const MAX_BYTES: usize = 200;
/// What is expected of a name, in words.
const FORM: &str =
    "expected hf:ORG/NAME, hf:ORG/NAME:CONFIG, hf:ORG/NAME@REVISION or hf:ORG/NAME:CONFIG@REVISION";

/// A set of the Hugging Face hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubSet {
    /// Organisation or user, and name: `uoft-cs/cifar10`.
    pub(super) id: String,
    /// Which of its configurations is read, if it has several.
    pub(super) config: Option<String>,
    /// A branch, a tag or a commit. Without one it is the main branch.
    pub(super) revision: Option<String>,
}

impl HubSet {
    /// The set that a text names; `None` if it does not begin with `hf:`.
    ///
    /// # Errors
    /// What is expected, in words.
    pub fn parse(text: &str) -> Option<Result<Self, String>> {
        text.strip_prefix(SCHEME).map(Self::after_scheme)
    }

    fn after_scheme(rest: &str) -> Result<Self, String> {
        let (rest, revision) = match rest.split_once('@') {
            Some((rest, revision)) => (rest, Some(revision)),
            None => (rest, None),
        };
        let (id, config) = match rest.split_once(':') {
            Some((id, config)) => (id, Some(config)),
            None => (rest, None),
        };
        let is_name = |part: &str| {
            let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            part.bytes().all(is_known)
                && !part.starts_with(['.', '-'])
                && !part.is_empty()
                && part.len() <= MAX_BYTES
        };
        let is_id =
            matches!(id.split_once('/'), Some((org, name)) if is_name(org) && is_name(name));
        let is_free = |part: &Option<&str>| {
            part.is_none_or(|part| {
                !part.is_empty()
                    && part.len() <= MAX_BYTES
                    && !part
                        .contains(|letter: char| letter.is_control() || "?#\\@".contains(letter))
                    && !part
                        .split('/')
                        .any(|part| part.is_empty() || part == "." || part == "..")
            })
        };
        // Git has no name with a colon: it is a configuration in the wrong place.
        let is_mixed = revision.is_some_and(|revision| revision.contains(':'));
        if !is_id || !is_free(&config) || !is_free(&revision) || is_mixed {
            return Err(FORM.into());
        }
        Ok(Self {
            id: id.into(),
            config: config.map(str::to_owned),
            revision: revision.map(str::to_owned),
        })
    }

    /// The set at this commit.
    pub(super) fn at(&self, commit: &str) -> Self {
        Self {
            revision: Some(commit.into()),
            ..self.clone()
        }
    }

    /// The name of its folder in caches.
    pub(super) fn folder(&self) -> String {
        format!("datasets--{}", self.id.replace('/', "--"))
    }
}

impl fmt::Display for HubSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{SCHEME}{}", self.id)?;
        if let Some(config) = &self.config {
            write!(formatter, ":{config}")?;
        }
        match &self.revision {
            Some(revision) => write!(formatter, "@{revision}"),
            None => Ok(()),
        }
    }
}

/// Whether a text is the SHA-1 by which Git knows a commit.
pub(super) fn is_commit(text: &str) -> bool {
    is_hexadecimal(text, 40)
}

/// Whether a text is a SHA-256.
pub(super) fn is_sha256(text: &str) -> bool {
    is_hexadecimal(text, 64)
}

/// Whether a text has so many digits of a number in lower-case hexadecimal, and nothing else.
fn is_hexadecimal(text: &str, digits: usize) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == digits && text.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> HubSet {
        HubSet::parse(text).unwrap().unwrap()
    }

    #[test]
    fn a_name_has_a_configuration_and_a_revision_if_they_are_given() {
        let set = parsed("hf:uoft-cs/cifar10:plain_text@refs/pr/3");
        assert_eq!(set.id, "uoft-cs/cifar10");
        assert_eq!(set.config.as_deref(), Some("plain_text"));
        assert_eq!(set.revision.as_deref(), Some("refs/pr/3"));
        let set = parsed("hf:a/b");
        assert_eq!((set.config, set.revision), (None, None));
    }

    #[test]
    fn a_name_is_its_own_text() {
        for text in ["hf:a/b", "hf:a/b:c", "hf:a/b@main", "hf:a/b:c d@v1.0"] {
            assert_eq!(parsed(text).to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_no_names() {
        assert_eq!(HubSet::parse("cifar10"), None);
        for text in [
            "hf:",
            "hf:cifar10",
            "hf:a/b/c",
            "hf:../b",
            "hf:a/..",
            "hf:a/b:",
            "hf:a/b@",
            "hf:a/b@..",
            "hf:a/b@x?y",
            "hf:a/b@main:cfg",
            "hf:a/b:../c",
            "hf:a b/c",
            "hf:a/b@x\ny",
        ] {
            assert_eq!(HubSet::parse(text), Some(Err(FORM.into())), "{text}");
        }
    }
}
