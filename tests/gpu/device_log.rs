//! The log that `MIXUP_DEVICE_LOG` asks for, read back.

use std::path::Path;

/// The device log of a run: a list of words for each part.
pub(crate) struct DeviceLog {
    parts: Vec<(String, Vec<String>)>,
}

impl DeviceLog {
    pub(crate) fn read(path: &Path) -> Self {
        let mut parts = vec![("start".to_owned(), vec![])];
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let (_, what) = line.split_once(' ').unwrap();
            match what.strip_prefix("part ") {
                Some(part) => parts.push((part.to_owned(), vec![])),
                None => parts.last_mut().unwrap().1.push(what.to_owned()),
            }
        }
        Self { parts }
    }

    /// The words of one part, in order.
    pub(crate) fn part(&self, name: &str) -> &[String] {
        let part = self.parts.iter().find(|(part, _)| part == name);
        &part.unwrap_or_else(|| panic!("no part {name}")).1
    }

    /// Prints a row of counts for each part.
    pub(crate) fn print(&self) {
        println!("part, writes, reads, submits, tunings");
        for (part, _) in &self.parts {
            let [writes, reads, submits, tunings] =
                ["write", "read", "submit", "tune"].map(|word| self.count(part, word));
            println!("{part}: {writes}, {reads}, {submits}, {tunings}");
        }
    }

    /// How many words of `part` begin with `word`.
    pub(crate) fn count(&self, part: &str, word: &str) -> usize {
        let words = self.part(part).iter();
        words.filter(|what| what.starts_with(word)).count()
    }
}
