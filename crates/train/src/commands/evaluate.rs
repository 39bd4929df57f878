//! `mixup evaluate`: a weights file judged on the test images.

use mixup_data::{MixupBatcher, MixupLoader};
use mixup_model::{Precision, WeightsFile};

use crate::classifier::Classifier;
use crate::cli::EvaluateArgs;
use crate::data_source::DataSource;
use crate::device::DeviceChoice;
use crate::evaluation::evaluate;
use crate::failure::Failure;
use crate::ui::{IMAGES_BAR, Ui, print_result};
use crate::weights_note::WeightsNote;

/// Judges the weights and prints images, loss and accuracy.
///
/// # Errors
/// Any [`Failure`].
pub fn run(args: &EvaluateArgs) -> Result<(), Failure> {
    let ui = Ui::new(args.common.ui, args.common.json)?;
    let weights = WeightsFile::open(&args.weights)?;
    let (config, classes) = weights.config()?;
    let note = WeightsNote::of(&weights);
    let chosen = args.common.device.choose(DeviceChoice::Auto)?;
    let precision = if chosen.supports(note.precision) {
        note.precision
    } else {
        ui.say(&format!(
            "note: the network was trained in {}, and is judged in f32",
            note.precision
        ));
        Precision::F32
    };
    let device = &chosen.device;
    // Checked before the data is read, which may take long.
    let initial = config.init(
        classes,
        &mut mixup_data::stream(0, mixup_data::Purpose::Weights, 0),
        device,
    );
    let network = weights.load_into(initial)?.with_precision(precision);

    let source = args.data.data.clone().unwrap_or(DataSource::Cifar10);
    let loaded = source.load(&ui)?;
    let images = loaded.images;
    if images.classes.len() != classes {
        return Err(Failure::usage(
            format!(
                "{}: expected data with {classes} classes, found {} in {}",
                args.weights.display(),
                images.classes.len(),
                loaded.source
            ),
            "give the data that the network was trained on",
        ));
    }
    if note.classes != images.classes {
        ui.say("note: the data's class names are not those that the network was trained on");
    }
    // Five sixths of the pixels, of no use here.
    drop(images.train);
    let labels = images.test.labels().to_vec();
    let batcher = MixupBatcher::new(images.test, classes, &note.normalisation, device);
    let loader =
        MixupLoader::in_order(batcher, args.batch_size as usize).filled(chosen.tunes_to_shapes());
    let classifier = Classifier::new(network, note.loss);
    let bar = ui.bar(labels.len() as u64, IMAGES_BAR);
    bar.set_prefix("evaluating");
    let result = evaluate(&classifier, &loader, &labels, &|done| {
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let result = result?;
    if args.common.json {
        let line = serde_json::to_string(&result).expect("numbers have a JSON form");
        print_result(&line);
    } else {
        print_result(&format!(
            "{:.2}% of {} test images right, loss {:.4} ({})",
            100.0 * result.measures.accuracy,
            result.measures.images,
            result.loss,
            loaded.layout
        ));
        print_result(&format!(
            "of the normalised outputs: NLL {:.4}, Brier score {:.4}, calibration error {:.2}%",
            result.measures.nll,
            result.measures.brier,
            100.0 * result.measures.ece
        ));
    }
    Ok(())
}
