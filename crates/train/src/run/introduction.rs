//! The lines that a run prints before it trains.

use mixup_data::{
    Assignment, Augmentation, CloudAugmentation, ColorJitter, ImageShape, LambdaPer, Partner,
    SampleShape, Targets,
};

use crate::device::selected::SelectedDevice;
use crate::experiment::{
    ClassWeights, Experiment, Labels, MethodName, Methods, MixingTable, Visits,
};
use crate::learn::schedule::Shape;
use crate::run::plural::counted;
use crate::run::record::RunInfo;
use crate::run::start::storage_in_words;
use crate::run::train::Run;
use crate::run::watch::Watch;

/// Prints the experiment, the data, the device and the folder of `run`.
pub(crate) fn introduce(run: &Run, watch: &dyn Watch) {
    let experiment = &run.experiment;
    introduce_plan(experiment, &run.info, &run.device, &run.not_read, watch);
    if let Some(start) = &run.start {
        let own = run.info.normalisation.as_ref();
        for note in start.notes(&run.info.classes, experiment.normalisation.known(own)) {
            watch.say(&note);
        }
    }
    watch.say(&format!("run     {}", run.folder.path().display()));
    let epochs = experiment.epochs;
    if let Shape::Step { milestones, .. } = &experiment.schedule.shape
        && let Some(late) = milestones.iter().find(|milestone| **milestone >= epochs)
    {
        watch.say(&format!(
            "note: the learning rate is not lowered after epoch {late}, for the run ends with epoch {epochs}"
        ));
    }
}

/// Prints what is trained, on which images, and where. `not_read` is the end of the line `data`.
pub(crate) fn introduce_plan(
    experiment: &Experiment,
    info: &RunInfo,
    device: &SelectedDevice,
    not_read: &str,
    watch: &dyn Watch,
) {
    watch.say(&format!(
        "{}, seed {}: {}",
        info.experiment,
        experiment.seed,
        mixing(&experiment.mixing, info.shape)
    ));
    let validation = match info.validation_images {
        0 => String::new(),
        images => format!(", {images} validation"),
    };
    watch.say(&format!(
        "data    {}: {} training{validation} and {} test {}{}, {} classes{not_read}",
        info.layout,
        info.training_images,
        info.test_images,
        info.shape.plural(),
        of_shape(info.shape),
        info.classes.len()
    ));
    let treatment = treatment(experiment);
    if !treatment.is_empty() {
        watch.say(&format!("{:<7} {treatment}", info.shape.plural()));
    }
    if let Some(ema) = experiment.ema {
        watch.say(&format!(
            "judged  the moving average of the weights, decay {}; training figures are those of the weights",
            ema.decay
        ));
    }
    if let Some(patience) = experiment.patience {
        let epochs = counted(patience, "epoch");
        watch.say(&format!(
            "ends    after {epochs} without a better accuracy on the validation images"
        ));
    }
    let start = info.start.as_ref();
    for line in network_lines(
        experiment,
        start.map(|start| start.in_words(info.classes.len())),
    ) {
        watch.say(&line);
    }
    watch.say(&format!(
        "device  {}, {} as {}, network {} in {}",
        device.name,
        info.shape.plural(),
        storage_in_words(info.shape, device),
        experiment.network.name,
        experiment.precision
    ));
}

/// The lines about the weights that a network starts from, in words, and its frozen stages, if there are any.
pub(crate) fn network_lines(experiment: &Experiment, start: Option<String>) -> Vec<String> {
    let frozen = &experiment.network.frozen;
    let drawn = match start {
        Some(_) => "",
        None => ", with the weights that were drawn: the experiment names no network.start",
    };
    let frozen = (!frozen.is_empty()).then(|| format!("frozen  {}{drawn}", frozen.join(", ")));
    let start = start.map(|start| format!("start   {start}"));
    start.into_iter().chain(frozen).collect()
}

/// What `count` samples are called: `images`, or `cloud` for a single one.
pub(crate) fn of_kind(count: usize, shape: SampleShape) -> &'static str {
    match (count, shape) {
        (1, SampleShape::Image(_)) => "image",
        (1, SampleShape::Cloud(_)) => "cloud",
        _ => shape.plural(),
    }
}

/// Such as ` of 64x64`: height and width, and whether the images are grey, or the points of clouds. Empty for images of
/// CIFAR-10's shape.
pub(crate) fn of_shape(shape: SampleShape) -> String {
    let shape = match shape {
        SampleShape::Image(ImageShape::CIFAR10) => return String::new(),
        SampleShape::Image(shape) => shape,
        SampleShape::Cloud(_) => return format!(" of {shape}"),
    };
    let ImageShape {
        channels,
        height,
        width,
    } = shape;
    let grey = if channels == 1 { " in grey" } else { "" };
    format!(" of {height}x{width}{grey}")
}

/// Describes which images are mixed, and how.
fn mixing(table: &MixingTable, shape: SampleShape) -> String {
    let one = of_kind(1, shape);
    if table.alpha == 0.0 {
        return format!("no {one} is mixed");
    }
    let what = match &table.method {
        Methods::One(MethodName::Mixup) => "mixed".into(),
        Methods::One(name) => format!("mixed {}", by_method(*name)),
        Methods::Several(names) => {
            let names: Vec<_> = names.iter().map(|name| by_method(*name)).collect();
            format!("mixed {}", names.join(" or "))
        }
    };
    let which = match (table.every, table.probability) {
        (Some(1), _) | (None, Some(1.0)) => format!("every {one} is {what}"),
        (Some(step), _) => format!("1 {one} in {step} is {what}"),
        (None, probability) => {
            let probability = probability.unwrap_or_default();
            let article = if one == "image" { "an" } else { "a" };
            format!("{article} {one} is {what} with probability {probability}")
        }
    };
    let mut words = vec![which, format!("λ ~ Beta({0}, {0})", table.alpha)];
    if table.lambda == LambdaPer::Batch {
        words.push("one λ a batch".into());
    }
    if table.folded {
        words.push("folded".into());
    }
    if table.method_per == Some(LambdaPer::Batch) {
        words.push("one method a batch".into());
    }
    if let Some(factor) = table.regmixup {
        words.push(format!(
            "next to the {} as they are, with {factor} times their loss",
            shape.plural()
        ));
    }
    if table.partner == Partner::Batch {
        words.push("partners in the batch".into());
    }
    match table.assignment {
        None | Some(Assignment::Optimal) => {}
        Some(Assignment::Random) => words.push("points paired by chance".into()),
        Some(Assignment::None) => words.push("points paired by their order".into()),
    }
    if !table.layers.is_empty() {
        words.push(format!("at {}", table.layers.join(", ")));
    }
    if table.targets == Targets::AsPrinted {
        words.push("targets as printed in the article".into());
    }
    if table.off_for_last > 0 {
        words.push(match table.off_for_last {
            1 => "not in the last epoch".into(),
            last => format!("not in the last {last} epochs"),
        });
    }
    words.join(", ")
}

fn by_method(name: MethodName) -> &'static str {
    match name {
        MethodName::Mixup => "by mixup",
        MethodName::CutMix => "by CutMix",
        MethodName::ResizeMix => "by ResizeMix",
        MethodName::Manifold => "within the network",
        MethodName::PointMixup => "by PointMixup",
        MethodName::PointCutMix => "by PointCutMix",
    }
}

/// Describes how single clouds are changed.
fn cloud_treatment(augmentation: CloudAugmentation) -> Vec<String> {
    let CloudAugmentation {
        turn,
        scale,
        shift,
        jitter,
        dropout,
    } = augmentation;
    let mut words = vec![];
    if turn {
        words.push("turned about the up axis".to_owned());
    }
    if scale > 0.0 {
        words.push(format!("scaled by up to {scale}"));
    }
    if shift > 0.0 {
        words.push(format!("moved by up to {shift}"));
    }
    if jitter > 0.0 {
        words.push(format!("noise of {jitter} added"));
    }
    if dropout > 0.0 {
        words.push(format!("up to {dropout} of the points dropped"));
    }
    words
}

/// Describes augmentation and label changes. Empty if there are none.
fn treatment(experiment: &Experiment) -> String {
    let Augmentation {
        flip,
        crop_padding,
        trivial_augment,
        erasing,
        cutout,
        ..
    } = experiment.augmentation;
    let Labels {
        smoothing,
        corrupted,
    } = experiment.labels;
    let mut words = vec![];
    if flip {
        words.push("mirrored at random".to_owned());
    }
    if crop_padding > 0 {
        words.push(format!("shifted by up to {crop_padding} pixels"));
    }
    if trivial_augment {
        words.push("changed by TrivialAugment".into());
    }
    if experiment.augmentation.jitter() != ColorJitter::default() {
        words.push("with other colours".into());
    }
    if erasing > 0.0 {
        words.push(format!("a rectangle erased with probability {erasing}"));
    }
    if cutout > 0 {
        words.push(format!("a square of {cutout} pixels cut out"));
    }
    words.extend(cloud_treatment(experiment.cloud_augmentation));
    if experiment.data.draw == Visits::Balanced {
        words.push("every class drawn equally often".into());
    }
    if smoothing > 0.0 {
        words.push(format!("labels smoothed by {smoothing}"));
    }
    if corrupted > 0.0 {
        let percent = (100.0 * corrupted * 1e6).round() / 1e6;
        words.push(format!("{percent}% of the training labels random"));
    }
    match &experiment.loss.class_weights {
        Some(ClassWeights::Balanced) => words.push("classes weighted against their counts".into()),
        Some(ClassWeights::Each(_)) => words.push("classes weighted".into()),
        None => {}
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_describe_every_way_of_mixing() {
        for (text, words) in [
            ("alpha = 0.0\nevery = 5", "no image is mixed"),
            (
                "alpha = 0.2\nevery = 5",
                "1 image in 5 is mixed, λ ~ Beta(0.2, 0.2)",
            ),
            (
                "alpha = 1.0\nevery = 1",
                "every image is mixed, λ ~ Beta(1, 1)",
            ),
            (
                "method = \"cutmix\"\nalpha = 1.0\nprobability = 0.5\nlambda = \"batch\"",
                "an image is mixed by CutMix with probability 0.5, λ ~ Beta(1, 1), one λ a batch",
            ),
            (
                "method = \"manifold\"\nalpha = 2.0\nprobability = 1.0\npartner = \"batch\"\n\
                 layers = [\"input\", \"conv11\"]\noff_for_last = 2\ntargets = \"as-printed\"\nfolded = true",
                "every image is mixed within the network, λ ~ Beta(2, 2), folded, partners in the \
                 batch, at input, conv11, targets as printed in the article, not in the last 2 epochs",
            ),
        ] {
            let table = toml::from_str(text).unwrap();
            assert_eq!(mixing(&table, ImageShape::CIFAR10.into()), words);
        }
    }
}
