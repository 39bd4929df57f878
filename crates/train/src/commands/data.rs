//! `mixup data`: download, describe and look at images.

use mixup_data::{
    CHANNELS, EpochPlan, ImageSet, Mixing, Policy, Selection, contact_sheet, mixed_pairs,
};
use serde::Serialize;

use crate::commands::arguments::{DataCommand, PreviewArgs};
use crate::device::choose::{DeviceChoice, KernelChoice, choose};
use crate::failure::Failure;
use crate::run::data::{DataSource, Loaded, cached_path, download};
use crate::run::folder::write_whole;
use crate::terminal::ui::{Ui, UiChoice, print_result};

/// Does what the subcommand asks for.
///
/// # Errors
/// Any [`Failure`].
pub fn run(command: DataCommand) -> Result<(), Failure> {
    match command {
        DataCommand::Fetch { url, out } => {
            let ui = Ui::new(UiChoice::Plain, false)?;
            let path = match out {
                Some(path) => path,
                None => cached_path()?,
            };
            if path.is_file() && mixup_data::cifar10_archive().matches(&path)? {
                print_result(&format!("already there and verified: {}", path.display()));
                return Ok(());
            }
            download(url.as_deref(), &path, &ui)?;
            print_result(&format!("downloaded and verified: {}", path.display()));
            Ok(())
        }
        DataCommand::Check { data, json } => check(&data, json),
        DataCommand::Preview(args) => preview(&args),
    }
}

/// What `mixup data check --json` prints.
#[derive(Serialize)]
struct Description {
    layout: String,
    source: String,
    fingerprint: String,
    classes: Vec<ClassCount>,
    training_images: usize,
    test_images: usize,
    /// Of the training pixels in `[0, 1]`: red, green, blue.
    mean: [f64; CHANNELS],
    std: [f64; CHANNELS],
}

#[derive(Serialize)]
struct ClassCount {
    name: String,
    training: usize,
    test: usize,
}

impl Description {
    fn new(loaded: Loaded, ui: &Ui) -> Self {
        let fingerprint = loaded.fingerprint(ui);
        let Loaded {
            images,
            layout,
            source,
        } = loaded;
        let ImageSet {
            train,
            test,
            classes,
        } = images;
        let training = train.class_counts(classes.len());
        let tested = test.class_counts(classes.len());
        let counts = classes.into_iter().zip(training).zip(tested);
        let statistics = train.channel_statistics();
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
            mean: statistics.map(|(mean, _)| mean),
            std: statistics.map(|(_, std)| std),
        }
    }
}

fn check(data: &DataSource, json: bool) -> Result<(), Failure> {
    let ui = Ui::new(UiChoice::Plain, json)?;
    let description = Description::new(data.load(&ui)?, &ui);
    if json {
        let line = serde_json::to_string(&description);
        print_result(&line.expect("numbers and strings have a JSON form"));
        return Ok(());
    }
    let Description {
        layout,
        source,
        fingerprint,
        classes,
        training_images,
        test_images,
        mean,
        std,
    } = description;
    print_result(&format!("source       {source}"));
    print_result(&format!("layout       {layout}"));
    print_result(&format!("fingerprint  {fingerprint}"));
    print_result(&format!(
        "mean         {mean:.4?}  (red, green, blue of the training images in [0, 1])"
    ));
    print_result(&format!("deviation    {std:.4?}"));
    let width = classes.iter().map(|class| class.name.chars().count());
    let width = width.max().unwrap_or(0).max("class".len());
    print_result("");
    print_result(&format!(
        "{:<width$} {:>9} {:>6}",
        "class", "training", "test"
    ));
    for ClassCount {
        name,
        training,
        test,
    } in classes
    {
        print_result(&format!("{name:<width$} {training:>9} {test:>6}"));
    }
    print_result(&format!(
        "{:<width$} {training_images:>9} {test_images:>6}",
        "all"
    ));
    Ok(())
}

fn preview(args: &PreviewArgs) -> Result<(), Failure> {
    let ui = Ui::new(UiChoice::Plain, false)?;
    let mixing = Mixing::new(args.alpha, Selection::Probability(1.0))
        .map_err(|error| Failure::usage(format!("--{error}"), "give another --alpha"))?;
    let device = choose(DeviceChoice::Cpu, KernelChoice::Auto)?.device;
    let source = args.data.data.clone().unwrap_or(DataSource::Cifar10);
    let ImageSet { train, classes, .. } = source.load(&ui)?.images;
    let shown = usize::from(args.pairs).min(train.len());
    let policy = Policy::new(mixing, shown.max(1));
    let plan = EpochPlan::draw(u64::from(args.seed), 1, train.len(), &policy);
    let pairs = mixed_pairs(&train, &classes, &plan.batch(0..shown), &device);
    let sheet = contact_sheet(&pairs);
    let mut png = std::io::Cursor::new(vec![]);
    sheet
        .write_to(&mut png, image::ImageFormat::Png)
        .map_err(|error| Failure::Training(format!("the PNG cannot be encoded: {error}")))?;
    write_whole(&args.out, &png.into_inner())?;
    print_result(&format!("{shown} pairs: {}", args.out.display()));
    Ok(())
}
