//! The images of a split: in memory, or still in a file.

use crate::{DataError, FileImages, ImageShape, Images, class_counts};

/// The images of one split: in memory, or in a file.
#[derive(Clone, Debug)]
pub enum SourceImages {
    /// All pixels are in memory.
    Memory(Images),
    /// The pixels are read when a batch needs them.
    File(FileImages),
}

impl From<Images> for SourceImages {
    fn from(images: Images) -> Self {
        Self::Memory(images)
    }
}

impl SourceImages {
    /// Channels, height and width of each image.
    pub fn shape(&self) -> ImageShape {
        match self {
            Self::Memory(images) => images.shape(),
            Self::File(images) => images.shape(),
        }
    }

    /// The label of each image, u16 `[N]`.
    pub fn labels(&self) -> &[u16] {
        match self {
            Self::Memory(images) => images.labels(),
            Self::File(images) => images.labels(),
        }
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.labels().len()
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.labels().is_empty()
    }

    /// The number of images in each of `classes` classes.
    pub fn class_counts(&self, classes: usize) -> Vec<usize> {
        class_counts(self.labels(), classes)
    }

    /// The first `count` images, or all if there are fewer.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        match self {
            Self::Memory(images) => Self::Memory(images.first(count)),
            Self::File(images) => Self::File(images.first(count)),
        }
    }

    /// Hands all pixels to `take` in their order, some whole images at a time.
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
        }
    }
}
