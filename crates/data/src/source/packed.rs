//! Packed sets: all images of a set in one safetensors file, decoded and in one shape.
//!
//! | tensor | type and shape |
//! | --- | --- |
//! | `train_images`, `test_images`, perhaps `validation_images` | u8 `[N, channels, height, width]` |
//! | `train_labels`, `test_labels`, perhaps `validation_labels` | u16 `[N]` |
//!
//! The metadata holds the names of the classes, where the images come from, what was asked of them, and what is known of
//! the pixels: fingerprint, mean and deviation. Its digest covers the header, the size of the file and the labels. If it
//! is right, the pixels need not be looked at to know which images these are.

mod about;
mod digest;
mod header;
mod pack;
mod request;
mod write;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::file::open_regular;
use crate::image::{FileRows, OpenFile};
use crate::source::image_file::blank;
use crate::{DataError, FileImages, ImageRequest, ImageShape, Images, SourceSamples, SourceSet};
pub use about::PackedAbout;
use header::Header;
pub use pack::{PackedCounts, pack, pack_set};
use serde::{Deserialize, Serialize};

/// The parts of a set in the order of a fingerprint, by the starts of their tensors' names.
const PARTS: [&str; 3] = ["train", "test", "validation"];

/// The largest file that is opened, in bytes: 16 TiB.
const MAX_BYTES: u64 = 16 << 40;

/// How the fingerprint of a packed set is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FingerprintOrigin {
    /// The file states it, and the digest of all but the pixels is right.
    Stated,
    /// All pixels were hashed.
    Hashed,
}

/// What is known of all pixels of a set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PixelFacts {
    /// How it is known.
    pub(crate) origin: FingerprintOrigin,
    /// As [`ImageSet::fingerprint`](crate::ImageSet::fingerprint).
    pub(crate) fingerprint: String,
    /// Mean and deviation of each channel of the training images, in `[0, 1]`.
    pub(crate) statistics: Vec<(f64, f64)>,
}

/// An open packed set. Its labels are in memory, and its pixels in the file.
#[derive(Clone, Debug)]
pub struct PackedSet {
    path: PathBuf,
    set: SourceSet,
    about: PackedAbout,
}

impl PackedSet {
    /// Whether the file at `path` is a safetensors file by its first bytes or its name.
    pub fn is_at(path: &Path) -> bool {
        // A pipe would be waited for.
        let Ok((file, size)) = open_regular(path, u64::MAX) else {
            return false;
        };
        let mut start = vec![];
        let is_read = file.take(9).read_to_end(&mut start).is_ok();
        let has_name = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("safetensors"));
        is_read && (has_name || header::is_start(&start, size))
    }

    /// Opens the packed set at `path`. Its header and its labels are read, and no pixel.
    ///
    /// # Errors
    /// A file that cannot be read or is no packed set, such as one of weights; a damaged header; labels that are not
    /// below the number of classes; a digest that does not match.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        let (file, size) = open_regular(path, MAX_BYTES).map_err(DataError::io(path))?;
        let file = Arc::new(OpenFile::new(path, file));
        let header = Header::read(&file, size)?;
        let mut labels = vec![];
        for part in &header.parts {
            labels.push(match part {
                Some(part) => Some(part.labels(&file)?),
                None => None,
            });
        }
        let about = PackedAbout::of(path, &header, &labels)?;
        digest::check(path, &header, &labels)?;
        let facts = about::facts(path, &header)?;
        let mut images = header.parts.iter().zip(labels).map(|(part, labels)| {
            let (part, labels) = (part.as_ref()?, labels?);
            let rows = FileRows::new(Arc::clone(&file), part.images_at, header.shape);
            Some(SourceSamples::File(FileImages::new(rows, labels)))
        });
        let [train, test, validation] = std::array::from_fn(|_| images.next().flatten());
        let (Some(train), Some(test)) = (train, test) else {
            return Err(header::without_part(path));
        };
        let classes = about.classes.clone();
        Ok(Self {
            path: path.into(),
            set: SourceSet {
                train,
                validation,
                test,
                classes,
                facts,
            },
            about,
        })
    }

    /// Channels, height and width of each image.
    pub fn shape(&self) -> ImageShape {
        let shape = self.set.train.shape().image();
        shape.expect("a packed set has images")
    }

    /// What the file says of itself.
    pub fn about(&self) -> &PackedAbout {
        &self.about
    }

    /// Bytes of all pixels.
    pub fn pixel_bytes(&self) -> u64 {
        (self.set.sample_count() as u64).saturating_mul(self.shape().values() as u64)
    }

    /// The number of images of all parts.
    pub fn image_count(&self) -> usize {
        self.set.sample_count()
    }

    /// Whether the file states the fingerprint of its pixels. A file that another program wrote does not.
    pub fn states_fingerprint(&self) -> bool {
        self.set.facts.is_some()
    }

    /// Refuses images that are not what `request` asks for.
    ///
    /// # Errors
    /// [`DataError::Setting`] for a value outside its range; [`DataError::Format`] that names the key of the
    /// experiment's table `data`.
    pub fn check(&self, request: &ImageRequest) -> Result<(), DataError> {
        request.check()?;
        request::check(&self.path, self.shape(), &self.about, request)
    }

    /// Hashes all pixels, and computes their mean and deviation. `progress` receives the number of images so far and
    /// the number of all.
    ///
    /// # Errors
    /// Pixels that are not those whose fingerprint the file states, and a file that cannot be read.
    pub fn verified(self, progress: &dyn Fn(usize, usize)) -> Result<Self, DataError> {
        let found = self.set.computed_facts(self.shape(), progress)?;
        if let Some(stated) = &self.set.facts
            && (&stated.fingerprint, &stated.statistics) != (&found.fingerprint, &found.statistics)
        {
            let expected = format!("pixels with fingerprint {:.12}…", stated.fingerprint);
            let found = format!("fingerprint {:.12}…", found.fingerprint);
            return Err(DataError::format(&self.path, expected, found)
                .hinted("the file is damaged: copy it again, or pack the images again"));
        }
        let set = SourceSet {
            facts: Some(found),
            ..self.set
        };
        Ok(Self { set, ..self })
    }

    /// The set, with its pixels left in the file.
    pub fn in_file(self) -> SourceSet {
        self.set
    }

    /// The set, with its pixels read into memory.
    ///
    /// # Errors
    /// A file that cannot be read, and pixels that do not fit into memory.
    pub fn in_memory(self) -> Result<SourceSet, DataError> {
        let SourceSet {
            train,
            validation,
            test,
            classes,
            facts,
        } = self.set;
        Ok(SourceSet {
            train: in_memory(train)?,
            validation: validation.map(in_memory).transpose()?,
            test: in_memory(test)?,
            classes,
            facts,
        })
    }
}

fn in_memory(images: SourceSamples) -> Result<SourceSamples, DataError> {
    let SourceSamples::File(images) = images else {
        return Ok(images);
    };
    let (rows, labels) = images.into_parts();
    let mut pixels = blank(labels.len(), rows.shape())?;
    rows.read(0, &mut pixels)?;
    Ok(Images::from_parts(rows.shape(), pixels, labels).into())
}

#[cfg(test)]
mod tests;
