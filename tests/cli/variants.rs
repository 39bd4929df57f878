//! What an experiment can vary: mixing, labels, augmentation, losses, schedules.

use crate::scratch::{EXPERIMENT, Scratch};

/// The tiny experiment with other tables in place of its own.
pub(crate) fn with_tables(scratch: &Scratch, name: &str, tables: &str) {
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

pub(crate) fn train(scratch: &Scratch, experiment: &str, run: &str, flags: &str) {
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

/// Random labels depend on the seed and not on the mixing. Test images keep their labels.
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
