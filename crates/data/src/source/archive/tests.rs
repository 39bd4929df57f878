use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use crate::source::cifar::official::tests::{files, hundred};
use crate::source::folder::tests::png;
use crate::{
    CIFAR10_CLASSES, Form, ImageRequest, ImageSet, Layout, OpenedSource, PassedOver, open,
};

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

pub(crate) fn read_bytes(bytes: &[u8]) -> Result<(Layout, ImageSet), String> {
    let opened = opened_file("set.tar.gz", bytes)?;
    Ok((opened.layout, opened.images))
}

fn opened_file(name: &str, bytes: &[u8]) -> Result<OpenedSource, String> {
    let folder = tempfile::tempdir().expect("a new folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a new file");
    let here = format!("{}/", folder.path().display());
    open(&path, &ImageRequest::default(), &|_, _| {})
        .map_err(|error| error.to_string().replace(&here, ""))
}

pub(crate) fn message(bytes: &[u8]) -> String {
    read_bytes(bytes).expect_err("a bad archive")
}

#[test]
fn both_archives_give_one_set_whatever_the_order_of_their_members() {
    let (layout, set) = read_bytes(&archive(Form::Binary)).expect("a good archive");
    assert_eq!(layout, Layout::Cifar10(Form::Binary));
    assert_eq!(set.train.len(), 15);
    assert_eq!(set.classes, CIFAR10_CLASSES);
    let mut reversed = files(Form::Python);
    reversed.reverse();
    let python = read_bytes(&finished(tar(&reversed)));
    assert_eq!(python, Ok((Layout::Cifar10(Form::Python), set)));
}

#[test]
fn an_archive_cut_anywhere_says_so() {
    let whole = archive(Form::Binary);
    for cut in (2..whole.len()).step_by(7).chain([whole.len() - 1]) {
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
    assert!(message(b"hello").ends_with("found another file"));
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
    for (name, said) in [
        (
            "batches/data_batch_1.bin",
            "at most 67108864 bytes, found 4294967296",
        ),
        ("batches/notes", "found one that ends early"),
    ] {
        let mut tar = Builder::new(Vec::new());
        push(&mut tar, name, header(EntryType::Regular, 1 << 32), b"");
        let error = message(&finished(tar));
        assert!(error.ends_with(said), "{error}");
    }
}

#[test]
fn a_set_without_its_batches_is_an_error() {
    let none = message(&finished(tar(&[])));
    assert!(
        none.contains("the files of a set, class folders") && none.ends_with("found none of these"),
        "{none}"
    );
    let error = message(&finished(tar(&files(Form::Python)[1..])));
    assert!(error.ends_with("found no data_batch_1"), "{error}");
}

#[test]
fn entries_of_an_archive_may_start_with_a_dot() {
    let mut tar = Builder::new(Vec::new());
    push_files(&mut tar, "./batches/", &files(Form::Binary));
    let (_, set) = read_bytes(&finished(tar)).expect("a good archive");
    assert_eq!(set.train.len(), 15);
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
    for (after, passed_over) in [(&[0; 10240][..], None), (b"trailing", Some(8))] {
        let bytes = [&archive(Form::Binary), after].concat();
        let opened = opened_file("set.tar.gz", &bytes).expect("a good archive");
        assert_eq!(
            Ok((opened.layout, opened.images)),
            read_bytes(&archive(Form::Binary))
        );
        let counts = opened
            .passed_over
            .iter()
            .map(|item: &PassedOver| item.count);
        assert_eq!(counts.collect::<Vec<_>>(), Vec::from_iter(passed_over));
    }
}

/// A ZIP archive of these files.
pub(crate) fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name.as_str(), options).expect("memory");
        zip.write_all(bytes).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// A small set of class folders in the folder `pets`, with its pictures in no order.
fn class_files() -> Vec<(String, Vec<u8>)> {
    let names = [
        "test/cat/a",
        "train/cat/b",
        "train/ant/a",
        "test/ant/a",
        "train/cat/a",
    ];
    let files = names.iter().zip(0_u8..);
    let mut files: Vec<_> = files
        .map(|(name, number)| (format!("pets/{name}.png"), png([number, 0, 0])))
        .collect();
    files.push(("pets/readme.txt".into(), b"hello".to_vec()));
    files.push(("pets/train/cat/.hidden.png".into(), b"hello".to_vec()));
    files
}

/// The same files in each kind of archive.
fn in_all_archives(files: &[(String, Vec<u8>)]) -> [(&'static str, Vec<u8>); 3] {
    let mut tar = Builder::new(Vec::new());
    push_files(&mut tar, "", files);
    let tar = tar.into_inner().expect("memory");
    [
        ("set.tar.gz", gzip(&tar)),
        ("set.tar", tar),
        ("set.zip", zip(files)),
    ]
}

#[test]
fn sets_of_every_layout_are_read_from_every_archive_as_from_folders() {
    let lists = [
        (
            "set/train.txt".to_owned(),
            b"b/x.png\tdog\na/y.png\tcat\na/y.png\tdog\n".to_vec(),
        ),
        ("set/test.txt".to_owned(), b"a/y.png\tcat\n".to_vec()),
        ("set/a/y.png".to_owned(), png([1, 2, 3])),
        ("set/b/x.png".to_owned(), png([4, 5, 6])),
    ];
    let in_folder = |files: Vec<(String, Vec<u8>)>| {
        files
            .into_iter()
            .map(|(name, bytes)| (format!("set/{name}"), bytes))
            .collect()
    };
    let sets: [Vec<(String, Vec<u8>)>; 6] = [
        class_files(),
        lists.into(),
        in_folder(files(Form::Binary)),
        in_folder(hundred(Form::Binary)),
        in_folder(hundred(Form::Python)),
        in_folder(crate::source::idx::tests::files("", &[1, 0, 2], &[2])),
    ];
    for files in sets {
        let folder = tempfile::tempdir().expect("a new folder");
        for (name, bytes) in &files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
            fs::write(path, bytes).expect("a new file");
        }
        let unpacked = open(folder.path(), &ImageRequest::default(), &|_, _| {});
        let unpacked = unpacked.expect("a good folder");
        for (name, bytes) in in_all_archives(&files) {
            let opened = opened_file(name, &bytes).expect("a good archive");
            assert!(opened.is_packed && !unpacked.is_packed);
            assert_eq!(opened.layout, unpacked.layout, "{name}");
            assert_eq!(opened.images, unpacked.images, "{name}: {}", opened.layout);
            assert_eq!(opened.passed_over, unpacked.passed_over, "{name}");
        }
    }
}

#[test]
fn a_broken_picture_in_an_archive_is_named() {
    let mut files = class_files();
    files[1].1.truncate(40);
    for (name, bytes) in in_all_archives(&files) {
        let message = opened_file(name, &bytes).expect_err("a broken picture");
        assert!(
            message.starts_with(&format!("{name}/pets/train/cat/b.png: ")),
            "{message}"
        );
    }
}

#[test]
fn a_damaged_zip_archive_says_so() {
    let whole = zip(&files(Form::Binary));
    for cut in (4..whole.len()).step_by(997) {
        let message = opened_file("set.zip", &whole[..cut]).expect_err("a cut archive");
        assert!(
            message.starts_with("set.zip: expected a whole ZIP archive, found "),
            "{cut}: {message}"
        );
    }
    let mut wrong = whole.clone();
    // A byte of the first file's compressed content.
    wrong[100] ^= 1;
    let message = opened_file("set.zip", &wrong).expect_err("a damaged archive");
    assert!(
        message.starts_with("set.zip: expected a whole ZIP archive")
            || message.contains("a label from 0 to 9"),
        "{message}"
    );
    for name in ["../x", "/etc/x", "a/../../x"] {
        let bytes = zip(&[(name.to_owned(), vec![])]);
        let message = opened_file("set.zip", &bytes).expect_err("a path out of the archive");
        assert!(
            message.contains("expected paths inside the archive"),
            "{message}"
        );
    }
}

#[test]
fn an_archive_that_unpacks_to_far_more_than_it_has_is_refused() {
    let zeros = vec![("pets/train/cat/a.png".to_owned(), vec![0; 160 << 20])];
    let mut tar = Builder::new(Vec::new());
    let entry = header(EntryType::Regular, 160 << 20);
    push(&mut tar, "pets/data_batch_1.bin", entry, &zeros[0].1);
    let message = message(&finished(tar));
    assert!(
        message.contains("at most 67108864 bytes, found 167772160"),
        "{message}"
    );
    let mut tar = Builder::new(Vec::new());
    push_files(&mut tar, "", &zeros);
    let bytes = finished(tar);
    assert!(bytes.len() < 1 << 20);
    let message = self::message(&bytes);
    assert!(
        message.ends_with("found content of more than 100 times its size"),
        "{message}"
    );
    let more = ["pets/train/dog/a.png", "pets/test/dog/a.png"]
        .map(|name| (name.to_owned(), png([1, 2, 3])));
    let message = opened_file("set.zip", &zip(&[&zeros[..], &more].concat())).expect_err("a bomb");
    assert_eq!(
        message,
        "set.zip/pets/train/cat/a.png: expected at most 67108864 bytes, found 167772160"
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
