//! Which pictures the arguments of `mixup predict` mean.

use std::path::PathBuf;

use mixup_data::{PassedOverReason, pictures_in};

use crate::failure::Failure;

/// The pictures to predict, in the order of the arguments.
#[derive(Default)]
pub(super) struct AskedPictures {
    /// The files. They may be missing or no pictures.
    pub(super) files: Vec<PathBuf>,
    /// Folders without pictures, and folders that cannot be read.
    pub(super) refused: Vec<(PathBuf, Failure)>,
    /// A line about each folder that holds pictures of formats that are not read.
    pub(super) notes: Vec<String>,
}

impl AskedPictures {
    /// The files in `arguments`, and the pictures of each folder in it, sorted by their paths.
    pub(super) fn find(arguments: &[PathBuf]) -> Self {
        let mut asked = Self::default();
        for path in arguments {
            if !path.is_dir() {
                asked.files.push(path.clone());
                continue;
            }
            match pictures_in(path) {
                Ok(found) => {
                    asked.files.extend(found.files);
                    let refused = found.refused.into_iter();
                    asked
                        .refused
                        .extend(refused.map(|(path, error)| (path, error.into())));
                    let items = found.passed_over.iter();
                    // Other files are no pictures, and a folder of pictures may have many.
                    let items = items.filter(|item| item.reason == PassedOverReason::OtherFormat);
                    asked.notes.extend(items.map(|item| {
                        let folder = path.display();
                        format!("note: {folder}: {} not read: {}", item.what(), item.why())
                    }));
                }
                Err(error) => asked.refused.push((path.clone(), error.into())),
            }
        }
        asked
    }

    /// How many there are, with the folders that are refused.
    pub(super) fn count(&self) -> usize {
        self.files.len() + self.refused.len()
    }
}
