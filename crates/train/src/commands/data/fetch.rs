//! `mixup data fetch`: downloads a set and verifies it.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use mixup_data::KnownSet;

use crate::failure::Failure;
use crate::run::data::{cached_path, fetch, files_of};
use crate::terminal::ui::{Ui, UiChoice, print_result};

/// `mixup data fetch`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct FetchArgs {
    /// The set
    #[arg(value_name = "NAME", value_parser = parser(), default_value = "cifar10")]
    pub set: KnownSet,
    /// Another address of the same archive, or of the folder of the same files
    #[arg(long)]
    pub url: Option<String>,
    /// Where to write to instead of the cache: the file of an archive, or the folder of several files
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// SVHN's extra images, too: 1.3 GB
    #[arg(long)]
    pub extra: bool,
}

const EXAMPLES: &str = "\
Examples:
  mixup data fetch
  mixup data fetch fashion-mnist
  mixup data fetch cifar100 --out cifar-100-binary.tar.gz";

/// The words of the known sets.
fn parser() -> impl TypedValueParser<Value = KnownSet> {
    let words = KnownSet::ALL.map(KnownSet::word);
    PossibleValuesParser::new(words)
        .try_map(|word| KnownSet::named(&word).ok_or("expected a name of `mixup data list`"))
}

/// Downloads the files that are missing or have other bytes than they should have.
///
/// # Errors
/// Any [`Failure`]. What was at a place is still there after a failed download.
pub(crate) fn run(args: &FetchArgs) -> Result<(), Failure> {
    let ui = Ui::new(UiChoice::Plain, false)?;
    let set = args.set;
    if args.extra && set != KnownSet::Svhn {
        return Err(Failure::usage(
            format!(
                "--extra: expected svhn, which has extra images, found {}",
                set.word()
            ),
            "leave --extra out",
        ));
    }
    let place = match &args.out {
        Some(path) => path.clone(),
        None => cached_path(set)?,
    };
    let mut downloaded = false;
    for (file, mut download) in files_of(set, &place, args.extra) {
        if file.is_file() && download.matches(&file)? {
            continue;
        }
        if let Some(url) = &args.url {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            download.urls = vec![match set.is_one_file() {
                true => url.clone(),
                false => format!("{}/{name}", url.trim_end_matches('/')),
            }];
        }
        fetch(&download, &file, &ui)?;
        downloaded = true;
    }
    let done = match downloaded {
        true => "downloaded and verified",
        false => "already there and verified",
    };
    print_result(&format!("{done}: {}", place.display()));
    Ok(())
}
