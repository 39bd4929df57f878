//! Decodes the pictures of a set into one buffer for each part.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::file::MAX_FILE_BYTES;
use crate::source::folder::{Labelled, unreadable};
use crate::source::image_file::{blank, decode, decode_bytes};
use crate::source::tree::{Packed, Tree};
use crate::{DataError, ImageShape, Images, Resize};

/// Files of an archive that are held at a time while their pictures are decoded, in bytes.
const BYTES_AT_ONCE: usize = 32 << 20;
/// Decoded pictures of an archive that are held at a time, in bytes.
const PIXELS_AT_ONCE: usize = 32 << 20;

/// A file that cannot be decoded, and why.
type Broken = (PathBuf, DataError);

/// Decodes the files of all parts, each directly into its place in a buffer, so that no picture is held twice.
///
/// `progress` receives the number of pictures decoded so far and their total number; several threads call it.
///
/// # Errors
/// Pictures that do not fit into memory, an archive that cannot be read, and files that cannot be decoded: all of them
/// in one error about the set at `path`.
pub(crate) fn decode_parts(
    tree: &Tree,
    path: &Path,
    parts: [Option<Vec<Labelled>>; 3],
    shape: ImageShape,
    resize: Resize,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<[Option<Images>; 3], DataError> {
    let files: usize = parts.iter().flatten().map(Vec::len).sum();
    let done = AtomicUsize::new(0);
    progress(0, files);
    let decoder = Decoder {
        shape,
        resize,
        one_more: &|| progress(done.fetch_add(1, Ordering::Relaxed) + 1, files),
    };
    let mut pixels: Vec<Vec<u8>> = vec![];
    for part in &parts {
        pixels.push(blank(part.as_ref().map_or(0, Vec::len), shape)?);
    }
    let broken = match tree {
        Tree::Disk => decoder.of_disk(&parts, &mut pixels),
        Tree::Packed(packed) => decoder.of_archive(packed, &parts, &mut pixels)?,
    };
    if let Some(error) = unreadable(path, files, broken) {
        return Err(error);
    }
    let mut pixels = pixels.into_iter();
    Ok(parts.map(|part| {
        let pixels = pixels.next().unwrap_or_default();
        let labels = part?.into_iter().map(|(_, label)| label).collect();
        Some(Images::from_parts(shape, pixels, labels))
    }))
}

/// What every picture becomes.
struct Decoder<'a> {
    shape: ImageShape,
    resize: Resize,
    one_more: &'a (dyn Fn() + Sync),
}

impl Decoder<'_> {
    /// Decodes files on disk. Returns those that cannot be decoded, in their order.
    fn of_disk(&self, parts: &[Option<Vec<Labelled>>; 3], pixels: &mut [Vec<u8>]) -> Vec<Broken> {
        let mut broken = vec![];
        for (files, pixels) in parts.iter().zip(pixels) {
            let slots = pixels.par_chunks_exact_mut(self.shape.values());
            let files = files.as_deref().unwrap_or_default();
            let failures = files.par_iter().zip(slots).filter_map(|((path, _), slot)| {
                let result = decode(path, self.shape, self.resize, slot);
                (self.one_more)();
                result.err().map(|error| (path.clone(), error))
            });
            broken.extend(failures.collect::<Vec<_>>());
        }
        broken
    }

    /// Decodes files of an archive, which is read once. Returns those that cannot be decoded, and those that are not
    /// there.
    fn of_archive(
        &self,
        packed: &Packed,
        parts: &[Option<Vec<Labelled>>; 3],
        pixels: &mut [Vec<u8>],
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
                broken.extend(self.decode_held(&mut held, pixels));
                bytes = 0;
            }
            Ok(())
        })?;
        broken.extend(self.decode_held(&mut held, pixels));
        let missing = places.into_keys().map(|path| {
            let error = DataError::Missing { path: path.into() };
            (path.to_owned(), error)
        });
        broken.extend(missing);
        broken.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(broken)
    }

    /// Decodes the files that are held, and forgets them.
    fn decode_held(&self, held: &mut Vec<Held>, pixels: &mut [Vec<u8>]) -> Vec<Broken> {
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
                        pixels[part][index * length..][..length].copy_from_slice(&image);
                    }
                }
                Err(error) => broken.push((path, error)),
            }
        }
        broken
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
