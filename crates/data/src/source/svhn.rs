//! Street View House Numbers, cropped digits: `train_32x32.mat`, `test_32x32.mat` and perhaps `extra_32x32.mat`.
//!
//! Each file has an array `X` of pixels, 32 x 32 x 3 x N, and an array `y` of labels. Each image is three planes, red,
//! green and blue, in columns. The label 10 is the digit 0.

mod matlab;

use std::path::Path;

use crate::source::content::Content;
use crate::source::planes::push_in_rows;
use crate::{DataError, ImageSet, ImageShape, Images};
use matlab::ByteArray;

/// The shape of every image.
const SHAPE: ImageShape = ImageShape::CIFAR10;
/// The most images of a file; the largest one has 531,131.
const MAX_IMAGES: usize = 2_000_000;
/// The label that stands for the digit 0.
const ZERO: u8 = 10;

/// A file of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SvhnFile {
    /// Training images.
    Train,
    /// Test images.
    Test,
    /// Further training images, which are easier.
    Extra,
}

impl SvhnFile {
    /// All files of the set.
    pub(crate) const ALL: [Self; 3] = [Self::Train, Self::Test, Self::Extra];

    /// The file that has this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.name() == name)
    }

    /// The file's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Train => "train_32x32.mat",
            Self::Test => "test_32x32.mat",
            Self::Extra => "extra_32x32.mat",
        }
    }
}

/// Collects the files of the set, in any order.
pub(crate) struct SvhnCollector {
    /// Training images, then extra ones.
    train: Images,
    test: Images,
    /// The number of images of each file that was read.
    counts: [Option<usize>; 3],
    extra: bool,
}

impl SvhnCollector {
    /// An empty set, to which the extra images belong or not.
    pub(crate) fn new(extra: bool) -> Self {
        Self {
            train: Images::new(SHAPE),
            test: Images::new(SHAPE),
            counts: [None; 3],
            extra,
        }
    }

    /// How many files of the set were read.
    pub(crate) fn files(&self) -> usize {
        self.counts.iter().flatten().count()
    }

    /// How many files the set has.
    pub(crate) fn all_files(&self) -> usize {
        2 + usize::from(self.extra)
    }

    /// Reads one file of the set. Extra images that are not asked for are not read.
    ///
    /// # Errors
    /// A file that is no such set, is damaged, or was read before. A collector that returned an error must not be
    /// used again.
    pub(crate) fn add(
        &mut self,
        file: SvhnFile,
        content: &mut Content<'_>,
    ) -> Result<(), DataError> {
        if file == SvhnFile::Extra && !self.extra {
            return Ok(());
        }
        if self.counts[file as usize].is_some() {
            return Err(DataError::format(
                content.path,
                "each file once",
                "it twice",
            ));
        }
        let part = match file {
            SvhnFile::Test => &mut self.test,
            SvhnFile::Train | SvhnFile::Extra => &mut self.train,
        };
        let count = read(content, part)?;
        if file == SvhnFile::Train {
            // An archive may hold the extra images first.
            part.move_last(count, 0);
        }
        self.counts[file as usize] = Some(count);
        Ok(())
    }

    /// The complete set. The extra images follow the training images.
    ///
    /// # Errors
    /// A missing file. `path` is the folder or archive, for the message.
    pub(crate) fn finish(self, path: &Path) -> Result<ImageSet, DataError> {
        let is_missing = |file: &SvhnFile| {
            self.counts[*file as usize].is_none() && (self.extra || *file != SvhnFile::Extra)
        };
        if let Some(missing) = SvhnFile::ALL.iter().find(|file| is_missing(file)) {
            let found = format!("no {}", missing.name());
            return Err(DataError::format(path, "all files of SVHN", found));
        }
        Ok(ImageSet {
            train: self.train,
            validation: None,
            test: self.test,
            classes: (0..10).map(|digit| digit.to_string()).collect(),
        })
    }
}

/// Reads the images of one file, appends them to `images` and returns their number.
///
/// # Errors
/// A file that is not MATLAB's, or whose arrays are missing, of another shape or damaged.
fn read(content: &mut Content<'_>, images: &mut Images) -> Result<usize, DataError> {
    let path = content.path;
    let before = images.len();
    let (mut pixels, mut labels) = std::mem::replace(images, Images::new(SHAPE)).into_parts();
    let (mut counted, mut labelled) = (None, None);
    matlab::read(content, &mut |array| {
        let once = |is_first: bool| match is_first {
            true => Ok(()),
            false => Err(DataError::format(
                path,
                format!("one array {}", array.name),
                "two",
            )),
        };
        match array.name {
            "X" => {
                once(counted.is_none())?;
                counted = Some(read_pixels(path, array, &mut pixels)?);
            }
            "y" => {
                once(labelled.is_none())?;
                labelled = Some(read_labels(path, array, &mut labels)?);
            }
            _ => {}
        }
        Ok(())
    })?;
    let missing = |name: &str| DataError::format(path, format!("an array {name} of bytes"), "none");
    let counted = counted.ok_or_else(|| missing("X"))?;
    let labelled = labelled.ok_or_else(|| missing("y"))?;
    if labelled != counted {
        let expected = format!("as many labels as images ({counted})");
        return Err(DataError::format(path, expected, labelled.to_string()));
    }
    if counted == 0 {
        return Err(DataError::format(path, "at least one image", "none"));
    }
    *images = Images::from_parts(SHAPE, pixels, labels);
    debug_assert_eq!(images.len(), before + counted);
    Ok(counted)
}

/// Appends the pixels of all images in rows, u8 `[N, 3, 32, 32]`, and returns N.
fn read_pixels(
    path: &Path,
    array: &mut ByteArray<'_, '_>,
    pixels: &mut Vec<u8>,
) -> Result<usize, DataError> {
    let count = match *array.dims {
        // MATLAB leaves the last dimension out if it is 1.
        [32, 32, 3] => 1,
        [32, 32, 3, count] => count,
        _ => {
            let found = format!("{:?}", array.dims);
            return Err(DataError::format(
                path,
                "an array X of 32 x 32 x 3 x N",
                found,
            ));
        }
    };
    check_count(path, count)?;
    // A file that claims more images than it can hold gets no room for them.
    let room = usize::try_from(array.most).unwrap_or(usize::MAX);
    if pixels.try_reserve_exact(room).is_err() {
        let expected = "images that fit into memory";
        return Err(DataError::format(path, expected, count.to_string()));
    }
    let mut image = vec![0; SHAPE.values()];
    for _ in 0..count {
        array.fill(&mut image)?;
        for plane in image.chunks_exact(SHAPE.plane()) {
            push_in_rows(plane, SHAPE.height, pixels);
        }
    }
    Ok(count)
}

fn check_count(path: &Path, count: usize) -> Result<(), DataError> {
    if count <= MAX_IMAGES {
        return Ok(());
    }
    let expected = format!("at most {MAX_IMAGES} images");
    Err(DataError::format(path, expected, count.to_string()))
}

/// Appends the labels of all images, from 0 to 9, and returns their number.
fn read_labels(
    path: &Path,
    array: &mut ByteArray<'_, '_>,
    labels: &mut Vec<u16>,
) -> Result<usize, DataError> {
    let count = match *array.dims {
        [1, count] | [count, 1] => count,
        _ => {
            let found = format!("{:?}", array.dims);
            return Err(DataError::format(path, "an array y of N x 1", found));
        }
    };
    check_count(path, count)?;
    let mut buffer = [0; 4096];
    let mut done = 0;
    while done < count {
        let now = &mut buffer[..4096.min(count - done)];
        array.fill(now)?;
        for (image, label) in (done..).zip(&*now) {
            match *label {
                label @ 0..ZERO => labels.push(label.into()),
                ZERO => labels.push(0),
                other => {
                    let expected =
                        format!("a label from 0 to 10 for image {image} (the first is 0)");
                    return Err(DataError::format(path, expected, other.to_string()));
                }
            }
        }
        done += now.len();
    }
    Ok(count)
}

#[cfg(test)]
mod tests;
