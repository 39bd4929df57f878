//! `mixup table`: rows of comparisons as a Markdown table.

use std::fs;
use std::path::Path;

use mixup_evidence::{ResultRow, markdown_table};

use crate::commands::arguments::TableArgs;
use crate::failure::Failure;
use crate::run::folder::write_whole;
use crate::terminal::ui::print_result;

const BEGIN: &str = "<!-- results -->\n";
const END: &str = "<!-- /results -->";

/// Prints the table, or puts it into a file.
///
/// # Errors
/// [`Failure::Usage`] where a row is damaged or the file has no place for the table, else
/// [`Failure::File`].
pub fn run(args: &TableArgs) -> Result<(), Failure> {
    let table = markdown_table(&read_rows(&args.rows)?);
    let Some(file) = &args.into else {
        print_result(table.trim_end());
        return Ok(());
    };
    let text = fs::read_to_string(file).map_err(Failure::file(file))?;
    let place = text.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let Some((before, after)) = place else {
        return Err(Failure::usage(
            format!(
                "{}: expected the lines {} and {END}, found no such place",
                file.display(),
                BEGIN.trim_end()
            ),
            "add both lines where the table belongs",
        ));
    };
    let text = format!("{before}{BEGIN}{}\n{END}{after}", table.trim_end());
    write_whole(file, text.as_bytes())
}

/// The rows of a file.
///
/// # Errors
/// [`Failure::Usage`] where the file cannot be read or a row is damaged.
pub fn read_rows(path: &Path) -> Result<Vec<ResultRow>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::usage(
            format!("{}: {error}", path.display()),
            "give a file that `mixup report RUN --row FILE` has written",
        )
    })?;
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| {
                Failure::usage(
                    format!(
                        "{}:{number}: expected a row of `mixup report --row`, found {error}",
                        path.display()
                    ),
                    "remove the line, or write it anew with: mixup report RUN --row FILE",
                )
            })
        })
        .collect()
}
