//! What the name of a file or folder says about it.

use std::path::Path;

use crate::source::image_file::ENDINGS;

/// Endings of names, in lower case, of images that are not read.
const OTHER_FORMATS: [&str; 22] = [
    "apng", "arw", "avif", "avifs", "cr2", "cr3", "dng", "exr", "hdr", "heic", "heif", "ico",
    "j2k", "jp2", "jxl", "nef", "orf", "psd", "qoi", "raf", "svg", "tga",
];
/// Folders and files that operating systems and storage devices make.
const SYSTEM_NAMES: [&str; 8] = [
    "__MACOSX",
    "@eaDir",
    "#recycle",
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
    "Thumbs.db",
    "desktop.ini",
];

/// Whether an operating system or a storage device made a file or folder of this name.
pub(crate) fn is_of_a_system(name: &str) -> bool {
    SYSTEM_NAMES
        .iter()
        .any(|system| name.eq_ignore_ascii_case(system))
}

/// Whether no folder of a path, nor its file, is hidden or was made by an operating system.
pub(crate) fn is_shown(path: &Path) -> bool {
    path.iter().all(|part| {
        let part = part.to_string_lossy();
        !part.starts_with('.') && !is_of_a_system(&part)
    })
}

/// Whether class folders read a file of this name.
pub(crate) fn is_image_name(path: &Path) -> bool {
    has_ending(path, &ENDINGS)
}

/// Whether a file of this name is an image that is not read.
pub(super) fn is_other_format(path: &Path) -> bool {
    has_ending(path, &OTHER_FORMATS)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        let mut endings = endings.iter();
        endings.any(|other| ending.eq_ignore_ascii_case(other))
    })
}
