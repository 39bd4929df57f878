//! Weights files as PyTorch and people leave them: with prefixes, in short types, with damaged values, or of
//! another kind.

use std::collections::HashMap;

use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView, serialize};
use serde_json::Value;

use crate::scratch::Scratch;

/// A tensor of a file: name, type, shape and bytes.
type Entry = (String, Dtype, Vec<usize>, Vec<u8>);

/// A run of one epoch.
fn with_a_run() -> Scratch {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    scratch
}

/// Writes the file `weights`: those of the run after `edit` and with `note` changed.
fn rewrite(scratch: &Scratch, edit: impl Fn(&mut Entry), note: impl Fn(&mut Value)) {
    let bytes = scratch.read("run/model.safetensors");
    let read = SafeTensors::deserialize(&bytes).unwrap();
    let mut entries: Vec<Entry> = read
        .iter()
        .map(|(name, view)| {
            let (shape, data) = (view.shape().to_vec(), view.data().to_vec());
            (name.to_owned(), view.dtype(), shape, data)
        })
        .collect();
    entries.iter_mut().for_each(edit);
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let mut value: Value =
        serde_json::from_str(&header.metadata().as_ref().unwrap()["mixup"]).unwrap();
    note(&mut value);
    let views = entries.iter().map(|(name, dtype, shape, bytes)| {
        let view = TensorView::new(*dtype, shape.clone(), bytes).unwrap();
        (name, view)
    });
    let metadata = HashMap::from([("mixup".to_owned(), value.to_string())]);
    scratch.write("weights", serialize(views, Some(metadata)).unwrap());
}

const EVALUATE: &str = "evaluate --weights weights --data data --json";

#[test]
fn prefixes_of_wrapped_modules_change_nothing() {
    let scratch = with_a_run();
    let line = "evaluate --weights run/model.safetensors --data data --json";
    let expected = scratch.run(line).succeeded().json();
    for prefix in ["module.", "_orig_mod.module.", "model."] {
        rewrite(
            &scratch,
            |entry| entry.0 = format!("{prefix}{}", entry.0),
            |_| (),
        );
        assert_eq!(scratch.run(EVALUATE).succeeded().json(), expected);
    }
}

#[test]
fn bf16_weights_are_widened_with_a_note() {
    let scratch = with_a_run();
    let upper_halves = |entry: &mut Entry| {
        entry.1 = Dtype::BF16;
        entry.3 = entry
            .3
            .chunks(4)
            .flat_map(|four| [four[2], four[3]])
            .collect();
    };
    rewrite(&scratch, upper_halves, |_| ());
    let ended = scratch.run(EVALUATE).succeeded();
    let note = "note: the file has weights in bf16, which are widened to f32";
    assert!(ended.stderr.contains(note), "{}", ended.stderr);
}

#[test]
fn weights_that_are_no_numbers_are_refused_by_tensor() {
    let scratch = with_a_run();
    let picture = image::RgbImage::from_pixel(32, 32, image::Rgb([1, 2, 3]));
    picture.save(scratch.path("a.png")).unwrap();
    for (value, word) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf")] {
        let damage = |entry: &mut Entry| {
            if entry.0 == "fc1.weight" {
                entry.3[8..12].copy_from_slice(&value.to_le_bytes());
            }
        };
        rewrite(&scratch, damage, |_| ());
        let expected =
            format!("weights: expected finite numbers in fc1.weight, found {word} at position 2");
        for line in [EVALUATE, "predict a.png --weights weights"] {
            scratch.refused_for(line, &[&expected]);
        }
    }
}

/// Every weight is finite, but sums of them are not.
#[test]
fn weights_that_are_too_large_are_refused() {
    let scratch = with_a_run();
    let picture = image::RgbImage::from_pixel(32, 32, image::Rgb([200, 2, 3]));
    picture.save(scratch.path("a.png")).unwrap();
    let enlarge = |entry: &mut Entry| {
        entry.3 = f32::MAX.to_le_bytes().repeat(entry.3.len() / 4);
    };
    rewrite(&scratch, enlarge, |_| ());
    let expected = "expected finite outputs of the network, found";
    for line in [EVALUATE, "predict a.png --weights weights"] {
        scratch.refused_for(line, &[expected]);
    }
}

#[test]
fn a_note_with_an_impossible_normalisation_is_refused() {
    let scratch = with_a_run();
    for std in [0.0, 1e-300, -0.5, 2.0] {
        rewrite(
            &scratch,
            |_| (),
            |note| note["normalisation"]["std"][1] = std.into(),
        );
        let expected =
            "weights: the note in the file: normalisation.std: expected a number from 1.2e-38 to 1";
        scratch.refused_for(EVALUATE, &[expected]);
    }
    rewrite(
        &scratch,
        |_| (),
        |note| note["normalisation"]["mean"][1] = Value::Null,
    );
    scratch.refused_for(EVALUATE, &["expected a note as mixup writes it"]);
}

#[test]
fn files_of_other_kinds_are_named_with_a_way_out() {
    let scratch = Scratch::new();
    for (bytes, kind, way_out) in [
        (&b"\x80\x02}q\0."[..], "found a pickle", "torch.save("),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n",
            "found a pointer of Git LFS",
            "git lfs pull",
        ),
        (
            b"<!DOCTYPE html><html>404</html>",
            "found a web page",
            "download the file itself",
        ),
    ] {
        scratch.write("weights", bytes);
        scratch.refused_for(EVALUATE, &[kind, way_out]);
    }
}
