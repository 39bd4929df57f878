//! Whether a split has all of its files.

use std::path::Path;

use super::file_name::shard_of;
use crate::DataError;
use crate::listed::listed;

/// Requires a split to have all files that their names promise, `…-00003-of-00007`, and each once. `stems` are the
/// names of its files without folders and ending.
///
/// # Errors
/// Other files than the names say.
pub(super) fn check_shards(place: &Path, split: &str, stems: &[String]) -> Result<(), DataError> {
    let shards = stems.iter().map(|stem| shard_of(stem));
    let mut shards: Vec<Option<[usize; 2]>> = shards
        .map(|shard| shard.map(|(_, numbers)| numbers))
        .collect();
    shards.sort_unstable();
    let Some([_, total]) = shards.last().copied().flatten() else {
        return Ok(());
    };
    let is_whole = total == shards.len()
        && (0..total)
            .zip(&shards)
            .all(|(index, shard)| *shard == Some([index, total]));
    if is_whole {
        return Ok(());
    }
    let expected = format!("{total} files of the split {split}, as their names say");
    let mut names = stems.to_vec();
    names.sort_unstable();
    let found = format!("{}: {}", stems.len(), listed(&names));
    let fault = DataError::format(place, expected, found);
    Err(fault
        .hinted("get the files that are missing, or remove those that are there in two versions"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_whole(stems: &[&str]) -> bool {
        let stems: Vec<String> = stems.iter().map(|stem| (*stem).to_owned()).collect();
        check_shards(Path::new("set"), "train", &stems).is_ok()
    }

    #[test]
    fn each_number_is_there_once() {
        assert!(is_whole(&["train-1-of-2", "train-0-of-2-ab12"]));
        assert!(
            is_whole(&["train", "train_2"]),
            "names that promise nothing"
        );
        for stems in [
            &["train-0-of-2"][..],
            &["train-0-of-2", "train-0-of-2-ab12"],
            &["train-1-of-2", "train-2-of-2"],
            &["train-0-of-1", "train-1-of-2"],
            &["train-0-of-2", "train"],
            &["train-0-of-1", "train"],
            &["train-0-of-0"],
        ] {
            assert!(!is_whole(stems), "{stems:?}");
        }
    }
}
