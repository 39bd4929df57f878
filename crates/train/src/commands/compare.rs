//! `mixup compare`: paired trials of two experiments.

use std::path::{Path, PathBuf};

use mixup_data::ImageSet;
use serde::Serialize;

use super::report::{self, Told};
use crate::commands::arguments::{Common, CompareArgs};
use crate::comparison::folder::{Manifest, PlannedRun, State};
use crate::comparison::seeds::{Seeds, Shard};
use crate::device::choose::{Chosen, DeviceChoice};
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::data::{DataSource, Provenance};
use crate::run::folder::{Record, RunFolder};
use crate::run::record::Summary;
use crate::run::start::{Opened, begin, check, check_validation, go_on};
use crate::run::train::{Run, kept_rows};
use crate::terminal::trials_progress::TrialsProgress;
use crate::terminal::ui::{Ui, UiChoice, print_result};

/// Trains the runs that are missing and writes the report.
///
/// # Errors
/// Any [`Failure`]; the runs that are finished stay.
pub fn run(args: &CompareArgs) -> Result<(), Failure> {
    let arms = [arm(&args.experiment, args)?, arm(&args.baseline, args)?];
    let first = arms[0].1.seed;
    let default = || Seeds::from(first, args.trials.unwrap_or(DEFAULT_TRIALS));
    // Not a free folder, as for a single run: the same command is to go on.
    let folder = || format!("runs/{}-against-{}", arms[0].0, arms[1].0).into();
    let question = Question {
        out: args.out.clone().unwrap_or_else(folder),
        seeds: args.seeds.clone().unwrap_or_else(default),
        arms,
        source: args.data.data.clone().unwrap_or(DataSource::Cifar10),
        shard: args.shard.unwrap_or(Shard::WHOLE),
    };
    let told = Told {
        pictures: !args.no_pictures,
        json: args.common.json,
        open: args.open,
        title: None,
    };
    question.answer(&args.common, &told)
}

/// Two experiments, and by which trials they are to be compared.
pub struct Question {
    /// Name and experiment of the arm and of its baseline.
    pub arms: [(String, Experiment); 2],
    /// A pair each.
    pub seeds: Seeds,
    /// What they are trained and tested on.
    pub source: DataSource,
    /// The comparison's folder.
    pub out: PathBuf,
    /// Which of the pairs this process trains.
    pub shard: Shard,
}

impl Question {
    /// Trains what is missing, and writes and tells the report.
    ///
    /// # Errors
    /// Any [`Failure`]; the runs that are finished stay.
    pub fn answer(&self, common: &Common, told: &Told) -> Result<(), Failure> {
        let choice = match common.ui {
            // Many dashboards one after the other are for those who ask for them.
            UiChoice::Auto => UiChoice::Plain,
            other => other,
        };
        let ui = Ui::new(choice, common.json)?;
        self.check_arms()?;
        let [(arm, experiment), (baseline, other)] = &self.arms;
        let manifest = Manifest::new(vec![arm.clone(), baseline.clone()]);
        manifest.check(&self.out)?;
        let device = common.device.choose(DeviceChoice::Auto)?;
        for experiment in [experiment, other] {
            device.check(experiment.precision)?;
        }
        let (images, data) = self.source.load(&ui)?.identified(&ui);
        for experiment in [experiment, other] {
            check_validation(experiment, images.train.len())?;
        }
        let comparison = Comparison {
            images,
            data,
            device,
            runs: self.planned(),
        };
        let states = comparison.states()?;
        for (name, experiment) in &self.arms {
            for run in PlannedRun::there(&self.out, name, experiment) {
                // The report will have it as well.
                run.state(&comparison.data)?;
            }
        }
        manifest.keep(&self.out)?;
        self.introduce(&comparison, &states, &ui);
        let diverged = comparison.train(&states, &self.out, &ui)?;
        if self.shard.is_part() {
            self.tell_part(comparison.finished(), told.json, &ui);
        } else {
            match report::write(std::slice::from_ref(&self.out), &self.out, None, told) {
                Ok(written) => written.tell(told),
                // Then there may be nothing to report, and why is what counts.
                Err(_) if !diverged.is_empty() => {}
                Err(failure) => return Err(failure),
            }
        }
        if diverged.is_empty() {
            return Ok(());
        }
        Err(Failure::Diverged { runs: diverged })
    }

    /// Whether the two experiments can be compared at all.
    fn check_arms(&self) -> Result<(), Failure> {
        let [(arm, experiment), (baseline, other)] = &self.arms;
        if arm == baseline {
            return Err(Failure::usage(
                format!("expected two experiments with names of their own, found {arm} twice"),
                "copy one of the files to another name",
            ));
        }
        if experiment.validation != other.validation {
            return Err(Failure::usage(
                format!(
                    "expected one number of validation images in both experiments, found {} and {}",
                    experiment.validation, other.validation
                ),
                "give both the same validation, so that they train on the same images",
            ));
        }
        Ok(())
    }

    /// What a part of a comparison ends with, in place of a verdict.
    fn tell_part(&self, finished: usize, json: bool, ui: &Ui) {
        #[derive(Serialize)]
        struct Part<'a> {
            out: &'a Path,
            part: String,
            finished: usize,
        }
        let part = self.shard.to_string();
        if json {
            let part = Part {
                out: &self.out,
                part,
                finished,
            };
            let line = serde_json::to_string(&part).expect("numbers and strings have a JSON form");
            print_result(&line);
        } else {
            ui.say(&format!(
                "part {part} has its {finished} runs; when all parts have, gather them with: mixup report {}",
                self.out.display()
            ));
        }
    }

    /// The runs of this process, pair by pair, so that what is there early can be compared early.
    fn planned(&self) -> Vec<PlannedRun> {
        let pairs = self.seeds.0.iter().enumerate();
        pairs
            .filter(|(position, _)| self.shard.has(*position))
            .flat_map(|(_, &seed)| {
                let run = move |(name, experiment): &(String, Experiment)| {
                    PlannedRun::new(&self.out, name, experiment, seed)
                };
                self.arms.iter().map(run)
            })
            .collect()
    }

    /// Says what is compared, on what, where, and how much of it is there.
    fn introduce(&self, comparison: &Comparison, states: &[State], ui: &Ui) {
        let [(arm, experiment), (baseline, other)] = &self.arms;
        let epochs = match (experiment.epochs, other.epochs) {
            (1, 1) => "1 epoch a run".to_owned(),
            (epochs, same) if epochs == same => format!("{epochs} epochs a run"),
            (epochs, others) => format!("{epochs} and {others} epochs a run"),
        };
        let pairs = match self.seeds.0.len() {
            1 => "1 pair, seed".to_owned(),
            pairs => format!("{pairs} pairs, seeds"),
        };
        ui.say(&format!(
            "{arm} against {baseline}: {pairs} {}, {epochs}",
            self.seeds.to_words()
        ));
        ui.say(&format!(
            "data    {}: {} training and {} test images, {} classes",
            comparison.data.layout,
            comparison.images.train.len(),
            comparison.images.test.len(),
            comparison.images.classes.len()
        ));
        ui.say(&format!("device  {}", comparison.device.name));
        let finished = states.iter().filter(|state| **state == State::Finished);
        let begun = states
            .iter()
            .filter(|state| matches!(state, State::Begun(_)));
        let there = match (finished.count(), begun.count()) {
            (0, 0) => String::new(),
            (finished, 0) => format!(", {finished} finished before"),
            (finished, begun) => format!(", {finished} finished and {begun} begun before"),
        };
        let part = if self.shard.is_part() {
            format!(" in part {}", self.shard)
        } else {
            String::new()
        };
        ui.say(&format!(
            "runs    {}: {} to have{part}{there}",
            self.out.display(),
            states.len()
        ));
    }
}

/// With fewer pairs no exact test reaches p < 0.05.
pub const DEFAULT_TRIALS: u32 = 6;

/// The name and the experiment of a file.
fn arm(file: &Path, args: &CompareArgs) -> Result<(String, Experiment), Failure> {
    let mut experiment = Experiment::read(file)?;
    experiment.epochs = args.epochs.unwrap_or(experiment.epochs);
    check(&experiment)?;
    let stem = file.file_stem().unwrap_or(file.as_os_str());
    Ok((stem.to_string_lossy().into_owned(), experiment))
}

/// The runs of this process and what they train on.
struct Comparison {
    images: ImageSet,
    data: Provenance,
    device: Chosen,
    runs: Vec<PlannedRun>,
}

impl Comparison {
    /// How far each run is; what cannot be part of the comparison is refused before any training.
    fn states(&self) -> Result<Vec<State>, Failure> {
        self.runs.iter().map(|run| run.state(&self.data)).collect()
    }

    /// Trains the runs that are not finished, in their order; gives those that diverged, in words.
    fn train(&self, states: &[State], out: &Path, ui: &Ui) -> Result<Vec<String>, Failure> {
        let all: usize = self.runs.iter().map(|run| run.experiment.epochs).sum();
        let done = self
            .runs
            .iter()
            .zip(states)
            .map(|(run, state)| match state {
                State::New => 0,
                State::Begun(epochs) => *epochs,
                State::Finished => run.experiment.epochs,
            });
        let ui = ui.over_trials(TrialsProgress::new(all, done.sum()));
        let result = self.train_missing(states, out, &ui);
        if let Some(progress) = ui.trials() {
            progress.finish();
        }
        result
    }

    fn train_missing(&self, states: &[State], out: &Path, ui: &Ui) -> Result<Vec<String>, Failure> {
        let runs = self.runs.len();
        let mut diverged = vec![];
        for (index, (planned, state)) in (1..).zip(self.runs.iter().zip(states)) {
            if *state == State::Finished {
                continue;
            }
            match self.train_one(planned, *state, ui) {
                Ok(summary) => ui.say(&trial_line(index, runs, &summary, ui)),
                Err(failure @ Failure::NotFinite { .. }) => {
                    // The other pairs can still be compared.
                    let (arm, seed) = (&planned.arm, planned.experiment.seed);
                    let line = format!("{arm}, seed {seed}: {failure}");
                    ui.say(&format!("{index:>4}/{runs}  {line}"));
                    diverged.push(line);
                }
                Err(Failure::Interrupted { .. }) => {
                    return Err(Failure::ComparisonStopped {
                        finished: self.finished(),
                        runs,
                        out: out.into(),
                    });
                }
                Err(other) => return Err(other),
            }
        }
        Ok(diverged)
    }

    fn train_one(&self, planned: &PlannedRun, state: State, ui: &Ui) -> Result<Summary, Failure> {
        let (images, device) = (self.images.clone(), self.device.clone());
        let run: Run = if state == State::New {
            let experiment = planned.experiment.clone();
            begin(
                experiment,
                &planned.arm,
                images,
                &self.data,
                device,
                &planned.path,
            )?
        } else {
            let (folder, experiment, info) = RunFolder::open(&planned.path)?;
            let rows = kept_rows(&folder, &experiment, &info)?;
            let opened = Opened {
                folder,
                experiment,
                info,
                rows,
            };
            go_on(opened, images, &self.data, device)?
        };
        run.train(ui)
    }

    fn finished(&self) -> usize {
        let is_finished = |run: &&PlannedRun| {
            Record::read(&run.path).is_ok_and(|record| record.summary.is_some())
        };
        self.runs.iter().filter(is_finished).count()
    }
}

fn trial_line(index: usize, runs: usize, summary: &Summary, ui: &Ui) -> String {
    let left = ui.trials().map(TrialsProgress::time_left);
    format!(
        "{index:>4}/{runs}  {}, seed {}: {:.2}% of the test images after epoch {}   {}",
        summary.experiment,
        summary.seed,
        100.0 * summary.last_test_accuracy,
        summary.epochs,
        left.unwrap_or_default()
    )
}
