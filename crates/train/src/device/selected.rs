//! The device that a command computes on.

use burn::tensor::{DType, Device};
use mixup_model::Precision;

use crate::failure::Failure;

/// The device that was chosen, with its name and kind.
#[derive(Clone, Debug)]
pub struct SelectedDevice {
    /// The device, without autodiff.
    pub device: Device,
    /// The device in words.
    pub name: String,
    /// CPU or GPU.
    pub kind: DeviceKind,
}

/// The kind of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// The CPU, with Burn's Flex back end.
    Cpu,
    /// A GPU, real or emulated.
    Gpu,
}

impl DeviceKind {
    /// `cpu` or `gpu`, as in files and JSON lines.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
        }
    }
}

impl SelectedDevice {
    /// Whether all batches should have the same shape here. GPU back ends choose their kernels by timing
    /// them, and do so again for a very different shape.
    pub fn tunes_to_shapes(&self) -> bool {
        self.kind == DeviceKind::Gpu
    }

    /// Whether this device supports `precision`.
    ///
    /// The CPU can compute bf16 only through f32, which is no faster and less exact.
    pub fn supports(&self, precision: Precision) -> bool {
        match precision {
            Precision::F32 => true,
            Precision::Bf16 => {
                self.kind == DeviceKind::Gpu && self.device.supports_dtype(DType::BF16)
            }
        }
    }

    /// Returns an error if this device does not support `precision`.
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
