//! The benchmark: every figure is there. Whether it is large or small is no test's business.

use serde_json::Value;

use crate::scratch::{Scratch, number};

/// Asserts a median between its ends.
fn assert_spread(value: &Value) {
    let [min, median, max] = ["min", "median", "max"].map(|key| number(value, key));
    assert!(0.0 <= min && min <= median && median <= max, "{value}");
}

#[test]
fn the_last_line_is_json_with_every_figure() {
    let scratch = Scratch::new();
    let ended = scratch
        .run("bench tiny.toml --windows 2 --images 20 --device cpu --json")
        .succeeded();
    let found = ended.json();
    assert_eq!(found["device_kind"], "cpu");
    assert_eq!(found["experiment"], "tiny");
    assert_eq!(found["data"], "synthetic");
    assert_eq!(found["batch_size"], 8);
    assert!(number(&found, "threads") >= 1.0);
    assert!(number(&found, "images_per_second") > 0.0);
    assert!(number(&found, "warm_up_seconds") > 0.0);
    for (name, images) in [("training", 20), ("bare_step", 16)] {
        let rate = &found[name];
        assert_eq!(rate["windows"], 2, "{name}");
        assert_eq!(rate["images_per_window"], images, "{name}");
        assert_spread(&rate["images_per_second"]);
    }
    assert_eq!(
        found["images_per_second"],
        found["training"]["images_per_second"]["median"]
    );
    let peak = &found["peak_memory_bytes"];
    assert_eq!(peak.is_u64(), cfg!(target_os = "linux"), "{peak}");

    assert!(number(&found["gemm"], "gflop_per_second") > 0.0);
    let phases = found["phases"].as_array().unwrap();
    let names = ["conv11", "conv12", "conv21", "conv22", "fc1", "fc2", "loss"];
    let expected = std::iter::once(("gather and mix", "input"))
        .chain(names.map(|name| (name, "forward")))
        .chain(names.iter().rev().map(|name| (*name, "backward")))
        .chain([("Adam", "update")]);
    let named = phases.iter().map(|row| {
        let text = |key: &str| row[key].as_str().unwrap();
        (text("phase"), text("pass"))
    });
    assert!(named.eq(expected), "{}", found["phases"]);
    for row in phases {
        assert_spread(&row["milliseconds"]);
        let counted = !["gather and mix", "loss", "Adam"].contains(&row["phase"].as_str().unwrap());
        assert_eq!(row["gflop"].is_number(), counted, "{row}");
    }
    // Nothing is left in the user's folder.
    assert_eq!(scratch.names(""), ["data", "tiny.toml"]);
}

#[test]
fn the_table_names_what_it_measured() {
    let scratch = Scratch::new();
    let ended = scratch
        .run("bench tiny.toml --data data --batch-size 4 --windows 1 --no-phases --device cpu")
        .succeeded();
    for words in [
        ": tiny, batches of 4, data ",
        "training path",
        "1 of 48 images",
        "bare step",
    ] {
        assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
    }
    assert!(!ended.stdout.contains("GEMM"), "{}", ended.stdout);
    assert_eq!(ended.stderr, "");
}

#[test]
fn fewer_images_than_a_batch() {
    let scratch = Scratch::new();
    scratch.refused_for(
        "bench tiny.toml --data data --batch-size 64",
        &[
            "expected at least 64 training images, found 50",
            "--batch-size",
        ],
    );
    scratch.refused_for(
        "bench tiny.toml --images 7",
        &["--images 7: expected at least one batch of 8 images"],
    );
    scratch.refused_for("bench nowhere.toml", &["error: nowhere.toml: "]);
    scratch.refused_for("bench --data nowhere", &["nowhere"]);
}
