//! The experiments of the folder `experiments`, which the program carries and knows by name.

use std::io;
use std::path::Path;

use crate::failure::Failure;

/// An experiment that the program carries.
pub(crate) struct PublishedExperiment {
    /// The path in the folder `experiments`, without its ending, such as `dose/alpha-1`.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub what: &'static str,
    /// The text of the file.
    pub text: &'static str,
}

macro_rules! published {
    ($($name:literal: $what:literal,)*) => {
        &[$(PublishedExperiment {
            name: $name,
            what: $what,
            text: include_str!(concat!("../../../../experiments/", $name, ".toml")),
        },)*]
    };
}

/// All of them, those that belong together next to each other.
pub(crate) const PUBLISHED: &[PublishedExperiment] = published! {
    "mixup": "the article's network, every fifth image mixed",
    "baseline": "the same without mixup, to compare others with",
    "as-printed": "mixup with the slip of the article's code",
    "author": "the settings of the article's published program",
    "author-baseline": "the same without mixup",
    "cutmix": "CutMix on half of the images, alpha = 1",
    "manifold": "manifold mixup, alpha = 2",
    "dose/every-1": "the dose: every image mixed",
    "dose/every-2": "the dose: every second image mixed",
    "dose/every-10": "the dose: every tenth image mixed",
    "dose/alpha-0.1": "the dose: every image mixed with alpha = 0.1",
    "dose/alpha-0.4": "the dose: every image mixed with alpha = 0.4",
    "dose/alpha-1": "the dose: every image mixed with alpha = 1",
    "dose/alpha-2": "the dose: every image mixed with alpha = 2",
    "dose/alpha-4": "the dose: every image mixed with alpha = 4",
    "dose/alpha-8": "the dose: every image mixed with alpha = 8",
    "batch-norm": "the article's network, batch norm, flips and crops",
    "batch-norm-baseline": "the same without mixup",
    "resnet20": "ResNet-20 with the ResNet paper's recipe, alpha = 0.2",
    "resnet20-baseline": "the same without mixup",
    "paper": "the mixup paper's: PreAct ResNet-18, 200 epochs",
    "paper-baseline": "the same without mixup",
    "corrupted/mixup-20": "the paper's recipe with 20% random labels",
    "corrupted/baseline-20": "the same without mixup",
    "corrupted/mixup-50": "the paper's recipe with 50% random labels",
    "corrupted/baseline-50": "the same without mixup",
    "corrupted/mixup-80": "the paper's recipe with 80% random labels",
    "corrupted/baseline-80": "the same without mixup",
    "strong": "ResNet-20, TrivialAugment, mixup or CutMix, EMA",
    "strong-baseline": "the same without mixing",
    "noisy-labels-ema": "40% random labels, averaged weights (EMA)",
    "noisy-labels-ema-baseline": "the same without the average",
    "svhn": "house numbers: the article's network with batch norm",
    "svhn-baseline": "the same without mixup",
    "fashion-mnist": "clothes, 28x28, grey: a small network with batch norm",
    "fashion-mnist-baseline": "the same without mixup",
    "cifar100": "the mixup paper's recipe for 100 classes",
    "cifar100-baseline": "the same without mixup",
    "comp-cars": "a template for makes of cars, from lists of pictures",
    "comp-cars-baseline": "the same without mixup",
    "folders": "a template for your own pictures, at 64x64",
    "folders-baseline": "the same without mixup",
    "fine-tune": "your own pictures, from published ResNet-18 weights",
    "fine-tune-baseline": "the same without mixup",
    "points/pointmixup": "point clouds: PointNet with PointMixup",
    "points/random-assignment": "the same, points paired by chance",
    "points/point-cutmix": "the same with PointCutMix",
    "points/baseline": "the same without mixing",
    "demo": "the demo's mixup arm: 40% random labels",
};

/// The most names that an error offers.
const OFFERED: usize = 3;
/// How near a name must be to be offered, from 0 to 1 (the same).
const NEAR: f64 = 0.6;

/// The experiment that `argument` names.
pub(crate) fn find(argument: &Path) -> Option<&'static PublishedExperiment> {
    let argument = name_of(argument)?;
    PUBLISHED.iter().find(|one| one.name == argument)
}

/// The experiment that `argument` names, for a command that takes no files.
///
/// # Errors
/// [`Failure::Usage`] with the names that are near, else with all of them.
pub(crate) fn named(argument: &Path) -> Result<&'static PublishedExperiment, Failure> {
    find(argument).ok_or_else(|| {
        let expected = "expected the name of an experiment of this program, found none";
        let message = format!("{}: {expected}", argument.display());
        Failure::usage(message, hint(argument, "give one of these names"))
    })
}

/// The failure of an experiment that is neither a file that can be read, by `error`, nor a name.
pub(crate) fn neither(argument: &Path, error: &io::Error) -> Failure {
    let found = match error.kind() {
        io::ErrorKind::NotFound => {
            "expected an experiment file or the name of an experiment, found neither".into()
        }
        _ => error.to_string(),
    };
    let message = format!("{}: {found}", argument.display());
    Failure::usage(
        message,
        hint(argument, "give a file, or one of these names"),
    )
}

/// The way out: names that are near, else `otherwise` and all names.
fn hint(argument: &Path, otherwise: &str) -> String {
    let near = nearest(argument);
    if near.is_empty() {
        let names: Vec<&str> = PUBLISHED.iter().map(|one| one.name).collect();
        return format!("{otherwise}: {}", names.join(", "));
    }
    format!(
        "did you mean {}? all names: mixup experiments list",
        near.join(" or ")
    )
}

/// The text that may be a name, with strokes as in a name.
fn name_of(argument: &Path) -> Option<String> {
    Some(argument.to_str()?.replace('\\', "/"))
}

/// The names that are near to `argument`, the nearest first.
fn nearest(argument: &Path) -> Vec<&'static str> {
    let Some(asked) = name_of(argument) else {
        return vec![];
    };
    let asked = asked.to_lowercase();
    let asked = asked.trim_end_matches(".toml");
    let asked = asked
        .rsplit_once("experiments/")
        .map_or(asked, |(_, name)| name);
    let likeness = |name: &str| {
        let last = name.rsplit('/').next().unwrap_or(name);
        let whole = strsim::normalized_damerau_levenshtein(asked, name);
        whole.max(strsim::normalized_damerau_levenshtein(asked, last))
    };
    let mut near: Vec<(f64, &str)> = PUBLISHED
        .iter()
        .map(|one| (likeness(one.name), one.name))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    // An exact name needs no others next to it.
    let offered = if near.first().is_some_and(|best| best.0 >= 1.0) {
        1
    } else {
        OFFERED
    };
    near.into_iter()
        .take(offered)
        .map(|(_, name)| name)
        .collect()
}

#[cfg(test)]
mod tests;
