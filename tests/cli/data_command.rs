//! `mixup data`: check, preview and fetch.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

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
fn check_tells_what_the_files_hold() {
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
fn check_says_it_in_words_too() {
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

#[test]
fn preview_draws_the_pairs_of_a_seed() {
    let scratch = Scratch::new();
    let draw = |flags: &str, file: &str| {
        let line = format!("data preview {flags} --out {file}");
        scratch.run(&line).succeeded();
        (scratch.read(file), image::open(scratch.path(file)).unwrap())
    };
    let (bytes, two) = draw("--data synthetic --pairs 2", "two.png");
    assert!(two.width() >= 3 * 32 && two.height() >= 2 * 32);
    let colours: std::collections::HashSet<[u8; 3]> =
        two.to_rgb8().pixels().map(|pixel| pixel.0).collect();
    assert!(colours.len() > 100, "{} colours", colours.len());
    assert!(bytes == draw("--data synthetic --pairs 2", "again.png").0);
    assert!(bytes != draw("--data synthetic --pairs 2 --seed 2", "other.png").0);
    let (_, many) = draw("--data data --pairs 30", "many.png");
    assert!(many.width() * many.height() > 10 * two.width() * two.height());
    let expected = [
        "again.png",
        "data",
        "many.png",
        "other.png",
        "tiny.toml",
        "two.png",
    ];
    assert_eq!(scratch.names(""), expected);
}

#[test]
fn a_preview_of_impossible_mixing_is_refused() {
    let scratch = Scratch::new();
    let said = scratch.refused("data preview --data synthetic --alpha inf");
    assert!(
        said.contains("alpha: expected") && said.contains("found inf"),
        "{said}"
    );
}

#[test]
fn fetch_refuses_a_file_of_another_length() {
    let scratch = Scratch::new();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let served = thread::spawn(move || {
        let (mut client, _) = server.accept().unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let count = client.read(&mut buffer).unwrap();
            assert!(count > 0, "half a request");
            request.extend(&buffer[..count]);
        }
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwrong";
        // The client may hang up as soon as it knows the length.
        let _ = client.write_all(answer);
        String::from_utf8(request).unwrap()
    });
    let line = format!("data fetch --url http://{address}/cifar.tar.gz --out archive");
    let said = scratch.run(&line).failed_with(1);
    assert!(said.contains("expected 170052171 bytes"), "{said}");
    assert!(said.contains("announces 5"), "{said}");
    assert!(served.join().unwrap().starts_with("GET /cifar.tar.gz "));
    assert_eq!(scratch.names(""), ["data", "tiny.toml"]);
}

#[test]
fn fetch_tells_of_a_server_that_is_not_there() {
    let scratch = Scratch::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let line = format!("data fetch --url http://{address}/cifar.tar.gz --out archive");
    let said = scratch.run(&line).failed_with(1);
    let expected = format!("error: download failed: http://{address}/cifar.tar.gz: ");
    assert!(said.starts_with(&expected), "{said}");
    assert!(said.contains("mixup data fetch"), "{said}");
    assert_eq!(scratch.names(""), ["data", "tiny.toml"]);
}

#[test]
fn fetch_leaves_a_file_alone_until_it_has_a_better_one() {
    let scratch = Scratch::new();
    scratch.write("archive", "mine");
    // Nothing listens on this port.
    let line = "data fetch --url http://127.0.0.1:9/x --out archive";
    scratch.run(line).failed_with(1);
    assert_eq!(scratch.read("archive"), b"mine");
}
