//! What a run folder says, read without opening it for training.

use std::path::{Path, PathBuf};

use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::files::{self, damaged};
use crate::learn::evaluation::Prediction;
use crate::run::digests::Digests;
use crate::run::epoch_row::{EpochRow, parse_rows};
use crate::run::file_names::{
    EVALUATION, EXPERIMENT, METRICS, MISTAKES, MIXED, PREDICTIONS, RUN, SUMMARY,
};
use crate::run::finished_check;
use crate::run::mistakes::PicturedMistake;
use crate::run::record::{Evaluations, RunInfo, Summary};

/// What a run folder says.
pub(crate) struct Record {
    /// What was trained.
    pub experiment: Experiment,
    /// Version, data and device.
    pub info: RunInfo,
    /// The result of each epoch.
    pub rows: Vec<EpochRow>,
    /// The summary, if the run is finished.
    pub summary: Option<Summary>,
    files: RunFiles,
}

impl Record {
    /// Reads the run at `path`.
    ///
    /// # Errors
    /// [`Failure::Usage`] if it is no run, or if it is damaged: a file cannot be read as what it is, has other
    /// bytes than it was written with, or contradicts another file. Else [`Failure::File`].
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let mut files = RunFiles {
            folder: path.into(),
            digests: None,
        };
        let is_finished = path.join(SUMMARY).is_file();
        if is_finished {
            files.digests = Digests::read(path)?;
        }
        let (file, text) = files.text(EXPERIMENT)?;
        let record = Self {
            experiment: Experiment::parse(&text, &file)?,
            info: files.json(RUN)?,
            rows: files.rows()?,
            summary: is_finished.then(|| files.json(SUMMARY)).transpose()?,
            files,
        };
        if let Some(summary) = &record.summary {
            finished_check::check_summary(summary, &record.rows)
                .map_err(|found| damaged(&path.join(SUMMARY), &found))?;
        }
        Ok(record)
    }

    /// Whether the run is finished and has no digests, so that a flipped bit in its files cannot be noticed.
    pub(crate) fn lacks_digests(&self) -> bool {
        self.summary.is_some() && self.files.digests.is_none()
    }

    /// `evaluation.json` and the lines of `predictions.csv` of a finished run; `None` if it was finished by a
    /// version that wrote no such file.
    ///
    /// # Errors
    /// [`Failure::Usage`] if a file is damaged or contradicts another one, else [`Failure::File`].
    pub(crate) fn evaluations(&self) -> Result<Option<Evaluations>, Failure> {
        let file = self.files.folder.join(EVALUATION);
        if !file.is_file() {
            let had_one = |digests: &Digests| digests.of(EVALUATION).is_some();
            return match &self.files.digests {
                Some(digests) if had_one(digests) => Err(damaged(&file, &"no such file")),
                _ => Ok(None),
            };
        }
        let mut evaluations: Evaluations = self.files.json(EVALUATION)?;
        let lines = self.files.folder.join(PREDICTIONS);
        if !lines.is_file() {
            return Err(damaged(&lines, &"no such file"));
        }
        let (predictions, text) = self.files.text(PREDICTIONS)?;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        evaluations.test.predictions = reader
            .deserialize()
            .collect::<Result<_, _>>()
            .map_err(|error| damaged(&predictions, &error))?;
        finished_check::check_evaluations(&evaluations, self.summary.as_ref(), &self.info)
            .map_err(|found| damaged(&file, &found))?;
        Ok(Some(evaluations))
    }

    /// Whether the run keeps mixed pairs to look at.
    pub(crate) fn has_mixed_pairs(&self) -> bool {
        let had_some = |digests: &Digests| digests.of(MIXED).is_some();
        self.files.folder.join(MIXED).is_file() || self.files.digests.as_ref().is_some_and(had_some)
    }

    /// The mixed pairs that the run keeps to look at.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the file is damaged, [`Failure::File`] if there is none.
    pub(crate) fn mixed_pairs(&self) -> Result<Vec<mixup_evidence::MixedPair>, Failure> {
        self.files.json(MIXED)
    }

    /// The mistakes on test images of which the run keeps pictures. None for a run of an earlier version.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the file is damaged or missing, or contradicts the `predictions`; else [`Failure::File`].
    pub(crate) fn mistakes(
        &self,
        predictions: &[Prediction],
    ) -> Result<Vec<PicturedMistake>, Failure> {
        let file = self.files.folder.join(MISTAKES);
        if !file.is_file() {
            let had_one = |digests: &Digests| digests.of(MISTAKES).is_some();
            return match &self.files.digests {
                Some(digests) if had_one(digests) => Err(damaged(&file, &"no such file")),
                _ => Ok(vec![]),
            };
        }
        let mistakes: Vec<PicturedMistake> = self.files.json(MISTAKES)?;
        finished_check::check_mistakes(&mistakes, predictions)
            .map_err(|found| damaged(&file, &found))?;
        Ok(mistakes)
    }
}

/// `run.json` of the run in the folder at `path`; `None` if that is no run folder.
///
/// # Errors
/// [`Failure::Usage`] if the file is damaged, else [`Failure::File`].
pub(crate) fn read_info(path: &Path) -> Result<Option<RunInfo>, Failure> {
    let file = path.join(RUN);
    file.is_file().then(|| files::read_json(&file)).transpose()
}

/// Whether a run lies at `path`.
pub(crate) fn is_run(path: &Path) -> bool {
    path.join(RUN).is_file()
}

/// The files of one run, and what they were written with.
struct RunFiles {
    folder: PathBuf,
    /// Of a finished run, unless an earlier version finished it.
    digests: Option<Digests>,
}

impl RunFiles {
    /// The path and the text of the file `name`.
    fn text(&self, name: &str) -> Result<(PathBuf, String), Failure> {
        let path = self.folder.join(name);
        let bytes = files::read_bytes(&path).map_err(Failure::file(&path))?;
        if let Some(digests) = &self.digests {
            digests.check(name, &bytes)?;
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok((path, text)),
            Err(error) => Err(damaged(&path, &error)),
        }
    }

    fn json<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, Failure> {
        let (path, text) = self.text(name)?;
        serde_json::from_str(&text).map_err(|error| damaged(&path, &error))
    }

    fn rows(&self) -> Result<Vec<EpochRow>, Failure> {
        if !self.folder.join(METRICS).exists() {
            return Ok(vec![]);
        }
        let (path, text) = self.text(METRICS)?;
        parse_rows(&path, &text)
    }
}
