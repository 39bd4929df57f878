//! `mixup table`: rows of comparisons as a Markdown table.

use std::path::PathBuf;

use clap::Args;
use mixup_evidence::markdown_table;

use crate::comparison::result_rows::read_rows;
use crate::failure::Failure;
use crate::files::{self, write_whole};
use crate::terminal::ui::print_result;

const BEGIN: &str = "<!-- results -->\n";
const END: &str = "<!-- /results -->";

/// `mixup table`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct TableArgs {
    /// The file of rows, such as experiments/results/comparisons.jsonl
    #[arg(value_name = "ROWS")]
    pub rows: PathBuf,
    /// Put the table into this Markdown file, between the lines <!-- results --> and <!-- /results -->
    #[arg(long, value_name = "FILE")]
    pub into: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  mixup table rows.jsonl
  mixup table rows.jsonl --into README.md";

/// Prints the table, or puts it into a file.
///
/// # Errors
/// [`Failure::Usage`] if a row is damaged or the Markdown file has no place for the table, else
/// [`Failure::File`].
pub(crate) fn run(args: &TableArgs) -> Result<(), Failure> {
    let table = markdown_table(&read_rows(&args.rows)?);
    let Some(file) = &args.into else {
        table.trim_end().lines().for_each(print_result);
        return Ok(());
    };
    let text = files::read_text(file).map_err(Failure::file(file))?;
    let Some(text) = with_table(&text, &table) else {
        return Err(Failure::usage(
            format!(
                "{}: expected the lines {} and {END}, found no such place",
                file.display(),
                BEGIN.trim_end()
            ),
            "add both lines where the table belongs",
        ));
    };
    write_whole(file, text.as_bytes())
}

/// `text` with `table` in place of what stood between the two lines; none if it lacks them.
fn with_table(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{}\n{END}{after}", table.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_replaces_what_stood_between_the_lines() {
        let text = "a\n<!-- results -->\nold\n<!-- /results -->\nz\n";
        let expected = "a\n<!-- results -->\n| new |\n<!-- /results -->\nz\n";
        assert_eq!(with_table(text, "| new |\n\n"), Some(expected.into()));
    }

    #[test]
    fn a_table_is_put_between_lines_that_enclose_nothing() {
        let text = "<!-- results -->\n<!-- /results -->";
        let expected = "<!-- results -->\n| new |\n<!-- /results -->";
        assert_eq!(with_table(text, "| new |"), Some(expected.into()));
    }

    #[test]
    fn lines_in_the_wrong_order_are_no_place() {
        let text = "<!-- /results -->\n<!-- results -->\n";
        assert_eq!(with_table(text, "| new |"), None);
    }

    #[test]
    fn a_first_line_without_the_second_is_no_place() {
        assert_eq!(with_table("<!-- results -->\n", "| new |"), None);
    }
}
