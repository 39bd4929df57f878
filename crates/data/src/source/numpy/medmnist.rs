//! The two-dimensional sets of MedMNIST with one label for each image, and their classes.
//!
//! The names are those of the library `medmnist`, version 3.0.2 (`info.py`).

use std::fmt;

/// What is known about a set.
#[derive(Debug, PartialEq, Eq)]
struct Facts {
    word: &'static str,
    title: &'static str,
    channels: usize,
    classes: &'static [&'static str],
}

/// A set of MedMNIST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MedMnist(&'static Facts);

/// The organs that OrganAMNIST, OrganCMNIST and OrganSMNIST show.
const ORGANS: [&str; 11] = [
    "bladder",
    "femur-left",
    "femur-right",
    "heart",
    "kidney-left",
    "kidney-right",
    "liver",
    "lung-left",
    "lung-right",
    "pancreas",
    "spleen",
];

static ALL: [Facts; 11] = [
    Facts {
        word: "pathmnist",
        title: "PathMNIST",
        channels: 3,
        classes: &[
            "adipose",
            "background",
            "debris",
            "lymphocytes",
            "mucus",
            "smooth muscle",
            "normal colon mucosa",
            "cancer-associated stroma",
            "colorectal adenocarcinoma epithelium",
        ],
    },
    Facts {
        word: "dermamnist",
        title: "DermaMNIST",
        channels: 3,
        classes: &[
            "actinic keratoses and intraepithelial carcinoma",
            "basal cell carcinoma",
            "benign keratosis-like lesions",
            "dermatofibroma",
            "melanoma",
            "melanocytic nevi",
            "vascular lesions",
        ],
    },
    Facts {
        word: "octmnist",
        title: "OCTMNIST",
        channels: 1,
        classes: &[
            "choroidal neovascularization",
            "diabetic macular edema",
            "drusen",
            "normal",
        ],
    },
    Facts {
        word: "pneumoniamnist",
        title: "PneumoniaMNIST",
        channels: 1,
        classes: &["normal", "pneumonia"],
    },
    Facts {
        word: "retinamnist",
        title: "RetinaMNIST",
        channels: 3,
        classes: &["0", "1", "2", "3", "4"],
    },
    Facts {
        word: "breastmnist",
        title: "BreastMNIST",
        channels: 1,
        classes: &["malignant", "normal, benign"],
    },
    Facts {
        word: "bloodmnist",
        title: "BloodMNIST",
        channels: 3,
        classes: &[
            "basophil",
            "eosinophil",
            "erythroblast",
            "immature granulocytes(myelocytes, metamyelocytes and promyelocytes)",
            "lymphocyte",
            "monocyte",
            "neutrophil",
            "platelet",
        ],
    },
    Facts {
        word: "tissuemnist",
        title: "TissueMNIST",
        channels: 1,
        classes: &[
            "Collecting Duct, Connecting Tubule",
            "Distal Convoluted Tubule",
            "Glomerular endothelial cells",
            "Interstitial endothelial cells",
            "Leukocytes",
            "Podocytes",
            "Proximal Tubule Segments",
            "Thick Ascending Limb",
        ],
    },
    Facts {
        word: "organamnist",
        title: "OrganAMNIST",
        channels: 1,
        classes: &ORGANS,
    },
    Facts {
        word: "organcmnist",
        title: "OrganCMNIST",
        channels: 1,
        classes: &ORGANS,
    },
    Facts {
        word: "organsmnist",
        title: "OrganSMNIST",
        channels: 1,
        classes: &ORGANS,
    },
];

/// The sides of images besides 28, in pixels, as they stand at the end of the names of files.
const SIDES: [&str; 3] = ["_64", "_128", "_224"];

impl MedMnist {
    /// The set whose file has this name without its ending, such as `bloodmnist` or `bloodmnist_64`.
    pub(super) fn named(stem: &str) -> Option<Self> {
        let mut sides = SIDES.iter();
        let word = sides
            .find_map(|side| stem.strip_suffix(side))
            .unwrap_or(stem);
        ALL.iter().find(|facts| facts.word == word).map(Self)
    }

    /// The number of channels of its images.
    pub(super) fn channels(self) -> usize {
        self.0.channels
    }

    /// The names of its classes, in the order of their labels.
    pub(super) fn classes(self) -> &'static [&'static str] {
        self.0.classes
    }
}

impl fmt::Display for MedMnist {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_tells_the_set_whatever_its_size() {
        for stem in [
            "bloodmnist",
            "bloodmnist_64",
            "bloodmnist_128",
            "bloodmnist_224",
        ] {
            let set = MedMnist::named(stem).expect("a known set");
            assert_eq!(set.to_string(), "BloodMNIST");
            assert_eq!(set.classes()[7], "platelet");
        }
        for other in [
            "bloodmnist_32",
            "blood",
            "chestmnist",
            "organmnist3d",
            "_64",
            "",
        ] {
            assert!(MedMnist::named(other).is_none(), "{other}");
        }
    }
}
