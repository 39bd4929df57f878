//! The networks as Burn modules, and their weights to and from files.
//!
//! A network turns normalised images, f32 `[batch, 3, 32, 32]`, into logits, f32
//! `[batch, classes]`. It knows neither labels nor data sets nor training.

mod cnn;
mod error;
mod precision;
mod weights;

pub use cnn::{Cnn, CnnConfig, Stage};
pub use error::ModelError;
pub use precision::Precision;
pub use weights::WeightsFile;
