use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, Header};

use super::*;
use crate::CIFAR10_CLASSES;
use crate::source::cifar::official::tests::files;

pub(crate) fn header(kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(0o644);
    header
}

/// Adds an entry under a name that the writer itself would refuse.
pub(crate) fn push(tar: &mut Builder<Vec<u8>>, name: &str, mut header: Header, bytes: &[u8]) {
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_cksum();
    tar.append(&header, bytes).expect("memory");
}

pub(crate) fn push_files(tar: &mut Builder<Vec<u8>>, folder: &str, files: &[(String, Vec<u8>)]) {
    for (name, bytes) in files {
        let header = header(EntryType::Regular, bytes.len() as u64);
        push(tar, &format!("{folder}{name}"), header, bytes);
    }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

pub(crate) fn tar(files: &[(String, Vec<u8>)]) -> Builder<Vec<u8>> {
    let mut tar = Builder::new(Vec::new());
    push(&mut tar, "batches/", header(EntryType::Directory, 0), b"");
    push(
        &mut tar,
        "batches/readme.html",
        header(EntryType::Regular, 2),
        b"hi",
    );
    push_files(&mut tar, "batches/", files);
    tar
}

pub(crate) fn finished(tar: Builder<Vec<u8>>) -> Vec<u8> {
    gzip(&tar.into_inner().expect("memory"))
}

/// A small official archive.
pub(crate) fn archive(form: Form) -> Vec<u8> {
    finished(tar(&files(form)))
}

pub(crate) fn read_bytes(bytes: &[u8]) -> Result<(Form, ImageSet), String> {
    let folder = tempfile::tempdir().expect("a new folder");
    let path = folder.path().join("set.tar.gz");
    fs::write(&path, bytes).expect("a new file");
    let here = format!("{}/", folder.path().display());
    let opened = read(&path, &|_, _| {});
    opened
        .map(|opened| (opened.form, opened.images))
        .map_err(|error| error.to_string().replace(&here, ""))
}

pub(crate) fn message(bytes: &[u8]) -> String {
    read_bytes(bytes).expect_err("a bad archive")
}

#[test]
fn both_archives_give_one_set_whatever_the_order_of_their_members() {
    let (form, set) = read_bytes(&archive(Form::Binary)).expect("a good archive");
    assert_eq!(form, Form::Binary);
    assert_eq!(set.train.len(), 15);
    assert_eq!(set.classes, CIFAR10_CLASSES);
    let mut reversed = files(Form::Python);
    reversed.reverse();
    let python = read_bytes(&finished(tar(&reversed)));
    assert_eq!(python, Ok((Form::Python, set)));
}

#[test]
fn an_archive_cut_anywhere_says_so() {
    let whole = archive(Form::Binary);
    for cut in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        let error = message(&whole[..cut]);
        let expected = "set.tar.gz: expected a whole .tar.gz archive, found ";
        assert!(error.starts_with(expected), "{cut}: {error}");
    }
    assert!(message(&whole[..whole.len() - 1]).ends_with("found one that ends early"));
    assert!(message(&whole[..whole.len() / 2]).ends_with("found one that ends early"));
}

#[test]
fn a_tar_that_ends_within_a_member_says_so() {
    let tar = tar(&files(Form::Binary)).into_inner().expect("memory");
    let error = message(&gzip(&tar[..tar.len() / 2]));
    assert!(
        error.contains("expected a whole .tar.gz archive"),
        "{error}"
    );
}

#[test]
fn a_wrong_checksum_is_an_error() {
    let mut bytes = archive(Form::Binary);
    let checksum = bytes.len() - 8;
    bytes[checksum] ^= 1;
    assert!(message(&bytes).starts_with("set.tar.gz: expected a whole .tar.gz archive"));
}

#[test]
fn what_is_no_archive_says_so() {
    assert!(message(b"").ends_with("found an empty file"));
    assert!(message(b"hello").ends_with("found a file that is not gzip"));
    let text = message(&gzip(&b"hello\n".repeat(200)));
    assert!(text.contains("a whole .tar.gz archive"), "{text}");
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn paths_out_of_the_archive_are_named() {
    for name in ["../../x", "batches/../../x", "/etc/x"] {
        let mut tar = tar(&files(Form::Binary));
        push(&mut tar, name, header(EntryType::Regular, 0), b"");
        assert_eq!(
            message(&finished(tar)),
            format!("set.tar.gz: expected paths inside the archive, found the entry {name:?}")
        );
    }
}

#[test]
fn links_and_devices_are_errors() {
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Char,
        EntryType::Fifo,
    ] {
        let mut tar = tar(&[]);
        push(&mut tar, "batches/data_batch_1.bin", header(kind, 0), b"");
        let error = message(&finished(tar));
        let expected = "set.tar.gz/batches/data_batch_1.bin: expected a file or folder, found";
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn a_member_that_comes_twice_is_an_error() {
    let mut tar = tar(&files(Form::Binary));
    push_files(&mut tar, "./batches/", &files(Form::Binary)[..1]);
    assert_eq!(
        message(&finished(tar)),
        "set.tar.gz/batches/data_batch_1.bin: expected each file once, found it twice"
    );
}

#[test]
fn batches_of_two_folders_or_two_forms_are_errors() {
    let mut two_folders = tar(&files(Form::Binary)[..3]);
    push_files(&mut two_folders, "other/", &files(Form::Binary)[3..]);
    assert!(message(&finished(two_folders)).contains("batches in one folder (batches)"));
    let mut two_forms = tar(&files(Form::Binary));
    push_files(&mut two_forms, "other/", &files(Form::Python));
    assert!(message(&finished(two_forms)).contains("both the binary and the Python layout"));
}

#[test]
fn an_entry_that_claims_an_absurd_size_is_an_error() {
    for name in ["batches/data_batch_1.bin", "batches/notes"] {
        let mut tar = Builder::new(Vec::new());
        push(&mut tar, name, header(EntryType::Regular, 1 << 32), b"");
        let error = message(&finished(tar));
        assert!(
            error.ends_with("at most 67108864 bytes, found 4294967296"),
            "{error}"
        );
    }
}

#[test]
fn a_set_without_its_batches_is_an_error() {
    assert!(message(&finished(tar(&[]))).contains("the batch files of CIFAR-10"));
    let error = message(&finished(tar(&files(Form::Python)[1..])));
    assert!(error.ends_with("found no data_batch_1"), "{error}");
}

#[test]
fn entries_of_an_archive_may_start_with_a_dot() {
    let mut tar = Builder::new(Vec::new());
    push_files(&mut tar, "./batches/", &files(Form::Binary));
    let (form, set) = read_bytes(&finished(tar)).expect("a good archive");
    assert_eq!((form, set.train.len()), (Form::Binary, 15));
}

#[test]
fn files_at_the_top_of_an_archive_are_read() {
    let mut tar = Builder::new(Vec::new());
    push_files(&mut tar, "", &files(Form::Python));
    assert!(read_bytes(&finished(tar)).is_ok());
}

#[test]
fn a_damaged_batch_names_its_member() {
    let mut files = files(Form::Binary);
    files[1].1[0] = 77;
    let expected = "set.tar.gz/batches/data_batch_2.bin: expected a label from 0 to 9 in record 0 \
                    (the first is 0), found 77";
    assert_eq!(message(&finished(tar(&files))), expected);
}

#[test]
fn an_archive_in_two_gzip_parts_is_read_whole() {
    let bytes = tar(&files(Form::Binary)).into_inner().expect("memory");
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let joined = [gzip(first), gzip(second)].concat();
    assert_eq!(read_bytes(&joined), read_bytes(&archive(Form::Binary)));
}

#[test]
fn bytes_after_an_archive_are_passed_over() {
    let folder = tempfile::tempdir().expect("a new folder");
    let path = folder.path().join("set.tar.gz");
    for (after, passed_over) in [(&[0; 10240][..], None), (b"trailing", Some(8))] {
        fs::write(&path, [&archive(Form::Binary), after].concat()).expect("a new file");
        let opened = read(&path, &|_, _| {}).expect("a good archive");
        assert_eq!(
            Ok((opened.form, opened.images)),
            read_bytes(&archive(Form::Binary))
        );
        let counts = opened.passed_over.iter().map(|item| item.count);
        assert_eq!(counts.collect::<Vec<_>>(), Vec::from_iter(passed_over));
    }
}

#[test]
fn class_folders_in_an_archive_are_named() {
    let mut tar = Builder::new(Vec::new());
    push(
        &mut tar,
        "pets/train/cat/a.png",
        header(EntryType::Regular, 0),
        b"",
    );
    let error = message(&finished(tar));
    assert!(
        error.ends_with("found class folders in an archive"),
        "{error}"
    );
}

#[test]
fn control_characters_in_names_of_entries_are_escaped() {
    let mut tar = tar(&[]);
    push(
        &mut tar,
        "batches/\x1b[2J\n",
        header(EntryType::Symlink, 0),
        b"",
    );
    let error = message(&finished(tar));
    assert!(
        error.contains(r"batches/\u001b[2J\n: expected a file or folder"),
        "{error}"
    );
    assert!(!error.contains(char::is_control));
}
