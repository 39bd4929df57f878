//! The conclusion of a comparison, in words.
//!
//! "Better" needs two statements about the mean difference. The t interval assumes normal differences,
//! the exact test does not. Neither says anything about other images or other settings.

use crate::statistics::{LEVEL, fewest_pairs};
use crate::words::{count, distance, p, points, points_range};
use crate::{Comparison, Outcome, PairedDifference};

impl Outcome {
    /// The conclusion that the difference of two arms allows.
    pub fn new(difference: &PairedDifference) -> Self {
        if difference.pairs < 2 {
            Self::OnePair
        } else if !difference.leaves_out_zero() {
            Self::NotShown
        } else if difference.sign_flip_p > LEVEL {
            Self::Unsure
        } else if difference.mean > 0.0 {
            Self::Better
        } else {
            Self::Worse
        }
    }
}

/// The verdict in one sentence.
pub(crate) fn headline(comparison: &Comparison) -> String {
    let Comparison {
        arm,
        baseline,
        last,
        ..
    } = comparison;
    let mean = points(last.mean);
    let evidence = evidence(last);
    match comparison.outcome {
        Outcome::OnePair => format!(
            "One pair of runs cannot tell {arm} from {baseline}: they differ by {mean} points of test \
             accuracy after the last epoch, and one pair does not show how much of that is chance."
        ),
        Outcome::Better => format!(
            "{arm} is better than {baseline} here: {mean} points of test accuracy after the last \
             epoch ({evidence})."
        ),
        Outcome::Worse => format!(
            "{arm} is worse than {baseline} here: {mean} points of test accuracy after the last \
             epoch ({evidence})."
        ),
        Outcome::Unsure => format!(
            "Not settled: {arm} differs from {baseline} by {mean} points of test accuracy after the \
             last epoch ({evidence}); the interval leaves out 0, but the exact test does not reach \
             {LEVEL}."
        ),
        Outcome::NotShown => format!(
            "No difference is shown between {arm} and {baseline}: {mean} points of test accuracy \
             after the last epoch ({evidence})."
        ),
    }
}

/// Interval, number of pairs and exact p.
fn evidence(difference: &PairedDifference) -> String {
    let pairs = count(difference.pairs, "pair");
    let p = p(difference.sign_flip_p);
    match difference.interval {
        Some(interval) => format!(
            "95% interval {}, {pairs}, sign-flip {p}",
            points_range(interval)
        ),
        None => pairs,
    }
}

/// The reasons for the outcome, and what it leaves open.
pub(crate) fn decision(comparison: &Comparison) -> Vec<String> {
    let last = &comparison.last;
    let pairs = count(last.pairs, "pair");
    let fewest = fewest_pairs();
    let mut findings = vec![];
    match comparison.outcome {
        Outcome::OnePair => findings.push(format!(
            "Only further seeds show how much the runs of one experiment vary. Two pairs are enough for an \
             interval; {fewest} are the fewest with which the exact test can reach {LEVEL}."
        )),
        Outcome::Better | Outcome::Worse => findings.push(format!(
            "Two statements agree: the 95% t interval leaves out 0, and of all ways to swap the arms \
             within the {pairs}, a share of {} has a mean at least as far from 0.",
            share(last.sign_flip_p)
        )),
        Outcome::Unsure => findings.push(unsure(last, fewest)),
        Outcome::NotShown => findings.extend(not_shown(last)),
    }
    if last.deviation == Some(0.0) && last.mean != 0.0 {
        findings.push(
            "All pairs differ by the same number of images, so the interval has no width. It must not be \
             read as certainty."
                .into(),
        );
    }
    findings
}

fn unsure(last: &PairedDifference, fewest: usize) -> String {
    let pairs = count(last.pairs, "pair");
    let exact = p(last.sign_flip_p);
    let reach = if last.smallest_p > LEVEL {
        format!(
            "with {pairs} it cannot go below {}, whatever the differences; {fewest} pairs are the \
             fewest that can reach {LEVEL}",
            share(last.smallest_p)
        )
    } else {
        format!(
            "with {pairs} it could have been as low as {}",
            share(last.smallest_p)
        )
    };
    format!(
        "The 95% interval leaves out 0, but it assumes normal differences, which {pairs} cannot \
         confirm. The exact sign-flip test does not need this, and has {exact}: {reach}."
    )
}

fn not_shown(last: &PairedDifference) -> Vec<String> {
    let (Some(interval), Some(deviation)) = (last.interval, last.deviation) else {
        return vec![];
    };
    if deviation == 0.0 {
        return vec![
            "Both runs of every pair are right on equally many test images. That does not show how \
             differences vary, so the interval shows nothing either."
                .into(),
        ];
    }
    let mut findings = vec![format!(
        "Not shown is not the same as no effect: at 95% these pairs are compatible with true \
         differences from {} points.",
        points_range(interval)
    )];
    if last.sign_flip_p <= LEVEL {
        findings.push(format!(
            "The exact sign-flip test alone has {}; a difference counts as shown only if the interval \
             leaves out 0 as well.",
            p(last.sign_flip_p)
        ));
    }
    if let Some(detectable) = last.detectable {
        // Simulations of the rule show this: see `statistics/simulations.rs`.
        let exact = match last.pairs {
            pairs if pairs < fewest_pairs() => {
                ". The exact test, which the verdict needs too, is out of reach"
            }
            ..10 => ". The exact test, which the verdict needs too, agrees less often",
            _ => "",
        };
        findings.push(format!(
            "If the true difference is {} points, the interval of {} that vary as much as these leaves out 0 four \
             times in five (a rough figure){exact}.",
            distance(detectable),
            count(last.pairs, "pair"),
        ));
        findings.push(format!(
            "This figure rests on a standard deviation of {} points, which is itself an estimate. A smaller difference \
             is found less often.",
            distance(deviation),
        ));
    }
    findings
}

/// A p as a share, without `p =`.
fn share(value: f64) -> String {
    let text = p(value);
    text.strip_prefix("p = ")
        .map_or_else(|| text.replace("p < ", "less than "), String::from)
}

#[cfg(test)]
mod tests;
