//! `mixup data check`: layout, counts, fingerprint and statistics.

use crate::handmade::{pickle, tar_gz};
use crate::scratch::{RECORD, Scratch, TEST, TRAINING};

/// SHA-256 over training pixels, training labels, test pixels and test labels, by Python's hashlib.
const FINGERPRINT: &str = "db14c6fb1395a6b8149602f6e5505227c9021e17b352f7856cbe8292f6c9a84d";

const BATCHES: [&str; 6] = [
    "data_batch_1",
    "data_batch_2",
    "data_batch_3",
    "data_batch_4",
    "data_batch_5",
    "test_batch",
];

/// All training records.
fn training(scratch: &Scratch) -> Vec<u8> {
    let batches = BATCHES[..5].iter();
    batches
        .flat_map(|name| scratch.read(format!("data/{name}.bin")))
        .collect()
}

#[test]
fn check_counts_images_and_measures_channels() {
    let scratch = Scratch::new();
    let found = scratch.run("data check data --json").succeeded().json();
    assert_eq!(found["layout"], "CIFAR-10, binary layout");
    assert_eq!(found["fingerprint"], FINGERPRINT);
    assert_eq!(found["training_images"], TRAINING);
    assert_eq!(found["test_images"], TEST);

    let records = training(&scratch);
    let test = scratch.read("data/test_batch.bin");
    let classes = found["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 10);
    assert_eq!(classes[0]["name"], "airplane");
    assert_eq!(classes[9]["name"], "truck");
    for (class, label) in classes.iter().zip(0_u8..) {
        for (split, records) in [("training", &records), ("test", &test)] {
            let records = records.chunks_exact(RECORD);
            let count = records.filter(|record| record[0] == label).count();
            assert_eq!(class[split], count, "{class}");
        }
    }
    for channel in 0..3 {
        let pixels: Vec<f64> = records
            .chunks_exact(RECORD)
            .flat_map(|record| &record[1 + 1024 * channel..][..1024])
            .map(|pixel| f64::from(*pixel) / 255.0)
            .collect();
        let mean = pixels.iter().sum::<f64>() / pixels.len() as f64;
        let squares = pixels.iter().map(|pixel| (pixel - mean).powi(2));
        let std = (squares.sum::<f64>() / pixels.len() as f64).sqrt();
        for (key, expected) in [("mean", mean), ("std", std)] {
            let difference = found[key][channel].as_f64().unwrap() - expected;
            assert!(difference.abs() < 1e-9, "{key}: {difference}");
        }
    }
}

#[test]
fn check_prints_a_table() {
    let scratch = Scratch::new();
    let ended = scratch.run("data check data").succeeded();
    assert_eq!(ended.stderr, "");
    let lines: Vec<Vec<&str>> = ended
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert!(
        lines.contains(&vec!["fingerprint", FINGERPRINT]),
        "{lines:?}"
    );
    assert!(lines.contains(&vec!["all", "50", "16"]), "{lines:?}");
    assert!(lines.contains(&vec!["truck", "0", "0"]), "{lines:?}");
    assert!(ended.stdout.contains("CIFAR-10, binary layout"));
    assert!(ended.stdout.contains("\nmean ") && ended.stdout.contains("\ndeviation "));
}

#[test]
fn one_set_has_one_fingerprint_in_every_layout() {
    let scratch = Scratch::new();
    let mut members = Vec::new();
    for name in BATCHES {
        let records = scratch.read(format!("data/{name}.bin"));
        scratch.write(format!("pickles/{name}"), pickle(&records));
        members.push((format!("cifar-10-batches-bin/{name}.bin"), records));
    }
    let members: Vec<(&str, &[u8])> = members
        .iter()
        .map(|(name, bytes)| (name.as_str(), &bytes[..]))
        .collect();
    scratch.write("set.tar.gz", tar_gz(&members));
    for (data, layout) in [
        ("data", "CIFAR-10, binary layout"),
        ("set.tar.gz", "CIFAR-10, binary archive"),
        ("pickles", "CIFAR-10, Python layout"),
    ] {
        let line = format!("data check {data} --json");
        let found = scratch.run(&line).succeeded().json();
        assert_eq!(found["fingerprint"], FINGERPRINT, "{data}");
        assert_eq!(found["layout"], layout);
    }
}

/// Class folders with what is read and what is not.
fn mixed_classes(scratch: &Scratch) {
    scratch.class_folders(&[
        "train/cat",
        "train/dog",
        "test/cat",
        "test/dog",
        "train/cat/more",
        "dev/cat",
    ]);
    scratch.write("classes/train/cat/b.avif", "");
    scratch.write("classes/train/dog/b.psd", "");
    let picture = scratch.read("classes/train/dog/a.png");
    scratch.write("classes/train/dog/c.jfif", picture);
}

#[test]
fn check_says_what_is_not_read_and_why() {
    let scratch = Scratch::new();
    mixed_classes(&scratch);
    let said = scratch.run("data check classes").succeeded().stdout;
    for line in [
        "not read     2 pictures of other formats (.avif, .psd): PNG, JPEG, WebP, BMP, GIF, TIFF and PNM are read, such as train/cat/b.avif",
        "             1 other folder of pictures: one folder is read for each part of a set, such as dev",
    ] {
        assert!(said.lines().any(|other| other == line), "{line} in: {said}");
    }
    let found = scratch.run("data check classes --json").succeeded().json();
    assert_eq!(found["training_images"], 4);
    assert_eq!(found["passed_over"][0]["reason"], "other_format");
    assert_eq!(found["passed_over"][0]["count"], 2);
    assert_eq!(found["passed_over"][0]["endings"][1], "psd");
    assert_eq!(found["passed_over"][1]["example"], "dev");
    let found = scratch.run("data check data --json").succeeded().json();
    assert_eq!(found["passed_over"].as_array().unwrap().len(), 0);
}

#[test]
fn the_start_of_a_run_says_what_is_not_read() {
    let scratch = Scratch::new();
    mixed_classes(&scratch);
    let line = "train tiny.toml --data classes --epochs 1 --out run";
    let said = scratch.run(line).succeeded().stdout;
    let data = said.lines().find(|line| line.starts_with("data "));
    assert_eq!(
        data,
        Some(
            "data    class folders: 4 training and 2 test images, 2 classes; not read: 2 pictures of other formats (.avif, .psd), 1 other folder of pictures"
        )
    );
}

#[cfg(unix)]
#[test]
fn control_characters_in_names_of_classes_are_escaped() {
    let scratch = Scratch::new();
    scratch.class_folders(&["train/c\x1b[31mat", "train/dog", "test/dog"]);
    let said = scratch.run("data check classes").succeeded().stdout;
    assert!(said.contains(r"c\u001b[31mat"), "{said}");
    assert!(!said.contains('\x1b'), "{said}");
}
