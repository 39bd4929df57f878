//! `mixup devices`: where this build can compute on this machine.

use clap::Args;
use serde::Serialize;

use crate::commands::shared_arguments::JsonArgs;
use crate::device::list::{BackEndFeature, CpuFacts, Devices, FEATURES, ListedDevice};
use crate::files;
use crate::run::plural::counted;
use crate::terminal::ui::print_result;

/// `mixup devices`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DevicesArgs {
    /// `--json`.
    #[command(flatten)]
    pub output: JsonArgs,
}

const EXAMPLES: &str = "\
Examples:
  mixup devices
  mixup devices --json";

/// Lists the devices.
pub(crate) fn run(args: &DevicesArgs) {
    let found = Devices::find();
    if args.output.json {
        print_result(&files::json_line(&Listing {
            devices: &found.listed,
            cpu: &found.cpu,
            auto: &found.auto,
            back_ends: &FEATURES,
        }));
    } else {
        in_words(&found, &FEATURES)
            .iter()
            .for_each(|line| print_result(line));
    }
}

/// What `--json` prints.
#[derive(Serialize)]
struct Listing<'a> {
    devices: &'a [ListedDevice],
    cpu: &'a CpuFacts,
    /// The name of the device that `--device auto` takes.
    auto: &'a str,
    back_ends: &'a [BackEndFeature],
}

/// The devices, and what this build and other builds have.
fn in_words(found: &Devices, features: &[BackEndFeature]) -> Vec<String> {
    let widths = found.listed.iter().map(|one| one.device.len());
    let width = widths.max().unwrap_or(0);
    let mut lines: Vec<String> = found
        .listed
        .iter()
        .map(|one| format!("{:<width$}  {}", one.device, description(one)))
        .collect();
    let CpuFacts {
        kernels,
        threads,
        cores,
    } = &found.cpu;
    lines.push(String::new());
    lines.push(format!("auto takes  {}", found.auto));
    lines.push(format!(
        "the CPU     {} on {}; --kernels {}",
        counted(*threads, "thread"),
        counted(*cores, "core"),
        kernels.join("|")
    ));
    let built = features.iter().filter(|one| one.is_built);
    let built: Vec<&str> = std::iter::once("CPU")
        .chain(built.map(|one| one.feature))
        .collect();
    lines.push(format!("this build  {}", built.join(", ")));
    let others: Vec<_> = features.iter().filter(|one| !one.is_built).collect();
    if !others.is_empty() {
        lines.push(String::new());
        lines.push("Another build would add:".into());
        for one in others {
            lines.push(format!("  {:<6}  {}", one.feature, one.what));
            lines.push(format!(
                "          cargo build --release --features {}",
                one.feature
            ));
        }
    }
    lines
}

/// The name of a device, and what keeps it from being taken.
fn description(one: &ListedDevice) -> String {
    let Some(name) = &one.name else {
        return format!("does not answer ({})", one.back_end);
    };
    if one.device == "cpu" {
        return name.clone();
    }
    let kind = match (one.is_software, one.is_usable) {
        (false, _) => "",
        (true, true) => ", emulated on the CPU",
        (true, false) => ", emulated on the CPU, cannot be used",
    };
    format!("{name} ({}){kind}", one.back_end)
}

#[cfg(test)]
mod tests;
