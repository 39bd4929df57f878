//! Coordinates, shortened texts, and the text alternative.

use super::*;

#[test]
fn coordinates_are_short() {
    assert_eq!(px(12.04), "12");
    assert_eq!(px(12.06), "12.1");
    assert_eq!(px(-0.01), "0");
    assert_eq!(px(100.0), "100");
}

#[test]
fn long_texts_end_in_an_ellipsis() {
    assert_eq!(shortened("frog", 4), "frog");
    assert_eq!(shortened("automobile", 5), "auto…");
    assert_eq!(shortened("größer", 3), "gr…");
}

#[test]
fn a_chart_is_labelled_and_escaped() {
    let alternative = Alternative {
        id: "a".to_owned(),
        title: "x < y".to_owned(),
        text: "1 & 2".to_owned(),
    };
    let svg = svg(&alternative, 10.0, &html! {}).into_string();
    assert!(svg.contains(r#"aria-labelledby="a-title a-desc""#));
    assert!(svg.contains(r#"<title id="a-title">x &lt; y</title>"#));
    assert!(svg.contains(r#"<desc id="a-desc">1 &amp; 2</desc>"#));
}

#[test]
fn a_text_without_characters_to_spare_is_kept() {
    assert_eq!(shortened("automobile", 10), "automobile");
    assert_eq!(shortened("", 3), "");
}

/// A cut after a space would leave a gap before the ellipsis.
#[test]
fn no_space_stands_before_the_ellipsis() {
    assert_eq!(shortened("sea ship", 5), "sea…");
}

#[test]
fn capitals_are_wider() {
    assert!(text_width("AB") > text_width("ab"));
    assert_eq!(text_width(""), 0.0);
}
