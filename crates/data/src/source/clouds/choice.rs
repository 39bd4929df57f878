//! Which points of a cloud are kept.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::fitted::fitted;
use super::spot::Spot;
use crate::draw::random::image_stream;
use crate::source::folder::Part;
use crate::{DataError, Point, Purpose};

/// A point as its file has it.
pub(super) type StoredPoint = [f64; 3];

/// The most random numbers of 32 bits that one point takes: two for its triangle and four for its place in it.
const NUMBERS_PER_POINT: usize = 6;

/// The place of a cloud in the part of its set, as it is stored. All that is random of its points depends on this alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) part: Part,
    pub(super) index: usize,
}

impl Placed {
    /// The random numbers for `points` points of this cloud.
    pub(super) fn random(self, points: usize) -> ChaCha8Rng {
        let part = match self.part {
            Part::Train => 0,
            Part::Validation => 1,
            Part::Test => 2,
        };
        let numbers = NUMBERS_PER_POINT * points;
        image_stream(0, Purpose::CloudPoints, part, self.index, numbers)
    }

    /// The cloud of `asked` of the stored points, centred and scaled: a random subset in random order, or all in their
    /// own order if there are as many. Fewer points are the first of more.
    ///
    /// # Errors
    /// Fewer points than asked for, and those of [`fitted`].
    pub(super) fn cloud(
        self,
        spot: Spot<'_>,
        mut stored: Vec<StoredPoint>,
        asked: usize,
    ) -> Result<Vec<Point>, DataError> {
        if stored.len() < asked {
            let expected = format!("at least {asked} points");
            let fault = spot.fault(&expected, stored.len().to_string());
            return Err(fault.hinted(format!(
                "write points = {} under [data] in the experiment, or fewer",
                stored.len()
            )));
        }
        if stored.len() > asked {
            let mut random = self.random(asked);
            for place in 0..asked {
                // Of 32 bits on every machine, and a file has fewer points.
                let chosen = random.random_range(place as u32..stored.len() as u32);
                stored.swap(place, chosen as usize);
            }
            stored.truncate(asked);
        }
        fitted(spot, &stored)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    const FIRST: Placed = Placed {
        part: Part::Train,
        index: 0,
    };

    /// Points on a line, which keep their order and their distances.
    fn line(count: u16) -> Vec<StoredPoint> {
        (0..count)
            .map(|place| [f64::from(place), 0.0, 0.0])
            .collect()
    }

    fn cloud(placed: Placed, count: u16, asked: usize) -> Result<Vec<Point>, DataError> {
        placed.cloud(Spot::file(Path::new("a.txt")), line(count), asked)
    }

    #[test]
    fn chosen_points_are_different_ones_in_random_order() {
        let chosen = cloud(FIRST, 1000, 50).unwrap();
        let places: BTreeSet<u32> = chosen.iter().map(|point| point[0].to_bits()).collect();
        assert_eq!(places.len(), 50);
        assert!(!chosen.is_sorted_by(|one, other| one[0] < other[0]));
    }

    #[test]
    fn the_place_in_the_part_decides() {
        let of = |part, index| cloud(Placed { part, index }, 1000, 50).unwrap();
        assert_eq!(of(Part::Train, 7), of(Part::Train, 7));
        assert_ne!(of(Part::Train, 7), of(Part::Train, 8));
        assert_ne!(of(Part::Train, 7), of(Part::Test, 7));
    }

    #[test]
    fn fewer_points_are_the_first_of_more() {
        // Both have the same two first points, whatever the mean and the scale: their order is the same.
        let signs = |asked| {
            let cloud = cloud(FIRST, 1000, asked).unwrap();
            (1..40)
                .map(|place| cloud[place][0] > cloud[place - 1][0])
                .collect::<Vec<_>>()
        };
        assert_eq!(signs(40), signs(900));
    }

    #[test]
    fn all_points_keep_their_order() {
        let all = cloud(FIRST, 30, 30).unwrap();
        assert!(all.is_sorted_by(|one, other| one[0] < other[0]));
    }

    #[test]
    fn too_few_points_are_refused_with_the_way_out() {
        let error = cloud(FIRST, 30, 31).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.txt: expected at least 31 points, found 30"
        );
        let DataError::Format { hint, .. } = error else {
            panic!("{error}");
        };
        assert!(hint.unwrap().starts_with("write points = 30 under [data]"));
    }
}
