//! Tiny ImageNet: `train/WNID/images/*.JPEG`, and `val/images/*.JPEG` with their classes in `val/val_annotations.txt`.
//!
//! A WNID is a class of WordNet, such as `n01443537`. `wnids.txt` lists those of the set, and `words.txt` has names for
//! them. Classes are in the order of the WNIDs. The images of `val` are the test images; those of `test` have no labels.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::source::decoding::Pictures;
use crate::source::folder::{Labelled, Listing};
use crate::source::found::{FoundSource, without_images};
use crate::source::passed_over::PassedOver;
use crate::source::tree::Tree;
use crate::source::{Fit, Layout, OpenedSource, TestOrigin, of_pictures};
use crate::{DataError, ImageRequest, ImageShape, MAX_CLASSES};

/// The shape of the pictures as they are published.
const SHAPE: ImageShape = ImageShape {
    channels: 3,
    height: 64,
    width: 64,
};
/// The list of the set's classes.
pub(crate) const WNIDS: &str = "wnids.txt";
const WORDS: &str = "words.txt";
const ANNOTATIONS: &str = "val_annotations.txt";
const TRAIN: &str = "train";
const VAL: &str = "val";
/// The folder of pictures in `val`, in `test` and in each class.
pub(crate) const IMAGES: &str = "images";
/// The most bytes of such a text in an archive; `words.txt` has 2.7 million.
const MAX_TEXT_BYTES: usize = 16 << 20;
/// The most lines of a text.
const MAX_LINES: usize = 1_000_000;

/// Whether a file of an archive is one of the set's texts, by its name and length.
pub(crate) fn is_text(name: &str, bytes: usize) -> bool {
    [WNIDS, WORDS, ANNOTATIONS].contains(&name) && bytes <= MAX_TEXT_BYTES
}

/// Whether `folder` holds the set. A set whose test images were moved into folders of classes is read as such folders.
pub(crate) fn is_at(tree: &Tree, folder: &Path) -> bool {
    tree.has_file(&folder.join(WNIDS))
        && tree.has_file(&folder.join(VAL).join(ANNOTATIONS))
        && tree.has_images(&folder.join(VAL).join(IMAGES))
}

/// Opens the set in `folder`. Its pictures are still to be decoded.
///
/// # Errors
/// What the layout cannot answer, and those of [`find`].
pub(crate) fn open(
    tree: Tree,
    folder: &Path,
    request: &ImageRequest,
) -> Result<FoundSource, DataError> {
    let layout = Layout::TinyImageNet;
    request.check_layout(folder, layout)?;
    let (pictures, passed_over) = find(&tree, folder, request)?;
    let test_origin = match request.split {
        Some(_) => TestOrigin::OwnInPlaceOfSplit,
        None => TestOrigin::Own,
    };
    let about = OpenedSource {
        shape: pictures.shape,
        fit: match pictures.shape == SHAPE {
            true => Fit::Own,
            false => Fit::Asked(request.resize),
        },
        passed_over,
        ..of_pictures(layout, without_images(&pictures), test_origin, request)
    };
    Ok(FoundSource {
        about,
        pictures: Some((tree, pictures)),
    })
}

/// Finds the pictures of the set. Returns what is passed over, too.
///
/// # Errors
/// A class that `wnids.txt` does not list or that has no training images, and an annotation of another class or of a picture
/// that is not there.
fn find(
    tree: &Tree,
    folder: &Path,
    request: &ImageRequest,
) -> Result<(Pictures, Vec<PassedOver>), DataError> {
    let test = folder.join("test");
    let unlabelled = match tree.has_images(&test) {
        true => vec![test],
        false => vec![],
    };
    let mut listing = Listing::new(tree, folder, &unlabelled);
    let wnids = wnids(tree, folder)?;
    let mut train: Vec<Labelled> = vec![];
    for (label, wnid) in (0..=u16::MAX).zip(&wnids) {
        let files = listing.class_files(Some(TRAIN), wnid)?.images;
        if files.is_empty() {
            let class = folder.join(TRAIN).join(wnid);
            return Err(DataError::format(&class, "at least one picture", "none")
                .hinted("every class of wnids.txt has training images; unpack the archive again"));
        }
        train.extend(files.into_iter().map(|file| (file, label)));
    }
    let test = annotated(tree, folder, &wnids)?;
    let pictures = Pictures {
        folder: folder.into(),
        classes: names(tree, folder, wnids)?,
        parts: [Some(train), None, Some(test)],
        shape: request.shape(SHAPE),
        resize: request.resize,
    };
    Ok((pictures, listing.finish()))
}

/// The classes of the set, sorted.
fn wnids(tree: &Tree, folder: &Path) -> Result<Vec<String>, DataError> {
    let path = folder.join(WNIDS);
    let text = text(tree, &path)?;
    let mut wnids = vec![];
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !is_wnid(line) {
            let expected = "a WNID in each line, such as n01443537";
            return Err(DataError::format(&path, expected, line));
        }
        wnids.push(line.to_owned());
    }
    wnids.sort();
    wnids.dedup();
    if !(2..=MAX_CLASSES).contains(&wnids.len()) {
        let expected = format!("2 to {MAX_CLASSES} classes");
        return Err(DataError::format(&path, expected, wnids.len().to_string()));
    }
    Ok(wnids)
}

/// Whether a word is a letter n and digits, so that it is no path to elsewhere.
fn is_wnid(word: &str) -> bool {
    let digits = word.strip_prefix('n').unwrap_or_default();
    (1..=16).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The test images, in the order of their annotations: file, WNID and the corners of a box, with tabs between them.
fn annotated(tree: &Tree, folder: &Path, wnids: &[String]) -> Result<Vec<Labelled>, DataError> {
    let path = folder.join(VAL).join(ANNOTATIONS);
    let images: PathBuf = folder.join(VAL).join(IMAGES);
    let text = text(tree, &path)?;
    let mut files = vec![];
    let mut seen = HashSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let fault = |expected: &str, found: &str| {
            DataError::format(&path, format!("{expected} in line {number}"), found)
        };
        let mut words = line.split('\t');
        let (Some(name), Some(wnid)) = (words.next(), words.next()) else {
            return Err(fault("FILE<tab>WNID", line));
        };
        if name.is_empty() || name == ".." || name.contains(['/', '\\']) {
            return Err(fault("the name of a file in val/images", name));
        }
        let Ok(label) = wnids.binary_search_by(|other| other.as_str().cmp(wnid.trim())) else {
            return Err(fault("a class of wnids.txt", wnid));
        };
        let file = images.join(name);
        if !tree.has_file(&file) {
            return Err(fault(
                "a picture in val/images",
                &format!("{name}, which is not there"),
            ));
        }
        if !seen.insert(name) {
            return Err(fault("each picture once", &format!("{name} again")));
        }
        // There are at most as many classes as labels.
        files.push((file, label as u16));
        if files.len() > MAX_LINES {
            let expected = format!("at most {MAX_LINES} lines");
            return Err(DataError::format(&path, expected, "more"));
        }
    }
    if files.is_empty() {
        return Err(DataError::format(&path, "at least one line", "none"));
    }
    Ok(files)
}

/// The names of the classes: the first one of `words.txt`, with the WNID if several classes have it or none is given.
fn names(tree: &Tree, folder: &Path, wnids: Vec<String>) -> Result<Vec<String>, DataError> {
    let path = folder.join(WORDS);
    if !tree.has_file(&path) {
        return Ok(wnids);
    }
    let text = text(tree, &path)?;
    let first = |line: &'_ str| -> Option<(String, String)> {
        let (wnid, names) = line.split_once('\t')?;
        let name = names.split(',').next()?.trim();
        (!name.is_empty()).then(|| (wnid.to_owned(), name.to_owned()))
    };
    let words: HashMap<String, String> = text.lines().filter_map(first).collect();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for name in wnids.iter().filter_map(|wnid| words.get(wnid)) {
        *uses.entry(name).or_default() += 1;
    }
    let named = wnids.iter().map(|wnid| match words.get(wnid) {
        Some(name) if uses.get(name.as_str()) == Some(&1) => name.clone(),
        Some(name) => format!("{name} ({wnid})"),
        None => wnid.clone(),
    });
    Ok(named.collect())
}

fn text(tree: &Tree, path: &Path) -> Result<String, DataError> {
    let bytes = tree.list(path)?;
    String::from_utf8(bytes)
        .map_err(|error| DataError::format(path, "a text in UTF-8", error.utf8_error().to_string()))
}

#[cfg(test)]
mod tests;
