//! The weights that training starts from, in place of those that are drawn.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mixup_data::{Normalisation, SampleShape, are_same_classes};
use mixup_model::{NetworkConfig, WeightsFile};
use serde::{Deserialize, Serialize};

use crate::experiment::Experiment;
use crate::failure::{Failure, model_hint};
use crate::learn::classifier::Classifier;
use crate::run::path_text::{path_of, text_of};
use crate::run::plural::{counted, in_short};
use crate::run::record::RunInfo;
use crate::run::watch::Watch;
use crate::run::weights::open_weights_and_digest;
use crate::run::weights_note::WeightsNote;
use crate::run::weights_place::weights_place;

/// What a run's record says of the weights that it started from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StartInfo {
    /// The path of the file, which works from any folder.
    pub file: String,
    /// SHA-256 over the file.
    pub sha256: String,
    /// How many tensors were taken, running statistics included.
    pub taken: usize,
    /// The tensors that were drawn anew: those of the last layer, if the file has another number of classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drawn: Vec<String>,
    /// The number of classes in the file. `None` if it has no last layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<usize>,
}

impl StartInfo {
    /// What is taken and what is drawn, for a network of `classes` classes.
    pub(crate) fn in_words(&self, classes: usize) -> String {
        let Self {
            file,
            sha256,
            taken,
            drawn,
            ..
        } = self;
        let all = counted(taken + drawn.len(), "tensor");
        let start = format!("{file} (SHA-256 {sha256:.12}…)");
        if drawn.is_empty() {
            return format!("{start}: all {all} taken");
        }
        let found = match self.classes {
            Some(classes) => format!("the file has {classes}"),
            None => "the file has no such layer".into(),
        };
        format!(
            "{start}: {taken} of {all} taken; drawn anew: {} ({classes} classes; {found})",
            drawn.join(", ")
        )
    }

    /// The file and its digest, as a report shows them: without the folder, which differs between machines.
    pub(crate) fn setting(&self) -> String {
        let name = path_of(&self.file);
        let name = name.file_name().unwrap_or(name.as_os_str());
        format!("{}, SHA-256 {:.16}…", name.display(), self.sha256)
    }
}

/// A weights file to start from, in memory.
#[derive(Clone, Debug)]
pub(crate) struct StartWeights {
    file: PathBuf,
    sha256: String,
    weights: Arc<WeightsFile>,
}

impl StartWeights {
    /// Reads the file that `experiment` names; `None` if it names none. Says which file of a run folder is taken.
    ///
    /// # Errors
    /// [`Failure`] if the file cannot be read or is no weights file.
    pub(crate) fn read(
        experiment: &Experiment,
        watch: &dyn Watch,
    ) -> Result<Option<Self>, Failure> {
        let Some(start) = &experiment.network.start else {
            return Ok(None);
        };
        let place = weights_place(Path::new(start)).map_err(|failure| match failure {
            Failure::Usage { message, hint } => {
                let hint = match Path::new(start).exists() {
                    true => hint,
                    false => "name the file with --set network.start=FILE; docs/own-pictures.md says where published weights come from, and a path counts from the folder in which the command runs".into(),
                };
                of_key(message, hint)
            }
            other => other,
        })?;
        place.tell(watch);
        let file = std::path::absolute(&place.file).unwrap_or(place.file);
        Self::open(file).map(Some)
    }

    /// The weights that the run of `info` began with: `read`, if these are they, else those of the file that the run
    /// recorded. `None` if it began with none.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the file is not there or has other bytes now.
    pub(crate) fn recorded(info: &RunInfo, read: Option<Self>) -> Result<Option<Self>, Failure> {
        let Some(StartInfo { file, sha256, .. }) = &info.start else {
            return Ok(None);
        };
        if let Some(read) = read.filter(|read| read.sha256 == *sha256) {
            return Ok(Some(read));
        }
        let hint = "the run has no finished epoch yet: restore the file, or start the run anew in another folder";
        let path = path_of(file);
        if !path.is_file() {
            return Err(Failure::usage(
                format!(
                    "{file}: expected the weights that the run starts from, found no such file"
                ),
                hint,
            ));
        }
        let read = Self::open(path)?;
        if read.sha256 != *sha256 {
            return Err(Failure::usage(
                format!(
                    "{file}: expected the weights that the run starts from, with SHA-256 {sha256:.12}…, found {:.12}…",
                    read.sha256
                ),
                hint,
            ));
        }
        Ok(Some(read))
    }

    fn open(file: PathBuf) -> Result<Self, Failure> {
        let (weights, sha256) =
            open_weights_and_digest(&file).map_err(|failure| match failure {
                Failure::Model(error) => of_key(error.to_string(), model_hint(&error)),
                other => other,
            })?;
        Ok(Self {
            file,
            sha256,
            weights: Arc::new(weights),
        })
    }

    /// SHA-256 over the file.
    pub(crate) fn sha256(&self) -> &str {
        &self.sha256
    }

    /// What a network of `config` takes, as it is recorded.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the file belongs to another network.
    pub(crate) fn info(
        &self,
        config: &NetworkConfig,
        shape: SampleShape,
        classes: usize,
    ) -> Result<StartInfo, Failure> {
        let tensors = self.weights.start_tensors(config, shape.dims(), classes);
        let tensors =
            tensors.map_err(|error| of_key(error.to_string(), self.way_out(config).into()))?;
        Ok(StartInfo {
            file: text_of(&self.file),
            sha256: self.sha256.clone(),
            taken: tensors.taken.len(),
            drawn: tensors.drawn,
            classes: tensors.classes,
        })
    }

    /// What to do about a file whose tensors are not those of `config`.
    fn way_out(&self, config: &NetworkConfig) -> &'static str {
        match self.weights.config() {
            Ok((found, _)) if found == *config => {
                "the file is for other images, or some of its values are not numbers: ask for the images that it was trained on with data.size and data.channels, or give another file"
            }
            Ok(_) => {
                "write the network of the file under [network], or give another file as network.start"
            }
            Err(_) => {
                "give a file with PyTorch's names for the tensors of this network, without a prefix, in f32, f16, bf16 or f64"
            }
        }
    }

    /// What a user may not expect of training that starts from the file, on images of these `classes` that are
    /// normalised by `normalisation`. A file of another program does not say what it was trained on.
    pub(crate) fn notes(
        &self,
        classes: &[String],
        normalisation: Option<&Normalisation>,
    ) -> Vec<String> {
        let Some(note) = WeightsNote::of(&self.weights) else {
            return vec![];
        };
        let mut notes = vec![];
        if note.classes.len() == classes.len() && !are_same_classes(&note.classes, classes) {
            notes.push(format!(
                "note: the last layer that is taken was trained on the classes {}",
                in_short(&note.classes)
            ));
        }
        if normalisation.is_some_and(|here| *here != note.normalisation) {
            let Normalisation { mean, std } = &note.normalisation;
            notes.push(format!(
                "note: the file was trained on pixels with other constants: normalisation.mean = {mean:?}, normalisation.std = {std:?}"
            ));
        }
        notes
    }

    /// `classifier`, whose network is one of `config`, with the weights of the file.
    ///
    /// # Errors
    /// [`Failure::Model`] if they do not fit, or if one of them is not a number.
    pub(crate) fn apply(
        &self,
        mut classifier: Classifier,
        config: &NetworkConfig,
    ) -> Result<Classifier, Failure> {
        classifier.network = self.weights.start(config, classifier.network)?;
        Ok(classifier)
    }
}

/// A failure of the file that the key `network.start` names.
fn of_key(message: String, hint: String) -> Failure {
    Failure::usage(format!("network.start: {message}"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(drawn: &[&str], classes: Option<usize>) -> StartInfo {
        StartInfo {
            file: "/home/me/resnet18.safetensors".into(),
            sha256: "0123456789abcdef0123456789abcdef".into(),
            taken: 120,
            drawn: drawn.iter().map(|name| (*name).to_owned()).collect(),
            classes,
        }
    }

    #[test]
    fn the_words_say_what_is_taken_and_what_is_drawn() {
        let start = "/home/me/resnet18.safetensors (SHA-256 0123456789ab…)";
        for (info, words) in [
            (info(&[], Some(5)), "all 120 tensors taken"),
            (
                info(&["fc.weight", "fc.bias"], Some(1000)),
                "120 of 122 tensors taken; drawn anew: fc.weight, fc.bias (5 classes; the file has 1000)",
            ),
            (
                info(&["fc.weight", "fc.bias"], None),
                "120 of 122 tensors taken; drawn anew: fc.weight, fc.bias (5 classes; the file has no such layer)",
            ),
        ] {
            assert_eq!(info.in_words(5), format!("{start}: {words}"));
        }
        let setting = info(&[], Some(5)).setting();
        assert_eq!(setting, "resnet18.safetensors, SHA-256 0123456789abcdef…");
    }
}
