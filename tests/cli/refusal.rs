//! A command that must be refused and leave no trace.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::scratch::Scratch;

impl Scratch {
    /// Runs `mixup LINE`, which must be refused as the user's mistake and leave no trace. Returns its
    /// two lines.
    pub(crate) fn refused(&self, line: &str) -> String {
        let before = self.listing();
        let said = self.run(line).failed_with(2);
        let after = self.listing();
        let names = |listing: &BTreeMap<PathBuf, _>| listing.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&after), names(&before), "mixup {line}");
        assert!(after == before, "mixup {line}: a file changed");
        said
    }

    /// [`Self::refused`], and the two lines must contain every one of `expected`.
    pub(crate) fn refused_for(&self, line: &str, expected: &[&str]) {
        let said = self.refused(line);
        for words in expected {
            assert!(said.contains(words), "{words:?} in: {said}");
        }
    }

    /// Every file and folder, with what the files hold.
    fn listing(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut listing = BTreeMap::new();
        let mut folders = vec![self.path("")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let bytes = (!path.is_dir()).then(|| fs::read(&path).unwrap());
                if bytes.is_none() {
                    folders.push(path.clone());
                }
                listing.insert(path, bytes);
            }
        }
        listing
    }
}
