//! A GPU back end against the CPU, and what its steps send to the device and read from it.
//!
//! All tests here are ignored by default, because they need a program with a GPU back end.
//! `MIXUP_GPU_BINARY` names it; `just test-gpu` builds it and runs them. Any adapter will do, even a
//! software renderer. If `MIXUP_GPU_EXPECTED` is set, the adapter's name must contain it.
#![expect(clippy::print_stdout, reason = "a test whose figures are looked at")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod adapters;
mod agreement;
mod bf16;
mod device_log;
mod resume;
mod run;
mod transfers;
mod variants;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The program with a GPU back end.
fn binary() -> PathBuf {
    let name = std::env::var_os("MIXUP_GPU_BINARY");
    let name = name.expect(
        "MIXUP_GPU_BINARY is not set: expected the path of a mixup that was built with a GPU back end; \
         `just test-gpu` builds one",
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name);
    assert!(
        path.is_file(),
        "MIXUP_GPU_BINARY: expected a program, found none at {}",
        path.display()
    );
    path
}

/// How far two losses may be from each other, relative to the CPU's.
const TOLERANCE: f64 = 1e-3;

/// A learning rate at which rounding errors stay below [`TOLERANCE`]. CUDA may use TF32 for products of
/// f32. At the article's rate that alone changes the losses of twenty steps by up to 5e-3, at this one
/// by 2e-5 (`tf32.py`). A rate that is wrong by one percent still shows: it changes them by 1.9e-3.
const SLOWLY: (&str, &str) = ("learning_rate = 0.001", "learning_rate = 0.00003");

/// A network that trains in seconds on any adapter.
const SMALL: [(&str, &str); 2] = [
    ("batch_size = 128", "batch_size = 4"),
    ("widths = [64, 128]", "widths = [8, 8]"),
];

/// Asserts that the GPU's value is the CPU's within a relative `tolerance`.
fn assert_close(what: &str, cpu: &Value, gpu: &Value, tolerance: f64) {
    let (cpu, gpu) = (cpu.as_f64().unwrap(), gpu.as_f64().unwrap());
    println!("{what}: CPU {cpu}, GPU {gpu}");
    assert!(
        (gpu / cpu - 1.0).abs() < tolerance,
        "{what}: CPU {cpu}, GPU {gpu}"
    );
}
