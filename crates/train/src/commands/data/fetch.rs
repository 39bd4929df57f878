//! `mixup data fetch`: downloads a set and verifies it.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Args, Command};
use mixup_data::{HubSet, HubSettings, ImageRequest, KnownSet, TestSplit};

use crate::commands::table_arguments::TableArgs;
use crate::failure::Failure;
use crate::run::data::{cached_path, fetch, files_of};
use crate::run::hub_data;
use crate::terminal::ui::{Ui, UiChoice, print_result};

/// `mixup data fetch`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct FetchArgs {
    /// The set: one of these, or one of the Hugging Face hub as hf:ORG/NAME, hf:ORG/NAME:CONFIG or
    /// hf:ORG/NAME@REVISION
    #[arg(value_name = "NAME", value_parser = NameParser, default_value = "cifar10")]
    pub set: FetchedSet,
    /// Another address of the same archive, or of the folder of the same files
    #[arg(long)]
    pub url: Option<String>,
    /// Where to write to instead of the cache: the file of an archive, or the folder of several files
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// SVHN's extra images, too: 1.3 GB
    #[arg(long)]
    pub extra: bool,
    /// `--split-train` and others.
    #[command(flatten)]
    pub table: TableArgs,
}

/// A set that is downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchedSet {
    /// One of `mixup data list`.
    Known(KnownSet),
    /// One of the Hugging Face hub.
    Hub(HubSet),
}

const EXAMPLES: &str = "\
Examples:
  mixup data fetch
  mixup data fetch fashion-mnist
  mixup data fetch hf:uoft-cs/cifar10
  mixup data fetch cifar100 --out cifar-100-binary.tar.gz";

/// Reads the name of a set.
#[derive(Clone)]
struct NameParser;

impl NameParser {
    /// The words of the known sets.
    fn words() -> PossibleValuesParser {
        PossibleValuesParser::new(KnownSet::ALL.map(KnownSet::word))
    }
}

impl TypedValueParser for NameParser {
    type Value = FetchedSet;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<FetchedSet, clap::Error> {
        let hub = |text: String| HubSet::parse(&text).unwrap_or_else(|| Err(String::new()));
        if value.to_str().is_some_and(|text| text.starts_with("hf:")) {
            let parser = clap::builder::StringValueParser::new().try_map(hub);
            return parser
                .parse_ref(command, argument, value)
                .map(FetchedSet::Hub);
        }
        let known =
            |word: String| KnownSet::named(&word).ok_or("expected a name of `mixup data list`");
        let parser = Self::words().try_map(known);
        parser
            .parse_ref(command, argument, value)
            .map(FetchedSet::Known)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let words = KnownSet::ALL.map(|set| PossibleValue::new(set.word()));
        Some(Box::new(words.into_iter()))
    }
}

/// Downloads the files that are missing or have other bytes than they should have.
///
/// # Errors
/// Any [`Failure`]. What was at a place is still there after a failed download.
pub(crate) fn run(args: &FetchArgs) -> Result<(), Failure> {
    let ui = Ui::new(UiChoice::Plain, false)?;
    let set = match &args.set {
        FetchedSet::Known(set) => *set,
        FetchedSet::Hub(set) => return fetch_from_hub(set, args, &ui),
    };
    if let Some(flag) = args.table.first_flag() {
        return Err(Failure::usage(
            format!(
                "{flag}: expected a set of the hub, which has splits and columns, found {}",
                set.word()
            ),
            format!("leave {flag} out"),
        ));
    }
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

/// Downloads the files of a set of the hub that are missing or have other bytes than they should have.
///
/// # Errors
/// Any [`Failure`]. Files that were downloaded are kept.
fn fetch_from_hub(set: &HubSet, args: &FetchArgs, ui: &Ui) -> Result<(), Failure> {
    let flag = match (&args.url, args.extra) {
        (Some(_), _) => Some("--url"),
        (None, true) => Some("--extra"),
        (None, false) => None,
    };
    if let Some(flag) = flag {
        return Err(Failure::usage(
            format!("{flag}: expected a name of `mixup data list`, found {set}"),
            format!("leave {flag} out; the variable HF_ENDPOINT takes another address of the hub"),
        ));
    }
    let request = ImageRequest {
        table: args.table.request(),
        // A set without test images is downloaded, too.
        split: Some(TestSplit {
            share: 0.5,
            seed: 1,
        }),
        ..ImageRequest::default()
    };
    let plan = set.plan(&HubSettings::from_env()?, &request)?;
    for line in hub_data::in_words(set, &plan) {
        ui.say(&line);
    }
    let pinned = plan.pinned();
    match &args.out {
        Some(folder) => {
            let bytes = plan.parts().iter().map(|part| part.bytes).sum();
            let download = |progress: &hub_data::Progress<'_>| Ok(plan.fetch_to(folder, progress)?);
            let done = match hub_data::with_bar(bytes, &download, ui)? {
                0 => "there and verified, without a download",
                _ => "downloaded and verified",
            };
            print_result(&format!("{done}: {pinned} in {}", folder.display()));
        }
        None => {
            let (_, bytes) = plan.missing();
            let download = |progress: &hub_data::Progress<'_>| Ok(plan.fetch_verified(progress)?);
            let done = match hub_data::with_bar(bytes, &download, ui)? {
                0 => "already there and verified",
                _ => "downloaded and verified",
            };
            print_result(&format!("{done}: {pinned}"));
        }
    }
    Ok(())
}
