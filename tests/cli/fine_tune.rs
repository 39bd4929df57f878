//! Training that starts from weights: `network.start`, `network.frozen` and `optimizer.body_learning_rate`.

use std::fs;

use safetensors::SafeTensors;
use serde_json::Value;

use crate::any_images::two_classes;
use crate::run_files::number;
use crate::running::Running;
use crate::scratch::Scratch;

const SMALL: &str = "--set network.name=cnn-bn --set network.widths=[2,2] --set network.hidden=4";
/// The form of the pictures that the network for CIFAR-10 takes.
const DATA: &str = "--data pictures --set data.split=0.25 --set data.split_seed=1";

/// Weights of ten classes in `ten`, and two class folders in `pictures`.
fn with_weights() -> Scratch {
    let scratch = Scratch::new();
    scratch.train("ten", &format!("--epochs 1 {SMALL}"));
    two_classes(&scratch, "pictures", 12);
    scratch
}

fn fine_tune(scratch: &Scratch, run: &str, flags: &str) -> String {
    let line = format!("train tiny.toml {DATA} {SMALL} --out {run} --ui plain {flags}");
    scratch.run(&line).succeeded().stdout
}

/// The names of the tensors that differ between two weights files, sorted.
fn differing(scratch: &Scratch, one: &str, other: &str) -> Vec<String> {
    let (one, other) = (scratch.read(one), scratch.read(other));
    let (one, other) = (
        SafeTensors::deserialize(&one).unwrap(),
        SafeTensors::deserialize(&other).unwrap(),
    );
    let mut names: Vec<String> = one
        .tensors()
        .into_iter()
        .filter(|(name, tensor)| other.tensor(name).unwrap().data() != tensor.data())
        .map(|(name, _)| name)
        .collect();
    names.sort();
    names
}

#[test]
fn a_run_says_and_records_what_it_took_and_what_it_drew() {
    let scratch = with_weights();
    let said = fine_tune(&scratch, "run", "--epochs 1 --set network.start=ten");
    let file = scratch.path("ten/model.safetensors");
    assert!(
        said.contains("weights: ten/model.safetensors, of the last epoch"),
        "{said}"
    );
    assert!(
        said.contains(
            "22 of 24 tensors taken; drawn anew: fc2.weight, fc2.bias (2 classes; the file has 10)"
        ),
        "{said}"
    );
    let start = &scratch.json("run/run.json")["start"];
    let sums = String::from_utf8(scratch.read("ten/SHA256SUMS")).unwrap();
    let line = sums
        .lines()
        .find(|line| line.ends_with("model.safetensors"));
    assert_eq!(start["sha256"], line.unwrap().split(' ').next().unwrap());
    assert_eq!(start["file"], file.to_str().unwrap());
    assert_eq!(
        start["drawn"],
        serde_json::json!(["fc2.weight", "fc2.bias"])
    );

    // The same number of classes: all tensors are taken.
    let line = format!(
        "train tiny.toml --data data {SMALL} --epochs 1 --set network.start=ten/best.safetensors"
    );
    let said = scratch
        .run(&format!("{line} --out same --ui plain"))
        .succeeded()
        .stdout;
    assert!(said.contains("all 24 tensors taken"), "{said}");
    // Whatever is learnt, the first epoch starts below the loss of drawn weights.
    scratch.train("drawn", &format!("--epochs 1 {SMALL}"));
    let first = |run: &str| number(&scratch.metrics(run)[0], "train_loss");
    assert!(
        first("same") < first("drawn"),
        "{} and {}",
        first("same"),
        first("drawn")
    );
    assert!(
        String::from_utf8(scratch.read("same/experiment.toml"))
            .unwrap()
            .contains("start = \"ten/best.safetensors\"")
    );
}

#[test]
fn a_start_changes_what_a_run_learns() {
    let scratch = with_weights();
    fine_tune(&scratch, "drawn", "--epochs 1");
    fine_tune(&scratch, "started", "--epochs 1 --set network.start=ten");
    assert_ne!(scratch.metrics("drawn"), scratch.metrics("started"));
    assert!(scratch.json("drawn/run.json").get("start").is_none());
}

#[test]
fn frozen_stages_keep_weights_and_statistics() {
    let scratch = with_weights();
    let flags = "--epochs 2 --set network.start=ten --set network.frozen=[conv11,conv12]";
    let said = fine_tune(&scratch, "run", flags);
    assert!(said.contains("frozen  conv11, conv12\n"), "{said}");
    let changed = differing(&scratch, "run/model.safetensors", "ten/model.safetensors");
    assert!(changed.contains(&"conv21.weight".to_owned()), "{changed:?}");
    let is_frozen = |name: &&String| name.contains("11.") || name.contains("12.");
    assert_eq!(changed.iter().find(is_frozen), None, "{changed:?}");
    assert_eq!(changed.len(), 14, "{changed:?}");

    fine_tune(
        &scratch,
        "one",
        "--epochs 1 --set network.start=ten --set network.frozen=[conv11,conv12]",
    );
    scratch
        .run("train --resume one --epochs 2 --ui none")
        .succeeded();
    scratch.assert_same_runs("one", "run");
    scratch
        .run(&format!("bench tiny.toml --data synthetic --seconds 0.1 --images 8 {SMALL} --set network.frozen=[conv11]"))
        .succeeded();
}

#[test]
fn a_slower_body_moves_less_and_the_last_layer_as_before() {
    let scratch = with_weights();
    fine_tune(&scratch, "begun", "--epochs 1");
    let distance = |run: &str, layer: &str| {
        let values = |file: String| {
            let bytes = scratch.read(file);
            let tensors = SafeTensors::deserialize(&bytes).unwrap();
            let data = tensors.tensor(layer).unwrap().data().to_vec();
            let values = data.chunks_exact(4);
            values
                .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
                .collect::<Vec<_>>()
        };
        let (now, before) = (
            values(format!("{run}/model.safetensors")),
            values("begun/model.safetensors".into()),
        );
        now.iter()
            .zip(before)
            .map(|(now, before)| (now - before).abs())
            .fold(0.0, f32::max)
    };
    // Adam moves every parameter by about the learning rate in each of the few steps.
    let flags = "--set network.start=begun";
    fine_tune(&scratch, "fast", &format!("{flags} --epochs 1"));
    let flags = format!("{flags} --set optimizer.body_learning_rate=0.01");
    fine_tune(&scratch, "slow", &format!("{flags} --epochs 1"));
    let of = |layer: &str| (distance("fast", layer), distance("slow", layer));
    let (fast, slow) = of("conv11.weight");
    assert!(slow < 0.05 * fast && slow > 0.0, "{slow} of {fast}");
    let (fast, slow) = of("fc2.weight");
    assert!(slow > 0.5 * fast, "{slow} of {fast}");
    fine_tune(&scratch, "two", &format!("{flags} --epochs 2"));
    scratch
        .run("train --resume slow --epochs 2 --ui none")
        .succeeded();
    scratch.assert_same_runs("slow", "two");
}

/// A run without an epoch needs the file once more, and refuses another one.
#[test]
fn a_run_that_was_killed_before_its_first_epoch_starts_from_the_same_weights() {
    let scratch = with_weights();
    let flags = "--epochs 2 --set network.start=start.safetensors";
    let weights = scratch.read("ten/model.safetensors");
    scratch.write("start.safetensors", &weights);
    fine_tune(&scratch, "whole", flags);
    let line = format!("train tiny.toml {DATA} {SMALL} --out killed --ui none {flags}");
    let mut running = Running::start(&scratch, &line);
    running.wait_for(|| scratch.path("killed/run.json").exists());
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    if scratch.path("killed/metrics.jsonl").exists() {
        // The first epoch was faster than the signal. The folder is set back to before it.
        fs::remove_file(scratch.path("killed/metrics.jsonl")).unwrap();
        let _ = fs::remove_dir_all(scratch.path("killed/checkpoint"));
        let _ = fs::remove_file(scratch.path("killed/best.safetensors"));
    }

    let best = scratch.read("ten/best.safetensors");
    fs::remove_file(scratch.path("start.safetensors")).unwrap();
    let resume = "train --resume killed --ui none";
    let said = scratch.run(resume).failed_with(2);
    assert!(
        said.contains("expected the weights that the run starts from, found no such file"),
        "{said}"
    );
    let mut other = best.clone();
    let last = other.len() - 1;
    other[last] ^= 1;
    scratch.write("start.safetensors", &other);
    let said = scratch.run(resume).failed_with(2);
    assert!(
        said.contains("expected the weights that the run starts from, with SHA-256"),
        "{said}"
    );
    assert!(
        said.contains("hint: the run has no finished epoch yet"),
        "{said}"
    );
    scratch.write("start.safetensors", &weights);
    scratch.run(resume).succeeded();
    scratch.assert_same_runs("killed", "whole");
}

#[test]
fn a_comparison_starts_all_its_runs_from_the_same_weights() {
    let scratch = with_weights();
    scratch.experiment("plain.toml", "alpha = 0.2", "alpha = 0.0");
    scratch.write("start.safetensors", scratch.read("ten/model.safetensors"));
    let line = |trials: u32, ui: &str| {
        format!(
            "compare tiny.toml plain.toml {DATA} {SMALL} --set network.start=start.safetensors --epochs 1 --trials {trials} --out pair --ui {ui}"
        )
    };
    let said = scratch.run(&line(1, "plain")).succeeded().stdout;
    assert_eq!(said.matches("start   ").count(), 1, "{said}");
    let digest =
        |arm: &str| scratch.json(&format!("pair/{arm}/seed-1/run.json"))["start"]["sha256"].clone();
    assert!(digest("tiny").is_string());
    assert_eq!(digest("tiny"), digest("plain"));
    let page = String::from_utf8(scratch.read("pair/report.html")).unwrap();
    let Value::String(digest) = digest("tiny") else {
        unreachable!()
    };
    assert!(page.contains(&format!("start.safetensors, SHA-256 {}…", &digest[..16])));

    // The same bytes may lie elsewhere.
    let bytes = scratch.read("start.safetensors");
    scratch.write("moved/start.safetensors", &bytes);
    let moved = line(1, "none").replace("=start.", "=moved/start.");
    scratch.run(&moved).succeeded();

    let mut other = bytes;
    let last = other.len() - 1;
    other[last] ^= 1;
    scratch.write("start.safetensors", other);
    let said = scratch.run(&line(2, "none")).failed_with(2);
    assert!(
        said.contains("found one that started from weights with SHA-256"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_a_start_is_refused_before_anything_is_written() {
    let scratch = with_weights();
    let train = |flags: &str| format!("train tiny.toml {DATA} --out run --ui none {flags}");
    for (flags, messages) in [
        (
            format!("{SMALL} --set network.start=nothing.safetensors"),
            &["nothing.safetensors: expected a weights file or a run folder, found nothing there"]
                [..],
        ),
        (
            "--set network.name=resnet20 --set network.start=ten".into(),
            &[
                "expected resnet20 with widths [16, 32, 64], found cnn-bn with widths [2, 2] and hidden 4",
                "network.start",
            ],
        ),
        (
            format!("{SMALL} --set network.frozen=[conv12]"),
            &[
                "network.frozen=[conv12]: expected the first stages of cnn-bn in their order, such as [\"conv11\"]",
            ],
        ),
        (
            format!("{SMALL} --set optimizer.body_learning_rate=0"),
            &["optimizer.body_learning_rate=0: expected a factor above 0, up to 1, found 0"],
        ),
    ] {
        scratch.refused_for(&train(&flags), messages);
        assert!(!scratch.path("run").exists());
    }
}

#[test]
fn a_file_that_is_no_start_is_refused_with_a_way_out_of_its_own() {
    let scratch = with_weights();
    scratch.write("weights.pth", b"PK\x03\x04 archive/data.pkl and more");
    let mut not_a_number = scratch.read("ten/model.safetensors");
    let end = not_a_number.len();
    not_a_number[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    scratch.write("nan.safetensors", not_a_number);
    scratch.write(
        "cut.safetensors",
        &scratch.read("ten/model.safetensors")[..900],
    );
    for (file, messages) in [
        (
            "weights.pth",
            &[
                "network.start: ",
                "weights.pth: expected weights in the safetensors format or of torch.save, found a file of torch.save with",
                "give a weights file of one of the networks here",
            ][..],
        ),
        (
            "nan.safetensors",
            &["expected finite", "found NaN", "or give another file"],
        ),
        (
            "cut.safetensors",
            &[
                "expected weights in the safetensors format",
                "give a weights file of one of the networks here",
            ],
        ),
    ] {
        let flags = format!("{DATA} {SMALL} --set network.start={file}");
        // A head of ten classes is taken, whatever it holds.
        let same = format!("--data data {SMALL} --set network.start={file}");
        let flags = if file == "nan.safetensors" {
            same
        } else {
            flags
        };
        scratch.refused_for(
            &format!("train tiny.toml {flags} --out run --ui none"),
            messages,
        );
        assert!(!scratch.path("run").exists());
        scratch.experiment("plain.toml", "alpha = 0.2", "alpha = 0.0");
        let compare =
            format!("compare tiny.toml plain.toml {flags} --trials 1 --out pair --ui none");
        scratch.refused_for(&compare, messages);
        assert!(!scratch.path("pair").exists());
    }
}

#[test]
fn what_a_user_may_not_expect_of_a_start_is_said() {
    let scratch = with_weights();
    fine_tune(&scratch, "two", "--epochs 1");
    two_classes(&scratch, "others", 12);
    for name in ["left", "right"] {
        let from = scratch.path("others").join(name);
        fs::rename(&from, scratch.path("others").join(format!("new-{name}"))).unwrap();
    }
    let data = DATA.replace("pictures", "others");
    let line =
        format!("train tiny.toml {data} {SMALL} --epochs 1 --ui plain --set network.start=two");
    let said = scratch
        .run(&format!(
            "{line} --out one --set normalisation.mean=[0.4,0.5,0.5]"
        ))
        .succeeded()
        .stdout;
    assert!(
        said.contains(
            "note: the last layer that is taken was trained on the classes left, right\n"
        ),
        "{said}"
    );
    assert!(said.contains("note: the file was trained on pixels with other constants: normalisation.mean = [0.5, 0.5, 0.5]"), "{said}");
    let said = fine_tune(
        &scratch,
        "frozen",
        "--epochs 1 --set network.frozen=[conv11]",
    );
    assert!(
        said.contains("frozen  conv11, with the weights that were drawn"),
        "{said}"
    );
    let said = fine_tune(&scratch, "as-before", "--epochs 1 --set network.start=two");
    assert!(!said.contains("note: the "), "{said}");
}
