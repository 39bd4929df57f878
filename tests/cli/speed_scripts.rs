//! The scripts that measure speed: their tables, the roofline, and what importing them does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mixup_model::NetworkConfig;
use mixup_train::bench::flop::Flop;
use serde_json::Value;

use crate::gpu_kit::{assert_succeeded, has, kit, root, run};
use crate::scratch::Scratch;

/// The line of `speed.jsonl` of this kind that has `value` at `key`.
fn line<'a>(lines: &'a [Value], kind: &str, key: &str, value: &str) -> &'a Value {
    let found = lines
        .iter()
        .find(|line| line["kind"] == kind && line[key] == value);
    found.unwrap_or_else(|| panic!("{kind}, {key} {value}"))
}

const FLAGS: [&str; 8] = [
    "--device",
    "cpu",
    "--batches",
    "64",
    "--images",
    "640",
    "--seconds",
    "0.1",
];

/// A kit that has measured once, and the lines it wrote.
fn measured(scratch: &Scratch) -> (PathBuf, Vec<Value>) {
    let kit = kit(scratch);
    assert_succeeded(&run(&kit, "speed.sh", &FLAGS, &[]));
    let text = String::from_utf8(scratch.read("out/speed.jsonl")).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (kit, lines.collect())
}

#[test]
#[ignore = "needs bash, python3, script, timeout and xz"]
fn tool_kit_speed_is_measured_and_what_cannot_run_says_why() {
    let scratch = Scratch::new();
    let (_, lines) = measured(&scratch);
    assert!(line(&lines, "mixup", "precision", "f32")["images_per_second"].is_number());
    let refused = line(&lines, "mixup", "precision", "bf16")["error"].as_str();
    let refused = refused.unwrap();
    assert!(refused.contains("expected a GPU"), "{refused}");
    let peer = line(&lines, "peer", "mode", "resident");
    assert_eq!(peer["images_per_second"], 1000.0);
    // A CPU has no kernels to report.
    let kernels = line(&lines, "kernels", "back_end", "cuda");
    assert_eq!(kernels["kernels"], Value::Array(vec![]));
}

#[test]
#[ignore = "needs bash, python3, script, timeout and xz"]
fn tool_kit_only_failures_are_measured_again() {
    let scratch = Scratch::new();
    let (kit, lines) = measured(&scratch);
    assert_succeeded(&run(&kit, "speed.sh", &FLAGS, &[]));
    let both = String::from_utf8(scratch.read("out/speed.jsonl")).unwrap();
    let again: Vec<&str> = both.lines().skip(lines.len()).collect();
    assert!(!again.is_empty());
    for line in again {
        assert!(line.contains("\"error\""), "{line}");
    }
}

#[test]
#[ignore = "needs bash, python3, script, timeout and xz"]
fn tool_kit_figures_of_another_build_are_refused() {
    let scratch = Scratch::new();
    let (kit, _) = measured(&scratch);
    let build = r#"{"commit": "another", "rustc": "r"}"#;
    fs::write(kit.join("build.json"), build).unwrap();
    let mixed = run(&kit, "speed.sh", &FLAGS, &[]);
    assert_eq!(mixed.status.code(), Some(2));
    let words = String::from_utf8_lossy(&mixed.stderr);
    assert!(words.contains("hint: name another folder"), "{words}");
}

#[test]
#[ignore = "needs bash, python3, script, timeout and xz"]
fn tool_kit_figures_become_tables() {
    let scratch = Scratch::new();
    measured(&scratch);
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

/// What a line of Python prints in the folder of the speed scripts.
fn python(line: &str, arguments: &[&str]) -> String {
    assert!(has("python3"), "the scripts need python3, which is missing");
    let mut python = Command::new("python3");
    python
        .current_dir(root().join("experiments/speed"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["-c", line])
        .args(arguments);
    assert_succeeded(&python.output().unwrap())
}

/// The operations of the article's network as `mixup bench` counts them, and its parameters.
#[test]
#[ignore = "needs python3"]
fn tool_python_the_roofline_counts_the_operations_that_bench_counts() {
    let line = "import roofline; print(sum(operations for operations, _ in roofline.passes(3, 4)), \
                roofline.PARAMETERS)";
    let words = python(line, &[]);
    let layers = NetworkConfig::article().layers([3, 32, 32], 10);
    let flop = Flop::of_layers(&layers, 3);
    let operations = flop.forward + flop.backward;
    // A bias goes with each output.
    let of_layer = |shape: &[usize]| shape.iter().product::<usize>() + shape[0];
    let parameters: usize = layers.iter().map(|layer| of_layer(&layer.shape)).sum();
    assert_eq!(words.trim(), format!("{operations} {parameters}"));
}

/// Two launches of a kernel and one of another, in a step of three launches.
const PROFILED: &str = r#"==PROF== Connected to process 1
"ID","Process ID","Kernel Name","Metric Name","Metric Unit","Metric Value"
"0","1","matmul_entry","gpu__time_duration.sum","ns","12,000"
"1","1","elemwise","gpu__time_duration.sum","ns","1500"
"2","1","matmul_entry","gpu__time_duration.sum","ns","14,000"
"#;

#[test]
#[ignore = "needs python3"]
fn tool_python_the_table_of_the_profiler_becomes_kernels() {
    let line =
        "import gpu_kernels, json, sys; print(json.dumps(gpu_kernels.of_ncu(sys.argv[1], 3)))";
    let kernels: Value = serde_json::from_str(&python(line, &[PROFILED])).unwrap();
    let expected = serde_json::json!([
        {"name": "matmul_entry", "launches": 2.0, "microseconds": 26.0},
        {"name": "elemwise", "launches": 1.0, "microseconds": 1.5},
    ]);
    assert_eq!(kernels, expected);
}

/// Prints `FILE:LINE` for each statement that works when a script is imported: anything but imports,
/// definitions, constants, a docstring and the guarded main part. A constant calls no function of the
/// scripts; a lambda in it may, because it runs later.
const TOP_LEVEL: &str = "
import ast, sys
def run_at_once(node):
    yield node
    if not isinstance(node, ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from run_at_once(child)
def works(node, functions):
    if isinstance(node, ast.Assign):
        called = [call.func for call in run_at_once(node.value) if isinstance(call, ast.Call)]
        return any(isinstance(name, ast.Name) and name.id in functions for name in called)
    if isinstance(node, ast.If):
        return ast.unparse(node.test) != \"__name__ == '__main__'\"
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    return not isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef))
for name in sys.argv[1:]:
    body = ast.parse(open(name).read()).body
    functions = {node.name for node in body if isinstance(node, ast.FunctionDef)} | {'u', 'classes', 'nine'}
    for node in body:
        if works(node, functions):
            print(f'{name}:{node.lineno}')
";

fn python_files(folder: &Path) -> Vec<String> {
    let mut files = vec![];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(python_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "py") {
            files.push(path.to_str().unwrap().to_owned());
        }
    }
    files
}

#[test]
#[ignore = "needs python3"]
fn tool_python_importing_a_script_runs_nothing() {
    let folders = ["tests", "experiments"].map(|folder| python_files(&root().join(folder)));
    let files = folders.concat();
    assert!(files.len() >= 10, "{files:?}");
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    assert_eq!(python(TOP_LEVEL, &files), "");
}
