//! Experiments, run folders and flags that cannot be: an error, a hint, exit code 2, and
//! nothing written or changed.

use std::fs;

use crate::scratch::Scratch;

#[test]
fn experiments_that_cannot_be() {
    let scratch = Scratch::new();
    let cases: [(&str, &str, &[&str]); 12] = [
        (
            "alpha =",
            "alhpa =",
            &["bad.toml:10: ", "`alhpa`", "`alpha`", "`every`"],
        ),
        (
            "epochs = 6",
            "epoch = 6",
            &["bad.toml:2: ", "`epoch`", "`epochs`"],
        ),
        ("epochs = 6\n", "", &["missing field `epochs`"]),
        (
            "hidden = 4\n",
            "",
            &["network.hidden: expected a whole number from 1 to 65536 for cnn, found none"],
        ),
        ("[loss]\n", "[lost]\n", &["`lost`", "`loss`"]),
        (
            "alpha = 0.2",
            "alpha = -1.0",
            &["mixing.alpha: expected", "found -1"],
        ),
        (
            "alpha = 0.2",
            "alpha = inf",
            &["mixing.alpha: expected", "found inf"],
        ),
        (
            "alpha = 0.2",
            "alpha = \"much\"",
            &["bad.toml:10: ", "string \"much\""],
        ),
        (
            "batch_size = 8",
            "batch_size = 0",
            &["batch_size: expected", "found 0"],
        ),
        (
            "every = 2",
            "every = 0",
            &["mixing.every: expected", "found 0"],
        ),
        ("seed = 1", "seed = -1", &["bad.toml:1: ", "-1"]),
        ("hidden = 4", "hidden = ", &["bad.toml:7: "]),
    ];
    for (from, to, expected) in cases {
        scratch.experiment("bad.toml", from, to);
        scratch.refused_for("train bad.toml --data data --out run", expected);
    }
    let missing = "train nowhere.toml --data data --out run";
    scratch.refused_for(missing, &["error: nowhere.toml: "]);
    let none = "train tiny.toml --data data --out run --epochs 0";
    scratch.refused_for(none, &["epochs: expected a whole number from 1"]);
}

#[test]
fn bf16_on_the_cpu() {
    let scratch = Scratch::new();
    scratch.experiment(
        "half.toml",
        "batch_size = 8",
        "batch_size = 8\nprecision = \"bf16\"",
    );
    let expected: &[&str] = &[
        "error: precision: expected a GPU that computes in bf16, found CPU",
        "slower",
        "precision = \"f32\"",
    ];
    // Before the data is looked for.
    for line in [
        "train half.toml --data nowhere --out run --device cpu",
        "bench half.toml --data nowhere --device cpu",
    ] {
        scratch.refused_for(line, expected);
    }
    scratch.train("run", "--epochs 1");
    let recorded = String::from_utf8(scratch.read("run/experiment.toml")).unwrap();
    let half = recorded.replace("precision = \"f32\"", "precision = \"bf16\"");
    assert_ne!(half, recorded);
    scratch.write("run/experiment.toml", half);
    scratch.refused_for(
        "train --resume run --data nowhere --epochs 2 --device cpu",
        expected,
    );
}

/// No CPU has the instructions of both.
#[test]
fn kernels_of_another_cpu() {
    let scratch = Scratch::new();
    let kernels = if cfg!(target_arch = "aarch64") {
        "avx2"
    } else {
        "neon"
    };
    let expected: &[&str] = &[
        "error: --kernels: expected instructions of this CPU",
        "scalar",
    ];
    for command in ["train tiny.toml --out run", "bench", "demo"] {
        scratch.refused_for(&format!("{command} --kernels {kernels}"), expected);
    }
}

/// Only a build with a GPU back end may find one.
#[cfg(not(any(feature = "cuda", feature = "vulkan", feature = "wgpu")))]
#[test]
fn a_gpu_for_a_build_without_one() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    for line in [
        "train tiny.toml --data data --out new --device gpu",
        "evaluate --weights run/model.safetensors --data data --device gpu",
        "demo --device gpu",
        "bench --device gpu",
    ] {
        scratch.refused_for(line, &["error: --device gpu: expected", "--features"]);
    }
}

#[test]
fn folders_that_are_no_run_to_go_on_with() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    for (line, expected) in [
        ("train --resume data", "data: expected a run folder"),
        ("train --resume nowhere", "nowhere: expected a run folder"),
        (
            "train --resume tiny.toml",
            "tiny.toml: expected a run folder",
        ),
        ("train --resume run", "found one that has all its 2 epochs"),
        (
            "train --resume run --epochs 2",
            "found one that has all its 2 epochs",
        ),
        ("train --resume run --epochs 1", "--epochs 3"),
    ] {
        scratch.refused_for(line, &[expected]);
    }
}

#[test]
fn a_run_of_another_experiment_or_of_other_data() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    scratch.experiment("other.toml", "alpha = 0.2", "alpha = 0.4");
    scratch.refused_for(
        "train other.toml --resume run --epochs 3",
        &["run: expected a run of other.toml", "mixing.alpha"],
    );
    // The run's own experiment is no other one, whatever its epochs and seed.
    scratch.experiment("same.toml", "epochs = 6", "epochs = 9");
    scratch
        .run("train same.toml --resume run --epochs 3 --ui none")
        .succeeded();

    fs::create_dir(scratch.path("others")).unwrap();
    for name in scratch.names("data") {
        scratch.write(
            format!("others/{name}"),
            scratch.read(format!("data/{name}")),
        );
    }
    let mut batch = scratch.read("others/data_batch_1.bin");
    batch[1] ^= 1;
    scratch.write("others/data_batch_1.bin", batch);
    scratch.refused_for(
        "train --resume run --epochs 4 --data others",
        &[
            "others: expected images with fingerprint",
            "the run was trained on",
        ],
    );
}

#[test]
fn a_damaged_checkpoint() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    let checkpoint = "run/checkpoint/epoch-2/model.bpk";
    let bytes = scratch.read(checkpoint);
    scratch.write(checkpoint, &bytes[..bytes.len() / 2]);
    scratch.refused_for(
        "train --resume run --epochs 3",
        &["model.bpk: damaged checkpoint"],
    );
}

#[test]
fn a_run_folder_that_is_taken_stays_untouched() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    scratch.write("notes/mine.txt", "mine");
    for folder in ["run", "notes", "tiny.toml"] {
        let line = format!("train tiny.toml --data data --out {folder}");
        let expected = format!("error: {folder}: expected a new or empty folder");
        scratch.refused_for(&line, &[&expected]);
    }
    let line = "train tiny.toml --data data --out tiny.toml/run";
    scratch.refused_for(line, &["tiny.toml"]);
}

#[test]
fn an_empty_folder_is_free_for_a_run() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("empty")).unwrap();
    scratch.train("empty", "--epochs 1");
    assert_eq!(scratch.metrics("empty").len(), 1);
}

#[test]
fn the_dashboard_without_a_terminal() {
    let scratch = Scratch::new();
    for line in [
        "train tiny.toml --data data --out run --ui tui",
        "demo --ui tui",
    ] {
        scratch.refused_for(line, &["--ui tui: expected a terminal", "--ui plain"]);
    }
}

#[test]
fn command_lines_that_cannot_be() {
    let scratch = Scratch::new();
    for line in [
        "",
        "fly",
        "train",
        "train tiny.toml --epochs many",
        "train tiny.toml --seed -1",
        "train tiny.toml --device tpu",
        "train --resume run --seed 2",
        "train tiny.toml --resume run --out other",
        "evaluate --data data",
        "evaluate --weights w --batch-size 0",
        "bench --batch-size 0",
        "bench --images 0",
        "bench --seconds 0",
        "bench --seconds nan",
        "bench --seconds 1 --windows 1",
        "data preview --pairs 0",
    ] {
        let ended = scratch.run(line);
        assert_eq!(ended.code, Some(2), "mixup {line}");
        assert_eq!(ended.stdout, "", "mixup {line}");
        assert!(ended.stderr.contains("--help"), "{}", ended.stderr);
    }
    assert_eq!(scratch.names(""), ["data", "tiny.toml"]);
}
