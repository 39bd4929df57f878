//! The point clouds of one split: points and labels.

use crate::{CloudShape, DataError, class_counts};

/// A point: x, y, z.
pub type Point = [f32; 3];

/// The clouds of one split, all of equally many points, each with its label.
///
/// # Shapes
/// Points are f32 `[N, points, 3]` in one row-major buffer; labels are u16 `[N]`. All coordinates are finite. The y axis
/// points up.
#[derive(Clone, Debug, PartialEq)]
pub struct Clouds {
    size: usize,
    points: Vec<Point>,
    labels: Vec<u16>,
}

impl Clouds {
    /// No clouds yet, each of `size` points.
    ///
    /// # Panics
    /// If `size` is 0.
    pub fn new(size: usize) -> Self {
        assert!(size > 0, "points of a cloud from 1");
        Self {
            size,
            points: vec![],
            labels: vec![],
        }
    }

    /// Appends one cloud.
    ///
    /// # Errors
    /// [`DataError::Setting`] if a coordinate is not finite.
    ///
    /// # Panics
    /// If there are not [`size`](Self::size) points.
    pub fn push(&mut self, points: &[Point], label: u16) -> Result<(), DataError> {
        assert_eq!(points.len(), self.size, "points of one cloud");
        let is_finite = |point: &Point| point.iter().all(|value| value.is_finite());
        if let Some(point) = points.iter().find(|point| !is_finite(point)) {
            return Err(DataError::Setting {
                setting: "cloud",
                expected: "finite coordinates".into(),
                found: format!("{point:?}"),
            });
        }
        self.points.extend_from_slice(points);
        self.labels.push(label);
        Ok(())
    }

    /// The number of points of each cloud, as the shape of the set.
    pub fn shape(&self) -> CloudShape {
        CloudShape { points: self.size }
    }

    /// The number of points of each cloud.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The number of clouds.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no clouds.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// All points, `[N * points]`.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// All labels, u16 `[N]`.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// The points of cloud `index`.
    ///
    /// # Panics
    /// If `index` is not below [`len`](Self::len).
    pub fn cloud(&self, index: usize) -> &[Point] {
        &self.points[index * self.size..][..self.size]
    }

    /// A copy of the clouds at `indices`, in that order.
    ///
    /// # Panics
    /// If an index is not below [`len`](Self::len).
    #[must_use]
    pub fn select(&self, indices: &[u32]) -> Self {
        let clouds = indices.iter().map(|&index| self.cloud(index as usize));
        Self {
            size: self.size,
            points: clouds.flatten().copied().collect(),
            labels: indices
                .iter()
                .map(|&index| self.labels[index as usize])
                .collect(),
        }
    }

    /// A copy of the first `count` clouds, or of all clouds if there are fewer.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        let count = count.min(self.len());
        Self {
            size: self.size,
            points: self.points[..count * self.size].to_vec(),
            labels: self.labels[..count].to_vec(),
        }
    }

    /// The number of clouds in each of `classes` classes.
    pub fn class_counts(&self, classes: usize) -> Vec<usize> {
        class_counts(&self.labels, classes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three clouds of two points, which have the number of their cloud and their own in them.
    fn clouds() -> Clouds {
        let mut clouds = Clouds::new(2);
        for number in 0..3_u8 {
            let number = f32::from(number);
            let points = [[number, 0.0, 0.5], [number, 1.0, 0.5]];
            clouds.push(&points, 7 + number as u16).unwrap();
        }
        clouds
    }

    #[test]
    fn chosen_clouds_keep_their_points_and_labels() {
        let chosen = clouds().select(&[2, 0]);
        assert_eq!((chosen.len(), chosen.size()), (2, 2));
        assert_eq!(chosen.labels(), [9, 7]);
        assert_eq!(chosen.cloud(0), [[2.0, 0.0, 0.5], [2.0, 1.0, 0.5]]);
        assert_eq!(chosen.cloud(1), clouds().cloud(0));
    }

    #[test]
    fn the_first_clouds_are_at_most_all() {
        assert_eq!(clouds().first(2), clouds().select(&[0, 1]));
        assert_eq!(clouds().first(9), clouds());
    }

    #[test]
    fn a_coordinate_that_is_no_number_is_refused_and_nothing_is_kept() {
        let mut clouds = clouds();
        let error = clouds
            .push(&[[0.0; 3], [0.0, f32::NAN, 0.0]], 1)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "cloud: expected finite coordinates, found [0.0, NaN, 0.0]"
        );
        assert_eq!(clouds.len(), 3);
    }
}
