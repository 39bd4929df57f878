//! Checks that an experiment fits the images of a set, before anything is trained.

mod kind;

use mixup_data::{DataError, ImageShape, SampleShape, SourceSet, UploadedSet};

use crate::experiment::{ClassWeights, Experiment, PixelNormalisation};
use crate::failure::Failure;

/// The most parameters of a network: 4 GiB in f32, and four times as much with gradients and an optimizer.
const MAX_PARAMETERS: usize = 1 << 30;

/// What an experiment must know of a set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SetFacts {
    /// The shape of each sample.
    pub shape: SampleShape,
    /// Number of training images.
    pub training: usize,
    /// Number of validation images that the set has itself.
    pub validation: usize,
    /// Number of classes.
    pub classes: usize,
}

impl From<&SourceSet> for SetFacts {
    fn from(set: &SourceSet) -> Self {
        Self {
            shape: set.train.shape(),
            training: set.train.len(),
            validation: set.validation.as_ref().map_or(0, |images| images.len()),
            classes: set.classes.len(),
        }
    }
}

impl From<&UploadedSet> for SetFacts {
    fn from(set: &UploadedSet) -> Self {
        Self {
            shape: set.train.shape(),
            training: set.train.len(),
            validation: set.validation.as_ref().map_or(0, |images| images.len()),
            classes: set.classes.len(),
        }
    }
}

impl SetFacts {
    /// Refuses an experiment that cannot be trained on the set.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the validation images would take all training images or the set has its own, or if
    /// the network, the mixing, the crops, the normalisation or the weights of classes do not fit the samples.
    pub(crate) fn check(self, experiment: &Experiment) -> Result<(), Failure> {
        self.check_validation(experiment)?;
        self.check_kind(experiment)?;
        self.check_assignment(experiment)?;
        let network = experiment.network.check_input(self.shape.dims());
        network.map_err(|error| {
            let hint = match self.shape {
                SampleShape::Image(_) => {
                    "give another size or channels under [data] in the experiment, or another network, such as \
                     resnet20"
                }
                SampleShape::Cloud(_) => "ask for fewer points under [data] in the experiment",
            };
            Failure::usage(error.to_string(), hint)
        })?;
        self.check_parameters(experiment)?;
        self.check_class_weights(experiment)?;
        let SampleShape::Image(shape) = self.shape else {
            return Ok(());
        };
        experiment
            .augmentation
            .check(shape)
            .map_err(|error| match error {
                DataError::Setting { .. } => Failure::usage(
                    format!("augmentation.{error}"),
                    "lower it in the experiment",
                ),
                other => other.into(),
            })?;
        check_normalisation(shape, experiment)
    }

    fn check_class_weights(self, experiment: &Experiment) -> Result<(), Failure> {
        let Some(ClassWeights::Each(weights)) = &experiment.loss.class_weights else {
            return Ok(());
        };
        if weights.len() == self.classes {
            return Ok(());
        }
        Err(Failure::usage(
            format!(
                "loss.class_weights: expected one number for each of the {} classes, found {}",
                self.classes,
                weights.len()
            ),
            "mixup data check lists the classes in their order; or write class_weights = \"balanced\"",
        ))
    }

    fn check_parameters(self, experiment: &Experiment) -> Result<(), Failure> {
        let network = &experiment.network;
        let parameters = network.parameters(self.shape.dims(), self.classes);
        let sizes = parameters.iter().map(|(_, shape)| shape.iter().product());
        let count = sizes.fold(0, usize::saturating_add);
        if count <= MAX_PARAMETERS {
            return Ok(());
        }
        Err(Failure::usage(
            format!(
                "{}: expected at most {MAX_PARAMETERS} parameters for {}, found {count}",
                network.name,
                self.of_size()
            ),
            "lower size under [data], or widths and hidden under [network]",
        ))
    }

    fn check_validation(self, experiment: &Experiment) -> Result<(), Failure> {
        let found = experiment.validation;
        if self.validation > 0 && found > 0 {
            return Err(Failure::usage(
                format!(
                    "validation: expected 0 for a set with {} validation images of its own, found {found}",
                    self.validation
                ),
                "set validation = 0 in the experiment; the set's own images choose the best epoch",
            ));
        }
        if let (0, 0, Some(patience)) = (self.validation, found, experiment.patience) {
            return Err(Failure::usage(
                format!(
                    "patience: expected validation images to decide when a run ends, found none with patience {patience}"
                ),
                "hold some out, such as --set validation=1000; test images must not decide",
            ));
        }
        if found < self.training {
            return Ok(());
        }
        Err(Failure::usage(
            format!(
                "validation: expected fewer than the {} training images, found {found}",
                self.training
            ),
            "lower validation in the experiment",
        ))
    }

    /// Such as `images of 64x64`.
    fn of_size(self) -> String {
        match self.shape {
            SampleShape::Image(ImageShape { height, width, .. }) => {
                format!("images of {height}x{width}")
            }
            SampleShape::Cloud(_) => format!("clouds of {}", self.shape),
        }
    }
}

fn check_normalisation(shape: ImageShape, experiment: &Experiment) -> Result<(), Failure> {
    let PixelNormalisation::By(constants) = &experiment.normalisation else {
        return Ok(());
    };
    let (channels, found) = (shape.channels, constants.mean.len());
    if channels == found {
        return Ok(());
    }
    Err(Failure::usage(
        format!(
            "normalisation.mean: expected one number for each channel of the images, {channels}, found {found}"
        ),
        "replace the table [normalisation] by normalisation = \"auto\" in the first lines of the experiment",
    ))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::experiment::ExperimentFile;

    const FACTS: SetFacts = SetFacts {
        shape: SampleShape::Image(ImageShape::CIFAR10),
        training: 100,
        validation: 0,
        classes: 10,
    };

    fn refused(facts: SetFacts, change: impl FnOnce(&mut ExperimentFile)) -> String {
        let text = include_str!("../../../../experiments/mixup.toml");
        let experiment = Experiment::parse(text, Path::new("mixup.toml")).unwrap();
        match facts.check(&experiment.with(change).unwrap()) {
            Ok(()) => String::new(),
            Err(failure) => failure.to_string(),
        }
    }

    fn shaped(channels: usize, height: usize, width: usize) -> SetFacts {
        SetFacts {
            shape: SampleShape::Image(ImageShape {
                channels,
                height,
                width,
            }),
            ..FACTS
        }
    }

    #[test]
    fn the_recipe_of_the_article_fits_its_images() {
        assert_eq!(refused(FACTS, |_| {}), "");
    }

    #[test]
    fn images_that_are_too_small_for_the_network_are_refused() {
        assert_eq!(
            refused(shaped(3, 12, 40), |_| {}),
            "network.name: expected images of at least 16x16 for cnn, found 12x40"
        );
    }

    #[test]
    fn a_network_that_would_not_fit_into_memory_is_refused() {
        let failure = refused(shaped(3, 4096, 4096), |_| {});
        let start = "cnn: expected at most 1073741824 parameters for images of 4096x4096, found 34";
        assert!(failure.starts_with(start), "{failure}");
    }

    #[test]
    fn grey_images_need_one_constant() {
        assert_eq!(
            refused(shaped(1, 28, 28), |_| {}),
            "normalisation.mean: expected one number for each channel of the images, 1, found 3"
        );
        let auto = |file: &mut ExperimentFile| file.normalisation = PixelNormalisation::Auto;
        assert_eq!(refused(shaped(1, 28, 28), auto), "");
    }

    #[test]
    fn a_crop_may_not_lose_the_image() {
        let padded = |file: &mut ExperimentFile| {
            file.augmentation = mixup_data::Augmentation::new(false, 11).unwrap();
        };
        assert_eq!(
            refused(shaped(3, 20, 64), padded),
            "augmentation.crop_padding: expected a whole number from 0 to 10 for images of 20x64, found 11"
        );
    }

    #[test]
    fn validation_images_are_fewer_than_the_training_images_and_asked_for_once() {
        assert_eq!(
            refused(FACTS, |file| file.validation = 100),
            "validation: expected fewer than the 100 training images, found 100"
        );
        let own = SetFacts {
            validation: 20,
            ..FACTS
        };
        assert_eq!(refused(own, |_| {}), "");
        assert_eq!(
            refused(own, |file| file.validation = 5),
            "validation: expected 0 for a set with 20 validation images of its own, found 5"
        );
    }
}
