//! Cards of images that networks are wrong about.

use super::*;
use crate::example::{Size, report};

const SIZE: Size = Size {
    arms: 2,
    runs: 6,
    epochs: 3,
    classes: 10,
};

fn telling(right: Option<usize>, wrong: usize, runs: usize) -> TellingImage {
    TellingImage {
        image: 17,
        run: "runs/baseline/seed-1".into(),
        picture: "AAAA".into(),
        classes: ["<cat>".into(), "dog".into()],
        probability: 0.987,
        right,
        wrong,
        runs,
    }
}

fn body(who: Who, images: Vec<TellingImage>) -> String {
    let mut report = report(SIZE);
    report.mistakes = vec![MistakeGroup { who, images }];
    section(&report).unwrap().body.into_string()
}

fn one(pairs: usize, images: usize, pictured: Option<usize>) -> Who {
    Who::One {
        right: "mixup".into(),
        wrong: "baseline".into(),
        pairs,
        images,
        pictured,
    }
}

fn all() -> Who {
    Who::OfArm {
        arm: "mixup".into(),
    }
}

#[test]
fn without_pictures_there_is_no_section() {
    let mut report = report(SIZE);
    report.mistakes.clear();
    assert!(section(&report).is_none());
}

#[test]
fn a_card_says_what_is_seen_what_is_predicted_and_by_how_many() {
    let body = body(one(6, 1160, Some(22)), vec![telling(Some(6), 5, 6)]);
    for part in [
        "<h3>Most runs of mixup are right, most of baseline wrong</h3>",
        "That holds for 1,160 of 10,000 test images. These are 1 of the 22 with a picture.",
        "alt=\"Test image 17: &lt;cat&gt;\"",
        "image 17",
        "<b>&lt;cat&gt;</b>",
        "dog 98.7%",
        "mixup right: 6\u{a0}of\u{a0}6",
        "baseline wrong: 5\u{a0}of\u{a0}6",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[test]
fn a_group_says_when_it_has_no_pictures() {
    let unpictured = body(one(6, 3, Some(0)), vec![]);
    let words = "None of them is among the mistakes that baseline is surest of.";
    assert!(unpictured.contains(words), "{unpictured}");
    let without = body(one(6, 3, None), vec![]);
    let words = "The runs of baseline keep no pictures.";
    assert!(without.contains(words), "{without}");
    let none = body(one(6, 0, Some(0)), vec![]);
    let words = "That holds for 0 of 10,000 test images. </p>";
    assert!(none.contains(words), "{none}");
}

#[test]
fn a_single_run_or_pair_is_not_counted() {
    assert!(!body(all(), vec![telling(None, 1, 1)]).contains("wrong:"));
    let pair = body(one(1, 5, Some(1)), vec![telling(Some(1), 1, 1)]);
    assert!(pair.contains("<h3>mixup is right, baseline is wrong</h3>"));
    assert!(!pair.contains("1\u{a0}of\u{a0}1"), "{pair}");
    assert!(body(all(), vec![telling(None, 4, 6)]).contains("wrong: 4\u{a0}of\u{a0}6 runs"));
}

#[test]
fn the_mistakes_of_single_arms_unfold() {
    let page = section(&report(SIZE)).unwrap().body.into_string();
    assert_eq!(page.matches("<details>").count(), 2, "{page}");
    assert!(page.contains("<summary>The surest mistakes of baseline</summary>"));
}
