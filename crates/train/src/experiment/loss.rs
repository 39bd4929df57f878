//! The `[loss]` table.

use std::ops::Deref;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::class_weights::ClassWeights;
use super::range::{required, unexpected, within};
use super::setting_error::SettingError;
use crate::learn::loss::Loss;

/// The `[loss]` table. It is read like the [`Loss`] in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Keys", into = "Keys")]
pub struct LossTable {
    /// The loss.
    pub loss: Loss,
    /// How much each class counts in training; `None` if all count alike.
    pub class_weights: Option<ClassWeights>,
}

impl Deref for LossTable {
    type Target = Loss;

    fn deref(&self) -> &Loss {
        &self.loss
    }
}

impl From<Loss> for LossTable {
    fn from(loss: Loss) -> Self {
        Self {
            loss,
            class_weights: None,
        }
    }
}

impl LossTable {
    /// Requires every value to be within its range.
    ///
    /// # Errors
    /// [`SettingError`].
    pub(super) fn check(&self) -> Result<(), SettingError> {
        check(self.loss)?;
        self.class_weights
            .as_ref()
            .map_or(Ok(()), ClassWeights::check)
    }
}

/// Requires every value to be within its range.
///
/// # Errors
/// [`SettingError`].
pub(super) fn check(loss: Loss) -> Result<(), SettingError> {
    match loss {
        // The bounds leave room for f32, in which it is used.
        Loss::Bce { epsilon } => {
            let expected = "a number from 1e-30 to 0.1";
            within("loss.epsilon", epsilon, expected, |v| {
                (1e-30..=0.1).contains(&v)
            })
        }
        Loss::BceLogits | Loss::CrossEntropy => Ok(()),
    }
}

/// Writes `loss` as its table, for `#[serde(with = …)]`.
///
/// # Errors
/// Those of the serializer.
pub(crate) fn serialize<S: Serializer>(loss: &Loss, serializer: S) -> Result<S::Ok, S::Error> {
    Keys::from(LossTable::from(*loss)).serialize(serializer)
}

/// Reads a table, for `#[serde(with = …)]`.
///
/// # Errors
/// Those of the deserializer, and a [`SettingError`] in words.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Loss, D::Error> {
    let keys = Keys::deserialize(deserializer)?;
    let table = LossTable::try_from(keys).map_err(D::Error::custom)?;
    Ok(table.loss)
}

/// The table as the file has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    name: LossName,
    #[serde(skip_serializing_if = "Option::is_none")]
    epsilon: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class_weights: Option<ClassWeights>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LossName {
    #[default]
    Bce,
    BceLogits,
    CrossEntropy,
}

impl TryFrom<Keys> for LossTable {
    type Error = SettingError;

    fn try_from(keys: Keys) -> Result<Self, SettingError> {
        let plain = |name, loss| {
            unexpected(name, &[("epsilon", keys.epsilon.is_some())])?;
            Ok(loss)
        };
        let loss = match keys.name {
            LossName::Bce => Loss::Bce {
                epsilon: required("epsilon", "bce", keys.epsilon)?,
            },
            LossName::BceLogits => plain("bce-logits", Loss::BceLogits)?,
            LossName::CrossEntropy => plain("cross-entropy", Loss::CrossEntropy)?,
        };
        Ok(Self {
            loss,
            class_weights: keys.class_weights,
        })
    }
}

impl From<LossTable> for Keys {
    fn from(table: LossTable) -> Self {
        let (name, epsilon) = match table.loss {
            Loss::Bce { epsilon } => (LossName::Bce, Some(epsilon)),
            Loss::BceLogits => (LossName::BceLogits, None),
            Loss::CrossEntropy => (LossName::CrossEntropy, None),
        };
        Self {
            name,
            epsilon,
            class_weights: table.class_weights,
        }
    }
}

#[cfg(test)]
mod tests;
