//! CSV: rows, columns and quoting.

use super::*;
use crate::About;
use crate::simulated::{arm, attacked, two_arms};

fn report(trials: Vec<crate::Trial>) -> Report {
    Report::new(trials, About::default()).unwrap()
}

#[test]
fn every_run_epoch_and_pair_has_its_row() {
    let report = report(two_arms(&[760, 770], &[750, 745]));
    for (text, rows) in [
        (runs(&report), 4),
        (epochs(&report), 8),
        (pairs(&report), 2),
    ] {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = reader.headers().unwrap().len();
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), rows);
        assert!(records.iter().all(|record| record.len() == columns));
    }
    let line = runs(&report);
    let line = line.lines().nth(2).unwrap();
    assert!(
        line.starts_with("mixup,2,2,0.77,0.78,1,test,0.4,"),
        "{line}"
    );
    assert!(line.ends_with(",0.9,60.0,,0.2.0,runs/mixup-2"), "{line}");
    assert_eq!(
        epochs(&report).lines().nth(1).unwrap(),
        "mixup,1,1,0.3,0.4,0.76,0.001"
    );
    let line = pairs(&report);
    assert!(
        line.lines()
            .nth(1)
            .unwrap()
            .starts_with("mixup,baseline,1,0.76,0.75,0.01")
    );
}

#[test]
fn a_table_without_rows_keeps_its_header() {
    let report = report(arm("mixup", &[760]));
    assert_eq!(pairs(&report).lines().count(), 1);
    assert!(pairs(&report).starts_with("arm,baseline,seed,"));
}

#[test]
fn every_strength_of_an_attack_has_its_row() {
    let header = "arm,seed,epsilon,fgsm,pgd\n";
    let mut trials = two_arms(&[760, 770], &[750]);
    assert_eq!(robustness(&report(trials.clone())), header);
    trials[2].robustness = Some(attacked(0.7, &[(0.5, 0.6, 0.5), (8.0, 0.2, 0.1)]));
    assert_eq!(
        robustness(&report(trials)),
        format!("{header}baseline,1,0.0,0.7,0.7\nbaseline,1,0.5,0.6,0.5\nbaseline,1,8.0,0.2,0.1\n")
    );
}

#[test]
fn names_with_commas_stay_one_field() {
    let mut trials = arm("mixup", &[760]);
    trials[0].run = "runs/a, \"b\"".into();
    let text = runs(&report(trials));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let record = reader.records().next().unwrap().unwrap();
    assert_eq!(&record[15], "runs/a, \"b\"");
}

/// The fields of the first row of a table.
fn first_row(text: &str) -> csv::StringRecord {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().next().unwrap().unwrap()
}

#[test]
fn the_name_of_an_arm_with_quotes_and_line_breaks_stays_one_field() {
    let evil = "a \"b\", c\nd";
    let mut trials = two_arms(&[760], &[750]);
    trials[0].arm = evil.into();
    let report = report(trials);
    for text in [runs(&report), epochs(&report), pairs(&report)] {
        assert_eq!(&first_row(&text)[0], evil, "{text}");
    }
}

#[test]
fn several_versions_stand_in_one_field() {
    let mut trials = arm("mixup", &[760, 770]);
    trials[1].version = "0.3.0".into();
    let text = runs(&report(trials));
    assert_eq!(&first_row(&text)[14], "0.2.0; 0.3.0");
}

#[test]
fn arms_of_unequal_numbers_have_all_their_runs_and_only_common_pairs() {
    let report = report(two_arms(&[760, 770, 780], &[750]));
    assert_eq!(runs(&report).lines().count(), 1 + 4);
    assert_eq!(pairs(&report).lines().count(), 1 + 1);
}

#[test]
fn the_headers_are_those_of_the_file_format() {
    let report = report(arm("mixup", &[760]));
    assert!(runs(&report).starts_with(
        "arm,seed,epochs,last,best,best_epoch,best_chosen_by,loss,nll,brier,ece,training_accuracy,\
         seconds,cpu_seconds,version,run\n"
    ));
    assert!(
        epochs(&report).starts_with(
            "arm,seed,epoch,train_loss,held_out_loss,held_out_accuracy,learning_rate\n"
        )
    );
    assert_eq!(
        pairs(&report),
        "arm,baseline,seed,arm_accuracy,baseline_accuracy,difference,only_arm,only_baseline,\
         mcnemar_p\n"
    );
}
