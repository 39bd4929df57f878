//! Digests of the files in a folder, so that a flipped bit is noticed.
//!
//! They lie in the file `SHA256SUMS`, which `sha256sum --check` reads, too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::files;

/// The name of the file of digests.
pub(crate) const SUMS: &str = "SHA256SUMS";

/// The SHA-256 digests of files in one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digests {
    folder: PathBuf,
    /// Digests in lower-case hexadecimal, by the path of the file from the folder.
    by_name: BTreeMap<String, String>,
}

impl Digests {
    /// Digests of files in `folder`, none so far.
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.into(),
            by_name: BTreeMap::new(),
        }
    }

    /// Reads the digests in `folder`. `None` if it has none, such as a folder of version 0.2.0.
    ///
    /// # Errors
    /// [`Failure::Usage`] if a line is damaged, else [`Failure::File`].
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, Failure> {
        let path = folder.join(SUMS);
        if !path.exists() {
            return Ok(None);
        }
        let text = files::read_text(&path).map_err(Failure::file(&path))?;
        let mut digests = Self::new(folder);
        for (number, line) in (1..).zip(text.lines()) {
            let Some((digest, name)) = parse(line) else {
                let found = format!("something else in line {number}");
                return Err(files::damaged(&path, &found));
            };
            digests.by_name.insert(name.into(), digest.into());
        }
        Ok(Some(digests))
    }

    /// Adds the digest of the file `name`.
    pub(crate) fn add(&mut self, name: &str, digest: String) {
        self.by_name.insert(name.into(), digest);
    }

    /// Removes the digest of the file `name`.
    pub(crate) fn remove(&mut self, name: &str) {
        self.by_name.remove(name);
    }

    /// The digest of the file `name`.
    pub(crate) fn of(&self, name: &str) -> Option<&str> {
        self.by_name.get(name).map(String::as_str)
    }

    /// The text of `SHA256SUMS`.
    pub(crate) fn to_text(&self) -> String {
        let lines = self.by_name.iter();
        lines
            .map(|(name, digest)| format!("{digest}  {name}\n"))
            .collect()
    }

    /// Checks that `bytes` are the content that the file `name` was written with. A file without a digest is
    /// not checked.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names the file and both digests.
    pub(crate) fn check(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let found = sha256(bytes);
        match self.of(name) {
            Some(wanted) if wanted != found => Err(files::damaged(
                &self.folder.join(name),
                &format!("other bytes (SHA-256 {found} instead of {wanted})"),
            )),
            _ => Ok(()),
        }
    }
}

/// The digest and the name in a line of `SHA256SUMS`.
fn parse(line: &str) -> Option<(&str, &str)> {
    let (digest, name) = line.split_once("  ")?;
    let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_digest && !name.is_empty()).then_some((digest, name))
}

/// The SHA-256 digest of `bytes`, in lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digests of the file `a`, which holds `abc`.
    fn of_abc(folder: &Path) -> Digests {
        let mut digests = Digests::new(folder);
        digests.add("a", sha256(b"abc"));
        digests
    }

    /// The example of FIPS 180-2, appendix B.1.
    #[test]
    fn the_digest_is_that_of_the_standard() {
        let wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), wanted);
    }

    #[test]
    fn digests_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let digests = of_abc(folder.path());
        files::write_whole(&folder.path().join(SUMS), digests.to_text().as_bytes()).unwrap();
        assert_eq!(Digests::read(folder.path()).unwrap(), Some(digests));
    }

    #[test]
    fn a_folder_without_digests_has_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Digests::read(folder.path()).unwrap(), None);
    }

    #[test]
    fn the_same_bytes_pass() {
        assert!(of_abc(Path::new("run")).check("a", b"abc").is_ok());
    }

    #[test]
    fn one_flipped_bit_is_refused_by_file_and_digest() {
        let failure = of_abc(Path::new("run")).check("a", b"abb").unwrap_err();
        let message = failure.to_string();
        assert!(message.starts_with("run/a: expected "), "{message}");
        assert!(message.ends_with("b410ff61f20015ad)"), "{message}");
    }

    #[test]
    fn a_file_that_has_no_digest_is_not_checked() {
        assert!(of_abc(Path::new("run")).check("b", b"anything").is_ok());
    }

    #[test]
    fn a_line_that_is_no_digest_is_refused_by_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let text = of_abc(folder.path()).to_text() + "ba78  b\n";
        files::write_whole(&folder.path().join(SUMS), text.as_bytes()).unwrap();
        let message = Digests::read(folder.path()).unwrap_err().to_string();
        assert!(
            message.ends_with("found something else in line 2"),
            "{message}"
        );
    }
}
