//! Why an experiment is refused: every value is checked here or by its table.

use mixup_data::{Normalisation, Policy};

use super::class_weights::ClassWeights;
use super::data::Visits;
use super::file::ExperimentFile;
use super::pixels::PixelNormalisation;
use super::range::{share, whole, within};
use super::setting_error::{SettingError, in_table};
use super::{loss, optimizer, schedule};
use crate::learn::loss::Loss;

impl ExperimentFile {
    /// Requires every value to be within its range, and returns what is done to training images.
    ///
    /// # Errors
    /// [`SettingError`] of the first value that is not.
    pub(super) fn check(&self) -> Result<Policy, SettingError> {
        whole("epochs", self.epochs, 1, 100_000)?;
        whole("batch_size", self.batch_size, 1, 1_000_000)?;
        whole("accumulate", self.accumulate, 1, 10_000)?;
        whole("validation", self.validation, 0, 1_000_000_000)?;
        if let Some(patience) = self.patience {
            whole("patience", patience, 1, 100_000)?;
        }
        self.network.check()?;
        self.labels.check()?;
        self.augmentation
            .check_values()
            .map_err(|error| in_table("augmentation", error))?;
        self.cloud_augmentation
            .check()
            .map_err(|error| in_table("cloud_augmentation", error))?;
        self.data.check()?;
        if let PixelNormalisation::By(constants) = &self.normalisation {
            check_constants(constants)?;
        }
        self.loss.check()?;
        optimizer::check(&self.optimizer)?;
        schedule::check(&self.schedule, self.epochs)?;
        if self.data.draw == Visits::Balanced
            && self.loss.class_weights == Some(ClassWeights::Balanced)
        {
            let expected = "no such key together with data.draw = \"balanced\", which balances the classes already";
            let found = "\"balanced\"";
            return Err(SettingError::new("loss.class_weights", expected, found));
        }
        if let Some(ema) = self.ema {
            within(
                "ema.decay",
                ema.decay,
                "a number from 0 to 0.999999",
                |decay| (0.0..=0.999_999).contains(&decay),
            )?;
        }
        if let Some(robustness) = &self.robustness {
            robustness.check()?;
        }
        if let Some(corruptions) = &self.corruptions {
            corruptions.check()?;
        }
        let stages = self.network.stages();
        Ok(Policy {
            batch_size: self.batch_size,
            balanced: self.data.draw == Visits::Balanced,
            augmentation: self.augmentation,
            cloud_augmentation: self.cloud_augmentation,
            mixing: self.mixing.mixing(self.epochs, self.batch_size, stages)?,
            smoothing: self.labels.smoothing,
        })
    }
}

/// Requires what the outputs of a network depend on, apart from its weights, to be within its range.
///
/// # Errors
/// [`SettingError`] of the first value that is not.
pub(crate) fn check_outputs(
    normalisation: Option<&Normalisation>,
    loss: Loss,
) -> Result<(), SettingError> {
    normalisation.map_or(Ok(()), check_constants)?;
    loss::check(loss)
}

/// Requires the constants of pixels to be within their range, and to be as many means as deviations.
///
/// # Errors
/// [`SettingError`] of the first value that is not.
fn check_constants(normalisation: &Normalisation) -> Result<(), SettingError> {
    let (means, deviations) = (normalisation.mean.len(), normalisation.std.len());
    if means == 0 || means != deviations {
        return Err(SettingError::new(
            "normalisation.std",
            format!("as many numbers as normalisation.mean has, at least 1: {means}"),
            deviations.to_string(),
        ));
    }
    for &mean in &normalisation.mean {
        share("normalisation.mean", mean)?;
    }
    for &std in &normalisation.std {
        // A smaller number is 0 or imprecise in f32, in which pixels are divided by it.
        within(
            "normalisation.std",
            std,
            "a number from 1.2e-38 to 1",
            |std| (1.2e-38..=1.0).contains(&std),
        )?;
    }
    Ok(())
}
