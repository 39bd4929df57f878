//! Clouds of which a file has many.

use std::path::Path;

use rayon::prelude::*;

use super::choice::{Placed, StoredPoint};
use super::read_set::{PartsOf, check_room};
use super::spot::Spot;
use crate::source::folder::Part;
use crate::{Clouds, DataError, MAX_CLASSES, Point};

/// How many stored points are read before their clouds are put together.
const POINTS_AT_ONCE: usize = 1 << 20;

/// The clouds of a part, file after file.
#[derive(Debug)]
pub(super) struct Rows {
    part: Part,
    asked: Option<usize>,
    /// The points of each stored cloud; the fewest.
    stored: Option<usize>,
    clouds: Option<Clouds>,
}

impl Rows {
    /// No clouds yet. Of each, `asked` points are kept, or all.
    pub(super) fn new(part: Part, asked: Option<usize>) -> Self {
        Self {
            part,
            asked,
            stored: None,
            clouds: None,
        }
    }

    /// How many clouds of so many points are read at a time.
    pub(super) fn at_once(points: usize) -> usize {
        (POINTS_AT_ONCE / points.max(1)).max(1)
    }

    /// Prepares for `count` clouds of `points` points in the file at `path`.
    ///
    /// # Errors
    /// Clouds of other numbers of points than before, if none are asked for, and more than memory holds.
    pub(super) fn expect(
        &mut self,
        path: &Path,
        count: usize,
        points: usize,
    ) -> Result<(), DataError> {
        let size = self.asked.unwrap_or(points);
        check_room(path, count, size)?;
        let clouds = self.clouds.get_or_insert_with(|| Clouds::new(size));
        if clouds.size() != size {
            return Err(other_points(path, clouds.size(), points));
        }
        self.stored = Some(self.stored.map_or(points, |stored| stored.min(points)));
        Ok(())
    }

    /// Adds clouds of the file at `path`, which [`expect`](Self::expect) was called for. `first` is the place of the first
    /// in its file.
    ///
    /// # Errors
    /// Fewer points than asked for, and clouds that have no shape.
    pub(super) fn add(
        &mut self,
        path: &Path,
        first: usize,
        stored: Vec<Vec<StoredPoint>>,
        labels: &[u16],
    ) -> Result<(), DataError> {
        let part = self.part;
        let Some(clouds) = &mut self.clouds else {
            return Ok(());
        };
        let (size, before) = (clouds.size(), clouds.len());
        let chosen = stored.into_par_iter().enumerate().map(|(place, points)| {
            let row = Some(first + place);
            let index = before + place;
            Placed { part, index }.cloud(Spot { path, row }, points, size)
        });
        let chosen: Vec<Result<Vec<Point>, DataError>> = chosen.collect();
        for (cloud, label) in chosen.into_iter().zip(labels) {
            clouds.push(&cloud?, *label)?;
        }
        Ok(())
    }

    /// The fewest points of a stored cloud, and all clouds.
    pub(super) fn finish(self) -> (Option<usize>, Option<Clouds>) {
        (self.stored, self.clouds)
    }
}

/// The clouds of each part of the set at `path`, and the fewest points of a stored one.
///
/// # Errors
/// Parts of other numbers of points, if none are asked for.
pub(super) fn same_points(
    path: &Path,
    mut rows: PartsOf<Option<Rows>>,
) -> Result<(PartsOf<Option<Clouds>>, Option<usize>), DataError> {
    let mut parts = PartsOf::default();
    let (mut size, mut fewest) = (None, None);
    for part in Part::ALL {
        let Some(rows) = rows.get_mut(part).take() else {
            continue;
        };
        let (stored, clouds) = rows.finish();
        let found = clouds.as_ref().map(Clouds::size);
        match (size, found) {
            (Some(size), Some(found)) if size != found => {
                return Err(other_points(path, size, found));
            }
            _ => size = size.or(found),
        }
        fewest = match (fewest, stored) {
            (Some(one), Some(other)) => Some(usize::min(one, other)),
            (one, other) => one.or(other),
        };
        *parts.get_mut(part) = clouds;
    }
    Ok((parts, fewest))
}

/// The error for clouds of `found` points at `path`, while others have `expected`.
fn other_points(path: &Path, expected: usize, found: usize) -> DataError {
    let expected_points = format!("clouds of {expected} points like the others");
    DataError::format(path, expected_points, found.to_string()).hinted(format!(
        "write points = {} under [data] in the experiment, or fewer",
        expected.min(found)
    ))
}

/// The names of classes that have none: numbers. `highest` is the highest label.
pub(super) fn numbered(highest: u16) -> Vec<String> {
    (0..=highest.max(1))
        .map(|label| label.to_string())
        .collect()
}

/// Checks that all labels at `path` are those of a class.
///
/// # Errors
/// A label without a class.
pub(super) fn check_labels(path: &Path, labels: &[u16], classes: usize) -> Result<(), DataError> {
    let wrong = labels
        .iter()
        .position(|label| usize::from(*label) >= classes);
    let Some(index) = wrong else {
        return Ok(());
    };
    let expected = format!(
        "labels of 0 to {}, one for each name of a class",
        classes.clamp(1, MAX_CLASSES) - 1
    );
    let found = format!("{} of cloud {index} (the first is 0)", labels[index]);
    Err(DataError::format(path, expected, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `count` stored clouds of `points` points in a spiral.
    fn stored(count: usize, points: usize) -> Vec<Vec<StoredPoint>> {
        let cloud = |cloud: usize| {
            let point = |place: usize| [place as f64, (cloud + 1) as f64, (place * place) as f64];
            (0..points).map(point).collect()
        };
        (0..count).map(cloud).collect()
    }

    #[test]
    fn it_does_not_matter_how_clouds_are_divided_into_files() {
        let path = Path::new("a.h5");
        let labels = [0, 1, 0, 1, 1];
        let read = |files: &[usize]| {
            let mut rows = Rows::new(Part::Train, Some(4));
            let (mut all, mut first) = (stored(5, 9).into_iter(), 0);
            for count in files {
                rows.expect(path, 5, 9).unwrap();
                let clouds = all.by_ref().take(*count).collect();
                rows.add(path, 0, clouds, &labels[first..first + count])
                    .unwrap();
                first += count;
            }
            rows.finish()
        };
        let (stored, clouds) = read(&[5]);
        assert_eq!(stored, Some(9));
        let clouds = clouds.unwrap();
        assert_eq!((clouds.len(), clouds.size()), (5, 4));
        assert_eq!(clouds.labels(), labels);
        assert_eq!(read(&[2, 3]).1.unwrap(), clouds);
    }

    #[test]
    fn files_of_other_numbers_of_points_need_a_number_that_is_asked_for() {
        let path = Path::new("b.h5");
        let expect = |asked| {
            let mut rows = Rows::new(Part::Train, asked);
            rows.expect(path, 5, 9).unwrap();
            rows.expect(path, 5, 7).map(|()| rows.finish().0)
        };
        assert_eq!(expect(Some(5)).unwrap(), Some(7));
        let error = expect(None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "b.h5: expected clouds of 9 points like the others, found 7"
        );
    }

    #[test]
    fn a_wrong_cloud_is_named_by_its_place_in_its_file() {
        let mut rows = Rows::new(Part::Test, None);
        let path = Path::new("a.h5");
        rows.expect(path, 2, 3).unwrap();
        let mut clouds = stored(2, 3);
        clouds[1] = vec![[1.0; 3]; 3];
        let error = rows.add(path, 40, clouds, &[0, 1]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.h5: expected points in several places in cloud 41 (the first is 0), found 3 in one place"
        );
    }

    #[test]
    fn labels_need_a_class() {
        let path = Path::new("a.h5");
        assert!(check_labels(path, &[0, 1, 2], 3).is_ok());
        let error = check_labels(path, &[0, 3], 3).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.h5: expected labels of 0 to 2, one for each name of a class, found 3 of cloud 1 (the first is 0)"
        );
        assert_eq!(numbered(2), ["0", "1", "2"]);
        assert_eq!(numbered(0), ["0", "1"]);
    }
}
