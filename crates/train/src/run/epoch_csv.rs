//! `metrics.csv`: the epochs of a run as a table for other programs.

use mixup_evidence::ChosenBy;

use crate::run::epoch_row::EpochRow;

/// The table of `rows`: a header, then a line for each epoch. A figure that is not known is empty.
///
/// # Columns
/// `epoch, train_loss, train_accuracy, test_loss, test_accuracy, learning_rate, seconds, cpu_seconds,
/// images_per_second`; with validation images, theirs in place of the test images'.
pub(crate) fn table(rows: &[EpochRow]) -> String {
    let split = rows
        .first()
        .map_or(ChosenBy::Test, |row| row.held_out.split());
    let split = split.name();
    let mut text = format!(
        "epoch,train_loss,train_accuracy,{split}_loss,{split}_accuracy,learning_rate,seconds,cpu_seconds,images_per_second\n"
    );
    let known = |figure: Option<f64>| figure.map(|figure| figure.to_string()).unwrap_or_default();
    for row in rows {
        text += &format!(
            "{},{},{},{},{},{},{},{},{}\n",
            row.epoch,
            row.train_loss,
            row.train_accuracy,
            row.held_out.loss(),
            row.held_out.accuracy(),
            known(row.learning_rate),
            row.seconds,
            known(row.cpu_seconds),
            row.images_per_second,
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::epoch_row::HeldOut;

    #[test]
    fn a_line_has_the_figures_of_an_epoch() {
        let row = |epoch, split| EpochRow {
            epoch,
            train_loss: 0.5,
            train_accuracy: 0.25,
            held_out: HeldOut::new(split, 0.125, 0.75),
            learning_rate: Some(0.003),
            seconds: 2.5,
            cpu_seconds: None,
            images_per_second: 64.0,
        };
        let tested = table(&[row(1, ChosenBy::Test), row(2, ChosenBy::Test)]);
        assert_eq!(
            tested,
            "epoch,train_loss,train_accuracy,test_loss,test_accuracy,learning_rate,seconds,cpu_seconds,images_per_second\n\
             1,0.5,0.25,0.125,0.75,0.003,2.5,,64\n\
             2,0.5,0.25,0.125,0.75,0.003,2.5,,64\n"
        );
        let validated = table(&[row(1, ChosenBy::Validation)]);
        assert!(validated.contains(",validation_loss,validation_accuracy,"));
    }
}
