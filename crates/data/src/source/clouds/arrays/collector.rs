//! The labels and the clouds of arrays, which come in any order.

use std::path::Path;

use super::name::{CloudArray, What};
use super::{LabelsOf, words};
use crate::source::clouds::CloudRequest;
use crate::source::clouds::class_names::check_names;
use crate::source::clouds::read_set::PartsOf;
use crate::source::clouds::rows::{Rows, check_labels, numbered, same_points};
use crate::source::content::Content;
use crate::source::folder::Part;
use crate::source::numpy::{Input, Labels, PointRows, read_texts};
use crate::{Clouds, DataError};

/// What is known of a set before its points are read.
#[derive(Debug, Default)]
pub(super) struct Facts {
    labels: LabelsOf,
    /// Of each part, the number of clouds.
    counts: PartsOf<Option<usize>>,
    classes: Option<Vec<String>>,
}

impl Facts {
    /// Whether there is an array of this part.
    pub(super) fn has_part(&self, part: Part) -> bool {
        self.counts.get(part).is_some() || self.labels.get(part).is_some()
    }

    /// The parts that there are.
    pub(super) fn parts(&self) -> impl Iterator<Item = Part> {
        let mut parts = Part::ALL.to_vec();
        parts.retain(|part| self.has_part(*part));
        parts.into_iter()
    }

    /// Reads an array of labels or names, and the header of one of points.
    ///
    /// # Errors
    /// An array that comes twice, and one that is damaged or of another kind.
    pub(super) fn take(
        &mut self,
        array: CloudArray,
        content: &mut Content<'_>,
    ) -> Result<(), DataError> {
        let path = content.path;
        let mut input = Input::new(content);
        let was_there = match array.what {
            What::Points => {
                let rows = PointRows::open(&mut input)?;
                self.counts
                    .get_mut(array.part)
                    .replace(rows.count)
                    .is_some()
            }
            What::Labels => {
                let labels = Labels::read(&mut input)?;
                self.labels.get_mut(array.part).replace(labels).is_some()
            }
            What::Classes => {
                let classes = read_texts(&mut input)?;
                check_names(path, &classes)?;
                self.classes.replace(classes).is_some()
            }
        };
        match was_there {
            false => Ok(()),
            true => {
                let fault = DataError::format(path, format!("one array {array}"), "two");
                Err(fault.hinted("move one of them away"))
            }
        }
    }

    /// These facts of the set at `path`, if they fit together.
    ///
    /// # Errors
    /// No training clouds, an array without its other half, other numbers of labels than of clouds, and a label without a
    /// class.
    pub(super) fn checked(self, path: &Path) -> Result<Self, DataError> {
        for part in self.parts().chain([Part::Train]) {
            let expected = format!(
                "the arrays {} and {}",
                words(part, What::Points),
                words(part, What::Labels)
            );
            let missing =
                |what| DataError::format(path, &expected, format!("no {}", words(part, what)));
            let count = self.counts.get(part).ok_or_else(|| missing(What::Points))?;
            let labels = self.labels.get(part).as_ref();
            let labels = labels.ok_or_else(|| missing(What::Labels))?;
            if labels.len() != count {
                let expected = format!("as many {part} labels as clouds ({count})");
                return Err(DataError::format(path, expected, labels.len().to_string()));
            }
            if let Some(classes) = &self.classes {
                check_labels(path, labels, classes.len())?;
            }
        }
        Ok(self)
    }

    /// The names of the classes: numbers, if they have none.
    pub(super) fn classes(&self) -> Vec<String> {
        let labels = Part::ALL.map(|part| self.labels.get(part).iter().flatten().max());
        let highest = labels.into_iter().flatten().max().copied();
        let numbers = || numbered(highest.unwrap_or(0));
        self.classes.clone().unwrap_or_else(numbers)
    }
}

/// The clouds that were read so far.
pub(super) struct Points<'f> {
    facts: &'f Facts,
    parts: PartsOf<Option<Rows>>,
    asked: Option<usize>,
}

impl<'f> Points<'f> {
    /// No clouds yet.
    pub(super) fn new(facts: &'f Facts, request: &CloudRequest) -> Self {
        Self {
            facts,
            parts: PartsOf::default(),
            asked: request.points,
        }
    }

    /// Reads an array of points.
    ///
    /// # Errors
    /// An array that is damaged, that changed since its header was read, or has a wrong cloud.
    pub(super) fn take(&mut self, part: Part, content: &mut Content<'_>) -> Result<(), DataError> {
        let path = content.path;
        let mut input = Input::new(content);
        let array = PointRows::open(&mut input)?;
        let labels = self.facts.labels.get(part).as_deref().unwrap_or_default();
        if array.count != labels.len() {
            let expected = format!("{} clouds as a moment ago", labels.len());
            return Err(DataError::format(path, expected, array.count.to_string()));
        }
        let rows = self.parts.get_mut(part);
        let rows = rows.get_or_insert_with(|| Rows::new(part, self.asked));
        rows.expect(path, array.count, array.points)?;
        let at_once = Rows::at_once(array.points);
        for (group, labels) in labels.chunks(at_once).enumerate() {
            let clouds = labels.iter().map(|_| array.next(&mut input));
            let clouds = clouds.collect::<Result<Vec<_>, _>>()?;
            rows.add(path, group * at_once, clouds, labels)?;
        }
        input.end()
    }

    /// The clouds of each part of the set at `path`, and the fewest points of a stored one.
    ///
    /// # Errors
    /// Parts of other numbers of points, if none are asked for.
    pub(super) fn finish(
        self,
        path: &Path,
    ) -> Result<(PartsOf<Option<Clouds>>, Option<usize>), DataError> {
        same_points(path, self.parts)
    }
}
