//! Means and intervals by hand, what is not compared, and what is refused.

use super::*;
use crate::simulated::{attacked, two_arms};
use crate::{About, Mismatch, Report, Trial};

/// Two runs an arm, in pairs, each with accuracies at ε = 2/255.
fn trials() -> Vec<Trial> {
    let mut trials = two_arms(&[760, 770], &[750, 745]);
    for (trial, [clean, fgsm, pgd]) in trials.iter_mut().zip([
        [0.7, 0.5, 0.2],
        [0.8, 0.54, 0.3],
        [0.7, 0.4, 0.1],
        [0.7, 0.42, 0.2],
    ]) {
        trial.robustness = Some(attacked(clean, &[(2.0, fgsm, pgd)]));
    }
    trials
}

fn report(trials: Vec<Trial>) -> Report {
    Report::new(trials, About::default()).unwrap()
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

#[test]
fn arms_by_hand() {
    let report = report(trials());
    let mixup = report.arms[0].robustness.as_ref().unwrap();
    assert_eq!((mixup.images, mixup.pgd_steps), (100, 10));
    near(mixup.clean.mean, 0.75);
    near(mixup.clean.deviation.unwrap(), 0.005_f64.sqrt());
    let point = &mixup.points[0];
    assert_eq!((point.epsilon, point.fgsm.runs), (2.0, 2));
    near(point.fgsm.mean, 0.52);
    near(point.pgd.mean, 0.25);
    let baseline = report.arms[1].robustness.as_ref().unwrap();
    near(baseline.points[0].fgsm.mean, 0.41);
    let run = &report.arms[1].runs[1].robustness;
    assert_eq!(*run, Some(attacked(0.7, &[(2.0, 0.42, 0.2)])));
}

#[test]
fn differences_by_hand() {
    let report = report(trials());
    let compared = report.comparisons[0].robustness.as_ref().unwrap();
    // 0 and 10 of 100 images; 10 and 12; 10 and 10.
    near(compared.clean.mean, 0.05);
    let MeanDifference {
        pairs,
        mean,
        deviation,
        interval,
    } = compared.points[0].fgsm;
    assert_eq!(pairs, 2);
    near(mean, 0.11);
    near(deviation.unwrap(), 0.0002_f64.sqrt());
    // scipy.stats.t.ppf(0.975, 1) = 12.706204736174694; the standard error is 0.01.
    let (low, high) = interval.unwrap();
    near(low, 0.11 - 0.12706204736174694);
    near(high, 0.11 + 0.12706204736174694);
    // Whole images: 0.3 - 0.2 and 0.2 - 0.1 differ in their last digits, and 10 from 10 does not.
    let pgd = compared.points[0].pgd;
    assert_eq!((pgd.mean, pgd.deviation), (0.1, Some(0.0)));
}

#[test]
fn it_is_exploratory() {
    let attacked = report(trials());
    let plain = report(two_arms(&[760, 770], &[750, 745]));
    let (with, without) = (&attacked.comparisons[0], &plain.comparisons[0]);
    assert_eq!(with.outcome, without.outcome);
    assert_eq!(with.headline, without.headline);
    assert!(with.findings.last().unwrap().contains("exploratory"));
    assert_eq!(with.findings.len(), without.findings.len() + 1);
    let json = serde_json::to_value(with).unwrap();
    assert!(json["last"].to_string().contains("sign_flip_p"));
    let json = json["robustness"].to_string();
    assert!(
        json.contains("interval") && !json.contains("_p"),
        "no test: {json}"
    );
}

#[test]
fn arms_that_were_attacked_in_different_ways_are_shown_and_not_compared() {
    let change = |change: fn(&mut Robustness)| {
        let mut trials = trials();
        for trial in &mut trials[2..] {
            trial.robustness.as_mut().map(change);
        }
        report(trials)
    };
    for other in [
        change(|robustness| robustness.images = 50),
        change(|robustness| robustness.pgd_steps = 20),
        change(|robustness| robustness.points[0].epsilon = 4.0),
        change(|robustness| {
            let mut more = robustness.points[0].clone();
            more.epsilon = 4.0;
            robustness.points.push(more);
        }),
    ] {
        assert!(other.arms.iter().all(|arm| arm.robustness.is_some()));
        assert_eq!(other.comparisons[0].robustness, None);
    }
    let mut alone = trials();
    alone[2].robustness = None;
    alone[3].robustness = None;
    let alone = report(alone);
    assert!(alone.arms[0].robustness.is_some() && alone.arms[1].robustness.is_none());
    assert_eq!(alone.comparisons[0].robustness, None);
}

#[test]
fn runs_of_one_arm_were_attacked_in_one_way() {
    let mut trials = trials();
    trials[1].robustness = Some(attacked(0.7, &[(4.0, 0.5, 0.2), (8.0, 0.3, 0.1)]));
    let refused = |trials| {
        Report::new(trials, About::default())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused(trials.clone()),
        "mixup: expected one attack in all runs, found 100 images, PGD of 10 steps, ε of 2/255 in \
         runs/mixup-1 and 100 images, PGD of 10 steps, ε of 4/255 and 8/255 in runs/mixup-2"
    );
    trials[1].robustness = None;
    assert!(refused(trials).contains("and nothing in runs/mixup-2"));
}

#[test]
fn damaged_attacks_are_refused() {
    for damage in [
        (|robustness| robustness.images = 0) as fn(&mut Robustness),
        |robustness| robustness.images = 1001,
        |robustness| robustness.points.clear(),
        |robustness| robustness.points[0].epsilon = 0.0,
        |robustness| robustness.points[0].epsilon = f64::INFINITY,
        |robustness| robustness.points.push(robustness.points[0].clone()),
        |robustness| robustness.points[0].pgd = f64::NAN,
        |robustness| robustness.clean = f64::NAN,
    ] {
        let mut trials = trials();
        trials[3].robustness.as_mut().map(damage);
        let error = Report::new(trials, About::default()).unwrap_err();
        assert!(
            matches!(&error, Mismatch::Damaged { run, .. } if run == "runs/baseline-2"),
            "{error}"
        );
    }
}

#[test]
fn it_survives_its_file_and_bears_new_fields() {
    let robustness = attacked(0.7, &[(0.5, 0.5, 0.2), (8.0, 0.3, 0.1)]);
    let json = serde_json::to_string(&robustness).unwrap();
    assert_eq!(
        json,
        r#"{"images":100,"pgd_steps":10,"clean":0.7,"points":[{"epsilon":0.5,"fgsm":0.5,"pgd":0.2},{"epsilon":8.0,"fgsm":0.3,"pgd":0.1}]}"#
    );
    let later = json.replacen('{', r#"{"later":1,"#, 1);
    assert_eq!(
        serde_json::from_str::<Robustness>(&later).unwrap(),
        robustness
    );
}

#[test]
fn an_attack_in_words() {
    let one = attacked(0.7, &[(0.5, 0.6, 0.5)]);
    assert_eq!(
        one.attack_in_words(),
        "100 images, PGD of 10 steps, ε of 0.5/255"
    );
    let three = attacked(0.7, &[(1.0, 0.6, 0.5), (2.0, 0.5, 0.4), (8.0, 0.2, 0.1)]);
    assert!(
        three
            .attack_in_words()
            .ends_with("ε of 1/255, 2/255 and 8/255")
    );
}

#[test]
fn accuracies_do_not_decide_whether_two_attacks_are_the_same() {
    let one = attacked(0.7, &[(2.0, 0.6, 0.5)]);
    assert!(one.was_attacked_like(&attacked(0.1, &[(2.0, 0.0, 0.0)])));
    assert!(!one.was_attacked_like(&attacked(0.7, &[(4.0, 0.6, 0.5)])));
}

#[test]
fn no_runs_have_no_mean() {
    assert_eq!(Robustness::over_runs(&[]), None);
}
