//! Steps of several batches: `accumulate`.

use crate::run_files::number;
use crate::scratch::Scratch;

fn train(scratch: &Scratch, run: &str, flags: &str) {
    let line = format!("train tiny.toml --data data --out {run} --ui none {flags}");
    scratch.run(&line).succeeded();
}

/// Training and test loss of every epoch.
fn losses(scratch: &Scratch, run: &str) -> Vec<f64> {
    let rows = scratch.metrics(run);
    let both = rows
        .iter()
        .flat_map(|row| ["train_loss", "test_loss"].map(|key| number(row, key)));
    both.collect()
}

/// The article's network has no batch norm, so a step does not depend on how its images are cut into batches. Of the 50
/// images, 2 are left for the last step.
#[test]
fn four_batches_of_four_are_a_batch_of_sixteen() {
    let scratch = Scratch::new();
    train(&scratch, "parts", "--set batch_size=4 --set accumulate=4");
    train(&scratch, "whole", "--set batch_size=16");
    train(&scratch, "small", "--set batch_size=4");
    let gap = |one: &str, other: &str| {
        let pairs = losses(&scratch, one)
            .into_iter()
            .zip(losses(&scratch, other));
        pairs
            .map(|(one, other)| (one / other - 1.0).abs())
            .fold(0.0, f64::max)
    };
    assert_eq!(losses(&scratch, "parts").len(), 12);
    assert!(gap("parts", "whole") < 1e-5, "{}", gap("parts", "whole"));
    assert!(gap("parts", "small") > 1e-3, "{}", gap("parts", "small"));
}

#[test]
fn a_resumed_run_matches_an_uninterrupted_one() {
    let scratch = Scratch::new();
    let flags = "--set accumulate=3 --set network.name=cnn-bn --set network.widths=[2,2] --set network.hidden=4";
    train(&scratch, "four", &format!("{flags} --epochs 4"));
    train(&scratch, "two", &format!("{flags} --epochs 2"));
    scratch
        .run("train --resume two --epochs 4 --ui none")
        .succeeded();
    scratch.assert_same_runs("two", "four");
}

#[test]
fn a_dry_run_counts_steps_and_their_images() {
    let scratch = Scratch::new();
    let line = "train tiny.toml --data data --dry-run --set accumulate=3 --device cpu";
    let said = scratch.run(line).succeeded().stdout;
    assert!(
        said.contains("18 steps of 24 images: 6 epochs of 3, 300 images in all"),
        "{said}"
    );
}

#[test]
fn a_run_keeps_the_number_only_if_it_is_not_one() {
    let scratch = Scratch::new();
    train(&scratch, "usual", "--epochs 1");
    train(&scratch, "parts", "--epochs 1 --set accumulate=2");
    let text =
        |run: &str| String::from_utf8(scratch.read(format!("{run}/experiment.toml"))).unwrap();
    assert!(!text("usual").contains("accumulate"));
    assert!(text("parts").contains("accumulate = 2"));
}

#[test]
fn no_batch_is_no_step() {
    Scratch::new().refused_for(
        "train tiny.toml --data data --set accumulate=0",
        &["accumulate=0: expected a whole number from 1 to 10000, found 0"],
    );
}
