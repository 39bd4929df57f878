//! Point clouds as one kind of sample: what they are, how they are seen and mixed, and batches of them.

mod assignment;
mod clouds;
mod set;
mod synthetic;
pub(crate) mod unit_ball;

pub use assignment::assign;
pub use clouds::{Clouds, Point};
pub use set::CloudSet;
pub use synthetic::synthetic_shapes;
