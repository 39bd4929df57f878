//! What a path without a known layout may be meant to be, with a way out.

mod archive;
mod arrays;
mod file;
mod folder;
mod pictures;

pub(crate) use archive::{no_layout_in_archive, no_test_in_archive};
pub(crate) use file::{no_archive, one_file};
pub(crate) use folder::{is_one_part, no_layout, no_test};
