//! A chart of differences over the values of a setting: a mean with its interval at each value.

use maud::{Markup, html};

use super::{
    Alternative, WIDTH,
    axis::{self, Numbers},
    cut, marker, px,
    scale::Scale,
    svg, text_width,
    ticks::Ticks,
};

/// The titles of the axes, and the points.
pub(crate) struct Dose<'a> {
    /// The title of the differences; above the chart.
    pub(crate) measure: &'a str,
    /// The title of the values; below the chart.
    pub(crate) across: &'a str,
    /// The points, in ascending order of their values.
    pub(crate) points: Vec<DosePoint>,
}

/// The differences at one value.
pub(crate) struct DosePoint {
    /// Decides colour and shape.
    pub(crate) slot: usize,
    /// The value of the setting.
    pub(crate) value: f64,
    /// The value as text.
    pub(crate) label: String,
    /// The mean difference.
    pub(crate) mean: f64,
    /// The ends of its interval. `None` with one pair.
    pub(crate) interval: Option<(f64, f64)>,
    /// The difference of each pair.
    pub(crate) pairs: Vec<f64>,
}

impl Dose<'_> {
    /// The numbers of the axis of differences.
    fn ticks(&self) -> Ticks {
        let numbers = || self.points.iter().map(|point| point.pairs.len());
        let differences = self.points.iter().flat_map(|point| {
            let widens = cut::widens(point.pairs.len(), numbers());
            let ends = point.interval.filter(|_| widens);
            let (low, high) = ends.unwrap_or((point.mean, point.mean));
            point
                .pairs
                .iter()
                .copied()
                .chain([0.0, point.mean, low, high])
        });
        Ticks::around(differences, 5)
    }

    /// Whether an interval goes on beyond the chart.
    pub(crate) fn is_cut(&self) -> bool {
        let ticks = self.ticks();
        let ends = self.points.iter().filter_map(|point| point.interval);
        ends.flat_map(<[f64; 2]>::from)
            .any(|end| end.is_finite() && !ticks.hold(end))
    }
}

const TOP: f64 = 34.0;
const BOTTOM: f64 = 264.0;
const HEIGHT: f64 = 308.0;

/// How far the pairs are drawn from their mean.
const ASIDE: f64 = 8.0;

/// How many times the smallest value the largest is, from which on steps of the axis are ratios.
const WIDE: f64 = 10.0;

/// Whether the axis of these ascending values has equal steps for equal ratios.
pub(crate) fn is_logarithmic(values: &[f64]) -> bool {
    match (values.first(), values.last()) {
        (Some(&first), Some(&last)) => first > 0.0 && last / first >= WIDE,
        _ => false,
    }
}

/// The chart.
pub(crate) fn dose(alternative: &Alternative, chart: &Dose<'_>) -> Markup {
    let ticks = chart.ticks();
    let widths = ticks
        .values
        .iter()
        .map(|&tick| text_width(&ticks.signed_label(tick)));
    let left = widths.fold(0.0, f64::max) + 10.0;
    let y = Scale::new(ticks.range(), (BOTTOM, TOP));
    let places = places(&chart.points, left);
    let labelled = labelled(&chart.points, &places);
    let zero = y.at(0.0);
    let drawing = html! {
        (axis::left(&ticks, &y, (left, WIDTH), Numbers::Differences, chart.measure))
        @for ((point, x), has_label) in chart.points.iter().zip(&places).zip(&labelled) {
            path.grid d=(format!("M{} {}v4", px(*x), px(BOTTOM))) {}
            @if *has_label {
                text.tick.middle x=(px(*x)) y=(px(BOTTOM + 15.0)) dy=".35em" { (point.label) }
            }
        }
        text.axis.middle x=(px((left + WIDTH) / 2.0)) y=(px(BOTTOM + 34.0)) dy=".35em" { (chart.across) }
        path.zero d=(format!("M{} {}H{}", px(left), px(zero), px(WIDTH))) {}
        path.rule d=(marker::polyline(&line(&chart.points, &places, &y))) {}
        @for (point, x) in chart.points.iter().zip(&places) {
            g class=(marker::colour(point.slot)) { (drawn(point, *x, &ticks, &y)) }
        }
    };
    svg(alternative, HEIGHT, &drawing)
}

/// Where each value is along the axis. With the same space at both ends.
fn places(points: &[DosePoint], left: f64) -> Vec<f64> {
    let values: Vec<f64> = points.iter().map(|point| point.value).collect();
    let along = |value: f64| {
        if is_logarithmic(&values) {
            value.ln()
        } else {
            value
        }
    };
    let along: Vec<f64> = values.iter().map(|&value| along(value)).collect();
    let positions = (left + 26.0, WIDTH - 26.0);
    match (along.first(), along.last()) {
        (Some(&first), Some(&last)) if first < last => {
            let scale = Scale::new((first, last), positions);
            along.iter().map(|&value| scale.at(value)).collect()
        }
        _ => vec![f64::midpoint(positions.0, positions.1); points.len()],
    }
}

/// Whether each value has a label: those that would touch the one before have none.
fn labelled(points: &[DosePoint], places: &[f64]) -> Vec<bool> {
    let mut end = f64::NEG_INFINITY;
    let both = points.iter().zip(places);
    both.map(|(point, x)| {
        let half = text_width(&point.label) / 2.0;
        let fits = x - half > end + 4.0;
        if fits {
            end = x + half;
        }
        fits
    })
    .collect()
}

/// The line through the means.
fn line(points: &[DosePoint], places: &[f64], y: &Scale) -> Vec<(f64, f64)> {
    let both = points.iter().zip(places);
    both.filter(|(point, _)| point.mean.is_finite())
        .map(|(point, x)| (*x, y.at(point.mean)))
        .collect()
}

fn drawn(point: &DosePoint, x: f64, ticks: &Ticks, y: &Scale) -> Markup {
    let finite = point.pairs.iter().filter(|pair| pair.is_finite());
    let specks = finite.map(|&pair| format!("M{} {}h0", px(x + ASIDE), px(y.at(pair))));
    let interval = point
        .interval
        .filter(|(low, high)| low.is_finite() && high.is_finite());
    html! {
        path.specks d=(specks.collect::<String>()) {}
        @if let Some((low, high)) = interval {
            path.thick d=(format!("M{} {}V{}", px(x), px(y.at(low)), px(y.at(high)))) {}
            @for (end, outward) in [(low, 1.0), (high, -1.0)] {
                @if !ticks.hold(end) { path.tip d=(cut::tip((x, y.at(end)), (0.0, outward))) {} }
            }
        }
        @if point.mean.is_finite() {
            path.dot d=(marker::outline(point.slot, x, y.at(point.mean), 5.0)) {}
        }
    }
}

#[cfg(test)]
mod tests;
