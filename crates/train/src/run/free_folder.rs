//! The default folder of a new run or comparison.

use std::path::{Path, PathBuf};

use mixup_data::quoted;

/// Where runs and comparisons lie, unless `--out` names another folder.
pub(crate) const RUNS: &str = "runs";

/// The way to a run if nothing lies at `path`: the same name in the usual folder, or the list of runs.
pub(crate) fn hint_of_missing(path: &Path) -> String {
    let usual = Path::new(RUNS).join(path);
    if path.is_relative() && usual.exists() {
        format!("did you mean {}?", quoted(&usual))
    } else {
        "check the path; `mixup runs` lists the runs in the folder runs".into()
    }
}

/// The first of `runs/NAME`, `runs/NAME-2`, `runs/NAME-3`, … that does not exist yet.
pub(crate) fn free_folder(name: &str) -> PathBuf {
    first_free(Path::new(RUNS), name)
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
