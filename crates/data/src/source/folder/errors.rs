//! Class folders that cannot be read, each with a way out.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::listing::visible_entries;
use super::names::is_image_name;
use super::parts::is_part_name;
use super::search::has_images;
use crate::shell::quoted;
use crate::{DataError, MAX_CLASSES};

/// The most files or classes that an error names.
const MAX_NAMED: usize = 10;
/// What is expected of a folder without images.
const AN_IMAGE: &str = "at least one image (PNG, JPEG, WebP, BMP, GIF, TIFF or PNM)";
/// The way out for images of formats that are not read.
const CONVERT: &str =
    "convert them to PNG or JPEG, for example with: magick mogrify -format png FILES";

/// The error for a folder of training images with too few or too many classes.
pub(super) fn number_of_classes(folder: &Path, classes: &[String]) -> DataError {
    let expected = format!("2 to {MAX_CLASSES} class folders");
    let fault = DataError::format(folder, expected, classes.len().to_string());
    if classes.len() > MAX_CLASSES {
        return fault.hinted("join classes, or move some away");
    }
    let Some(only) = classes.first() else {
        return fault.hinted(format!(
            "put the pictures of each class into a folder of its own, such as {}",
            quoted(folder.join("CLASS"))
        ));
    };
    let only = folder.join(only);
    let within = visible_entries(&only).unwrap_or_default();
    let classes_within = within
        .iter()
        .filter(|entry| entry.is_folder && has_images(&entry.path));
    fault.hinted(if classes_within.count() >= 2 {
        move_up(&only, folder)
    } else {
        format!(
            "a network tells at least two classes apart: add the folder of another one next to {}",
            quoted(&only)
        )
    })
}

/// The way out for classes that lie in `inner`, one level below `folder`.
fn move_up(inner: &Path, folder: &Path) -> String {
    format!(
        "if the folders in {0} are the classes, move them up: mv {0}/* {1} && rmdir {0}",
        quoted(inner),
        quoted(folder)
    )
}

/// The error for a folder whose classes have the names of parts: it holds another set with parts of its own.
/// `None` if a class has another name.
pub(super) fn parts_in_place_of_classes(folder: &Path, classes: &[String]) -> Option<DataError> {
    classes.iter().all(|class| is_part_name(class)).then(|| {
        let found = format!("folders named as parts of a set: {}", classes.join(", "));
        DataError::format(folder, "class folders", found).hinted(format!(
            "give the folder that holds these parts: --data {}",
            quoted(folder)
        ))
    })
}

/// The error for classes in `folder` without training images, each with its number of images that are not read;
/// `None` if there are no such classes.
pub(super) fn classes_without_images(folder: &Path, empty: &[(&str, usize)]) -> Option<DataError> {
    let (&(first, other_formats), more) = empty.split_first()?;
    if more.is_empty() {
        let class = folder.join(first);
        return Some(of_other_formats(&class, other_formats).unwrap_or_else(|| {
            DataError::format(&class, AN_IMAGE, "none").hinted(
                "add pictures, or move this folder away, also from the other parts of the set",
            )
        }));
    }
    let mut names: Vec<&str> = empty
        .iter()
        .take(MAX_NAMED)
        .map(|(name, _)| *name)
        .collect();
    if empty.len() > MAX_NAMED {
        names.push("…");
    }
    let found = format!("none in {} folders: {}", empty.len(), names.join(", "));
    let hint = if empty.iter().all(|(_, other_formats)| *other_formats > 0) {
        CONVERT
    } else {
        "add pictures, or move these folders away, also from the other parts of the set"
    };
    let expected = "images in the folder of every class";
    Some(DataError::format(folder, expected, found).hinted(hint))
}

/// The error for a test or validation part without images.
pub(super) fn part_without_images(part: &Path, other_formats: usize) -> DataError {
    of_other_formats(part, other_formats).unwrap_or_else(|| {
        let entries = visible_entries(part).unwrap_or_default();
        let mut files = entries.iter().filter(|entry| !entry.is_folder);
        let (found, put) = if files.any(|entry| is_image_name(&entry.path)) {
            ("images without class folders", "put them into folders of their classes")
        } else {
            ("none", "add pictures of the classes")
        };
        DataError::format(part, AN_IMAGE, found).hinted(format!(
            "{put}, or move this folder away and, if there is no other test part, take a share of the training images: \
             split = 0.2 under [data] in the experiment"
        ))
    })
}

/// The error for a folder that should hold pictures, whatever their class.
pub(super) fn no_pictures(folder: &Path, other_formats: usize) -> DataError {
    of_other_formats(folder, other_formats).unwrap_or_else(|| {
        DataError::format(folder, AN_IMAGE, "none").hinted(
            "give a folder of pictures such as PNG or JPEG files, or the pictures themselves",
        )
    })
}

fn of_other_formats(folder: &Path, other_formats: usize) -> Option<DataError> {
    (other_formats > 0).then(|| {
        DataError::format(folder, AN_IMAGE, "images of other formats only").hinted(CONVERT)
    })
}

/// The error for a folder in the `part` for the test or for validation whose name no class for training has.
pub(super) fn unknown_class(part: &Path, name: &str, classes: &[String]) -> DataError {
    let folder = part.join(name);
    let alike = classes
        .iter()
        .find(|class| class.to_lowercase() == name.to_lowercase());
    let within = visible_entries(&folder).unwrap_or_default();
    let is_class = |name: &String| classes.binary_search(name).is_ok();
    let hint = match alike {
        None if within
            .iter()
            .any(|entry| entry.is_folder && is_class(&entry.name)) =>
        {
            move_up(&folder, part)
        }
        Some(class) => format!(
            "give both folders the same name, also in capitals: mv {} {}",
            quoted(&folder),
            quoted(part.join(class))
        ),
        None => format!(
            "give it the name of its class for training, add training images of {}, or move the folder away",
            quoted(name)
        ),
    };
    DataError::format(&folder, "a class that the training split has", "another").hinted(hint)
}

/// The error for files that cannot be decoded; `None` if there are none. `images` is the number of all files.
pub(crate) fn unreadable(
    path: &Path,
    images: usize,
    mut broken: Vec<(PathBuf, DataError)>,
) -> Option<DataError> {
    for (file, error) in &mut broken {
        // The file was in the folder a moment ago, so that hints about paths and disks would not help.
        let found = match error {
            DataError::Missing { .. } if file.is_symlink() => "a link that leads nowhere",
            // Only a list names files that are not there.
            DataError::Missing { .. } => "no such file",
            DataError::Io { source, .. } if source.kind() == ErrorKind::InvalidInput => {
                "a pipe or a device"
            }
            _ => continue,
        };
        *error = DataError::image(file, found);
    }
    if broken.len() < 2 {
        return broken.pop().map(|(_, error)| error);
    }
    let first = broken.iter().take(MAX_NAMED).map(|(file, error)| {
        let file = file.strip_prefix(path).unwrap_or(file);
        (file.to_owned(), error.found())
    });
    Some(DataError::Images {
        path: path.into(),
        images,
        count: broken.len(),
        first: first.collect(),
    })
}

#[cfg(test)]
mod tests;
