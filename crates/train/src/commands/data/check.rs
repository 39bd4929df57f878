//! `mixup data check`: describes a data set.

use clap::Args;
use mixup_data::{ImageShape, PassedOver, SampleShape, SourceSamples, SourceSet, shown};
use serde::Serialize;

use crate::commands::shared_arguments::{JsonArgs, RequestArgs};
use crate::commands::table_arguments::TableArgs;
use crate::failure::Failure;
use crate::files;
use crate::run::data::{DataSource, Loaded};
use crate::run::packed_data::{PackedUse, PixelCheck};
use crate::terminal::ui::{Ui, UiChoice, print_result};

/// `mixup data check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArgs {
    /// A path, cifar10, synthetic or hf:ORG/NAME. What must be downloaded is named before it is
    #[arg(value_name = "DATA", value_parser = DataSource::parser())]
    pub data: DataSource,
    /// `--split-train` and others.
    #[command(flatten)]
    pub table: TableArgs,
    /// `--experiment`.
    #[command(flatten)]
    pub request: RequestArgs,
    /// `--json`.
    #[command(flatten)]
    pub output: JsonArgs,
}

const EXAMPLES: &str = "\
Examples:
  mixup data check synthetic
  mixup data check hf:uoft-cs/cifar100 --label-column fine_label
  mixup data check my-pictures --experiment folders";

/// Reads the images and prints what they are.
///
/// # Errors
/// Any [`Failure`].
pub(crate) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let ui = Ui::new(UiChoice::Plain, args.output.json)?;
    // The question is what the images are, so nothing is taken on trust.
    let packed = PackedUse {
        check: PixelCheck::Hash,
        ..PackedUse::LOOK
    };
    let loaded = args.request.load(&args.data, &args.table, packed, &ui)?;
    let fingerprint = loaded.fingerprint(&ui)?;
    let description = Description::new(loaded, fingerprint)?;
    if args.output.json {
        print_result(&files::json_line(&description));
    } else {
        for line in description.in_words() {
            print_result(&line);
        }
    }
    Ok(())
}

/// What `--json` prints.
#[derive(Serialize)]
struct Description {
    layout: String,
    source: String,
    fingerprint: String,
    /// Channels, height and width of every image, or the points of every cloud.
    shape: SampleShape,
    classes: Vec<ClassCount>,
    training_images: usize,
    /// Only if the set has images that choose the best epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_images: Option<usize>,
    test_images: usize,
    /// Each channel of the training pixels, in `[0, 1]`. Point clouds have none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mean: Vec<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    std: Vec<f64>,
    /// What the source also holds and is not read.
    passed_over: Vec<PassedOver>,
}

#[derive(Serialize)]
struct ClassCount {
    name: String,
    training: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation: Option<usize>,
    test: usize,
}

impl Description {
    fn new(loaded: Loaded, fingerprint: String) -> Result<Self, Failure> {
        let Loaded {
            images,
            layout,
            source,
            passed_over,
        } = loaded;
        let (mean, std) = images.channel_statistics()?.into_iter().unzip();
        let SourceSet {
            train,
            validation,
            test,
            classes,
            ..
        } = images;
        let counts = |images: &SourceSamples| images.class_counts(classes.len());
        let (training, tested) = (counts(&train), counts(&test));
        let validated = validation.as_ref().map(counts);
        let class = |(index, name): (usize, &String)| ClassCount {
            name: name.clone(),
            training: training[index],
            validation: validated.as_ref().map(|counts| counts[index]),
            test: tested[index],
        };
        Ok(Self {
            layout,
            source,
            fingerprint,
            shape: train.shape(),
            classes: classes.iter().enumerate().map(class).collect(),
            training_images: train.len(),
            validation_images: validation.map(|images| images.len()),
            test_images: test.len(),
            mean,
            std,
            passed_over,
        })
    }

    /// The description, line by line, with a table of the classes.
    fn in_words(&self) -> Vec<String> {
        let mut lines = vec![
            format!("source       {}", shown(&self.source)),
            format!("layout       {}", self.layout),
        ];
        for (index, item) in self.passed_over.iter().enumerate() {
            let title = if index == 0 { "not read" } else { "" };
            lines.push(format!("{title:<12} {}: {}", item.what(), item.why()));
        }
        let fingerprint = format!("fingerprint  {}", self.fingerprint);
        match self.shape {
            SampleShape::Image(ImageShape {
                channels,
                height,
                width,
            }) => {
                let channels = match channels {
                    1 => "grey",
                    _ => "red, green, blue",
                };
                lines.extend([
                    format!("images       {height}x{width} (height x width), {channels}"),
                    fingerprint,
                    format!(
                        "mean         {:.4?}  ({channels} of the training images in [0, 1])",
                        self.mean
                    ),
                    format!("deviation    {:.4?}", self.std),
                ]);
            }
            SampleShape::Cloud(_) => lines.extend([
                format!("clouds       {} each, in the unit ball", self.shape),
                fingerprint,
            ]),
        }
        lines.push(String::new());
        lines.extend(self.table());
        lines
    }

    /// How many images each class has. Names are shown without control characters.
    fn table(&self) -> Vec<String> {
        let names: Vec<String> = self
            .classes
            .iter()
            .map(|class| shown(&class.name))
            .collect();
        let widths = names.iter().map(|name| name.chars().count());
        let width = widths.max().unwrap_or(0).max("class".len());
        let validation = |count: Option<usize>| match count {
            Some(count) => format!(" {count:>10}"),
            None => String::new(),
        };
        let title = match self.validation_images {
            Some(_) => format!(" {:>10}", "validation"),
            None => String::new(),
        };
        let mut lines = vec![format!(
            "{:<width$} {:>9}{title} {:>6}",
            "class", "training", "test"
        )];
        let row = |name: &str, training: usize, middle: Option<usize>, test: usize| {
            format!(
                "{name:<width$} {training:>9}{} {test:>6}",
                validation(middle)
            )
        };
        let counts = names.iter().zip(&self.classes);
        lines.extend(
            counts.map(|(name, class)| row(name, class.training, class.validation, class.test)),
        );
        let (training, test) = (self.training_images, self.test_images);
        lines.push(row("all", training, self.validation_images, test));
        lines
    }
}

#[cfg(test)]
mod tests;
