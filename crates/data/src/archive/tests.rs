use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, Header};

use super::*;
use crate::CIFAR10_CLASSES;
use crate::official::tests::files;

fn header(kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(0o644);
    header
}

/// Adds an entry under a name that the writer itself would refuse.
fn push(tar: &mut Builder<Vec<u8>>, name: &str, mut header: Header, bytes: &[u8]) {
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_cksum();
    tar.append(&header, bytes).expect("memory");
}

fn push_files(tar: &mut Builder<Vec<u8>>, folder: &str, files: &[(String, Vec<u8>)]) {
    for (name, bytes) in files {
        let header = header(EntryType::Regular, bytes.len() as u64);
        push(tar, &format!("{folder}{name}"), header, bytes);
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn tar(files: &[(String, Vec<u8>)]) -> Builder<Vec<u8>> {
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

fn finished(tar: Builder<Vec<u8>>) -> Vec<u8> {
    gzip(&tar.into_inner().expect("memory"))
}

/// A small official archive.
pub(crate) fn archive(form: Form) -> Vec<u8> {
    finished(tar(&files(form)))
}

fn read_bytes(bytes: &[u8]) -> Result<(Form, ImageSet), String> {
    let folder = tempfile::tempdir().expect("a new folder");
    let path = folder.path().join("set.tar.gz");
    fs::write(&path, bytes).expect("a new file");
    let here = format!("{}/", folder.path().display());
    let opened = read(&path, &|_, _| {});
    opened
        .map(|opened| (opened.form, opened.images))
        .map_err(|error| error.to_string().replace(&here, ""))
}

fn message(bytes: &[u8]) -> String {
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

/// The archive of the binary form, with an entry before the others.
fn with_first(add: impl FnOnce(&mut Builder<Vec<u8>>)) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    add(&mut tar);
    push_files(&mut tar, "batches/", &files(Form::Binary));
    finished(tar)
}

/// An entry of GNU tar or PAX that describes the next one.
fn describe(tar: &mut Builder<Vec<u8>>, kind: EntryType, bytes: &[u8]) {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    push(tar, "././@LongLink", header, bytes);
}

/// A record of PAX, which starts with its own length.
fn record(key: &str, value: &str) -> Vec<u8> {
    let rest = format!(" {key}={value}\n");
    let digits = (rest.len() + 4).to_string().len();
    format!("{}{rest}", rest.len() + digits).into_bytes()
}

#[test]
fn long_names_are_read_and_may_name_a_batch() {
    let folder = "a".repeat(200);
    let files = files(Form::Binary);
    let name = |index: usize| format!("{folder}/{}", files[index].0);
    for kind in [EntryType::GNULongName, EntryType::XHeader] {
        let mut tar = Builder::new(Vec::new());
        for (index, (_, bytes)) in files.iter().enumerate() {
            let long = match kind {
                EntryType::XHeader => {
                    [record("mtime", "1.5"), record("path", &name(index))].concat()
                }
                _ => format!("{}\0", name(index)).into_bytes(),
            };
            describe(&mut tar, kind, &long);
            push(
                &mut tar,
                "short",
                header(EntryType::Regular, bytes.len() as u64),
                bytes,
            );
        }
        assert_eq!(
            read_bytes(&finished(tar)),
            read_bytes(&archive(Form::Binary))
        );
    }
}

#[test]
fn a_name_above_the_limit_is_refused_before_it_is_read() {
    let longest = [&[b'a'; 4096][..], b"\0"].concat();
    let fits = with_first(|tar| {
        describe(tar, EntryType::GNULongName, &longest);
        push(tar, "x", header(EntryType::Regular, 0), b"");
    });
    assert!(read_bytes(&fits).is_ok());
    // The names are not there: a reader that allocates what is announced would read on.
    for (kind, size, expected) in [
        (
            EntryType::GNULongName,
            500_000_000,
            "a name of an entry of at most 4097 bytes, found 500000000",
        ),
        (
            EntryType::XHeader,
            500_000_000,
            "records of an entry of at most 1048576 bytes, found 500000000",
        ),
    ] {
        let bytes = with_first(|tar| {
            let mut header = header(kind, size);
            header.set_size(size);
            push(tar, "././@LongLink", header, b"");
        });
        assert_eq!(message(&bytes), format!("set.tar.gz: expected {expected}"));
    }
    let long = record("path", &"a".repeat(5000));
    let bytes = with_first(|tar| {
        describe(tar, EntryType::XHeader, &long);
        push(tar, "x", header(EntryType::Regular, 0), b"");
    });
    assert!(message(&bytes).ends_with("a name of an entry of at most 4096 bytes, found 5000"));
}

#[test]
fn two_names_two_sizes_and_a_name_without_an_entry_are_errors() {
    let twice = with_first(|tar| {
        describe(tar, EntryType::GNULongName, b"one\0");
        describe(tar, EntryType::GNULongName, b"other\0");
    });
    assert!(message(&twice).ends_with("expected a name of an entry once, found it twice"));
    let sizes = with_first(|tar| {
        describe(tar, EntryType::XHeader, &record("size", "7"));
        push(tar, "x", header(EntryType::Regular, 2), b"hi");
    });
    assert!(message(&sizes).ends_with("expected one size of an entry (2), found also 7"));
    let mut tar = tar(&files(Form::Binary));
    describe(&mut tar, EntryType::GNULongName, b"last\0");
    assert!(message(&finished(tar)).ends_with("expected an entry after its name, found none"));
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
fn a_gzip_file_within_a_gzip_file_is_named() {
    let error = message(&gzip(&archive(Form::Binary)));
    assert_eq!(
        error,
        "set.tar.gz: expected a whole .tar.gz archive, found a gzip file within a gzip file"
    );
}

#[test]
fn other_content_of_a_gzip_file_is_named_without_its_bytes() {
    for (content, found) in [
        (&b""[..], "a gzip file of nothing"),
        (
            &[0x80, 2, 0x7d, 0x1b],
            "a Python pickle that is packed with gzip",
        ),
        (&[0xfe; 2000], "a gzip file of something else"),
    ] {
        let error = message(&gzip(content));
        assert_eq!(
            error,
            format!("set.tar.gz: expected a whole .tar.gz archive, found {found}")
        );
    }
    // A damaged entry after a good one: the library's message quotes its bytes.
    let mut tar = tar(&[]).into_inner().expect("memory");
    let end = tar.len() - 1024;
    tar.truncate(end);
    tar.extend([0xfe; 512]);
    let error = message(&gzip(&tar));
    assert!(error.ends_with("found one with a damaged entry"), "{error}");
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
        error.contains(r"batches/\u{1b}[2J\n: expected a file or folder"),
        "{error}"
    );
    assert!(!error.contains(char::is_control));
}
