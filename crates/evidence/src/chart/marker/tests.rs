//! Shapes and lines as path data.

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_slot_has_its_own_shape() {
    let outlines: BTreeSet<_> = (0..SLOTS).map(|s| outline(s, 0.0, 0.0, 4.0)).collect();
    let glyphs: BTreeSet<_> = (0..SLOTS).map(glyph).collect();
    assert_eq!((outlines.len(), glyphs.len()), (SLOTS, SLOTS));
    assert_eq!(colour(SLOTS), colour(0));
}

#[test]
fn lines() {
    assert_eq!(polyline(&[(1.0, 2.0), (3.25, 4.0)]), "M1 2 3.2 4");
    assert_eq!(polyline(&[(1.0, 2.0)]), "M1 2h0");
    assert_eq!(polyline(&[]), "");
}

#[test]
fn shapes_repeat_after_the_last() {
    assert_eq!(outline(SLOTS + 2, 5.0, 6.0, 4.0), outline(2, 5.0, 6.0, 4.0));
    assert_eq!(glyph(SLOTS + 1), "◆");
}

#[test]
fn a_square_by_hand() {
    assert_eq!(outline(2, 10.0, 20.0, 10.0), "M1 11 19 11 19 29 1 29z");
}

#[test]
fn a_circle_is_two_arcs() {
    assert_eq!(
        outline(0, 10.0, 20.0, 4.0),
        "M6 20a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"
    );
}
