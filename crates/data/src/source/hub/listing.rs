//! The files of a set at one commit.

use std::path::{Component, Path};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::name::is_sha256;
use crate::DataError;
use crate::source::parquet::ENDING;

/// The largest file, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 40;
/// The most parquet files of a set.
const MAX_FILES: usize = 100_000;

/// The parquet files of a set at one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    /// The commit.
    pub(super) commit: String,
    /// Its files, sorted by their names.
    pub(super) files: Vec<ListedFile>,
}

/// A file of a set, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListedFile {
    /// Its name within the set, with `/` between folders.
    pub(super) name: String,
    /// Its length in bytes.
    pub(super) size: u64,
    /// Its SHA-256 in lower-case hexadecimal. The hub knows none of small files that Git itself keeps.
    pub(super) sha256: Option<String>,
}

impl Listing {
    /// Adds the parquet files of one page of the hub's answer. `place` is for messages.
    ///
    /// # Errors
    /// An answer of another form, a name that leads out of the set and too many files.
    pub(super) fn add_page(&mut self, place: &Path, page: &[u8]) -> Result<(), DataError> {
        let fault = |expected: &str, found: String| {
            let expected = format!("a list of files from the hub, with {expected}");
            DataError::format(place, expected, found)
                .hinted("check the variable HF_ENDPOINT, and call the command again")
        };
        let entries: Vec<Value> = serde_json::from_slice(page)
            .map_err(|error| fault("an array of entries", error.to_string()))?;
        for entry in entries {
            let name = entry["path"].as_str().unwrap_or_default();
            if entry["type"] != "file" || !name.ends_with(ENDING) {
                continue;
            }
            let file = ListedFile {
                name: name.into(),
                size: entry["size"].as_u64().unwrap_or(u64::MAX),
                sha256: entry["lfs"]["oid"].as_str().map(str::to_owned),
            };
            file.check()
                .map_err(|(expected, found)| fault(expected, found))?;
            if self.files.len() >= MAX_FILES {
                return Err(fault("at most 100000 parquet files", "more".into()));
            }
            self.files.push(file);
        }
        Ok(())
    }

    /// Sorts the files, and requires each once and whole.
    ///
    /// # Errors
    /// What was expected, and what was found.
    pub(super) fn checked(mut self) -> Result<Self, (&'static str, String)> {
        self.files.sort_by(|one, other| one.name.cmp(&other.name));
        for file in &self.files {
            file.check()?;
        }
        let mut pairs = self.files.windows(2);
        match pairs.find(|pair| pair[0].name == pair[1].name) {
            Some(pair) => Err(("each file once", format!("{} twice", pair[0].name))),
            None => Ok(self),
        }
    }
}

impl ListedFile {
    fn check(&self) -> Result<(), (&'static str, String)> {
        let parts = Path::new(&self.name).components();
        let is_inside = parts
            .into_iter()
            .all(|part| matches!(part, Component::Normal(_)));
        if !is_inside || self.name.contains(['\\', ':']) || self.name.contains(char::is_control) {
            return Err(("names inside the set", self.name.clone()));
        }
        if self.size > MAX_FILE_BYTES {
            return Err((
                "the length of each file",
                format!("another one of {}", self.name),
            ));
        }
        match self.sha256.as_deref().is_none_or(is_sha256) {
            true => Ok(()),
            false => Err((
                "a SHA-256 (lfs.oid)",
                format!("another text for {}", self.name),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing() -> Listing {
        Listing {
            commit: "c".repeat(40),
            files: vec![],
        }
    }

    fn page(entry: &str) -> Result<Listing, String> {
        let mut listing = listing();
        let page = format!("[{entry}]");
        match listing.add_page(Path::new("hf:a/b"), page.as_bytes()) {
            Ok(()) => listing.checked().map_err(|(expected, _)| expected.into()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn entry(path: &str, size: &str, oid: &str) -> String {
        format!(
            r#"{{"type":"file","path":"{path}","size":{size},"oid":"1","lfs":{{"oid":"{oid}","size":{size}}}}}"#
        )
    }

    #[test]
    fn parquet_files_are_taken_and_others_left() {
        let digest = "0123456789abcdef".repeat(4);
        let entries = [
            entry("b/train.parquet", "7", &digest),
            r#"{"type":"file","path":"README.md","size":3}"#.to_owned(),
            r#"{"type":"directory","path":"odd.parquet"}"#.to_owned(),
            entry("a/test.parquet", "0", &digest),
            r#"{"type":"file","path":"c/small.parquet","size":3}"#.to_owned(),
        ];
        let listing = page(&entries.join(",")).unwrap();
        let names: Vec<_> = listing
            .files
            .iter()
            .map(|file| file.name.as_str())
            .collect();
        assert_eq!(
            names,
            ["a/test.parquet", "b/train.parquet", "c/small.parquet"]
        );
        assert_eq!(listing.files[1].size, 7);
        assert_eq!(listing.files[1].sha256.as_deref(), Some(&*digest));
        assert_eq!(listing.files[2].sha256, None);
    }

    #[test]
    fn a_hostile_list_is_refused() {
        let digest = "ab".repeat(32);
        for name in [
            "../x.parquet",
            "/x.parquet",
            "a/../../x.parquet",
            "C:x.parquet",
            "a\\\\..\\\\x.parquet",
        ] {
            let said = page(&entry(name, "1", &digest)).unwrap_err();
            assert!(said.contains("names inside the set"), "{name}: {said}");
        }
        for (size, oid) in [
            ("-1", &*digest),
            ("1e30", &digest),
            ("1", "short"),
            ("1", &"G".repeat(64)),
        ] {
            assert!(
                page(&entry("x.parquet", size, oid)).is_err(),
                "{size} {oid}"
            );
        }
        let twice = [
            entry("x.parquet", "1", &digest),
            entry("x.parquet", "1", &digest),
        ];
        assert_eq!(page(&twice.join(",")).unwrap_err(), "each file once");
        let mut listing = listing();
        for page in ["", "{}", "<html>", "[1", "[[]]"] {
            let result = listing.add_page(Path::new("hf:a/b"), page.as_bytes());
            assert_eq!(result.is_ok(), page == "[[]]", "{page}");
        }
        assert_eq!(listing.files, []);
    }
}
