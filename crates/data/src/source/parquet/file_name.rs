//! Configuration and split of a parquet file, by its name.

/// Names of the split of training images, in the order in which they are looked for.
pub(super) const TRAIN_NAMES: [&str; 2] = ["train", "training"];
/// Names of a split that can only hold test images.
pub(super) const TEST_NAMES: [&str; 2] = ["test", "testing"];
/// Names of a split of validation images. Without a split for the test, these are the test images.
pub(super) const MIDDLE_NAMES: [&str; 3] = ["validation", "valid", "val"];
/// Names of further splits.
const OTHER_NAMES: [&str; 4] = ["dev", "eval", "extra", "unlabeled"];

/// What the name of a file says about its place in the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamedPlace {
    /// The configuration. Empty if there is none.
    pub(super) config: String,
    /// The split, if the name says one.
    pub(super) split: Option<String>,
    /// The name without folders and ending.
    pub(super) stem: String,
}

/// The place of a file by its name, which has `/` between folders: `CONFIG/SPLIT-00000-of-00002.parquet`, with a hash
/// before the ending or without, `CONFIG/SPLIT/0000.parquet`, or a name with the word of one split, such as
/// `mnist_test.parquet`. A folder `data` is no configuration.
pub(super) fn place_of(name: &str) -> NamedPlace {
    let (mut folders, file) = match name.rsplit_once('/') {
        Some((folders, file)) => (folders.split('/').collect(), file),
        None => (vec![], name),
    };
    let stem = file.strip_suffix(".parquet").unwrap_or(file);
    let mut split = split_of(stem);
    if split.is_none()
        && let Some(folder) = folders.last().copied()
        // The hub's own conversion, and folders that are called as a split.
        && (is_number(stem) || is_split_name(folder))
    {
        folders.pop();
        split = Some(usual_case(folder));
    }
    if folders.first() == Some(&"data") {
        folders.remove(0);
    }
    NamedPlace {
        config: folders.join("/"),
        split,
        stem: stem.into(),
    }
}

/// The number of a file and how many its split has, by a name such as `train-00000-of-00002`; and the split.
pub(super) fn shard_of(stem: &str) -> Option<(&str, [usize; 2])> {
    let (before, after) = stem.rsplit_once("-of-")?;
    let (split, index) = before.rsplit_once('-')?;
    let total = after.split(['-', '.']).next()?;
    if split.is_empty() || !is_number(index) || !is_number(total) {
        return None;
    }
    // A number of 20 digits is no number of files.
    Some((split, [index.parse().ok()?, total.parse().ok()?]))
}

/// The split that the name of a file says: that of its number, else the only word for one in it.
fn split_of(stem: &str) -> Option<String> {
    if let Some((split, _)) = shard_of(stem) {
        return Some(usual_case(split));
    }
    let is_between = |letter: char| "-_. ".contains(letter) || letter.is_ascii_digit();
    let mut words = stem.split(is_between).filter(|word| is_split_name(word));
    // `train_test` may be either.
    match (words.next(), words.next()) {
        (Some(only), None) => Some(usual_case(only)),
        _ => None,
    }
}

/// Names that are known in lower case, others as they are.
fn usual_case(split: &str) -> String {
    match is_split_name(split) {
        true => split.to_lowercase(),
        false => split.into(),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_split_name(word: &str) -> bool {
    let names = [&TRAIN_NAMES[..], &TEST_NAMES, &MIDDLE_NAMES, &OTHER_NAMES].concat();
    names.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_says_configuration_and_split() {
        for (name, config, split) in [
            ("data/train-00000-of-00001.parquet", "", "train"),
            (
                "data/train-00000-of-00001-a09b74b3ef9c3b56.parquet",
                "",
                "train",
            ),
            (
                "plain_text/test-00000-of-00001.parquet",
                "plain_text",
                "test",
            ),
            (
                "cropped_digits/extra-00001-of-00002.parquet",
                "cropped_digits",
                "extra",
            ),
            (
                "default/partial-train/0003.parquet",
                "default",
                "partial-train",
            ),
            ("default/train/0000.parquet", "default", "train"),
            ("train.parquet", "", "train"),
            ("valid/part-one.parquet", "", "valid"),
            ("test_1.parquet", "", "test"),
            ("Test.parquet", "", "test"),
            ("mnist_test.parquet", "", "test"),
            ("My Set.train2.parquet", "", "train"),
            ("VALIDATION-00000-of-00001.parquet", "", "validation"),
            ("Valid/part-one.parquet", "", "valid"),
            ("mnist/train.parquet", "mnist", "train"),
            ("data/en/val-00000-of-00009.parquet", "en", "val"),
        ] {
            let place = place_of(name);
            let found = (place.config.as_str(), place.split.as_deref());
            assert_eq!(found, (config, Some(split)), "{name}");
        }
    }

    #[test]
    fn a_name_with_no_word_or_two_says_no_split() {
        for name in [
            "all.parquet",
            "mnist/set.parquet",
            "train_test.parquet",
            "training-images-for-the-test.parquet",
            "trained.parquet",
            "-00000-of-00001.parquet",
            "protest.parquet",
        ] {
            assert_eq!(place_of(name).split, None, "{name}");
        }
        assert_eq!(place_of("mnist/set.parquet").config, "mnist");
    }

    #[test]
    fn a_file_of_several_has_its_number_and_their_number() {
        assert_eq!(
            shard_of("train-00001-of-00002-ab12"),
            Some(("train", [1, 2]))
        );
        for stem in [
            "train",
            "train-of-2",
            "train-0-of-x",
            "train-1-of-99999999999999999999",
        ] {
            assert_eq!(shard_of(stem), None, "{stem}");
        }
    }
}
