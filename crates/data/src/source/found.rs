//! A source that was found, before its pictures are decoded.

use crate::source::decoding::{InMemory, Pictures, PixelSink};
use crate::source::tree::Tree;
use crate::source::{Layout, OpenedSource};
use crate::{DataError, ImageSet, Images};

/// What lies at a path: images that were read, or pictures that are still to be decoded.
pub(crate) struct FoundSource {
    /// What is known of the source. It has no images yet if there are `pictures`.
    pub(crate) about: OpenedSource,
    pub(super) pictures: Option<(Tree, Pictures)>,
}

impl From<OpenedSource> for FoundSource {
    fn from(about: OpenedSource) -> Self {
        Self {
            about,
            pictures: None,
        }
    }
}

/// A set of these classes without images.
pub(super) fn without_images(pictures: &Pictures) -> ImageSet {
    let none = || Images::new(pictures.shape);
    ImageSet {
        train: none(),
        validation: None,
        test: none(),
        classes: pictures.classes.clone(),
    }
}

impl FoundSource {
    /// Whether pictures are still to be decoded.
    pub(crate) fn is_listed(&self) -> bool {
        self.pictures.is_some()
    }

    /// The source without the pictures that are still to be decoded.
    pub(crate) fn into_about(self) -> OpenedSource {
        self.about
    }

    /// The name of each class.
    pub(crate) fn classes(&self) -> &[String] {
        &self.about.images.classes
    }

    /// The labels of the training, validation and test pictures that are still to be decoded.
    pub(crate) fn labels(&self) -> [Option<Vec<u16>>; 3] {
        match &self.pictures {
            Some((_, pictures)) => pictures.labels(),
            None => [const { None }; 3],
        }
    }

    /// Decodes the pictures, if there are any. `progress` receives their number so far and their total number; several
    /// threads call it.
    ///
    /// # Errors
    /// Pictures that cannot be decoded, or do not fit into memory.
    pub(crate) fn decode(
        self,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<OpenedSource, DataError> {
        let Self { about, pictures } = self;
        let Some((tree, pictures)) = pictures else {
            return Ok(about);
        };
        let mut memory = InMemory::new(&pictures)?;
        decode_into(&about, &tree, &pictures, &mut memory, progress)?;
        let images = memory.into_set(pictures);
        Ok(OpenedSource { images, ..about })
    }

    /// Decodes the pictures into `sink`, as [`decode`](Self::decode) does into memory.
    ///
    /// # Errors
    /// Pictures that cannot be decoded, and those of the sink.
    pub(crate) fn decode_into(
        &self,
        sink: &mut dyn PixelSink,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<(), DataError> {
        match &self.pictures {
            Some((tree, pictures)) => decode_into(&self.about, tree, pictures, sink, progress),
            None => Ok(()),
        }
    }
}

fn decode_into(
    about: &OpenedSource,
    tree: &Tree,
    pictures: &Pictures,
    sink: &mut dyn PixelSink,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<(), DataError> {
    let decoded = pictures.decode(tree, sink, progress);
    match about.layout {
        Layout::ClassFolders => decoded.map_err(|error| in_archive(tree, error)),
        _ => decoded,
    }
}

/// The error of class folders in an archive: the ways out of folders move files.
pub(super) fn in_archive(tree: &Tree, error: DataError) -> DataError {
    match (tree, error) {
        (Tree::Packed(_), error @ DataError::Format { .. }) => {
            error.hinted("change the folder that was packed, and pack it again")
        }
        (_, error) => error,
    }
}
