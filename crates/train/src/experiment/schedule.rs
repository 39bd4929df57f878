//! The `[schedule]` table.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::range::{factor, required, share, unexpected, within};
use super::setting_error::SettingError;
use crate::learn::schedule::{Schedule, Shape};

/// Requires every value to be within its range, for a training of `epochs` epochs.
///
/// # Errors
/// [`SettingError`].
pub(super) fn check(schedule: &Schedule, epochs: usize) -> Result<(), SettingError> {
    let expected = format!("a number from 0 to the {epochs} epochs");
    within("schedule.warm_up", schedule.warm_up, &expected, |v| {
        (0.0..=epochs as f64).contains(&v)
    })?;
    match &schedule.shape {
        Shape::Constant => Ok(()),
        Shape::Step {
            milestones,
            factor: by,
        } => {
            factor("schedule.factor", *by)?;
            let ascend = milestones.windows(2).all(|pair| pair[0] < pair[1]);
            match milestones.first() {
                Some(first) if *first > 0 && ascend => Ok(()),
                _ => Err(SettingError::new(
                    "schedule.milestones",
                    "ascending epochs from 1",
                    format!("{milestones:?}"),
                )),
            }
        }
        Shape::Cosine { end_factor } => share("schedule.end_factor", *end_factor),
        Shape::OneCycle {
            start_factor,
            end_factor,
        } => {
            factor("schedule.start_factor", *start_factor)?;
            factor("schedule.end_factor", *end_factor)?;
            let expected = "a number above 0 for one-cycle";
            within("schedule.warm_up", schedule.warm_up, expected, |v| v > 0.0)
        }
    }
}

/// Writes `schedule` as its table, for `#[serde(with = …)]`.
///
/// # Errors
/// Those of the serializer.
pub(super) fn serialize<S: Serializer>(
    schedule: &Schedule,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    ScheduleTable::from(schedule.clone()).serialize(serializer)
}

/// Reads a table, for `#[serde(with = …)]`.
///
/// # Errors
/// Those of the deserializer, and a [`SettingError`] in words.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Schedule, D::Error> {
    let table = ScheduleTable::deserialize(deserializer)?;
    Schedule::try_from(table).map_err(D::Error::custom)
}

/// The table as the file has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScheduleTable {
    #[serde(default)]
    name: ShapeName,
    #[serde(default)]
    warm_up: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    milestones: Option<Vec<usize>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    factor: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_factor: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_factor: Option<f64>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ShapeName {
    #[default]
    Constant,
    Step,
    Cosine,
    OneCycle,
}

impl TryFrom<ScheduleTable> for Schedule {
    type Error = SettingError;

    fn try_from(table: ScheduleTable) -> Result<Self, SettingError> {
        let name = match table.name {
            ShapeName::Constant => "constant",
            ShapeName::Step => "step",
            ShapeName::Cosine => "cosine",
            ShapeName::OneCycle => "one-cycle",
        };
        let milestones = ("milestones", table.milestones.is_some());
        let factor = ("factor", table.factor.is_some());
        let start = ("start_factor", table.start_factor.is_some());
        let end = ("end_factor", table.end_factor.is_some());
        let shape = match table.name {
            ShapeName::Constant => {
                unexpected(name, &[milestones, factor, start, end])?;
                Shape::Constant
            }
            ShapeName::Step => {
                unexpected(name, &[start, end])?;
                Shape::Step {
                    milestones: required("milestones", name, table.milestones)?,
                    factor: required("factor", name, table.factor)?,
                }
            }
            ShapeName::Cosine => {
                unexpected(name, &[milestones, factor, start])?;
                Shape::Cosine {
                    end_factor: required("end_factor", name, table.end_factor)?,
                }
            }
            ShapeName::OneCycle => {
                unexpected(name, &[milestones, factor])?;
                Shape::OneCycle {
                    start_factor: required("start_factor", name, table.start_factor)?,
                    end_factor: required("end_factor", name, table.end_factor)?,
                }
            }
        };
        Ok(Self {
            warm_up: table.warm_up,
            shape,
        })
    }
}

impl From<Schedule> for ScheduleTable {
    fn from(schedule: Schedule) -> Self {
        let mut table = Self {
            name: ShapeName::Constant,
            warm_up: schedule.warm_up,
            milestones: None,
            factor: None,
            start_factor: None,
            end_factor: None,
        };
        match schedule.shape {
            Shape::Constant => {}
            Shape::Step { milestones, factor } => {
                table.name = ShapeName::Step;
                (table.milestones, table.factor) = (Some(milestones), Some(factor));
            }
            Shape::Cosine { end_factor } => {
                table.name = ShapeName::Cosine;
                table.end_factor = Some(end_factor);
            }
            Shape::OneCycle {
                start_factor,
                end_factor,
            } => {
                table.name = ShapeName::OneCycle;
                (table.start_factor, table.end_factor) = (Some(start_factor), Some(end_factor));
            }
        }
        table
    }
}

#[cfg(test)]
mod tests;
