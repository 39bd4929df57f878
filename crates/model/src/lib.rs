//! The networks as Burn modules, and their weights to and from files.
//!
//! A network turns normalised images, f32 `[batch, 3, 32, 32]`, into logits, f32
//! `[batch, classes]`. It knows neither labels nor data sets nor training.
//!
//! Its layers have PyTorch's names, so a path through the module is the name of a tensor in a file:
//! weights are drawn, written and read by one traversal, whatever the network.

mod config;
mod error;
#[cfg(test)]
mod example;
mod initial;
mod network;
mod norm;
mod precision;
mod pytorch;
mod weights;

pub use config::NetworkConfig;
pub use error::ModelError;
pub use network::{Architecture, Network};
pub use precision::Precision;
pub use weights::WeightsFile;
