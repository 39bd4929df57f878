//! What a benchmark says: one line of JSON, or a table.

use std::fmt::Write;

use serde::Serialize;

use super::clock::Spread;
use super::phases::{Pass, Phase, Phases};

/// Everything that was measured, and under which circumstances.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
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
    /// Images a second of the training path: the median of `training`.
    pub images_per_second: f64,
    /// The training path.
    pub training: Rate,
    /// The step without its loop, on one batch that lies ready.
    pub bare_step: Rate,
    /// Most main memory held until the end of the training path; null where the system does not
    /// tell.
    pub peak_memory_bytes: Option<u64>,
    /// The ceiling; null where no phases were measured.
    pub gemm: Option<GemmRow>,
    /// The phases of a step; null where none were measured.
    pub phases: Option<Vec<PhaseRow>>,
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
        // A stage whose backward pass is too short to be told from nothing has no rate.
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
        serde_json::to_string(self).expect("numbers and strings have a JSON form")
    }

    /// Several lines for people.
    pub fn to_table(&self) -> String {
        let mut text = String::new();
        self.write_to(&mut text)
            .expect("a string takes all that is written to it");
        text
    }

    fn write_to(&self, text: &mut String) -> std::fmt::Result {
        writeln!(
            text,
            "mixup {}: {}, batches of {}, data {}",
            self.version, self.experiment, self.batch_size, self.data
        )?;
        writeln!(text, "{}\n", self.device)?;
        writeln!(
            text,
            "images/s           median      min      max   windows"
        )?;
        for (name, rate) in [
            ("training path", &self.training),
            ("bare step", &self.bare_step),
        ] {
            let Spread { median, min, max } = rate.images_per_second;
            let (windows, images) = (rate.windows, rate.images_per_window);
            writeln!(
                text,
                "{name:<16} {median:>8.1} {min:>8.1} {max:>8.1}   {windows} of {images} images"
            )?;
        }
        let kept = self.images_per_second / self.bare_step.images_per_second.median;
        write!(
            text,
            "The training path keeps {:.1}% of the bare step's rate",
            100.0 * kept
        )?;
        match self.peak_memory_bytes {
            Some(bytes) => writeln!(text, "; peak memory {:.0} MB.", bytes as f64 / 1e6)?,
            None => writeln!(text, ".")?,
        }
        if let (Some(gemm), Some(phases)) = (&self.gemm, &self.phases) {
            writeln!(text)?;
            self.write_phases(text, gemm, phases)?;
        }
        Ok(())
    }

    fn write_phases(
        &self,
        text: &mut String,
        gemm: &GemmRow,
        phases: &[PhaseRow],
    ) -> std::fmt::Result {
        writeln!(
            text,
            "phase            pass       ms a step    GFLOP   GFLOP/s   of GEMM"
        )?;
        for row in phases {
            let pass = format!("{:?}", row.pass).to_lowercase();
            write!(
                text,
                "{:<16} {pass:<9} {:>10.2}",
                row.phase, row.milliseconds.median
            )?;
            if let Some(gflop) = row.gflop {
                write!(text, " {gflop:>8.3}")?;
            }
            if let (Some(rate), Some(share)) = (row.gflop_per_second, row.share_of_gemm) {
                write!(text, " {rate:>9.1} {:>8.0}%", 100.0 * share)?;
            }
            writeln!(text)?;
        }
        let sum: f64 = phases.iter().map(|row| row.milliseconds.median).sum();
        let gflop: f64 = phases.iter().filter_map(|row| row.gflop).sum();
        let batch = 1e3 * self.batch_size as f64;
        for (name, milliseconds) in [
            ("sum of the phases", sum),
            ("training step", batch / self.images_per_second),
            ("bare step", batch / self.bare_step.images_per_second.median),
        ] {
            let rate = gflop / milliseconds * 1e3;
            let share = 100.0 * rate / gemm.gflop_per_second;
            writeln!(
                text,
                "{name:<26} {milliseconds:>10.2} {gflop:>8.3} {rate:>9.1} {share:>8.0}%"
            )?;
        }
        writeln!(
            text,
            "GEMM: a product of two {0}x{0} matrices of f32, {1:.1} GFLOP/s at best.",
            gemm.size, gemm.gflop_per_second
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn flat(value: f64) -> Spread {
        Spread {
            median: value,
            min: value,
            max: value,
        }
    }

    fn report() -> Report {
        Report {
            version: "1.2.3",
            device: "CPU".into(),
            device_kind: "cpu",
            threads: 2,
            experiment: "mixup".into(),
            data: "synthetic".into(),
            batch_size: 128,
            images_per_second: 64.0,
            training: Rate::of(&[64.0, 60.0, 66.0], 512),
            bare_step: Rate::of(&[80.0], 512),
            peak_memory_bytes: None,
            gemm: None,
            phases: None,
        }
    }

    fn phases() -> Phases {
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
    fn the_table_sets_the_sum_of_the_phases_beside_the_step() {
        let mut report = report().with_phases(&phases());
        report.peak_memory_bytes = Some(50_000_000);
        let table = report.to_table();
        for line in [
            "training path        64.0     60.0     66.0   3 of 512 images",
            "The training path keeps 80.0% of the bare step's rate; peak memory 50 MB.",
            "conv11           forward       500.00   20.000      40.0       50%",
            "Adam             update        250.00",
            "sum of the phases              750.00   20.000      26.7       33%",
            "training step                 2000.00   20.000      10.0       12%",
            "GEMM: a product of two 1024x1024 matrices of f32, 80.0 GFLOP/s at best.",
        ] {
            assert!(table.lines().any(|found| found == line), "{line}\n{table}");
        }
    }

    #[test]
    fn a_backward_pass_too_short_to_measure_has_no_rate() {
        let mut phases = phases();
        phases.phases[0].seconds = flat(0.0);
        let report = report().with_phases(&phases);
        let rows = report.phases.unwrap();
        assert_eq!(rows[0].gflop_per_second, None);
        assert_eq!(rows[0].share_of_gemm, None);
    }
}
