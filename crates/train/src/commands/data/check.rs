//! `mixup data check`: describes a data set.

use clap::Args;
use mixup_data::{ImageSet, PassedOver, shown};
use serde::Serialize;

use crate::commands::shared_arguments::JsonArgs;
use crate::failure::Failure;
use crate::files;
use crate::run::data::{DataSource, Loaded};
use crate::terminal::ui::{Ui, UiChoice, print_result};

/// `mixup data check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// A path, or cifar10 or synthetic
    #[arg(value_name = "DATA", value_parser = DataSource::parser())]
    pub data: DataSource,
    /// `--json`.
    #[command(flatten)]
    pub output: JsonArgs,
}

/// Reads the images and prints what they are.
///
/// # Errors
/// Any [`Failure`].
pub(crate) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let ui = Ui::new(UiChoice::Plain, args.output.json)?;
    let loaded = args.data.load(&ui)?;
    let fingerprint = loaded.fingerprint(&ui);
    let description = Description::new(loaded, fingerprint);
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
    classes: Vec<ClassCount>,
    training_images: usize,
    test_images: usize,
    /// Red, green and blue of the training pixels, in `[0, 1]`.
    mean: Vec<f64>,
    std: Vec<f64>,
    /// What the source also holds and is not read.
    passed_over: Vec<PassedOver>,
}

#[derive(Serialize)]
struct ClassCount {
    name: String,
    training: usize,
    test: usize,
}

impl Description {
    fn new(loaded: Loaded, fingerprint: String) -> Self {
        let Loaded {
            images,
            layout,
            source,
            passed_over,
        } = loaded;
        let ImageSet {
            train,
            test,
            classes,
            ..
        } = images;
        let training = train.class_counts(classes.len());
        let tested = test.class_counts(classes.len());
        let counts = classes.into_iter().zip(training).zip(tested);
        let (mean, std) = train.channel_statistics().into_iter().unzip();
        Self {
            layout,
            source,
            fingerprint,
            classes: counts
                .map(|((name, training), test)| ClassCount {
                    name,
                    training,
                    test,
                })
                .collect(),
            training_images: train.len(),
            test_images: test.len(),
            mean,
            std,
            passed_over,
        }
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
        lines.extend([
            format!("fingerprint  {}", self.fingerprint),
            format!(
                "mean         {:.4?}  (red, green, blue of the training images in [0, 1])",
                self.mean
            ),
            format!("deviation    {:.4?}", self.std),
            String::new(),
        ]);
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
        let mut lines = vec![format!(
            "{:<width$} {:>9} {:>6}",
            "class", "training", "test"
        )];
        let row = |name: &str, training: usize, test: usize| {
            format!("{name:<width$} {training:>9} {test:>6}")
        };
        let counts = names.iter().zip(&self.classes);
        lines.extend(counts.map(|(name, class)| row(name, class.training, class.test)));
        lines.push(row("all", self.training_images, self.test_images));
        lines
    }
}

#[cfg(test)]
mod tests;
