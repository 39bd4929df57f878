//! The devices that answer, and the back ends that this build and other builds have.

use burn_flex_kernels::{Instructions, Kernels};
use serde::Serialize;

use crate::device::choose::{self, KernelChoice};
use crate::device::gpu::{self, Accepted};

/// A device, as `mixup devices` lists it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ListedDevice {
    /// What `--device` takes: `cpu`, or `gpu:` and a number from 0.
    pub device: String,
    /// Its name; `None` if it does not answer.
    pub name: Option<String>,
    /// The name of the back end.
    pub back_end: &'static str,
    /// Whether it is a GPU that is emulated on the CPU.
    pub is_software: bool,
    /// Whether this program can compute on it.
    pub is_usable: bool,
}

/// What the CPU computes with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct CpuFacts {
    /// Values of `--kernels` that this CPU can run, the widest first.
    pub kernels: Vec<String>,
    /// Threads that compute.
    pub threads: usize,
    /// Cores that this process may use.
    pub cores: usize,
}

/// A feature of the package that compiles a GPU back end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct BackEndFeature {
    /// Its name for `cargo --features`.
    pub feature: &'static str,
    /// What it is for.
    pub what: &'static str,
    /// Whether this build has it.
    pub is_built: bool,
}

/// The features that compile a GPU back end, in the order in which they are tried.
pub(crate) const FEATURES: [BackEndFeature; 3] = [
    BackEndFeature {
        feature: "cuda",
        what: "NVIDIA GPUs",
        is_built: cfg!(feature = "cuda"),
    },
    BackEndFeature {
        feature: "vulkan",
        what: "GPUs with Vulkan, through SPIR-V",
        is_built: cfg!(feature = "vulkan"),
    },
    BackEndFeature {
        feature: "wgpu",
        what: "GPUs with Vulkan, Metal or DirectX",
        is_built: cfg!(feature = "wgpu"),
    },
];

/// Whether this build has a GPU back end.
pub(crate) const HAS_GPU_BACK_END: bool =
    cfg!(any(feature = "cuda", feature = "vulkan", feature = "wgpu"));

/// All devices that this machine shows to this build.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Devices {
    /// The CPU, then the adapters of GPU back ends.
    pub listed: Vec<ListedDevice>,
    /// What the CPU computes with.
    pub cpu: CpuFacts,
    /// The name of the device that `--device auto` takes.
    pub auto: String,
}

impl Devices {
    /// Asks the machine, and chooses nothing. Opens every adapter.
    pub(crate) fn find() -> Self {
        let (cpu, _) = choose::cpu(Kernels::best());
        let auto = gpu::first(Accepted::Hardware);
        let auto = auto.map_or_else(|| cpu.name.clone(), |(gpu, _)| gpu.name);
        let cpu = ListedDevice {
            device: "cpu".into(),
            name: Some(cpu.name),
            back_end: "Flex",
            is_software: false,
            is_usable: true,
        };
        Self {
            listed: std::iter::once(cpu).chain(gpu::list()).collect(),
            cpu: CpuFacts::of_this_process(),
            auto,
        }
    }
}

impl CpuFacts {
    fn of_this_process() -> Self {
        let own = Instructions::available().map(KernelChoice::from);
        let kernels = own.chain([KernelChoice::Burn]);
        Self {
            kernels: kernels.map(KernelChoice::name).collect(),
            threads: rayon::current_num_threads(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_is_listed_first_with_kernels_that_it_can_run() {
        let devices = Devices::find();
        assert_eq!(devices.listed[0].device, "cpu");
        assert!(devices.listed[0].is_usable);
        let kernels = &devices.cpu.kernels;
        assert_eq!(kernels[kernels.len() - 2..], ["scalar", "burn"]);
        assert!(devices.cpu.threads >= 1 && devices.cpu.cores >= 1);
    }

    #[test]
    fn a_back_end_is_built_exactly_if_a_feature_is() {
        let built = FEATURES.iter().any(|one| one.is_built);
        assert_eq!(built, HAS_GPU_BACK_END);
    }
}
