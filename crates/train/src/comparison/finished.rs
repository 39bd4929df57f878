//! Reads finished runs from their folders, as the input of a report.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use mixup_data::name_classes;
use mixup_evidence::{Data, Epoch, LeftOut, MixedPair, Report, TellingImage, Trial};

use crate::comparison::manifest::Manifest;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::files;
use crate::learn::evaluation::Prediction;
use crate::run::data::DataSource;
use crate::run::plural::counted;
use crate::run::record::{Evaluations, RunInfo, Summary};
use crate::run::recorded::{Record, is_run};

/// How deep a named folder is searched for runs. Those of a comparison are two deep.
const DEPTH: usize = 3;

/// The runs of a report.
#[derive(Default)]
pub(crate) struct FinishedRuns {
    /// The runs that the report counts.
    pub trials: Vec<Trial>,
    /// The runs that it leaves out, and why.
    pub left_out: Vec<LeftOut>,
    /// The arms of the first comparison's manifest, the baseline last. Empty without a manifest.
    pub arms: Vec<String>,
    /// The folder of each counted run, by the name that the report has for it.
    folders: BTreeMap<String, PathBuf>,
    /// The first run that has mixed pairs to look at.
    pictured: Option<Record>,
    /// The value of `--data`, if it means the same on every machine.
    pub data: Option<String>,
    /// How many of the counted runs have no digests of their files.
    pub without_digests: usize,
}

impl FinishedRuns {
    /// Reads the runs at `paths`: run folders, or folders that contain some. With `pictures`, those that the runs keep of
    /// their mistakes are read, too.
    ///
    /// # Errors
    /// [`Failure::Usage`] if a path contains no run, or a run is damaged.
    pub(crate) fn read(paths: &[PathBuf], pictures: bool) -> Result<Self, Failure> {
        let mut runs = Self::default();
        let mut found: Vec<PathBuf> = vec![];
        for path in paths {
            if is_run(path) {
                found.push(path.clone());
                continue;
            }
            let before = found.len();
            match Manifest::read(path)? {
                Some(manifest) => {
                    let arms = manifest.arms.iter().map(|arm| path.join(arm));
                    // An arm that has not begun has no folder.
                    for arm in arms.filter(|arm| arm.is_dir()) {
                        found.extend(find_runs(&arm, 1)?);
                    }
                    if runs.arms.is_empty() {
                        runs.arms = manifest.arms;
                    }
                }
                None if path.is_dir() => found.extend(find_runs(path, DEPTH)?),
                None => {}
            }
            if found.len() == before {
                return Err(Failure::usage(
                    format!(
                        "{}: expected a run folder or a folder of runs, found none",
                        path.display()
                    ),
                    "give the folder that `mixup train` or `mixup compare` named",
                ));
            }
        }
        // A run that is named twice counts once.
        let mut known = HashSet::new();
        for run in found {
            let canonical = run.canonicalize().map_err(Failure::file(&run))?;
            if known.insert(canonical) {
                runs.add(&run, pictures).map_err(or_leave_it_out)?;
            }
        }
        Ok(runs)
    }

    fn add(&mut self, path: &Path, pictures: bool) -> Result<(), Failure> {
        let label = path.display().to_string();
        let record = Record::read(path)?;
        let Some(summary) = &record.summary else {
            let (has, wanted) = (record.rows.len(), record.experiment.epochs);
            let reason = unfinished(has, wanted);
            self.left_out.push(LeftOut { run: label, reason });
            return Ok(());
        };
        let Some(evaluations) = record.evaluations()? else {
            self.left_out.push(LeftOut {
                run: label,
                reason: "without evaluation.json: finished by an earlier version".into(),
            });
            return Ok(());
        };
        self.without_digests += usize::from(record.lacks_digests());
        let source = DataSource::parse(&record.info.data);
        if source.is_ok_and(|source| !matches!(source, DataSource::Path(_))) {
            self.data = Some(record.info.data.clone());
        }
        let pictured = if pictures {
            let mistakes = record.mistakes(&evaluations.test.predictions);
            let mistakes = mistakes.map_err(or_without_pictures)?;
            mistakes.iter().map(|mistake| mistake.image).collect()
        } else {
            vec![]
        };
        self.folders.insert(label.clone(), path.into());
        self.trials.push(Trial {
            pictured,
            ..trial(&record, summary, evaluations, label)
        });
        if self.pictured.is_none() && record.has_mixed_pairs() {
            self.pictured = Some(record);
        }
        Ok(())
    }

    /// Mixed pairs of the first run that has some.
    ///
    /// # Errors
    /// [`Failure::Usage`] if its file is damaged.
    pub(crate) fn mixed_pairs(&self) -> Result<Vec<MixedPair>, Failure> {
        let Some(record) = &self.pictured else {
            return Ok(vec![]);
        };
        record.mixed_pairs().map_err(or_without_pictures)
    }

    /// Fills in the pictures of the mistakes that `report` shows, from the folders of their runs.
    ///
    /// A report shows few of them, so the pictures of all runs are not held at once.
    ///
    /// # Errors
    /// [`Failure::Usage`] if a file has been damaged since it was read first.
    pub(crate) fn fill_in_pictures(&self, report: &mut Report) -> Result<(), Failure> {
        let mut of_runs: BTreeMap<PathBuf, Vec<&mut TellingImage>> = BTreeMap::new();
        let groups = report.mistakes.iter_mut();
        for image in groups.flat_map(|group| &mut group.images) {
            if let Some(folder) = self.folders.get(&image.run) {
                of_runs.entry(folder.clone()).or_default().push(image);
            }
        }
        for (folder, images) in of_runs {
            let record = Record::read(&folder).map_err(or_leave_it_out)?;
            let evaluations = record.evaluations().map_err(or_leave_it_out)?;
            let predictions = evaluations.map_or_else(Vec::new, |all| all.test.predictions);
            let mistakes = record.mistakes(&predictions).map_err(or_without_pictures)?;
            for image in images {
                let kept = mistakes.iter().find(|kept| kept.image == image.image);
                image.picture = kept.map_or_else(String::new, |kept| kept.picture.clone());
            }
        }
        Ok(())
    }
}

/// The failure of a file of pictures that a report cannot read, with a way to write the report.
fn or_without_pictures(failure: Failure) -> Failure {
    let hint =
        "leave the pictures out with --no-pictures, which `mixup report` and `mixup compare` take";
    Failure::usage(failure.to_string(), hint)
}

/// The failure of a run that a report cannot read, with a way to write the report.
fn or_leave_it_out(failure: Failure) -> Failure {
    match failure {
        Failure::Usage { message, hint } if hint == files::DAMAGED_HINT => Failure::usage(
            message,
            "name the other runs only, or move this run's folder away and train it anew",
        ),
        other => other,
    }
}

/// Why a run with `has` of its `wanted` epochs is not finished.
fn unfinished(has: usize, wanted: usize) -> String {
    match wanted {
        _ if has < wanted => format!("unfinished: {has} of {}", counted(wanted, "epoch")),
        1 => "unfinished: its only epoch is not judged yet".into(),
        _ => format!("unfinished: its {wanted} epochs are not judged yet"),
    }
}

/// The runs in `folder`, by path; `depth` levels of folders are searched.
fn find_runs(folder: &Path, depth: usize) -> Result<Vec<PathBuf>, Failure> {
    let names = files::names_in(folder).map_err(Failure::file(folder))?;
    let paths = names.iter().map(|name| folder.join(name));
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    paths.sort();
    let mut runs = vec![];
    for path in paths {
        if is_run(&path) {
            runs.push(path);
        } else if depth > 1 {
            runs.extend(find_runs(&path, depth - 1)?);
        }
    }
    Ok(runs)
}

fn trial(record: &Record, summary: &Summary, evaluations: Evaluations, label: String) -> Trial {
    let Record {
        experiment,
        info,
        rows,
        ..
    } = record;
    let test = evaluations.test;
    let mut settings = ordered_settings(experiment);
    for (key, value) in &mut settings {
        if let ("network.start", Some(start)) = (key.as_str(), &info.start) {
            *value = start.setting();
        }
    }
    // Frozen stages have the same initial weights.
    let initial: Vec<_> = settings
        .iter()
        .filter(|(key, _)| key != "network.frozen")
        .cloned()
        .collect();
    // Losses on held-out images have no weights.
    let unweighted: Vec<_> = settings
        .iter()
        .filter(|(key, _)| key != "loss.class_weights")
        .cloned()
        .collect();
    let (judging, settings): (Vec<_>, Vec<_>) = settings
        .into_iter()
        .partition(|(key, _)| matches!(table(key), "robustness" | "corruptions"));
    Trial {
        arm: info.experiment.clone(),
        seed: info.seed,
        run: label,
        is_unmixed: experiment.mixing.alpha == 0.0,
        network: one_text("network", &initial),
        loss_function: one_text("loss", &unweighted),
        random_labels: experiment.labels.corrupted,
        settings,
        judging,
        version: info.version.clone(),
        device: info.device.clone(),
        data: data(info),
        classes: classes(info),
        parameters: summary.parameters,
        epochs: rows
            .iter()
            .map(|row| Epoch {
                epoch: row.epoch,
                train_loss: row.train_loss,
                held_out_loss: row.held_out.loss(),
                held_out_accuracy: row.held_out.accuracy(),
                learning_rate: row.learning_rate,
            })
            .collect(),
        may_end_early: experiment.patience.is_some(),
        best_epoch: summary.best_epoch,
        best_test_accuracy: summary.best_test_accuracy,
        best_chosen_by: summary.best_chosen_by,
        test_loss: test.loss,
        test: test.measures,
        raw_test_accuracy: evaluations.raw.map(|raw| raw.measures.accuracy),
        training: evaluations.training,
        outputs: experiment.loss.outputs(),
        robustness: evaluations.robustness,
        corruptions: evaluations.corruptions,
        labels: of_lines(&test.predictions, |line| line.label),
        predicted: of_lines(&test.predictions, |line| line.predicted),
        probabilities: of_lines(&test.predictions, |line| line.probability),
        experiment: experiment.to_toml(),
        seconds: summary.seconds,
        // On a GPU, CPU time says nothing about the cost.
        cpu_seconds: summary.cpu_seconds.filter(|_| info.is_on_cpu()),
        threads: info.threads.filter(|_| info.is_on_cpu()),
        pictured: vec![],
    }
}

/// One column of the predictions.
fn of_lines<T>(lines: &[Prediction], of: fn(&Prediction) -> T) -> Vec<T> {
    lines.iter().map(of).collect()
}

/// The order of an experiment file: keys that are in no table, then the tables.
const ORDER: [&str; 19] = [
    "epochs",
    "batch_size",
    "accumulate",
    "validation",
    "patience",
    "precision",
    "data",
    "network",
    "augmentation",
    "cloud_augmentation",
    "labels",
    "mixing",
    "normalisation",
    "loss",
    "optimizer",
    "schedule",
    "ema",
    "robustness",
    "corruptions",
];

/// Every setting but the seed, in the order of the experiment file; the keys of a table by name.
fn ordered_settings(experiment: &Experiment) -> Vec<(String, String)> {
    let mut settings: Vec<(String, String)> = experiment.settings().into_iter().collect();
    settings.sort_by_key(|(key, _)| ORDER.iter().position(|name| *name == table(key)));
    settings
}

/// The table of a dotted key, or the key itself if it is in none.
fn table(key: &str) -> &str {
    key.split('.').next().unwrap_or(key)
}

/// The settings of one table as one text.
fn one_text(name: &str, settings: &[(String, String)]) -> String {
    let settings = settings.iter().filter(|(key, _)| table(key) == name);
    let lines = settings.map(|(key, value)| format!("{key} = {value}"));
    lines.collect::<Vec<_>>().join(", ")
}

/// The names of the classes. Runs of version 0.2.0 have numbers for those of Imagenette.
fn classes(info: &RunInfo) -> Vec<String> {
    let mut classes = info.classes.clone();
    name_classes(&mut classes);
    classes
}

/// The data set, without its path on one machine.
fn data(info: &RunInfo) -> Data {
    Data {
        name: info.layout.clone(),
        fingerprint: info.fingerprint.clone(),
        training_images: info.training_images,
        validation_images: info.validation_images,
        test_images: info.test_images,
    }
}

#[cfg(test)]
mod tests;
