//! Signs, zeros, probabilities and counts as text.

use super::*;

#[test]
fn signs_and_zeros() {
    assert_eq!(points(0.0212), "+2.12");
    assert_eq!(points(-0.006), "−0.60");
    assert_eq!(points(0.0), "0.00");
    assert_eq!(points(-0.0), "0.00");
    assert_eq!(points(-1e-12), "0.00");
    // An interval that leaves out 0 must not read as if it ended there.
    assert_eq!(points_range((0.00003, 0.01)), "+0.0030 to +1.00");
    assert_eq!(distance(-0.0123), "1.23");
    assert_eq!(percent(0.7451), "74.51");
}

#[test]
fn small_p_are_not_written_as_none() {
    assert_eq!(p(1.0), "p = 1.000");
    assert_eq!(p(0.03125), "p = 0.0312");
    assert_eq!(p(1e-9), "p < 0.0001");
}

#[test]
fn lists_and_counts() {
    let names = ["a", "b", "c"].map(String::from);
    assert_eq!(list(&names), "a, b and c");
    assert_eq!(list(&names[..2]), "a and b");
    assert_eq!(list(&names[..1]), "a");
    assert_eq!(count(1, "pair"), "1 pair");
    assert_eq!(count(2, "pair"), "2 pairs");
    assert_eq!(count(10_000, "image"), "10,000 images");
    assert_eq!(grouped(999), "999");
}
