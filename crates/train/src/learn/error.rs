//! What can be wrong when a network is judged.

use burn::data::dataset::DatasetError;
use thiserror::Error;

/// Why a network could not be judged.
#[derive(Debug, Error)]
pub enum JudgeError {
    /// A batch could not be made, for example because its images cannot be read any more.
    #[error(transparent)]
    Batch(DatasetError),

    /// The device failed.
    #[error("the device failed: {0}")]
    Device(String),

    /// An output or the loss is no number to judge a network by.
    #[error("the network's outputs became {value} on the images that judge it")]
    NotFinite {
        /// NaN or an infinity.
        value: f32,
    },
}
