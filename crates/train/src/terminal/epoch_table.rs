//! The table of a run that grows by a line an epoch.

use mixup_evidence::ChosenBy;

use crate::run::watch::WrittenEpoch;

/// A table that fits a width.
#[derive(Clone, Debug)]
pub(crate) struct EpochTable {
    held_out: ChosenBy,
    columns: Vec<Column>,
}

/// A column. All are right-aligned, and their widths include the gap before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Epoch,
    TrainLoss,
    TrainAccuracy,
    HeldOutLoss,
    HeldOutAccuracy,
    Best,
    LearningRate,
    Rate,
    Seconds,
}

/// All columns, in their order.
const ALL: [Column; 9] = [
    Column::Epoch,
    Column::TrainLoss,
    Column::TrainAccuracy,
    Column::HeldOutLoss,
    Column::HeldOutAccuracy,
    Column::Best,
    Column::LearningRate,
    Column::Rate,
    Column::Seconds,
];

/// The columns that a narrow table leaves out, the first one first.
const LEFT_OUT: [Column; 5] = [
    Column::Seconds,
    Column::LearningRate,
    Column::Rate,
    Column::TrainLoss,
    Column::HeldOutLoss,
];

impl Column {
    const fn width(self) -> usize {
        match self {
            Self::Epoch | Self::Best => 5,
            Self::Seconds => 9,
            _ => 10,
        }
    }

    /// The lower line of the header.
    fn name(self) -> &'static str {
        match self {
            Self::Epoch => "epoch",
            Self::TrainLoss | Self::HeldOutLoss => "loss",
            Self::TrainAccuracy | Self::HeldOutAccuracy => "accuracy",
            Self::Best => "",
            Self::LearningRate => "rate",
            Self::Rate => "a second",
            Self::Seconds => "seconds",
        }
    }

    fn text(self, epoch: &WrittenEpoch<'_>) -> String {
        let row = epoch.row;
        let percent = |share: f64| format!("{:.2}%", 100.0 * share);
        match self {
            Self::Epoch => row.epoch.to_string(),
            Self::TrainLoss => format!("{:.4}", row.train_loss),
            Self::TrainAccuracy => percent(row.train_accuracy),
            Self::HeldOutLoss => format!("{:.4}", row.held_out.loss()),
            Self::HeldOutAccuracy => percent(row.held_out.accuracy()),
            Self::Best if epoch.is_best => "best".into(),
            Self::Best => String::new(),
            Self::LearningRate => short(epoch.learning_rate),
            Self::Rate => format!("{:.0}", row.images_per_second),
            Self::Seconds => format!("{:.1}", row.seconds),
        }
    }
}

impl EpochTable {
    /// A table of at most `width` columns, if its four narrowest columns fit. `held_out` names the images that are
    /// judged after each epoch.
    pub(crate) fn new(held_out: ChosenBy, width: usize) -> Self {
        let mut columns = ALL.to_vec();
        for column in LEFT_OUT {
            let needed: usize = columns.iter().map(|column| column.width()).sum();
            if needed <= width {
                break;
            }
            columns.retain(|other| *other != column);
        }
        Self { held_out, columns }
    }

    /// The two lines above the first epoch.
    pub(crate) fn header(&self) -> [String; 2] {
        let has = |column: Column| self.columns.contains(&column);
        let (mut upper, mut end) = (String::new(), 0);
        for &column in &self.columns {
            end += column.width();
            let (name, loss) = match column {
                Column::TrainAccuracy => ("training", Some(Column::TrainLoss)),
                Column::HeldOutAccuracy => (self.held_out.name(), Some(Column::HeldOutLoss)),
                Column::LearningRate => ("learning", None),
                Column::Rate => ("images", None),
                _ => continue,
            };
            // A name of two columns stands in their middle.
            let right = match loss.filter(|loss| has(*loss)) {
                Some(loss) => (loss.width() + column.width() - 2 - name.len()) / 2,
                None => 0,
            };
            // A long name over one column moves to the right, away from the name before it.
            let taken = upper.len() + if upper.is_empty() { 0 } else { 2 };
            let start = (end - right).saturating_sub(name.len()).max(taken);
            upper = format!("{upper:<start$}{name}");
        }
        let lower = self.line(|column| column.name().to_owned());
        [upper, lower]
    }

    /// The line of an epoch.
    pub(crate) fn row(&self, epoch: &WrittenEpoch<'_>) -> String {
        self.line(|column| column.text(epoch))
    }

    fn line(&self, text: impl Fn(Column) -> String) -> String {
        let cells = self.columns.iter().map(|&column| {
            let width = column.width();
            format!("{:>width$}", text(column))
        });
        cells.collect::<String>().trim_end().to_owned()
    }
}

/// A learning rate with three digits, in at most eight characters.
fn short(rate: f64) -> String {
    if !(1e-4..1000.0).contains(&rate) {
        return if rate == 0.0 {
            "0".into()
        } else {
            format!("{rate:.1e}")
        };
    }
    // Digits after the point such that three count.
    let digits = (2 - rate.log10().floor() as i32).clamp(0, 6) as usize;
    let text = format!("{rate:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests;
