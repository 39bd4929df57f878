//! The common form of all sources of point clouds: two splits and their class names.

use crate::Clouds;

/// Training clouds, test clouds, perhaps validation clouds, and the names of their classes.
#[derive(Clone, Debug, PartialEq)]
pub struct CloudSet {
    /// The clouds to train on.
    pub train: Clouds,
    /// The clouds to choose the best epoch on, if the source has a part for them.
    pub validation: Option<Clouds>,
    /// The clouds to test on.
    pub test: Clouds,
    /// The name of each label; every label is below `classes.len()`.
    pub classes: Vec<String>,
}
