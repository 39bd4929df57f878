//! Images as one kind of sample: their shape.

mod shape;

pub use shape::ImageShape;
