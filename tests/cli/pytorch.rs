//! Weights between this program and PyTorch, through `assets/mixup_torch.py`.
//!
//! `MIXUP_PYTHON` names a Python that has torch and safetensors; without it, `python3` is taken.

use std::process::Command;

use serde_json::Value;

use crate::scratch::Scratch;
use crate::variants::{train, with_tables};

/// Every network in a tiny size: its table, what else the experiment says, and the loss.
const RUNS: [(&str, &str); 8] = [
    (
        "cnn",
        "[network]\nname = \"cnn\"\nwidths = [2, 3]\nhidden = 4",
    ),
    (
        "cnn-bn",
        "[network]\nname = \"cnn-bn\"\nwidths = [2, 3]\nhidden = 4\n\n[loss]\nname = \"cross-entropy\"",
    ),
    (
        "resnet20",
        "[network]\nname = \"resnet20\"\nwidths = [2, 3, 6]",
    ),
    (
        "preact-resnet18",
        "[network]\nname = \"preact-resnet18\"\nwidths = [2, 2, 3, 4]",
    ),
    (
        "resnet18",
        "[network]\nname = \"resnet18\"\nwidths = [2, 2, 3, 4]\n\n[loss]\nname = \"cross-entropy\"",
    ),
    (
        "resnet50",
        "[network]\nname = \"resnet50\"\nwidths = [2, 2, 3, 4]",
    ),
    (
        "grey",
        "[network]\nname = \"cnn\"\nwidths = [2, 3]\nhidden = 4\n\n[data]\nchannels = 1\nsize = [20, 29]\n\n[normalisation]\nmean = [0.4]\nstd = [0.3]",
    ),
    (
        "wide",
        "[network]\nname = \"resnet20\"\nwidths = [2, 3, 6]\n\n[data]\nsize = [25, 38]",
    ),
];

/// A run of each network after one epoch, and a picture in the size that it takes.
pub(crate) fn runs() -> (Scratch, Vec<&'static str>) {
    let scratch = Scratch::new();
    for (name, tables) in RUNS {
        with_tables(&scratch, &format!("{name}.toml"), tables);
        train(&scratch, &format!("{name}.toml"), name, "--epochs 1");
        let shape = match name {
            "grey" => (29, 20),
            "wide" => (38, 25),
            _ => (32, 32),
        };
        let picture = image::RgbImage::from_fn(shape.0, shape.1, |x, y| {
            image::Rgb([(7 * x) as u8, (5 * y) as u8, (3 * x * y) as u8])
        });
        picture.save(scratch.path(format!("{name}.png"))).unwrap();
    }
    (scratch, RUNS.map(|(name, _)| name).into())
}

/// Runs a program of Python in the folder of `scratch`, next to `mixup_torch.py`, and returns what it prints.
pub(crate) fn python(scratch: &Scratch, program: &str) -> String {
    let module = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/mixup_torch.py");
    scratch.write("mixup_torch.py", std::fs::read(module).unwrap());
    scratch.write("check.py", program);
    let python = std::env::var_os("MIXUP_PYTHON").unwrap_or("python3".into());
    let mut command = Command::new(python);
    let ended = command
        .arg("check.py")
        .current_dir(scratch.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{said}");
    String::from_utf8(ended.stdout).unwrap()
}

/// The probabilities of a run's picture, by class, as this program predicts them.
pub(crate) fn probabilities(scratch: &Scratch, picture: &str, weights: &str) -> Vec<(String, f64)> {
    let line = format!("predict {picture}.png --weights {weights} --top 10 --json");
    let said = scratch.run(&line).succeeded().json();
    let classes = said["images"][0]["classes"].as_array().unwrap();
    let one = |class: &Value| {
        let name = class["class"].as_str().unwrap().to_owned();
        (name, class["probability"].as_f64().unwrap())
    };
    let mut classes: Vec<_> = classes.iter().map(one).collect();
    classes.sort_by(|one, other| one.0.cmp(&other.0));
    classes
}

/// The largest gap between two lists of probabilities of the same classes.
pub(crate) fn gap(one: &[(String, f64)], other: &[(String, f64)]) -> f64 {
    assert_eq!(one.len(), other.len());
    let pairs = one.iter().zip(other).map(|(one, other)| {
        assert_eq!(one.0, other.0);
        (one.1 - other.1).abs()
    });
    pairs.fold(0.0, f64::max)
}

#[test]
#[ignore = "needs Python with torch and safetensors"]
fn tool_torch_networks_compute_the_same_in_pytorch_and_files_of_pytorch_are_read() {
    let (scratch, names) = runs();
    let printed = python(&scratch, PYTHON);
    for (name, line) in names.iter().zip(printed.lines()) {
        println!("{line}");
        let said: Value = serde_json::from_str(line).unwrap();
        assert_eq!(said["name"], *name);
        let own = probabilities(&scratch, name, name);
        let theirs: Vec<(String, f64)> =
            serde_json::from_value(said["probabilities"].clone()).unwrap();
        let found = gap(&own, &theirs);
        println!("{name}: a picture's probabilities differ by {found:.1e}");
        assert!(found < 1e-5, "{name}: {found}");
        let judged = |weights: &str| {
            let line = format!("evaluate --weights {weights} --data data --json");
            scratch.run(&line).succeeded().json()
        };
        let expected = judged(name);
        for file in [
            "saved.safetensors",
            "saved.pt",
            "wrapped.pt",
            "prefixed.pt",
            "strided.pt",
            "double.pt",
            "newer.pt",
        ] {
            assert_eq!(judged(&format!("{name}-{file}")), expected, "{name}-{file}");
        }
        for kind in ["f16", "bf16"] {
            let rounded = judged(&format!("{name}-{kind}.safetensors"));
            assert_eq!(
                judged(&format!("{name}-{kind}.pt")),
                rounded,
                "{name}-{kind}.pt"
            );
        }
    }
    for (file, way_out) in [
        ("module.pt", "state_dict(), \"state_dict.pt\")"),
        ("script.pt", "torch.jit.load("),
        ("old.pt", "save it anew, in Python: import torch"),
        ("optimizer.pt", "save nothing but the state_dict()"),
    ] {
        let line = format!("evaluate --weights {file} --data data");
        scratch.refused_for(&line, &[&format!("{file}: expected "), way_out]);
    }
}

/// By the set that `mixup data pack` makes of the same pictures.
#[test]
#[ignore = "needs Python with torch and safetensors"]
fn tool_torch_pictures_are_resized_as_by_this_program() {
    let scratch = Scratch::new();
    for (index, (width, height)) in [(100, 70), (37, 90), (200, 150), (20, 24)]
        .into_iter()
        .enumerate()
    {
        let picture = image::RgbImage::from_fn(width, height, |x, y| {
            let wave = |step: u32| (128.0 + 120.0 * f64::from(step).sin()) as u8;
            image::Rgb([wave(x), wave(x / 3 + y), wave(y / 2)])
        });
        for part in ["train", "test"] {
            let folder = scratch.path(format!("pictures/{part}/a"));
            std::fs::create_dir_all(&folder).unwrap();
            picture.save(folder.join(format!("{index}.png"))).unwrap();
        }
    }
    scratch.write(
        "pictures/train/b/0.png",
        scratch.read("pictures/train/a/0.png"),
    );
    for resize in ["squash", "crop", "pad"] {
        let line =
            format!("data pack pictures --size 32x40 --resize {resize} --out {resize}.safetensors");
        scratch.run(&line).succeeded();
    }
    println!("{}", python(&scratch, PICTURES));
}

/// Pillow rounds once more between rows and columns.
const PICTURES: &str = r#"
from safetensors.torch import load_file

import mixup_torch

for resize in ("squash", "crop", "pad"):
    expected = load_file(f"{resize}.safetensors")["test_images"]
    about = mixup_torch.About(["a", "b"], (3, 32, 40), [0.5] * 3, [0.5] * 3, resize=resize)
    for index in range(4):
        found = about.pixels(f"pictures/test/a/{index}.png")
        gap = (found.int() - expected[index].int()).abs().max().item()
        print(resize, index, gap)
        assert gap <= 1, (resize, index, gap)
"#;

/// Compares each run with its `predictions.csv`, and writes its weights in every form that PyTorch has.
const PYTHON: &str = r#"
import csv
import json

import numpy
import torch

import mixup_torch

RUNS = "cnn cnn-bn resnet20 preact-resnet18 resnet18 resnet50 grey wide".split()
records = numpy.fromfile("data/test_batch.bin", "uint8").reshape(-1, 3073)
images = torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).copy())

for name in RUNS:
    network, about = mixup_torch.load(name)
    said = {"name": name}
    with torch.no_grad():
        if about.shape == (3, 32, 32):
            logits = network(about.prepare(images))
            outputs = logits.softmax(1) if about.loss == "cross-entropy" else logits.sigmoid()
            rows = list(csv.DictReader(open(f"{name}/predictions.csv")))
            found = outputs[range(len(rows)), [int(row["predicted"]) for row in rows]]
            expected = torch.tensor([float(row["probability"]) for row in rows])
            said["predictions.csv"] = (found - expected).abs().max().item()
            assert said["predictions.csv"] < 1e-5, said
        row = about.probabilities(network(about.prepare(f"{name}.png")).double())[0].tolist()
    said["probabilities"] = sorted(zip(about.classes, row))
    print(json.dumps(said))

    mixup_torch.save(network, f"{name}-saved.safetensors", about)
    mixup_torch.save(network, f"{name}-saved.pt", about)
    state, note = network.state_dict(), about.note()
    again, _ = mixup_torch.load(f"{name}-saved.pt")
    assert all((again.state_dict()[key] == value).all() for key, value in state.items())
    optimizer = torch.optim.Adam(network.parameters())
    sum(parameter.sum() for parameter in network.parameters()).backward()
    optimizer.step()
    with torch.no_grad():
        network.load_state_dict(again.state_dict())
    state = network.state_dict()
    checkpoint = {"epoch": 3, "optimizer": optimizer.state_dict(), "lr": 1e-3, "history": [1.0, {"a": None}]}
    torch.save(checkpoint | {"model_state_dict": state, "mixup": note}, f"{name}-wrapped.pt")
    prefixed = torch.nn.DataParallel(network).state_dict()
    torch.save({"model": prefixed, "mixup": note}, f"{name}-prefixed.pt")
    turned = {}
    for key, value in state.items():
        if value.dim() == 4:
            value = value.contiguous(memory_format=torch.channels_last)
        elif value.dim() == 2:
            value = torch.nn.Parameter(value.t().contiguous().t())
        elif value.dim() == 1:
            # One storage of twice the length, in which every second value counts, after the first.
            wider = torch.full((2 * len(value) + 1,), 9.0)
            wider[1::2] = value
            value = wider[1::2]
        turned[key] = value
    assert not turned[[key for key in turned if turned[key].dim() == 2][0]].is_contiguous()
    torch.save({"state_dict": turned, "mixup": note}, f"{name}-strided.pt")
    torch.save({"state_dict": {key: value.double() for key, value in state.items()}, "mixup": note}, f"{name}-double.pt")
    torch.save({"state_dict": state, "mixup": note}, f"{name}-newer.pt", pickle_protocol=4)
    for kind, dtype in (("f16", torch.float16), ("bf16", torch.bfloat16)):
        short = {key: value.to(dtype) if value.is_floating_point() else value for key, value in state.items()}
        torch.save({"state_dict": short, "mixup": note}, f"{name}-{kind}.pt")
        network.load_state_dict(short)
        mixup_torch.save(network, f"{name}-{kind}.safetensors", about)

torch.save(network, "module.pt")
torch.jit.save(torch.jit.trace(torch.nn.Linear(2, 2), torch.zeros(1, 2)), "script.pt")
torch.save(state, "old.pt", _use_new_zipfile_serialization=False)
torch.save(checkpoint, "optimizer.pt")
"#;
