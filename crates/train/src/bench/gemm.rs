//! The device's rate at a large matrix product: what a well-shaped layer could reach.

use burn::tensor::{Device, Distribution, Tensor};

use super::clock::timed;
use crate::device::selected::{DeviceKind, SelectedDevice};
use crate::failure::Failure;

/// Windows in a round.
const WINDOWS: usize = 5;

/// A product of two square matrices of f32, large enough to fill the device.
pub(crate) struct Gemm {
    factors: [Tensor<2>; 2],
    size: usize,
    /// Products in a window.
    products: usize,
}

impl Gemm {
    /// Random factors on `device`: some devices are faster on zeros.
    pub(crate) fn new(device: &SelectedDevice) -> Self {
        let (size, products) = if device.kind == DeviceKind::Gpu {
            (4096, 10)
        } else {
            (1024, 1)
        };
        let random = || {
            let values = Distribution::Uniform(-1.0, 1.0);
            Tensor::random([size, size], values, &device.device)
        };
        Self {
            factors: [random(), random()],
            size,
            products,
        }
    }

    /// Rows and columns of each factor.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// The highest of several rates, in GFLOP/s.
    ///
    /// # Errors
    /// [`Failure::Training`] if the device fails.
    pub(crate) fn best_rate(&self, device: &Device) -> Result<f64, Failure> {
        let flop = 2.0 * (self.size as f64).powi(3) * self.products as f64;
        let mut best = 0.0_f64;
        for _ in 0..WINDOWS {
            let seconds = timed(device, || {
                for _ in 0..self.products {
                    let [left, right] = self.factors.clone();
                    drop(left.matmul(right));
                }
            })?;
            best = best.max(flop / seconds / 1e9);
        }
        Ok(best)
    }
}
