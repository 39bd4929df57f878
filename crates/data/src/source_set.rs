//! The splits of a source: images, whose pixels may still be in the file of a packed set, or point clouds.

use burn::tensor::Device;
use sha2::{Digest, Sha256};

use crate::image::{Histogram, statistics};
use crate::source::packed::{FingerprintOrigin, PixelFacts};
use crate::{
    CloudSet, DataError, ImageSet, ImageShape, Normalisation, SourceSamples, Split, UploadedSet,
};

/// An [`ImageSet`], whose pixels may still be in the file of a packed set, or a [`CloudSet`]. All samples have one shape.
#[derive(Clone, Debug)]
pub struct SourceSet {
    /// The samples to train on.
    pub train: SourceSamples,
    /// The samples to choose the best epoch on, if the source has a part for them.
    pub validation: Option<SourceSamples>,
    /// The samples to test on.
    pub test: SourceSamples,
    /// The name of each label; every label is below `classes.len()`.
    pub classes: Vec<String>,
    /// What is known of all pixels without looking at them.
    pub(crate) facts: Option<PixelFacts>,
}

impl From<ImageSet> for SourceSet {
    fn from(set: ImageSet) -> Self {
        Self {
            train: set.train.into(),
            validation: set.validation.map(SourceSamples::from),
            test: set.test.into(),
            classes: set.classes,
            facts: None,
        }
    }
}

impl From<CloudSet> for SourceSet {
    fn from(set: CloudSet) -> Self {
        Self {
            train: set.train.into(),
            validation: set.validation.map(SourceSamples::from),
            test: set.test.into(),
            classes: set.classes,
            facts: None,
        }
    }
}

impl SourceSet {
    /// All parts in the order in which they are hashed.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &SourceSamples> {
        [&self.train, &self.test]
            .into_iter()
            .chain(&self.validation)
    }

    /// The number of all samples.
    pub fn sample_count(&self) -> usize {
        self.parts().map(SourceSamples::len).sum()
    }

    /// As [`ImageSet::fingerprint`]. That of a packed set is the one which it states, or which was computed when it
    /// was verified.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn fingerprint(&self) -> Result<String, DataError> {
        if let Some(facts) = &self.facts {
            return Ok(facts.fingerprint.clone());
        }
        let mut hash = Sha256::new();
        for part in self.parts() {
            part.visit(&mut |pixels| {
                hash.update(pixels);
                Ok(())
            })?;
            self.hash_labels(&mut hash, part);
        }
        Ok(self.finished(hash))
    }

    /// How the fingerprint of a packed set is known. `None` for other sources, whose pixels are always hashed.
    pub fn fingerprint_origin(&self) -> Option<FingerprintOrigin> {
        self.facts.as_ref().map(|facts| facts.origin)
    }

    /// Mean and standard deviation of each channel of the training images, as
    /// [`Images::channel_statistics`](crate::Images::channel_statistics). Those of a packed set are the ones which it
    /// states, or which were computed when it was verified. Point clouds have none.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn channel_statistics(&self) -> Result<Vec<(f64, f64)>, DataError> {
        if let Some(facts) = &self.facts {
            return Ok(facts.statistics.clone());
        }
        let Some(shape) = self.train.shape().image() else {
            return Ok(vec![]);
        };
        let mut histogram = Histogram::new(shape);
        self.train.visit(&mut |pixels| {
            histogram.add(pixels);
            Ok(())
        })?;
        Ok(statistics(&histogram))
    }

    /// Looks at all pixels of images of `shape` once. `progress` receives the number of images so far and the number of
    /// all.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn computed_facts(
        &self,
        shape: ImageShape,
        progress: &dyn Fn(usize, usize),
    ) -> Result<PixelFacts, DataError> {
        let (mut hash, mut histogram) = (Sha256::new(), Histogram::new(shape));
        let values = shape.values();
        let (mut done, total) = (0, self.sample_count());
        for (index, part) in self.parts().enumerate() {
            part.visit(&mut |pixels| {
                hash.update(pixels);
                if index == 0 {
                    histogram.add(pixels);
                }
                done += pixels.len() / values;
                progress(done, total);
                Ok(())
            })?;
            self.hash_labels(&mut hash, part);
        }
        Ok(PixelFacts {
            origin: FingerprintOrigin::Hashed,
            fingerprint: self.finished(hash),
            statistics: statistics(&histogram),
        })
    }

    fn hash_labels(&self, hash: &mut Sha256, part: &SourceSamples) {
        hash.update(ImageSet::label_bytes(self.classes.len(), part.labels()));
    }

    fn finished(&self, mut hash: Sha256) -> String {
        ImageSet::hash_shape(&mut hash, self.train.shape());
        crate::hex(&hash.finalize())
    }

    /// Puts all images that are in memory on `device`, as [`ImageSet::upload`]. Images in a file stay there.
    ///
    /// # Errors
    /// A file that cannot be read, if its mean and deviation are not known.
    pub fn upload(self, device: &Device) -> Result<UploadedSet, DataError> {
        Ok(UploadedSet {
            normalisation: Normalisation::of_statistics(self.channel_statistics()?),
            train: Split::upload(self.train, device),
            validation: self.validation.map(|images| Split::upload(images, device)),
            test: Split::upload(self.test, device),
            classes: self.classes,
        })
    }
}
