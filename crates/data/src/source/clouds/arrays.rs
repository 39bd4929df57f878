//! NumPy arrays of clouds and labels: an `.npz` file, or a folder of `.npy` and `.npz` files.

mod collector;
mod files;
mod name;

use std::path::Path;

use super::CloudRequest;
use super::read_set::{PartsOf, ReadSet, check_test};
use crate::DataError;
use crate::source::folder::Part;
use crate::source::numpy::{Input, PointRows};
use collector::{Facts, Points};
use files::{each_array, stop};
use name::{CloudArray, What};

/// Whether there are arrays of clouds at `path`, by their names and the header of one of points.
pub(super) fn are_at(path: &Path) -> bool {
    let mut are_there = false;
    // What follows the first array of points is not read.
    let _ = each_array(path, &mut |array, content| match array.what {
        What::Points => {
            // No array of images has such a name. What is wrong with it is said when it is read.
            let name = content.path.file_stem().unwrap_or_default();
            are_there = name.to_string_lossy().ends_with("_points")
                || PointRows::is_at(&mut Input::new(content));
            Err(stop(content.path))
        }
        What::Labels | What::Classes => Ok(()),
    });
    are_there
}

/// Reads the arrays at `path`. `progress` receives the number of arrays of points that were read, and of all.
///
/// # Errors
/// A missing array, one that comes twice, is damaged or does not fit the others, and wrong clouds.
pub(super) fn open(
    path: &Path,
    request: &CloudRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<ReadSet, DataError> {
    // Labels may stand after the points in an archive, which is read twice for that.
    let mut facts = Facts::default();
    each_array(path, &mut |array, content| facts.take(array, content))?;
    check_test(
        path,
        facts.has_part(Part::Test),
        "an array test_points",
        request,
    )?;
    let facts = facts.checked(path)?;
    let total = facts.parts().count();
    progress(0, total);
    let (mut points, mut done) = (Points::new(&facts, request), 0);
    each_array(path, &mut |array, content| {
        if array.what == What::Points {
            points.take(array.part, content)?;
            done += 1;
            progress(done, total);
        }
        Ok(())
    })?;
    let (parts, stored_points) = points.finish(path)?;
    Ok(ReadSet {
        parts,
        classes: facts.classes(),
        stored_points,
        passed_over: vec![],
    })
}

/// The words for an array of a part, such as `test_labels`.
fn words(part: Part, what: What) -> String {
    CloudArray { part, what }.to_string()
}

/// Labels of each part that has an array.
type LabelsOf = PartsOf<Option<Vec<u16>>>;

#[cfg(test)]
mod tests;
