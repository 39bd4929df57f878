//! Builds a report from finished runs: arms, comparisons, marks and settings.

use crate::arm::{arm, distinct};
use crate::comparison::compare;
use crate::report::{Arm, LeftOut, Report, Setting};
use crate::{ChosenBy, Mismatch, Sweep, Trial, agreement, marks, mistakes};

/// The parts of a report that its runs do not contain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The title. `None` for one made of the arms' names, such as `mixup against baseline`.
    pub title: Option<String>,
    /// The version of the program that writes the report.
    pub version: String,
    /// The day on which the report is written, such as `2026-03-31`. `None` if that is not known.
    pub date: Option<String>,
    /// The arms to report, in this order, the baseline last. Empty for all arms. The baseline is then the
    /// arm that mixes nothing, if there is exactly one, or else the arm whose runs were named last.
    pub arms: Vec<String>,
    /// Runs that the report does not count, and why.
    pub left_out: Vec<LeftOut>,
    /// The commands that repeat the runs, one for each line.
    pub repeat: Vec<String>,
}

impl Report {
    /// Builds the report of finished runs.
    ///
    /// Runs of one experiment form an arm, and two runs with the same seed form a pair. A run of an arm
    /// that `about` does not ask for is left out, and the report says so.
    ///
    /// # Errors
    /// [`Mismatch`] if the runs do not belong in one report, or there are none.
    pub fn new(trials: Vec<Trial>, about: About) -> Result<Self, Mismatch> {
        let mut left_out = about.left_out;
        let (trials, others) = split(trials, &about.arms);
        left_out.extend(others);
        agreement::check_all(&trials)?;
        let runs = by_arm(trials, &about.arms)?;
        for arm in &runs {
            agreement::check_arm(arm)?;
        }
        let arms: Vec<Arm> = runs.iter().map(|runs| arm(runs)).collect();
        let training = settings(&runs, |run| &run.settings);
        let (others, baseline) = (&runs[..runs.len() - 1], &runs[runs.len() - 1]);
        let comparisons: Vec<_> = others
            .iter()
            .filter_map(|runs| compare(runs, baseline))
            .collect();
        let chosen_by = marks::chosen_by(&runs);
        let marks = marks::marks(&arms, &runs, &training, &comparisons);
        let judging = settings(&runs, |run| &run.judging);
        let settings = [training, judging].concat();
        let last = &baseline[0];
        Ok(Self {
            title: about.title.unwrap_or_else(|| title(&arms)),
            version: about.version,
            date: about.date,
            data: last.data.clone(),
            classes: last.classes.clone(),
            // If runs differ in it, which a mark says: the choice that needs the warning.
            best_chosen_by: chosen_by.unwrap_or(ChosenBy::Test),
            marks,
            left_out,
            sweep: Sweep::new(&arms, &settings, &comparisons),
            arms,
            comparisons,
            settings,
            repeat: about.repeat,
            mistakes: mistakes::groups(&runs),
        })
    }
}

/// Splits runs into those of the arms asked for and the others, which are left out.
fn split(trials: Vec<Trial>, asked: &[String]) -> (Vec<Trial>, Vec<LeftOut>) {
    let (kept, others): (Vec<Trial>, Vec<Trial>) = trials
        .into_iter()
        .partition(|trial| asked.is_empty() || asked.contains(&trial.arm));
    let left_out = others.into_iter().map(|trial| LeftOut {
        reason: format!("its experiment, {}, was not asked for", trial.arm),
        run: trial.run,
    });
    (kept, left_out.collect())
}

/// The runs of each arm, ordered by seed. The baseline's are last.
fn by_arm(trials: Vec<Trial>, asked: &[String]) -> Result<Vec<Vec<Trial>>, Mismatch> {
    let mut arms: Vec<Vec<Trial>> = vec![];
    for trial in trials {
        match arms.iter_mut().find(|runs| runs[0].arm == trial.arm) {
            Some(runs) => runs.push(trial),
            None => arms.push(vec![trial]),
        }
    }
    for runs in &mut arms {
        runs.sort_by_key(|run| run.seed);
    }
    if asked.is_empty() {
        let mut unmixed = (0..).zip(&arms).filter(|(_, runs)| runs[0].is_unmixed);
        if let (Some((baseline, _)), None) = (unmixed.next(), unmixed.next()) {
            let baseline = arms.remove(baseline);
            arms.push(baseline);
        }
        return Ok(arms);
    }
    let mut ordered = vec![];
    for (index, name) in asked.iter().enumerate() {
        if asked[..index].contains(name) {
            return Err(Mismatch::ArmTwice { arm: name.clone() });
        }
        let place = arms.iter().position(|runs| runs[0].arm == *name);
        let place = place.ok_or_else(|| Mismatch::NoRunsOf { arm: name.clone() })?;
        ordered.push(arms.swap_remove(place));
    }
    Ok(ordered)
}

fn title(arms: &[Arm]) -> String {
    let names: Vec<&str> = arms.iter().map(|arm| arm.name.as_str()).collect();
    match names.as_slice() {
        [others @ .., baseline] if !others.is_empty() => {
            format!("{} against {baseline}", others.join(", "))
        }
        names => names.join(", "),
    }
}

/// The settings of all arms. Tables have the order of the runs' settings. The keys of a table are sorted
/// by name, so that keys which only some arms have are among the others.
fn settings(runs: &[Vec<Trial>], of: fn(&Trial) -> &[(String, String)]) -> Vec<Setting> {
    let table = |key: &str| key.split('.').next().map(str::to_owned).unwrap_or_default();
    let mut keys = distinct(
        runs.iter()
            .flat_map(|runs| of(&runs[0]).iter().map(|(key, _)| key)),
    );
    let tables: Vec<String> = keys.iter().map(|key| table(key)).collect();
    keys.sort_by_cached_key(|key| {
        let place = tables.iter().position(|known| *known == table(key));
        (place, key.clone())
    });
    let value = |run: &Trial, key: &String| {
        let mut settings = of(run).iter();
        let found = settings.find(|(known, _)| known == key);
        found.map(|(_, value)| value.clone())
    };
    keys.into_iter()
        .map(|key| {
            let values: Vec<Option<String>> =
                runs.iter().map(|runs| value(&runs[0], &key)).collect();
            Setting {
                differs: values.iter().any(|value| *value != values[0]),
                key,
                values,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
