use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::source::content::Content;

/// A file of this version with this header.
fn file(version: [u8; 2], header: &str) -> Vec<u8> {
    let length = header.len() as u32;
    let length = match version[0] {
        1 => (length as u16).to_le_bytes().to_vec(),
        _ => length.to_le_bytes().to_vec(),
    };
    [&MAGIC[..], &version, &length, header.as_bytes()].concat()
}

fn read(bytes: &[u8]) -> Result<Header, String> {
    let path = Path::new("a.npy");
    let mut content = Content {
        path,
        size: bytes.len(),
        reader: &mut &*bytes,
        failure: &DataError::io(path),
    };
    Header::read(&mut Input::new(&mut content)).map_err(|error| error.to_string())
}

const BYTES: &str = "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 28, 28), }      \n";

#[test]
fn all_versions_are_read() {
    for version in [[1, 0], [2, 0], [3, 0]] {
        let bytes = file(version, BYTES);
        let header = read(&bytes).expect("a good header");
        assert!(header.kind.is_byte());
        assert_eq!(header.shape, [3, 28, 28]);
        assert!(!header.is_in_columns);
        assert_eq!(header.length, bytes.len() as u64);
    }
}

#[test]
fn every_form_of_the_dictionary_is_read() {
    for (text, shape) in [
        (
            "{'shape': (), 'fortran_order': True, 'descr': '<i8'}",
            &[][..],
        ),
        (
            "{\"descr\":\"<i8\",\"fortran_order\":True,\"shape\":(7,)}",
            &[7],
        ),
        (
            "{'descr': '<i8', 'fortran_order': True, 'shape': (7L, 1L)}",
            &[7, 1],
        ),
    ] {
        let header = read(&file([1, 0], text)).expect("a good header");
        assert_eq!(header.shape, shape, "{text}");
        assert!(header.is_in_columns);
        assert_eq!(header.kind.to_string(), "int64");
    }
}

#[test]
fn other_headers_are_refused() {
    for (text, found) in [
        ("", "no { where one must stand"),
        ("{'descr': '|u1', 'fortran_order': False}", "no key shape"),
        ("{'descr': '|u1', 'descr': '|u1'}", "the key descr twice"),
        ("{'descr': [('a', '|u1')]}", "records of several fields"),
        (
            "{'fortran_order': 0}",
            "neither True nor False as fortran_order",
        ),
        ("{'shape': (-1,)}", "a shape that is no list of numbers"),
        (
            "{'shape': (99999999999999999999,)}",
            "a shape that is no list of numbers",
        ),
        ("{'shape': __import__('os')}", "no ( where one must stand"),
        ("{'other': 1}", "the key other"),
        ("{'descr", "a text without end"),
        ("{} x", "text after the dictionary"),
    ] {
        let said = read(&file([1, 0], text)).expect_err("a bad header");
        let expected = format!("a.npy: expected the header that NumPy writes, found {found}");
        assert_eq!(said, expected);
    }
}

#[test]
fn other_files_are_refused() {
    let said = |bytes: &[u8]| read(bytes).expect_err("another file");
    assert_eq!(
        said(b"PK\x03\x04rest"),
        "a.npy: expected a NumPy array (.npy), found another file"
    );
    assert_eq!(
        said(&file([4, 0], BYTES)),
        "a.npy: expected an array of NumPy's format 1, 2 or 3, found 4.0"
    );
    assert_eq!(
        said(b"\x93NUMPY\x02\0\xff\xff\xff\xff"),
        "a.npy: expected a header of at most 65536 bytes, found 4294967295"
    );
    assert_eq!(
        said(&file([1, 0], BYTES)[..30]),
        "a.npy: expected a whole NumPy array, found one that ends early"
    );
    let deep = format!(
        "{{'descr': '|u1', 'fortran_order': False, 'shape': ({})}}",
        "1,".repeat(33)
    );
    assert_eq!(
        said(&file([1, 0], &deep)),
        "a.npy: expected at most 32 dimensions, found 33"
    );
}

#[test]
fn types_have_numpys_names() {
    for (descr, name) in [
        ("|u1", "uint8"),
        (">i2", "int16"),
        ("<f4", "float32"),
        ("|b1", "bool"),
        ("|O", "Python objects"),
        ("<U7", "<U7"),
        ("=u2", "=u2"),
        ("", ""),
        ("é", "é"),
    ] {
        assert_eq!(Kind::parse(descr).to_string(), name);
    }
}

#[test]
fn integers_of_either_order_are_read() {
    let value = |descr: &str, bytes: &[u8]| match Kind::parse(descr) {
        Kind::Integer(kind) => kind.value(bytes),
        other => panic!("{other}"),
    };
    assert_eq!(value("<i2", &[1, 2]), Some(0x201));
    assert_eq!(value(">u4", &[0, 0, 1, 2]), Some(0x102));
    assert_eq!(value("<i8", &[0xff; 8]), None);
    assert_eq!(value("<u8", &[0xff; 8]), Some(u64::MAX));
    assert_eq!(value("|i1", &[0x80]), None);
    assert_eq!(value("|u1", &[0x80]), Some(128));
}

#[test]
fn numbers_with_a_fraction_are_read_in_either_order() {
    let value = |descr: &str, bytes: &[u8]| match Kind::parse(descr) {
        Kind::Float(kind) => kind.value(bytes),
        other => panic!("{other}"),
    };
    assert_eq!(value("<f4", &1.5_f32.to_le_bytes()), 1.5);
    assert_eq!(value(">f4", &(-0.25_f32).to_be_bytes()), -0.25);
    assert_eq!(value("<f8", &1e-300_f64.to_le_bytes()), 1e-300);
    assert_eq!(value(">f8", &0.1_f64.to_be_bytes()), 0.1);
}

proptest! {
    #[test]
    fn any_header_that_numpy_writes_is_read(shape in prop::collection::vec(any::<u64>(), 0..6), fortran: bool) {
        let sides: String = shape.iter().map(|side| format!("{side}, ")).collect();
        let order = if fortran { "True" } else { "False" };
        let text = format!("{{'descr': '|u1', 'fortran_order': {order}, 'shape': ({sides}), }}\n");
        let header = read(&file([1, 0], &text)).expect("a good header");
        prop_assert_eq!(header.shape, shape);
        prop_assert_eq!(header.is_in_columns, fortran);
    }

    #[test]
    fn no_text_is_too_strange(text in ".{0,80}") {
        let _ = Dictionary::parse(&text);
    }
}
