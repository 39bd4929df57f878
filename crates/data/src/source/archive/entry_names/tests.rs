use tar::{Builder, EntryType, Header};

use crate::source::archive::tests::{
    archive, finished, header, message, push, push_files, read_bytes, tar,
};
use crate::source::cifar::official::Form;
use crate::source::cifar::official::tests::files;

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
