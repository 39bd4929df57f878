//! The idx files of MNIST and its kin: Fashion-MNIST, KMNIST, EMNIST.
//!
//! An image is one plane of u8 in rows. The files of the training part are `train-images-idx3-ubyte` and
//! `train-labels-idx1-ubyte`; the names of those of the test start with `t10k` or `test`. Each may be packed with gzip.

mod file_name;
mod known;
mod values;

use std::path::Path;

use crate::source::content::Content;
use crate::{DataError, ImageSet, ImageShape, Images};
pub(crate) use file_name::{IdxFile, Part, What};
pub use known::IdxSet;
use values::Values;

/// The longest side of an image in pixels.
const MAX_SIDE: usize = 4096;

/// The files of a set that were read so far, in any order.
pub(crate) struct IdxCollector {
    /// Which set it is: the user says so, the names of the files do, or a digest.
    set: Option<IdxSet>,
    train: Halves,
    test: Halves,
}

/// Images and labels of one part, which lie in two files.
#[derive(Default)]
struct Halves {
    /// The shape of each image, and the values of all.
    pixels: Option<(ImageShape, Vec<u8>)>,
    labels: Option<Vec<u8>>,
}

impl IdxCollector {
    /// An empty set. `set` is which one it is, as far as that is known.
    pub(crate) fn new(set: Option<IdxSet>) -> Self {
        Self {
            set,
            train: Halves::default(),
            test: Halves::default(),
        }
    }

    /// Which set it is, as far as that is known.
    pub(crate) fn set(&self) -> Option<IdxSet> {
        self.set
    }

    /// How many files were read, out of four.
    pub(crate) fn files(&self) -> usize {
        let halves = [&self.train, &self.test];
        let files = halves
            .map(|half| usize::from(half.pixels.is_some()) + usize::from(half.labels.is_some()));
        files.iter().sum()
    }

    /// Whether a file is one of the set that was not read yet. Of a file and its packed copy, one is enough.
    pub(crate) fn wants(&self, file: IdxFile) -> bool {
        let half = match file.part {
            Part::Train => &self.train,
            Part::Test => &self.test,
        };
        let is_free = match file.what {
            What::Images => half.pixels.is_none(),
            What::Labels => half.labels.is_none(),
        };
        is_free && file.belongs_to(self.set)
    }

    /// Reads one file of the set.
    ///
    /// # Errors
    /// A file that is not idx, holds other values than u8, or is damaged.
    pub(crate) fn add(
        &mut self,
        file: IdxFile,
        content: &mut Content<'_>,
    ) -> Result<(), DataError> {
        let path = content.path;
        let values = Values::read(content, file)?;
        let known = values.digest.and_then(|digest| IdxSet::of_packed(&digest));
        match (self.set, known) {
            (Some(set), Some(known)) if set != known => {
                let expected = format!("a file of {set}, as all others");
                return Err(DataError::format(path, expected, format!("one of {known}")));
            }
            (set, known) => self.set = set.or(known),
        }
        let half = match file.part {
            Part::Train => &mut self.train,
            Part::Test => &mut self.test,
        };
        let &[_, height, width] = &values.dims[..] else {
            half.labels = Some(values.bytes);
            return Ok(());
        };
        if !(1..=MAX_SIDE).contains(&height) || !(1..=MAX_SIDE).contains(&width) {
            let expected = format!("images with sides of 1 to {MAX_SIDE} pixels");
            return Err(DataError::format(
                path,
                expected,
                format!("{height}x{width}"),
            ));
        }
        let shape = ImageShape {
            channels: 1,
            height,
            width,
        };
        half.pixels = Some((shape, values.bytes));
        Ok(())
    }

    /// The complete set.
    ///
    /// # Errors
    /// Missing files, other numbers of labels than of images, labels without a class, and images of two shapes. `path`
    /// is the folder or archive, for the message.
    pub(crate) fn finish(self, path: &Path) -> Result<ImageSet, DataError> {
        let Self { set, train, test } = self;
        let train = train.whole(path, set, Part::Train)?;
        let test = test.whole(path, set, Part::Test)?;
        if train.shape != test.shape {
            let expected = format!("test images of {} like those for training", train.shape);
            return Err(DataError::format(path, expected, test.shape.to_string()));
        }
        let highest = train.labels.iter().chain(&test.labels).max();
        let highest = highest.copied().unwrap_or(0);
        let (first, classes) = known::classes(set, highest);
        let images = |part: Whole, name| part.images(path, name, set, first, classes.len());
        Ok(ImageSet {
            train: images(train, Part::Train)?,
            validation: None,
            test: images(test, Part::Test)?,
            classes,
        })
    }
}

/// One part with both of its files.
struct Whole {
    shape: ImageShape,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Halves {
    fn whole(self, path: &Path, set: Option<IdxSet>, part: Part) -> Result<Whole, DataError> {
        let missing = |what: What| {
            let name = IdxFile::usual_name(set, part, what);
            DataError::format(path, "all four idx files of a set", format!("no {name}"))
        };
        let (shape, pixels) = self.pixels.ok_or_else(|| missing(What::Images))?;
        let labels = self.labels.ok_or_else(|| missing(What::Labels))?;
        let images = pixels.len() / shape.values();
        if labels.len() != images {
            let expected = format!("as many {part} labels as images ({images})");
            return Err(DataError::format(path, expected, labels.len().to_string()));
        }
        if images == 0 {
            let expected = format!("at least one {part} image");
            return Err(DataError::format(path, expected, "none"));
        }
        Ok(Whole {
            shape,
            pixels,
            labels,
        })
    }
}

impl Whole {
    /// The images, with labels from 0. `first` is the label of the first class in the file.
    fn images(
        self,
        path: &Path,
        part: Part,
        set: Option<IdxSet>,
        first: u8,
        classes: usize,
    ) -> Result<Images, DataError> {
        let Self {
            shape,
            mut pixels,
            labels,
        } = self;
        let label = |(image, label): (usize, &u8)| match label.checked_sub(first) {
            Some(label) if usize::from(label) < classes => Ok(u16::from(label)),
            _ => {
                let last = usize::from(first) + classes - 1;
                let expected = format!(
                    "a label from {first} to {last} for {part} image {image} (the first is 0)"
                );
                Err(DataError::format(path, expected, label.to_string()))
            }
        };
        let labels = labels
            .iter()
            .enumerate()
            .map(label)
            .collect::<Result<_, _>>()?;
        if set.is_some_and(IdxSet::lies_in_columns) {
            for image in pixels.chunks_exact_mut(shape.values()) {
                transpose(image, shape);
            }
        }
        Ok(Images::from_parts(shape, pixels, labels))
    }
}

/// Turns a plane that stands in columns into one that stands in rows, or the reverse. EMNIST's planes are square.
fn transpose(plane: &mut [u8], shape: ImageShape) {
    let copy = plane.to_vec();
    for (index, value) in plane.iter_mut().enumerate() {
        let (row, column) = (index / shape.width, index % shape.width);
        *value = copy[column * shape.height + row];
    }
}

#[cfg(test)]
pub(crate) mod tests;
