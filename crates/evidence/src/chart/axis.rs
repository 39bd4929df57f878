//! Axes: grid lines, numbers and titles.

use maud::{Markup, html};

use super::{px, scale::Scale, ticks::Ticks};

/// What the numbers of an axis are. Those of differences have signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// Values, such as accuracies.
    Values,
    /// Differences of values.
    Differences,
}

impl Numbers {
    /// The label of a tick.
    fn label(self, ticks: &Ticks, tick: f64) -> String {
        match self {
            Self::Values => ticks.label(tick),
            Self::Differences => ticks.signed_label(tick),
        }
    }
}

/// Horizontal grid lines with numbers at the left. The title is above.
pub(crate) fn left(
    ticks: &Ticks,
    y: &Scale,
    (from, to): (f64, f64),
    numbers: Numbers,
    title: &str,
) -> Markup {
    let top = y.at(ticks.range().1);
    html! {
        text.axis x="0" y=(px(top - 20.0)) dy=".35em" { (title) }
        @for &tick in &ticks.values {
            @let at = px(y.at(tick));
            path.grid d=(format!("M{} {at}H{}", px(from), px(to))) {}
            text.tick.end x=(px(from - 6.0)) y=(at) dy=".35em" { (numbers.label(ticks, tick)) }
        }
    }
}

/// Vertical grid lines with numbers below. The title is under the numbers.
pub(crate) fn below(
    ticks: &Ticks,
    x: &Scale,
    (top, bottom): (f64, f64),
    numbers: Numbers,
    title: &str,
) -> Markup {
    let (low, high) = ticks.range();
    let middle = (x.at(low) + x.at(high)) / 2.0;
    html! {
        @for &tick in &ticks.values {
            @let at = px(x.at(tick));
            path.grid d=(format!("M{at} {}V{}", px(top), px(bottom))) {}
            text.tick.middle x=(at) y=(px(bottom + 13.0)) dy=".35em" { (numbers.label(ticks, tick)) }
        }
        text.axis.middle x=(px(middle)) y=(px(bottom + 33.0)) dy=".35em" { (title) }
    }
}
