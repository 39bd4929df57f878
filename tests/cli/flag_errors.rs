//! Flags that are wrong or cannot be obeyed on this machine: exit code 2, and nothing written.

use crate::scratch::Scratch;

/// Asserts that clap refuses `mixup LINE`: it writes nothing on stdout and names `--help`.
fn misused(line: &str) {
    let scratch = Scratch::new();
    let ended = scratch.run(line);
    assert_eq!(ended.code, Some(2), "mixup {line}");
    assert_eq!(ended.stdout, "", "mixup {line}");
    assert!(ended.stderr.contains("--help"), "{}", ended.stderr);
    assert_eq!(scratch.names(""), ["data", "tiny.toml"]);
}

#[test]
fn no_command() {
    misused("");
}

#[test]
fn an_unknown_command() {
    misused("fly");
}

#[test]
fn train_without_an_experiment() {
    misused("train");
}

#[test]
fn epochs_in_words() {
    misused("train tiny.toml --epochs many");
}

#[test]
fn a_negative_seed() {
    misused("train tiny.toml --seed -1");
}

#[test]
fn an_unknown_device() {
    misused("train tiny.toml --device tpu");
}

#[test]
fn a_resumed_run_with_another_seed() {
    misused("train --resume run --seed 2");
}

#[test]
fn a_resumed_run_with_another_folder() {
    misused("train tiny.toml --resume run --out other");
}

#[test]
fn evaluate_without_weights() {
    misused("evaluate --data data");
}

#[test]
fn evaluate_with_an_empty_batch() {
    misused("evaluate --weights w --batch-size 0");
}

#[test]
fn a_benchmark_of_an_empty_batch() {
    misused("bench --batch-size 0");
}

#[test]
fn a_benchmark_of_no_images() {
    misused("bench --images 0");
}

#[test]
fn a_benchmark_of_no_seconds() {
    misused("bench --seconds 0");
}

#[test]
fn a_benchmark_of_seconds_that_are_no_number() {
    misused("bench --seconds nan");
}

#[test]
fn a_benchmark_by_seconds_and_by_windows() {
    misused("bench --seconds 1 --windows 1");
}

#[test]
fn a_preview_of_no_pairs() {
    misused("data preview --pairs 0");
}

#[test]
fn a_comparison_by_number_and_by_list_of_seeds() {
    misused("compare tiny.toml plain.toml --trials 2 --seeds 1,2");
}

#[test]
fn a_part_beyond_the_last() {
    misused("compare tiny.toml plain.toml --shard 5/4");
}

#[test]
fn an_unknown_flag_is_named_with_the_one_that_is_near() {
    let ended = Scratch::new().run("train tiny.toml --epoch 3");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("'--epoch'"), "{}", ended.stderr);
    assert!(ended.stderr.contains("'--epochs'"), "{}", ended.stderr);
}

/// No CPU has both the instructions of x86-64 and those of ARM.
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

/// A build with a GPU back end may find a GPU.
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
fn the_dashboard_without_a_terminal() {
    let scratch = Scratch::new();
    for line in [
        "train tiny.toml --data data --out run --ui tui",
        "demo --ui tui",
    ] {
        scratch.refused_for(line, &["--ui tui: expected a terminal", "--ui plain"]);
    }
}
