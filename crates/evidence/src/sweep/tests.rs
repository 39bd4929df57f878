use crate::simulated::{arm, set, two_arms};
use crate::{About, Report, Sweep, Trial};

/// Runs of an arm with this value of `mixing.alpha`, right on so many images each.
fn with_alpha(value: &str, right: &[usize]) -> Vec<Trial> {
    let mut runs = arm(&format!("alpha={value}"), right);
    for run in &mut runs {
        set(run, "mixing.alpha", value);
    }
    runs
}

fn sweep(trials: Vec<Trial>) -> Option<Sweep> {
    Report::new(trials, About::default()).unwrap().sweep
}

fn three_values() -> Vec<Trial> {
    [
        with_alpha("1.0", &[770, 775]),
        with_alpha("0.1", &[751, 756]),
        with_alpha("1e-5", &[750, 755]),
        arm("baseline", &[750, 755]),
    ]
    .concat()
}

#[test]
fn arms_that_differ_in_one_number_are_a_curve_in_its_order() {
    let sweep = sweep(three_values()).unwrap();
    assert_eq!(sweep.key, "mixing.alpha");
    assert_eq!(sweep.baseline.as_deref(), Some("0.0"));
    assert!(sweep.baseline_differs_in.is_empty());
    let values: Vec<f64> = sweep.points.iter().map(|point| point.value).collect();
    assert_eq!(values, [1e-5, 0.1, 1.0]);
    let arms: Vec<&str> = sweep
        .points
        .iter()
        .map(|point| point.arm.as_str())
        .collect();
    assert_eq!(arms, ["alpha=1e-5", "alpha=0.1", "alpha=1.0"]);
    let means: Vec<f64> = sweep
        .points
        .iter()
        .map(|point| point.difference.mean)
        .collect();
    for (mean, expected) in means.iter().zip([0.0, 0.001, 0.02]) {
        assert!((mean - expected).abs() < 1e-12, "{means:?}");
    }
}

#[test]
fn one_arm_and_its_baseline_are_no_curve() {
    assert_eq!(sweep(two_arms(&[760, 770], &[750, 745])), None);
}

#[test]
fn arms_that_differ_in_two_settings_are_no_curve() {
    let mut trials = three_values();
    for run in trials.iter_mut().filter(|run| run.arm == "alpha=1.0") {
        set(run, "optimizer.learning_rate", "0.01");
    }
    assert_eq!(sweep(trials), None);
}

/// The baseline may differ in other settings: each arm is compared with it in the same way.
#[test]
fn the_baseline_may_differ_in_more() {
    let mut trials = three_values();
    for run in trials.iter_mut().filter(|run| run.arm == "baseline") {
        set(run, "optimizer.learning_rate", "0.01");
    }
    let sweep = sweep(trials).unwrap();
    assert_eq!(sweep.baseline_differs_in, ["optimizer.learning_rate"]);
}

#[test]
fn values_that_are_no_numbers_are_no_curve() {
    let mut trials = three_values();
    for run in trials.iter_mut().filter(|run| run.arm == "alpha=1.0") {
        set(run, "mixing.alpha", "\"much\"");
    }
    assert_eq!(sweep(trials), None);
}

#[test]
fn an_arm_without_a_pair_leaves_no_curve() {
    let mut trials = three_values();
    for run in trials.iter_mut().filter(|run| run.arm == "alpha=1.0") {
        run.seed += 100;
    }
    assert_eq!(sweep(trials), None);
}
