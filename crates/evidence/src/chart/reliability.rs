//! A chart of accuracy over confidence, with the diagonal.

use maud::{Markup, html};

use super::{
    Alternative, WIDTH,
    axis::{self, Numbers},
    marker, px,
    scale::Scale,
    svg,
    ticks::Ticks,
};
use crate::Bin;

/// One arm's bins.
pub(crate) struct Curve<'a> {
    /// Decides colour and shape.
    pub(crate) slot: usize,
    /// The bins of each run.
    pub(crate) runs: Vec<&'a [Bin]>,
    /// The mean over the runs.
    pub(crate) mean: &'a [Bin],
}

const LEFT: f64 = 48.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = TOP + WIDTH - LEFT - 12.0;

/// The chart.
pub(crate) fn reliability(alternative: &Alternative, curves: &[Curve<'_>]) -> Markup {
    let bins = curves
        .iter()
        .flat_map(|curve| curve.runs.iter().copied().chain([curve.mean]).flatten());
    let shares = bins.flat_map(|bin| [bin.confidence, bin.accuracy]);
    // Both axes have the same range, so the diagonal goes from corner to corner.
    let ticks = Ticks::around(shares.map(|share| share * 100.0).chain([100.0]), 5);
    let (low, high) = ticks.range();
    let x = Scale::new((low, high), (LEFT, WIDTH - 12.0));
    let y = Scale::new((low, high), (BOTTOM, TOP));
    let line = |bins: &[Bin]| marker::polyline(&points(bins, &x, &y));
    let drawing = html! {
        (axis::left(&ticks, &y, (LEFT, WIDTH - 12.0), Numbers::Values, "Right, %"))
        (axis::below(&ticks, &x, (TOP, BOTTOM), Numbers::Values, "Confidence, %"))
        path.diagonal d=(format!("M{} {}L{} {}", px(x.at(low)), px(BOTTOM), px(x.at(high)), px(TOP))) {}
        text.aside x=(px(LEFT + 10.0)) y=(px(TOP + 16.0)) dy=".35em" { "more often right than it says" }
        text.aside.end x=(px(WIDTH - 20.0)) y=(px(BOTTOM - 16.0)) dy=".35em" { "less often right than it says" }
        @for curve in curves {
            @let runs: String = curve.runs.iter().map(|bins| line(bins)).collect();
            g class=(marker::colour(curve.slot)) { path.run d=(runs) {} }
        }
        @for curve in curves {
            @let dots = points(curve.mean, &x, &y).into_iter();
            @let dots: String = dots.map(|(x, y)| marker::outline(curve.slot, x, y, 4.0)).collect();
            g class=(marker::colour(curve.slot)) {
                path.halo d=(line(curve.mean)) {}
                path.mean d=(line(curve.mean)) {}
                path.dot d=(dots) {}
            }
        }
    };
    svg(alternative, BOTTOM + 46.0, &drawing)
}

fn points(bins: &[Bin], x: &Scale, y: &Scale) -> Vec<(f64, f64)> {
    bins.iter()
        .filter(|bin| bin.confidence.is_finite() && bin.accuracy.is_finite())
        .map(|bin| (x.at(bin.confidence * 100.0), y.at(bin.accuracy * 100.0)))
        .collect()
}
