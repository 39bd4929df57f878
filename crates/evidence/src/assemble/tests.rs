//! Which runs form arms, pairs and settings.

use super::*;
use crate::Outcome;
use crate::simulated::{IMAGES, arm, set, settings as settings_of, trial, two_arms};

fn report(trials: Vec<Trial>) -> Report {
    Report::new(trials, About::default()).unwrap()
}

fn refused(trials: Vec<Trial>) -> Mismatch {
    Report::new(trials, About::default()).unwrap_err()
}

fn names(report: &Report) -> Vec<&str> {
    report.arms.iter().map(|arm| arm.name.as_str()).collect()
}

fn asked(arms: &[&str]) -> About {
    About {
        arms: arms.iter().map(|arm| arm.to_string()).collect(),
        ..About::default()
    }
}

fn is_marked(report: &Report, words: &str) -> bool {
    report.marks.iter().any(|mark| mark.contains(words))
}

#[test]
fn two_arms_in_pairs() {
    let report = report(two_arms(&[760, 770, 768, 761], &[750, 745, 752, 749]));
    assert_eq!(report.title, "mixup against baseline");
    assert_eq!(names(&report), ["mixup", "baseline"]);
    let [mixup, baseline] = &report.arms[..] else {
        panic!("two arms")
    };
    assert!((mixup.last.mean - 0.76475).abs() < 1e-12);
    assert!((mixup.best.mean - 0.77475).abs() < 1e-12);
    assert_eq!(mixup.last.runs, 4);
    assert_eq!(mixup.versions, ["0.2.0"]);
    assert_eq!(baseline.training_accuracy.deviation, Some(0.0));
    assert_eq!(baseline.reliability.len(), 15);
    assert_eq!(baseline.confusion.right(), 750 + 745 + 752 + 749);
    assert_eq!(baseline.confusion.images(), 4 * IMAGES as u64);
    // Every class has as many images, so the mean over classes is the mean.
    let classes: f64 = mixup.classes.iter().flatten().map(|class| class.mean).sum();
    assert!((classes / 4.0 - mixup.last.mean).abs() < 1e-12);

    let [comparison] = &report.comparisons[..] else {
        panic!("one comparison")
    };
    let seeds: Vec<u32> = comparison.pairs.iter().map(|pair| pair.seed).collect();
    assert_eq!(seeds, [1, 2, 3, 4]);
    assert!((comparison.last.mean - 0.01575).abs() < 1e-12);
    assert_eq!(comparison.last.sign_flip_p, 0.125);
    assert_eq!(comparison.outcome, Outcome::Unsure);
    let pair = &comparison.pairs[1];
    assert_eq!(pair.mcnemar.only_arm - pair.mcnemar.only_baseline, 25);
    assert!((pair.difference - 0.025).abs() < 1e-12);
}

fn keys(report: &Report) -> Vec<&str> {
    let settings = report.settings.iter();
    settings.map(|setting| setting.key.as_str()).collect()
}

#[test]
fn tables_of_settings_stand_in_the_order_of_the_runs() {
    let report = report(two_arms(&[760], &[750]));
    assert_eq!(
        keys(&report),
        [
            "epochs",
            "network.hidden",
            "mixing.alpha",
            "optimizer.learning_rate"
        ]
    );
    let alpha = &report.settings[2];
    assert_eq!(alpha.values, [Some("0.2".into()), Some("0.0".into())]);
    assert!(alpha.differs && !report.settings[0].differs);
}

#[test]
fn a_setting_that_one_arm_lacks_stands_in_its_table_by_name() {
    let mut trials = two_arms(&[760], &[750]);
    set(&mut trials[0], "mixing.probability", "0.5");
    set(&mut trials[1], "mixing.every", "5");
    let report = report(trials);
    assert_eq!(
        keys(&report)[2..5],
        ["mixing.alpha", "mixing.every", "mixing.probability"]
    );
    assert_eq!(report.settings[3].values, [None, Some("5".into())]);
    assert!(report.settings[3].differs);
}

#[test]
fn settings_of_the_judging_come_last() {
    let mut trials = two_arms(&[760], &[750]);
    trials[0].judging = settings_of(&[("attack.images", "9")]);
    let report = report(trials);
    assert_eq!(keys(&report).last(), Some(&"attack.images"));
    assert_eq!(report.settings[4].values, [Some("9".into()), None]);
}

#[test]
fn the_unmixed_arm_is_the_baseline() {
    let mut trials = two_arms(&[760], &[750]);
    trials.reverse();
    assert_eq!(names(&report(trials.clone())), ["mixup", "baseline"]);
    for trial in &mut trials {
        trial.is_unmixed = true;
    }
    // Both, or neither: the arm first named is compared to the last.
    assert_eq!(names(&report(trials.clone())), ["baseline", "mixup"]);
    let about = asked(&["mixup", "baseline"]);
    let report = Report::new(trials, about).unwrap();
    assert_eq!(names(&report), ["mixup", "baseline"]);
}

#[test]
fn arms_that_were_not_asked_for_are_left_out() {
    let trials = [two_arms(&[760], &[750]), arm("other", &[700])].concat();
    let report = Report::new(trials, asked(&["other", "baseline"])).unwrap();
    assert_eq!(names(&report), ["other", "baseline"]);
    assert_eq!(report.left_out[0].run, "runs/mixup-1");
    assert!(report.left_out[0].reason.contains("mixup"));
}

#[test]
fn arms_asked_for_must_be_there_once() {
    let trials = two_arms(&[760], &[750]);
    let error = Report::new(trials.clone(), asked(&["other", "baseline"])).unwrap_err();
    assert_eq!(
        error,
        Mismatch::NoRunsOf {
            arm: "other".into()
        }
    );
    let error = Report::new(trials, asked(&["baseline", "baseline"])).unwrap_err();
    let arm = "baseline".into();
    assert_eq!(error, Mismatch::ArmTwice { arm });
    assert_eq!(refused(vec![]), Mismatch::NoRuns);
}

#[test]
fn one_arm_or_no_common_seed_is_no_comparison() {
    let alone = report(arm("mixup", &[760, 770]));
    assert!(alone.comparisons.is_empty());
    assert_eq!(alone.title, "mixup");
    let apart = report(vec![trial("mixup", 1, 760), trial("baseline", 2, 750)]);
    assert!(apart.comparisons.is_empty());
    assert!(is_marked(&apart, "share no seed"));
}

#[test]
fn a_run_without_its_half_counts_in_its_arm_and_is_marked() {
    let report = report(two_arms(&[760, 770, 790], &[750, 745]));
    assert_eq!(report.arms[0].last.runs, 3);
    assert_eq!(report.comparisons[0].last.pairs, 2);
    assert!(is_marked(
        &report,
        "baseline has no run with seed 3 of mixup"
    ));
}

#[test]
fn several_arms_are_compared_with_the_baseline() {
    let trials = [
        two_arms(&[760, 770], &[750, 745]),
        arm("other", &[700, 710]),
    ]
    .concat();
    let report = report(trials);
    assert_eq!(names(&report), ["mixup", "other", "baseline"]);
    assert_eq!(report.title, "mixup, other against baseline");
    assert_eq!(report.comparisons.len(), 2);
    assert_eq!(report.comparisons[1].arm, "other");
    assert_eq!(report.comparisons[1].baseline, "baseline");
}

#[test]
fn a_title_that_was_asked_for_is_kept() {
    let about = About {
        title: Some("Table 1".into()),
        ..About::default()
    };
    let report = Report::new(two_arms(&[760], &[750]), about).unwrap();
    assert_eq!(report.title, "Table 1");
}

#[test]
fn runs_are_ordered_by_seed() {
    let mut trials = two_arms(&[760, 770, 780], &[750, 745, 740]);
    trials.reverse();
    let report = report(trials);
    for arm in &report.arms {
        let seeds: Vec<u32> = arm.runs.iter().map(|run| run.seed).collect();
        assert_eq!(seeds, [1, 2, 3], "{}", arm.name);
    }
}

#[test]
fn pairs_are_found_by_seed_and_not_by_position() {
    let trials = vec![
        trial("mixup", 5, 770),
        trial("mixup", 2, 760),
        trial("baseline", 2, 750),
        trial("baseline", 5, 740),
    ];
    let comparison = &report(trials).comparisons[0];
    let differences = comparison
        .pairs
        .iter()
        .map(|pair| (pair.seed, pair.difference));
    let differences: Vec<(u32, f64)> = differences.collect();
    assert_eq!(differences[0].0, 2);
    assert!((differences[0].1 - 0.01).abs() < 1e-12);
    assert_eq!(differences[1].0, 5);
    assert!((differences[1].1 - 0.03).abs() < 1e-12);
}

#[test]
fn a_single_run_has_no_deviation_and_no_comparison() {
    let report = report(vec![trial("mixup", 7, 760)]);
    assert_eq!(report.title, "mixup");
    assert_eq!(report.arms[0].last.deviation, None);
    assert_eq!(report.arms[0].last.mean, 0.76);
    assert!(report.comparisons.is_empty());
    assert!(report.settings.iter().all(|setting| !setting.differs));
}

#[test]
fn the_seconds_of_runs_are_averaged() {
    let mut trials = arm("mixup", &[760, 770]);
    trials[1].seconds = 80.0;
    let seconds = report(trials).arms[0].seconds;
    assert_eq!(seconds.mean, 70.0);
    assert!((seconds.deviation.unwrap() - 200_f64.sqrt()).abs() < 1e-12);
}
