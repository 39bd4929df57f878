//! The GPU back ends of this build: their adapters, and which one is taken.

#[cfg(not(any(feature = "cuda", feature = "vulkan", feature = "wgpu")))]
use crate::device::list::ListedDevice;
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

/// The adapter of this number in the [`list`], from 0, with Burn's name of its back end.
///
/// # Errors
/// What was found instead, in words.
#[cfg(not(any(feature = "cuda", feature = "vulkan", feature = "wgpu")))]
pub(super) fn at(_number: usize) -> Result<(SelectedDevice, &'static str), String> {
    Err("none".into())
}

/// The adapters of all back ends of this build, those of CUDA before those of Vulkan before those of wgpu.
#[cfg(not(any(feature = "cuda", feature = "vulkan", feature = "wgpu")))]
pub(super) fn list() -> Vec<ListedDevice> {
    vec![]
}

#[cfg(any(feature = "cuda", feature = "vulkan", feature = "wgpu"))]
pub(super) use with_back_ends::{at, first, list};

#[cfg(any(feature = "cuda", feature = "vulkan", feature = "wgpu"))]
mod with_back_ends {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use burn::tensor::{Device, DeviceType};

    use super::Accepted;
    use crate::device::list::ListedDevice;
    use crate::device::selected::{DeviceKind, SelectedDevice};
    use crate::run::plural::counted;

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

    /// The adapter of this number in the [`list`], from 0, with Burn's name of its back end. Only this one is opened.
    ///
    /// # Errors
    /// What was found instead, in words.
    pub(in crate::device) fn at(number: usize) -> Result<(SelectedDevice, &'static str), String> {
        let mut listed = listed();
        match listed.len() {
            0 => return Err("none that answers".into()),
            count if number >= count => {
                return Err(format!("{}, numbered from 0", counted(count, "adapter")));
            }
            _ => {}
        }
        let (back_end, device) = listed.swap_remove(number);
        let Some(name) = name(&device) else {
            return Err("one that does not answer".into());
        };
        if is_software(&name) && !back_end.takes_software() {
            return Err(format!("{name}, which fails under {}", back_end.words));
        }
        Ok((back_end.selected(device, &name), back_end.burn_name))
    }

    /// The adapters of all back ends of this build, those of CUDA before those of Vulkan before those of wgpu. Opens
    /// each of them, to know its name.
    pub(in crate::device) fn list() -> Vec<ListedDevice> {
        let listed = listed().into_iter().enumerate();
        let adapter = listed.map(|(number, (back_end, device))| {
            let name = name(&device);
            let is_software = name.as_deref().is_some_and(is_software);
            ListedDevice {
                device: format!("gpu:{number}"),
                is_usable: name.is_some() && (!is_software || back_end.takes_software()),
                name,
                back_end: back_end.words,
                is_software,
            }
        });
        adapter.collect()
    }

    /// Every adapter with its back end; none is opened.
    fn listed() -> Vec<(&'static BackEnd, Device)> {
        let of_one = |back_end: &'static BackEnd| {
            let devices = back_end.enumerate().into_iter();
            devices.map(move |device| (back_end, device))
        };
        BACK_ENDS.iter().flat_map(of_one).collect()
    }

    /// The name of an adapter; `None` if it does not answer.
    fn name(device: &Device) -> Option<String> {
        // A broken driver panics on first use.
        let identity = quietly(|| device.identity())??;
        Some(identity.name.to_string())
    }

    impl BackEnd {
        /// Its adapters.
        fn enumerate(&self) -> Vec<Device> {
            let listed = quietly(|| Device::enumerate(self.device_type.clone()).into_vec());
            listed.unwrap_or_default()
        }

        /// Whether it can compute on a software renderer. Mesa's software Vulkan (25.0.7) crashes while it compiles the
        /// SPIR-V of a matrix product.
        fn takes_software(&self) -> bool {
            self.burn_name != "vulkan"
        }

        fn open(&self, accepted: Accepted) -> Option<SelectedDevice> {
            // If the driver is broken, the next back end has its turn.
            if self.enumerate().is_empty() {
                return None;
            }
            let device = quietly(self.adapter)?;
            let name = name(&device)?;
            let may_be_software = accepted == Accepted::Software && self.takes_software();
            if is_software(&name) && !may_be_software {
                return None;
            }
            Some(self.selected(device, &name))
        }

        fn selected(&self, device: Device, name: &str) -> SelectedDevice {
            SelectedDevice {
                device,
                name: format!("{name} ({})", self.words),
                kind: DeviceKind::Gpu,
            }
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
