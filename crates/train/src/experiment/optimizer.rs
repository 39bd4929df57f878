//! The `[optimizer]` table.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::range::{factor, required, share, unexpected, within};
use super::setting_error::SettingError;
use crate::learn::optimizer::{DecayScope, Moments, Optimizer, Rule};

/// Requires every value to be within its range.
///
/// # Errors
/// [`SettingError`].
pub(super) fn check(optimizer: &Optimizer) -> Result<(), SettingError> {
    factor("optimizer.learning_rate", optimizer.learning_rate)?;
    share("optimizer.weight_decay", optimizer.weight_decay)?;
    let (body, expected) = (optimizer.body_learning_rate, "a factor above 0, up to 1");
    within("optimizer.body_learning_rate", body, expected, |factor| {
        factor > 0.0 && factor <= 1.0
    })?;
    if let Some(limit) = optimizer.clip_norm {
        let expected = "a number from 1e-6 to 1e6";
        within("optimizer.clip_norm", limit, expected, |limit| {
            (1e-6..=1e6).contains(&limit)
        })?;
    }
    // The bounds leave room for f32, in which all of these are used.
    let below_one = |key, value| {
        within(key, value, "a number from 0 to 0.999999", |v| {
            (0.0..=0.999_999).contains(&v)
        })
    };
    match optimizer.rule {
        Rule::Adam(moments) | Rule::AdamW(moments) => {
            below_one("optimizer.beta_1", moments.beta_1)?;
            below_one("optimizer.beta_2", moments.beta_2)?;
            let expected = "a number from 1e-30 to 1";
            within("optimizer.epsilon", moments.epsilon, expected, |v| {
                (1e-30..=1.0).contains(&v)
            })
        }
        Rule::Sgd { momentum, .. } => below_one("optimizer.momentum", momentum),
    }
}

/// Writes `optimizer` as its table, for `#[serde(with = …)]`.
///
/// # Errors
/// Those of the serializer.
pub(super) fn serialize<S: Serializer>(
    optimizer: &Optimizer,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    OptimizerTable::from(*optimizer).serialize(serializer)
}

/// Reads a table, for `#[serde(with = …)]`.
///
/// # Errors
/// Those of the deserializer, and a [`SettingError`] in words.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Optimizer, D::Error> {
    let table = OptimizerTable::deserialize(deserializer)?;
    Optimizer::try_from(table).map_err(D::Error::custom)
}

/// The table as the file has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OptimizerTable {
    #[serde(default)]
    name: RuleName,
    learning_rate: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    beta_1: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beta_2: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epsilon: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    momentum: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nesterov: Option<bool>,
    #[serde(default)]
    weight_decay: f64,
    #[serde(default)]
    decayed: DecayScope,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    body_learning_rate: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    clip_norm: Option<f64>,
}

fn one() -> f64 {
    1.0
}

fn is_one(factor: &f64) -> bool {
    *factor == 1.0
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RuleName {
    #[default]
    Adam,
    AdamW,
    Sgd,
}

impl TryFrom<OptimizerTable> for Optimizer {
    type Error = SettingError;

    fn try_from(table: OptimizerTable) -> Result<Self, SettingError> {
        let name = match table.name {
            RuleName::Adam => "adam",
            RuleName::AdamW => "adamw",
            RuleName::Sgd => "sgd",
        };
        let moments = || {
            let (momentum, nesterov) = (table.momentum.is_some(), table.nesterov.is_some());
            unexpected(name, &[("momentum", momentum), ("nesterov", nesterov)])?;
            Ok::<_, SettingError>(Moments {
                beta_1: required("beta_1", name, table.beta_1)?,
                beta_2: required("beta_2", name, table.beta_2)?,
                epsilon: required("epsilon", name, table.epsilon)?,
            })
        };
        let rule = match table.name {
            RuleName::Adam => Rule::Adam(moments()?),
            RuleName::AdamW => Rule::AdamW(moments()?),
            RuleName::Sgd => {
                let keys = [
                    ("beta_1", table.beta_1.is_some()),
                    ("beta_2", table.beta_2.is_some()),
                    ("epsilon", table.epsilon.is_some()),
                ];
                unexpected(name, &keys)?;
                Rule::Sgd {
                    momentum: required("momentum", name, table.momentum)?,
                    nesterov: required("nesterov", name, table.nesterov)?,
                }
            }
        };
        Ok(Self {
            learning_rate: table.learning_rate,
            rule,
            weight_decay: table.weight_decay,
            decayed: table.decayed,
            body_learning_rate: table.body_learning_rate,
            clip_norm: table.clip_norm,
        })
    }
}

impl From<Optimizer> for OptimizerTable {
    fn from(optimizer: Optimizer) -> Self {
        let Optimizer {
            learning_rate,
            rule,
            weight_decay,
            decayed,
            body_learning_rate,
            clip_norm,
        } = optimizer;
        let (name, moments, sgd) = match rule {
            Rule::Adam(moments) => (RuleName::Adam, Some(moments), None),
            Rule::AdamW(moments) => (RuleName::AdamW, Some(moments), None),
            Rule::Sgd { momentum, nesterov } => (RuleName::Sgd, None, Some((momentum, nesterov))),
        };
        Self {
            name,
            learning_rate,
            beta_1: moments.map(|moments| moments.beta_1),
            beta_2: moments.map(|moments| moments.beta_2),
            epsilon: moments.map(|moments| moments.epsilon),
            momentum: sgd.map(|(momentum, _)| momentum),
            nesterov: sgd.map(|(_, nesterov)| nesterov),
            weight_decay,
            decayed,
            body_learning_rate,
            clip_norm,
        }
    }
}

#[cfg(test)]
mod tests;
