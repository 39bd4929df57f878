//! The scripts that measure on a GPU, rehearsed on the CPU with a tiny network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::scratch::Scratch;

/// What the scripts need besides the kit. Any Linux machine with Python has it.
const TOOLS: [&str; 5] = ["bash", "python3", "script", "timeout", "xz"];

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Whether a program can be called.
pub(crate) fn has(tool: &str) -> bool {
    let mut version = Command::new(tool);
    let version = version.arg("--version").stdout(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

/// A kit as `pack.sh` makes it, with the program under test.
pub(crate) fn kit(scratch: &Scratch) -> PathBuf {
    for tool in TOOLS {
        assert!(has(tool), "the scripts need {tool}, which is missing");
    }
    let kit = scratch.path("kit");
    let experiments = kit.join("experiments");
    fs::create_dir_all(&experiments).unwrap();
    for name in ["mixup.toml", "baseline.toml"] {
        let text = fs::read_to_string(root().join("experiments").join(name)).unwrap();
        let text = text.replace("widths = [64, 128]", "widths = [2, 2]");
        fs::write(experiments.join(name), text).unwrap();
    }
    for file in [
        "gpu/article.sh",
        "gpu/dashboard.sh",
        "gpu/env.sh",
        "gpu/speed.sh",
        "speed/bench_gpu.py",
        "speed/gpu_ceilings.py",
        "speed/gpu_kernels.py",
    ] {
        let from = root().join("experiments").join(file);
        fs::copy(&from, kit.join(from.file_name().unwrap())).unwrap();
    }
    fs::copy(env!("CARGO_BIN_EXE_mixup"), kit.join("mixup")).unwrap();
    fs::rename(scratch.path("data"), kit.join("data")).unwrap();
    fs::write(
        kit.join("build.json"),
        r#"{"commit": "c0ffee", "rustc": "r"}"#,
    )
    .unwrap();
    // Answers in place of PyTorch, which these tests do not need.
    let peer = r#"import sys; print('{"images_per_second": 1000.0, "torch": "2"}')"#;
    fs::write(kit.join("peer_torch.py"), peer).unwrap();
    kit
}

/// Runs a script of the kit, which writes to `out`.
pub(crate) fn run(kit: &Path, script: &str, flags: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new("bash");
    command
        .arg(kit.join(script))
        .arg(kit.join("../out"))
        .args(flags)
        .env("DEVICE", "cpu")
        .envs(variables.iter().copied());
    command.output().unwrap()
}

/// Asserts success and returns stdout.
pub(crate) fn assert_succeeded(output: &Output) -> String {
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}\n{errors}");
    words
}

#[test]
#[ignore = "needs bash, python3, script, timeout and xz"]
fn tool_kit_the_pairs_resume_on_another_machine() {
    let scratch = Scratch::new();
    let kit = kit(&scratch);
    let pairs = |trials, epochs| {
        let variables = [("TRIALS", trials), ("EPOCHS", epochs)];
        run(&kit, "article.sh", &[], &variables)
    };
    let runs = kit.join("article");
    let words = assert_succeeded(&pairs("1", "2"));
    assert!(words.contains("2/2  baseline, seed 1"), "{words}");
    assert!(words.contains("\"device\": \"CPU"), "{words}");
    // As if time had run out during the second run. This call is refused before it trains.
    fs::remove_file(runs.join("baseline/seed-1/summary.json")).unwrap();
    assert_eq!(pairs("1", "0").status.code(), Some(2));
    // The other machine has only what was packed.
    fs::remove_dir_all(&runs).unwrap();
    let words = assert_succeeded(&pairs("2", "2"));
    assert!(words.contains("4 to have, 1 finished"), "{words}");
    assert!(words.contains("4/4  baseline, seed 2"), "{words}");
}

#[test]
#[ignore = "needs bash, python3, script, timeout and xz"]
fn tool_kit_the_dashboard_is_recorded() {
    let scratch = Scratch::new();
    let kit = kit(&scratch);
    let words = assert_succeeded(&run(&kit, "dashboard.sh", &[], &[("EPOCHS", "2")]));
    assert!(words.contains("\"device\": \"CPU"), "{words}");
    let screen = String::from_utf8_lossy(&scratch.read("out/dashboard.raw")).into_owned();
    // So short a run may end before its metrics are drawn, but not before the dashboard opens its screen.
    let dashboard = "\u{1b}[?1049h";
    assert!(screen.contains(dashboard), "{screen}");
}
