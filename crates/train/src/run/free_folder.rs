//! The default folder of a new run or comparison.

use std::path::{Path, PathBuf};

/// The first of `runs/NAME`, `runs/NAME-2`, `runs/NAME-3`, … that does not exist yet.
pub(crate) fn free_folder(name: &str) -> PathBuf {
    first_free(Path::new("runs"), name)
}

fn first_free(parent: &Path, name: &str) -> PathBuf {
    let first = parent.join(name);
    if !first.exists() {
        return first;
    }
    (2..)
        .map(|number: u32| parent.join(format!("{name}-{number}")))
        .find(|path| !path.exists())
        .unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_free_stays_as_it_is() {
        let parent = tempfile::tempdir().unwrap();
        let found = first_free(parent.path(), "demo");
        assert_eq!(found, parent.path().join("demo"));
    }

    #[test]
    fn taken_names_are_counted_from_2() {
        let parent = tempfile::tempdir().unwrap();
        std::fs::create_dir(parent.path().join("demo")).unwrap();
        // A file takes the name, too.
        std::fs::write(parent.path().join("demo-2"), "").unwrap();
        let found = first_free(parent.path(), "demo");
        assert_eq!(found, parent.path().join("demo-3"));
    }

    #[test]
    fn a_gap_in_the_numbers_is_filled() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["demo", "demo-3"] {
            std::fs::create_dir(parent.path().join(name)).unwrap();
        }
        let found = first_free(parent.path(), "demo");
        assert_eq!(found, parent.path().join("demo-2"));
    }
}
