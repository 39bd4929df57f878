//! What decides a result: seed and mixing do, kernels only up to rounding.

use crate::run_files::number;
use crate::scratch::Scratch;

#[test]
fn a_seed_decides_the_result() {
    let scratch = Scratch::new();
    scratch.train("one", "");
    scratch.train("again", "");
    scratch.assert_same_runs("one", "again");
    scratch.train("other", "--seed 2");
    assert_ne!(scratch.metrics("one"), scratch.metrics("other"));
    let weights = |run: &str| scratch.read(format!("{run}/model.safetensors"));
    assert!(weights("one") != weights("other"));
}

#[test]
fn mixing_changes_the_result_and_the_baseline_mixes_nothing() {
    let scratch = Scratch::new();
    scratch.train("mixup", "");
    scratch.experiment("baseline.toml", "alpha = 0.2", "alpha = 0.0");
    scratch.experiment(
        "other.toml",
        "alpha = 0.2\nevery = 2",
        "alpha = 0.0\nevery = 3",
    );
    for arm in ["baseline", "other"] {
        let line = format!("train {arm}.toml --data data --out {arm} --ui none");
        scratch.run(&line).succeeded();
    }
    assert_ne!(scratch.metrics("mixup"), scratch.metrics("baseline"));
    // Nothing is mixed, so the selection of images does not matter.
    assert_eq!(scratch.metrics("baseline"), scratch.metrics("other"));
    // Half of the images are mixed, so that the arms differ from the first epoch on.
    assert_ne!(scratch.metrics("mixup")[0], scratch.metrics("baseline")[0]);
}

#[test]
fn all_kernels_train_the_same_network_up_to_rounding() {
    let scratch = Scratch::new();
    scratch.train("auto", "--epochs 1");
    let expected = scratch.metrics("auto");
    for (kernels, name) in [("burn", "Burn's own kernels"), ("scalar", "scalar kernels")] {
        let flags = format!("--epochs 1 --device cpu --kernels {kernels}");
        scratch.train(kernels, &flags);
        let device = scratch.json(&format!("{kernels}/run.json"))["device"].clone();
        assert!(device.as_str().unwrap().contains(name), "{device}");
        let found = scratch.metrics(kernels);
        for key in ["train_loss", "test_loss"] {
            let (found, expected) = (number(&found[0], key), number(&expected[0], key));
            assert!(
                (found / expected - 1.0).abs() < 1e-4,
                "{kernels}, {key}: {found} instead of {expected}"
            );
        }
    }
}
