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
