//! The `[loss]` table.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::range::{required, unexpected, within};
use super::setting_error::SettingError;
use crate::learn::loss::Loss;

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
    LossTable::from(*loss).serialize(serializer)
}

/// Reads a table, for `#[serde(with = …)]`.
///
/// # Errors
/// Those of the deserializer, and a [`SettingError`] in words.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Loss, D::Error> {
    let table = LossTable::deserialize(deserializer)?;
    Loss::try_from(table).map_err(D::Error::custom)
}

/// The table as the file has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LossTable {
    #[serde(default)]
    name: LossName,
    #[serde(skip_serializing_if = "Option::is_none")]
    epsilon: Option<f64>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LossName {
    #[default]
    Bce,
    BceLogits,
    CrossEntropy,
}

impl TryFrom<LossTable> for Loss {
    type Error = SettingError;

    fn try_from(table: LossTable) -> Result<Self, SettingError> {
        let plain = |name, loss| {
            unexpected(name, &[("epsilon", table.epsilon.is_some())])?;
            Ok(loss)
        };
        match table.name {
            LossName::Bce => Ok(Self::Bce {
                epsilon: required("epsilon", "bce", table.epsilon)?,
            }),
            LossName::BceLogits => plain("bce-logits", Self::BceLogits),
            LossName::CrossEntropy => plain("cross-entropy", Self::CrossEntropy),
        }
    }
}

impl From<Loss> for LossTable {
    fn from(loss: Loss) -> Self {
        let (name, epsilon) = match loss {
            Loss::Bce { epsilon } => (LossName::Bce, Some(epsilon)),
            Loss::BceLogits => (LossName::BceLogits, None),
            Loss::CrossEntropy => (LossName::CrossEntropy, None),
        };
        Self { name, epsilon }
    }
}

#[cfg(test)]
mod tests;
