//! The table of `mixup evaluate` on corrupted images.

use mixup_data::{CorruptedSet, shown};
use serde::Serialize;

use crate::commands::evaluate::result::MIRRORED;
use crate::commands::shared_arguments::JsonArgs;
use crate::failure::Failure;
use crate::files::json_line;
use crate::run::corruptions::{CorruptionTable, MeanAccuracy, table};
use crate::run::evaluate_weights::WeightsEvaluation;
use crate::run::plural::{counted, plural};
use crate::terminal::ui::print_result;

/// The corruptions and severities to evaluate on.
pub(super) struct Cells {
    pub(super) set: CorruptedSet,
    /// What the set is called.
    pub(super) name: String,
    pub(super) corruptions: Vec<String>,
    pub(super) severities: Vec<usize>,
}

/// What `--json` prints.
#[derive(Serialize)]
struct TableResult<'a> {
    layout: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    flips: bool,
    #[serde(flatten)]
    table: &'a CorruptionTable,
}

impl Cells {
    /// Evaluates, and prints the table.
    ///
    /// # Errors
    /// Those of [`table`].
    pub(super) fn print(
        self,
        evaluation: &WeightsEvaluation<'_>,
        output: JsonArgs,
    ) -> Result<(), Failure> {
        let names: Vec<&str> = self.corruptions.iter().map(String::as_str).collect();
        let table = table(evaluation, &self.set, &names, self.severities)?;
        if output.json {
            let layout = &self.name;
            print_result(&json_line(&TableResult {
                layout,
                flips: evaluation.flips,
                table: &table,
            }));
        } else {
            for line in in_words(&table, &self.name) {
                print_result(&line);
            }
            if evaluation.flips {
                print_result(MIRRORED);
            }
        }
        Ok(())
    }
}

/// A line for each corruption, and one or two for the means.
fn in_words(table: &CorruptionTable, name: &str) -> Vec<String> {
    // The line after the first mean explains the star.
    let has_stars = table.mean_with_extra.is_some();
    let names: Vec<String> = table
        .corruptions
        .iter()
        .map(|row| {
            let star = if row.is_extra && has_stars { " *" } else { "" };
            format!("{}{star}", shown(&row.corruption))
        })
        .collect();
    let width = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0);
    let width = width.max("severity".len());
    let cells = |values: &mut dyn Iterator<Item = String>| -> String {
        values.map(|value| format!(" {value:>8}")).collect()
    };
    let severities = cells(&mut table.severities.iter().map(usize::to_string));
    let has_mean = table.severities.len() > 1;
    let mean = |text: String| {
        if has_mean {
            format!(" {text:>8}")
        } else {
            String::new()
        }
    };
    let mut lines = vec![format!(
        "{:<width$}{severities}{}",
        "severity",
        mean("mean".into())
    )];
    for (name, row) in names.iter().zip(&table.corruptions) {
        let accuracies = cells(&mut row.accuracies.iter().copied().map(percent));
        lines.push(format!(
            "{name:<width$}{accuracies}{}",
            mean(percent(row.mean_accuracy))
        ));
    }
    lines.push(format!(
        "{} ({name}; {} in each cell)",
        mean_in_words(table.mean),
        counted(table.images, "test image")
    ));
    if let Some(all) = table.mean_with_extra {
        let extra = all.corruptions - table.mean.corruptions;
        lines.push(format!(
            "with the {} marked * as well: {}",
            plural(extra, "corruption"),
            mean_in_words(all)
        ));
    }
    lines
}

fn percent(share: f64) -> String {
    format!("{:.2}%", 100.0 * share)
}

fn mean_in_words(mean: MeanAccuracy) -> String {
    format!(
        "mean over {}: {} right, error {}",
        counted(mean.corruptions, "corruption"),
        percent(mean.accuracy),
        percent(mean.error)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::corruptions::CorruptionRow;

    #[test]
    fn the_table_has_a_line_for_each_corruption_and_its_means() {
        let rows = vec![
            CorruptionRow::new("fog", vec![1.0, 0.5]),
            CorruptionRow::new("spatter", vec![0.25, 0.25]),
        ];
        let table = CorruptionTable::new(vec![1, 2], 4, rows);
        assert_eq!(
            in_words(&table, "CIFAR-10-C"),
            [
                "severity         1        2     mean",
                "fog        100.00%   50.00%   75.00%",
                "spatter *   25.00%   25.00%   25.00%",
                "mean over 1 corruption: 75.00% right, error 25.00% (CIFAR-10-C; 4 test images in each cell)",
                "with the corruption marked * as well: mean over 2 corruptions: 50.00% right, error 50.00%",
            ]
        );
    }

    #[test]
    fn a_star_is_shown_only_with_the_line_that_explains_it() {
        let rows = vec![CorruptionRow::new("spatter", vec![0.5, 0.25])];
        let lines = in_words(&CorruptionTable::new(vec![1, 2], 4, rows), "CIFAR-10-C");
        assert!(!lines.join("\n").contains('*'), "{lines:?}");
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn one_severity_has_no_mean_of_its_own() {
        let rows = vec![CorruptionRow::new("fog", vec![0.5])];
        let lines = in_words(&CorruptionTable::new(vec![3], 1, rows), "corrupted images");
        assert_eq!(lines[0], "severity        3");
        assert_eq!(lines[1], "fog        50.00%");
        assert!(lines[2].ends_with("(corrupted images; 1 test image in each cell)"));
    }
}
