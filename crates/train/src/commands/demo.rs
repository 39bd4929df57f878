//! `mixup demo`: both arms on built-in images, without a download.

use std::path::Path;

use serde::Serialize;

use super::train::{free_folder, start};
use crate::cli::DemoArgs;
use crate::data_source::DataSource;
use crate::device::DeviceChoice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run_folder::{RunFolder, Summary};
use crate::ui::{Ui, print_result};

const EXPERIMENT: &str = include_str!("../../../../experiments/demo.toml");

/// The result of both arms, a pair with one seed.
#[derive(Serialize)]
struct Pair {
    baseline: Summary,
    mixup: Summary,
}

/// Trains the pair and shows both test accuracies.
///
/// # Errors
/// Any [`Failure`].
pub fn run(args: &DemoArgs) -> Result<(), Failure> {
    let ui = Ui::new(args.common.ui, args.common.json)?;
    let mut mixup = Experiment::parse(EXPERIMENT, Path::new("experiments/demo.toml"))?;
    mixup.seed = args.seed.unwrap_or(mixup.seed);
    mixup.epochs = args.epochs.unwrap_or(mixup.epochs);
    let folder = args.out.clone().unwrap_or_else(|| free_folder("demo"));
    for arm in ["baseline", "mixup"] {
        RunFolder::check_free(&folder.join(arm))?;
    }
    let device = args.common.device.choose(DeviceChoice::Auto)?;
    let train = |experiment: Experiment, name: &str| {
        let loaded = DataSource::Synthetic.load(&ui)?;
        let path = folder.join(name);
        let summary = start(experiment, name, loaded, device.clone(), &path, &ui)?.train(&ui)?;
        ui.say("");
        Ok::<_, Failure>(summary)
    };
    let pair = Pair {
        baseline: train(mixup.baseline(), "baseline")?,
        mixup: train(mixup, "mixup")?,
    };
    report(&pair, &folder, args.common.json);
    Ok(())
}

fn report(pair: &Pair, folder: &Path, json: bool) {
    if json {
        let line = serde_json::to_string(pair).expect("numbers and strings have a JSON form");
        print_result(&line);
        return;
    }
    print_result("arm        test accuracy   best epoch   test loss");
    for arm in [&pair.baseline, &pair.mixup] {
        print_result(&format!(
            "{:<9} {:>14.1}% {:>6.1}% ({:>2}) {:>11.4}",
            arm.experiment,
            100.0 * arm.last_test_accuracy,
            100.0 * arm.best_test_accuracy,
            arm.best_epoch,
            arm.last_test_loss
        ));
    }
    print_result("One pair of runs shows that both arms learn; it does not show which is better.");
    print_result(&format!("run folders: {}", folder.display()));
}
