//! The device that a command computes on.

use burn::tensor::{DType, Device};
use mixup_model::Precision;

use crate::failure::Failure;

/// A device that computes, and what is known about it.
#[derive(Clone, Debug)]
pub struct SelectedDevice {
    /// The device, without autodiff.
    pub device: Device,
    /// The device in words.
    pub name: String,
    /// What it is.
    pub kind: DeviceKind,
}

/// What a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// The CPU, by Burn's Flex.
    Cpu,
    /// A GPU, or a program that stands in for one.
    Gpu,
}

impl DeviceKind {
    /// `cpu` or `gpu`, as files and JSON lines have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
        }
    }
}

impl SelectedDevice {
    /// Whether batches should have one shape here: the GPU back ends choose their kernels by timing
    /// them, anew for a shape that is far from those before.
    pub fn tunes_to_shapes(&self) -> bool {
        self.kind == DeviceKind::Gpu
    }

    /// Whether a network should compute in `precision` here.
    ///
    /// The CPU can compute in bf16, but by way of f32: no faster, and less exact.
    pub fn supports(&self, precision: Precision) -> bool {
        match precision {
            Precision::F32 => true,
            Precision::Bf16 => {
                self.kind == DeviceKind::Gpu && self.device.supports_dtype(DType::BF16)
            }
        }
    }

    /// Refuses an experiment in a `precision` that is not for this device.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names the device.
    pub fn check(&self, precision: Precision) -> Result<(), Failure> {
        if self.supports(precision) {
            return Ok(());
        }
        let found = &self.name;
        let hint = if self.kind == DeviceKind::Cpu {
            "the CPU's kernels compute in f32, so bf16 would only be slower: set precision = \"f32\", or take such a GPU"
        } else {
            "set precision = \"f32\""
        };
        Err(Failure::usage(
            format!("precision: expected a GPU that computes in {precision}, found {found}"),
            hint,
        ))
    }
}
