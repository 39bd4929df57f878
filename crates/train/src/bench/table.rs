//! Reports as tables for people.

use std::fmt::Write;

use super::clock::Spread;
use super::report::{Conditions, GemmRow, InferenceReport, PhaseRow, Rate, Report};

impl Report {
    /// The report as several lines.
    pub fn to_table(&self) -> String {
        let mut text = String::new();
        self.write_to(&mut text)
            .expect("a string takes all that is written to it");
        text
    }

    fn write_to(&self, text: &mut String) -> std::fmt::Result {
        write_heading(text, &self.conditions)?;
        write_rate(text, "training path", &self.training)?;
        write_rate(text, "bare step", &self.bare_step)?;
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
        write_warm_up(text, &self.conditions, self.warm_up_seconds)?;
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
        let batch = 1e3 * self.conditions.batch_size as f64;
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

impl InferenceReport {
    /// The report as several lines.
    pub fn to_table(&self) -> String {
        let mut text = String::new();
        self.write_to(&mut text)
            .expect("a string takes all that is written to it");
        text
    }

    fn write_to(&self, text: &mut String) -> std::fmt::Result {
        write_heading(text, &self.conditions)?;
        write_rate(text, "inference", &self.inference)?;
        if let Some(bytes) = self.peak_memory_bytes {
            writeln!(text, "Peak memory {:.0} MB.", bytes as f64 / 1e6)?;
        }
        write_warm_up(text, &self.conditions, self.warm_up_seconds)
    }
}

/// What is measured, on what, and the heads of the rates.
fn write_heading(text: &mut String, conditions: &Conditions) -> std::fmt::Result {
    let Conditions {
        version,
        experiment,
        batch_size,
        data,
        device,
        ..
    } = conditions;
    writeln!(
        text,
        "mixup {version}: {experiment}, batches of {batch_size}, data {data}"
    )?;
    writeln!(text, "{device}\n")?;
    writeln!(
        text,
        "images/s           median      min      max   windows"
    )
}

fn write_rate(text: &mut String, name: &str, rate: &Rate) -> std::fmt::Result {
    let Spread { median, min, max } = rate.images_per_second;
    let (windows, images) = (rate.windows, rate.images_per_window);
    writeln!(
        text,
        "{name:<16} {median:>8.1} {min:>8.1} {max:>8.1}   {windows} of {images} images"
    )
}

/// How long a GPU took before the first rate.
fn write_warm_up(text: &mut String, conditions: &Conditions, seconds: f64) -> std::fmt::Result {
    if conditions.device_kind != "gpu" {
        return Ok(());
    }
    writeln!(
        text,
        "Before them the first steps took {seconds:.1} s: kernels are compiled and tuned."
    )
}

#[cfg(test)]
mod tests {
    use crate::bench::report::Report;
    use crate::bench::report::examples::{inference_report, phases, report};

    #[test]
    fn what_a_gpu_compiles_and_tunes_is_told() {
        let mut report = report();
        let line = "Before them the first steps took 1.5 s: kernels are compiled and tuned.";
        let told = |report: &Report| report.to_table().lines().any(|found| found == line);
        assert!(!told(&report));
        report.conditions.device_kind = "gpu";
        assert!(told(&report));
    }

    #[test]
    fn the_table_compares_the_sum_of_the_phases_with_the_step() {
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
    fn the_table_of_inference_has_one_rate() {
        let table = inference_report().to_table();
        let expected = "\
mixup 1.2.3: mixup, batches of 128, data synthetic
CPU

images/s           median      min      max   windows
inference           300.0    200.0    400.0   3 of 512 images
Peak memory 50 MB.
";
        assert_eq!(table, expected);
    }
}
