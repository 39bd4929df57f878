//! Decodes the pictures of a set, into one buffer for each part or wherever they go.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::file::MAX_FILE_BYTES;
use crate::source::folder::{Labelled, unreadable};
use crate::source::image_file::{blank, decode, decode_bytes};
use crate::source::tree::{Packed, Tree};
use crate::{DataError, ImageSet, ImageShape, Images, Resize};

/// Files of an archive that are held at a time while their pictures are decoded, in bytes.
const BYTES_AT_ONCE: usize = 32 << 20;
/// Decoded pictures of an archive that are held at a time, in bytes.
const PIXELS_AT_ONCE: usize = 32 << 20;

/// A file that cannot be decoded, and why.
type Broken = (PathBuf, DataError);

/// Pictures that were found and are not decoded yet.
pub(crate) struct Pictures {
    /// The folder of the set, for messages.
    pub(crate) folder: PathBuf,
    /// The name of each class.
    pub(crate) classes: Vec<String>,
    /// The files of the training, validation and test part. Only the validation part may be missing.
    pub(crate) parts: [Option<Vec<Labelled>>; 3],
    /// The shape that all pictures get.
    pub(crate) shape: ImageShape,
    /// How pictures of other proportions are made to fit.
    pub(crate) resize: Resize,
}

/// Takes decoded pictures.
pub(crate) trait PixelSink {
    /// The most images that are decoded before they are handed on.
    fn images_at_once(&self) -> usize;

    /// Lets `fill` write the pixels of some images of a part, each in its place: u8 `[images, channels, height, width]`.
    ///
    /// # Errors
    /// Pixels that cannot be kept.
    fn fill(
        &mut self,
        part: usize,
        images: Range<usize>,
        fill: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), DataError>;
}

/// Keeps all pixels: a picture is decoded directly into its place in a buffer, so that none is held twice.
pub(crate) struct InMemory {
    pixels: [Vec<u8>; 3],
    shape: ImageShape,
}

impl InMemory {
    /// Room for all `pictures`.
    ///
    /// # Errors
    /// Pictures that do not fit into memory.
    pub(crate) fn new(pictures: &Pictures) -> Result<Self, DataError> {
        let shape = pictures.shape;
        let mut pixels = [const { vec![] }; 3];
        for (pixels, part) in pixels.iter_mut().zip(&pictures.parts) {
            *pixels = blank(part.as_ref().map_or(0, Vec::len), shape)?;
        }
        Ok(Self { pixels, shape })
    }

    /// The decoded images.
    pub(crate) fn into_set(self, pictures: Pictures) -> ImageSet {
        let Self { pixels, shape } = self;
        let labels = pictures.labels();
        let [train, validation, test] = pixels;
        let images = |pixels, labels: Option<Vec<u16>>| {
            Images::from_parts(shape, pixels, labels.unwrap_or_default())
        };
        let [of_train, of_validation, of_test] = labels;
        ImageSet {
            train: images(train, of_train),
            validation: of_validation.map(|labels| images(validation, Some(labels))),
            test: images(test, of_test),
            classes: pictures.classes,
        }
    }
}

impl PixelSink for InMemory {
    fn images_at_once(&self) -> usize {
        usize::MAX
    }

    fn fill(
        &mut self,
        part: usize,
        images: Range<usize>,
        fill: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), DataError> {
        let values = self.shape.values();
        fill(&mut self.pixels[part][images.start * values..images.end * values]);
        Ok(())
    }
}

impl Pictures {
    /// The labels of each part.
    pub(crate) fn labels(&self) -> [Option<Vec<u16>>; 3] {
        let labels = |part: &Vec<Labelled>| part.iter().map(|(_, label)| *label).collect();
        self.parts.each_ref().map(|part| part.as_ref().map(labels))
    }

    /// Decodes the files of all parts into `sink`.
    ///
    /// `progress` receives the number of pictures decoded so far and their total number; several threads call it.
    ///
    /// # Errors
    /// An archive that cannot be read, pixels that cannot be kept, and files that cannot be decoded: all of them in one
    /// error about the set.
    pub(crate) fn decode(
        &self,
        tree: &Tree,
        sink: &mut dyn PixelSink,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<(), DataError> {
        let files: usize = self.parts.iter().flatten().map(Vec::len).sum();
        let done = AtomicUsize::new(0);
        progress(0, files);
        let decoder = Decoder {
            shape: self.shape,
            resize: self.resize,
            one_more: &|| progress(done.fetch_add(1, Ordering::Relaxed) + 1, files),
        };
        let broken = match tree {
            Tree::Disk => decoder.of_disk(&self.parts, sink)?,
            Tree::Packed(packed) => decoder.of_archive(packed, &self.parts, sink)?,
        };
        match unreadable(&self.folder, files, broken) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

/// What every picture becomes.
struct Decoder<'a> {
    shape: ImageShape,
    resize: Resize,
    one_more: &'a (dyn Fn() + Sync),
}

impl Decoder<'_> {
    /// Decodes files on disk. Returns those that cannot be decoded, in their order.
    fn of_disk(
        &self,
        parts: &[Option<Vec<Labelled>>; 3],
        sink: &mut dyn PixelSink,
    ) -> Result<Vec<Broken>, DataError> {
        let mut broken = vec![];
        for (part, files) in parts.iter().enumerate() {
            let files = files.as_deref().unwrap_or_default();
            let at_once = sink.images_at_once().min(files.len().max(1));
            for (group, files) in files.chunks(at_once).enumerate() {
                let first = group * at_once;
                sink.fill(part, first..first + files.len(), &mut |pixels| {
                    let slots = pixels.par_chunks_exact_mut(self.shape.values());
                    let failures = files.par_iter().zip(slots).filter_map(|((path, _), slot)| {
                        let result = decode(path, self.shape, self.resize, slot);
                        (self.one_more)();
                        result.err().map(|error| (path.clone(), error))
                    });
                    broken.extend(failures.collect::<Vec<_>>());
                })?;
            }
        }
        Ok(broken)
    }

    /// Decodes files of an archive, which is read once. Returns those that cannot be decoded, and those that are not
    /// there.
    fn of_archive(
        &self,
        packed: &Packed,
        parts: &[Option<Vec<Labelled>>; 3],
        sink: &mut dyn PixelSink,
    ) -> Result<Vec<Broken>, DataError> {
        let archive = &packed.archive;
        // A list may name a file more than once.
        let mut places: HashMap<&Path, Vec<Place>> = HashMap::new();
        for (part, files) in parts.iter().enumerate() {
            let files = files.iter().flatten().enumerate();
            for (index, (path, _)) in files {
                places.entry(path).or_default().push(Place { part, index });
            }
        }
        let mut broken = vec![];
        let mut held: Vec<Held> = vec![];
        let mut bytes = 0;
        archive.each_file(&mut |name, content| {
            let path = archive.path().join(name);
            let Some((path, places)) = places.remove_entry(path.as_path()) else {
                return Ok(());
            };
            if let Err(error) = content.at_most(MAX_FILE_BYTES) {
                broken.push((path.to_owned(), error));
                return Ok(());
            }
            let file = content.all()?;
            bytes += file.len();
            held.push(Held {
                path: path.to_owned(),
                file,
                places,
            });
            if bytes >= BYTES_AT_ONCE || held.len() * self.shape.values() >= PIXELS_AT_ONCE {
                broken.extend(self.decode_held(&mut held, sink)?);
                bytes = 0;
            }
            Ok(())
        })?;
        broken.extend(self.decode_held(&mut held, sink)?);
        let missing = places.into_keys().map(|path| {
            let error = DataError::Missing { path: path.into() };
            (path.to_owned(), error)
        });
        broken.extend(missing);
        broken.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(broken)
    }

    /// Decodes the files that are held, and forgets them.
    fn decode_held(
        &self,
        held: &mut Vec<Held>,
        sink: &mut dyn PixelSink,
    ) -> Result<Vec<Broken>, DataError> {
        let length = self.shape.values();
        let decoded = held.par_drain(..).map(|Held { path, file, places }| {
            let mut image = vec![0; length];
            let result = decode_bytes(&path, &file, self.shape, self.resize, &mut image);
            places.iter().for_each(|_| (self.one_more)());
            (path, places, result.map(|()| image))
        });
        let decoded: Vec<_> = decoded.collect();
        let mut broken = vec![];
        for (path, places, image) in decoded {
            match image {
                Ok(image) => {
                    for Place { part, index } in places {
                        sink.fill(part, index..index + 1, &mut |slot| {
                            slot.copy_from_slice(&image);
                        })?;
                    }
                }
                Err(error) => broken.push((path, error)),
            }
        }
        Ok(broken)
    }
}

/// Where a picture goes.
struct Place {
    part: usize,
    index: usize,
}

/// A file of an archive that was read and is not decoded yet.
struct Held {
    path: PathBuf,
    file: Vec<u8>,
    places: Vec<Place>,
}
