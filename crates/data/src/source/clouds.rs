//! Opens a source of point clouds, whatever its layout.
//!
//! Clouds are read as their files have them; then every cloud gets the points that are asked for, is moved so that their
//! mean is the origin, and is scaled so that the farthest of them has distance 1.

mod arrays;
mod choice;
mod class_names;
mod classes;
mod files;
mod fitted;
mod hdf5;
mod lines;
mod name_lists;
mod off;
mod place;
mod read_set;
mod request;
mod rows;
mod spot;
mod surface;
mod text;

use std::fmt;
use std::path::Path;

use crate::source::TestOrigin;
use crate::source::passed_over::PassedOver;
use crate::{CloudSet, DataError};
use place::{Holds, Place};
pub use request::CloudRequest;

/// The most points of a cloud in a file of many.
pub(crate) const MAX_STORED_POINTS: u64 = 1 << 22;

/// The layouts that a source of point clouds can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloudLayout {
    /// Meshes in folders of classes, such as ModelNet's `CLASS/train/*.off`. Their z axis points up.
    Off,
    /// HDF5 files, such as those of `modelnet40_ply_hdf5_2048`.
    Hdf5,
    /// NumPy arrays of points and labels.
    Arrays,
    /// Texts with a point in each line, in folders of classes.
    Texts,
}

impl fmt::Display for CloudLayout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Off => "OFF meshes in class folders",
            Self::Hdf5 => "HDF5 files of point clouds",
            Self::Arrays => "NumPy arrays of point clouds",
            Self::Texts => "texts of points in class folders",
        })
    }
}

/// A source of point clouds that was read completely.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedClouds {
    /// The layout that was found at the path.
    pub layout: CloudLayout,
    /// Its clouds, each centred and scaled into the unit ball. No part is empty.
    pub clouds: CloudSet,
    /// How many points each cloud has in HDF5 files and arrays; the fewest, if parts differ. `None` for meshes, which have
    /// no points of their own, and for texts, which have as many as they have lines.
    pub stored_points: Option<usize>,
    /// Where the test clouds come from.
    pub test_origin: TestOrigin,
    /// The folder at the path that holds the set, if the path itself does not.
    pub within: Option<String>,
    /// What it also holds and is not read, one item for each reason.
    pub passed_over: Vec<PassedOver>,
}

/// Whether there is a source of point clouds at a path that is no source of images: a look at names and first bytes.
///
/// A path that cannot be read has none.
pub fn holds_clouds(path: &Path) -> bool {
    place::find(path).is_some()
}

/// Reads the point clouds at a path and recognises their layout by its content.
///
/// - OFF meshes: `CLASS/train/*.off` and `CLASS/test/*.off`, or `train/CLASS/*.off` and `test/CLASS/*.off`. Points are
///   drawn on their surface, as many for each area. Their z axis points up, so they are turned: (x, y, z) becomes
///   (x, z, −y).
/// - HDF5 files: those that `train_files.txt` and `test_files.txt` name, or all with `train` or `test` in their names.
///   Each has `data`, floats `[N, points, 3]`, and `label`, whole numbers `[N]` or `[N, 1]`. `shape_names.txt` may name
///   the classes.
/// - NumPy arrays: an `.npz` file, or a folder of `.npy` or `.npz` files, with `train_points` f32 or f64
///   `[N, points, 3]`, `train_labels` `[N]` or `[N, 1]`, `test_points`, `test_labels`, and perhaps `val_points`,
///   `val_labels`, and `classes`, a list of names. Points may also be called `train_data` or `x_train`, and labels
///   `y_train`.
/// - Texts: files `.xyz` or `.txt` in folders as those of meshes, a point in each line: x, y, z, and further columns that
///   are not read, with spaces, tabs or commas between them. Or those that `modelnet40_train.txt` and
///   `modelnet40_test.txt` name.
///
/// The set may also lie in the only subfolder. With `request.split`, no test part is needed, and classes of meshes and
/// texts may lie in the folder itself: `CLASS/*.off`.
///
/// The y axis of all but meshes is taken to point up. Which points are drawn or chosen depends on the part and on the
/// place of the cloud in it alone. `progress` receives how much is done and the total: files of HDF5, arrays, or else
/// clouds, for which several threads call it.
///
/// # Errors
/// A request outside its ranges, a path without one of these layouts, content that does not fit its layout, a cloud of
/// fewer points than asked for, and one whose points all lie in one place.
pub fn open_clouds(
    path: &Path,
    request: &CloudRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedClouds, DataError> {
    request.check()?;
    let Some(Place { folder, holds }) = place::find(path) else {
        return Err(place::none(path));
    };
    let within = folder.strip_prefix(path).ok();
    let within = within
        .filter(|inner| *inner != Path::new(""))
        .map(|inner| inner.to_string_lossy().into_owned());
    let (layout, set) = match holds {
        Holds::Hdf5 => (CloudLayout::Hdf5, hdf5::open(&folder, request, progress)?),
        Holds::Arrays => {
            let set = arrays::open(&folder, request, progress)?;
            (CloudLayout::Arrays, set)
        }
        Holds::Classes(kind, order) => {
            let found = classes::find(&folder, kind, order, request)?;
            (kind.layout(), files::read(found, request, progress)?)
        }
        Holds::NameLists(lists) => {
            let found = lists.find(&folder, request)?;
            (CloudLayout::Texts, files::read(found, request, progress)?)
        }
    };
    let (clouds, test_origin) = read_set::finish(&folder, set.parts, set.classes, request)?;
    Ok(OpenedClouds {
        layout,
        clouds,
        stored_points: set.stored_points,
        test_origin,
        within,
        passed_over: set.passed_over,
    })
}

#[cfg(test)]
pub(crate) mod tests;
