//! The `[robustness]` table: how the finished network is attacked.

use serde::{Deserialize, Serialize};

use super::range::{whole, within};
use super::setting_error::SettingError;

/// The `[robustness]` table: the accuracy of the finished network on test images that FGSM and PGD
/// change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RobustnessTable {
    /// How far a pixel may be changed, in 1/255 of its range; ascending.
    pub epsilons: Vec<f64>,
    /// Test images that are attacked, a stratified draw that no seed changes; all if there are fewer.
    pub images: usize,
    /// Steps of PGD.
    pub pgd_steps: usize,
}

impl RobustnessTable {
    /// Requires every value to be within its range.
    ///
    /// # Errors
    /// [`SettingError`].
    pub(super) fn check(&self) -> Result<(), SettingError> {
        for &epsilon in &self.epsilons {
            let expected = "numbers above 0, up to 255";
            within("robustness.epsilons", epsilon, expected, |v| {
                v > 0.0 && v <= 255.0
            })?;
        }
        let ascend = self.epsilons.windows(2).all(|pair| pair[0] < pair[1]);
        if self.epsilons.is_empty() || !ascend {
            return Err(SettingError::new(
                "robustness.epsilons",
                "ascending numbers, at least one",
                format!("{:?}", self.epsilons),
            ));
        }
        whole("robustness.images", self.images, 1, 1_000_000_000)?;
        whole("robustness.pgd_steps", self.pgd_steps, 1, 10_000)
    }
}
