//! What is averaged, what is marked, and what is refused.

use super::*;
use crate::simulated::{IMAGES, arm, set, settings as settings_of, trial, two_arms};
use crate::{Found, Outcome, Outputs};

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
    let right: u32 = (0..4).map(|class| baseline.confusion[class][class]).sum();
    assert_eq!(right, 750 + 745 + 752 + 749);
    let all: u32 = baseline.confusion.iter().flatten().sum();
    assert_eq!(all as usize, 4 * IMAGES);
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
fn runs_of_one_arm_must_agree_in_every_setting() {
    let mut trials = two_arms(&[760, 770], &[750, 745]);
    let key = "optimizer.learning_rate".to_string();
    set(&mut trials[1], &key, "0.01");
    let found = |run: &str, value: &str| {
        Box::new(Found {
            run: run.into(),
            value: value.into(),
        })
    };
    let expected = Mismatch::Settings {
        arm: "mixup".into(),
        key: key.clone(),
        one: found("runs/mixup-1", "0.001"),
        other: found("runs/mixup-2", "0.01"),
    };
    let error = refused(trials.clone());
    assert_eq!(error, expected);
    assert_eq!(
        error.to_string(),
        "mixup: expected one optimizer.learning_rate in all runs, found 0.001 in runs/mixup-1 and \
         0.01 in runs/mixup-2"
    );
    trials[1].settings.retain(|(known, _)| *known != key);
    assert!(refused(trials.clone()).to_string().contains("nothing in"));
    trials[1] = trial("mixup", 2, 770);
    trials[1].epochs.pop();
    assert!(
        refused(trials.clone())
            .to_string()
            .contains("number of epochs")
    );
    trials[1] = trial("mixup", 2, 770);
    trials[1].outputs = Outputs::Softmax;
    let error = refused(trials).to_string();
    assert!(error.contains("found sigmoid in runs/mixup-1"), "{error}");
}

#[test]
fn one_seed_is_one_trial() {
    let mut trials = two_arms(&[760, 770], &[750, 745]);
    trials.push(trial("baseline", 2, 745));
    trials[4].run = "copy".into();
    let error = refused(trials).to_string();
    assert!(
        error.contains("seed 2 in runs/baseline-2 and in copy"),
        "{error}"
    );
}

#[test]
fn other_images_are_refused() {
    let whole = two_arms(&[760], &[750]);
    let change = |change: fn(&mut Trial)| {
        let mut trials = whole.clone();
        change(&mut trials[1]);
        refused(trials).to_string()
    };
    let error = change(|trial| trial.data.fingerprint = "fedc".into());
    assert!(
        error.contains("the same data fingerprint in all runs"),
        "{error}"
    );
    let error = change(|trial| trial.classes[0] = "lion".into());
    assert!(error.contains("class names"), "{error}");
    let error = change(|trial| trial.data.training_images = 450);
    assert!(
        error.contains("500 training and 0 validation images"),
        "{error}"
    );
    let error = change(|trial| trial.labels[3] = 0);
    assert!(
        error.contains("class 3 for image 3 in runs/mixup-1"),
        "{error}"
    );
    let error = change(|trial| {
        trial.labels.pop();
    });
    assert!(error.contains("999 labels"), "{error}");
}

#[test]
fn damaged_figures_are_refused() {
    let whole = two_arms(&[760], &[750]);
    for change in [
        (|trial| trial.test.nll = f64::NAN) as fn(&mut Trial),
        |trial| trial.test_loss = f64::INFINITY,
        |trial| trial.epochs.clear(),
        |trial| trial.test.confusion[1].clear(),
    ] {
        let mut trials = whole.clone();
        change(&mut trials[1]);
        assert!(
            matches!(refused(trials), Mismatch::Damaged { run, .. } if run == "runs/baseline-1")
        );
    }
}

#[test]
fn what_makes_arms_unlike_is_marked() {
    let whole = two_arms(&[760, 770], &[750, 745]);
    let plain = report(whole.clone());
    assert_eq!(plain.marks.len(), 1, "{:?}", plain.marks);
    assert!(is_marked(
        &plain,
        "chosen by the test images, as in the article"
    ));
    let change = |change: fn(&mut Trial)| {
        let mut trials = whole.clone();
        trials[2..].iter_mut().for_each(change);
        report(trials)
    };
    let other = change(|trial| trial.version = "0.1.0".into());
    assert!(is_marked(
        &other,
        "versions of the program (mixup: 0.2.0; baseline: 0.1.0)"
    ));
    let other = change(|trial| trial.device = "GPU".into());
    assert!(is_marked(&other, "different devices"));
    let other = change(|trial| {
        set(trial, "network.hidden", "32");
        trial.network = "hidden = 32".into();
    });
    assert!(is_marked(&other, "do not share their initial weights"));
    assert!(is_marked(
        &other,
        "differ in 2 settings (network.hidden and mixing.alpha)"
    ));
    let other = change(|trial| trial.outputs = Outputs::Softmax);
    assert!(is_marked(
        &other,
        "mixup ends in sigmoid outputs and baseline in softmax outputs"
    ));
    assert!(is_marked(&other, "were trained with different losses"));
    let other = change(|trial| {
        trial.loss_function = "bce without an epsilon".into();
    });
    assert!(is_marked(&other, "were trained with different losses"));
    assert!(!is_marked(&other, "outputs"));
    // How a network is judged in the end changes nothing in it.
    let other = change(|trial| {
        trial.judging = settings_of(&[("attack.images", "9")]);
    });
    assert_eq!(other.marks, plain.marks);
    let other = change(|trial| trial.best_chosen_by = ChosenBy::Validation);
    assert!(is_marked(&other, "best accuracies cannot be compared"));
    assert_eq!(other.best_chosen_by, ChosenBy::Test);
    let other = change(|trial| {
        set(trial, "mixing.alpha", "0.2");
    });
    assert!(is_marked(&other, "have the same settings"));
}

#[test]
fn several_comparisons_are_marked() {
    let trials = [
        two_arms(&[760, 770], &[750, 745]),
        arm("other", &[700, 710]),
    ]
    .concat();
    let report = report(trials);
    assert_eq!(names(&report), ["mixup", "other", "baseline"]);
    assert_eq!(report.title, "mixup, other against baseline");
    assert_eq!(report.comparisons.len(), 2);
    assert!(is_marked(
        &report,
        "2 arms are compared with baseline. Each interval covers 95%"
    ));
}
