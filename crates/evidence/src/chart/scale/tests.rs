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

proptest! {
    #[test]
    fn order_is_kept(low in -1e3..1e3, width in 1e-3..1e3, a in 0.0..1.0, b in 0.0..1.0) {
        let scale = Scale::new((low, low + width), (10.0, 410.0));
        let (a, b) = (low + a * width, low + b * width);
        prop_assert_eq!(a < b, scale.at(a) < scale.at(b) || (a < b && b - a < width * 1e-9));
        prop_assert!((10.0..=410.0).contains(&scale.at(a)));
    }
}
