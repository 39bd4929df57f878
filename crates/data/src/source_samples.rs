//! The samples of a split: images in memory, images that are still in a file, or point clouds.

use crate::{Clouds, DataError, FileImages, Images, Point, SampleShape, class_counts};

/// The samples of one split, as a source has them.
#[derive(Clone, Debug)]
pub enum SourceSamples {
    /// Images whose pixels are in memory.
    Memory(Images),
    /// Images whose pixels are read when a batch needs them.
    File(FileImages),
    /// Point clouds.
    Clouds(Clouds),
}

impl From<Images> for SourceSamples {
    fn from(images: Images) -> Self {
        Self::Memory(images)
    }
}

impl From<Clouds> for SourceSamples {
    fn from(clouds: Clouds) -> Self {
        Self::Clouds(clouds)
    }
}

impl SourceSamples {
    /// The shape of each sample.
    pub fn shape(&self) -> SampleShape {
        match self {
            Self::Memory(images) => images.shape().into(),
            Self::File(images) => images.shape().into(),
            Self::Clouds(clouds) => clouds.shape().into(),
        }
    }

    /// The label of each sample, u16 `[N]`.
    pub fn labels(&self) -> &[u16] {
        match self {
            Self::Memory(images) => images.labels(),
            Self::File(images) => images.labels(),
            Self::Clouds(clouds) => clouds.labels(),
        }
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.labels().len()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.labels().is_empty()
    }

    /// The number of samples in each of `classes` classes.
    pub fn class_counts(&self, classes: usize) -> Vec<usize> {
        class_counts(self.labels(), classes)
    }

    /// The first `count` samples, or all if there are fewer.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        match self {
            Self::Memory(images) => Self::Memory(images.first(count)),
            Self::File(images) => Self::File(images.first(count)),
            Self::Clouds(clouds) => Self::Clouds(clouds.first(count)),
        }
    }

    /// Hands the bytes of all samples to `take` in their order, some whole samples at a time: pixels, or coordinates as
    /// f32, the lowest byte first.
    ///
    /// # Errors
    /// Those of reading, and those of `take`.
    pub(crate) fn visit(
        &self,
        take: &mut dyn FnMut(&[u8]) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        match self {
            Self::Memory(images) => take(images.pixels()),
            Self::File(images) => images.visit(take),
            Self::Clouds(clouds) => {
                let bytes = |points: &[Point]| -> Vec<u8> {
                    let values = points.iter().flatten();
                    values.flat_map(|value| value.to_le_bytes()).collect()
                };
                let mut clouds = (0..clouds.len()).map(|index| clouds.cloud(index));
                clouds.try_for_each(|points| take(&bytes(points)))
            }
        }
    }
}
