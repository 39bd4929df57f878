//! What was read of a set, and its test part.

use std::path::Path;

use super::CloudRequest;
use super::request::MAX_POINTS;
use crate::source::TestOrigin;
use crate::source::folder::{Part, take_split};
use crate::source::passed_over::PassedOver;
use crate::{CloudSet, Clouds, DataError, Point};

/// A set as it was read, perhaps without a test part.
pub(super) struct ReadSet {
    pub(super) parts: PartsOf<Option<Clouds>>,
    pub(super) classes: Vec<String>,
    pub(super) stored_points: Option<usize>,
    pub(super) passed_over: Vec<PassedOver>,
}

/// One thing for each part of a set.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PartsOf<T> {
    pub(super) train: T,
    pub(super) validation: T,
    pub(super) test: T,
}

impl<T> PartsOf<T> {
    pub(super) fn get(&self, part: Part) -> &T {
        match part {
            Part::Train => &self.train,
            Part::Validation => &self.validation,
            Part::Test => &self.test,
        }
    }

    pub(super) fn get_mut(&mut self, part: Part) -> &mut T {
        match part {
            Part::Train => &mut self.train,
            Part::Validation => &mut self.validation,
            Part::Test => &mut self.test,
        }
    }
}

/// Checks that there are test clouds, or that some are to be taken from those for training.
///
/// # Errors
/// Neither; `test` says what is expected.
pub(super) fn check_test(
    path: &Path,
    has_test: bool,
    test: &str,
    request: &CloudRequest,
) -> Result<(), DataError> {
    if has_test || request.split.is_some() {
        return Ok(());
    }
    let fault = DataError::format(path, test, "none");
    Err(fault.hinted("add it, or write split = 0.2 under [data] in the experiment"))
}

/// Checks that there is memory for `count` clouds of `size` points, so that a file that claims more than it has, or a
/// set that is too large, is refused before it is read.
///
/// # Errors
/// Not enough memory.
pub(super) fn check_room(path: &Path, count: usize, size: usize) -> Result<(), DataError> {
    let room = count.checked_mul(size).map(|points| {
        let mut room: Vec<Point> = vec![];
        room.try_reserve_exact(points)
    });
    match room {
        Some(Ok(())) => Ok(()),
        _ => {
            let found = format!("{count} of {size} points");
            let fault = DataError::format(path, "clouds that fit into memory", found);
            Err(fault.hinted("write fewer points under [data] in the experiment"))
        }
    }
}

/// The complete set at `path`. Without a test part, `request.split` takes one.
///
/// # Errors
/// No training clouds, no test clouds, and a split of classes that all have one cloud.
pub(super) fn finish(
    path: &Path,
    parts: PartsOf<Option<Clouds>>,
    classes: Vec<String>,
    request: &CloudRequest,
) -> Result<(CloudSet, TestOrigin), DataError> {
    let PartsOf {
        train,
        validation,
        test,
    } = parts;
    let train = train.ok_or_else(|| DataError::format(path, "training clouds", "none"))?;
    let (train, test, origin) = match (test, request.split) {
        (Some(test), None) => (train, test, TestOrigin::Own),
        (Some(test), Some(_)) => (train, test, TestOrigin::OwnInPlaceOfSplit),
        (None, Some(split)) => {
            let labelled = (0_u32..).zip(train.labels().iter().copied());
            let mut kept: Vec<(u32, u16)> = labelled.collect();
            let taken = take_split(path, &mut kept, classes.len(), split);
            let taken = taken.map_err(|_| one_of_every_class(path))?;
            let of = |chosen: &[(u32, u16)]| {
                let indices: Vec<u32> = chosen.iter().map(|(index, _)| *index).collect();
                train.select(&indices)
            };
            (of(&kept), of(&taken), TestOrigin::Split(split))
        }
        (None, None) => return Err(DataError::format(path, "test clouds", "none")),
    };
    if train.size() > MAX_POINTS {
        let expected = format!("clouds of at most {MAX_POINTS} points");
        let fault = DataError::format(path, expected, train.size().to_string());
        return Err(fault.hinted("write points = 1024 under [data] in the experiment"));
    }
    let set = CloudSet {
        train,
        validation,
        test,
        classes,
    };
    Ok((set, origin))
}

/// The error for a set from which no test cloud can be taken.
fn one_of_every_class(path: &Path) -> DataError {
    let expected = "a class with at least 2 clouds, one of them for the test";
    DataError::format(path, expected, "1 cloud of every class")
        .hinted("add clouds to the classes: those of the test are not trained on")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TestSplit;

    /// `count` clouds of two classes in turn, with their number in their points.
    fn clouds(count: u16) -> Clouds {
        let mut clouds = Clouds::new(1);
        for number in 0..count {
            clouds
                .push(&[[f32::from(number), 0.0, 0.0]], number % 2)
                .unwrap();
        }
        clouds
    }

    fn finished(
        train: u16,
        test: Option<u16>,
        share: Option<f64>,
    ) -> Result<(CloudSet, TestOrigin), String> {
        let parts = PartsOf {
            train: Some(clouds(train)),
            validation: None,
            test: test.map(clouds),
        };
        let request = CloudRequest {
            points: None,
            split: share.map(|share| TestSplit { share, seed: 1 }),
        };
        let classes = vec!["a".into(), "b".into()];
        finish(Path::new("set"), parts, classes, &request).map_err(|error| error.to_string())
    }

    #[test]
    fn a_split_takes_a_share_of_every_class() {
        let (set, origin) = finished(20, None, Some(0.2)).unwrap();
        assert!(matches!(origin, TestOrigin::Split(_)));
        assert_eq!((set.train.len(), set.test.len()), (16, 4));
        assert_eq!(set.test.class_counts(2), [2, 2]);
        let mut numbers: Vec<_> = [&set.train, &set.test]
            .iter()
            .flat_map(|part| part.points().iter().map(|point| point[0] as u16))
            .collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..20));
    }

    #[test]
    fn more_clouds_than_memory_holds_are_refused() {
        let path = Path::new("set");
        assert!(check_room(path, 1000, 1024).is_ok());
        for count in [usize::MAX, usize::MAX / 1024] {
            let error = check_room(path, count, 1024).unwrap_err().to_string();
            assert!(
                error.starts_with("set: expected clouds that fit into memory, found"),
                "{error}"
            );
        }
    }

    #[test]
    fn an_own_test_part_stays() {
        let (set, origin) = finished(4, Some(3), Some(0.2)).unwrap();
        assert_eq!((set.train.len(), set.test.len()), (4, 3));
        assert_eq!(origin, TestOrigin::OwnInPlaceOfSplit);
        assert_eq!(finished(4, Some(3), None).unwrap().1, TestOrigin::Own);
    }

    #[test]
    fn a_set_without_test_clouds_is_refused() {
        assert_eq!(
            finished(4, None, None).unwrap_err(),
            "set: expected test clouds, found none"
        );
        assert_eq!(
            finished(2, None, Some(0.5)).unwrap_err(),
            "set: expected a class with at least 2 clouds, one of them for the test, found 1 cloud of every class"
        );
    }
}
