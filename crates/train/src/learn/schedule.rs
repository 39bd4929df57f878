//! How the learning rate changes over a training.

use std::f64::consts::PI;

use burn::lr_scheduler::{LrScheduler, LrSchedulerRecord};
use serde::{Deserialize, Serialize};

use crate::experiment::range::{foreign, needed, within};

/// The course of the learning rate, as a share of the optimizer's: the `[schedule]` table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ScheduleTable", into = "ScheduleTable")]
pub struct Schedule {
    /// Epochs, also parts of one, over which it rises at the start: linearly from the first step's share
    /// of them, but for the one-cycle.
    pub warm_up: f64,
    /// What comes after it.
    pub shape: Shape,
}

/// The course of the learning rate after its rise.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// It stays.
    Constant,
    /// It is multiplied by `factor` after each of these epochs, counted from the start.
    Step {
        /// Epochs, ascending.
        milestones: Vec<usize>,
        /// Above 0, up to 1.
        factor: f64,
    },
    /// It falls along half a cosine to `end_factor` of itself, which the step after the last would have.
    ///
    /// # Source
    /// Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017, without
    /// restarts.
    Cosine {
        /// From 0 to 1.
        end_factor: f64,
    },
    /// It rises from `start_factor` to 1 over the warm-up and falls to `end_factor` at the last step,
    /// both along half a cosine.
    ///
    /// # Source
    /// Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning
    /// Rates", 2018; as PyTorch's `OneCycleLR` has it in two phases, with the momentum left alone.
    OneCycle {
        /// Above 0, up to 1.
        start_factor: f64,
        /// Above 0, up to 1.
        end_factor: f64,
    },
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            warm_up: 0.0,
            shape: Shape::Constant,
        }
    }
}

impl Schedule {
    /// Whether the rate of a step depends on how many epochs are to come.
    pub fn looks_ahead(&self) -> bool {
        matches!(self.shape, Shape::Cosine { .. } | Shape::OneCycle { .. })
    }

    /// Whether the rate stays as it is from the first step on.
    pub fn is_constant(&self) -> bool {
        *self == Self::default()
    }

    /// The share of the learning rate that `step`, from 0, has in a training of `epochs` epochs of
    /// `steps_per_epoch` steps.
    pub fn factor(&self, step: usize, steps_per_epoch: usize, epochs: usize) -> f64 {
        let warm_up = (self.warm_up * steps_per_epoch as f64).round();
        let total = (epochs * steps_per_epoch) as f64;
        let (step, epoch) = (step as f64, step / steps_per_epoch.max(1));
        if let Shape::OneCycle {
            start_factor,
            end_factor,
        } = self.shape
        {
            let peak = warm_up - 1.0;
            return if step < peak {
                anneal(start_factor, 1.0, step / peak)
            } else if step == peak {
                1.0
            } else {
                anneal(1.0, end_factor, (step - peak) / (total - 1.0 - peak))
            };
        }
        if step < warm_up {
            return (step + 1.0) / warm_up;
        }
        match &self.shape {
            Shape::Step { milestones, factor } => {
                let passed = milestones.iter().filter(|&&milestone| milestone <= epoch);
                factor.powi(passed.count() as i32)
            }
            Shape::Cosine { end_factor } => {
                anneal(1.0, *end_factor, (step - warm_up) / (total - warm_up))
            }
            Shape::Constant | Shape::OneCycle { .. } => 1.0,
        }
    }

    /// The rates of a training that is to begin.
    pub fn rates(&self, learning_rate: f64, steps_per_epoch: usize, epochs: usize) -> Rates {
        Rates {
            schedule: self.clone(),
            learning_rate,
            steps_per_epoch,
            epochs,
            step: 0,
        }
    }

    /// # Errors
    /// A line that names the key, what is allowed and what was found.
    pub(crate) fn check(&self, epochs: usize) -> Result<(), String> {
        let expected = format!("a number from 0 to the {epochs} epochs");
        within("schedule.warm_up", self.warm_up, &expected, |v| {
            (0.0..=epochs as f64).contains(&v)
        })?;
        let factor = |key, value| {
            within(key, value, "a number above 0, up to 1", |v| {
                v > 0.0 && v <= 1.0
            })
        };
        match &self.shape {
            Shape::Constant => Ok(()),
            Shape::Step {
                milestones,
                factor: by,
            } => {
                factor("schedule.factor", *by)?;
                let ascend = milestones.windows(2).all(|pair| pair[0] < pair[1]);
                match milestones.first() {
                    Some(first) if *first > 0 && ascend => Ok(()),
                    _ => Err(format!(
                        "schedule.milestones: expected ascending epochs from 1, found {milestones:?}"
                    )),
                }
            }
            Shape::Cosine { end_factor } => within(
                "schedule.end_factor",
                *end_factor,
                "a number from 0 to 1",
                |v| (0.0..=1.0).contains(&v),
            ),
            Shape::OneCycle {
                start_factor,
                end_factor,
            } => {
                factor("schedule.start_factor", *start_factor)?;
                factor("schedule.end_factor", *end_factor)?;
                let expected = "a number above 0 for one-cycle";
                within("schedule.warm_up", self.warm_up, expected, |v| v > 0.0)
            }
        }
    }
}

/// From `start` to `end` along half a cosine; `progress` is within `[0, 1]`.
fn anneal(start: f64, end: f64, progress: f64) -> f64 {
    end + (start - end) * (1.0 + (PI * progress.min(1.0)).cos()) / 2.0
}

/// The learning rates of a training, one a step.
#[derive(Clone, Debug)]
pub struct Rates {
    schedule: Schedule,
    learning_rate: f64,
    steps_per_epoch: usize,
    epochs: usize,
    step: usize,
}

/// The name of the step in a checkpoint.
const STEP: &str = "step";

impl LrScheduler for Rates {
    fn step(&mut self) -> f64 {
        let factor = self
            .schedule
            .factor(self.step, self.steps_per_epoch, self.epochs);
        self.step += 1;
        self.learning_rate * factor
    }

    fn to_record(&self) -> LrSchedulerRecord {
        LrSchedulerRecord::new().with_scalar(STEP, self.step as u64)
    }

    fn load_record(&mut self, record: LrSchedulerRecord) {
        let step: Option<u64> = record.scalar(STEP);
        self.step = step.unwrap_or_default() as usize;
    }
}

/// The table as it stands in a file.
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
    type Error = String;

    fn try_from(table: ScheduleTable) -> Result<Self, String> {
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
                foreign(name, &[milestones, factor, start, end])?;
                Shape::Constant
            }
            ShapeName::Step => {
                foreign(name, &[start, end])?;
                Shape::Step {
                    milestones: needed("milestones", name, table.milestones)?,
                    factor: needed("factor", name, table.factor)?,
                }
            }
            ShapeName::Cosine => {
                foreign(name, &[milestones, factor, start])?;
                Shape::Cosine {
                    end_factor: needed("end_factor", name, table.end_factor)?,
                }
            }
            ShapeName::OneCycle => {
                foreign(name, &[milestones, factor])?;
                Shape::OneCycle {
                    start_factor: needed("start_factor", name, table.start_factor)?,
                    end_factor: needed("end_factor", name, table.end_factor)?,
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
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Schedule, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    const ALL: [&str; 5] = [
        "",
        "name = \"step\"\nmilestones = [2, 4]\nfactor = 0.1",
        "name = \"cosine\"\nend_factor = 0.0\nwarm_up = 1.0",
        "name = \"one-cycle\"\nwarm_up = 1.5\nstart_factor = 0.04\nend_factor = 4e-6",
        "warm_up = 0.5",
    ];

    #[test]
    fn each_survives_its_text() {
        for text in ALL {
            let schedule = parse(text).unwrap();
            assert_eq!(schedule.check(5), Ok(()));
            assert_eq!(parse(&toml::to_string(&schedule).unwrap()), Ok(schedule));
        }
    }

    #[test]
    fn rates_stay_above_zero_and_up_to_one_whatever_the_length_of_an_epoch() {
        for text in ALL {
            let schedule = parse(text).unwrap();
            for (steps, epochs) in [(1, 5), (4, 5), (391, 5), (1, 7)] {
                for step in 0..steps * epochs {
                    let factor = schedule.factor(step, steps, epochs);
                    assert!(factor > 0.0 && factor <= 1.0, "{text}: {factor} at {step}");
                }
            }
        }
    }

    #[test]
    fn a_restored_schedule_goes_on_where_it_was() {
        for text in ALL {
            let mut whole = parse(text).unwrap().rates(0.1, 4, 5);
            for _ in 0..7 {
                whole.step();
            }
            let mut restored = parse(text).unwrap().rates(0.1, 4, 5);
            restored.load_record(whole.to_record());
            for _ in 7..20 {
                assert_eq!(whole.step(), restored.step());
            }
        }
    }

    #[test]
    fn impossible_values_are_refused_by_key() {
        for (text, message) in [
            (
                "warm_up = 6.0",
                "schedule.warm_up: expected a number from 0 to the 5 epochs",
            ),
            (
                "name = \"step\"\nmilestones = [4, 2]\nfactor = 0.1",
                "schedule.milestones: expected ascending epochs from 1, found [4, 2]",
            ),
            (
                "name = \"one-cycle\"\nstart_factor = 0.04\nend_factor = 1e-6",
                "schedule.warm_up: expected a number above 0 for one-cycle",
            ),
        ] {
            let error = parse(text).unwrap().check(5).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
        assert_eq!(
            parse("name = \"cosine\"\nfactor = 0.1").unwrap_err(),
            "factor: expected no such key for cosine, found one"
        );
    }
}
