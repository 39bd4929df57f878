//! The one place that knows back ends.

use burn::tensor::{DType, Device};
use clap::ValueEnum;
use mixup_model::Precision;

use crate::failure::Failure;

/// What `--device` takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DeviceChoice {
    /// A GPU where this build has a GPU back end and one answers, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// A GPU.
    Gpu,
}

impl DeviceChoice {
    /// The choice that a run folder recorded.
    pub fn recorded(kind: &str) -> Self {
        match kind {
            "gpu" => Self::Gpu,
            _ => Self::Cpu,
        }
    }
}

/// The device that was chosen.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The device, without autodiff.
    pub device: Device,
    /// The device in words.
    pub name: String,
    /// `cpu` or `gpu`.
    pub kind: &'static str,
}

impl Chosen {
    /// Whether batches should have one shape here: the GPU back ends choose their kernels by timing
    /// them, anew for a shape that is far from those before.
    pub fn tunes_to_shapes(&self) -> bool {
        self.kind == "gpu"
    }

    /// Whether a network should compute in `precision` here.
    ///
    /// The CPU can compute in bf16, but by way of f32: no faster, and less exact.
    pub fn supports(&self, precision: Precision) -> bool {
        match precision {
            Precision::F32 => true,
            Precision::Bf16 => self.kind == "gpu" && self.device.supports_dtype(DType::BF16),
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
        let hint = if self.kind == "cpu" {
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

/// Chooses the device, and makes it Burn's default.
///
/// # Errors
/// [`Failure::Usage`] where a GPU is asked for and none answers.
pub fn choose(choice: DeviceChoice) -> Result<Chosen, Failure> {
    let gpu = match choice {
        DeviceChoice::Cpu => None,
        DeviceChoice::Auto => gpu(false),
        // A software renderer only where nothing better answers.
        DeviceChoice::Gpu => Some(gpu(false).or_else(|| gpu(true)).ok_or_else(no_gpu)?),
    };
    let (chosen, burn_name) = gpu.unwrap_or_else(cpu);
    make_default(burn_name);
    Ok(chosen)
}

fn cpu() -> (Chosen, &'static str) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let chosen = Chosen {
        device: Device::flex(),
        name: format!("CPU (Burn Flex, {threads} threads)"),
        kind: "cpu",
    };
    (chosen, "flex")
}

/// The first GPU that answers; a software renderer counts where `software` says so.
#[cfg(any(feature = "cuda", feature = "wgpu"))]
fn gpu(software: bool) -> Option<(Chosen, &'static str)> {
    use burn::tensor::DeviceType;

    let back_ends = [
        #[cfg(feature = "cuda")]
        (DeviceType::Cuda, "cuda", "CUDA"),
        #[cfg(feature = "wgpu")]
        (DeviceType::Wgpu, "wgpu", "wgpu"),
    ];
    for (device_type, burn_name, words) in back_ends {
        // A driver that is broken panics on first use; then the next back end has its turn.
        let devices = quietly(|| Device::enumerate(device_type).into_vec());
        for device in devices.unwrap_or_default() {
            let Some(Some(identity)) = quietly(|| device.identity()) else {
                continue;
            };
            let name = identity.name.to_string();
            if software || !is_software(&name) {
                let chosen = Chosen {
                    device,
                    name: format!("{name} ({words})"),
                    kind: "gpu",
                };
                return Some((chosen, burn_name));
            }
        }
    }
    None
}

#[cfg(not(any(feature = "cuda", feature = "wgpu")))]
fn gpu(_software: bool) -> Option<(Chosen, &'static str)> {
    None
}

/// The result of `ask`, or nothing where it panics.
#[cfg(any(feature = "cuda", feature = "wgpu"))]
fn quietly<T>(ask: impl FnOnce() -> T) -> Option<T> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let answer = std::panic::catch_unwind(std::panic::AssertUnwindSafe(ask));
    std::panic::set_hook(hook);
    answer.ok()
}

/// Whether an adapter of this name computes on the CPU.
#[cfg(any(feature = "cuda", feature = "wgpu"))]
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

fn no_gpu() -> Failure {
    if cfg!(any(feature = "cuda", feature = "wgpu")) {
        Failure::usage(
            "--device gpu: expected a GPU, found none that answers",
            "check its driver, or use --device cpu",
        )
    } else {
        Failure::usage(
            "--device gpu: expected a build with a GPU back end, found one for the CPU only",
            "build with `--features cuda` or `--features wgpu`, or use --device cpu",
        )
    }
}

/// Burn restores optimizers on its default device, whatever the device of the network is.
fn make_default(name: &str) {
    if std::env::var_os("BURN_DEVICE").is_some_and(|value| value == name) {
        return;
    }
    // SAFETY: every command chooses its device once, before it starts threads of its own, and `std`
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
        let chosen = choose(DeviceChoice::Cpu).unwrap();
        assert_eq!(chosen.kind, "cpu");
        assert_eq!(chosen.device, Device::default());
    }

    #[cfg(not(any(feature = "cuda", feature = "wgpu")))]
    #[test]
    fn a_cpu_build_falls_back_in_auto_and_refuses_a_gpu() {
        assert_eq!(choose(DeviceChoice::Auto).unwrap().kind, "cpu");
        let failure = choose(DeviceChoice::Gpu).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        assert!(failure.hint().contains("--features"));
    }
}
