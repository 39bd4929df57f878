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
            "data.points: expected a whole number from 2 to 100000, found 1",
        ),
        (
            format!("train points/pointmixup {clouds} --set data.size=32"),
            "synthetic-shapes: expected images for data.size, found point clouds",
        ),
        (
            format!("train points/pointmixup {clouds} --set cloud_augmentation.dropout=1"),
            "cloud_augmentation.dropout: expected a number from 0, below 1, found 1",
        ),
        (
            "train mixup --data synthetic --set cloud_augmentation.turn=true --out new".into(),
            "cloud_augmentation: expected no such table for images",
        ),
        (
            "data pack synthetic-shapes --out set.safetensors".into(),
            "expected images, found point clouds",
        ),
        (
            "data preview --data synthetic-shapes".into(),
            "expected images, found point clouds",
        ),
    ] {
        scratch.refused_for(&line, &[expected, "hint: "]);
    }
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
