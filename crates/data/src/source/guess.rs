//! What a path without a known layout may be meant to be, with a way out.

mod file;
mod folder;
mod pictures;

pub(crate) use file::no_archive;
pub(crate) use folder::{flat_classes, is_one_part, no_layout, no_test};
