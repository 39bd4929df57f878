//! Archives that cannot be used: an error, a hint, exit code 2, and nothing written.

use crate::data_errors::refused;
use crate::handmade::{gzip, tar_gz};
use crate::scratch::Scratch;

/// The data as the official archive has it, and one more file.
fn archive(scratch: &Scratch, more: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut names: Vec<String> = (1..=5).map(|n| format!("data_batch_{n}.bin")).collect();
    names.push("test_batch.bin".into());
    let files: Vec<(String, Vec<u8>)> = names
        .iter()
        .map(|name| {
            let bytes = scratch.read(format!("data/{name}"));
            (format!("cifar-10-batches-bin/{name}"), bytes)
        })
        .collect();
    let files = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), &bytes[..]));
    tar_gz(&files.chain(more).collect::<Vec<_>>())
}

#[test]
fn an_archive_that_ends_early() {
    let scratch = Scratch::new();
    let whole = archive(&scratch, None);
    scratch.write("whole.tar.gz", &whole);
    scratch.run("data check whole.tar.gz").succeeded();
    // Within a member, within the tar's end and within the checksum.
    for length in [whole.len() / 2, whole.len() - 600, whole.len() - 3] {
        scratch.write("cut.tar.gz", &whole[..length]);
        refused(
            &scratch,
            "cut.tar.gz",
            &["cut.tar.gz: expected a whole .tar.gz archive"],
        );
    }
}

#[test]
fn an_archive_whose_entry_leads_out_of_it() {
    let scratch = Scratch::new();
    for name in ["../../x", "/x", "cifar-10-batches-bin/../../../x"] {
        let bytes = archive(&scratch, Some((name, b"escaped")));
        scratch.write("inner/bad.tar.gz", bytes);
        refused(
            &scratch,
            "inner/bad.tar.gz",
            &["expected paths inside the archive", &format!("{name:?}")],
        );
    }
}

#[test]
fn what_follows_an_archive_is_ignored_and_said() {
    let scratch = Scratch::new();
    let whole = archive(&scratch, None);
    for (after, not_read) in [(&[0; 4000][..], None), (b"trailing", Some(8))] {
        scratch.write("set.tar.gz", [&whole, after].concat());
        let found = scratch
            .run("data check set.tar.gz --json")
            .succeeded()
            .json();
        assert_eq!(found["training_images"], 50);
        assert_eq!(found["passed_over"][0]["count"].as_u64(), not_read);
    }
}

#[test]
fn an_archive_that_was_packed_twice() {
    let scratch = Scratch::new();
    let whole = archive(&scratch, None);
    scratch.write("set.tar.gz", gzip(&whole));
    refused(
        &scratch,
        "set.tar.gz",
        &[
            "found a gzip file within a gzip file",
            "gzip -dc set.tar.gz > unpacked-set.tar.gz",
        ],
    );
}

#[test]
fn a_file_that_is_no_archive() {
    let scratch = Scratch::new();
    scratch.write("notes", "no archive");
    refused(
        &scratch,
        "notes",
        &[
            "notes: expected an archive (.tar.gz, .tar, .zip or .npz) or a parquet file, found another file",
        ],
    );
    refused(
        &scratch,
        "tiny.toml",
        &[
            "tiny.toml: expected an archive (.tar.gz, .tar, .zip or .npz) or a parquet file, found an experiment file (.toml)",
        ],
    );
}

/// Where the cache lies is the operating system's custom.
#[cfg(target_os = "linux")]
#[test]
fn a_damaged_archive_in_the_cache() {
    let scratch = Scratch::new();
    scratch.write("home/cache/mixup/cifar-10-binary.tar.gz", "damaged");
    let said = scratch.refused("train tiny.toml");
    assert!(
        said.contains("expected an archive (.tar.gz, .tar, .zip or .npz) or a parquet file, found another file"),
        "{said}"
    );
    assert!(
        said.ends_with("hint: download it anew with: mixup data fetch cifar10\n"),
        "{said}"
    );
}
