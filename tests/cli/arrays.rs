//! Sets of NumPy arrays, and networks that are judged on corrupted images.

use serde_json::Value;

use crate::handmade::{npy, tar_gz, zip};
use crate::scratch::{EXPERIMENT, Scratch};

/// The images of a corruption at one severity: one for each class of CIFAR-10.
const IMAGES: usize = 10;
const SEVERITIES: usize = 5;
const CORRUPTIONS: [&str; 2] = ["fog", "spatter"];

/// The value of a pixel of a corrupted image. Each class has a brighter channel, less so at higher severities.
fn pixel(corruption: usize, severity: usize, image: usize, channel: usize, at: usize) -> u8 {
    let bright = if channel == image % 3 {
        60 / severity
    } else {
        0
    };
    let noise = (at * (7 + corruption) + image * 31 + channel * 13) % (60 + 20 * severity);
    (70 + bright + noise) as u8
}

/// Writes the folder `C` with arrays like those of CIFAR-10-C, and each of their parts again as the test images of a
/// folder in the binary layout.
fn corrupted(scratch: &Scratch) {
    let rows =
        || (1..=SEVERITIES).flat_map(|severity| (0..IMAGES).map(move |image| (severity, image)));
    let labels: Vec<u8> = rows().map(|(_, image)| image as u8).collect();
    scratch.write("C/labels.npy", npy(&[labels.len()], &labels));
    for (number, name) in CORRUPTIONS.iter().enumerate() {
        let mut values = vec![];
        for (severity, image) in rows() {
            for at in 0..1024 {
                values.extend((0..3).map(|channel| pixel(number, severity, image, channel, at)));
            }
        }
        scratch.write(
            format!("C/{name}.npy"),
            npy(&[labels.len(), 32, 32, 3], &values),
        );
        for severity in 1..=SEVERITIES {
            let mut records = vec![];
            for image in 0..IMAGES {
                records.push(image as u8);
                for channel in 0..3 {
                    let plane = (0..1024).map(|at| pixel(number, severity, image, channel, at));
                    records.extend(plane);
                }
            }
            let folder = format!("{name}-{severity}");
            scratch.write(format!("{folder}/test_batch.bin"), records);
            for batch in 1..=5 {
                let file = format!("data_batch_{batch}.bin");
                let bytes = scratch.read(format!("data/{file}"));
                scratch.write(format!("{folder}/{file}"), bytes);
            }
        }
    }
}

fn evaluated(scratch: &Scratch, flags: &str) -> Value {
    let ended = scratch.run(&format!("evaluate --weights run --json {flags}"));
    let ended = ended.succeeded();
    // Arrays have no names of classes, and a line says so.
    let notes = ended.stderr.matches("note:").count();
    let known = ended
        .stderr
        .matches("note: the arrays have no names of classes")
        .count();
    assert_eq!(notes, known, "{}", ended.stderr);
    ended.json()
}

#[test]
fn every_cell_of_the_table_is_what_its_images_give_in_the_binary_layout() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    corrupted(&scratch);
    let table = evaluated(&scratch, "--data C");
    assert_eq!(table["images"], IMAGES);
    assert_eq!(table["severities"], serde_json::json!([1, 2, 3, 4, 5]));
    let mut means = vec![];
    for (row, name) in CORRUPTIONS.iter().enumerate() {
        let row = &table["corruptions"][row];
        assert_eq!(row["corruption"], *name);
        let mut sum = 0.0;
        for severity in 1..=SEVERITIES {
            let alone = evaluated(&scratch, &format!("--data {name}-{severity}"));
            assert_eq!(
                row["accuracies"][severity - 1],
                alone["accuracy"],
                "{name} {severity}"
            );
            sum += alone["accuracy"].as_f64().unwrap();
            if severity == 3 {
                let flags = format!("--data C --corruption {name} --severity 3");
                let same = evaluated(&scratch, &flags);
                assert_eq!(same["confusion"], alone["confusion"]);
                assert_eq!(same["loss"], alone["loss"]);
            }
        }
        means.push(sum / SEVERITIES as f64);
    }
    let close = |found: &Value, expected: f64| {
        let found = found.as_f64().unwrap();
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    };
    // Only fog counts; spatter is kept for choosing settings.
    close(&table["mean"]["accuracy"], means[0]);
    close(&table["mean"]["error"], 1.0 - means[0]);
    close(
        &table["mean_with_extra"]["accuracy"],
        (means[0] + means[1]) / 2.0,
    );
    let some = evaluated(&scratch, "--data C --severity 2");
    assert_eq!(
        some["corruptions"][1]["accuracies"][0],
        table["corruptions"][1]["accuracies"][1]
    );
    let said = scratch
        .run("evaluate --weights run --data C --corruption fog")
        .succeeded();
    let lines: Vec<&str> = said.stdout.lines().collect();
    let table = lines.iter().position(|line| line.starts_with("severity"));
    assert_eq!(table, lines.len().checked_sub(3), "{}", said.stdout);
}

#[test]
fn corrupted_images_are_for_trained_networks_alone() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    corrupted(&scratch);
    for line in ["train tiny.toml --data C", "data check C"] {
        scratch.refused_for(
            line,
            &[
                "C: expected training and test images, found a set of corrupted test images alone",
                "hint: a trained network is judged on them with: mixup evaluate --weights RUN --data C",
            ],
        );
    }
    for line in ["train tiny.toml --data cifar10-c", "data check cifar10-c"] {
        scratch.refused_for(
            line,
            &[
                "found CIFAR-10-C, which has test images alone",
                "mixup evaluate --weights RUN --data cifar10-c",
            ],
        );
    }
    scratch.refused_for(
        "evaluate --weights run --data C --corruption frog",
        &[
            "expected one of the corruptions fog, spatter, found frog",
            "--corruption",
        ],
    );
    scratch.refused_for(
        "evaluate --weights run --data data --severity 2",
        &[
            "--severity: expected a set of corrupted images",
            "--data cifar10-c",
        ],
    );
    scratch.refused_for(
        "evaluate --weights run --data C --attack fgsm --epsilon 2/255",
        &["--attack: expected one set of images", "--severity"],
    );
    let one = "evaluate --weights run --data C --corruption fog --severity 1 --attack fgsm --epsilon 2/255";
    scratch.run(one).succeeded();
    assert!(!scratch.path("home").exists(), "something was downloaded");
}

/// Of sets that are not in the cache, so that a download would come first.
#[test]
fn what_does_not_fit_a_known_set_is_refused_before_its_download() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let with = |flags: &str| format!("evaluate --weights run --data {flags}");
    scratch.refused_for(
        &with("cifar10-c --attack fgsm --epsilon 2/255 --severity 3"),
        &["--attack: expected one set of images"],
    );
    scratch.refused_for(
        &with("cifar10-c --corruption frog"),
        &[
            "--corruption: expected one of the corruptions brightness, contrast,",
            "found frog",
        ],
    );
    scratch.refused_for(
        &with("cifar10.1 --severity 3"),
        &["--severity: expected a set of corrupted images, found CIFAR-10.1"],
    );
    scratch.refused_for(
        &with("cifar100 --corruption fog"),
        &["--corruption: expected a set of corrupted images"],
    );
    scratch.write("e.toml", EXPERIMENT.replace("epochs = 6", "epochs = 1"));
    scratch
        .run("train e.toml --data synthetic --out shapes --ui none")
        .succeeded();
    scratch.refused_for(
        "evaluate --weights shapes --data cifar10-c",
        &["expected data with the classes", "found airplane"],
    );
    assert!(!scratch.path("home").exists(), "something was downloaded");
}

/// Where the cache lies is the operating system's custom.
#[cfg(target_os = "linux")]
#[test]
fn a_damaged_set_in_the_cache_says_how_to_get_it_again() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    scratch.write("home/cache/mixup/CIFAR-10-C.tar", "damaged");
    let data = scratch.read("data/test_batch.bin");
    scratch.write("home/cache/mixup/cifar10.1/cifar10.1_v6_data.npy", data);
    scratch.write(
        "home/cache/mixup/cifar10.1/cifar10.1_v6_labels.npy",
        npy(&[3], &[0, 1, 2]),
    );
    for word in ["cifar10-c", "cifar10.1"] {
        scratch.refused_for(
            &format!("evaluate --weights run --data {word}"),
            &[&format!(
                "hint: download it anew with: mixup data fetch {word}\n"
            )],
        );
    }
}

/// Names of classes are known only of sets by name.
#[test]
fn arrays_of_ten_classes_are_for_any_network_with_as_many() {
    let scratch = Scratch::new();
    scratch.write("e.toml", EXPERIMENT.replace("epochs = 6", "epochs = 1"));
    scratch
        .run("train e.toml --data synthetic --out run --ui none")
        .succeeded();
    corrupted(&scratch);
    let said = scratch
        .run("evaluate --weights run --data C --severity 1")
        .succeeded();
    let note = "note: the arrays have no names of classes, so their labels, up to 9, count as those of the network, \
                which has 10 classes";
    assert!(said.stdout.contains(note), "{}", said.stdout);
}

#[test]
fn a_plain_pair_and_archives_that_cannot_be_read_in_place_have_a_way_out() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let images = npy(&[10, 32, 32, 3], &[7; 30_720]);
    let labels = npy(&[10], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    scratch.write("P/photos.npy", &images);
    scratch.write("P/labels.npy", &labels);
    scratch.refused_for(
        "evaluate --weights run --data P",
        &[
            "expected the same labels for each of 5 severities",
            "x_data.npy and x_labels.npy",
        ],
    );
    scratch.refused_for(
        "data check P",
        &[
            "found labels, photos",
            "hint: save such arrays with numpy.savez",
        ],
    );
    let files: [(&str, &[u8]); 2] = [("C/labels.npy", &labels), ("C/fog.npy", &images)];
    scratch.write("C.zip", zip(&files));
    scratch.write("C.tar.gz", tar_gz(&files));
    for name in ["C.zip", "C.tar.gz"] {
        for line in [
            format!("evaluate --weights run --data {name}"),
            format!("data check {name}"),
        ] {
            scratch.refused_for(
                &line,
                &[
                    "found corrupted test images alone",
                    "then: mixup evaluate --weights RUN --data PATH",
                ],
            );
        }
    }
}

#[test]
fn a_pair_of_arrays_is_evaluated_on() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    corrupted(&scratch);
    let values: Vec<u8> = scratch.read("C/fog.npy").split_off(128);
    let part = &values[..IMAGES * 3072];
    let labels: Vec<u8> = (0..IMAGES as u8).collect();
    scratch.write("new/cifar10.1_v6_data.npy", npy(&[IMAGES, 32, 32, 3], part));
    scratch.write("new/cifar10.1_v6_labels.npy", npy(&[IMAGES], &labels));
    let found = evaluated(&scratch, "--data new");
    let expected = evaluated(&scratch, "--data fog-1");
    assert_eq!(found["confusion"], expected["confusion"]);
    assert_eq!(found["loss"], expected["loss"]);
    scratch.refused_for(
        "train tiny.toml --data new",
        &["found a set of test images alone", "mixup evaluate"],
    );
    // Labels without names count as those of the network, which must have so many classes.
    scratch.write("new/cifar10.1_v6_labels.npy", npy(&[IMAGES], &[2; IMAGES]));
    let said = scratch.run("evaluate --weights run --data new").succeeded();
    assert!(
        said.stdout
            .contains("note: the arrays have no names of classes"),
        "{}",
        said.stdout
    );
    scratch.write("new/cifar10.1_v6_labels.npy", npy(&[IMAGES], &[10; IMAGES]));
    scratch.refused_for(
        "evaluate --weights run --data new",
        &["expected data with labels from 0 to 9, found 10"],
    );
}

#[test]
fn an_archive_of_arrays_with_medmnists_names_is_trained_on_and_chooses_by_validation() {
    let scratch = Scratch::new();
    let mut files = vec![];
    for (part, count) in [("train", 40), ("val", 8), ("test", 12)] {
        let labels: Vec<u8> = (0..count).map(|image| image as u8 % 2).collect();
        let pixels = (0..count).flat_map(|image: usize| {
            let value = 40 + 150 * (image % 2) + image % 30;
            vec![value as u8; 28 * 28]
        });
        let pixels: Vec<u8> = pixels.collect();
        files.push((format!("{part}_images.npy"), npy(&[count, 28, 28], &pixels)));
        files.push((format!("{part}_labels.npy"), npy(&[count, 1], &labels)));
    }
    let named: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (&name[..], &bytes[..]))
        .collect();
    scratch.write("breastmnist.npz", zip(&named));
    let checked = scratch
        .run("data check breastmnist.npz --json")
        .succeeded()
        .json();
    assert_eq!(checked["layout"], "BreastMNIST, NumPy arrays in an archive");
    assert_eq!(checked["classes"][1]["name"], "normal, benign");
    assert_eq!(checked["validation_images"], 8);
    let (start, rest) = EXPERIMENT.split_once("[normalisation]").unwrap();
    let rest = &rest[rest.find("[loss]").unwrap()..];
    scratch.write(
        "e.toml",
        format!("normalisation = \"auto\"\n{start}{rest}").replace("epochs = 6", "epochs = 2"),
    );
    scratch
        .run("train e.toml --data breastmnist.npz --out run --ui none")
        .succeeded();
    assert_eq!(
        scratch.json("run/summary.json")["best_chosen_by"],
        "validation"
    );
    let again = scratch
        .run("evaluate --weights run --json")
        .succeeded()
        .json();
    assert_eq!(again["images"], 12);
    for (name, bytes, words) in [
        (
            "train_labels.npy",
            npy(&[40, 14], &[0; 560]),
            "one label for each image",
        ),
        (
            "train_images.npy",
            npy(&[40, 2, 2, 5], &[0; 800]),
            "volumes are not read",
        ),
        (
            "train_images.npy",
            npy(&[40, 2, 2, 4], &[0; 640]),
            "leave out transparency: images[..., :3]",
        ),
        (
            "train_images.npy",
            npy(&[40, 784], &[0; 40 * 784]),
            "images.reshape(-1, height, width)",
        ),
    ] {
        let changed = named.iter().map(|(other, old)| match *other == name {
            true => (*other, &bytes[..]),
            false => (*other, *old),
        });
        let changed: Vec<(&str, &[u8])> = changed.collect();
        scratch.write("other.npz", zip(&changed));
        scratch.refused_for(
            "data check other.npz",
            &[&format!("other.npz/{name}"), words],
        );
    }
}
