//! Checks that an experiment is for the kind of sample that a set has: images, or point clouds.

use mixup_data::{Augmentation, CloudAugmentation, MOST_ASSIGNED, SampleShape};

use super::SetFacts;
use crate::experiment::{Experiment, PixelNormalisation};
use crate::failure::Failure;

impl SetFacts {
    /// Refuses a network, a mixing or a change that is for the other kind of sample.
    pub(super) fn check_kind(self, experiment: &Experiment) -> Result<(), Failure> {
        let has_clouds = matches!(self.shape, SampleShape::Cloud(_));
        let network = experiment.network.name;
        let (samples, other_data) = match has_clouds {
            true => ("point clouds", "images"),
            false => ("images", "point clouds"),
        };
        if network.takes_clouds() != has_clouds {
            let example = if has_clouds { "pointnet" } else { "resnet20" };
            return Err(Failure::usage(
                format!(
                    "network.name: expected a network for {samples}, such as {example}, found {network}"
                ),
                format!("name another network in the experiment, or give {other_data} with --data"),
            ));
        }
        let mixing = &experiment.policy().mixing;
        if experiment.mixing.alpha != 0.0 && mixing.method.is_for_clouds() != has_clouds {
            let expected = match has_clouds {
                true => "\"pointmixup\" or \"point-cutmix\" for point clouds",
                false => "another method for images, such as \"mixup\"",
            };
            let found = experiment.mixing.method.in_words();
            return Err(Failure::usage(
                format!("mixing.method: expected {expected}, found {found}"),
                format!("name another method in the experiment, or give {other_data} with --data"),
            ));
        }
        let no_such = |key: &str| {
            Err(Failure::usage(
                format!("{key}: expected no such table for {samples}, found one"),
                "remove it from the experiment",
            ))
        };
        if !has_clouds {
            if experiment.corruptions.is_some() {
                return no_such("corruptions");
            }
            return match experiment.cloud_augmentation == CloudAugmentation::default() {
                true => Ok(()),
                false => no_such("cloud_augmentation"),
            };
        }
        if experiment.augmentation != Augmentation::default() {
            return Err(Failure::usage(
                "augmentation: expected no change of images for point clouds, found one",
                "write [cloud_augmentation] in its place; mixup experiments show points/pointmixup has an example",
            ));
        }
        if experiment.robustness.is_some() {
            return no_such("robustness");
        }
        match experiment.normalisation {
            PixelNormalisation::Auto => Ok(()),
            PixelNormalisation::By(_) => Err(Failure::usage(
                "normalisation: expected \"auto\" for point clouds, which are in the unit ball, found constants",
                "replace the table [normalisation] by normalisation = \"auto\" in the first lines of the experiment",
            )),
        }
    }

    /// Refuses clouds whose distances from each other would not fit into memory.
    pub(super) fn check_assignment(self, experiment: &Experiment) -> Result<(), Failure> {
        let SampleShape::Cloud(shape) = self.shape else {
            return Ok(());
        };
        let needs_one = experiment.policy().mixing.method.needs_assignment();
        if experiment.mixing.alpha == 0.0 || !needs_one || shape.points <= MOST_ASSIGNED {
            return Ok(());
        }
        Err(Failure::usage(
            format!(
                "data.points: expected at most {MOST_ASSIGNED} points for the optimal assignment, found {}",
                shape.points
            ),
            "ask for fewer points, or mix with assignment = \"random\"",
        ))
    }
}
