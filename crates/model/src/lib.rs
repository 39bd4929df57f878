//! The networks as Burn modules, and their weights to and from files.
//!
//! A network turns normalised images, f32 `[batch, 3, 32, 32]`, into logits, f32
//! `[batch, classes]`. It knows neither labels nor data sets nor training.
//!
//! Its layers have PyTorch's names, so a path through the module is the name of a tensor in a file:
//! weights are drawn, written and read by one traversal, whatever the network.

mod architecture;
mod config;
mod error;
#[cfg(test)]
mod for_tests;
mod initial;
mod network;
mod norm;
mod parameters;
mod precision;
mod pytorch;
mod weights_file;

pub use architecture::Architecture;
pub use config::NetworkConfig;
pub use error::ModelError;
pub use network::Network;
pub use precision::Precision;
pub use weights_file::WeightsFile;
