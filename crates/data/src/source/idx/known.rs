//! The sets whose files are idx, and their classes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A set whose files are idx. All but EMNIST's have the same file names, so a digest or the user tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdxSet {
    /// Handwritten digits.
    Mnist,
    /// Clothes.
    FashionMnist,
    /// Handwritten hiragana.
    Kmnist,
    /// Digits and letters in 62 classes.
    EmnistByclass,
    /// Digits and letters; of 15 letters, both cases are one class.
    EmnistBymerge,
    /// The 47 classes of [`EmnistBymerge`](Self::EmnistBymerge), with as many images each.
    EmnistBalanced,
    /// Letters, both cases as one class.
    EmnistLetters,
    /// Digits.
    EmnistDigits,
    /// Digits, as many as in MNIST.
    EmnistMnist,
}

/// EMNIST's sets, by the words in the names of their files.
const EMNIST: [(&str, IdxSet); 6] = [
    ("emnist-byclass", IdxSet::EmnistByclass),
    ("emnist-bymerge", IdxSet::EmnistBymerge),
    ("emnist-balanced", IdxSet::EmnistBalanced),
    ("emnist-letters", IdxSet::EmnistLetters),
    ("emnist-digits", IdxSet::EmnistDigits),
    ("emnist-mnist", IdxSet::EmnistMnist),
];

/// SHA-256 of the packed files that are published.
const DIGESTS: [(IdxSet, [&str; 4]); 3] = [
    (
        IdxSet::Mnist,
        [
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ],
    ),
    (
        IdxSet::FashionMnist,
        [
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        ],
    ),
    (
        IdxSet::Kmnist,
        [
            "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
            "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
            "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
            "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
        ],
    ),
];

const CLOTHES: [&str; 10] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
];

/// The syllables of KMNIST, in Latin letters.
const SYLLABLES: [&str; 10] = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"];

/// The lower-case letters that EMNIST keeps apart from their capitals when it merges letters.
const UNMERGED: &str = "abdefghnqrt";

impl IdxSet {
    /// The set of EMNIST whose file names start with `word`, such as `emnist-letters`.
    pub(super) fn emnist(word: &str) -> Option<Self> {
        let found = EMNIST.iter().find(|(name, _)| *name == word);
        found.map(|(_, set)| *set)
    }

    /// The word for it in an experiment.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Mnist => "mnist",
            Self::FashionMnist => "fashion-mnist",
            Self::Kmnist => "kmnist",
            emnist => EMNIST
                .iter()
                .find(|(_, set)| *set == emnist)
                .map_or("", |(word, _)| word),
        }
    }

    /// Whether it is one of EMNIST's, so that the names of its files say so.
    pub(crate) fn is_emnist(self) -> bool {
        EMNIST.iter().any(|(_, set)| *set == self)
    }

    /// The set that has a packed file of this SHA-256.
    pub(crate) fn of_packed(digest: &str) -> Option<Self> {
        let found = DIGESTS.iter().find(|(_, files)| files.contains(&digest));
        found.map(|(set, _)| *set)
    }

    /// Whether the planes of its images stand in columns.
    pub(super) fn lies_in_columns(self) -> bool {
        self.is_emnist()
    }
}

impl fmt::Display for IdxSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Mnist => "MNIST",
            Self::FashionMnist => "Fashion-MNIST",
            Self::Kmnist => "KMNIST",
            Self::EmnistByclass => "EMNIST by class",
            Self::EmnistBymerge => "EMNIST by merge",
            Self::EmnistBalanced => "EMNIST balanced",
            Self::EmnistLetters => "EMNIST letters",
            Self::EmnistDigits => "EMNIST digits",
            Self::EmnistMnist => "EMNIST MNIST",
        })
    }
}

/// The label of the first class, and the names of all classes. The classes of a set that is not known are called by
/// their labels, from 0 to the `highest`.
pub(super) fn classes(set: Option<IdxSet>, highest: u8) -> (u8, Vec<String>) {
    let digits = || (0..10).map(|digit: u8| digit.to_string());
    let letters = |letters: &str| {
        let letters: Vec<String> = letters.chars().map(String::from).collect();
        letters.into_iter()
    };
    let capitals = || letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    let all = match set {
        None => (0..=highest.max(1))
            .map(|label| label.to_string())
            .collect(),
        Some(IdxSet::FashionMnist) => CLOTHES.map(str::to_owned).into(),
        Some(IdxSet::Kmnist) => SYLLABLES.map(str::to_owned).into(),
        Some(IdxSet::EmnistLetters) => return (1, letters("abcdefghijklmnopqrstuvwxyz").collect()),
        Some(IdxSet::Mnist | IdxSet::EmnistDigits | IdxSet::EmnistMnist) => digits().collect(),
        Some(IdxSet::EmnistByclass) => digits()
            .chain(capitals())
            .chain(letters("abcdefghijklmnopqrstuvwxyz"))
            .collect(),
        Some(IdxSet::EmnistBymerge | IdxSet::EmnistBalanced) => digits()
            .chain(capitals())
            .chain(letters(UNMERGED))
            .collect(),
    };
    (0, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_has_its_published_number_of_classes() {
        let counts = [
            (IdxSet::Mnist, 10),
            (IdxSet::FashionMnist, 10),
            (IdxSet::Kmnist, 10),
            (IdxSet::EmnistByclass, 62),
            (IdxSet::EmnistBymerge, 47),
            (IdxSet::EmnistBalanced, 47),
            (IdxSet::EmnistLetters, 26),
            (IdxSet::EmnistDigits, 10),
            (IdxSet::EmnistMnist, 10),
        ];
        for (set, count) in counts {
            let (_, mut names) = classes(Some(set), 0);
            assert_eq!(names.len(), count, "{set}");
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count, "{set}: one name twice");
        }
    }

    #[test]
    fn the_classes_of_an_unknown_set_are_called_by_their_labels() {
        assert_eq!(
            classes(None, 2),
            (0, ["0", "1", "2"].map(str::to_owned).into())
        );
        assert_eq!(classes(None, 0).1.len(), 2);
    }

    #[test]
    fn a_published_file_tells_its_set() {
        let fashion = "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5";
        assert_eq!(IdxSet::of_packed(fashion), Some(IdxSet::FashionMnist));
        assert_eq!(IdxSet::of_packed(&fashion.replace('6', "7")), None);
    }
}
