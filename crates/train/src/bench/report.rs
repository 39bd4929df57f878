//! The results of a benchmark, and their line of JSON.

use serde::Serialize;

use super::clock::Spread;
use super::phases::{Pass, Phase, Phases};
use crate::files::json_line;

/// What was measured, and on what.
#[derive(Clone, Debug, Serialize)]
pub struct Conditions {
    /// The program's version.
    pub version: &'static str,
    /// The device, in words.
    pub device: String,
    /// `cpu` or `gpu`.
    pub device_kind: &'static str,
    /// Threads that compute on the CPU.
    pub threads: usize,
    /// The name of the experiment file, without its ending.
    pub experiment: String,
    /// Where the images come from, as `--data` takes it.
    pub data: String,
    /// Images a step.
    pub batch_size: usize,
}

/// Everything that was measured of training, and how.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What was measured, and on what.
    #[serde(flatten)]
    pub conditions: Conditions,
    /// Images a second of the training path: the median of `training`.
    pub images_per_second: f64,
    /// The training path.
    pub training: Rate,
    /// The step without its loop, on one prepared batch.
    pub bare_step: Rate,
    /// Seconds of the first window of bare steps, in which a GPU's kernels are compiled and tuned. No rate
    /// includes it.
    pub warm_up_seconds: f64,
    /// Peak main memory until the end of the training path, or null if the system does not report it.
    pub peak_memory_bytes: Option<u64>,
    /// The ceiling, or null without phases.
    pub gemm: Option<GemmRow>,
    /// The phases of a step, or null if they were not measured.
    pub phases: Option<Vec<PhaseRow>>,
}

/// Everything that was measured of inference, and how.
#[derive(Clone, Debug, Serialize)]
pub struct InferenceReport {
    /// What was measured, and on what.
    #[serde(flatten)]
    pub conditions: Conditions,
    /// Images a second: the median of `inference`.
    pub images_per_second: f64,
    /// The inference path.
    pub inference: Rate,
    /// Seconds of the first pass, in which a GPU's kernels are compiled and tuned. No rate includes it.
    pub warm_up_seconds: f64,
    /// Peak main memory, or null if the system does not report it.
    pub peak_memory_bytes: Option<u64>,
}

impl InferenceReport {
    /// One line of JSON.
    pub fn to_json(&self) -> String {
        json_line(self)
    }
}

/// A rate over several windows.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rate {
    /// Images a second.
    pub images_per_second: Spread,
    /// How many windows were measured.
    pub windows: usize,
    /// Images in each.
    pub images_per_window: usize,
}

impl Rate {
    /// The rate of windows of `images_per_window` images with these images a second.
    pub fn of(rates: &[f64], images_per_window: usize) -> Self {
        Self {
            images_per_second: Spread::of(rates),
            windows: rates.len(),
            images_per_window,
        }
    }
}

/// A large matrix product.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct GemmRow {
    /// Rows and columns of each factor.
    pub size: usize,
    /// Its highest rate.
    pub gflop_per_second: f64,
}

/// One phase of a step.
#[derive(Clone, Debug, Serialize)]
pub struct PhaseRow {
    /// The stage of the network, or what else is done.
    pub phase: &'static str,
    /// Which pass.
    pub pass: Pass,
    /// Milliseconds a step.
    pub milliseconds: Spread,
    /// Billions of floating-point operations a step, where they are counted.
    pub gflop: Option<f64>,
    /// Their rate at the median time.
    pub gflop_per_second: Option<f64>,
    /// That rate as a share of the large matrix product's.
    pub share_of_gemm: Option<f64>,
}

impl PhaseRow {
    fn new(phase: &Phase, gemm: f64) -> Self {
        let gflop = phase.flop.map(|flop| flop as f64 / 1e9);
        // A stage has no rate if its backward pass is too short to measure.
        let seconds = phase.seconds.median;
        let rate = gflop.filter(|_| seconds > 0.0).map(|gflop| gflop / seconds);
        let milliseconds = |seconds: f64| 1e3 * seconds;
        Self {
            phase: phase.name,
            pass: phase.pass,
            milliseconds: Spread {
                median: milliseconds(phase.seconds.median),
                min: milliseconds(phase.seconds.min),
                max: milliseconds(phase.seconds.max),
            },
            gflop,
            gflop_per_second: rate,
            share_of_gemm: rate.map(|rate| rate / gemm),
        }
    }
}

impl Report {
    /// The same report with the phases.
    #[must_use]
    pub fn with_phases(mut self, phases: &Phases) -> Self {
        self.gemm = Some(GemmRow {
            size: phases.gemm_size,
            gflop_per_second: phases.gemm,
        });
        let rows = phases.phases.iter();
        self.phases = Some(
            rows.map(|phase| PhaseRow::new(phase, phases.gemm))
                .collect(),
        );
        self
    }

    /// One line of JSON.
    pub fn to_json(&self) -> String {
        json_line(self)
    }
}

/// Made-up reports for the tests of this module and of the table.
#[cfg(test)]
pub(crate) mod examples {
    use super::*;

    pub(crate) fn flat(value: f64) -> Spread {
        Spread {
            median: value,
            min: value,
            max: value,
        }
    }

    fn conditions() -> Conditions {
        Conditions {
            version: "1.2.3",
            device: "CPU".into(),
            device_kind: "cpu",
            threads: 2,
            experiment: "mixup".into(),
            data: "synthetic".into(),
            batch_size: 128,
        }
    }

    pub(crate) fn inference_report() -> InferenceReport {
        InferenceReport {
            conditions: conditions(),
            images_per_second: 300.0,
            inference: Rate::of(&[300.0, 200.0, 400.0], 512),
            warm_up_seconds: 1.5,
            peak_memory_bytes: Some(50_000_000),
        }
    }

    pub(crate) fn report() -> Report {
        Report {
            conditions: conditions(),
            images_per_second: 64.0,
            training: Rate::of(&[64.0, 60.0, 66.0], 512),
            bare_step: Rate::of(&[80.0], 512),
            warm_up_seconds: 1.5,
            peak_memory_bytes: None,
            gemm: None,
            phases: None,
        }
    }

    pub(crate) fn phases() -> Phases {
        Phases {
            phases: vec![
                Phase {
                    name: "conv11",
                    pass: Pass::Forward,
                    seconds: flat(0.5),
                    flop: Some(20_000_000_000),
                },
                Phase {
                    name: "Adam",
                    pass: Pass::Update,
                    seconds: flat(0.25),
                    flop: None,
                },
            ],
            gemm: 80.0,
            gemm_size: 1024,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::examples::{inference_report, phases, report};
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn the_json_has_every_figure_by_name() {
        let line = report().with_phases(&phases()).to_json();
        assert!(!line.contains('\n'));
        let found: Value = serde_json::from_str(&line).unwrap();
        let flat = |value: f64| json!({"median": value, "min": value, "max": value});
        let expected = json!({
            "version": "1.2.3",
            "device": "CPU",
            "device_kind": "cpu",
            "threads": 2,
            "experiment": "mixup",
            "data": "synthetic",
            "batch_size": 128,
            "images_per_second": 64.0,
            "training": {
                "images_per_second": {"median": 64.0, "min": 60.0, "max": 66.0},
                "windows": 3,
                "images_per_window": 512,
            },
            "bare_step": {
                "images_per_second": flat(80.0),
                "windows": 1,
                "images_per_window": 512,
            },
            "warm_up_seconds": 1.5,
            "peak_memory_bytes": null,
            "gemm": {"size": 1024, "gflop_per_second": 80.0},
            "phases": [
                {
                    "phase": "conv11",
                    "pass": "forward",
                    "milliseconds": flat(500.0),
                    "gflop": 20.0,
                    "gflop_per_second": 40.0,
                    "share_of_gemm": 0.5,
                },
                {
                    "phase": "Adam",
                    "pass": "update",
                    "milliseconds": flat(250.0),
                    "gflop": null,
                    "gflop_per_second": null,
                    "share_of_gemm": null,
                },
            ],
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn the_json_of_inference_has_its_figures_among_the_same_conditions() {
        let line = inference_report().to_json();
        assert!(!line.contains('\n'));
        let found: Value = serde_json::from_str(&line).unwrap();
        let expected = json!({
            "version": "1.2.3",
            "device": "CPU",
            "device_kind": "cpu",
            "threads": 2,
            "experiment": "mixup",
            "data": "synthetic",
            "batch_size": 128,
            "images_per_second": 300.0,
            "inference": {
                "images_per_second": {"median": 300.0, "min": 200.0, "max": 400.0},
                "windows": 3,
                "images_per_window": 512,
            },
            "warm_up_seconds": 1.5,
            "peak_memory_bytes": 50_000_000,
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn a_backward_pass_too_short_to_measure_has_no_rate() {
        let mut phases = phases();
        phases.phases[0].seconds = examples::flat(0.0);
        let report = report().with_phases(&phases);
        let rows = report.phases.unwrap();
        assert_eq!(rows[0].gflop_per_second, None);
        assert_eq!(rows[0].share_of_gemm, None);
    }
}
