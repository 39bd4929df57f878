use proptest::prelude::*;

use super::*;

fn message(bytes: &[u8]) -> String {
    let error = Pickle::parse(Path::new("batch"), bytes).expect_err("a bad pickle");
    error.to_string()
}

#[test]
fn a_stored_value_is_the_value_read_back() {
    let bytes = b"\x80\x02}q\x01(U\x01a]q\x02U\x01bh\x02(K\x07M\x01\x02J\xff\xff\xff\xffeu.";
    let pickle = Pickle::parse(Path::new("batch"), bytes).expect("a good pickle");
    let Value::Dict(items) = pickle.root() else {
        panic!("not a dict: {pickle:?}");
    };
    let [(a, first), (_, second)] = items[..] else {
        panic!("not two items: {pickle:?}");
    };
    assert!(matches!(pickle.get(a), Value::Bytes(b"a")));
    assert_eq!(first.0, second.0);
    let Value::List(numbers) = pickle.get(first) else {
        panic!("not a list: {pickle:?}");
    };
    let numbers = numbers.iter().map(|&id| match pickle.get(id) {
        Value::Int(number) => *number,
        other => panic!("not a number: {other:?}"),
    });
    assert_eq!(numbers.collect::<Vec<_>>(), [7, 513, -1]);
}

#[test]
fn a_foreign_global_is_named_with_its_offset() {
    assert_eq!(
        message(b"\x80\x02cos\nsystem\nU\x02ls\x85R."),
        "batch: expected the names of a NumPy array only, \
         found the global os.system at offset 2"
    );
    assert!(message(b"cnumpy.core.multiarray\nscalar\n.").contains("multiarray.scalar"));
    assert!(message(b"c__builtin__\n\x1b]eval\n.").contains(r"__builtin__.\x1b]eval"));
    assert!(message(&[&b"c"[..], &[b'x'; 1000]].concat()).contains("a short name"));
}

#[test]
fn an_opcode_outside_the_list_is_named_by_its_kind_with_its_offset() {
    let found = "found an object of a class at offset 3";
    assert!(message(b"\x80\x02(ios\nsystem\n.").ends_with(found));
    assert!(message(b"\x80\x02G12345678.").ends_with("found a number with decimals at offset 2"));
    assert!(message(b"\x80\x02\xff.").ends_with("found a damaged one at offset 2"));
}

#[test]
fn calls_of_anything_but_the_two_are_refused() {
    for bytes in [
        &b"cnumpy\nndarray\n)R."[..],
        b"cnumpy\ndtype\n)R.",
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\n\x85R.",
        b"K\x01)R.",
        b"}}b.",
        b"]NN\x86b.",
    ] {
        message(bytes);
    }
}

#[test]
fn a_stack_that_runs_dry_is_an_error() {
    for bytes in [
        &b"."[..],
        b"e.",
        b"(e.",
        b"]a.",
        b"q\x01",
        b"h\x01.",
        b"N(.",
        b"}Ns.",
        b"}(Nu.",
    ] {
        message(bytes);
    }
}

#[test]
fn lengths_beyond_the_bytes_allocate_nothing() {
    assert!(message(b"T\xff\xff\xff\x7fabc").contains("expected 2147483647 more bytes"));
    assert!(message(b"T\xff\xff\xff\xffabc").contains("expected a string length from 0, found -1"));
    assert!(message(b"U\x04abc").contains("found 3 in an opcode at offset 0"));
}

#[test]
fn floods_of_values_and_marks_are_errors() {
    assert!(message(&[b'N'; (1 << 18) + 1]).contains("at most 262144 values"));
    let put = |key: u32| [&b"r"[..], &key.to_le_bytes()].concat();
    let puts = (0..=1 << 18).flat_map(put);
    let memo: Vec<u8> = b"N".iter().copied().chain(puts).collect();
    assert!(message(&memo).contains("at most 262144 stored values"));
    assert!(message(&[b'('; 65]).contains("deep nesting"));
}

/// A recall takes two bytes and its value eight, and compresses well.
#[test]
fn a_flood_of_recalls_is_an_error() {
    let recalls = |count| [&b"]q\x01("[..], &b"h\x01".repeat(count), b"e."].concat();
    assert!(Pickle::parse(Path::new("batch"), &recalls((1 << 18) - 1)).is_ok());
    assert!(message(&recalls(1 << 18)).contains("at most 262144 values"));
}

#[test]
fn a_list_that_holds_itself_is_dropped_like_any_other() {
    assert!(Pickle::parse(Path::new("batch"), b"]q\x01h\x01a.").is_ok());
}

proptest! {
    #[test]
    fn any_bytes_give_a_value_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Pickle::parse(Path::new("batch"), &bytes);
    }

    #[test]
    fn any_known_opcodes_give_a_value_or_an_error(
        bytes in prop::collection::vec(
            prop::sample::select(&b"(N\x88\x89KKU]ae}su)t\x85\x86\x87qhRb.\x00\x01\x02"[..]),
            0..60,
        )
    ) {
        let _ = Pickle::parse(Path::new("batch"), &bytes);
    }
}

fn refused(bytes: &[u8], expected: &str) {
    let error = message(bytes);
    assert!(error.contains(expected), "{error}");
}

#[test]
fn unicode_strings_of_python_three_are_refused() {
    refused(
        b"\x80\x02X\x01\x00\x00\x00a.",
        "found strings as Python 3 writes them",
    );
}

#[test]
fn pickles_of_other_protocols_are_known_by_their_kind() {
    for (start, kind) in [
        (&b"\x80\x03"[..], "protocol 3, which Python 3 writes"),
        (b"\x80\x04\x95", "protocol 4, which Python 3 writes"),
        (b"\x80\x05\x95", "protocol 5, which Python 3 writes"),
        (b"(dp0\nS'data'\n", "protocol 0 or 1"),
        (b"c_codecs\nencode\n", "strings as Python 3 writes them"),
        (
            b"cnumpy._core.multiarray\n_reconstruct\n",
            "an array as NumPy 2 writes it",
        ),
    ] {
        let error = Pickle::parse(Path::new("batch"), start).expect_err("another kind");
        let expected = "batch: expected a pickle as Python 2 wrote it for CIFAR-10, found";
        assert_eq!(error.to_string(), format!("{expected} {kind}"));
        let DataError::Format { hint, .. } = error else {
            panic!("{error}");
        };
        assert!(
            hint.expect("a way out")
                .contains("tofile('data_batch_1.bin')")
        );
    }
}

#[test]
fn a_file_that_is_no_pickle_is_named() {
    refused(
        b"<!DOCTYPE html>",
        "batch: expected a Python pickle, found a web page (HTML)",
    );
    refused(
        b"words",
        "batch: expected a Python pickle, found another file",
    );
}

#[test]
fn an_object_made_by_newobj_is_refused() {
    refused(b"\x80\x02)\x81.", "found an object of a class at offset 3");
}

#[test]
fn a_persistent_id_is_refused() {
    refused(
        b"\x80\x02Pid\n.",
        "found an object that lies outside the file at offset 2",
    );
}

#[test]
fn a_memo_number_that_was_never_set_is_named() {
    refused(
        b"h\x05.",
        "found number 5, which was never set, at offset 0",
    );
}

#[test]
fn a_mark_hides_the_values_below_it() {
    refused(b"]N(a.", "a value on the stack");
}

#[test]
fn an_odd_number_of_items_is_no_dict() {
    refused(b"}(NNNu.", "a dict and pairs to set in it");
}

#[test]
fn bytes_after_the_end_are_ignored() {
    let pickle = Pickle::parse(Path::new("batch"), b"K\x07.garbage").expect("a good pickle");
    assert!(matches!(pickle.root(), Value::Int(7)));
}
