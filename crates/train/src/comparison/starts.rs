//! The weights that the arms of a comparison start from.

use mixup_data::SampleShape;

use crate::comparison::arms::Arm;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::introduction::network_lines;
use crate::run::plural::in_short;
use crate::run::start_weights::StartWeights;
use crate::run::watch::Watch;

/// For each arm the weights that it starts from, if it names some.
pub(crate) struct Starts(Vec<(String, Option<StartWeights>)>);

impl Starts {
    /// Reads the files that the arms name, each one once.
    ///
    /// # Errors
    /// [`Failure`] if a file cannot be read or is no weights file.
    pub(crate) fn read(arms: &[Arm], watch: &dyn Watch) -> Result<Self, Failure> {
        let mut starts: Vec<(String, Option<StartWeights>)> = vec![];
        for (index, (name, experiment)) in arms.iter().enumerate() {
            let path = |(_, arm): &Arm| arm.network.start.clone();
            let same = arms[..index]
                .iter()
                .position(|arm| path(arm) == experiment.network.start);
            let start = match same {
                Some(same) => starts[same].1.clone(),
                None => StartWeights::read(experiment, watch)?,
            };
            starts.push((name.clone(), start));
        }
        Ok(Self(starts))
    }

    /// The weights that `arm` starts from.
    pub(crate) fn of(&self, arm: &str) -> Option<&StartWeights> {
        let mut starts = self.0.iter();
        starts.find(|(name, _)| name == arm)?.1.as_ref()
    }

    /// The lines about the weights that the arms start from and about their frozen stages, for images of `shape` and
    /// these `classes`. Arms with equal lines share them.
    ///
    /// # Errors
    /// [`Failure::Usage`] if a file belongs to another network than the arm's.
    pub(crate) fn lines(
        &self,
        arms: &[Arm],
        shape: SampleShape,
        classes: &[String],
    ) -> Result<Vec<String>, Failure> {
        let mut groups: Vec<(Vec<String>, Vec<String>)> = vec![];
        for (name, experiment) in arms {
            let lines = self.lines_of(name, experiment, shape, classes)?;
            match groups.iter_mut().find(|(known, _)| *known == lines) {
                Some((_, names)) => names.push(name.clone()),
                None => groups.push((lines, vec![name.clone()])),
            }
        }
        let are_alike = groups.len() == 1;
        let lines = groups.into_iter().flat_map(|(lines, names)| {
            let of = match are_alike {
                true => String::new(),
                false => format!(", in {}", in_short(&names)),
            };
            lines.into_iter().map(move |line| line + &of)
        });
        Ok(lines.collect())
    }

    fn lines_of(
        &self,
        name: &str,
        experiment: &Experiment,
        shape: SampleShape,
        classes: &[String],
    ) -> Result<Vec<String>, Failure> {
        let start = self.of(name);
        let start = start.map(|start| start.info(&experiment.network, shape, classes.len()));
        let words = start.transpose()?.map(|info| info.in_words(classes.len()));
        let mut lines = network_lines(experiment, words);
        if let Some(start) = self.of(name) {
            lines.extend(start.notes(classes, experiment.normalisation.known(None)));
        }
        Ok(lines)
    }
}
