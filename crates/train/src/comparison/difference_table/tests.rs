use mixup_evidence::{About, Report};

use super::*;
use crate::comparison::example::compared;
use crate::comparison::finished::FinishedRuns;

/// The report of a comparison with runs of a third arm, `alpha=1`, that are those of `mixup` with another alpha.
fn report() -> Report {
    let folder = compared("1-2");
    let mut trials = FinishedRuns::read(&[folder.path().into()], true)
        .unwrap()
        .trials;
    let mut others: Vec<_> = trials
        .iter()
        .filter(|run| run.arm == "mixup")
        .cloned()
        .collect();
    for run in &mut others {
        run.arm = "alpha=1".into();
        let alpha = run
            .settings
            .iter_mut()
            .find(|(key, _)| key == "mixing.alpha");
        alpha.unwrap().1 = "1.0".into();
    }
    trials.extend(others);
    Report::new(trials, About::default()).unwrap()
}

#[test]
fn a_sweep_has_a_line_for_each_value() {
    assert_eq!(
        difference_table(&report()),
        [
            "mixing.alpha  difference  95% interval      sign-flip p  pairs  verdict",
            "0.2           +25.00      +25.00 to +25.00  0.500        2      not settled",
            "1             +25.00      +25.00 to +25.00  0.500        2      not settled",
        ]
    );
}

#[test]
fn other_arms_have_a_line_for_each_name() {
    let mut report = report();
    report.sweep = None;
    let lines = difference_table(&report);
    assert!(lines[0].starts_with("arm      difference  "), "{lines:?}");
    assert!(lines[2].starts_with("alpha=1  +25.00 "), "{lines:?}");
}

#[test]
fn one_comparison_has_no_table() {
    let mut report = report();
    report.comparisons.pop();
    assert!(difference_table(&report).is_empty());
}

#[test]
fn one_pair_has_no_interval() {
    let mut one = report().comparisons[0].last;
    (one.pairs, one.interval) = (1, None);
    let cells = cells("a", &one, Outcome::OnePair);
    assert_eq!(cells[2], "none: one pair");
}
