//! A made-up report of any size, for tests.

mod attacks;
mod comparison;
mod damage;
mod pictures;

pub(crate) use pictures::examples;
use pictures::mistakes;

use comparison::comparison;

use crate::{
    Arm, Bin, ChosenBy, Confusion, Data, Epoch, LeftOut, Outputs, Report, RunFigures, Setting,
    Spread, TrainingMeasures,
};

/// How much of everything a report has.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) arms: usize,
    pub(crate) runs: usize,
    pub(crate) epochs: usize,
    pub(crate) classes: usize,
}

const CIFAR: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];

const NAMES: [&str; 6] = ["mixup", "mixup-all", "wide", "alpha-1", "alpha-0.4", "bf16"];

/// A report whose last arm is `baseline`.
pub(crate) fn report(size: Size) -> Report {
    let arms: Vec<Arm> = (0..size.arms).map(|index| arm(size, index)).collect();
    let baseline = arms.last().cloned();
    let comparisons = baseline.map_or_else(Vec::new, |baseline| {
        let others = arms[..arms.len() - 1].iter();
        others.map(|arm| comparison(arm, &baseline)).collect()
    });
    let classes = (0..size.classes).map(|class| match CIFAR.get(class) {
        Some(name) if size.classes <= CIFAR.len() => (*name).to_owned(),
        _ => format!("class {class}"),
    });
    Report {
        title: match arms.as_slice() {
            [only] => only.name.clone(),
            [first, ..] => format!("{} against baseline", first.name),
            [] => "nothing".to_owned(),
        },
        version: "0.1.0".to_owned(),
        date: Some("2026-03-31".to_owned()),
        data: Data {
            name: "CIFAR-10, binary layout".to_owned(),
            fingerprint: "25131987db38f0c1".repeat(4),
            training_images: 50_000,
            validation_images: 0,
            test_images: 10_000,
        },
        classes: classes.collect(),
        best_chosen_by: ChosenBy::Test,
        marks: vec![
            "Runs of mixup were made on two devices: one NVIDIA H100, and two cores of an AMD EPYC.".to_owned(),
            "Protocol: seeds and epochs were fixed before the first run; every finished run counts.".to_owned(),
        ],
        left_out: vec![LeftOut {
            run: "runs/mixup-9".to_owned(),
            reason: "unfinished: 3 of 30 epochs".to_owned(),
        }],
        settings: settings(size.arms),
        repeat: vec![
            "mixup train experiments/mixup.toml --data cifar10 --seeds 1..=5 --out runs/mixup".to_owned(),
            "mixup train experiments/baseline.toml --data cifar10 --seeds 1..=5 --out runs/baseline".to_owned(),
            "mixup report runs/mixup runs/baseline --out report".to_owned(),
        ],
        arms,
        comparisons,
        sweep: None,
        mistakes: mistakes(),
    }
}

fn arm(size: Size, index: usize) -> Arm {
    let baseline = index + 1 == size.arms;
    let name = if baseline {
        "baseline"
    } else {
        NAMES[index % NAMES.len()]
    };
    let gain = if baseline {
        0.0
    } else {
        0.018 - 0.006 * index as f64
    };
    let runs: Vec<RunFigures> = (0..size.runs)
        .map(|run| figures(size, index, run, gain))
        .collect();
    let spread = |of: fn(&RunFigures) -> f64| spread(runs.iter().map(of).collect());
    Arm {
        name: name.to_owned(),
        versions: vec!["0.1.0".to_owned()],
        devices: vec!["NVIDIA H100 80GB HBM3".to_owned()],
        parameters: 2_169_770,
        network: "widths = [64, 128]".to_owned(),
        loss_function: "bce".to_owned(),
        random_labels: 0.0,
        outputs: if index == 1 && !baseline {
            Outputs::Softmax
        } else {
            Outputs::Sigmoid
        },
        last: spread(|run| run.last),
        best: spread(|run| run.best),
        loss: spread(|run| run.loss),
        nll: spread(|run| run.nll),
        brier: spread(|run| run.brier),
        ece: spread(|run| run.ece),
        training_accuracy: spread(|run| run.training.accuracy),
        seconds: spread(|run| run.seconds),
        cpu_seconds: Some(spread(|run| 1.85 * run.seconds)),
        classes: (0..size.classes)
            .map(|class| {
                Some(Spread {
                    runs: size.runs,
                    mean: class_accuracy(class, index) + gain,
                    deviation: (size.runs > 1).then(|| 0.01 + 0.008 * noise(index, class, 3).abs()),
                })
            })
            .collect(),
        raw: None,
        robustness: attacks::of_arm(&runs),
        corruptions: damage::of_arm(&runs),
        reliability: bins(index, 0, 0.0),
        confusion: confusion(size, index),
        may_end_early: false,
        experiment: "epochs = 30\n".into(),
        runs,
    }
}

fn figures(size: Size, arm: usize, run: usize, gain: f64) -> RunFigures {
    let epochs = (1..=size.epochs).map(|epoch| {
        let progress = 1.0 - (-4.0 * epoch as f64 / size.epochs as f64).exp();
        let wobble = noise(arm, run, epoch);
        Epoch {
            epoch,
            train_loss: 0.27 - 0.22 * progress + 4.0 * gain * progress + 0.002 * wobble,
            held_out_loss: 0.25 - 0.12 * progress
                + 0.07 * progress.powi(8) * (1.0 - 20.0 * gain)
                + 0.003 * wobble,
            held_out_accuracy: 0.35 + (0.4 + gain) * progress + 0.012 * wobble,
            learning_rate: Some(0.001 * (1.0 - epoch as f64 / (size.epochs + 1) as f64)),
        }
    });
    let epochs: Vec<Epoch> = epochs.collect();
    let last = epochs.last().map_or(0.0, |epoch| epoch.held_out_accuracy);
    let wobble = noise(arm, run, 0);
    RunFigures {
        seed: run as u32 + 1,
        run: format!("runs/{arm}-{run}"),
        last,
        best: last + 0.004,
        best_epoch: size.epochs.saturating_sub(2).max(1),
        loss: 0.15 - gain + 0.002 * wobble,
        nll: 0.92 - 8.0 * gain + 0.02 * wobble,
        brier: 0.36 - 2.0 * gain + 0.005 * wobble,
        ece: 0.12 - 4.0 * gain + 0.005 * wobble,
        training: TrainingMeasures {
            images: 10_000,
            loss: 0.02,
            accuracy: (0.985 - 2.0 * gain + 0.004 * wobble).min(1.0),
        },
        robustness: attacks::robustness(arm, run, last),
        corruptions: damage::corruptions(arm, run, last),
        reliability: bins(arm, run + 1, 0.02),
        epochs,
        seconds: 4335.0 + 20.0 * wobble,
        cpu_seconds: Some(1.85 * (4335.0 + 20.0 * wobble)),
        threads: Some(2),
    }
}

fn bins(arm: usize, run: usize, scatter: f64) -> Vec<Bin> {
    let bin = |index: usize| {
        let confidence = 1.0 - 0.62 * (1.0 - (index as f64 + 0.5) / 15.0).powi(2);
        let over = (0.16 - 0.05 * (1.0 - arm as f64)) * (1.0 - confidence).sqrt();
        Bin {
            images: 666,
            confidence,
            accuracy: (confidence - over + scatter * noise(arm, run, index)).clamp(0.0, 1.0),
        }
    };
    (0..15).map(bin).collect()
}

fn class_accuracy(class: usize, arm: usize) -> f64 {
    0.74 + 0.14 * noise(7, class, 1) + 0.015 * noise(arm, class, 2)
}

fn confusion(size: Size, arm: usize) -> Confusion {
    let images = 1000 * size.runs as u32;
    let row = |class: usize| {
        let right = (f64::from(images) * class_accuracy(class, arm)) as u32;
        let weight = |column: usize| match column {
            column if column == class => 0.0,
            column => (1.5 * noise(9, class, column) + 0.3 * noise(arm, class, column)).exp(),
        };
        let total: f64 = (0..size.classes).map(weight).sum();
        let wrong = f64::from(images - right);
        let cell = |column| {
            if column == class {
                right
            } else {
                (wrong * weight(column) / total) as u32
            }
        };
        (0..size.classes).map(cell).collect::<Vec<u32>>()
    };
    let mut confusion = Confusion::new(size.classes);
    for class in 0..size.classes {
        for (column, images) in row(class).into_iter().enumerate() {
            let added = confusion.add(class as u16, column as u16, images);
            added.expect("a class below the number of classes");
        }
    }
    confusion
}

fn spread(values: Vec<f64>) -> Spread {
    let runs = values.len();
    let mean = values.iter().sum::<f64>() / runs as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Spread {
        runs,
        mean,
        deviation: (runs > 1).then(|| (squares / (runs as f64 - 1.0)).sqrt()),
    }
}

fn settings(arms: usize) -> Vec<Setting> {
    let shared = [
        ("epochs", "30"),
        ("batch_size", "128"),
        ("precision", "f32"),
        ("network.widths", "[64, 128]"),
        ("optimizer.learning_rate", "0.001"),
    ];
    let equal = shared.map(|(key, value)| Setting {
        key: key.to_owned(),
        values: vec![Some(value.to_owned()); arms],
        differs: false,
    });
    let mut alpha = vec![Some("0.2".to_owned()); arms];
    let mut every = vec![Some("5".to_owned()); arms];
    if let (Some(alpha), Some(every)) = (alpha.last_mut(), every.last_mut()) {
        *alpha = Some("0".to_owned());
        *every = None;
    }
    let mixing = [("mixing.alpha", alpha), ("mixing.every", every)];
    let mixing = mixing.map(|(key, values)| Setting {
        key: key.to_owned(),
        values,
        differs: arms > 1,
    });
    equal.into_iter().chain(mixing).collect()
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
