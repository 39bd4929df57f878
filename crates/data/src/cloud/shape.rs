//! The shape of the point clouds of a set.

use serde::{Deserialize, Serialize};

/// What all point clouds of a set share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudShape {
    /// The number of points of a cloud.
    pub points: usize,
}
