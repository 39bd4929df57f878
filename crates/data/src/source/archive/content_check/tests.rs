use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::source::archive::tests::{archive, gzip, message, read_bytes, tar};
use crate::source::cifar::official::Form;
use crate::source::cifar::official::tests::files;

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    /// Changes in the headers reach every check of names, sizes and kinds.
    #[test]
    fn a_changed_archive_is_read_or_refused(
        changes in prop::collection::vec((0_usize..10_000, any::<u8>()), 1..8)
    ) {
        let mut bytes = tar(&files(Form::Binary)).into_inner().expect("memory");
        for (at, value) in changes {
            bytes[at] = value;
        }
        if let Err(error) = read_bytes(&gzip(&bytes)) {
            prop_assert!(!error.contains(char::is_control), "{}", error);
            prop_assert!(error.chars().count() < 1300, "{}", error);
        }
    }
}
