use super::*;
use mixup_evidence::to_12_decimals;

#[test]
fn a_row_is_read_back_bit_for_bit() {
    for number in 0..2000_u32 {
        let value = to_12_decimals(0.1 + f64::from(number) / 7919.0);
        let row = EpochRow {
            epoch: 1,
            train_loss: value,
            train_accuracy: value,
            held_out: HeldOut::new(ChosenBy::Test, value, value),
            learning_rate: None,
            seconds: value * 100.0,
            cpu_seconds: None,
            images_per_second: 1.0,
        };
        let text = serde_json::to_string(&row).unwrap();
        let read: EpochRow = serde_json::from_str(&text).unwrap();
        assert_eq!(read.held_out.loss().to_bits(), value.to_bits(), "{text}");
    }
}

#[test]
fn the_keys_of_a_row_name_the_images() {
    let mut row: EpochRow = serde_json::from_str(
        r#"{"epoch":1,"train_loss":0.5,"train_accuracy":0.5,"test_loss":0.25,"test_accuracy":0.75,"seconds":1.0,"images_per_second":2.0}"#,
    )
    .unwrap();
    assert_eq!(row.held_out, HeldOut::new(ChosenBy::Test, 0.25, 0.75));
    row.held_out = HeldOut::new(ChosenBy::Validation, 0.25, 0.75);
    let text = serde_json::to_string(&row).unwrap();
    assert!(
        text.contains(r#""validation_loss":0.25,"validation_accuracy":0.75"#),
        "{text}"
    );
    assert!(!text.contains("test"), "{text}");
    assert_eq!(serde_json::from_str::<EpochRow>(&text).unwrap(), row);
}

#[test]
fn a_row_of_version_0_2_0_is_read() {
    let row: EpochRow = serde_json::from_str(
        r#"{"epoch":1,"train_loss":0.258619775505,"train_accuracy":0.37896,"test_loss":0.220542918658,
        "test_accuracy":0.4926,"seconds":20.616117575,"images_per_second":2425.286905650566}"#,
    )
    .unwrap();
    assert_eq!(
        row.held_out,
        HeldOut::new(ChosenBy::Test, 0.220542918658, 0.4926)
    );
}

const ROW: &str = r#"{"epoch":1,"train_loss":0.5,"train_accuracy":0.5,"test_loss":0.25,"test_accuracy":0.75,"seconds":1.0,"images_per_second":2.0}"#;

fn rows_of(text: &str) -> Result<Vec<EpochRow>, Failure> {
    parse_rows(Path::new("metrics.jsonl"), text)
}

/// Asserts that a row with `from` replaced by `to` is refused for what was found.
#[track_caller]
fn refused(from: &str, to: &str, found: &str) {
    assert!(ROW.contains(from));
    let message = rows_of(&ROW.replace(from, to)).unwrap_err().to_string();
    let expected =
        format!("metrics.jsonl: expected a file as mixup writes it, found {found} in line 1");
    assert_eq!(message, expected);
}

#[test]
fn a_damaged_row_is_named_by_its_line() {
    let message = rows_of(&format!("{ROW}\n{{\"epoch\":2\n"))
        .unwrap_err()
        .to_string();
    let expected = "found EOF while parsing an object in line 2";
    assert!(message.ends_with(expected), "{message}");
}

#[test]
fn whole_rows_are_read_in_their_order() {
    let second = ROW.replace("\"epoch\":1", "\"epoch\":2");
    let rows = rows_of(&format!("{ROW}\n{second}\n")).unwrap();
    let epochs: Vec<usize> = rows.iter().map(|row| row.epoch).collect();
    assert_eq!(epochs, [1, 2]);
}

#[test]
fn an_epoch_far_away_is_refused() {
    refused(
        "\"epoch\":1",
        "\"epoch\":999999991",
        "epoch 999999991 instead of 1",
    );
}

#[test]
fn the_largest_epoch_is_refused() {
    let largest = u64::MAX.to_string();
    let found = format!("epoch {largest} instead of 1");
    refused("\"epoch\":1", &format!("\"epoch\":{largest}"), &found);
}

#[test]
fn an_epoch_that_comes_twice_is_refused() {
    let message = rows_of(&format!("{ROW}\n{ROW}\n")).unwrap_err().to_string();
    assert!(
        message.ends_with("found epoch 1 instead of 2 in line 2"),
        "{message}"
    );
}

#[test]
fn an_accuracy_above_1_is_refused() {
    refused("0.75", "1.5", "accuracy 1.5 (not from 0 to 1)");
}

#[test]
fn a_negative_accuracy_is_refused() {
    refused(
        "\"train_accuracy\":0.5",
        "\"train_accuracy\":-0.1",
        "accuracy -0.1 (not from 0 to 1)",
    );
}

#[test]
fn negative_seconds_are_refused() {
    refused("\"seconds\":1.0", "\"seconds\":-1.0", "seconds -1");
}

/// Version 0.2.0 divided by the seconds.
#[test]
fn a_row_of_an_epoch_that_took_no_time_is_read() {
    let text = ROW.replace(
        "\"seconds\":1.0,\"images_per_second\":2.0",
        "\"seconds\":0.0,\"images_per_second\":null",
    );
    assert_eq!(rows_of(&text).unwrap()[0].images_per_second, 0.0);
}

#[test]
fn rows_become_the_lines_they_were_read_from() {
    let text = format!("{ROW}\n");
    assert_eq!(rows_text(&rows_of(&text).unwrap()), text);
}

#[test]
fn the_first_of_equally_good_epochs_is_the_best() {
    let row = |epoch: usize, accuracy: &str| {
        ROW.replace("\"epoch\":1", &format!("\"epoch\":{epoch}"))
            .replace("0.75", accuracy)
            + "\n"
    };
    let rows = rows_of(&(row(1, "0.5") + &row(2, "0.9") + &row(3, "0.9"))).unwrap();
    assert_eq!(best_row(&rows).map(|row| row.epoch), Some(2));
}

proptest::proptest! {
    /// What is written is read back, however extreme: a run must not refuse its own file.
    #[test]
    fn any_row_is_read_back(
        loss in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL | proptest::num::f64::ZERO,
        accuracy in 0.0..=1.0_f64,
        seconds in proptest::num::f64::POSITIVE | proptest::num::f64::ZERO,
        images in 1..usize::MAX,
    ) {
        let seconds = seconds.clamp(0.0, f64::MAX);
        let row = EpochRow {
            epoch: 1,
            train_loss: to_12_decimals(loss),
            train_accuracy: to_12_decimals(accuracy),
            held_out: HeldOut::new(ChosenBy::Validation, to_12_decimals(loss), to_12_decimals(accuracy)),
            learning_rate: Some(to_12_decimals(accuracy)),
            seconds: to_12_decimals(seconds),
            cpu_seconds: Some(to_12_decimals(seconds)),
            images_per_second: to_12_decimals(rate(images, seconds)),
        };
        let read = rows_of(&rows_text(std::slice::from_ref(&row))).unwrap();
        proptest::prop_assert_eq!(read.len(), 1);
        proptest::prop_assert_eq!(read[0].train_accuracy.to_bits(), row.train_accuracy.to_bits());
    }
}

#[test]
fn an_epoch_that_took_no_time_has_a_rate() {
    assert!(rate(3000, 0.0).is_finite());
    assert_eq!(rate(3000, 2.0), 1500.0);
}

/// Rows with these accuracies on the validation images.
fn rows(accuracies: &[f64]) -> Vec<EpochRow> {
    let row = |(epoch, &accuracy): (usize, &f64)| EpochRow {
        epoch,
        train_loss: 0.5,
        train_accuracy: 0.5,
        held_out: HeldOut::new(ChosenBy::Validation, 0.5, accuracy),
        learning_rate: None,
        seconds: 1.0,
        cpu_seconds: None,
        images_per_second: 1.0,
    };
    (1..).zip(accuracies).map(row).collect()
}

proptest::proptest! {
    /// Epoch by epoch, as a program would count that watches a training.
    #[test]
    fn a_run_ends_after_so_many_epochs_without_a_better_one(
        accuracies in proptest::collection::vec(0_u8..6, 1..20),
        patience in 1_usize..6,
    ) {
        let accuracies: Vec<f64> = accuracies.into_iter().map(|level| f64::from(level) / 6.0).collect();
        let (mut best, mut waited) = (-1.0, 0);
        for epoch in 1..=accuracies.len() {
            if accuracies[epoch - 1] > best {
                (best, waited) = (accuracies[epoch - 1], 0);
            } else {
                waited += 1;
            }
            let rows = rows(&accuracies[..epoch]);
            proptest::prop_assert_eq!(has_stopped(&rows, patience), waited >= patience);
        }
    }
}

#[test]
fn a_run_without_an_epoch_has_not_ended() {
    assert!(!has_stopped(&[], 1));
}
