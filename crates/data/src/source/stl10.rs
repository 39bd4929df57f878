//! STL-10: `train_X.bin`, `train_y.bin`, `test_X.bin` and `test_y.bin`.
//!
//! An image is three planes of 96x96, red, green and blue, in columns. Labels go from 1 to 10. The images without labels
//! are not read.

use std::path::Path;

use crate::source::content::Content;
use crate::source::halves::{HalfNames, Halves};
use crate::source::planes::{make_room, push_in_rows};
use crate::{DataError, ImageSet, ImageShape, Images};

/// The shape of every image.
const SHAPE: ImageShape = ImageShape {
    channels: 3,
    height: 96,
    width: 96,
};
/// The names of the classes, in the order of the labels from 1, as `class_names.txt` has them.
const CLASSES: [&str; 10] = [
    "airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck",
];
/// The most images of a file: as many as lie in that without labels.
const MAX_IMAGES: usize = 100_000;

/// A file of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stl10File {
    TrainImages,
    TrainLabels,
    TestImages,
    TestLabels,
}

impl Stl10File {
    /// All files that are read.
    pub(crate) const ALL: [Self; 4] = [
        Self::TrainImages,
        Self::TrainLabels,
        Self::TestImages,
        Self::TestLabels,
    ];

    /// The file that has this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::TrainImages => "train_X.bin",
            Self::TrainLabels => "train_y.bin",
            Self::TestImages => "test_X.bin",
            Self::TestLabels => "test_y.bin",
        }
    }
}

/// Collects the files of the set, in any order.
#[derive(Default)]
pub(crate) struct Stl10Collector {
    train: Halves,
    test: Halves,
}

impl Stl10Collector {
    /// How many files of the set were read.
    pub(crate) fn files(&self) -> usize {
        self.train.files() + self.test.files()
    }

    /// Reads one file of the set. A folder or archive has each of them once.
    ///
    /// # Errors
    /// A file that has another length or labels than the set's, or is cut short.
    pub(crate) fn add(
        &mut self,
        file: Stl10File,
        content: &mut Content<'_>,
    ) -> Result<(), DataError> {
        let part = match file {
            Stl10File::TrainImages | Stl10File::TrainLabels => &mut self.train,
            Stl10File::TestImages | Stl10File::TestLabels => &mut self.test,
        };
        match file {
            Stl10File::TrainImages | Stl10File::TestImages => {
                part.pixels = Some((SHAPE, read_pixels(content)?));
            }
            Stl10File::TrainLabels | Stl10File::TestLabels => {
                part.labels = Some(read_labels(content)?);
            }
        }
        Ok(())
    }

    /// The complete set.
    ///
    /// # Errors
    /// Missing files, and other numbers of labels than of images. `path` is the folder or archive, for the message.
    pub(crate) fn finish(self, path: &Path) -> Result<ImageSet, DataError> {
        use Stl10File::{TestImages, TestLabels, TrainImages, TrainLabels};
        Ok(ImageSet {
            train: whole(self.train, path, [TrainImages, TrainLabels])?,
            validation: None,
            test: whole(self.test, path, [TestImages, TestLabels])?,
            classes: CLASSES.map(str::to_owned).into(),
        })
    }
}

/// The complete part of these two files.
///
/// # Errors
/// A missing file, and another number of labels than of images.
fn whole(halves: Halves, path: &Path, files: [Stl10File; 2]) -> Result<Images, DataError> {
    let [_, labels] = files;
    let names = HalfNames {
        expected: "all files of STL-10",
        files: files.map(|file| file.name().into()),
        labels: format!("labels in {}", labels.name()),
    };
    halves.whole(path, names)
}

fn read_pixels(content: &mut Content<'_>) -> Result<Vec<u8>, DataError> {
    let values = SHAPE.values();
    let count = content.size / values;
    if count == 0 || !content.size.is_multiple_of(values) || count > MAX_IMAGES {
        let expected = format!("1 to {MAX_IMAGES} images of {values} bytes each");
        let found = format!("{} bytes", content.size);
        return Err(DataError::format(content.path, expected, found));
    }
    let mut pixels = vec![];
    let mut image = vec![0; values];
    for index in 0..count {
        if make_room(&mut pixels, values, (count - index) * values).is_err() {
            let found = format!("{count} of {SHAPE}");
            return Err(DataError::format(
                content.path,
                "images that fit into memory",
                found,
            ));
        }
        content.fill(&mut image)?;
        for plane in image.chunks_exact(SHAPE.plane()) {
            push_in_rows(plane, SHAPE.height, &mut pixels);
        }
    }
    Ok(pixels)
}

fn read_labels(content: &mut Content<'_>) -> Result<Vec<u16>, DataError> {
    content.at_most(MAX_IMAGES as u64)?;
    let path = content.path;
    let labels = content.all()?;
    let label = |(image, label): (usize, &u8)| match label {
        1..=10 => Ok(u16::from(label - 1)),
        other => {
            let expected = format!("a label from 1 to 10 for image {image} (the first is 0)");
            Err(DataError::format(path, expected, other.to_string()))
        }
    };
    labels.iter().enumerate().map(label).collect()
}

#[cfg(test)]
mod tests;
