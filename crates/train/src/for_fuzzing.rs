//! A door for the tests in `tests/fuzz`: what commands read, without what they print or train.

use std::path::{Path, PathBuf};

use mixup_evidence::markdown_table;

use crate::comparison::report::{ReportOptions, write_report};
use crate::comparison::result_rows::read_rows;
use crate::device::choose::{DeviceChoice, KernelChoice, choose};
use crate::failure::Failure;
use crate::run::loaded_network::LoadedNetwork;
use crate::run::recorded::Record;
use crate::run::resume::StoppedRun;
use crate::run::watch::Unwatched;

/// Returns an error or a hint as the program prints it.
pub fn printed(text: &str) -> String {
    crate::output::readable(text)
}

/// Returns the table that `mixup table` makes of the rows in the file at `path`.
///
/// # Errors
/// Any [`Failure`] of the command.
pub fn table(path: &Path) -> Result<String, Failure> {
    Ok(markdown_table(&read_rows(path)?))
}

/// Reads the record of the run at `path` and returns its number of epochs.
///
/// # Errors
/// Any [`Failure`] of reading it.
pub fn record(path: &Path) -> Result<usize, Failure> {
    Ok(Record::read(path)?.rows.len())
}

/// Writes the report of the runs at `path` into the folder `out`, with pictures.
///
/// # Errors
/// Any [`Failure`] of `mixup report`.
pub fn report(path: PathBuf, out: &Path) -> Result<(), Failure> {
    let options = ReportOptions {
        pictures: true,
        ..ReportOptions::default()
    };
    write_report(&[path], out, None, &options).map(drop)
}

/// Makes the checks of `mixup train --resume` that need no images, and returns the number of whole epochs.
///
/// # Errors
/// Any [`Failure`] of these checks.
pub fn stopped(path: &Path) -> Result<usize, Failure> {
    Ok(StoppedRun::open(path)?.rows()?.len())
}

/// Loads the network in the weights file at `path` on the CPU and returns its number of classes.
///
/// # Errors
/// Any [`Failure`] of `mixup evaluate` before it reads images.
pub fn network(path: &Path) -> Result<usize, Failure> {
    let device = choose(DeviceChoice::Cpu, KernelChoice::Auto)?;
    Ok(LoadedNetwork::open(path, &device, &Unwatched)?.classes)
}
