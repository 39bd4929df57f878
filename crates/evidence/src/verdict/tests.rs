//! The outcomes and sentences of simulated runs, and the edges of the rule.

use crate::simulated::two_arms;
use crate::{About, ChosenBy, Comparison, Outcome, PairedDifference, Report};

const BASELINE: [usize; 8] = [750, 745, 752, 749, 747, 751, 744, 750];

fn compared(differences: &[i32]) -> Comparison {
    let baseline = &BASELINE[..differences.len()];
    let mixup: Vec<usize> = baseline
        .iter()
        .zip(differences)
        .map(|(&right, &difference)| right.checked_add_signed(difference as isize).unwrap())
        .collect();
    let trials = two_arms(&mixup, baseline);
    let report = Report::new(trials, About::default()).unwrap();
    report.comparisons[0].clone()
}

fn found(comparison: &Comparison, words: &str) -> bool {
    comparison
        .findings
        .iter()
        .any(|finding| finding.contains(words))
}

#[test]
fn one_pair_says_nothing_of_the_experiments() {
    let comparison = compared(&[40]);
    assert_eq!(comparison.outcome, Outcome::OnePair);
    assert!(
        comparison
            .headline
            .starts_with("One pair of runs cannot tell mixup from baseline")
    );
    assert!(found(&comparison, "6 are the fewest"));
    assert!(!comparison.findings.join(" ").contains("better than"));
}

#[test]
fn better_and_worse_need_both_statements() {
    let better = compared(&[20, 25, 18, 22, 27, 19]);
    assert_eq!(better.outcome, Outcome::Better);
    assert_eq!(
        better.headline,
        "mixup is better than baseline here: +2.18 points of test accuracy after the last epoch (95% \
         interval +1.81 to +2.56, 6 pairs, sign-flip p = 0.0312)."
    );
    assert!(found(&better, "a share of 0.0312 has"));
    assert!(found(
        &better,
        "mixup is ahead in 6 of 6 pairs (seeds 1 to 6)"
    ));
    let worse = compared(&[-20, -25, -18, -22, -27, -19]);
    assert_eq!(worse.outcome, Outcome::Worse);
    assert!(
        worse
            .headline
            .contains("worse than baseline here: −2.18 points")
    );
}

#[test]
fn few_pairs_are_never_called_better() {
    let comparison = compared(&[20, 25, 18, 22, 27]);
    assert_eq!(comparison.outcome, Outcome::Unsure);
    assert!(comparison.headline.starts_with("Not settled"));
    assert!(found(&comparison, "with 5 pairs it cannot go below 0.0625"));
    assert!(found(
        &comparison,
        "6 pairs are the fewest that can reach 0.05"
    ));
}

#[test]
fn a_difference_that_is_not_shown_is_not_called_none() {
    let comparison = compared(&[20, -12, 8, 15, -21, 9]);
    assert_eq!(comparison.outcome, Outcome::NotShown);
    assert!(comparison.headline.starts_with("No difference is shown"));
    assert!(found(&comparison, "Not shown is not the same as no effect"));
    assert!(found(
        &comparison,
        "true differences from −1.37 to +2.01 points"
    ));
    assert!(found(
        &comparison,
        "If the true difference is 2.31 points, the interval of 6 pairs that vary as much as these leaves out 0"
    ));
    assert!(found(&comparison, "standard deviation of 1.61 points"));
    assert!(found(&comparison, "agrees less often"));
    assert!(found(&compared(&[20, -12, 8]), "is out of reach"));
}

#[test]
fn equal_differences_are_not_taken_for_certainty() {
    let comparison = compared(&[0, 0, 0]);
    assert_eq!(comparison.outcome, Outcome::NotShown);
    assert!(found(&comparison, "right on equally many test images"));
    assert!(found(&comparison, "ahead in 0 of 3 pairs, equal in 3"));
    let comparison = compared(&[7; 8]);
    assert_eq!(comparison.outcome, Outcome::Better);
    assert!(found(&comparison, "must not be read as certainty"));
}

#[test]
fn the_best_epoch_is_said_to_flatter() {
    let comparison = compared(&[20, 25, 18]);
    assert!(found(
        &comparison,
        "by +1.00 points for mixup and +1.00 points for baseline"
    ));
    assert!(found(
        &comparison,
        "The test images chose the best epoch, so its accuracy is too high"
    ));
    let mut trials = two_arms(&[760, 770], &[750, 745]);
    for trial in &mut trials {
        trial.best_chosen_by = ChosenBy::Validation;
    }
    let report = Report::new(trials, About::default()).unwrap();
    assert!(found(
        &report.comparisons[0],
        "so its test accuracy is not biased"
    ));
}

#[test]
fn calibration_has_words_only_where_its_interval_leaves_out_0() {
    let better = compared(&[20, 25, 18, 22, 27, 19]);
    assert!(found(&better, "lower for mixup, sign-flip p = 0.0312"));
    let few = compared(&[20, 25, 18, 22]);
    assert!(found(
        &few,
        "lower for mixup by the interval alone, sign-flip p = 0.125"
    ));
    let open = compared(&[20, -12, 8, 15, -21, 9]);
    assert!(found(&open, "no difference shown"));
    assert!(!found(&open, "lower for mixup"));
}

#[test]
fn mcnemar_speaks_of_networks_only() {
    let comparison = compared(&[200, 1]);
    assert!(found(
        &comparison,
        "In 1 of 2 pairs the two networks differ"
    ));
    assert!(found(&comparison, "not about the experiments"));
}

/// Six pairs with a mean difference of one point.
fn difference(interval: Option<(f64, f64)>, sign_flip_p: f64) -> PairedDifference {
    PairedDifference {
        pairs: 6,
        mean: 0.01,
        deviation: Some(0.01),
        interval,
        sign_flip_p,
        smallest_p: 0.03125,
        detectable: Some(0.0143),
    }
}

#[test]
fn an_interval_that_ends_at_0_does_not_leave_it_out() {
    let touching = difference(Some((0.0, 0.02)), 0.03125);
    assert_eq!(Outcome::new(&touching), Outcome::NotShown);
}

#[test]
fn an_interval_that_ends_just_above_0_leaves_it_out() {
    let above = difference(Some((f64::MIN_POSITIVE, 0.02)), 0.03125);
    assert_eq!(Outcome::new(&above), Outcome::Better);
}

#[test]
fn a_p_of_exactly_the_level_agrees() {
    let at_level = difference(Some((0.001, 0.019)), 0.05);
    assert_eq!(Outcome::new(&at_level), Outcome::Better);
}

#[test]
fn a_p_just_above_the_level_does_not_agree() {
    let above = difference(Some((0.001, 0.019)), 0.05 + 1e-12);
    assert_eq!(Outcome::new(&above), Outcome::Unsure);
}

#[test]
fn a_small_p_alone_shows_nothing() {
    let wide = difference(Some((-0.001, 0.021)), 0.03125);
    assert_eq!(Outcome::new(&wide), Outcome::NotShown);
}

#[test]
fn one_pair_has_no_outcome_whatever_its_difference() {
    let one = PairedDifference {
        pairs: 1,
        mean: 0.9,
        ..difference(None, 1.0)
    };
    assert_eq!(Outcome::new(&one), Outcome::OnePair);
}

#[test]
fn a_negative_mean_is_worse() {
    let negative = PairedDifference {
        mean: -0.01,
        ..difference(Some((-0.019, -0.001)), 0.03125)
    };
    assert_eq!(Outcome::new(&negative), Outcome::Worse);
}

/// With seven pairs the test can reach 0.05, and here it does not.
#[test]
fn enough_pairs_can_be_unsure_as_well() {
    let comparison = compared(&[30, 30, 30, 30, 30, -1, -9]);
    assert_eq!(comparison.outcome, Outcome::Unsure);
    assert!(found(
        &comparison,
        "with 7 pairs it could have been as low as 0.0156"
    ));
}

#[test]
fn swapping_the_arms_swaps_better_and_worse() {
    let differences = [20, 25, 18, 22, 27, 19];
    let swapped = differences.map(|difference: i32| -difference);
    let (better, worse) = (compared(&differences), compared(&swapped));
    assert_eq!(
        (better.outcome, worse.outcome),
        (Outcome::Better, Outcome::Worse)
    );
    assert_eq!(better.last.mean, -worse.last.mean);
    assert_eq!(better.last.sign_flip_p, worse.last.sign_flip_p);
}

#[test]
fn seeds_that_are_not_consecutive_are_listed() {
    let mut trials = two_arms(&[760, 770, 765], &[750, 745, 752]);
    for trial in &mut trials {
        trial.seed *= trial.seed;
    }
    let report = Report::new(trials, About::default()).unwrap();
    assert!(found(&report.comparisons[0], "(seeds 1, 4 and 9)"));
}

#[test]
fn one_seed_is_singular() {
    assert!(found(&compared(&[40]), "ahead in 1 of 1 pair (seed 1)"));
}

#[test]
fn with_validation_images_pairs_differ_in_these_too() {
    let mut trials = two_arms(&[760, 770], &[750, 745]);
    for trial in &mut trials {
        trial.data.validation_images = 50;
    }
    let report = Report::new(trials, About::default()).unwrap();
    assert!(found(
        &report.comparisons[0],
        "which includes the validation images"
    ));
    assert!(!found(&report.comparisons[0], "share the training images"));
}

#[test]
fn arms_whose_best_epochs_were_chosen_differently_are_not_compared_by_them() {
    let mut trials = two_arms(&[760, 770], &[750, 745]);
    trials[0].best_chosen_by = ChosenBy::Validation;
    let report = Report::new(trials, About::default()).unwrap();
    assert!(found(&report.comparisons[0], "compares different things"));
}
