//! The networks as Burn modules, and their weights to and from files.
//!
//! A network turns normalised images, f32 `[batch, channels, height, width]`, into logits, f32 `[batch, classes]`.
//! Images have one or three channels and any size from the network's smallest; see
//! [`NetworkConfig::check_input`]. A network knows nothing about labels, data sets or training.
//!
//! Start with [`NetworkConfig::init`] for a new network, and with [`WeightsFile`] for one from a file.
//!
//! # Names
//!
//! Layers are named as in PyTorch. The path to a tensor through the module is its name in a file, so
//! one traversal draws, writes and reads the weights of any network.
//!
//! # Example
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use mixup_model::{Architecture, NetworkConfig};
//! use rand::SeedableRng;
//! use rand_chacha::ChaCha8Rng;
//!
//! let config = NetworkConfig {
//!     name: Architecture::ResNet20,
//!     widths: vec![4, 8, 8],
//!     hidden: None,
//! };
//! let device = Device::flex();
//! let network = config.init([1, 28, 20], 10, &mut ChaCha8Rng::seed_from_u64(1), &device);
//!
//! let images = Tensor::zeros([2, 1, 28, 20], &device);
//! let logits = network.forward(images);
//! assert_eq!(logits.dims(), [2, 10]);
//! ```

mod architecture;
mod config;
mod error;
#[cfg(test)]
mod for_tests;
mod initial;
mod input;
mod layers;
mod network;
mod norm;
mod onnx;
mod other_file;
mod parameters;
mod precision;
mod pytorch;
mod state_dict;
mod weights_file;

pub use architecture::Architecture;
pub use config::{InvalidSetting, NetworkConfig};
pub use error::ModelError;
pub use input::PUBLISHED_INPUT;
pub use layers::Layer;
pub use network::Network;
pub use onnx::OnnxSettings;
pub use other_file::OtherFile;
pub use precision::Precision;
pub use weights_file::{StartTensors, WeightsFile};

/// The code in the README is a doctest.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
