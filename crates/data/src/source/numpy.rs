//! Sets of NumPy arrays: `train_images.npy`, `train_labels.npy`, `test_images.npy`, `test_labels.npy`, and perhaps
//! `val_images.npy` and `val_labels.npy`.
//!
//! They lie in a folder or in an archive. An `.npz` file is such an archive, and MedMNIST's sets are `.npz` files with
//! these names. Keras writes `x_train`, `y_train` and so on. An array has a header that says its type and shape; it is
//! parsed as data, and nothing in it is executed.

mod array;
mod header;
mod input;
mod medmnist;
mod name;
mod points;
mod texts;

use std::path::Path;

use crate::source::content::Content;
use crate::source::folder::Part;
use crate::source::halves::{HalfNames, Halves};
use crate::{DataError, ImageSet, Images};
pub(crate) use array::{ImageRows, Labels};
pub(crate) use input::Input;
pub use medmnist::MedMnist;
pub(crate) use name::{ArrayFile, What};
pub(crate) use points::PointRows;
pub(crate) use texts::read_texts;

/// The arrays of a set that were read so far, in any order.
#[derive(Default)]
pub(crate) struct ArrayCollector {
    train: Halves,
    validation: Halves,
    test: Halves,
}

impl ArrayCollector {
    /// How many arrays were read.
    pub(crate) fn files(&self) -> usize {
        let parts = [&self.train, &self.validation, &self.test];
        parts.map(Halves::files).iter().sum()
    }

    fn part(&mut self, part: Part) -> &mut Halves {
        match part {
            Part::Train => &mut self.train,
            Part::Validation => &mut self.validation,
            Part::Test => &mut self.test,
        }
    }

    /// Reads one array of the set.
    ///
    /// # Errors
    /// A file that is no array of images or of labels, is damaged, or comes a second time.
    pub(crate) fn add(
        &mut self,
        file: ArrayFile,
        content: &mut Content<'_>,
    ) -> Result<(), DataError> {
        let path = content.path;
        let part = self.part(file.part);
        let is_free = match file.what {
            What::Images => part.pixels.is_none(),
            What::Labels => part.labels.is_none(),
        };
        if !is_free {
            let expected = format!("one array of {} {}", file.part, file.what);
            let fault = DataError::format(path, expected, "two");
            return Err(fault.hinted("move one of them away"));
        }
        let mut input = Input::new(content);
        match file.what {
            What::Images => {
                let rows = ImageRows::open(&mut input)?;
                let mut pixels = vec![];
                rows.read(&mut input, rows.count, &mut pixels)?;
                input.end()?;
                part.pixels = Some((rows.shape, pixels));
            }
            What::Labels => part.labels = Some(Labels::read(&mut input)?),
        }
        Ok(())
    }

    /// Which set it is, as far as the name of its file or folder at `path` and its arrays say so.
    pub(crate) fn set(&self, path: &Path) -> Option<MedMnist> {
        let stem = path.file_stem()?.to_str()?;
        let set = MedMnist::named(stem)?;
        let (shape, _) = self.train.pixels.as_ref()?;
        let is_like = shape.channels == set.channels() && self.highest() < set.classes().len();
        is_like.then_some(set)
    }

    /// The highest label of all parts.
    fn highest(&self) -> usize {
        let parts = [&self.train, &self.validation, &self.test];
        let labels = parts.iter().flat_map(|part| part.labels.iter().flatten());
        labels.copied().max().unwrap_or(0).into()
    }

    /// The complete set. Classes have the names of a set of MedMNIST, else numbers. `path` is the folder or archive.
    ///
    /// # Errors
    /// Missing arrays, other numbers of labels than of images, and images of several shapes.
    pub(crate) fn finish(self, path: &Path) -> Result<ImageSet, DataError> {
        let classes: Vec<String> = match self.set(path) {
            Some(set) => set.classes().iter().map(|&name| name.into()).collect(),
            None => (0..=self.highest().max(1))
                .map(|label| label.to_string())
                .collect(),
        };
        let has_validation = self.validation.files() > 0;
        let train = whole(self.train, path, Part::Train)?;
        let test = whole(self.test, path, Part::Test)?;
        let validation = match has_validation {
            true => Some(whole(self.validation, path, Part::Validation)?),
            false => None,
        };
        for (part, images) in [
            (Part::Test, Some(&test)),
            (Part::Validation, validation.as_ref()),
        ] {
            let other = images
                .map(Images::shape)
                .filter(|shape| *shape != train.shape());
            if let Some(other) = other {
                let expected =
                    format!("{part} images of {} like those for training", train.shape());
                return Err(DataError::format(path, expected, other.to_string()));
            }
        }
        Ok(ImageSet {
            train,
            validation,
            test,
            classes,
        })
    }
}

/// The complete part.
///
/// # Errors
/// A missing array, and another number of labels than of images.
fn whole(halves: Halves, path: &Path, part: Part) -> Result<Images, DataError> {
    let name = |what: What| ArrayFile { part, what }.to_string();
    let names = HalfNames {
        expected: &format!("an array for each of {}", ArrayFile::EXPECTED),
        files: [name(What::Images), name(What::Labels)],
        labels: format!("{part} labels"),
    };
    halves.whole(path, names)
}

#[cfg(test)]
pub(crate) mod tests;
