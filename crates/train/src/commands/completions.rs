//! `mixup completions`: a script that completes command lines in a shell.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::commands::arguments::Cli;
use crate::output::print_text;

/// `mixup completions`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  mixup completions bash > ~/.local/share/bash-completion/completions/mixup
  mixup completions zsh > ~/.zfunc/_mixup
  mixup completions fish > ~/.config/fish/completions/mixup.fish";

/// Prints the script.
pub(crate) fn run(args: &CompletionsArgs) {
    let mut script = vec![];
    generate(args.shell, &mut Cli::command(), "mixup", &mut script);
    print_text(&String::from_utf8_lossy(&script));
}
