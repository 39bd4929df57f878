//! Gradients clipped by their norm: `optimizer.clip_norm`.

use crate::run_files::number;
use crate::scratch::Scratch;

fn train(scratch: &Scratch, run: &str, flags: &str) {
    let line = format!("train tiny.toml --data data --out {run} --ui none {flags}");
    scratch.run(&line).succeeded();
}

/// Plain SGD moves the weights by the learning rate times the gradients, so a small norm keeps them in their place.
#[test]
fn a_small_norm_slows_learning_down_and_a_large_one_changes_no_bit() {
    let scratch = Scratch::new();
    let sgd = "--epochs 2 --set optimizer.name=sgd --set optimizer.momentum=0 --set optimizer.learning_rate=0.1";
    train(&scratch, "off", sgd);
    train(
        &scratch,
        "large",
        &format!("{sgd} --set optimizer.clip_norm=1000"),
    );
    train(
        &scratch,
        "small",
        &format!("{sgd} --set optimizer.clip_norm=0.001"),
    );
    scratch.assert_same_runs("off", "large");
    let moved = |run: &str| {
        let rows = scratch.metrics(run);
        (number(&rows[0], "test_loss") - number(&rows[1], "test_loss")).abs()
    };
    assert!(
        moved("small") < 0.1 * moved("off"),
        "{} and {}",
        moved("small"),
        moved("off")
    );
}

#[test]
fn a_resumed_run_and_one_with_other_threads_match() {
    let scratch = Scratch::new();
    let flags = "--set optimizer.clip_norm=0.1 --set accumulate=2";
    train(&scratch, "four", &format!("{flags} --epochs 4"));
    let mut command = scratch.command(&format!(
        "train tiny.toml --data data --out two --ui none {flags} --epochs 2"
    ));
    command.env("RAYON_NUM_THREADS", "1");
    Scratch::finish("one thread", command).succeeded();
    scratch
        .run("train --resume two --epochs 4 --ui none")
        .succeeded();
    scratch.assert_same_runs("two", "four");
}

#[test]
fn a_norm_of_zero_is_refused() {
    Scratch::new().refused_for(
        "train tiny.toml --data data --set optimizer.clip_norm=0",
        &["optimizer.clip_norm=0: expected a number from 1e-6 to 1e6, found 0"],
    );
}
