//! What a weights file says about its images: its note is used, and refused if it is damaged.

use safetensors::{SafeTensors, serialize};
use serde_json::{Value, json};

use crate::any_images::{experiment, picture, refused, two_classes};
use crate::scratch::Scratch;

/// The weights at `from` with another note, as the file `to`; without a note if there is none.
fn with_note(scratch: &Scratch, from: &str, to: &str, note: Option<&dyn Fn(Value) -> Value>) {
    let bytes = scratch.read(from);
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let metadata = note.map(|change| {
        let changed = header.metadata().clone().unwrap_or_default();
        let changed = changed.into_iter().map(|(key, text)| {
            let changed = serde_json::from_str(&text).map(change);
            (key, changed.map_or(text, |note| note.to_string()))
        });
        changed.collect()
    });
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    scratch.write(to, serialize(tensors.tensors(), metadata).unwrap());
}

#[test]
fn weights_for_grey_images_know_their_constants() {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures", 6);
    picture(30, 30, 0).save(scratch.path("one.png")).unwrap();
    let data = "size = 32\nchannels = 1\nsplit = 0.5\n";
    experiment(&scratch, "e.toml", "alpha = 1.0", data);
    scratch
        .run("train e.toml --data pictures --epochs 1 --out run --ui none")
        .succeeded();
    with_note(&scratch, "run/model.safetensors", "bare", None);
    scratch.run("predict one.png --weights bare").succeeded();
    let three = |mut note: Value| {
        note["normalisation"] = json!({"mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2]});
        note
    };
    with_note(&scratch, "run/model.safetensors", "three", Some(&three));
    for line in [
        "predict one.png --weights three",
        "evaluate --weights three --data pictures",
    ] {
        let message = "three: the note in the file: normalisation.mean: expected one number for each channel of \
                       the network's images, 1, found 3";
        refused(&scratch, line, message);
    }
    // The note also knows how the test images were taken.
    with_note(
        &scratch,
        "run/model.safetensors",
        "moved",
        Some(&|note| note),
    );
    let judged = |line: &str| -> Value {
        let judged = scratch.run(line).succeeded();
        serde_json::from_str(&judged.stdout).unwrap()
    };
    assert_eq!(
        judged("evaluate --weights moved --data pictures --json"),
        judged("evaluate --weights run/model.safetensors --json")
    );
}

/// A run of `network` on grey images of 20x26, whose weights are then given other notes.
fn with_network(network: &str) -> Scratch {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures", 4);
    let data = "size = [20, 26]\nchannels = 1\nsplit = 0.5\n";
    experiment(&scratch, "e.toml", "alpha = 1.0", data);
    let text = String::from_utf8(scratch.read("e.toml")).unwrap();
    scratch.write(
        "e.toml",
        text.replace("widths = [2, 2]\nhidden = 4", network),
    );
    scratch
        .run("train e.toml --data pictures --epochs 1 --out run --ui none")
        .succeeded();
    scratch
}

/// Asserts that weights whose note has this shape are refused by every command that takes them.
fn shape_is_refused(scratch: &Scratch, shape: &Value, message: &str) {
    let change = |mut note: Value| {
        note["shape"] = shape.clone();
        note
    };
    with_note(scratch, "run/model.safetensors", "damaged", Some(&change));
    for line in [
        "predict one.png --weights damaged",
        "evaluate --weights damaged --data pictures",
    ] {
        refused(scratch, line, &format!("damaged: {message}"));
    }
}

#[test]
fn a_damaged_shape_is_refused_with_the_path_and_the_key() {
    let scratch = with_network("name = \"resnet20\"\nwidths = [1, 1, 1]");
    picture(30, 30, 0).save(scratch.path("one.png")).unwrap();
    let shape =
        |height: Value, width: i64| json!({"channels": 1, "height": height, "width": width});
    for (shape, message) in [
        (
            shape(json!(0), 26),
            "shape: expected sides of 1 to 4096 pixels, found [0, 26]",
        ),
        (
            shape(json!(-20), 26),
            "shape.height: expected a note as mixup writes it, found invalid value",
        ),
        (
            shape(json!("20"), 26),
            "shape.height: expected a note as mixup writes it, found invalid type",
        ),
        (
            shape(json!(20), 5000),
            "shape: expected sides of 1 to 4096 pixels, found [20, 5000]",
        ),
        (
            json!("1x20x26"),
            "shape: expected a note as mixup writes it, found invalid type",
        ),
    ] {
        shape_is_refused(
            &scratch,
            &shape,
            &format!("the note in the file: {message}"),
        );
    }
    let three = json!({"channels": 3, "height": 20, "width": 26});
    let message = "expected weights for 3 channels, as the note's shape says, found weights for 1";
    shape_is_refused(&scratch, &three, message);
}

/// The article's network has weights for one size. Those of a ResNet fit every size, but its run knows its images.
#[test]
fn a_shape_that_is_not_that_of_the_training_is_refused_where_it_can_be_known() {
    let scratch = with_network("widths = [2, 2]\nhidden = 4");
    picture(30, 30, 0).save(scratch.path("one.png")).unwrap();
    let other = json!({"channels": 1, "height": 28, "width": 26});
    let message = "expected weights for images of 28x26, as the note's shape says, found";
    shape_is_refused(&scratch, &other, message);

    let scratch = with_network("name = \"resnet20\"\nwidths = [1, 1, 1]");
    let swapped = |mut note: Value| {
        note["shape"] = json!({"channels": 1, "height": 26, "width": 20});
        note
    };
    with_note(
        &scratch,
        "run/model.safetensors",
        "run/swapped.safetensors",
        Some(&swapped),
    );
    let message = "run/swapped.safetensors: the note in the file: shape: expected 1x20x26, the shape of the images in \
                   run.json next to it, found 1x26x20";
    refused(
        &scratch,
        "evaluate --weights run/swapped.safetensors",
        message,
    );
}
