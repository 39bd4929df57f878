//! The GPU back ends of this build: which adapter each one takes, and its name.

#[cfg(not(any(feature = "cuda", feature = "vulkan", feature = "wgpu")))]
use crate::device::selected::SelectedDevice;

/// Which adapters are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accepted {
    /// Real GPUs.
    Hardware,
    /// Software renderers, which compute on the CPU.
    Software,
}

/// The first adapter that answers, with Burn's name of its back end: CUDA before Vulkan before wgpu.
#[cfg(not(any(feature = "cuda", feature = "vulkan", feature = "wgpu")))]
pub(super) fn first(_accepted: Accepted) -> Option<(SelectedDevice, &'static str)> {
    None
}

#[cfg(any(feature = "cuda", feature = "vulkan", feature = "wgpu"))]
pub(super) use with_back_ends::first;

#[cfg(any(feature = "cuda", feature = "vulkan", feature = "wgpu"))]
mod with_back_ends {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use burn::tensor::{Device, DeviceType};

    use super::Accepted;
    use crate::device::selected::{DeviceKind, SelectedDevice};

    /// A back end of this build.
    struct BackEnd {
        /// The type under which Burn lists its adapters.
        device_type: DeviceType,
        /// Its default adapter.
        adapter: fn() -> Device,
        /// Its name in `BURN_DEVICE`.
        burn_name: &'static str,
        /// Its name for the user.
        words: &'static str,
    }

    /// The back ends that are compiled in, the preferred one first.
    const BACK_ENDS: &[BackEnd] = &[
        #[cfg(feature = "cuda")]
        BackEnd {
            device_type: DeviceType::Cuda,
            // The first that CUDA_VISIBLE_DEVICES shows.
            adapter: || burn_cuda::CudaDevice::default().into(),
            burn_name: "cuda",
            words: "CUDA",
        },
        #[cfg(feature = "vulkan")]
        BackEnd {
            device_type: DeviceType::Vulkan,
            // A real GPU before a software renderer; CUBECL_WGPU_DEFAULT_DEVICE names another.
            adapter: || {
                let device = burn_wgpu::WgpuDevice::default();
                device.on(burn_wgpu::WgpuBackend::Vulkan).into()
            },
            burn_name: "vulkan",
            words: "Vulkan",
        },
        #[cfg(feature = "wgpu")]
        BackEnd {
            device_type: DeviceType::Wgpu,
            adapter: || burn_wgpu::WgpuDevice::default().into(),
            burn_name: "wgpu",
            words: "wgpu",
        },
    ];

    /// The first adapter that answers, with Burn's name of its back end: CUDA before Vulkan before wgpu.
    pub(in crate::device) fn first(accepted: Accepted) -> Option<(SelectedDevice, &'static str)> {
        BACK_ENDS.iter().find_map(|back_end| {
            let chosen = back_end.open(accepted)?;
            Some((chosen, back_end.burn_name))
        })
    }

    impl BackEnd {
        fn open(&self, accepted: Accepted) -> Option<SelectedDevice> {
            // A broken driver panics on first use; then the next back end has its turn.
            let device = quietly(|| {
                let listed = Device::enumerate(self.device_type.clone()).into_vec();
                (!listed.is_empty()).then(self.adapter)
            })??;
            let name = quietly(|| device.identity())??.name.to_string();
            // Mesa's software Vulkan (25.0.7) crashes while it compiles the SPIR-V of a matrix product.
            let may_be_software = accepted == Accepted::Software && self.burn_name != "vulkan";
            if is_software(&name) && !may_be_software {
                return None;
            }
            Some(SelectedDevice {
                device,
                name: format!("{name} ({})", self.words),
                kind: DeviceKind::Gpu,
            })
        }
    }

    /// The result of `ask`, or nothing if it panics.
    fn quietly<T>(ask: impl FnOnce() -> T) -> Option<T> {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let answer = catch_unwind(AssertUnwindSafe(ask));
        std::panic::set_hook(hook);
        answer.ok()
    }

    /// Whether an adapter of this name computes on the CPU.
    fn is_software(name: &str) -> bool {
        let name = name.to_lowercase();
        [
            "llvmpipe",
            "softpipe",
            "swiftshader",
            "basic render",
            "lavapipe",
        ]
        .iter()
        .any(|renderer| name.contains(renderer))
    }

    #[cfg(test)]
    mod tests {
        use super::is_software;

        #[test]
        fn software_renderers_are_known_by_their_names() {
            for name in ["llvmpipe (LLVM 19.1.7, 256 bits)", "SwiftShader Device"] {
                assert!(is_software(name), "{name}");
            }
        }

        #[test]
        fn gpus_are_not_taken_for_software() {
            for name in ["NVIDIA H100 80GB HBM3", "AMD Radeon RX 7900", "Apple M3"] {
                assert!(!is_software(name), "{name}");
            }
        }
    }
}
