//! The script that compares every network with PyTorch, with stand-ins for both programs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use mixup_train::experiment::Experiment;
use mixup_train::learn::loss::Loss;
use serde_json::Value;

use crate::gpu_kit::{assert_succeeded, has, root};
use crate::scratch::Scratch;

/// In place of `mixup`. It keeps its arguments, its rates are 100, 120 and 90 in turn, and its memory is
/// 10 kB for each image of 32 x 32.
const MIXUP: &str = r#"#!/usr/bin/env python3
import json, pathlib, re, sys
log = pathlib.Path(__file__).parent / "calls"
before = log.read_text() if log.exists() else ""
experiment = pathlib.Path(sys.argv[5]).read_text()
side = re.search("(?m)^size = (.*)", experiment)
batch = int(sys.argv[sys.argv.index("--batch-size") + 1])
log.write_text(before + "mixup " + " ".join(sys.argv[6:]) + "\n")
rate = (100.0, 120.0, 90.0)[before.count("mixup ") % 3]
print(json.dumps({
    "version": "1.2.3",
    "images_per_second": rate,
    "training": {"images_per_second": {"median": rate, "min": rate - 1, "max": rate + 1}},
    "peak_memory_bytes": 10_000 * batch * int(side[1] if side else 32) ** 2 // 1024,
}))
"#;

/// In place of PyTorch's program: channels-last order is the fastest of f32, and two modes fail.
const PEER: &str = r#"
import json, pathlib, sys
log = pathlib.Path(__file__).parent / "calls"
before = log.read_text() if log.exists() else ""
mode = sys.argv[sys.argv.index("--modes") + 1]
log.write_text(before + "peer " + " ".join(sys.argv[1:]) + "\n")
if mode == "compiled-nhwc":
    sys.exit(1)
rates = {"f32": 50.0, "f32-nhwc": 80.0, "bf16": 200.0}
row = {"network": "n", "mode": mode, "torch": "2.0"}
found = {"images_per_second": rates[mode]} if mode in rates else {"error": "no compiler"}
print(json.dumps({**row, **found}))
"#;

/// Calls the script with stand-ins for PyTorch, its program and `mixup`.
fn script(scratch: &Scratch, flags: &str) -> Output {
    assert!(has("python3"), "the scripts need python3, which is missing");
    scratch.write("mixup", MIXUP);
    let runnable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(scratch.path("mixup"), runnable).unwrap();
    scratch.write("peer.py", PEER);
    scratch.write("torch.py", "");
    let mut python = Command::new("python3");
    python
        .arg(root().join("experiments/speed/bench_networks.py"))
        .args(["--binary", "./mixup", "--results", "results.md"])
        .args(flags.split_whitespace())
        .current_dir(scratch.path(""))
        .env("PEER", "peer.py")
        .env("PYTHONPATH", ".")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    python.output().unwrap()
}

fn text(scratch: &Scratch, name: &str) -> String {
    String::from_utf8(scratch.read(name)).unwrap()
}

/// Asserts that the results have these lines.
fn assert_lines(results: &str, lines: &[&str]) {
    for line in lines {
        assert!(results.lines().any(|l| l == *line), "{line}\n{results}");
    }
}

#[test]
#[ignore = "needs python3"]
fn tool_python_networks_take_turns_with_the_fastest_f32_mode() {
    let scratch = Scratch::new();
    let flags = "--networks cnn --pairs 3 --threads 2 --seconds 1 --training-only --kernels avx2";
    assert_succeeded(&script(&scratch, flags));
    let calls = text(&scratch, "calls");
    let peer = |mode: &str| {
        format!("peer --networks cnn --modes {mode} --threads 2 --batch 128 --seconds 1.0")
    };
    let mixup = "mixup --batch-size 128 --seconds 1.0 --kernels avx2 --no-phases";
    let modes = ["f32", "f32-nhwc", "compiled", "compiled-nhwc", "bf16"];
    let mut expected: Vec<String> = modes.map(peer).to_vec();
    for _ in 0..3 {
        expected.extend([mixup.into(), peer("f32-nhwc")]);
    }
    assert_eq!(calls.lines().collect::<Vec<_>>(), expected);
}

#[test]
#[ignore = "needs python3"]
fn tool_python_networks_have_ratios_of_pairs_and_failures_hide_nothing() {
    let scratch = Scratch::new();
    let flags = "--networks cnn,resnet20 --pairs 3 --threads 2 --training-only";
    assert_succeeded(&script(&scratch, flags));
    let results = text(&scratch, "results.md");
    assert_lines(
        &results,
        &[
            "- PyTorch 2.0",
            "- batches of 128, 2 threads each",
            "| `cnn` | 2 | 50.0 | 80.0 | failed | failed | 200.0 |",
            "| `resnet20` | 2 | 50.0 | 80.0 | failed | failed | 200.0 |",
            "| `cnn` | 2 | 1 | 100.0 | 80.0 | 1.250 |",
            "| `cnn` | 2 | 2 | 120.0 | 80.0 | 1.500 |",
            "| `cnn` | 2 | 3 | 90.0 | 80.0 | 1.125 |",
            "- `cnn`, 2, compiled: no compiler",
            "- `cnn`, 2, compiled-nhwc: the command above ended with exit code 1",
        ],
    );
    let summary = "| `cnn` | 2 | 100.0 (90.0 to 120.0) | `f32-nhwc` | 80.0 (80.0 to 80.0) \
                   | 1.12 to 1.50 | **1.25** | 1 MB | ";
    let row = results.lines().find(|line| line.starts_with(summary));
    // The process of the peer's stand-in held something too.
    let peak = row.and_then(|row| row.strip_prefix(summary)).unwrap();
    assert!(peak.ends_with(" MB |") && !peak.starts_with('0'), "{peak}");
    assert!(results.contains(" --training-only`"), "{results}");
    assert!(!results.contains("peer.py"), "{results}");
}

#[test]
#[ignore = "needs python3"]
fn tool_python_networks_infer_with_one_thread_and_more_and_keep_their_training() {
    let scratch = Scratch::new();
    let flags = "--networks resnet20 --pairs 1 --threads 3";
    assert_succeeded(&script(&scratch, &format!("{flags} --training-only")));
    let before = text(&scratch, "results.md");
    assert_succeeded(&script(&scratch, &format!("{flags} --forward-only")));
    let results = text(&scratch, "results.md");
    assert!(results.starts_with(before.trim_end()), "{results}");
    assert_lines(
        &results,
        &[
            "## Inference compared with PyTorch",
            "| `resnet20` | 1 | 1 | 120.0 | 80.0 | 1.500 |",
            "| `resnet20` | 3 | 1 | 90.0 | 80.0 | 1.125 |",
        ],
    );
    let calls = text(&scratch, "calls");
    let forward = "mixup --batch-size 256 --seconds 10 --forward";
    assert_eq!(calls.lines().filter(|line| *line == forward).count(), 2);
    let peer =
        "peer --networks resnet20 --modes f32-nhwc --threads 1 --batch 256 --seconds 10 --forward";
    assert!(calls.lines().any(|line| line == peer), "{calls}");
}

/// 512 images of 32 x 32 would take 5.1 MB, four times as much as 128 and more than 5 MB.
#[test]
#[ignore = "needs python3"]
fn tool_python_networks_that_would_need_too_much_memory_are_left_out() {
    let scratch = Scratch::new();
    let flags = "--growth --networks cnn,resnet20 --most-memory 0.005 --threads 1";
    assert_succeeded(&script(&scratch, flags));
    let left_out = "left out: up to 0.00512 GB expected";
    assert_lines(
        &text(&scratch, "results.md"),
        &[
            "- 1 thread",
            "| `cnn` | 32x32 | 8 | 100.0 (99.0 to 101.0) | 0 MB |",
            "| `cnn` | 32x32 | 128 | 90.0 (89.0 to 91.0) | 1 MB |",
            &format!("| `cnn` | 32x32 | 512 |  | {left_out} |"),
            "| `resnet20` | 96x96 | 32 | 120.0 (119.0 to 121.0) | 3 MB |",
            "| `resnet20` | 224x224 | 8 | 90.0 (89.0 to 91.0) | 4 MB |",
            &format!("| `resnet20` | 32x32 | 512 |  | {left_out} |"),
        ],
    );
}

#[test]
#[ignore = "needs python3"]
fn tool_python_networks_of_a_dry_run_are_only_printed() {
    let scratch = Scratch::new();
    let output = script(&scratch, "--dry-run --networks cnn --threads 2");
    assert_succeeded(&output);
    let commands = String::from_utf8(output.stderr).unwrap();
    let shown: Vec<&str> = commands.lines().collect();
    // Five modes and five pairs, three times: training, and inference on one thread and on two.
    assert_eq!(shown.len(), 3 * (5 + 2 * 5), "{commands}");
    assert!(shown[0].starts_with("RAYON_NUM_THREADS=2 OMP_NUM_THREADS=2 "));
    for file in ["calls", "results.md"] {
        assert!(!scratch.path(file).exists(), "{file}");
    }
}

#[test]
#[ignore = "needs python3"]
fn tool_python_networks_that_are_not_there_are_refused() {
    for (flags, expected) in [
        (
            "--networks cnn,vgg",
            "error: --networks: expected names of networks, found vgg\n\
             hint: choose from cnn, cnn-bn, resnet20, preact-resnet18\n",
        ),
        (
            "--pairs 0",
            "error: --pairs: expected at least 1, found 0\nhint: leave the flag out to measure 5\n",
        ),
        (
            "--modes f32,f32",
            "error: --modes: expected different modes of the peer, found f32,f32\n\
             hint: choose from f32, f32-nhwc, compiled, compiled-nhwc, bf16\n",
        ),
        (
            "--modes bf16",
            "error: --modes: expected at least one mode of f32, found bf16\n\
             hint: add one of f32, f32-nhwc, compiled, compiled-nhwc\n",
        ),
        (
            "--peer nowhere.py",
            "error: nowhere.py: expected PyTorch's program, found nothing\n\
             hint: name it with the variable PEER\n",
        ),
    ] {
        let output = script(&Scratch::new(), flags);
        assert_eq!(output.status.code(), Some(2), "{flags}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
    }
}

/// The experiments that the script writes have the published networks and one recipe.
#[test]
#[ignore = "needs python3"]
fn tool_python_networks_are_the_published_ones() {
    let scratch = Scratch::new();
    let line = "import json, networks, pathlib, sys; folder = pathlib.Path(sys.argv[1]); \
                [networks.experiment(folder, name, 48) for name in networks.FILES]; \
                print(json.dumps(networks.FILES))";
    let mut python = Command::new("python3");
    python
        .current_dir(root().join("experiments/speed"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["-c", line])
        .arg(scratch.path(""));
    let files: Value = serde_json::from_str(&assert_succeeded(&python.output().unwrap())).unwrap();
    let files = files.as_object().unwrap();
    assert_eq!(files.len(), 4);
    let read = |path: &Path| Experiment::read(path).unwrap();
    for (name, file) in files {
        let published = root().join("experiments").join(file.as_str().unwrap());
        let found = read(&scratch.path(format!("{name}.toml")));
        assert_eq!(found.network, read(&published).network);
        assert_eq!(found.network.name.name(), name);
        assert_eq!(found.loss.loss, Loss::CrossEntropy);
        assert_eq!(found.optimizer.name(), "SGD");
        let settings = found.settings();
        for (key, expected) in [
            ("augmentation.crop_padding", "0"),
            ("augmentation.flip", "false"),
            ("data.size", "48"),
            ("mixing.probability", "1.0"),
            ("optimizer.momentum", "0.9"),
            ("optimizer.nesterov", "false"),
            ("optimizer.weight_decay", "0.0001"),
        ] {
            assert_eq!(settings[key], expected, "{name}, {key}");
        }
    }
}
