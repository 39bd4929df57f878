//! Test images that networks are wrong about: which of them tell most about an arm, or about two.

use std::collections::BTreeMap;

use crate::Trial;
use crate::comparison::pairs;

/// How many images are shown of each group.
const SHOWN: usize = 8;

/// Images with something in common, for the page.
#[derive(Clone, Debug, PartialEq)]
pub struct MistakeGroup {
    /// Which networks are wrong.
    pub who: Who,
    /// Some of the images, those that tell most first.
    pub images: Vec<TellingImage>,
}

/// Which networks are wrong about the images of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// At least one of those of an arm.
    OfArm {
        /// The arm's name.
        arm: String,
    },
    /// Most of those of one arm, while most of those of another are right.
    One {
        /// The arm that is right.
        right: String,
        /// The arm that is wrong.
        wrong: String,
        /// How many pairs of runs are counted.
        pairs: usize,
        /// How many such test images there are.
        images: usize,
        /// How many of them have a picture. `None` if the runs that are wrong keep no pictures at all.
        pictured: Option<usize>,
    },
}

/// A test image with what the runs say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct TellingImage {
    /// The image's place among the test images, from 0.
    pub image: usize,
    /// The run that is wrong about it and surest of that; it keeps the picture.
    pub run: String,
    /// A PNG of any size, in Base64. Empty until the caller of [`Report::new`](crate::Report::new) has filled it in.
    pub picture: String,
    /// The names of its class and of the one that this run predicts.
    pub classes: [String; 2],
    /// The run's probability of that class, in `[0, 1]`.
    pub probability: f32,
    /// How many runs of the arm that is right are right. `None` in a group of one arm.
    pub right: Option<usize>,
    /// How many runs of the arm that is wrong are wrong.
    pub wrong: usize,
    /// How many runs of an arm are counted.
    pub runs: usize,
}

/// The groups of a report: for each arm those in which it differs from the baseline, then one for each arm. Empty if no
/// run keeps pictures.
pub(crate) fn groups(arms: &[Vec<Trial>]) -> Vec<MistakeGroup> {
    if arms.iter().flatten().all(|run| run.pictured.is_empty()) {
        return vec![];
    }
    let mut groups = vec![];
    if let Some((baseline, others)) = arms.split_last() {
        for arm in others {
            let (runs, partners): (Vec<&Trial>, Vec<&Trial>) = pairs(arm, baseline).unzip();
            if !runs.is_empty() {
                groups.push(only_one(&runs, &partners));
                groups.push(only_one(&partners, &runs));
            }
        }
    }
    let of_arms = arms.iter().map(|arm| of_arm(arm));
    groups.extend(of_arms.filter(|group| !group.images.is_empty()));
    groups
}

/// The images that most of the runs `right` are right about and most of the runs `wrong` are not. There is a run.
fn only_one(right: &[&Trial], wrong: &[&Trial]) -> MistakeGroup {
    let pairs = right.len();
    let counts = |image: usize| {
        let rights = right.iter().filter(|run| is_right(run, image)).count();
        let wrongs = wrong.iter().filter(|run| !is_right(run, image)).count();
        (rights, wrongs)
    };
    let is_one = |image: usize| {
        let (rights, wrongs) = counts(image);
        2 * rights > pairs && 2 * wrongs > pairs
    };
    let mut chosen: Vec<(usize, &Trial)> = surest(wrong)
        .into_iter()
        .filter(|&(image, _)| is_one(image))
        .collect();
    let agreed = |image: usize| {
        let (rights, wrongs) = counts(image);
        rights + wrongs
    };
    chosen.sort_by(|a, b| {
        let surer = probability(b).total_cmp(&probability(a));
        agreed(b.0).cmp(&agreed(a.0)).then(surer)
    });
    let telling = |&(image, run): &(usize, &Trial)| {
        let (rights, wrongs) = counts(image);
        TellingImage {
            right: Some(rights),
            wrong: wrongs,
            runs: pairs,
            ..told_by(run, image)
        }
    };
    MistakeGroup {
        who: Who::One {
            right: right[0].arm.clone(),
            wrong: wrong[0].arm.clone(),
            pairs,
            images: (0..wrong[0].labels.len())
                .filter(|&image| is_one(image))
                .count(),
            pictured: (!wrong.iter().all(|run| run.pictured.is_empty())).then_some(chosen.len()),
        },
        images: chosen.iter().take(SHOWN).map(telling).collect(),
    }
}

/// The surest mistakes of the runs of one arm. There is a run.
fn of_arm(arm: &[Trial]) -> MistakeGroup {
    let runs: Vec<&Trial> = arm.iter().collect();
    let mut chosen = surest(&runs);
    chosen.sort_by(|a, b| probability(b).total_cmp(&probability(a)));
    let telling = |&(image, run): &(usize, &Trial)| TellingImage {
        wrong: runs.iter().filter(|run| !is_right(run, image)).count(),
        runs: runs.len(),
        ..told_by(run, image)
    };
    MistakeGroup {
        who: Who::OfArm {
            arm: arm[0].arm.clone(),
        },
        images: chosen.iter().take(SHOWN).map(telling).collect(),
    }
}

/// The images of which one of the runs keeps a picture, each with the run that is surest of its mistake.
fn surest<'a>(runs: &[&'a Trial]) -> Vec<(usize, &'a Trial)> {
    let mut of_images: BTreeMap<usize, &Trial> = BTreeMap::new();
    for &run in runs {
        for &image in &run.pictured {
            let known = of_images.entry(image).or_insert(run);
            if probability(&(image, run)) > probability(&(image, *known)) {
                *known = run;
            }
        }
    }
    of_images.into_iter().collect()
}

/// What a run says about an image.
fn told_by(run: &Trial, image: usize) -> TellingImage {
    let name = |class: Option<&u16>| {
        let name = class.and_then(|&class| run.classes.get(usize::from(class)));
        name.cloned().unwrap_or_default()
    };
    TellingImage {
        image,
        run: run.run.clone(),
        picture: String::new(),
        classes: [&run.labels, &run.predicted].map(|classes| name(classes.get(image))),
        probability: probability(&(image, run)),
        right: None,
        wrong: 0,
        runs: 0,
    }
}

fn probability((image, run): &(usize, &Trial)) -> f32 {
    run.probabilities.get(*image).copied().unwrap_or(0.0)
}

fn is_right(run: &Trial, image: usize) -> bool {
    run.predicted.get(image) == run.labels.get(image)
}

#[cfg(test)]
mod tests;
