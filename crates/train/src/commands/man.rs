//! `mixup man`: the manual pages of the commands.

use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;

use crate::commands::arguments::Cli;
use crate::failure::Failure;
use crate::files::{create_folder, write_whole};
use crate::output::{print_result, print_text};
use crate::run::plural::counted;

/// `mixup man`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ManArgs {
    /// Write a page for each command into this folder, instead of printing the first page
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  mixup man | man -l -
  mixup man --out ~/.local/share/man/man1";

/// Prints the page of the program, or writes the pages of all commands.
///
/// # Errors
/// [`Failure::File`] if a page cannot be written.
pub(crate) fn run(args: &ManArgs) -> Result<(), Failure> {
    let pages = pages();
    let Some(folder) = &args.out else {
        // The program itself comes first.
        let first = pages.first().map(|(_, text)| text.as_str());
        print_text(first.unwrap_or_default());
        return Ok(());
    };
    create_folder(folder)?;
    for (name, text) in &pages {
        write_whole(&folder.join(name), text.as_bytes())?;
    }
    let written = counted(pages.len(), "page");
    print_result(&format!("{written}: {}", Path::new(folder).display()));
    Ok(())
}

/// The file name and the text of every page: of the program, and of each command after the command above it.
fn pages() -> Vec<(String, String)> {
    let mut program = Cli::command().disable_help_subcommand(true);
    // Gives every command its full name, such as `mixup-data-check`.
    program.build();
    let mut pages = vec![];
    add(&program, &mut pages);
    pages
}

fn add(command: &Command, pages: &mut Vec<(String, String)>) {
    let page = Man::new(command.clone());
    let mut text = vec![];
    // Writing to memory cannot fail.
    let _ = page.render(&mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    pages.push((page.get_filename(), text));
    for below in command.get_subcommands() {
        add(below, pages);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(name: &str) -> String {
        let found = pages().into_iter().find(|(file, _)| file == name);
        found.unwrap_or_else(|| panic!("{name}")).1
    }

    #[test]
    fn every_command_has_a_page_by_its_full_name() {
        for name in ["mixup.1", "mixup-train.1", "mixup-data-check.1"] {
            assert!(page(name).contains(".SH NAME"), "{name}");
        }
        assert_eq!(pages()[0].0, "mixup.1");
    }

    #[test]
    fn a_page_has_the_flags_and_the_examples_of_its_command() {
        let text = page("mixup-train.1");
        assert!(text.contains("resume"), "{text}");
        assert!(text.contains("mixup train demo"), "{text}");
    }
}
