//! The kernels as operations on Burn's tensors.
//!
//! On the CPU, an operation uses the kernels of this crate, forward and backward. On other devices, for
//! other types, and if [`Kernels::Burn`] is selected, it is composed of Burn's own operations. Its
//! output has the channels last in memory but not in its shape, so the next operation can read it
//! without a copy.

mod batch_norm;
mod channel_maxima;
mod channel_means;
mod conv2d;
mod fork;
mod image_store;
mod layout;
mod squares;
mod subsample;
mod sum;
mod update;

use burn::backend::DispatchDevice;
use burn::tensor::{DType, Device};

use crate::instructions::Instructions;
use crate::process_kernels::Kernels;

pub use batch_norm::{BatchNormConfig, BatchNormed, GivenStatistics, batch_norm};
pub use channel_maxima::channel_maxima;
pub use channel_means::channel_means;
pub use conv2d::{ConvConfig, conv2d, fused_conv2d, fused_conv2d_sum};
pub use fork::fork;
pub use image_store::ImageStore;
pub use squares::{scaled, sum_of_squares};
pub use subsample::subsample;
pub use sum::sum;

/// The instructions of the kernels, if they compute operations on tensors of these types on `device`.
fn own_instructions(device: &Device, dtypes: &[DType]) -> Option<Instructions> {
    let device = device.clone().without_autodiff();
    let on_cpu = matches!(device.as_dispatch(), DispatchDevice::Flex(_));
    let all_f32 = dtypes.iter().all(|&dtype| dtype == DType::F32);
    match Kernels::selected() {
        Kernels::Own(instructions) if on_cpu && all_f32 => Some(instructions),
        _ => None,
    }
}
