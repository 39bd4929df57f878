//! Cards of mixed pairs.

use super::*;

/// The card of a pair of `classes`, as HTML.
fn card_of(lambda: f64, classes: [&str; 2], target: &[(&str, f64)]) -> String {
    let target = target
        .iter()
        .map(|(class, share)| ((*class).to_owned(), *share));
    let pair = MixedPair {
        first: "AAAA".to_owned(),
        partner: "BBBB".to_owned(),
        mixed: "CCCC".to_owned(),
        lambda,
        target: target.collect(),
        classes: classes.map(str::to_owned),
    };
    card(&pair).into_string()
}

const SMOOTHED: [(&str, f64); 4] = [("cat", 0.63), ("dog", 0.28), ("frog", 0.05), ("ship", 0.04)];

#[test]
fn a_smoothed_label_names_both_classes_and_adds_up_the_others() {
    let card = card_of(0.7, ["cat", "dog"], &SMOOTHED);
    assert!(card.contains("cat 0.63 · dog 0.28 · others 0.09"), "{card}");
}

#[test]
fn a_pair_within_a_class_names_it_once() {
    let card = card_of(0.7, ["cat", "cat"], &SMOOTHED);
    assert!(card.contains(">cat 0.63 · others 0.37<"), "{card}");
}

#[test]
fn a_label_without_smoothing_has_no_others() {
    let card = card_of(0.7, ["cat", "dog"], &SMOOTHED[..2]);
    assert!(!card.contains("others"), "{card}");
}

#[test]
fn the_images_are_named_by_their_classes_and_shares() {
    let card = card_of(0.3, ["dog", "cat"], &[("cat", 0.7), ("dog", 0.3)]);
    assert!(card.contains("alt=\"First image: dog\""), "{card}");
    assert!(card.contains("alt=\"Partner: cat\""), "{card}");
    assert!(
        card.contains("alt=\"Their mix: 0.30 of the first, 0.70 of the partner\""),
        "{card}"
    );
}

#[test]
fn the_bar_has_a_part_for_each_share() {
    let card = card_of(0.7, ["cat", "dog"], &SMOOTHED);
    assert_eq!(card.matches("flex-grow:").count(), 4);
    assert!(card.contains("flex-grow:0.6300"), "{card}");
}

#[test]
fn without_pairs_the_section_says_so() {
    let body = section(&[]).body.into_string();
    assert!(body.contains("This report shows no mixed images"), "{body}");
}

#[test]
fn a_file_of_version_0_2_is_read() {
    let line = r#"{"first":"A","partner":"B","mixed":"C","lambda":0.25,"target":[["dog",0.75],["cat",0.25]],"classes":["cat","dog"]}"#;
    let pair: MixedPair = serde_json::from_str(line).unwrap();
    assert_eq!(pair.classes, ["cat", "dog"]);
    assert_eq!(pair.target[0], ("dog".to_owned(), 0.75));
}

/// The first 24 bytes of a PNG file of this size, in Base64.
fn header(width: u32, height: u32) -> String {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    STANDARD.encode(bytes)
}

#[test]
fn images_keep_their_proportions_at_every_size() {
    let shown = |width, height| image(&header(width, height), "a").into_string();
    let usual = shown(32, 32);
    assert!(
        usual.ends_with("alt=\"a\" width=\"32\" height=\"32\">"),
        "{usual}"
    );
    for ((width, height), css) in [
        ((28, 28), 112),
        ((64, 48), 128),
        ((200, 150), 128),
        ((150, 300), 64),
        ((1, 5000), 1),
    ] {
        let html = shown(width, height);
        let expected =
            format!("width=\"{width}\" height=\"{height}\" style=\"width:{css}px;max-width:100%\"");
        assert!(html.contains(&expected), "{html}");
        assert_eq!(html.contains("smooth"), width.max(height) > 128);
    }
}

#[test]
fn what_is_no_png_has_the_size_of_earlier_versions() {
    for png in ["AAAA", "é", "", &header(0, 3), &"A".repeat(40)] {
        assert_eq!(size(png), None);
    }
}
