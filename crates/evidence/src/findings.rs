//! Sentences about a comparison: what it shows, and what it does not show.

use crate::statistics::LEVEL;
use crate::words::{count, list, p, points, points_range, signed};
use crate::{ChosenBy, Comparison, Data, MeanDifference, Spread, Trial, verdict};

/// How many sentences of a comparison are in sight at first, on the screen and on the page.
pub const FINDINGS_IN_SIGHT: usize = 2;

/// The sentences of a comparison. `arm` and `baseline` are all runs of the two arms.
pub(crate) fn findings(comparison: &Comparison, arm: &[Trial], baseline: &[Trial]) -> Vec<String> {
    let mut findings = verdict::decision(comparison);
    findings.push(of_pairs(comparison, &baseline[0].data));
    findings.push(of_best(comparison, arm, baseline));
    findings.push(of_calibration(comparison));
    findings.push(of_mcnemar(comparison));
    findings.extend(of_robustness(comparison));
    findings.extend(of_corruptions(comparison));
    findings
}

fn of_pairs(comparison: &Comparison, data: &Data) -> String {
    let pairs = comparison.pairs.len();
    let ahead = comparison.pairs.iter().filter(|pair| pair.difference > 0.0);
    let equal = comparison
        .pairs
        .iter()
        .filter(|pair| pair.difference == 0.0);
    let equal = match equal.count() {
        0 => String::new(),
        equal => format!(", equal in {equal}"),
    };
    let seeds: Vec<u32> = comparison.pairs.iter().map(|pair| pair.seed).collect();
    let plural = if pairs == 1 { "" } else { "s" };
    let (held_out, same) = match data.validation_images {
        0 => ("", "training images, test images"),
        _ => (", which includes the validation images", "test images"),
    };
    format!(
        "{} is ahead in {} of {}{equal} (seed{plural} {}). Pairs differ only in what a seed \
         decides{held_out}. They share the {same} and settings; with others, the result may differ.",
        comparison.arm,
        ahead.count(),
        count(pairs, "pair"),
        seed_list(&seeds)
    )
}

/// `1 to 6` if the seeds are consecutive, else each seed.
fn seed_list(seeds: &[u32]) -> String {
    match seeds {
        [first, _, .., last] if (*first..=*last).eq(seeds.iter().copied()) => {
            format!("{first} to {last}")
        }
        seeds => list(&seeds.iter().map(u32::to_string).collect::<Vec<_>>()),
    }
}

fn of_best(comparison: &Comparison, arm: &[Trial], baseline: &[Trial]) -> String {
    let mut chosen = arm.iter().chain(baseline).map(|run| run.best_chosen_by);
    let first = chosen.next();
    let by = first.filter(|first| chosen.all(|other| other == *first));
    let gains = [(&comparison.arm, arm), (&comparison.baseline, baseline)].map(|(name, runs)| {
        let gain = |run: &Trial| run.best_test_accuracy - run.test.accuracy;
        let gain = Spread::new(&runs.iter().map(gain).collect::<Vec<_>>()).mean;
        format!("{} points for {name}", points(gain))
    });
    let best = &comparison.best;
    let evidence = match best.interval {
        Some(interval) => format!(", 95% interval {}", points_range(interval)),
        None => String::new(),
    };
    let caution = match by {
        Some(ChosenBy::Test) => {
            "The test images chose the best epoch, so its accuracy is too high, most of all for an arm \
             whose curve is noisy. The verdict uses the last epoch."
        }
        Some(ChosenBy::Validation) => {
            "The validation images chose the best epoch, so its test accuracy is not \
             biased. The verdict uses the last epoch all the same."
        }
        None => {
            "Some runs chose the best epoch by the test images and others by held-out images, so this \
             difference compares different things."
        }
    };
    format!(
        "On average, the best epoch's test accuracy differs from the last epoch's by {}. Between the \
         best epochs of the two arms the difference is {} points{evidence}. {caution}",
        list(&gains),
        points(best.mean)
    )
}

fn of_calibration(comparison: &Comparison) -> String {
    let Comparison { arm, baseline, .. } = comparison;
    let measures = [
        ("NLL", &comparison.nll),
        ("Brier score", &comparison.brier),
        ("calibration error", &comparison.ece),
    ];
    let parts = measures.map(|(name, difference)| {
        let mean = signed(difference.mean, 4);
        let Some((low, high)) = difference.interval else {
            return format!("{name} {mean}");
        };
        let words = if difference.leaves_out_zero() {
            let way = if difference.mean < 0.0 {
                "lower"
            } else {
                "higher"
            };
            let alone = if difference.sign_flip_p > LEVEL {
                " by the interval alone"
            } else {
                ""
            };
            let exact = p(difference.sign_flip_p);
            format!("{way} for {arm}{alone}, sign-flip {exact}")
        } else {
            "no difference shown".into()
        };
        format!(
            "{name} {mean} (95% interval {} to {}: {words})",
            signed(low, 4),
            signed(high, 4)
        )
    });
    let level = match comparison.nll.interval {
        Some(_) => " Each interval covers 95% on its own.",
        None => "",
    };
    format!(
        "Probabilities, {arm} minus {baseline} (lower is better): {}. NLL and Brier score reward \
         accuracy too; the calibration error does not.{level}",
        list(&parts)
    )
}

/// Says that accuracies under attack are compared as well. They are too many for a sentence.
fn of_robustness(comparison: &Comparison) -> Option<String> {
    let robustness = comparison.robustness.as_ref()?;
    Some(format!(
        "Accuracy on images that were changed to mislead the networks is compared as well, at {} and \
         under two attacks. This is exploratory: the verdict uses the unchanged test images.",
        count(robustness.points.len(), "strength"),
    ))
}

/// Says what the mean accuracy on damaged samples shows.
fn of_corruptions(comparison: &Comparison) -> Option<String> {
    let damaged = comparison.corruptions.as_ref()?;
    let kinds: Vec<String> = damaged.kinds.iter().map(|kind| kind.name.clone()).collect();
    let MeanDifference { mean, interval, .. } = damaged.mean;
    let interval = interval.map_or_else(String::new, |(low, high)| {
        format!(", 95% interval {} to {}", points(low), points(high))
    });
    Some(format!(
        "On damaged samples ({}), {} minus {} is {} on average{interval}. This is exploratory: the verdict uses the \
         unchanged test samples.",
        list(&kinds),
        comparison.arm,
        comparison.baseline,
        points(mean),
    ))
}

fn of_mcnemar(comparison: &Comparison) -> String {
    let pairs = comparison.pairs.len();
    let differ = comparison
        .pairs
        .iter()
        .filter(|pair| pair.mcnemar.p <= LEVEL);
    format!(
        "In {} of {} the two networks differ on the test images at p ≤ {LEVEL} (McNemar's exact \
         test). That is a statement about these networks, not about the experiments: two seeds of one \
         experiment can differ as much.",
        differ.count(),
        count(pairs, "pair")
    )
}
