//! The fuzzer notices what it is for: a target that is wrong on purpose.

use std::sync::Arc;
use std::time::Duration;

use crate::case::Case;
use crate::dice::Dice;
use crate::edit::Edit;
use crate::target::Target;
use crate::{bytes, runner, shrink};

/// Panics at an `x`, refuses a `y`, and takes 1 MB for each `m`.
struct Wrong;

impl Target for Wrong {
    fn name(&self) -> &'static str {
        "wrong"
    }

    fn cases(&self) -> u64 {
        0
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &[]
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let large = input.iter().filter(|byte| **byte == b'm').count();
        assert_eq!(vec![1_u8; large << 20].len(), large << 20);
        assert!(!input.contains(&b'x'), "found an x");
        if input.contains(&b'y') {
            return Err("found a y".into());
        }
        Ok(())
    }
}

fn case(input: &[u8]) -> Case {
    Case {
        target: "wrong",
        origin: "here".into(),
        time: Duration::from_secs(60),
        input: Arc::new(input.to_vec()),
    }
}

#[test]
fn a_panic_and_a_broken_rule_are_noticed() {
    let _alone = runner::alone();
    runner::keep_panics();
    let fault = |input: &[u8]| runner::attempt(&Wrong, &case(input)).0;
    assert_eq!(fault(b"abc"), Ok(()));
    assert_eq!(fault(b"abyc"), Err("found a y".into()));
    let panicked = fault(b"abxc").unwrap_err();
    assert!(
        panicked.contains("found an x") && panicked.contains("self_check.rs"),
        "{panicked}"
    );
}

#[test]
fn the_most_memory_of_a_case_is_counted() {
    let _alone = runner::alone();
    let (_, bytes, _) = runner::attempt(&Wrong, &case(b"mmm"));
    assert!((3 << 20..4 << 20).contains(&bytes), "{bytes} bytes");
}

#[test]
fn an_input_is_made_as_short_as_the_fault_allows() {
    let _alone = runner::alone();
    let long = case(&[&[b'a'; 300][..], b"y", &[b'b'; 500]].concat());
    let short = shrink::smallest(&Wrong, &long, &shrink::kind("found a y"));
    assert_eq!(*short.input, b"y");
}

#[test]
fn a_seed_and_a_number_name_a_case() {
    let input = |seed, number| {
        let mut dice = Dice::of_case(seed, number);
        let mut input = b"some bytes".to_vec();
        for _ in 0..20 {
            bytes::change(&mut input, b"others", &mut dice);
        }
        input
    };
    assert_eq!(input(1, 2), input(1, 2));
    assert_ne!(input(1, 2), input(1, 3));
    assert_ne!(input(1, 2), input(2, 2));
}

#[test]
fn an_edit_stays_in_its_folder() {
    for input in [&b"write a\nb"[..], b"remove a/b\n", b"move a b\n"] {
        assert!(Edit::parse(input).is_some(), "{}", input.escape_ascii());
    }
    for input in [
        &b"write /a\nb"[..],
        b"remove ../b\n",
        b"move a /b\n",
        b"a",
        b"",
    ] {
        assert!(Edit::parse(input).is_none(), "{}", input.escape_ascii());
    }
}
