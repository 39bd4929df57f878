//! What the name of an idx file says about it.

use std::fmt;

use super::IdxSet;

/// A file of a set, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IdxFile {
    pub(crate) part: Part,
    pub(crate) what: What,
    /// Which of EMNIST's sets has it, if it is one of them.
    pub(crate) emnist: Option<IdxSet>,
    /// Whether it is packed with gzip.
    pub(crate) packed: bool,
}

/// Which part of a set a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Train,
    Test,
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Train => "training",
            Self::Test => "test",
        })
    }
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Images,
    Labels,
}

impl What {
    /// The number of dimensions of the values.
    pub(crate) fn dimensions(self) -> u8 {
        match self {
            Self::Images => 3,
            Self::Labels => 1,
        }
    }
}

impl IdxFile {
    /// The file that has this name. Some programs that unpack files put a dot in place of the last hyphen but one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (name, packed) = match name.strip_suffix(".gz") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let name = name.replace('.', "-");
        let name = name.strip_suffix("-ubyte")?;
        let (name, what) = match name.strip_suffix("-images-idx3") {
            Some(name) => (name, What::Images),
            None => (name.strip_suffix("-labels-idx1")?, What::Labels),
        };
        let (emnist, part) = match name.rsplit_once('-') {
            Some((set, part)) => (Some(IdxSet::emnist(set)?), part),
            None => (None, name),
        };
        let part = match part {
            "train" => Part::Train,
            "t10k" | "test" => Part::Test,
            _ => return None,
        };
        Some(Self {
            part,
            what,
            emnist,
            packed,
        })
    }

    /// Whether the file can be one of this set. EMNIST's files may have lost the name of their set.
    pub(crate) fn belongs_to(self, set: Option<IdxSet>) -> bool {
        self.emnist.is_none() || self.emnist == set
    }

    /// The name that the file has in this set.
    pub(crate) fn usual_name(set: Option<IdxSet>, part: Part, what: What) -> String {
        let what = match what {
            What::Images => "images-idx3-ubyte",
            What::Labels => "labels-idx1-ubyte",
        };
        match (set.filter(|set| set.is_emnist()), part) {
            (Some(set), Part::Train) => format!("{}-train-{what}", set.word()),
            (Some(set), Part::Test) => format!("{}-test-{what}", set.word()),
            (None, Part::Train) => format!("train-{what}"),
            (None, Part::Test) => format!("t10k-{what}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_every_form_are_known() {
        let images = IdxFile {
            part: Part::Train,
            what: What::Images,
            emnist: None,
            packed: false,
        };
        assert_eq!(IdxFile::named("train-images-idx3-ubyte"), Some(images));
        assert_eq!(IdxFile::named("train-images.idx3-ubyte"), Some(images));
        let packed = IdxFile {
            packed: true,
            ..images
        };
        assert_eq!(IdxFile::named("train-images-idx3-ubyte.gz"), Some(packed));
        let labels = IdxFile {
            part: Part::Test,
            what: What::Labels,
            emnist: Some(IdxSet::EmnistLetters),
            packed: true,
        };
        let name = "emnist-letters-test-labels-idx1-ubyte.gz";
        assert_eq!(IdxFile::named(name), Some(labels));
    }

    #[test]
    fn other_names_are_no_idx_files() {
        for name in [
            "train-images-idx3-ubyte.zip",
            "train-images-idx1-ubyte",
            "valid-images-idx3-ubyte",
            "qmnist-train-images-idx3-ubyte",
            "emnist-other-test-labels-idx1-ubyte.gz",
            "images.png",
        ] {
            assert_eq!(IdxFile::named(name), None, "{name}");
        }
    }

    #[test]
    fn a_file_of_emnist_belongs_to_its_own_set_alone() {
        let file = IdxFile::named("emnist-digits-train-images-idx3-ubyte").expect("a name");
        assert!(file.belongs_to(Some(IdxSet::EmnistDigits)));
        assert!(!file.belongs_to(Some(IdxSet::EmnistLetters)));
        assert!(!file.belongs_to(None));
        let plain = IdxFile::named("t10k-images-idx3-ubyte").expect("a name");
        assert!(plain.belongs_to(None) && plain.belongs_to(Some(IdxSet::Kmnist)));
        assert!(plain.belongs_to(Some(IdxSet::EmnistDigits)));
    }
}
