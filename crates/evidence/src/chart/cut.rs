//! Intervals that are cut off at the ends of an axis, so that they do not widen it for others.

use super::px;

/// With fewer pairs, an interval does not widen an axis that others share: that of two pairs is several times as wide as
/// that of three with the same deviation.
const FEW: usize = 3;

/// What a caption says about cut intervals.
pub(crate) const CAPTION: &str = " Arrow: with so few pairs, the interval goes on beyond the chart, and so may the band; the table has its ends.";

/// Whether the interval of so many pairs widens the axis, among those of `all`.
pub(crate) fn widens(pairs: usize, all: impl IntoIterator<Item = usize>) -> bool {
    pairs >= FEW || all.into_iter().all(|pairs| pairs < FEW)
}

/// The outline of an arrow's tip at a point. Its direction is one of (±1, 0) and (0, ±1).
pub(crate) fn tip(at: (f64, f64), direction: (f64, f64)) -> String {
    let (length, half) = (9.0, 5.5);
    let back = (at.0 - direction.0 * length, at.1 - direction.1 * length);
    let side = (direction.1 * half, direction.0 * half);
    format!(
        "M{} {}L{} {}L{} {}z",
        px(at.0),
        px(at.1),
        px(back.0 + side.0),
        px(back.1 + side.1),
        px(back.0 - side.0),
        px(back.1 - side.1)
    )
}
