//! A batch of mixed images, from bytes to normalised values in one pass.
//!
//! Images are stored as they were read: bytes, `[count, channels, height, width]`. A batch has the
//! channels last in memory, because convolutions read it so. For each row of each image:
//!
//! 1. The bytes that the view shows are gathered, with their channels last. Shifts, mirroring, black
//!    borders, holes, and patches that are pasted or shrunk are only questions of which byte goes where.
//! 2. The bytes become f32, and are mixed and normalised value by value. The loop has no branch and no
//!    shuffle, so the compiler turns it into vectors.
//!
//! | | formula |
//! | --- | --- |
//! | mixed | x = w xᵢ + (1 − w) xⱼ, where j is the partner of image i |
//! | normalised | y = scale x + shift, with the constants of the channel |
//!
//! # Guarantees
//!
//! Every value has two bytes as its source, and each operation is rounded by itself. Its bits
//! therefore depend neither on the threads nor on the instructions, and are those of Burn's operations.

mod bytes;
mod mixing;
mod mixture;
#[cfg(test)]
mod tests;

pub(crate) use mixing::{StoredImages, mix_images};
pub use mixture::{Hole, MixedImage, Mixture, PixelConstants, ViewedImage};
