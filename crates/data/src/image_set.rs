//! The common form of all sources: two splits and their class names.

use burn::tensor::Device;
use sha2::{Digest, Sha256};

#[cfg(feature = "files")]
use crate::source::image_file::refitted;
#[cfg(feature = "files")]
use crate::{DataError, ImageRequest};
use crate::{ImageShape, Images, Normalisation, SampleShape, Split};

/// The class names of CIFAR-10, in the order of its labels.
pub const CIFAR10_CLASSES: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];

/// A training split, a test split, perhaps a validation split, and the names of their classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSet {
    /// The images to train on.
    pub train: Images,
    /// The images to choose the best epoch on, if the source has a part for them.
    pub validation: Option<Images>,
    /// The images to test on.
    pub test: Images,
    /// The name of each label; every label is below `classes.len()`.
    pub classes: Vec<String>,
}

impl ImageSet {
    /// SHA-256 of training pixels, training labels, test pixels, test labels, those of the validation split if there
    /// is one and, unless it is that of CIFAR-10, the shape; in hexadecimal.
    ///
    /// Two sources with the same fingerprint hold the same images in the same order. A label is one byte if there
    /// are at most 256 classes, else two.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for split in [&self.train, &self.test]
            .into_iter()
            .chain(&self.validation)
        {
            hash.update(split.pixels());
            hash.update(Self::label_bytes(self.classes.len(), split.labels()));
        }
        Self::hash_shape(&mut hash, self.train.shape().into());
        crate::hex(&hash.finalize())
    }

    /// The end of a fingerprint.
    pub(crate) fn hash_shape(hash: &mut Sha256, shape: SampleShape) {
        // Version 0.2.0 knew one shape, and its fingerprints stay as they were.
        if shape != ImageShape::CIFAR10.into() {
            hash.update(shape.to_string());
        }
    }

    /// One byte a label if all classes fit into it, as in version 0.2.0; else two, the lower one first.
    pub(crate) fn label_bytes(classes: usize, labels: &[u16]) -> Vec<u8> {
        if classes <= 1 << 8 {
            // Labels are below the number of classes.
            labels.iter().map(|&label| label as u8).collect()
        } else {
            labels
                .iter()
                .flat_map(|label| label.to_le_bytes())
                .collect()
        }
    }
}

#[cfg(feature = "files")]
impl ImageSet {
    /// The set with its images in the shape that `request` asks for.
    ///
    /// # Errors
    /// [`DataError::Setting`] if they do not fit into memory.
    pub fn fitted(self, request: &ImageRequest) -> Result<Self, DataError> {
        let own = self.train.shape();
        let shape = request.shape(own);
        if shape == own {
            return Ok(self);
        }
        let refit = |part| refitted(part, shape, request.resize);
        Ok(Self {
            train: refit(self.train)?,
            validation: self.validation.map(refit).transpose()?,
            test: refit(self.test)?,
            classes: self.classes,
        })
    }
}

/// A set on a device: images or point clouds. A clone shares them, so that many runs can use one upload.
#[derive(Clone, Debug)]
pub struct UploadedSet {
    /// The samples to train on.
    pub train: Split,
    /// The samples to choose the best epoch on, if the source has a part for them.
    pub validation: Option<Split>,
    /// The samples to test on.
    pub test: Split,
    /// The name of each label.
    pub classes: Vec<String>,
    /// Mean and deviation of all training images. Point clouds have none.
    pub normalisation: Normalisation,
}

impl ImageSet {
    /// Uploads all images to `device`. On a CPU, the pixels move and are not copied.
    pub fn upload(self, device: &Device) -> UploadedSet {
        UploadedSet {
            normalisation: Normalisation::of(&self.train),
            train: Split::upload(self.train, device),
            validation: self.validation.map(|images| Split::upload(images, device)),
            test: Split::upload(self.test, device),
            classes: self.classes,
        }
    }
}

#[cfg(test)]
mod tests;
