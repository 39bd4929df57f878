//! A log of what a GPU back end does, on request.
//!
//! `MIXUP_DEVICE_LOG=FILE mixup train …` writes a line for every transfer to and from the device, every
//! submission of work and every tuning of a kernel, taken from the back ends' own log records. Another line
//! says when a part of the run begins. wgpu logs all of these, CUDA only tunings.
//! Both log each kernel and its time if `cubecl.toml` in the working folder has `[profiling.logger]` with
//! `level = "basic"` and `log = "info"`. The kernels then wait for one another.
//!
//! ```text
//! 12.345678 part epoch 2: training
//! 12.346001 write
//! ```
//!
//! | word | what |
//! | --- | --- |
//! | `part` | this part of the run begins |
//! | `write` | upload of a tensor, or of new kernel arguments |
//! | `read` | download of a tensor; the reader waits for it |
//! | `submit` | work is submitted to the device |
//! | `tune` | several kernels are timed for this key, and the fastest is kept |
//! | `kernel` | its time in microseconds, and its name |

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use log::{LevelFilter, Log, Metadata, Record};

use crate::failure::Failure;
use crate::files::{self, File};

/// The environment variable that names the file.
pub const VARIABLE: &str = "MIXUP_DEVICE_LOG";

/// The log target of this program's own records, which say that a part of a run begins.
pub const PART: &str = "mixup::part";

/// Starts the log if [`VARIABLE`] is set.
///
/// # Errors
/// [`Failure::Usage`] if the file cannot be created.
pub fn start() -> Result<(), Failure> {
    match std::env::var_os(VARIABLE) {
        Some(path) if !path.is_empty() => start_in(path),
        _ => Ok(()),
    }
}

fn start_in(path: OsString) -> Result<(), Failure> {
    let path = PathBuf::from(path);
    let file = files::create(&path).map_err(|error| {
        Failure::usage(
            format!("{VARIABLE}: {}: {error}", path.display()),
            "name a file that can be written, or unset the variable",
        )
    })?;
    let log = DeviceLog {
        file: Mutex::new(file),
        start: Instant::now(),
    };
    // This is called once, before any other logger. If there is one already, it stays.
    if log::set_boxed_logger(Box::new(log)).is_ok() {
        log::set_max_level(LevelFilter::Trace);
    }
    Ok(())
}

/// The log target of CubeCL's profiler.
const KERNELS: &str = "cubecl::profiling";

struct DeviceLog {
    file: Mutex<File>,
    start: Instant,
}

impl Log for DeviceLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        ["wgpu_core::device", "cubecl_runtime::tune", KERNELS, PART]
            .iter()
            .any(|target| metadata.target().starts_with(target))
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let Some(line) = line(record.target(), &record.args().to_string()) else {
            return;
        };
        let seconds = self.start.elapsed().as_secs_f64();
        // A log that cannot be written is no reason to end a run.
        if let Ok(mut file) = self.file.lock() {
            let _ = writeln!(file, "{seconds:.6} {line}");
        }
    }

    fn flush(&self) {}
}

/// The line for a log record, if the log keeps it.
fn line(target: &str, message: &str) -> Option<String> {
    if target == PART {
        return Some(format!("part {message}"));
    }
    if target == KERNELS {
        return kernel(message);
    }
    if let Some(key) = message.strip_prefix("Tuning ") {
        return Some(format!("tune {}", key.replace('\n', " ")));
    }
    let word = match message {
        // The second is of a write whose size is not a multiple of four bytes.
        "Queue::write_buffer" | "Queue::create_staging_buffer" => "write",
        "Queue::submit" => "submit",
        _ if message.starts_with("Buffer::map_async") && message.contains("host: Read") => "read",
        _ => return None,
    };
    Some(word.to_owned())
}

/// The line for a kernel. CubeCL writes `| 12.3µs     | name`, and tables of sums in between.
fn kernel(message: &str) -> Option<String> {
    let (time, name) = message.strip_prefix("| ")?.split_once(" | ")?;
    let time = time.trim();
    // Durations end in ns, µs, ms or s; what was not measured says so instead.
    let number = time.trim_end_matches(|end: char| !end.is_ascii_digit());
    let microseconds = match &time[number.len()..] {
        "ns" => 1e-3,
        "µs" => 1.0,
        "ms" => 1e3,
        "s" => 1e6,
        _ => return None,
    };
    let time = microseconds * number.parse::<f64>().ok()?;
    let name = name.lines().next()?.trim();
    Some(format!("kernel {time:.3} {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_records_that_count_become_lines() {
        let wgpu = "wgpu_core::device::queue";
        for (target, message, expected) in [
            (PART, "epoch 2: training", Some("part epoch 2: training")),
            (wgpu, "Queue::write_buffer", Some("write")),
            (wgpu, "Queue::submit", Some("submit")),
            (wgpu, "Queue::submit returned submit index 7", None),
            (
                "wgpu_core::device::global",
                "Buffer::map_async Id(4,1) offset 0 size None op: BufferMapOperation { host: Read, callback: Some(\"?\") }",
                Some("read"),
            ),
            (
                "cubecl_runtime::tune::tuner",
                "Tuning Conv(\n4)",
                Some("tune Conv( 4)"),
            ),
            (
                KERNELS,
                "| 1.25ms     | conv_direct\nwith its trace",
                Some("kernel 1250.000 conv_direct"),
            ),
            (
                KERNELS,
                "| 900ns      | fuse elemwise",
                Some("kernel 0.900 fuse elemwise"),
            ),
            (KERNELS, "| not measured | reduce", None),
            (
                KERNELS,
                "|⎺⎺⎺| \n| Name | Duration | Num Computed | Ratio |",
                None,
            ),
        ] {
            assert_eq!(line(target, message).as_deref(), expected, "{message}");
        }
    }
}
