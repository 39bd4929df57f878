//! `mixup data list`: the sets that can be downloaded.

use clap::Args;
use mixup_data::{ImageShape, KnownSet};
use serde::Serialize;

use crate::commands::shared_arguments::JsonArgs;
use crate::files::json_line;
use crate::terminal::ui::print_result;

/// `mixup data list`.
#[derive(Clone, Copy, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ListArgs {
    /// `--json`.
    #[command(flatten)]
    pub output: JsonArgs,
}

const EXAMPLES: &str = "\
Examples:
  mixup data list
  mixup data list --json";

/// What `--json` prints of a set.
#[derive(Serialize)]
struct Listed {
    name: &'static str,
    title: String,
    about: &'static str,
    training_images: usize,
    test_images: usize,
    classes: usize,
    /// Channels, height and width of every image; `null` for photos of several shapes.
    shape: Option<ImageShape>,
    /// Bytes of all files to download.
    bytes: u64,
    addresses: &'static [&'static str],
    terms: &'static str,
    /// Whether all files are in the cache.
    is_here: bool,
}

impl From<KnownSet> for Listed {
    fn from(set: KnownSet) -> Self {
        let [training_images, test_images] = set.images();
        let files = set.downloads(false);
        let place = set.cached();
        let is_here = place.is_some_and(|place| {
            files.iter().all(|(name, _)| match set.is_one_file() {
                true => place.is_file(),
                false => place.join(name).is_file(),
            })
        });
        Self {
            name: set.word(),
            title: set.to_string(),
            about: set.about(),
            training_images,
            test_images,
            classes: set.classes(),
            shape: set.shape(),
            bytes: files.iter().map(|(_, download)| download.size).sum(),
            addresses: set.addresses(),
            terms: set.terms(),
            is_here,
        }
    }
}

/// Prints the sets: a few lines for each, or the line of JSON.
pub(crate) fn run(args: ListArgs) {
    let sets: Vec<Listed> = KnownSet::ALL.map(Listed::from).into();
    if args.output.json {
        print_result(&json_line(&sets));
        return;
    }
    for set in &sets {
        in_words(set).iter().for_each(|line| print_result(line));
    }
    for line in AFTER.lines() {
        print_result(line);
    }
}

/// What else there is.
const AFTER: &str = "\
svhn has 531,131 extra training images, 1.3 GB: mixup data fetch svhn --extra, and extra = true under [data]
train on a set with --data NAME: it is downloaded if it is not here yet
--data hf:ORG/NAME takes a set of the Hugging Face hub, such as hf:uoft-cs/cifar10
a set of test images alone is for a trained network: mixup evaluate --weights RUN --data NAME
MedMNIST's sets, which have no published SHA-256, are read as they are downloaded by hand: --data bloodmnist.npz
--data synthetic takes the built-in images, and --data synthetic-shapes the built-in point clouds; --data PATH takes a folder or an archive of your own";

fn in_words(set: &Listed) -> Vec<String> {
    let shape = match set.shape {
        Some(ImageShape {
            channels,
            height,
            width,
        }) => {
            let colour = if channels == 1 { "grey" } else { "colour" };
            format!("{height}x{width}, {colour}")
        }
        // Imagenette alone has several shapes.
        None => "photos of 160 pixels and more".into(),
    };
    let here = if set.is_here { "; in the cache" } else { "" };
    let hosts: Vec<&str> = set.addresses.iter().map(|address| host(address)).collect();
    let images = match set.training_images {
        0 => format!("{} test images", set.test_images),
        training => format!("{training} + {} images", set.test_images),
    };
    vec![
        format!("{:<14} {}: {}", set.name, set.title, set.about),
        format!("               {images}, {} classes, {shape}", set.classes),
        format!(
            "               {:.0} MB from {}{here}",
            set.bytes as f64 / 1e6,
            hosts.join(", else ")
        ),
        format!("               terms: {}", set.terms),
        String::new(),
    ]
}

/// The host of an address.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_told_in_lines_of_a_terminal() {
        for set in KnownSet::ALL {
            for line in in_words(&Listed::from(set)) {
                assert!(line.chars().count() <= 100, "{line}");
            }
        }
        let mnist = in_words(&Listed::from(KnownSet::Mnist));
        assert_eq!(mnist[0], "mnist          MNIST: handwritten digits");
        assert_eq!(
            mnist[1].trim_start(),
            "60000 + 10000 images, 10 classes, 28x28, grey"
        );
        let imagenette = in_words(&Listed::from(KnownSet::Imagenette));
        assert_eq!(
            imagenette[1].trim_start(),
            "9469 + 3925 images, 10 classes, photos of 160 pixels and more"
        );
    }

    #[test]
    fn an_address_has_a_host() {
        assert_eq!(host("https://a.example/b/c"), "a.example");
        assert_eq!(host("http://a.example"), "a.example");
    }
}
