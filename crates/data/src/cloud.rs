//! Point clouds as one kind of sample: what they are, how they are seen and mixed, and batches of them.

mod assignment;
mod augmentation;
mod batcher;
mod clouds;
mod corruption;
mod mix;
mod mixed_pair;
mod picture;
mod plan;
mod set;
mod shape;
mod synthetic;
pub(crate) mod unit_ball;

pub use assignment::{MOST_ASSIGNED, assign};
pub use augmentation::CloudAugmentation;
pub use batcher::CloudBatcher;
pub use clouds::{Clouds, Point};
pub use corruption::{CloudCorruption, CloudDamage};
pub use mix::{mix_points, replace_points};
pub use mixed_pair::mixed_clouds;
pub use picture::{CLOUD_PICTURE, cloud_picture};
pub use plan::{CloudBatchPlan, CloudPlan};
pub use set::CloudSet;
pub use shape::CloudShape;
pub use synthetic::synthetic_shapes;
