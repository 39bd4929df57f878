//! `mixup bench`: how fast this machine trains, and where the time goes.

use std::path::Path;

use crate::bench::Subject;
use crate::bench::clock::Effort;
use crate::commands::arguments::BenchArgs;
use crate::device::choose::{Chosen, DeviceChoice, DeviceKind};
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::data::{DataSource, Loaded};
use crate::run::start::check;
use crate::terminal::ui::{Ui, UiChoice, print_result};

const ARTICLE: &str = include_str!("../../../../experiments/mixup.toml");
/// Images of a window where none are asked for: seconds on two cores, a tenth of one on a GPU.
const CPU_WINDOW: usize = 512;
const GPU_WINDOW: usize = 12_800;
/// Test images of a run whose tests are not measured.
const TEST_IMAGES: usize = 16;

/// Measures, and prints the table or the line of JSON.
///
/// # Errors
/// Any [`Failure`].
pub fn run(args: &BenchArgs) -> Result<(), Failure> {
    let ui = Ui::new(UiChoice::Plain, args.json)?;
    let (experiment, name) = experiment(args)?;
    let device = args.device.choose(DeviceChoice::Auto)?;
    device.check(experiment.precision)?;
    let (loaded, window) = images(args, experiment.batch_size, &device, &ui)?;
    let batch_size = experiment.batch_size;
    let subject = Subject {
        experiment,
        name,
        window,
        // A long epoch is no reason for long windows of anything else.
        steps: (window.min(usual_window(&device)) / batch_size).max(1),
        effort: Effort {
            seconds: args.seconds,
            windows: args.windows.map(|windows| windows as usize),
        },
        device,
    };
    let report = subject.measure(loaded, !args.no_phases, &ui)?;
    if args.json {
        print_result(&report.to_json());
    } else {
        ui.say("");
        print_result(report.to_table().trim_end());
    }
    Ok(())
}

/// The experiment and its name.
fn experiment(args: &BenchArgs) -> Result<(Experiment, String), Failure> {
    let (mut experiment, name) = match &args.experiment {
        Some(path) => {
            let stem = path.file_stem().unwrap_or(path.as_os_str());
            (Experiment::read(path)?, stem.to_string_lossy().into_owned())
        }
        None => {
            let origin = Path::new("experiments/mixup.toml");
            (Experiment::parse(ARTICLE, origin)?, "mixup".to_owned())
        }
    };
    if let Some(batch_size) = args.batch_size {
        experiment.batch_size = batch_size as usize;
    }
    check(&experiment)?;
    Ok((experiment, name))
}

/// Images of a window where none are asked for, before it is cut to whole batches.
fn usual_window(device: &Chosen) -> usize {
    if device.kind == DeviceKind::Gpu {
        GPU_WINDOW
    } else {
        CPU_WINDOW
    }
}

/// The images that are trained on, and how many they are: a window.
fn images(
    args: &BenchArgs,
    batch_size: usize,
    device: &Chosen,
    ui: &Ui,
) -> Result<(Loaded, usize), Failure> {
    let asked = args.images.map(|images| images as usize);
    let usual = usual_window(device);
    if args.data == DataSource::Synthetic {
        let window = window(asked, usual, batch_size, None)?;
        return Ok((DataSource::synthetic(window, TEST_IMAGES), window));
    }
    // Before the data, which may take a download.
    window(asked, usual, batch_size, None)?;
    let mut loaded = args.data.load(ui)?;
    let there = (loaded.images.train.len(), loaded.source.as_str());
    let window = window(asked, usual, batch_size, Some(there))?;
    loaded.images.train = loaded.images.train.first(window);
    loaded.images.test = loaded.images.test.first(TEST_IMAGES);
    Ok((loaded, window))
}

/// Images of a window: an epoch of the training path. `there` is how many a source has, and its name.
fn window(
    asked: Option<usize>,
    usual: usize,
    batch_size: usize,
    there: Option<(usize, &str)>,
) -> Result<usize, Failure> {
    let whole_batches = |images: usize| (images / batch_size).max(1) * batch_size;
    let window = asked.unwrap_or_else(|| {
        let available = there.map_or(usize::MAX, |(images, _)| images);
        whole_batches(usual.min(available))
    });
    if window < batch_size {
        return Err(Failure::usage(
            format!("--images {window}: expected at least one batch of {batch_size} images"),
            "give more images, or fewer a step with --batch-size",
        ));
    }
    match there {
        Some((available, source)) if window > available => Err(Failure::usage(
            format!("{source}: expected at least {window} training images, found {available}"),
            "use a smaller --batch-size or --images, or --data synthetic for built-in images",
        )),
        _ => Ok(window),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(asked: Option<usize>, there: Option<usize>) -> Result<usize, String> {
        let there = there.map(|images| (images, "here"));
        window(asked, 512, 100, there).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_window_is_whole_batches_unless_it_is_asked_for() {
        assert_eq!(found(None, None), Ok(500));
        assert_eq!(found(None, Some(399)), Ok(300));
        assert_eq!(found(Some(450), Some(450)), Ok(450));
        assert_eq!(window(None, 512, 1024, None).unwrap(), 1024);
    }

    #[test]
    fn too_few_images_are_refused_with_their_numbers() {
        assert_eq!(
            found(None, Some(50)),
            Err("here: expected at least 100 training images, found 50".into())
        );
        assert_eq!(
            found(Some(300), Some(200)),
            Err("here: expected at least 300 training images, found 200".into())
        );
        assert_eq!(
            found(Some(99), None),
            Err("--images 99: expected at least one batch of 100 images".into())
        );
    }
}
