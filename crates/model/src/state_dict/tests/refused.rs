//! Files without a state dict, and damaged ones.

use super::*;

#[track_caller]
fn assert_found(result: Result<StateDict, ModelError>, expected: &str) {
    let message = result.unwrap_err().to_string();
    assert!(message.starts_with("net.pt: expected "), "{message}");
    assert!(message.contains(expected), "{message}");
}

fn parse(bytes: &[u8]) -> Result<StateDict, ModelError> {
    StateDict::parse(Path::new("net.pt"), bytes, "mixup")
}

fn kind(result: Result<StateDict, ModelError>) -> OtherFile {
    match result.unwrap_err() {
        ModelError::OtherFile { kind, .. } => kind,
        other => panic!("{other}"),
    }
}

/// The entry that the error names for its hint.
fn entry(result: Result<StateDict, ModelError>) -> Option<&'static str> {
    match result.unwrap_err() {
        ModelError::Checkpoint { entry, .. } => entry,
        other => panic!("{other}"),
    }
}

#[test]
fn two_state_dicts_are_refused() {
    let state = dict(ORDERED_DICT, &[("w", two_by_three())]);
    let value = dict(b"}", &[("state_dict", state.clone()), ("model", state)]);
    assert_found(read(&value), "found several: state_dict, model");
    assert_eq!(entry(read(&value)), Some("state_dict"));
}

/// The hint names the entry from which tensors can be saved.
#[test]
fn an_entry_is_named_only_if_it_has_tensors() {
    let number = || ("n", b"K\x01".to_vec());
    let mixed = dict(b"}", &[("w", two_by_three()), number()]);
    let other = dict(b"}", &[number()]);
    for (value, expected) in [(mixed, Some("model")), (other, None)] {
        assert_eq!(entry(read(&value)), None);
        assert_eq!(entry(read(&dict(b"}", &[("model", value)]))), expected);
    }
}

#[test]
fn a_dict_of_something_else_is_refused_by_its_entry() {
    for (value, found) in [
        (
            dict(b"}", &[("a", two_by_three()), ("b", b"K\x01".to_vec())]),
            "found a number under \"b\"",
        ),
        (
            dict(b"}", &[("a", b"]".to_vec())]),
            "found a list under \"a\"",
        ),
        (b"}(K\x01K\x02u".to_vec(), "found a number as a key"),
        (b"}".to_vec(), "found an empty dict"),
        (
            dict(
                b"}",
                &[
                    ("epoch", b"N".to_vec()),
                    ("model", dict(b"}", &[("a", b"N".to_vec())])),
                ],
            ),
            "found None under \"a\" in model",
        ),
        (two_by_three(), "found a tensor"),
        (b"]".to_vec(), "found a list"),
    ] {
        assert_found(read(&value), found);
    }
}

#[test]
fn objects_and_programs_are_told_by_their_kind() {
    let module = b"c__main__\nNet\n)\x81}b".to_vec();
    let object = |class: &str, entry| OtherFile::Object {
        class: class.into(),
        entry,
    };
    assert_eq!(kind(read(&module)), object("__main__.Net", None));
    assert_found(read(&module), "found an object of __main__.Net");
    let checkpoint = dict(b"}", &[("model", module)]);
    assert_eq!(
        kind(read(&checkpoint)),
        object("__main__.Net", Some("model"))
    );
    assert_found(
        read(&checkpoint),
        "found an object of __main__.Net as model",
    );
    let arguments = b"cargparse\nNamespace\n)\x81}b";
    assert_eq!(kind(read(arguments)), object("argparse.Namespace", None));
    let script = archive(&[("data.pkl", b"\x80\x02N."), ("constants.pkl", b"")]);
    assert_eq!(kind(parse(&script)), OtherFile::TorchScript);
    assert_eq!(
        kind(parse(&archive(&[("weights.npy", b"")]))),
        OtherFile::Zip
    );
}

/// Python's own reader would run the command.
#[test]
fn nothing_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made");
    let call = [
        b"cos\nsystem\n",
        &text(&format!("touch {}", path.display()))[..],
        b"\x85R",
    ]
    .concat();
    assert!(read(&call).is_err());
    assert_found(
        read(&dict(b"}", &[("w", call)])),
        "found an object of os.system under \"w\"",
    );
    assert!(!path.exists());
}

#[test]
fn tensors_beyond_their_storage_are_refused() {
    for (value, found) in [
        (
            tensor("FloatStorage", "0", 6, 1, &[6], &[1]),
            "elements outside its storage in w",
        ),
        (
            tensor("FloatStorage", "0", 7, 0, &[6], &[1]),
            "24 bytes in data/0 for 7 elements",
        ),
        (
            tensor("DoubleStorage", "0", 6, 0, &[6], &[1]),
            "24 bytes in data/0 for 6 elements",
        ),
        (
            tensor("FloatStorage", "1", 6, 0, &[6], &[1]),
            "no entry data/1",
        ),
        (tensor("FloatStorage", "0", 6, 0, &[6], &[1, 1]), "strides"),
        (
            tensor("FloatStorage", "0", 6, 0, &[200, 200, 200], &[0, 0, 0]),
            "more elements than the file has bytes for",
        ),
        (
            tensor("FloatStorage", "0", 6, 0, &[7], &[0]),
            "[7], more elements than the 6 of its storage (expanded tensors are not read), in w",
        ),
        (
            tensor("FloatStorage", "0", 6, 0, &[1; 9], &[0; 9]),
            "a tensor of 9 dimensions (at most 8 are read)",
        ),
    ] {
        assert_found(read(&dict(b"}", &[("w", value)])), found);
    }
}

/// A network of any width could be declared by one tensor that is recalled many times.
#[test]
fn many_tensors_of_one_storage_are_refused() {
    let names: Vec<String> = (0..200).map(|n| format!("w{n}")).collect();
    let stored = [&two_by_three()[..], b"q\0"].concat();
    let mut entries = vec![("w", stored)];
    entries.extend(names.iter().map(|name| (&**name, b"h\0".to_vec())));
    assert_found(
        read(&dict(b"}", &entries)),
        "more elements than the file has bytes for",
    );
}

/// Each of them would be copied.
#[test]
fn one_long_name_many_times_is_refused() {
    let name = [&text(&"n".repeat(1000))[..], b"q\0"].concat();
    let first = [&b"}("[..], &name, &two_by_three(), b"q\x01"].concat();
    let value = [&first[..], &b"h\0h\x01".repeat(100), b"u"].concat();
    assert_found(
        read(&value),
        "longer names of tensors than the file has bytes for",
    );
}

#[test]
fn damaged_pickles_are_refused_with_the_place() {
    for (value, found) in [
        (&b"N"[..], "found None"),
        (b"(", "no value on the stack, at byte 3"),
        (b"t", "no mark on the stack, at byte 2"),
        (b"h\x05", "value 5, which was never set, at byte 2"),
        (
            b"X\xff\xff\xff\xff",
            "1 bytes left of 4294967295 in its pickle",
        ),
        (b"X\x01\0\0\0\xff", "a text that is not UTF-8"),
        (b"}(Nu", "a key without a value"),
        (b"NN\x86Q", "in place of a storage"),
        (b"N)R", "a call of None"),
        (b"\xfe", "the opcode 0xfe, at byte 2"),
        (b"\x80\x00", "a pickle of protocol 0"),
    ] {
        assert_found(read(value), found);
    }
}

#[test]
fn floods_of_values_are_refused() {
    for (value, found) in [
        (b"N".repeat(300_000), "more than 262144 values"),
        (b"(".repeat(300), "values nested too deep"),
    ] {
        assert_found(read(&value), found);
    }
}

#[test]
fn compressed_and_overlong_entries_are_refused() {
    let value = pickle(&dict(b"}", &[("w", two_by_three())]));
    let entries = [("data.pkl", &value[..]), ("data/0", &[0; 24])];
    let bytes = packed(&entries, CompressionMethod::Deflated);
    assert_found(parse(&bytes), "a compressed entry data.pkl");
    let bytes = archive(&[("data.pkl", &vec![b'N'; (8 << 20) + 1])]);
    assert_found(
        parse(&bytes),
        "an entry data.pkl of 8388609 bytes (at most 8388608 are read)",
    );
    let bytes = archive(&[
        ("data.pkl", &value),
        ("byteorder", b"big"),
        ("data/0", &[0; 24]),
    ]);
    assert_found(
        parse(&bytes),
        "numbers that do not begin with their lowest byte",
    );
}

#[test]
fn a_flipped_bit_is_noticed() {
    let value = pickle(&dict(b"}", &[("w", two_by_three())]));
    let bytes = archive(&[("data.pkl", &value), ("data/0", &floats(6))]);
    let storage = floats(6);
    let at = bytes
        .windows(24)
        .position(|window| window == storage)
        .unwrap();
    let mut flipped = bytes.clone();
    flipped[at + 7] ^= 1;
    assert_found(parse(&flipped), "a damaged archive");
    for length in [4, 100, bytes.len() / 2, bytes.len() - 1] {
        assert_found(parse(&bytes[..length]), "a damaged archive");
    }
}
