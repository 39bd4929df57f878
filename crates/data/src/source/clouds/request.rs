//! What is asked of a set of clouds.

use crate::{DataError, TestSplit};

/// The most points that a cloud can be asked to have.
pub(super) const MAX_POINTS: usize = 1 << 16;
/// The points of a mesh's cloud, and of a text's, if none are asked for.
const DEFAULT_POINTS: usize = 1024;

/// What is asked of a set of clouds. The default asks for nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CloudRequest {
    /// The points of each cloud, 2 to 65,536. `None` keeps those of arrays and HDF5 files, and takes 1,024 of meshes and
    /// texts.
    pub points: Option<usize>,
    /// How test clouds are taken from a set that has no test part.
    pub split: Option<TestSplit>,
}

impl CloudRequest {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`DataError::Setting`] for a value outside its range.
    pub fn check(&self) -> Result<(), DataError> {
        let refused = |setting, expected: String, found| {
            Err(DataError::Setting {
                setting,
                expected,
                found,
            })
        };
        match (self.points, self.split) {
            (Some(points), _) if !(2..=MAX_POINTS).contains(&points) => {
                let expected = format!("a whole number from 2 to {MAX_POINTS}");
                refused("points", expected, points.to_string())
            }
            (_, Some(split)) if !(split.share > 0.0 && split.share < 1.0) => {
                let expected = "a share above 0 and below 1".into();
                refused("split", expected, split.share.to_string())
            }
            _ => Ok(()),
        }
    }

    /// The points of a cloud whose file does not say how many there are.
    pub(super) fn points_or_default(&self) -> usize {
        self.points.unwrap_or(DEFAULT_POINTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_outside_their_range_are_refused() {
        let base = CloudRequest::default();
        assert!(base.check().is_ok());
        assert_eq!(base.points_or_default(), 1024);
        for points in [0, 1, (1 << 16) + 1] {
            let points = Some(points);
            assert!(
                CloudRequest {
                    points,
                    ..base.clone()
                }
                .check()
                .is_err()
            );
        }
        for share in [0.0, 1.0, f64::NAN] {
            let split = Some(TestSplit { share, seed: 1 });
            assert!(
                CloudRequest {
                    split,
                    ..base.clone()
                }
                .check()
                .is_err()
            );
        }
    }
}
