//! The scripts that measure on a GPU, rehearsed on the CPU with a tiny network.
#![expect(clippy::print_stdout, reason = "says what is skipped")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use mixup_train::bench::flop::Flop;
use serde_json::Value;

use crate::scratch::Scratch;

/// What the scripts need beside the kit, all of it on any Linux machine with Python.
const TOOLS: [&str; 5] = ["bash", "python3", "script", "timeout", "xz"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn is_there(tool: &str) -> bool {
    let mut version = Command::new(tool);
    let version = version.arg("--version").stdout(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

/// A kit as `pack.sh` makes it, with the program under test; none where a tool is missing.
fn kit(scratch: &Scratch) -> Option<PathBuf> {
    if let Some(missing) = TOOLS.iter().find(|tool| !is_there(tool)) {
        println!("skipped: the scripts need {missing}, and there is none");
        return None;
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
    // A peer that answers; PyTorch itself is no part of this.
    let peer = r#"import sys; print('{"images_per_second": 1000.0, "torch": "2"}')"#;
    fs::write(kit.join("peer_torch.py"), peer).unwrap();
    Some(kit)
}

/// Runs a script of the kit, with what it finds going to `out`.
fn run(kit: &Path, script: &str, flags: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new("bash");
    command
        .arg(kit.join(script))
        .arg(kit.join("../out"))
        .args(flags)
        .env("DEVICE", "cpu")
        .envs(variables.iter().copied());
    command.output().unwrap()
}

fn assert_succeeded(output: &Output) -> String {
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}\n{errors}");
    words
}

#[test]
fn the_article_s_pairs_go_on_on_another_machine() {
    let scratch = Scratch::new();
    let Some(kit) = kit(&scratch) else { return };
    let pairs = |trials, epochs| {
        let variables = [("TRIALS", trials), ("EPOCHS", epochs)];
        run(&kit, "article.sh", &[], &variables)
    };
    let runs = kit.join("article");
    let words = assert_succeeded(&pairs("1", "2"));
    assert!(words.contains("2/2  baseline, seed 1"), "{words}");
    assert!(words.contains("\"device\": \"CPU"), "{words}");
    // As if the time had been over in the second run; this call is refused before it trains.
    fs::remove_file(runs.join("baseline/seed-1/summary.json")).unwrap();
    assert_eq!(pairs("1", "0").status.code(), Some(2));
    // What came back is all that the other machine has.
    fs::remove_dir_all(&runs).unwrap();
    let words = assert_succeeded(&pairs("2", "2"));
    assert!(words.contains("4 to have, 1 finished"), "{words}");
    assert!(words.contains("4/4  baseline, seed 2"), "{words}");
}

#[test]
fn the_dashboard_is_recorded() {
    let scratch = Scratch::new();
    let Some(kit) = kit(&scratch) else { return };
    let words = assert_succeeded(&run(&kit, "dashboard.sh", &[], &[("EPOCHS", "2")]));
    assert!(words.contains("\"device\": \"CPU"), "{words}");
    let screen = String::from_utf8_lossy(&scratch.read("out/dashboard.raw")).into_owned();
    // So short a run may be over before its metrics are drawn, but not before the screen is the dashboard's.
    let dashboard = "\u{1b}[?1049h";
    assert!(screen.contains(dashboard), "{screen}");
}

#[test]
fn speed_becomes_tables() {
    let scratch = Scratch::new();
    let Some(kit) = kit(&scratch) else { return };
    let flags = "--device cpu --batches 64 --images 640 --seconds 0.1";
    let flags: Vec<&str> = flags.split(' ').collect();
    assert_succeeded(&run(&kit, "speed.sh", &flags, &[]));
    let lines = String::from_utf8(scratch.read("out/speed.jsonl")).unwrap();
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |kind: &str, key: &str, value: &str| {
        let found = lines
            .iter()
            .find(|line| line["kind"] == kind && line[key] == value);
        found.unwrap_or_else(|| panic!("{kind}, {key} {value}"))
    };
    assert!(of("mixup", "precision", "f32")["images_per_second"].is_number());
    // What does not run says why, and the others run.
    let refused = of("mixup", "precision", "bf16")["error"].as_str().unwrap();
    assert!(refused.contains("expected a GPU"), "{refused}");
    assert_eq!(of("peer", "mode", "resident")["images_per_second"], 1000.0);
    // A CPU has no kernels to tell of.
    assert_eq!(
        of("kernels", "back_end", "cuda")["kernels"],
        Value::Array(vec![])
    );
    // What is there is not measured again.
    assert_succeeded(&run(&kit, "speed.sh", &flags, &[]));
    let both = String::from_utf8(scratch.read("out/speed.jsonl")).unwrap();
    let again: Vec<&str> = both.lines().skip(lines.len()).collect();
    assert!(!again.is_empty());
    for line in again {
        assert!(line.contains("\"error\""), "{line}");
    }

    fs::write(
        kit.join("build.json"),
        r#"{"commit": "another", "rustc": "r"}"#,
    )
    .unwrap();
    let mixed = run(&kit, "speed.sh", &flags, &[]);
    assert_eq!(mixed.status.code(), Some(2));
    let words = String::from_utf8_lossy(&mixed.stderr);
    assert!(words.contains("hint: name another folder"), "{words}");

    let results = scratch.path("speed-gpu.md");
    let mut report = Command::new("python3");
    report
        .arg(root().join("experiments/speed/report_gpu.py"))
        .arg(scratch.path("out"))
        .arg("--results")
        .arg(&results);
    assert_succeeded(&report.output().unwrap());
    let text = fs::read_to_string(results).unwrap();
    for row in [
        "| mixup, CUDA | 64 | f32 |",
        "| mixup, Vulkan | 64 | bf16 | RuntimeError: exit code 2:",
        "| PyTorch, `resident` | 64 | f32 | 1,000 | 64.000 |",
        "## The kernels of a step on Vulkan",
    ] {
        assert!(text.contains(row), "{row}\n{text}");
    }
}

/// What a line of Python prints beside the scripts of `experiments/speed`; nothing without Python.
fn python(line: &str, argument: &str) -> Option<String> {
    if !is_there("python3") {
        println!("skipped: there is no python3");
        return None;
    }
    let mut python = Command::new("python3");
    python
        .current_dir(root().join("experiments/speed"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["-c", line, argument]);
    Some(assert_succeeded(&python.output().unwrap()))
}

/// The operations of the article's network as `mixup bench` counts them, and its parameters.
#[test]
fn the_roofline_is_that_of_the_article_s_network() {
    let line = "import roofline; print(sum(operations for operations, _ in roofline.passes(3, 4)), \
                roofline.PARAMETERS)";
    let Some(words) = python(line, "") else {
        return;
    };
    let (mut operations, mut parameters) = (0, 0);
    for (weight, input) in [
        ([64, 3, 3, 3].as_slice(), [3, 3, 32, 32].as_slice()),
        (&[64, 64, 3, 3], &[3, 64, 30, 30]),
        (&[128, 64, 3, 3], &[3, 64, 14, 14]),
        (&[128, 128, 3, 3], &[3, 128, 12, 12]),
        (&[256, 3200], &[3, 3200]),
        (&[10, 256], &[3, 256]),
    ] {
        let flop = Flop::of_layer(weight, input, operations > 0);
        operations += flop.forward + flop.backward;
        parameters += weight.iter().product::<usize>() + weight[0];
    }
    assert_eq!(words.trim(), format!("{operations} {parameters}"));
}

/// Two launches of a kernel and one of another, three a step.
const PROFILED: &str = r#"==PROF== Connected to process 1
"ID","Process ID","Kernel Name","Metric Name","Metric Unit","Metric Value"
"0","1","matmul_entry","gpu__time_duration.sum","ns","12,000"
"1","1","elemwise","gpu__time_duration.sum","ns","1500"
"2","1","matmul_entry","gpu__time_duration.sum","ns","14,000"
"#;

#[test]
fn the_profiler_s_table_becomes_kernels() {
    let line =
        "import gpu_kernels, json, sys; print(json.dumps(gpu_kernels.of_ncu(sys.argv[1], 3)))";
    let Some(words) = python(line, PROFILED) else {
        return;
    };
    let kernels: Value = serde_json::from_str(&words).unwrap();
    let expected = serde_json::json!([
        {"name": "matmul_entry", "launches": 2.0, "microseconds": 26.0},
        {"name": "elemwise", "launches": 1.0, "microseconds": 1.5},
    ]);
    assert_eq!(kernels, expected);
}
