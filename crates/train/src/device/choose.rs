//! Which device a command computes on, and with which kernels.

use burn::tensor::Device;
use burn_flex_kernels::{Instructions, Kernels};
use clap::ValueEnum;

use crate::device::gpu::{self, Accepted};
use crate::device::list::HAS_GPU_BACK_END;
use crate::device::selected::{DeviceKind, SelectedDevice};
use crate::failure::Failure;

/// What `--device` takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// A GPU if this build has a back end for one and finds one, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The first GPU that answers.
    Gpu,
    /// The adapter of this number, from 0, in the list of `mixup devices`.
    Adapter(usize),
}

impl DeviceChoice {
    /// The choice recorded in a run folder.
    pub fn recorded(kind: &str) -> Self {
        match kind {
            "gpu" => Self::Gpu,
            _ => Self::Cpu,
        }
    }
}

/// What `--kernels` takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum KernelChoice {
    /// The project's kernels with the widest vector instructions of this CPU.
    #[default]
    Auto,
    /// Burn's own operations, for comparison and diagnosis.
    Burn,
    /// The project's kernels with AVX-512.
    Avx512,
    /// The project's kernels with AVX2.
    Avx2,
    /// The project's kernels with NEON.
    Neon,
    /// The project's kernels without vector instructions.
    Scalar,
}

impl From<Instructions> for KernelChoice {
    fn from(instructions: Instructions) -> Self {
        match instructions {
            Instructions::Avx512 | Instructions::EmulatedAvx512 => Self::Avx512,
            Instructions::Avx2 => Self::Avx2,
            Instructions::Neon | Instructions::EmulatedNeon => Self::Neon,
            Instructions::Scalar => Self::Scalar,
        }
    }
}

impl KernelChoice {
    /// The value of `--kernels` that means this choice.
    pub(crate) fn name(self) -> String {
        // Every choice has a value.
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// The kernels, if this CPU can run them.
    fn kernels(self) -> Result<Kernels, Failure> {
        let instructions = match self {
            Self::Auto => return Ok(Kernels::best()),
            Self::Burn => return Ok(Kernels::Burn),
            Self::Avx512 => Instructions::Avx512,
            Self::Avx2 => Instructions::Avx2,
            Self::Neon => Instructions::Neon,
            Self::Scalar => Instructions::Scalar,
        };
        if instructions.is_available() {
            return Ok(Kernels::Own(instructions));
        }
        let here: Vec<String> = Instructions::available()
            .map(|set| set.to_string())
            .collect();
        Err(Failure::usage(
            format!(
                "--kernels: expected instructions of this CPU ({}), found {instructions}",
                here.join(", ")
            ),
            "leave --kernels out to take the widest",
        ))
    }
}

/// Chooses the device and makes it Burn's default; on the CPU, selects the kernels.
///
/// # Errors
/// [`Failure::Usage`] if a GPU was asked for and none is found, if CUDA cannot compile for the one that was
/// found, if this CPU lacks the instructions of the kernels, or if kernels were asked for and the chosen
/// GPU would not use them.
pub(crate) fn choose(
    choice: DeviceChoice,
    kernels: KernelChoice,
) -> Result<SelectedDevice, Failure> {
    let own = kernels.kernels()?;
    let gpu = match choice {
        DeviceChoice::Cpu => None,
        DeviceChoice::Auto => gpu::first(Accepted::Hardware),
        // A software renderer only if nothing better answers.
        DeviceChoice::Gpu => {
            let found = gpu::first(Accepted::Hardware).or_else(|| gpu::first(Accepted::Software));
            Some(found.ok_or_else(no_gpu)?)
        }
        DeviceChoice::Adapter(number) => {
            Some(gpu::at(number).map_err(|found| no_adapter(number, &found))?)
        }
    };
    if let (Some((gpu, _)), false) = (&gpu, kernels == KernelChoice::Auto) {
        return Err(Failure::usage(
            format!("--kernels: expected the CPU, found {}", gpu.name),
            "add --device cpu, or leave --kernels out",
        ));
    }
    #[cfg(feature = "cuda")]
    if matches!(gpu, Some((_, "cuda"))) {
        crate::device::libdevice::check()?;
    }
    own.select();
    let (chosen, burn_name) = gpu.unwrap_or_else(|| cpu(own));
    make_default(burn_name);
    Ok(chosen)
}

/// The CPU with these kernels, and Burn's name of its back end.
pub(super) fn cpu(kernels: Kernels) -> (SelectedDevice, &'static str) {
    // RAYON_NUM_THREADS says how many, else there is one per core.
    let threads = rayon::current_num_threads();
    let plural = if threads == 1 { "" } else { "s" };
    let chosen = SelectedDevice {
        device: Device::flex(),
        name: format!("CPU ({kernels}, {threads} thread{plural})"),
        kind: DeviceKind::Cpu,
    };
    (chosen, "flex")
}

fn no_gpu() -> Failure {
    if !HAS_GPU_BACK_END {
        return cpu_only("gpu");
    }
    Failure::usage(
        "--device gpu: expected a GPU, found none that answers",
        "check its driver, or use --device cpu",
    )
}

/// The failure of an adapter of this number, where something else was found.
fn no_adapter(number: usize, found: &str) -> Failure {
    let asked = format!("gpu:{number}");
    if !HAS_GPU_BACK_END {
        return cpu_only(&asked);
    }
    Failure::usage(
        format!("--device {asked}: expected an adapter of this number, found {found}"),
        "list the adapters with: mixup devices",
    )
}

/// The failure of a GPU that was `asked` of a build without a back end for it.
fn cpu_only(asked: &str) -> Failure {
    Failure::usage(
        format!(
            "--device {asked}: expected a build with a GPU back end, found one for the CPU only"
        ),
        "build with `--features cuda`, `vulkan` or `wgpu` (mixup devices says which is for what), or use --device cpu",
    )
}

/// Burn restores optimizers on its default device, not on the network's.
fn make_default(name: &str) {
    if std::env::var_os("BURN_DEVICE").is_some_and(|value| value == name) {
        return;
    }
    // SAFETY: every command chooses its device once, before any thread but rayon's idle ones, and `std`
    // orders this write with every read in Rust. A GPU driver that reads the environment in C on a
    // thread of its own would have to do so in this very instant, after it has answered.
    #[expect(unsafe_code, reason = "the only way to name Burn's default device")]
    unsafe {
        std::env::set_var("BURN_DEVICE", name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_is_always_there() {
        let chosen = choose(DeviceChoice::Cpu, KernelChoice::Auto).unwrap();
        assert_eq!(chosen.kind, DeviceKind::Cpu);
        assert_eq!(chosen.device, Device::default());
    }

    #[cfg(not(any(feature = "cuda", feature = "vulkan", feature = "wgpu")))]
    #[test]
    fn a_cpu_build_falls_back_in_auto_and_refuses_a_gpu() {
        assert_eq!(
            choose(DeviceChoice::Auto, KernelChoice::Auto).unwrap().kind,
            DeviceKind::Cpu
        );
        let failure = choose(DeviceChoice::Gpu, KernelChoice::Auto).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        assert!(failure.hint().contains("--features"));
        let failure = choose(DeviceChoice::Adapter(1), KernelChoice::Auto).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        let message = failure.to_string();
        assert!(
            message.starts_with("--device gpu:1: expected a build"),
            "{message}"
        );
    }
}
