//! A value over epochs: every run as a thin line, their mean as a thick one.

use maud::{Markup, html};

use super::{
    Alternative, WIDTH, axis, marker, px, scale::Scale, spacing, svg, text_width, ticks::Ticks,
};

/// One arm's runs. Values are in the axis's units; those that are not finite leave a gap.
pub(crate) struct Series {
    /// Decides colour and shape.
    pub(crate) slot: usize,
    /// Stands at the end of the mean's line.
    pub(crate) label: String,
    /// The epoch and value of each run.
    pub(crate) runs: Vec<Vec<(usize, f64)>>,
    /// Their mean at each epoch.
    pub(crate) mean: Vec<(usize, f64)>,
}

/// Between a line's end and its label.
const LABEL_GAP: f64 = 14.0;

const TOP: f64 = 34.0;
const BOTTOM: f64 = 264.0;
const HEIGHT: f64 = 308.0;

/// The chart; `measure` says what the values are.
pub(crate) fn curves(alternative: &Alternative, measure: &str, series: &[Series]) -> Markup {
    let values = series.iter().flat_map(|one| one.runs.iter().flatten());
    let y_ticks = Ticks::around(values.clone().map(|(_, value)| *value), 5);
    let last = values.map(|(epoch, _)| *epoch).max().unwrap_or(1);
    let left = y_ticks
        .values
        .iter()
        .map(|&tick| text_width(&y_ticks.label(tick)))
        .fold(0.0, f64::max)
        + 10.0;
    let labels = series.iter().map(|one| text_width(&one.label));
    let right = WIDTH - labels.fold(0.0, f64::max) - LABEL_GAP - 6.0;
    // A single epoch stands in the middle.
    let epochs = if last > 1 {
        (1.0, last as f64)
    } else {
        (0.0, 2.0)
    };
    let plot = Plot {
        x: Scale::new(epochs, (left + 6.0, right - 4.0)),
        y: Scale::new(y_ticks.range(), (BOTTOM, TOP)),
        single: last == 1,
    };
    let ends: Vec<f64> = series.iter().map(|one| plot.end(one).1).collect();
    let label_heights = spacing::apart(&ends, 16.0, (TOP, BOTTOM));
    let drawing = html! {
        (axis::left(&y_ticks, &plot.y, left, right, measure))
        (epoch_axis(last, &plot.x))
        @for one in series {
            g class=(marker::colour(one.slot)) {
                path.run.single[plot.single] d=(plot.runs(one)) {}
            }
        }
        @for (one, height) in series.iter().zip(&label_heights) {
            @let (x, y) = plot.end(one);
            @if (y - height).abs() > 3.0 {
                @let label = (right + LABEL_GAP - 2.0, *height);
                g class=(marker::colour(one.slot)) {
                    path.leader d=(marker::polyline(&[(x + 4.0, y), label])) {}
                }
            }
        }
        @for one in series {
            @let (x, y) = plot.end(one);
            g class=(marker::colour(one.slot)) {
                path.halo d=(plot.line(&one.mean)) {}
                path.mean d=(plot.line(&one.mean)) {}
                path.dot d=(marker::outline(one.slot, x, y, 4.5)) {}
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

fn epoch_axis(last: usize, x: &Scale) -> Markup {
    let ticks = Ticks::counting(last, 5);
    html! {
        @for &tick in &ticks.values {
            path.grid d=(format!("M{} {}v4", px(x.at(tick)), px(BOTTOM))) {}
            text.tick.middle x=(px(x.at(tick))) y=(px(BOTTOM + 15.0)) dy=".35em" {
                (ticks.label(tick))
            }
        }
        text.axis.middle x=(px(x.at(f64::midpoint(1.0, last as f64)))) y=(px(BOTTOM + 34.0)) dy=".35em" {
            "Epoch"
        }
    }
}

struct Plot {
    x: Scale,
    y: Scale,
    single: bool,
}

impl Plot {
    /// All runs in one path: elements cost more than points.
    fn runs(&self, series: &Series) -> String {
        series.runs.iter().map(|run| self.line(run)).collect()
    }

    fn line(&self, points: &[(usize, f64)]) -> String {
        let parts = points.split(|(_, value)| !value.is_finite());
        parts
            .map(|part| {
                let points: Vec<_> = part
                    .iter()
                    .map(|(epoch, value)| (self.x.at(*epoch as f64), self.y.at(*value)))
                    .collect();
                marker::polyline(&points)
            })
            .collect()
    }

    /// Where the mean ends; at the bottom right where it has no value.
    fn end(&self, series: &Series) -> (f64, f64) {
        let finite = series.mean.iter().rfind(|(_, value)| value.is_finite());
        let (epoch, value) = finite.copied().unwrap_or((usize::MAX, f64::NEG_INFINITY));
        (self.x.at(epoch as f64), self.y.at(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(runs: Vec<Vec<(usize, f64)>>) -> String {
        let mean = runs[0].clone();
        let alternative = Alternative {
            id: "c".to_owned(),
            title: "t".to_owned(),
            text: "d".to_owned(),
        };
        let series = Series {
            slot: 0,
            label: "mixup".to_owned(),
            runs,
            mean,
        };
        curves(&alternative, "Accuracy, %", &[series]).into_string()
    }

    #[test]
    fn every_run_is_in_one_path() {
        let svg = drawn(vec![vec![(1, 50.0), (2, 60.0)], vec![(1, 51.0), (2, 61.0)]]);
        assert_eq!(svg.matches("class=\"run\"").count(), 1);
        let path = svg.split("class=\"run\" d=\"").nth(1).unwrap();
        assert_eq!(path.split('"').next().unwrap().matches('M').count(), 2);
    }

    #[test]
    fn a_single_epoch_is_dots() {
        let svg = drawn(vec![vec![(1, 50.0)], vec![(1, 51.0)]]);
        assert!(svg.contains("class=\"run single\""));
        assert_eq!(svg.matches("h0").count(), 4);
    }

    #[test]
    fn what_is_not_finite_leaves_a_gap() {
        let svg = drawn(vec![vec![(1, 1.0), (2, f64::NAN), (3, 2.0), (4, 3.0)]]);
        assert!(!svg.contains("NaN"));
        assert!(!drawn(vec![vec![(1, f64::INFINITY)]]).contains("inf"));
    }
}
