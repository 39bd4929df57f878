//! What an experiment can vary: mixing, labels, augmentation, losses, optimizers, schedules, networks.

use crate::scratch::{EXPERIMENT, Scratch, number};

/// The tiny experiment with other tables in place of its own.
fn with_tables(scratch: &Scratch, name: &str, tables: &str) {
    let mut text = EXPERIMENT.to_owned();
    for table in tables.split("\n\n") {
        let head = table.lines().next().unwrap();
        if let Some(start) = text.find(head) {
            let end = text[start + 1..]
                .find("\n[")
                .map_or(text.len(), |at| start + at + 2);
            text.replace_range(start..end, "");
        }
        text += &format!("\n{table}\n");
    }
    scratch.write(name, text);
}

fn train(scratch: &Scratch, experiment: &str, run: &str, flags: &str) {
    scratch
        .run(&format!(
            "train {experiment} --data data --out {run} --ui none {flags}"
        ))
        .succeeded();
}

/// All that varies the mixing, and nothing of it.
const OFF: &str = "\
[augmentation]
flip = false
crop_padding = 0

[labels]
smoothing = 0.0
corrupted = 0.0

[mixing]
method = \"cutmix\"
alpha = 0.0
probability = 1.0
lambda = \"batch\"
folded = true
partner = \"batch\"
targets = \"as-printed\"
off_for_last = 2

[schedule]
name = \"constant\"";

#[test]
fn everything_switched_off_is_the_baseline_bit_for_bit() {
    let scratch = Scratch::new();
    scratch.experiment("tiny.toml", "alpha = 0.2", "alpha = 0.0");
    with_tables(&scratch, "off.toml", OFF);
    scratch.train("baseline", "--epochs 3");
    train(&scratch, "off.toml", "off", "--epochs 3");
    assert_eq!(scratch.metrics("off"), scratch.metrics("baseline"));
    for file in [
        "model.safetensors",
        "best.safetensors",
        "predictions.csv",
        "evaluation.json",
    ] {
        let bytes = |run: &str| scratch.read(format!("{run}/{file}"));
        assert!(bytes("off") == bytes("baseline"), "{file}");
    }
    for run in ["off", "baseline"] {
        assert!(!scratch.path(format!("{run}/mixed.json")).exists());
    }
}

#[test]
fn each_variant_trains_and_is_another_run() {
    let scratch = Scratch::new();
    let base = "[mixing]\nalpha = 1.0\nprobability = 1.0";
    let manifold = "method = \"manifold\"\npartner = \"batch\"\nlayers = [\"input\", \"conv12\"]";
    let mut weights = vec![];
    for (name, tables) in [
        ("mixup", base.to_owned()),
        ("every", "[mixing]\nalpha = 1.0\nevery = 2".into()),
        ("cutmix", format!("{base}\nmethod = \"cutmix\"")),
        ("manifold", format!("{base}\n{manifold}")),
        ("per-batch", format!("{base}\nlambda = \"batch\"")),
        ("folded", format!("{base}\nfolded = true")),
        ("in-batch", format!("{base}\npartner = \"batch\"")),
        ("as-printed", format!("{base}\ntargets = \"as-printed\"")),
        ("off-at-the-end", format!("{base}\noff_for_last = 1")),
        ("flip", format!("{base}\n\n[augmentation]\nflip = true")),
        (
            "crop",
            format!("{base}\n\n[augmentation]\ncrop_padding = 4"),
        ),
        ("smoothing", format!("{base}\n\n[labels]\nsmoothing = 0.1")),
        ("corrupted", format!("{base}\n\n[labels]\ncorrupted = 0.4")),
        (
            "bce-logits",
            format!("{base}\n\n[loss]\nname = \"bce-logits\""),
        ),
        (
            "cross-entropy",
            format!("{base}\n\n[loss]\nname = \"cross-entropy\""),
        ),
        (
            "schedule",
            format!("{base}\n\n[schedule]\nname = \"cosine\"\nend_factor = 0.0"),
        ),
    ] {
        let file = format!("{name}.toml");
        with_tables(&scratch, &file, &tables);
        train(&scratch, &file, name, "--epochs 2");
        weights.push((name, scratch.read(format!("{name}/model.safetensors"))));
        let pairs = scratch.path(format!("{name}/mixed.json"));
        assert_eq!(pairs.exists(), name != "manifold", "{name}");
    }
    for (index, (one, bytes)) in weights.iter().enumerate() {
        for (other, others) in &weights[..index] {
            assert!(bytes != others, "{one} and {other}");
        }
    }
}

/// Random labels are the seed's, whatever the arm's mixing would be, and the test images keep theirs.
#[test]
fn corrupted_labels_are_the_same_for_both_arms() {
    let scratch = Scratch::new();
    let corrupted = "[labels]\ncorrupted = 0.5\n\n[mixing]\nalpha = 0.0\n";
    with_tables(&scratch, "one.toml", &format!("{corrupted}every = 1"));
    let other = "method = \"cutmix\"\nprobability = 0.5\nlambda = \"batch\"";
    with_tables(&scratch, "other.toml", &format!("{corrupted}{other}"));
    train(&scratch, "one.toml", "one", "--epochs 2");
    train(&scratch, "other.toml", "other", "--epochs 2");
    assert_eq!(scratch.metrics("one"), scratch.metrics("other"));
    train(&scratch, "one.toml", "seed-2", "--epochs 2 --seed 2");
    assert_ne!(scratch.metrics("one"), scratch.metrics("seed-2"));

    scratch.experiment("tiny.toml", "alpha = 0.2", "alpha = 0.0");
    scratch.train("clean", "--epochs 2");
    assert_ne!(scratch.metrics("one"), scratch.metrics("clean"));
    let labels = |run: &str| -> Vec<String> {
        let text = String::from_utf8(scratch.read(format!("{run}/predictions.csv"))).unwrap();
        let label = |line: &str| line.split(',').nth(1).unwrap().to_owned();
        text.lines().map(label).collect()
    };
    assert_eq!(labels("one"), labels("clean"));

    let said = scratch.run("train one.toml --data data --out said --ui plain --epochs 1");
    let said = said.succeeded().stdout;
    assert!(said.contains("50% of the training labels random"), "{said}");
    scratch.run("report one").succeeded();
    let page = String::from_utf8(scratch.read("one/report.html")).unwrap();
    assert!(page.contains("training images are random"));
}

/// Batch norm's statistics, momentum, the schedule's step, and what manifold mixup draws.
const FULL: &str = "\
[network]
name = \"cnn-bn\"
widths = [2, 3]
hidden = 4

[augmentation]
flip = true
crop_padding = 2

[labels]
smoothing = 0.1
corrupted = 0.2

[mixing]
method = \"manifold\"
alpha = 1.0
probability = 0.7
partner = \"batch\"
layers = [\"input\", \"conv11\", \"conv21\"]

[loss]
name = \"cross-entropy\"

[optimizer]
name = \"sgd\"
learning_rate = 0.05
momentum = 0.9
nesterov = true
weight_decay = 1e-3
decayed = \"weights\"

[schedule]
name = \"step\"
milestones = [1, 3]
factor = 0.5
warm_up = 0.5";

/// What the other ways of mixing draw, Adam's moments, and a decay of weights alone.
const OTHERS: &str = "\
[mixing]
method = \"cutmix\"
alpha = 1.0
every = 2
lambda = \"batch\"

[optimizer]
name = \"adamw\"
learning_rate = 0.01
beta_1 = 0.9
beta_2 = 0.999
epsilon = 1e-8
weight_decay = 0.1
decayed = \"weights\"";

#[test]
fn a_run_goes_on_as_if_it_had_not_stopped_whatever_it_varies() {
    for tables in [FULL, OTHERS] {
        let scratch = Scratch::new();
        with_tables(&scratch, "full.toml", tables);
        train(&scratch, "full.toml", "four", "--epochs 4");
        train(&scratch, "full.toml", "two", "--epochs 2");
        scratch
            .run("train --resume two --epochs 4 --ui none")
            .succeeded();
        assert_eq!(scratch.metrics("two"), scratch.metrics("four"));
        for file in [
            "model.safetensors",
            "best.safetensors",
            "predictions.csv",
            "evaluation.json",
        ] {
            let bytes = |run: &str| scratch.read(format!("{run}/{file}"));
            assert!(bytes("two") == bytes("four"), "{file}");
        }
        let judged = scratch
            .run("evaluate --weights four/model.safetensors --data data --json")
            .succeeded()
            .json();
        let summary = scratch.json("four/summary.json");
        assert_eq!(judged["accuracy"], summary["last_test_accuracy"]);
        // In batches of another size, so not bit for bit.
        let losses = [number(&judged, "loss"), number(&summary, "last_test_loss")];
        assert!((losses[0] - losses[1]).abs() < 1e-6, "{losses:?}");
    }
}

#[test]
fn a_run_whose_epochs_look_ahead_is_not_made_longer() {
    let scratch = Scratch::new();
    let cosine = "[schedule]\nname = \"cosine\"\nend_factor = 0.0";
    with_tables(&scratch, "cosine.toml", cosine);
    let off = "[mixing]\nalpha = 1.0\nevery = 1\noff_for_last = 1";
    with_tables(&scratch, "off.toml", off);
    for name in ["cosine", "off"] {
        train(&scratch, &format!("{name}.toml"), name, "--epochs 2");
        scratch.refused_for(
            &format!("train --resume {name} --epochs 4"),
            &[
                "--epochs 4",
                "own 2 epochs",
                "looks ahead",
                "start a new run",
            ],
        );
    }
}

#[test]
fn keys_that_do_not_go_together_are_refused_by_name() {
    let scratch = Scratch::new();
    for (name, tables, expected) in [
        (
            "manifold",
            "[mixing]\nmethod = \"manifold\"\nalpha = 1.0\nevery = 1",
            "mixing.partner: expected \"batch\"",
        ),
        (
            "layers",
            "[mixing]\nmethod = \"manifold\"\nalpha = 1.0\nevery = 1\npartner = \"batch\"\nlayers = [\"fc1\"]",
            "expected some of input, conv11, conv12, conv21, found \"fc1\"",
        ),
        (
            "loss",
            "[loss]\nname = \"cross-entropy\"\nepsilon = 1e-6",
            "loss: epsilon: expected no such key for cross-entropy",
        ),
        (
            "optimizer",
            "[optimizer]\nname = \"sgd\"\nlearning_rate = 0.1",
            "optimizer: momentum: expected a value for sgd, found none",
        ),
        (
            "schedule",
            "[schedule]\nname = \"cosine\"",
            "schedule: end_factor: expected a value for cosine, found none",
        ),
        (
            "labels",
            "[labels]\nsmoothing = 1.5",
            "labels.smoothing: expected a number from 0 to 1",
        ),
        (
            "augmentation",
            "[augmentation]\ncrop_padding = 40",
            "augmentation.crop_padding: expected a whole number from 0 to 16, found 40",
        ),
        (
            "network",
            "[network]\nname = \"resnet20\"\nwidths = [2, 2]",
            "network.widths: expected 3 numbers for resnet20, found 2",
        ),
        (
            "name",
            "[network]\nname = \"vgg\"\nwidths = [2]",
            "unknown variant `vgg`",
        ),
        (
            "robustness",
            "[robustness]\nepsilons = [2.0, 1.0]\nimages = 5\npgd_steps = 2",
            "robustness.epsilons: expected ascending numbers",
        ),
    ] {
        let file = format!("{name}.toml");
        with_tables(&scratch, &file, tables);
        scratch.refused_for(
            &format!("train {file} --data data"),
            &[&file, expected, "hint: "],
        );
    }
}

#[test]
fn every_network_trains_is_evaluated_and_tells_its_parameters() {
    let scratch = Scratch::new();
    for (name, shape, parameters) in [
        ("cnn-bn", "widths = [2, 3]\nhidden = 4", 599),
        ("resnet20", "widths = [2, 3, 4]", 1719),
        ("preact-resnet18", "widths = [2, 2, 3, 4]", 1339),
        (
            "cnn",
            "widths = [2, 2]\nhidden = 4",
            56 + 38 + 38 + 38 + 204 + 50,
        ),
    ] {
        let file = format!("{name}.toml");
        with_tables(
            &scratch,
            &file,
            &format!("[network]\nname = \"{name}\"\n{shape}"),
        );
        train(&scratch, &file, name, "--epochs 1");
        let summary = scratch.json(&format!("{name}/summary.json"));
        assert_eq!(summary["parameters"], parameters);
        let judged = scratch
            .run(&format!(
                "evaluate --weights {name}/model.safetensors --data data --json"
            ))
            .succeeded()
            .json();
        assert_eq!(
            number(&judged, "accuracy"),
            number(&summary, "last_test_accuracy")
        );
    }
}
