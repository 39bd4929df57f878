use super::*;
use crate::run::epoch_row::{EpochRow, HeldOut};

fn row() -> EpochRow {
    EpochRow {
        epoch: 3,
        train_loss: 0.16044,
        train_accuracy: 0.7012,
        held_out: HeldOut::new(ChosenBy::Test, 0.15, 0.6851),
        learning_rate: None,
        seconds: 412.34,
        cpu_seconds: None,
        images_per_second: 121.3,
    }
}

/// The header and the line of the best epoch so far, in a table of `width` columns.
fn table(held_out: ChosenBy, width: usize) -> String {
    let table = EpochTable::new(held_out, width);
    let row = row();
    let line = table.row(&WrittenEpoch {
        row: &row,
        is_best: true,
        learning_rate: 0.001,
    });
    let [upper, lower] = table.header();
    format!("{upper}\n{lower}\n{line}\n")
}

#[test]
fn a_terminal_of_80_columns_gets_every_column() {
    let expected = [
        "            training              test              learning    images",
        "epoch      loss  accuracy      loss  accuracy           rate  a second  seconds",
        "    3    0.1604    70.12%    0.1500    68.51% best     0.001       121    412.3",
    ];
    let found = table(ChosenBy::Test, 80);
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_terminal_of_60_columns_gets_losses_accuracies_and_the_rate() {
    let text = table(ChosenBy::Validation, 60);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[2],
        "    3    0.1604    70.12%    0.1500    68.51% best       121"
    );
    assert!(lines[0].contains("validation"), "{text}");
}

#[test]
fn no_table_is_wider_than_its_terminal() {
    for held_out in [ChosenBy::Test, ChosenBy::Validation] {
        for width in 30..120 {
            for line in table(held_out, width).lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn the_narrowest_table_keeps_the_accuracies() {
    for width in [0, 30] {
        let text = table(ChosenBy::Validation, width);
        assert_eq!(
            text,
            "       training  validation\nepoch  accuracy  accuracy\n    3    70.12%    68.51% best\n"
        );
    }
}

#[test]
fn an_epoch_that_is_not_the_best_has_no_mark() {
    let row = row();
    let line = EpochTable::new(ChosenBy::Test, 80).row(&WrittenEpoch {
        row: &row,
        is_best: false,
        learning_rate: 0.1,
    });
    assert!(!line.contains("best"), "{line}");
}

#[test]
fn learning_rates_have_three_digits_and_fit_their_column() {
    for (rate, text) in [
        (0.001, "0.001"),
        (0.1, "0.1"),
        (0.0123456, "0.0123"),
        (0.000_999_9, "0.001"),
        (0.000_123_4, "0.000123"),
        (0.000_01, "1.0e-5"),
        (2.0, "2"),
        (100.0, "100"),
        (0.0, "0"),
        (123_456.0, "1.2e5"),
    ] {
        assert_eq!(short(rate), text);
        assert!(short(rate).len() <= 8);
    }
}
