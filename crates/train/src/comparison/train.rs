//! Trains the runs of a comparison that are missing.

use mixup_data::UploadedSet;

use crate::comparison::introduction::introduction;
use crate::comparison::plan::ComparisonPlan;
use crate::comparison::planned_run::{ANEW, PlannedRun, RunState};
use crate::comparison::report::{ReportOptions, write_report};
use crate::comparison::starts::Starts;
use crate::device::selected::SelectedDevice;
use crate::failure::{Failure, repeat_hint};
use crate::files;
use crate::run::data::Provenance;
use crate::run::fits::SetFacts;
use crate::run::folder::RunFolder;
use crate::run::interrupt::continues_by;
use crate::run::packed_data::PackedUse;
use crate::run::record::Summary;
use crate::run::recorded::is_run;
use crate::run::resume::StoppedRun;
use crate::run::start::begin;
use crate::run::train::Run;
use crate::terminal::trials_progress::TrialsProgress;
use crate::terminal::ui::Ui;

/// How the runs of this process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrainedRuns {
    /// How many are finished, with those that were finished before.
    pub finished: usize,
    /// Those that diverged, in words.
    pub diverged: Vec<String>,
}

impl TrainedRuns {
    /// Succeeds if no run diverged.
    ///
    /// # Errors
    /// [`Failure::Diverged`].
    pub(crate) fn check(self) -> Result<(), Failure> {
        if self.diverged.is_empty() {
            return Ok(());
        }
        Err(Failure::Diverged {
            runs: self.diverged,
        })
    }
}

impl ComparisonPlan {
    /// Trains what is missing; a packed set is used as `packed` says. A run that diverges does not stop the others.
    ///
    /// # Errors
    /// Any [`Failure`]; finished runs are kept.
    pub(crate) fn train(
        &self,
        device: SelectedDevice,
        packed: PackedUse,
        ui: &Ui,
    ) -> Result<TrainedRuns, Failure> {
        for (_, experiment) in &self.arms {
            device.check(experiment.precision)?;
        }
        let starts = Starts::read(&self.arms, ui)?;
        // All arms have the same table.
        let request = self.arms[0].1.data.request();
        let loaded = self.source.load_as(&request, packed, ui)?;
        let (images, data) = loaded.identified(ui)?;
        for (_, experiment) in &self.arms {
            SetFacts::from(&images).check(experiment)?;
        }
        let network = starts.lines(&self.arms, images.train.shape(), &images.classes)?;
        let runs = self.runs();
        let run_states = states(&runs, &data, &starts)?;
        // The report will include these, too.
        states(&self.existing_runs()?, &data, &starts)?;
        self.manifest().create(&self.out)?;
        for line in introduction(self, &data, &images, network, &device.name, &run_states) {
            ui.say(&line);
        }
        let trainer = Trainer {
            images: images.upload(&device.device)?,
            data,
            device,
            starts,
        };
        continues_by(repeat_hint(&self.out));
        let progress = progress(&runs, &run_states);
        let ui = ui.over_trials(progress);
        let result = self.train_missing(&trainer, &runs, &run_states, &ui);
        if let Some(progress) = ui.trials() {
            progress.finish();
        }
        Ok(TrainedRuns {
            diverged: result?,
            finished: finished(&runs),
        })
    }

    /// Trains the runs in their order. Returns those that diverged, in words.
    fn train_missing(
        &self,
        trainer: &Trainer,
        runs: &[PlannedRun],
        states: &[RunState],
        ui: &Ui,
    ) -> Result<Vec<String>, Failure> {
        let mut diverged = vec![];
        let samples = trainer.images.test.shape().plural();
        for (number, (planned, state)) in (1..).zip(runs.iter().zip(states)) {
            if *state == RunState::Finished {
                RunFolder::remove_left_lock(&planned.path)?;
                continue;
            }
            let line = match trainer.train(planned, *state, ui) {
                Ok(summary) => {
                    let left = ui.trials().map(TrialsProgress::time_left);
                    finished_line(&summary, samples, &left.unwrap_or_default())
                }
                // The other pairs can still be compared.
                Err(failure @ (Failure::NotFinite { .. } | Failure::OutputNotFinite { .. })) => {
                    let (arm, seed) = (&planned.arm, planned.experiment.seed);
                    diverged.push(format!("{arm}, seed {seed}: {failure}"));
                    format!("{arm}, seed {seed}: {failure}")
                }
                Err(Failure::Interrupted { .. }) => {
                    return Err(Failure::ComparisonStopped {
                        finished: finished(runs),
                        runs: runs.len(),
                        out: self.out.clone(),
                    });
                }
                Err(other) => return Err(other),
            };
            ui.say(&format!("{number:>4}/{}  {line}", runs.len()));
        }
        Ok(diverged)
    }

    /// Writes and prints the report of all runs in the folder. `trained` is how this process's runs
    /// ended.
    ///
    /// # Errors
    /// [`Failure::Diverged`] if a run diverged, else any [`Failure`] of the report.
    pub(crate) fn report(
        &self,
        trained: TrainedRuns,
        options: &ReportOptions,
    ) -> Result<(), Failure> {
        let folder = std::slice::from_ref(&self.out);
        match write_report(folder, &self.out, None, options) {
            Ok(files) => files.show(options),
            // Without finished runs there is nothing to report, and the divergence is the reason.
            Err(_) if !trained.diverged.is_empty() => {}
            Err(failure) => return Err(failure),
        }
        trained.check()
    }
}

/// What every run of a comparison shares.
struct Trainer {
    images: UploadedSet,
    data: Provenance,
    device: SelectedDevice,
    starts: Starts,
}

impl Trainer {
    fn train(&self, planned: &PlannedRun, state: RunState, ui: &Ui) -> Result<Summary, Failure> {
        let (images, device) = (self.images.clone(), self.device.clone());
        let run: Run = if state == RunState::New {
            let experiment = planned.experiment.clone();
            begin(
                experiment,
                self.starts.of(&planned.arm).cloned(),
                &planned.arm,
                images,
                &self.data,
                device,
                &planned.path,
            )
            .map_err(|failure| match failure {
                Failure::Usage { message, .. } if is_run(&planned.path) => Failure::usage(
                    message,
                    "another process trains this run: call the same command again when it has ended",
                ),
                other => other,
            })?
        } else {
            let opened = StoppedRun::open(&planned.path).and_then(|stopped| {
                let rows = stopped.rows()?;
                Ok((stopped, rows))
            });
            let (stopped, rows) = opened.map_err(|failure| match failure {
                Failure::Usage { message, hint } if hint == files::DAMAGED_HINT => {
                    Failure::usage(message, ANEW)
                }
                other => other,
            })?;
            let start = self.starts.of(&planned.arm).cloned();
            stopped.resume(rows, images, &self.data, device, start)?
        };
        run.train(ui)
    }
}

/// The state of each run. Refuses what cannot be part of the comparison before anything is trained.
fn states(
    runs: &[PlannedRun],
    data: &Provenance,
    starts: &Starts,
) -> Result<Vec<RunState>, Failure> {
    let state = |run: &PlannedRun| run.state(data, starts.of(&run.arm));
    runs.iter().map(state).collect()
}

/// The bar over all epochs of `runs`, with those that exist already.
fn progress(runs: &[PlannedRun], states: &[RunState]) -> TrialsProgress {
    let epochs = runs.iter().map(|run| run.experiment.epochs);
    let done = epochs
        .clone()
        .zip(states)
        .map(|(epochs, state)| match state {
            RunState::New => 0,
            RunState::Begun(done) => *done,
            RunState::Finished => epochs,
        });
    TrialsProgress::new(epochs.sum(), done.sum())
}

fn finished(runs: &[PlannedRun]) -> usize {
    runs.iter().filter(|run| run.is_finished()).count()
}

/// `samples` are images or clouds.
fn finished_line(summary: &Summary, samples: &str, time_left: &str) -> String {
    format!(
        "{}, seed {}: {:.2}% of the test {samples} after epoch {}   {time_left}",
        summary.experiment,
        summary.seed,
        100.0 * summary.last_test_accuracy,
        summary.epochs,
    )
}

#[cfg(test)]
mod tests;
