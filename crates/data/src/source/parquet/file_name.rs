//! Configuration and split of a parquet file, by its name.

/// Names of the split of training images, in the order in which they are looked for.
pub(super) const TRAIN_NAMES: [&str; 2] = ["train", "training"];
/// Names of a split that can only hold test images.
pub(super) const TEST_NAMES: [&str; 2] = ["test", "testing"];
/// Names of a split of validation images. Without a split for the test, these are the test images.
pub(super) const MIDDLE_NAMES: [&str; 3] = ["validation", "valid", "val"];
/// Names of further splits.
const OTHER_NAMES: [&str; 4] = ["dev", "eval", "extra", "unlabeled"];

/// The configuration and the split of a file by its name, which has `/` between folders:
/// `CONFIG/SPLIT-00000-of-00002.parquet`, with a hash before the ending or without, `CONFIG/SPLIT/0000.parquet`, or
/// `SPLIT.parquet`. A folder `data` is no configuration. A file of another name belongs to `train`.
pub(crate) fn place_of(name: &str) -> (String, String) {
    let (mut folders, file) = match name.rsplit_once('/') {
        Some((folders, file)) => (folders.split('/').collect(), file),
        None => (vec![], name),
    };
    let stem = file.strip_suffix(".parquet").unwrap_or(file);
    let split = match split_of(stem) {
        Some(split) => split.to_owned(),
        None => match folders.pop() {
            // The hub's own conversion, and folders that are called as a split.
            Some(folder) if is_number(stem) || is_split_name(folder) => folder.to_owned(),
            other => {
                folders.extend(other);
                TRAIN_NAMES[0].to_owned()
            }
        },
    };
    if folders.first() == Some(&"data") {
        folders.remove(0);
    }
    (folders.join("/"), split)
}

/// The split that the name of a file begins with.
fn split_of(stem: &str) -> Option<&str> {
    if let Some((before, after)) = stem.rsplit_once("-of-")
        && let Some((split, number)) = before.rsplit_once('-')
        && is_number(number)
        && is_number(after.split('-').next().unwrap_or_default())
    {
        return Some(split).filter(|split| !split.is_empty());
    }
    let end = stem.find(['-', '_', '.']).unwrap_or(stem.len());
    Some(&stem[..end]).filter(|word| is_split_name(word))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_split_name(word: &str) -> bool {
    let names = [&TRAIN_NAMES[..], &TEST_NAMES, &MIDDLE_NAMES, &OTHER_NAMES].concat();
    names.contains(&word)
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
            ("everything.parquet", "", "train"),
            ("mnist/set.parquet", "mnist", "train"),
            ("data/en/val-00000-of-00009.parquet", "en", "val"),
        ] {
            assert_eq!(place_of(name), (config.into(), split.into()), "{name}");
        }
    }
}
