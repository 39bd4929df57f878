//! The sets that can be downloaded: their files, where they come from and where they are kept.

mod facts;

use std::fmt;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::download::{Download, RetryPolicy};
use crate::source::Layout;
use crate::{DataError, Form, IdxSet, ImageRequest, ImageShape};
use facts::Facts;

/// A set that can be downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownSet {
    /// Small photos of 10 kinds of things.
    Cifar10,
    /// Small photos of 100 kinds of things.
    Cifar100,
    /// Street View House Numbers: photos of digits.
    Svhn,
    /// Handwritten digits.
    Mnist,
    /// Clothes.
    FashionMnist,
    /// Handwritten hiragana.
    Kmnist,
    /// Photos of 10 kinds of things, few with labels.
    Stl10,
    /// Small photos of 200 kinds of things.
    TinyImageNet,
    /// Photos of 10 kinds of things that are easily told apart.
    Imagenette,
    /// New test images for networks that were trained on CIFAR-10.
    Cifar10_1,
    /// CIFAR-10's test images, corrupted in many ways.
    Cifar10C,
}

impl KnownSet {
    /// All sets, in the order in which they are listed.
    pub const ALL: [Self; 11] = [
        Self::Cifar10,
        Self::Cifar100,
        Self::Svhn,
        Self::Mnist,
        Self::FashionMnist,
        Self::Kmnist,
        Self::Stl10,
        Self::TinyImageNet,
        Self::Imagenette,
        Self::Cifar10_1,
        Self::Cifar10C,
    ];

    /// The set of this word, such as `fashion-mnist`.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.word() == word)
    }

    const fn facts(self) -> &'static Facts {
        match self {
            Self::Cifar10 => &facts::CIFAR10,
            Self::Cifar100 => &facts::CIFAR100,
            Self::Svhn => &facts::SVHN,
            Self::Mnist => &facts::MNIST,
            Self::FashionMnist => &facts::FASHION_MNIST,
            Self::Kmnist => &facts::KMNIST,
            Self::Stl10 => &facts::STL10,
            Self::TinyImageNet => &facts::TINY_IMAGENET,
            Self::Imagenette => &facts::IMAGENETTE,
            Self::Cifar10_1 => &facts::CIFAR10_1,
            Self::Cifar10C => &facts::CIFAR10_C,
        }
    }

    /// The word for the set, such as `fashion-mnist`.
    pub fn word(self) -> &'static str {
        self.facts().word
    }

    /// What its images show, in a few words.
    pub fn about(self) -> &'static str {
        self.facts().about
    }

    /// The numbers of its training and test images.
    pub fn images(self) -> [usize; 2] {
        self.facts().images
    }

    /// The number of its classes.
    pub fn classes(self) -> usize {
        self.facts().classes
    }

    /// The shape of its images; `None` for colour photos of several shapes.
    pub fn shape(self) -> Option<ImageShape> {
        let [channels, side] = self.facts().shape?;
        Some(ImageShape {
            channels,
            height: side,
            width: side,
        })
    }

    /// The names of its corruptions, in alphabetical order; `None` for images that are not corrupted.
    pub fn corruptions(self) -> Option<&'static [&'static str]> {
        (self == Self::Cifar10C).then_some(&facts::CORRUPTIONS)
    }

    /// The terms under which it may be used, as far as they are known.
    pub fn terms(self) -> &'static str {
        self.facts().terms
    }

    /// The addresses of the folder of its files, in the order in which they are tried.
    pub fn addresses(self) -> &'static [&'static str] {
        self.facts().addresses
    }

    /// Checks that the set can answer `request`, before it is downloaded.
    ///
    /// # Errors
    /// [`DataError`] that names the key of the experiment's table `data`, or for a set of test images alone.
    pub fn check(self, request: &ImageRequest) -> Result<(), DataError> {
        request.check()?;
        let layout = match self {
            Self::Cifar10 => Layout::Cifar10(Form::Binary),
            Self::Cifar100 => Layout::Cifar100(Form::Binary),
            Self::Svhn => Layout::Svhn,
            Self::Mnist => Layout::Idx(Some(IdxSet::Mnist)),
            Self::FashionMnist => Layout::Idx(Some(IdxSet::FashionMnist)),
            Self::Kmnist => Layout::Idx(Some(IdxSet::Kmnist)),
            Self::Stl10 => Layout::Stl10,
            Self::TinyImageNet => Layout::TinyImageNet,
            Self::Imagenette => Layout::ClassFolders,
            Self::Cifar10_1 | Self::Cifar10C => {
                let found = format!("{self}, which has test images alone");
                let word = self.word();
                let fault = DataError::format(Path::new(word), "training and test images", found);
                return Err(fault.hinted(format!(
                    "a trained network is judged on them with: mixup evaluate --weights RUN --data {word}"
                )));
            }
        };
        request.check_layout(Path::new(self.word()), layout)
    }

    /// Whether it has test images alone, so that networks are judged on it and not trained.
    pub fn is_test_only(self) -> bool {
        self.images()[0] == 0
    }

    /// Whether it is one file, which is an archive.
    pub fn is_one_file(self) -> bool {
        self.facts().files.len() == 1
    }

    /// Its files by their names; with `extra` also those that are taken only if they are asked for.
    pub fn downloads(self, extra: bool) -> Vec<(&'static str, Download)> {
        let facts = self.facts();
        let files = facts
            .files
            .iter()
            .filter(|file| extra || file.name != facts::EXTRA);
        let download = |file: &facts::KnownFile| {
            let urls = facts
                .addresses
                .iter()
                .map(|folder| format!("{folder}/{}", file.name));
            let download = Download {
                urls: urls.collect(),
                size: file.size,
                sha256: file.sha256.into(),
                retry: RetryPolicy::default(),
            };
            (file.name, download)
        };
        files.map(download).collect()
    }

    /// Where the set is kept: an archive, or a folder of its files. `None` without a home folder.
    ///
    /// [`fetch`](fn@crate::fetch) only puts verified files there. [`Download::matches`] verifies them again.
    pub fn cached(self) -> Option<PathBuf> {
        let facts = self.facts();
        let name = match facts.files {
            [only] => only.name,
            _ => facts.word,
        };
        cache_folder().map(|folder| folder.join(name))
    }
}

impl fmt::Display for KnownSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.facts().title)
    }
}

/// This user's folder for files that can be downloaded again; `None` without a home folder.
pub(crate) fn cache_folder() -> Option<PathBuf> {
    ProjectDirs::from("", "", "mixup").map(|folders| folders.cache_dir().to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_set() {
        for set in KnownSet::ALL {
            assert_eq!(KnownSet::named(set.word()), Some(set));
        }
        assert_eq!(KnownSet::named("imagenet"), None);
    }

    #[test]
    fn every_file_has_a_digest_of_its_own_and_an_address() {
        let mut digests = vec![];
        for (name, download) in KnownSet::ALL
            .into_iter()
            .flat_map(|set| set.downloads(true))
        {
            let digest = download.sha256;
            assert!(digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()));
            digests.push(digest);
            assert!(download.urls[0].starts_with("http") && download.urls[0].ends_with(name));
        }
        let count = digests.len();
        assert_eq!(count, 2 + 3 + 3 * 4 + 3 + 2 + 1);
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), count);
    }

    #[test]
    fn the_corruptions_of_cifar10_c_are_sorted_and_as_many_as_its_images_say() {
        let names = KnownSet::Cifar10C.corruptions().expect("corruptions");
        assert!(names.is_sorted());
        assert_eq!(KnownSet::Cifar10C.images()[1], names.len() * 5 * 10_000);
        let extra = names
            .iter()
            .filter(|name| crate::CorruptedSet::is_extra(name));
        assert_eq!(extra.count(), 4);
        assert_eq!(KnownSet::Cifar10_1.corruptions(), None);
    }

    /// Readers and downloads have each digest once.
    #[test]
    fn the_digests_of_idx_files_are_those_by_which_readers_know_them() {
        for (set, known) in [
            (KnownSet::Mnist, IdxSet::Mnist),
            (KnownSet::FashionMnist, IdxSet::FashionMnist),
            (KnownSet::Kmnist, IdxSet::Kmnist),
        ] {
            for (name, download) in set.downloads(false) {
                assert_eq!(IdxSet::of_packed(&download.sha256), Some(known), "{name}");
            }
        }
    }

    #[test]
    fn a_set_is_checked_before_it_is_downloaded() {
        let coarse = ImageRequest {
            labels: Some(crate::LabelKind::Coarse),
            ..ImageRequest::default()
        };
        assert!(KnownSet::Cifar100.check(&coarse).is_ok());
        let error = KnownSet::Cifar10
            .check(&coarse)
            .expect_err("one kind of labels");
        assert!(
            error.to_string().starts_with("cifar10: expected CIFAR-100"),
            "{error}"
        );
    }

    #[test]
    fn sets_of_test_images_alone_are_not_trained_on() {
        let alone = KnownSet::ALL.into_iter().filter(|set| set.is_test_only());
        for set in alone.clone() {
            let error = set
                .check(&ImageRequest::default())
                .expect_err("test images");
            assert!(
                error.to_string().ends_with("which has test images alone"),
                "{error}"
            );
        }
        assert_eq!(
            alone.map(KnownSet::word).collect::<Vec<_>>(),
            ["cifar10.1", "cifar10-c"]
        );
    }

    #[test]
    fn extra_images_are_left_out_unless_they_are_asked_for() {
        let names = |extra| {
            KnownSet::Svhn
                .downloads(extra)
                .into_iter()
                .map(|(name, _)| name)
        };
        assert_eq!(
            names(false).collect::<Vec<_>>(),
            ["train_32x32.mat", "test_32x32.mat"]
        );
        assert_eq!(names(true).next_back(), Some(facts::EXTRA));
    }
}
