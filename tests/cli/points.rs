//! Point clouds: they are trained, compared, evaluated and reported as images are.

use crate::running::Running;
use crate::scratch::Scratch;

/// A small network on few points, so that a run takes a second.
const SMALL: &str = "--data synthetic-shapes --ui none --set data.points=24 --set network.widths=[6,8,12] \
                     --set network.hidden=10 --set corruptions.clouds=50";

/// Trains a published experiment of clouds.
fn train(scratch: &Scratch, name: &str, run: &str, flags: &str) {
    let line = format!("train points/{name} {SMALL} --out {run} {flags}");
    scratch.run(&line).succeeded();
}

#[test]
fn each_published_experiment_of_clouds_trains_and_is_evaluated_again() {
    let scratch = Scratch::new();
    for name in [
        "pointmixup",
        "random-assignment",
        "point-cutmix",
        "baseline",
    ] {
        train(&scratch, name, name, "--epochs 2");
        let summary = scratch.json(&format!("{name}/summary.json"));
        let info = scratch.json(&format!("{name}/run.json"));
        assert_eq!(info["data"], "synthetic-shapes");
        assert_eq!(info["shape"]["points"], 24);
        assert_eq!(
            (&info["training_images"], &info["test_images"]),
            (&200.into(), &2000.into())
        );
        let line = format!("evaluate --weights {name} --json");
        let judged = scratch.run(&line).succeeded().json();
        assert_eq!(judged["accuracy"], summary["last_test_accuracy"], "{name}");
        let evaluation = scratch.json(&format!("{name}/evaluation.json"));
        let kinds = evaluation["corruptions"]["kinds"].as_array().unwrap();
        let names: Vec<_> = kinds
            .iter()
            .map(|kind| kind["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["noise", "missing points", "tilt", "scale"]);
        assert!(
            kinds
                .iter()
                .all(|kind| kind["levels"].as_array().unwrap().len() == 5)
        );
        assert_eq!(evaluation["corruptions"]["samples"], 50);
    }
    let of = |name: &str| scratch.metrics(name);
    for (one, other) in [
        ("pointmixup", "baseline"),
        ("pointmixup", "random-assignment"),
        ("pointmixup", "point-cutmix"),
    ] {
        assert_ne!(of(one), of(other), "{one} {other}");
    }
}

#[test]
fn a_run_on_clouds_that_is_killed_ends_with_the_same_bytes_by_any_number_of_threads() {
    let scratch = Scratch::slow();
    train(&scratch, "pointmixup", "whole", "--epochs 4");
    let line = format!("train points/pointmixup {SMALL} --out killed --epochs 4");
    let mut running = Running::start(&scratch, &line);
    let row = scratch.path("killed/metrics.jsonl");
    running.wait_for(|| row.exists());
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    scratch.run("train --resume killed --ui none").succeeded();
    scratch.assert_same_runs("whole", "killed");

    let mut command = scratch.command(&format!(
        "train points/pointmixup {SMALL} --out alone --epochs 4"
    ));
    command.env("RAYON_NUM_THREADS", "1");
    Scratch::finish("with one thread", command).succeeded();
    let weights = |run: &str| scratch.read(format!("{run}/model.safetensors"));
    assert!(weights("whole") == weights("alone"));
}

#[test]
fn arms_of_clouds_are_compared_and_the_report_has_their_damage() {
    let scratch = Scratch::new();
    let line = format!(
        "compare points/pointmixup points/random-assignment points/baseline {SMALL} --epochs 1 --trials 2 --out pairs"
    );
    let told = scratch.run(&format!("{line} --json")).succeeded().json();
    assert_eq!(told["comparisons"].as_array().unwrap().len(), 2);
    let damaged = &told["comparisons"][0]["corruptions"];
    assert_eq!(damaged["samples"], 50);
    assert!(damaged["mean"]["interval"].is_array(), "{damaged}");
    let page = String::from_utf8(scratch.read("pairs/report.html")).unwrap();
    assert!(page.contains("Damaged samples"));
    assert!(
        page.contains("missing points,\u{a0}share 0.5"),
        "no row of damage"
    );
    let table = String::from_utf8(scratch.read("pairs/corruptions.csv")).unwrap();
    // Each of six runs has 20 kinds and strengths, and the clouds as they are.
    assert_eq!(table.lines().count(), 1 + 6 * 21);
    assert_eq!(
        table.lines().next(),
        Some("arm,seed,damage,strength,accuracy")
    );
}

/// A mesh of a box of these half sides, of quads: the header is glued to the counts, as in ModelNet.
fn block([x, y, z]: [f64; 3]) -> String {
    let mut text = "OFF8 6 0\n# eight corners\n".to_owned();
    for corner in 0..8 {
        let side = |axis: usize, half: f64| if corner >> axis & 1 == 1 { half } else { -half };
        text += &format!("{} {} {}\n", side(0, x), side(1, y), side(2, z));
    }
    for face in [
        "0 1 3 2", "4 6 7 5", "0 4 5 1", "2 3 7 6", "0 2 6 4", "1 5 7 3",
    ] {
        text += &format!("4 {face}\n");
    }
    text
}

/// A mesh of a pyramid, with a comment, an empty line, colours and the line ends of Windows.
fn pyramid(height: f64) -> String {
    format!(
        "OFF\r\n# a pyramid\r\n5 5 8\r\n\r\n-1 -1 0\r\n1 -1 0\r\n1 1 0\r\n-1 1 0\r\n0 0 {height}\r\n\
         4 3 2 1 0 255 0 0\r\n3 0 1 4\r\n3 1 2 4\r\n3 2 3 4\r\n3 3 0 4\r\n"
    )
}

/// A folder of meshes as ModelNet has them: two classes, eight training and four test meshes each.
fn meshes() -> Scratch {
    let scratch = Scratch::slow();
    for (part, count) in [("train", 8), ("test", 4)] {
        for number in 0..count {
            let size = 0.5 + 0.1 * f64::from(number);
            let place = |class: &str| format!("models/{class}/{part}/{class}_{number:04}.off");
            scratch.write(place("block"), block([size, 1.0, 1.5 - size]));
            scratch.write(place("pyramid"), pyramid(1.0 + size));
        }
    }
    scratch
}

const MESHES: &str = "--data models --ui none --set data.points=32 --set network.widths=[6,8,12] \
                      --set network.hidden=10 --set corruptions.clouds=8 --set batch_size=4";

#[test]
fn meshes_in_folders_train_resume_after_a_kill_and_are_reported() {
    let scratch = meshes();
    let said = scratch.run("data check models").succeeded().stdout;
    assert!(said.contains("OFF meshes in class folders"), "{said}");
    assert!(said.contains("1024 points each"), "{said}");
    let line = |out: &str| format!("train points/pointmixup {MESHES} --epochs 40 --out {out}");
    scratch.run(&line("whole")).succeeded();
    let mut running = Running::start(&scratch, &line("killed"));
    let row = scratch.path("killed/metrics.jsonl");
    running.wait_for(|| row.exists());
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    scratch.run("train --resume killed --ui none").succeeded();
    scratch.assert_same_runs("whole", "killed");
    let info = scratch.json("whole/run.json");
    assert_eq!(info["layout"], "OFF meshes in class folders");
    assert_eq!(info["classes"], serde_json::json!(["block", "pyramid"]));
    let judged = scratch
        .run("evaluate --weights whole --json")
        .succeeded()
        .json();
    let summary = scratch.json("whole/summary.json");
    assert_eq!(judged["accuracy"], summary["last_test_accuracy"]);
    scratch.run("report whole --out told").succeeded();
    let page = String::from_utf8(scratch.read("told/report.html")).unwrap();
    assert!(page.contains("Damaged samples"));
}

#[test]
fn damaged_meshes_are_refused_by_their_line() {
    let scratch = meshes();
    let place = "models/block/train/block_0003.off";
    for (text, expected) in [
        ("OFF8 6 0\n1 2\n".into(), "in line 2"),
        (block([1.0; 3]).replace("4 0 1 3 2", "4 0 1 3 9"), "9"),
        ("OFF4000000000 1 0\n0 0 0\n".into(), "4000000000 vertices"),
        (String::new(), "an empty file"),
        ("OFF1 0 0\n0 0 0\n".into(), "a mesh with faces"),
    ] {
        scratch.write(place, text);
        let line = format!("train points/pointmixup {MESHES} --out new");
        scratch.refused_for(&line, &["block_0003.off", expected]);
    }
}

#[test]
fn what_is_for_the_other_kind_of_sample_is_refused() {
    let scratch = Scratch::new();
    let clouds = "--data synthetic-shapes --out new";
    for (line, expected) in [
        (
            format!("train mixup {clouds}"),
            "network.name: expected a network for point clouds, such as pointnet, found cnn",
        ),
        (
            "train points/pointmixup --data synthetic --out new".into(),
            "expected point clouds for data.points",
        ),
        (
            "train points/pointmixup --data synthetic --set data.points= --out new".into(),
            "network.name: expected a network for images, such as resnet20, found pointnet",
        ),
        (
            format!(
                "train points/pointmixup {clouds} --set mixing.method=mixup --set mixing.assignment="
            ),
            "mixing.method: expected \"pointmixup\" or \"point-cutmix\" for point clouds, found \"mixup\"",
        ),
        (
            format!("train points/pointmixup {clouds} --set augmentation.flip=true"),
            "augmentation: expected no change of images for point clouds",
        ),
        (
            format!("train points/pointmixup {clouds} --set mixing.method=point-cutmix"),
            "mixing.assignment: expected no such key unless method is \"pointmixup\", found \"optimal\"",
        ),
        (
            format!("train points/pointmixup {clouds} --set mixing.assignment=best"),
            "mixing.assignment",
        ),
        (
            format!("train points/pointmixup {clouds} --set data.points=1"),
            "--set data.points=1: expected a whole number from 2 to 65536, found 1",
        ),
        (
            format!("train points/pointmixup {clouds} --set data.size=32"),
            "synthetic-shapes: expected images for data.size, found point clouds",
        ),
        (
            format!("train points/pointmixup {clouds} --set cloud_augmentation.dropout=1"),
            "--set cloud_augmentation.dropout=1: expected a number from 0, below 1, found 1",
        ),
        (
            format!("train points/pointmixup {clouds} --set data.points=9000"),
            "data.points: expected at most 8192 points for the optimal assignment, found 9000",
        ),
        (
            "train mixup --data synthetic --set cloud_augmentation.turn=true --out new".into(),
            "cloud_augmentation: expected no such table for images",
        ),
        (
            "data pack synthetic-shapes --out set.safetensors".into(),
            "expected images to pack, found point clouds",
        ),
    ] {
        scratch.refused_for(&line, &[expected, "hint: "]);
    }
}

#[test]
fn a_network_is_not_judged_on_the_other_kind_of_sample() {
    let scratch = Scratch::new();
    train(&scratch, "baseline", "clouds", "--epochs 1");
    scratch.train("images", "--epochs 1");
    for (line, expected) in [
        (
            "evaluate --weights clouds --data synthetic --force",
            "expected data of clouds, which the network takes, found images",
        ),
        (
            "evaluate --weights images --data synthetic-shapes --force",
            "expected data of images, which the network takes, found clouds",
        ),
        (
            "evaluate --weights clouds --flips",
            "--flips: expected a network for images",
        ),
        (
            "evaluate --weights clouds --attack fgsm --epsilon 4/255",
            "--attack: expected a network for images",
        ),
        (
            "evaluate --weights clouds --corruption fog",
            "--corruption: expected a network for images",
        ),
    ] {
        scratch.refused_for(line, &[expected, "hint: "]);
    }
}

#[test]
fn planned_pairs_that_are_missing_are_told_next_to_earlier_looks() {
    let scratch = Scratch::new();
    let line = |trials: u8, more: &str| {
        format!(
            "compare points/pointmixup points/baseline {SMALL} --epochs 1 --trials {trials} --out pairs {more}"
        )
    };
    scratch.run(&line(1, "")).succeeded();
    scratch.run(&line(4, "--shard 1/2")).succeeded();
    let said = scratch.run("report pairs").succeeded().stdout;
    assert!(
        said.contains("2 of the 4 planned pairs are not finished yet"),
        "{said}"
    );
    assert!(
        said.contains("reported before with fewer pairs (1)"),
        "{said}"
    );
}

#[test]
fn clouds_are_described_and_measured() {
    let scratch = Scratch::new();
    let said = scratch
        .run("data check synthetic-shapes")
        .succeeded()
        .stdout;
    assert!(
        said.contains("clouds       256 points each, in the unit ball"),
        "{said}"
    );
    assert!(said.contains("helix"), "{said}");
    // The bytes are the same on every machine.
    assert!(said.contains("fingerprint  22c81d5a4cbc"), "{said}");
    let line = format!("train points/pointmixup {SMALL} --dry-run --json").replace("--ui none", "");
    let planned = scratch.run(&line).succeeded().json();
    assert_eq!(planned["training_images"], 200, "{planned}");
    let line =
        format!("bench points/pointmixup {SMALL} --windows 1 --json").replace("--ui none", "");
    let measured = scratch.run(&line).succeeded().json();
    assert!(
        measured["images_per_second"].as_f64() > Some(0.0),
        "{measured}"
    );
}

#[test]
fn mixed_clouds_are_drawn_for_the_page_and_alone() {
    let scratch = Scratch::new();
    let line = "data preview --data synthetic-shapes --alpha 1 --pairs 3 --out clouds.png";
    scratch.run(line).succeeded();
    let picture = image::open(scratch.path("clouds.png")).unwrap().into_rgb8();
    // Dots on white cards.
    assert!(picture.pixels().any(|pixel| pixel.0 == [255; 3]));
    assert!(picture.pixels().filter(|pixel| pixel.0[0] < 120).count() > 1000);
    train(&scratch, "pointmixup", "run", "--epochs 1");
    let pairs = scratch.json("run/mixed.json");
    assert_eq!(pairs.as_array().unwrap().len(), 6);
    scratch.run("report run --out told").succeeded();
    let page = String::from_utf8(scratch.read("told/report.html")).unwrap();
    let first = pairs[0]["mixed"].as_str().unwrap();
    assert!(page.contains(first), "no picture of a mix");
}

#[test]
fn a_network_for_clouds_predicts_no_pictures_and_becomes_an_onnx_model() {
    let scratch = Scratch::new();
    train(&scratch, "baseline", "run", "--epochs 1");
    scratch.write("picture.png", "no picture");
    scratch.refused_for(
        "predict picture.png --weights run",
        &["expected a network for images, found one for point clouds"],
    );
    let exported = scratch
        .run("export run --onnx model.onnx --json")
        .succeeded()
        .json();
    assert_eq!(exported["input"], serde_json::json!([3, 24]));
}
