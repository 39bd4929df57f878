//! Writes report pages of several sizes, to look at in a browser.
//!
//! The runs are made up: no network is trained. Each page is named after what is special about it.
//!
//! ```text
//! cargo run -p mixup-evidence --example pages -- FOLDER
//! ```

use std::path::PathBuf;

use mixup_evidence::{
    About, ChosenBy, Data, Epoch, Measures, MixedPair, Outputs, Report, Robustness,
    RobustnessPoint, TrainingMeasures, Trial, page,
};

/// How much of everything a report has.
#[derive(Clone, Copy)]
struct Size {
    arms: usize,
    runs: usize,
    epochs: usize,
    classes: usize,
}

/// The pages: a name, and the size of the report.
const PAGES: [(&str, Size); 8] = [
    ("usual", size(2, 5, 30, 10)),
    ("one-arm", size(1, 3, 30, 10)),
    ("one-run", size(1, 1, 1, 2)),
    ("one-pair", size(2, 1, 3, 10)),
    ("one-epoch", size(2, 3, 1, 2)),
    ("six-arms", size(6, 4, 30, 10)),
    ("many", size(2, 20, 200, 100)),
    ("300-classes", size(3, 5, 30, 300)),
];

/// Names of arms; the last arm of a report is the baseline. The second is too long for charts and
/// looks like HTML.
const NAMES: [&str; 5] = [
    "mixup",
    "mixup-alpha-0.2-every-5-<b>wide</b>-hidden-256",
    "wide",
    "alpha-1",
    "bf16",
];

/// Test images of a run.
const IMAGES: usize = 2000;

/// A disc, a chequerboard, and 0.7 times the one plus 0.3 times the other: PNG, 32x32 pixels.
const PNGS: [&str; 3] = [
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAOklEQVR42mPQCLChKWIYtWDUgmFiwbMewmjUAupbQIyhxFg2asGoBaMWjFpAiQWjxfXgsmC02UJTBAAD7BhdBQ/bwQAAAABJRU5ErkJggg==",
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAOklEQVR42mP48OE1VhQ17Q5WRKp6hlELRi0YAhZQyyBc6kctGLVgKFgwWlSMWjBqwWh9MGrBqAVABAA1By6If1eUSQAAAABJRU5ErkJggg==",
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAWklEQVR42mNIaSjEisxTc7AiUtUzjFowasEQsIAYg16uQqA9/TlYES6LRy0g3wJkQ4mxAFnNqAWkWYArcogxCJfFROXkUQtGLRhEFowW10PDAkoaA6MWEFQPANUqn/wHLpZqAAAAAElFTkSuQmCC",
];

const fn size(arms: usize, runs: usize, epochs: usize, classes: usize) -> Size {
    Size {
        arms,
        runs,
        epochs,
        classes,
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("give the folder for the pages")?;
    std::fs::create_dir_all(&folder)?;
    for (name, size) in PAGES {
        let arms = (0..size.arms).flat_map(|arm| (1..=size.runs).map(move |run| (arm, run)));
        let trials = arms.map(|(arm, run)| trial(size, arm, run)).collect();
        let mut report = Report::new(trials, About::default())?;
        let groups = report.mistakes.iter_mut();
        for image in groups.flat_map(|group| &mut group.images) {
            image.picture = PNGS[image.image % 3].to_owned();
        }
        let file = folder.join(name).with_extension("html");
        std::fs::write(file, page(&report, &mixed_pairs(6)))?;
    }
    Ok(())
}

/// One made-up run, with `run` as its seed. The last arm is the baseline.
fn trial(size: Size, arm: usize, run: usize) -> Trial {
    let is_baseline = arm + 1 == size.arms && size.arms > 1;
    let name = if is_baseline { "baseline" } else { NAMES[arm] };
    let gain = if is_baseline {
        0.0
    } else {
        0.02 - 0.006 * arm as f64
    };
    let outputs = if arm == 1 && !is_baseline {
        Outputs::Softmax
    } else {
        Outputs::Sigmoid
    };
    let labels: Vec<u16> = (0..IMAGES)
        .map(|image| (image % size.classes) as u16)
        .collect();
    let logits = logits(size, (arm, run), &labels, 0.75 + gain);
    let test = Measures::new(outputs, &logits, &labels, size.classes);
    let predicted = logits.chunks_exact(size.classes);
    let predicted: Vec<u16> = predicted.map(mixup_evidence::predicted_class).collect();
    let wrong = |image: &usize| labels[*image] != predicted[*image];
    let pictured = (0..IMAGES).filter(wrong).take(24).collect();
    let alpha = if is_baseline { "0.0" } else { "0.2" };
    let settings = [
        ("epochs", "30"),
        ("network.widths", "[64, 128]"),
        ("mixing.alpha", alpha),
    ];
    Trial {
        arm: name.to_owned(),
        seed: run as u32,
        run: format!("runs/{name}/seed-{run}"),
        settings: settings
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        judging: vec![],
        is_unmixed: is_baseline,
        network: "two widths".to_owned(),
        loss_function: outputs.to_string(),
        random_labels: 0.0,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        device: "no device: made up".to_owned(),
        data: Data {
            name: "made-up images".to_owned(),
            fingerprint: "0123456789abcdef".repeat(4),
            training_images: 50_000,
            validation_images: 0,
            test_images: IMAGES,
        },
        classes: (0..size.classes)
            .map(|class| format!("class {class}"))
            .collect(),
        parameters: 2_169_770,
        outputs,
        epochs: epochs(size, arm, run, test.accuracy),
        best_epoch: size.epochs,
        best_test_accuracy: test.accuracy,
        best_chosen_by: ChosenBy::Test,
        test_loss: 0.15 - gain,
        training: TrainingMeasures {
            images: 10_000,
            loss: 0.02,
            accuracy: 0.98 - gain,
        },
        may_end_early: false,
        raw_test_accuracy: None,
        robustness: (arm != 2).then(|| attacked(arm, run, test.accuracy)),
        corruptions: None,
        labels,
        predicted,
        test,
        seconds: 4335.0 + 20.0 * noise(arm, run, 3),
        experiment: "epochs = 30\n".into(),
        cpu_seconds: None,
        threads: None,
        probabilities: vec![0.75; IMAGES],
        pictured,
    }
}

/// Logits f32 `[images, classes]` that are right for about the share `accuracy` of the images.
fn logits(size: Size, (arm, run): (usize, usize), labels: &[u16], accuracy: f64) -> Vec<f32> {
    let rows = labels.iter().enumerate().flat_map(|(image, label)| {
        let is_right = noise(arm * 100 + run, image, 1).abs() < accuracy;
        let label = usize::from(*label);
        let wrong = (label + 1 + image % 3) % size.classes;
        let predicted = if is_right { label } else { wrong };
        let height = 1.5 + 3.0 * noise(run, image, 2).abs() as f32;
        (0..size.classes).map(move |class| if class == predicted { height } else { -2.0 })
    });
    rows.collect()
}

/// Curves that approach `accuracy`.
fn epochs(size: Size, arm: usize, run: usize, accuracy: f64) -> Vec<Epoch> {
    let epoch = |epoch: usize| {
        let progress = 1.0 - (-4.0 * epoch as f64 / size.epochs as f64).exp();
        let wobble = noise(arm, run, epoch);
        Epoch {
            epoch,
            train_loss: 0.27 - 0.22 * progress + 0.002 * wobble,
            held_out_loss: 0.25 - 0.1 * progress + 0.003 * wobble,
            held_out_accuracy: 0.35 + (accuracy - 0.35) * progress + 0.01 * wobble,
            learning_rate: Some(0.001 * (1.0 - epoch as f64 / (size.epochs + 1) as f64)),
        }
    };
    (1..=size.epochs).map(epoch).collect()
}

/// Accuracies under attack that fall from `clean`.
fn attacked(arm: usize, run: usize, clean: f64) -> Robustness {
    let point = |epsilon: f64| RobustnessPoint {
        epsilon,
        fgsm: clean * (-0.2 * epsilon).exp(),
        pgd: (clean * (-0.35 * epsilon).exp() + 0.005 * noise(arm, run, 9)).max(0.0),
    };
    Robustness {
        images: 1000,
        pgd_steps: if arm == 3 { 20 } else { 10 },
        clean,
        points: [1.0, 2.0, 4.0, 8.0].map(point).into(),
    }
}

/// The same pair of images, `count` times.
fn mixed_pairs(count: usize) -> Vec<MixedPair> {
    let [first, partner, mixed] = PNGS.map(str::to_owned);
    let pair = MixedPair {
        first,
        partner,
        mixed,
        lambda: 0.7,
        target: vec![("cat".to_owned(), 0.7), ("dog".to_owned(), 0.3)],
        classes: ["cat", "dog"].map(str::to_owned),
    };
    vec![pair; count]
}

/// A number from −1 to 1 that looks random and is always the same.
fn noise(a: usize, b: usize, c: usize) -> f64 {
    let mut x =
        (a as u64 * 7919 + b as u64 * 104_729 + c as u64 * 1_299_709) ^ 0x9e37_79b9_7f4a_7c15;
    for _ in 0..3 {
        x ^= x >> 31;
        x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    }
    (x >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}
