//! Whether there are pictures in a folder.

use std::fs;
use std::path::Path;

use super::names::{is_image_name, is_of_a_system};

/// Subfolders deeper than this are not searched. The pictures of a class may lie as deep.
const MAX_DEPTH: usize = 16;
/// More entries than this are not looked at.
const MAX_ENTRIES: usize = 10_000;

/// Whether a folder or one of its subfolders holds a picture, by its name.
pub(crate) fn has_images(folder: &Path) -> bool {
    within(folder, MAX_DEPTH)
}

fn within(folder: &Path, depth: usize) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.take(MAX_ENTRIES).map(|entry| entry.path());
    let visible = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with('.') && !is_of_a_system(&name)
    };
    let paths: Vec<_> = paths.filter(|path| visible(path)).collect();
    // Links are not followed, because they may lead back.
    let mut folders = paths
        .iter()
        .filter(|path| path.is_dir() && !path.is_symlink());
    paths.iter().any(|path| is_image_name(path))
        || (depth > 0 && folders.any(|folder| within(folder, depth - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_in_subfolders_and_not_in_hidden_ones() {
        let folder = tempfile::tempdir().expect("a new folder");
        let write = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
            fs::write(path, "").expect("a new file");
        };
        write("notes.txt");
        write(".hidden/a.png");
        write("@eaDir/a.png");
        assert!(!has_images(folder.path()));
        write("a/b/c/d/e.JPEG");
        assert!(has_images(folder.path()));
    }
}
