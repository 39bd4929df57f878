//! Positions of values.

use proptest::prelude::*;

use super::*;

#[test]
fn ends_and_middle() {
    let scale = Scale::new((0.0, 100.0), (200.0, 0.0));
    assert_eq!(scale.at(0.0), 200.0);
    assert_eq!(scale.at(50.0), 100.0);
    assert_eq!(scale.at(100.0), 0.0);
    assert_eq!(scale.at(120.0), 0.0);
    assert_eq!(scale.at(-1.0), 200.0);
}

#[test]
fn the_middle_is_between_the_positions() {
    assert_eq!(Scale::new((0.0, 1.0), (10.0, 50.0)).middle(), 30.0);
    assert_eq!(Scale::new((-3.0, 1.0), (50.0, 10.0)).middle(), 30.0);
}

#[test]
#[should_panic(expected = "a scale needs a range of values")]
fn a_range_without_width_has_no_scale() {
    Scale::new((2.0, 2.0), (0.0, 100.0));
}

proptest! {
    #[test]
    fn order_is_kept(low in -1e3..1e3, width in 1e-3..1e3, a in 0.0..1.0, b in 0.0..1.0) {
        let scale = Scale::new((low, low + width), (10.0, 410.0));
        let (a, b) = (low + a * width, low + b * width);
        prop_assert_eq!(a < b, scale.at(a) < scale.at(b) || (a < b && b - a < width * 1e-9));
        prop_assert!((10.0..=410.0).contains(&scale.at(a)));
    }
}
