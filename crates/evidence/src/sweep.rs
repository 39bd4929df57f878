//! Arms that differ from each other in one number only: the curve of their differences from the baseline.

use serde::Serialize;

use crate::report::{Arm, Comparison, Setting};
use crate::{Outcome, PairedDifference};

/// The differences from the baseline over the values of one setting.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sweep {
    /// The dotted key of the setting, such as `mixing.alpha`.
    pub key: String,
    /// The baseline's value of it. `None` if the baseline lacks the key.
    pub baseline: Option<String>,
    /// The other settings in which the baseline differs from the arms, such as `mixing.alpha` if it does not mix and
    /// something else is swept.
    pub baseline_differs_in: Vec<String>,
    /// A point for each arm but the baseline, in ascending order of the values.
    pub points: Vec<SweepPoint>,
}

/// One value of a [`Sweep`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweepPoint {
    /// The value.
    pub value: f64,
    /// The arm's name.
    pub arm: String,
    /// Test accuracy after the last epoch, arm minus baseline.
    pub difference: PairedDifference,
    /// The conclusion that the difference allows, for this arm alone.
    pub outcome: Outcome,
}

impl Sweep {
    /// The curve over `arms`, the baseline last. `None` unless at least two arms are compared with it, and they
    /// differ from each other in one setting, which is a number in each.
    pub(crate) fn new(
        arms: &[Arm],
        settings: &[Setting],
        comparisons: &[Comparison],
    ) -> Option<Self> {
        let others = arms.len().checked_sub(1)?;
        if others < 2 || comparisons.len() != others {
            return None;
        }
        let varies = |setting: &&Setting| {
            let values = &setting.values[..others];
            values.iter().any(|value| *value != values[0])
        };
        let mut varying = settings.iter().filter(varies);
        let (Some(setting), None) = (varying.next(), varying.next()) else {
            return None;
        };
        let points = setting.values.iter().zip(comparisons).map(|(value, one)| {
            let value: f64 = value.as_ref()?.parse().ok()?;
            value.is_finite().then(|| SweepPoint {
                value,
                arm: one.arm.clone(),
                difference: one.last,
                outcome: one.outcome,
            })
        });
        let mut points = points.collect::<Option<Vec<_>>>()?;
        points.sort_by(|a, b| a.value.total_cmp(&b.value));
        let is_same = |pair: &[SweepPoint]| pair[0].value == pair[1].value;
        if points.windows(2).any(is_same) {
            return None;
        }
        let others = settings.iter().filter(|other| other.key != setting.key);
        let differing = others.filter(|other| other.values.last() != other.values.first());
        Some(Self {
            key: setting.key.clone(),
            baseline_differs_in: differing.map(|other| other.key.clone()).collect(),
            baseline: setting.values.last().cloned().flatten(),
            points,
        })
    }
}

#[cfg(test)]
mod tests;
