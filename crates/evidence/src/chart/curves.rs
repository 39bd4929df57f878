//! A chart of values over epochs or ε: a thin line for each run, a thick line for their mean.

use maud::{Markup, html};

use super::{
    Alternative, WIDTH,
    axis::{self, Numbers},
    marker, px,
    scale::Scale,
    spacing, svg, text_width,
    ticks::Ticks,
};

/// The titles and numbers of the axes.
pub(crate) struct Axes<'a> {
    /// The title of the values; above the chart.
    pub(crate) measure: &'a str,
    /// The title of the horizontal axis, such as `Epoch`; below the chart.
    pub(crate) across: &'a str,
    /// The numbers of the horizontal axis.
    pub(crate) ticks: Ticks,
}

/// The curves of one arm's runs. A point is a place along the bottom and a value, both in the units of
/// their axis. A value that is not finite leaves a gap.
pub(crate) struct Series {
    /// Decides colour and shape.
    pub(crate) slot: usize,
    /// The label at the end of the mean's line.
    pub(crate) label: String,
    /// How it is drawn.
    pub(crate) style: LineStyle,
    /// The points of each run.
    pub(crate) runs: Vec<Vec<(f64, f64)>>,
    /// The mean of the runs at each place.
    pub(crate) mean: Vec<(f64, f64)>,
}

/// How a curve is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineStyle {
    /// A line with the arm's shape at its end, for many places.
    Line,
    /// A line with the arm's shape at every place, for few places.
    Points,
    /// A dashed line with an outlined shape at every place.
    Dashed,
}

/// The distance between the end of a line and its label.
const LABEL_GAP: f64 = 14.0;

const TOP: f64 = 34.0;
const BOTTOM: f64 = 264.0;
const HEIGHT: f64 = 308.0;

/// The chart.
pub(crate) fn curves(alternative: &Alternative, axes: &Axes<'_>, series: &[Series]) -> Markup {
    let points = series.iter().flat_map(|one| one.runs.iter().flatten());
    let y_ticks = Ticks::around(points.clone().map(|(_, value)| *value), 5);
    let left = y_ticks
        .values
        .iter()
        .map(|&tick| text_width(&y_ticks.label(tick)))
        .fold(0.0, f64::max)
        + 10.0;
    let labels = series.iter().map(|one| text_width(&one.label));
    let right = WIDTH - labels.fold(0.0, f64::max) - LABEL_GAP - 6.0;
    let places = points.map(|(place, _)| *place);
    let places = places.chain(axes.ticks.values.iter().copied());
    let (first, last) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), place| {
        (low.min(place), high.max(place))
    });
    // A single place is in the middle.
    let range = if first < last {
        (first, last)
    } else {
        (first - 1.0, first + 1.0)
    };
    let plot = Plot {
        x: Scale::new(range, (left + 6.0, right - 4.0)),
        y: Scale::new(y_ticks.range(), (BOTTOM, TOP)),
        single: first >= last,
    };
    let ends: Vec<f64> = series.iter().map(|one| plot.end(one).1).collect();
    let label_heights = spacing::apart(&ends, 16.0, (TOP, BOTTOM));
    let drawing = html! {
        (axis::left(&y_ticks, &plot.y, (left, right), Numbers::Values, axes.measure))
        (bottom_axis(axes, &plot.x))
        @for one in series {
            g class=(one.classes()) {
                path.run.single[plot.single] d=(plot.runs(one)) {}
            }
        }
        @for (one, height) in series.iter().zip(&label_heights) {
            @let (x, y) = plot.end(one);
            // A curve may end before the others.
            @if (y - height).abs() > 3.0 || right - x > 2.0 * LABEL_GAP {
                @let label = (right + LABEL_GAP - 2.0, *height);
                g class=(marker::colour(one.slot)) {
                    path.leader d=(marker::polyline(&[(x + 4.0, y), label])) {}
                }
            }
        }
        @for one in series {
            g class=(one.classes()) {
                path.halo d=(plot.line(&one.mean)) {}
                path.mean d=(plot.line(&one.mean)) {}
                path class=(one.shape()) d=(plot.shapes(one)) {}
            }
        }
        @for (one, height) in series.iter().zip(&label_heights) {
            text class={ "label " (marker::colour(one.slot)) } x=(px(right + LABEL_GAP)) y=(px(*height)) dy=".35em" {
                (one.label)
            }
        }
    };
    svg(alternative, HEIGHT, &drawing)
}

fn bottom_axis(axes: &Axes<'_>, x: &Scale) -> Markup {
    html! {
        @for &tick in &axes.ticks.values {
            path.grid d=(format!("M{} {}v4", px(x.at(tick)), px(BOTTOM))) {}
            text.tick.middle x=(px(x.at(tick))) y=(px(BOTTOM + 15.0)) dy=".35em" {
                (axes.ticks.label(tick))
            }
        }
        text.axis.middle x=(px(x.middle())) y=(px(BOTTOM + 34.0)) dy=".35em" { (axes.across) }
    }
}

impl Series {
    /// The classes of its lines in the style sheet.
    fn classes(&self) -> String {
        let dashed = match self.style {
            LineStyle::Dashed => " dashed",
            LineStyle::Line | LineStyle::Points => "",
        };
        format!("{}{dashed}", marker::colour(self.slot))
    }

    /// The class of its shapes in the style sheet.
    fn shape(&self) -> &'static str {
        match self.style {
            LineStyle::Dashed => "hollow",
            LineStyle::Line | LineStyle::Points => "dot",
        }
    }
}

struct Plot {
    x: Scale,
    y: Scale,
    single: bool,
}

impl Plot {
    /// All runs as one path, because elements cost more bytes than points.
    fn runs(&self, series: &Series) -> String {
        series.runs.iter().map(|run| self.line(run)).collect()
    }

    fn line(&self, points: &[(f64, f64)]) -> String {
        let parts = points.split(|(_, value)| !value.is_finite());
        parts
            .map(|part| {
                let points: Vec<_> = part.iter().map(|point| self.at(*point)).collect();
                marker::polyline(&points)
            })
            .collect()
    }

    /// The arm's shape at each place of the mean, or at its end only.
    fn shapes(&self, series: &Series) -> String {
        let shape = |(x, y)| marker::outline(series.slot, x, y, 4.5);
        if series.style == LineStyle::Line {
            return shape(self.end(series));
        }
        let finite = series.mean.iter().filter(|(_, value)| value.is_finite());
        finite.map(|point| shape(self.at(*point))).collect()
    }

    fn at(&self, (place, value): (f64, f64)) -> (f64, f64) {
        (self.x.at(place), self.y.at(value))
    }

    /// The end of the mean, or the bottom right if it has no value.
    fn end(&self, series: &Series) -> (f64, f64) {
        let finite = series.mean.iter().rfind(|(_, value)| value.is_finite());
        self.at(finite.copied().unwrap_or((f64::MAX, f64::MIN)))
    }
}

#[cfg(test)]
mod tests;
