//! `mixup data pack`: a set, decoded once, as one file.

use std::path::{Path, PathBuf};

use clap::Args;
use mixup_data::{
    DataError, ImageRequest, PackedCounts, PackedSet, Resize, TestSplit, holds_clouds, quoted,
};
use serde::Serialize;

use crate::commands::output_place::OutputFile;
use crate::commands::shared_arguments::JsonArgs;
use crate::commands::table_arguments::TableArgs;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::files::{File, check_folder, json_line, write_whole_by};
use crate::run::data::{DataSource, source_of};
use crate::run::data_notes::notes_of;
use crate::run::introduction::of_shape;
use crate::run::plural::counted;
use crate::run::watch::{Counted, Watch};
use crate::terminal::ui::{Ui, UiChoice, print_result};

/// `mixup data pack`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct PackArgs {
    /// The set: a path, or a name that --data takes
    #[arg(value_name = "DATA", value_parser = DataSource::parser())]
    pub data: DataSource,
    /// The file to write, such as my-pictures.safetensors
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Take the form of the images from the table data of this experiment, a file or a name
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["size", "resize", "channels", "split", "split_seed"]
    )]
    pub experiment: Option<PathBuf>,
    /// Height and width of the images in pixels, such as 96, or 48x64
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub size: Option<[usize; 2]>,
    /// How a picture of other proportions is made to fit: squash, crop or pad [default: squash]
    #[arg(long, value_name = "HOW", value_parser = resize)]
    pub resize: Option<Resize>,
    /// 1 for grey images, 3 for red, green and blue
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=3))]
    pub channels: Option<u8>,
    /// The share of the images that become test images, for a set without a test part
    #[arg(long, value_name = "SHARE")]
    pub split: Option<f64>,
    /// Decides which images these are
    #[arg(long, value_name = "SEED", default_value_t = 1, requires = "split")]
    pub split_seed: u32,
    /// `--split-train` and others.
    #[command(flatten)]
    pub table: TableArgs,
    /// `--json`.
    #[command(flatten)]
    pub output: JsonArgs,
}

const EXAMPLES: &str = "\
Examples:
  mixup data pack my-pictures --size 96 --out my-pictures.safetensors
  mixup data pack my-pictures --experiment folders --out my-pictures.safetensors
  mixup train folders --data my-pictures.safetensors";

/// `--size`: one side, or height and width.
fn size(text: &str) -> Result<[usize; 2], String> {
    let (height, width) = text.split_once('x').unwrap_or((text, text));
    match (height.parse(), width.parse()) {
        (Ok(height), Ok(width)) => Ok([height, width]),
        _ => Err("expected a number of pixels, or HEIGHTxWIDTH".into()),
    }
}

/// `--resize`.
fn resize(text: &str) -> Result<Resize, String> {
    match text {
        "squash" => Ok(Resize::Squash),
        "crop" => Ok(Resize::Crop),
        "pad" => Ok(Resize::Pad),
        _ => Err("expected squash, crop or pad".into()),
    }
}

impl PackArgs {
    /// What is asked of the images.
    fn request(&self) -> Result<ImageRequest, Failure> {
        if let Some(path) = &self.experiment {
            let request = Experiment::read(path)?.data.request();
            let table = self.table.request().or(request.table);
            return Ok(ImageRequest { table, ..request });
        }
        let request = ImageRequest {
            size: self.size,
            resize: self.resize.unwrap_or_default(),
            channels: self.channels.map(usize::from),
            split: self.split.map(|share| TestSplit {
                share,
                seed: self.split_seed.into(),
            }),
            table: self.table.request(),
            ..ImageRequest::default()
        };
        request.check().map_err(|error| match error {
            DataError::Setting { .. } => Failure::usage(format!("--{error}"), "give another value"),
            other => other.into(),
        })?;
        Ok(request)
    }
}

/// The file that is written.
const PACKED: OutputFile = OutputFile {
    flag: "--out",
    what: "the packed set",
    endings: &["safetensors"],
    may_be_in_run: false,
    example: "such as set.safetensors",
};

/// Packs the set, and prints what the file holds.
///
/// # Errors
/// Any [`Failure`]; then there is no file, or the one that was there before.
pub(crate) fn run(args: &PackArgs) -> Result<(), Failure> {
    let ui = Ui::new(UiChoice::Plain, args.output.json)?;
    args.output.check_path(&args.out)?;
    let request = args.request()?;
    // Decoding takes long, so what can be known is known before.
    check_folder(&args.out)?;
    PACKED.check(&args.out)?;
    // Weights have the same ending.
    if args.out.is_file() && PackedSet::open(&args.out).is_err() {
        return Err(PACKED.refusal(&args.out, "a safetensors file that is no packed set"));
    }
    let (packed, bytes) = match &args.data {
        DataSource::Path(path) => of_path(path, &request, &args.out, &ui)?,
        source => of_known(source, &request, &args.out, &ui)?,
    };
    let result = Packed {
        out: args.out.display().to_string(),
        bytes,
        packed: &packed,
    };
    if args.output.json {
        print_result(&json_line(&result));
    } else {
        result.in_words().iter().for_each(|line| print_result(line));
    }
    Ok(())
}

/// Packs what lies at a path. Pictures are written as they are decoded.
fn of_path(
    path: &Path,
    request: &ImageRequest,
    out: &Path,
    ui: &Ui,
) -> Result<(PackedCounts, u64), Failure> {
    if PackedSet::is_at(path) {
        return Err(Failure::usage(
            format!(
                "{}: expected a set that is not packed yet, found a safetensors file",
                path.display()
            ),
            format!(
                "train on it with: mixup train EXPERIMENT --data {}",
                quoted(path)
            ),
        ));
    }
    if holds_clouds(path) {
        return Err(Failure::usage(
            format!("{}: expected images, found point clouds", path.display()),
            "point clouds are small and need no packing: give the path itself with --data",
        ));
    }
    write(out, ui, &mut |file, hashing| {
        let reading = ui.bar(Counted::Files, "packing", 0);
        let packed = mixup_data::pack(
            path,
            &source_of(path),
            request,
            (file, out),
            &|done, total| {
                reading.set_length(total as u64);
                reading.set_position(done as u64);
            },
            hashing,
        );
        reading.finish_and_clear();
        if let Ok(PackedCounts {
            source: Some((opened, counts)),
            ..
        }) = &packed
        {
            notes_of(opened, counts)
                .iter()
                .for_each(|note| ui.say(note));
        }
        packed
    })
}

/// Packs a set that has a name, which is loaded first.
fn of_known(
    source: &DataSource,
    request: &ImageRequest,
    out: &Path,
    ui: &Ui,
) -> Result<(PackedCounts, u64), Failure> {
    let loaded = source.load(request, ui)?;
    let names = (&loaded.layout[..], &loaded.source[..]);
    write(out, ui, &mut |file, hashing| {
        mixup_data::pack_set(&loaded.images, names, request, (file, out), hashing)
    })
}

/// Writes a packed set into a new file, and tells how many of its images are hashed.
type Pack<'a> = dyn FnMut(&File, &dyn Fn(usize, usize)) -> Result<PackedCounts, DataError> + 'a;

/// Writes a packed set as a whole file, and returns what it holds and its bytes.
fn write(out: &Path, ui: &Ui, pack: &mut Pack<'_>) -> Result<(PackedCounts, u64), Failure> {
    let mut packed = None;
    write_whole_by(out, &mut |file| {
        let bar = ui.bar(Counted::Images, "fingerprint", 0);
        let result = pack(file, &|done, total| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        });
        bar.finish_and_clear();
        let bytes = file.metadata().map_err(Failure::file(out))?.len();
        let result = result.map_err(|error| match error {
            DataError::Io { path, source } if path == out => Failure::File { path, source },
            other => other.into(),
        });
        packed = Some((result?, bytes));
        Ok(())
    })?;
    packed.ok_or_else(|| Failure::usage("nothing was packed", "call the same command again"))
}

/// What is printed.
#[derive(Serialize)]
struct Packed<'a> {
    out: String,
    bytes: u64,
    #[serde(flatten)]
    packed: &'a PackedCounts,
}

impl Packed<'_> {
    fn in_words(&self) -> Vec<String> {
        let PackedCounts {
            training_images,
            validation_images,
            test_images,
            classes,
            shape,
            fingerprint,
            layout,
            ..
        } = self.packed;
        let validation =
            validation_images.map_or(String::new(), |images| format!(", {images} validation"));
        vec![
            format!(
                "packed       {layout}: {training_images} training{validation} and {}{}, {} classes",
                counted(*test_images, "test image"),
                of_shape((*shape).into()),
                classes
            ),
            format!("fingerprint  {fingerprint}"),
            format!(
                "file         {} ({:.1} MB)",
                self.out,
                self.bytes as f64 / 1e6
            ),
        ]
    }
}

#[cfg(test)]
mod tests;
