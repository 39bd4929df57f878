//! A chart of rows with symbols along one axis: intervals, pairs, classes, gaps.

use maud::{Markup, html};

use super::{
    Alternative, WIDTH,
    axis::{self, Numbers},
    cut, marker, px,
    scale::Scale,
    shortened, svg, text_width,
    ticks::Ticks,
};

/// Rows over one axis.
pub(crate) struct Rows {
    /// The rows, from top to bottom.
    pub(crate) rows: Vec<Row>,
    /// The numbers of the axis.
    pub(crate) ticks: Ticks,
    /// The title of the axis.
    pub(crate) measure: &'static str,
    /// What it measures. Differences get a line at 0.
    pub(crate) numbers: Numbers,
    /// Height of a row.
    pub(crate) pitch: f64,
}

/// One row.
pub(crate) struct Row {
    /// The label at the left. A long one is shortened.
    pub(crate) label: String,
    /// The text at the right.
    pub(crate) note: String,
    /// Whether it is the mean of the rows before it: set apart by a line.
    pub(crate) is_mean: bool,
    /// The symbols, from back to front.
    pub(crate) symbols: Vec<Symbol>,
}

/// A symbol on a row, `shift` below its middle.
pub(crate) struct Symbol {
    /// Decides colour and shape.
    pub(crate) slot: usize,
    /// In units of the chart.
    pub(crate) shift: f64,
    /// The form, with its values.
    pub(crate) form: Form,
}

/// The form of a symbol.
pub(crate) enum Form {
    /// A grey band as high as the row.
    Band(f64, f64),
    /// A thin line from one value to another.
    Thin(f64, f64),
    /// A thick line from one value to another.
    Thick(f64, f64),
    /// A small faint dot for each value.
    Specks(Vec<f64>),
    /// The arm's shape.
    Dot(f64),
    /// The outline of the arm's shape.
    Hollow(f64),
}

impl Form {
    fn is_finite(&self) -> bool {
        match self {
            Self::Band(from, to) | Self::Thin(from, to) | Self::Thick(from, to) => {
                from.is_finite() && to.is_finite()
            }
            Self::Specks(values) => values.iter().all(|value| value.is_finite()),
            Self::Dot(at) | Self::Hollow(at) => at.is_finite(),
        }
    }
}

const TOP: f64 = 8.0;

/// The least height of a row with room for its label.
const LABELLED: f64 = 15.0;

/// The chart.
pub(crate) fn rows(alternative: &Alternative, chart: &Rows) -> Markup {
    let labels = chart.rows.iter().map(|row| shortened(&row.label, 16));
    let labels: Vec<String> = labels.collect();
    let width = |text: &String| {
        if text.is_empty() {
            0.0
        } else {
            text_width(text) + 10.0
        }
    };
    let left = labels.iter().map(width).fold(10.0, f64::max);
    let notes = chart.rows.iter().map(|row| width(&row.note));
    let right = WIDTH - notes.fold(14.0, f64::max);
    let bottom = TOP + chart.pitch * chart.rows.len() as f64 + 4.0;
    let x = Scale::new(chart.ticks.range(), (left + 8.0, right - 8.0));
    // If rows are too low for a label each, only every second or third has one.
    let every = (LABELLED / chart.pitch).ceil().max(1.0) as usize;
    let drawing = html! {
        (axis::below(&chart.ticks, &x, (TOP, bottom), chart.numbers, chart.measure))
        @for (index, row) in chart.rows.iter().enumerate() {
            @for (from, to) in bands(row) {
                (band(from, to, &x, TOP + chart.pitch * (index as f64 + 0.5), chart.pitch))
            }
        }
        @if chart.numbers == Numbers::Differences {
            path.zero d=(format!("M{} {}V{}", px(x.at(0.0)), px(TOP), px(bottom))) {}
        }
        @for (index, (row, label)) in chart.rows.iter().zip(&labels).enumerate() {
            @let y = TOP + chart.pitch * (index as f64 + 0.5);
            @if row.is_mean && index > 0 {
                path.rule d=(format!("M0 {}H{}", px(y - chart.pitch / 2.0), px(WIDTH))) {}
            }
            @if index % every == 0 || row.is_mean {
                text.tick.end.strong[row.is_mean] x=(px(left - 6.0)) y=(px(y)) dy=".35em" { (label) }
            }
            @for symbol in row.symbols.iter().filter(|symbol| symbol.form.is_finite()) {
                g class=(marker::colour(symbol.slot)) { (drawn(symbol, &chart.ticks, &x, y, chart.pitch)) }
            }
            @if !row.note.is_empty() {
                text.tick.end.strong[row.is_mean] x=(px(WIDTH)) y=(px(y)) dy=".35em" { (row.note) }
            }
        }
    };
    svg(alternative, bottom + 44.0, &drawing)
}

fn drawn(symbol: &Symbol, ticks: &Ticks, x: &Scale, middle: f64, pitch: f64) -> Markup {
    let y = middle + symbol.shift;
    let line = |from: f64, to: f64| format!("M{} {}H{}", px(x.at(from)), px(y), px(x.at(to)));
    let radius = (pitch * 0.24).clamp(2.0, 5.0);
    let shape = |at: f64| marker::outline(symbol.slot, x.at(at), y, radius);
    match &symbol.form {
        // It is under the line at 0, so it was drawn before that.
        Form::Band(..) => html! {},
        Form::Thin(from, to) => html! { path.thin d=(line(*from, *to)) {} },
        Form::Thick(from, to) => html! {
            path.thick d=(line(*from, *to)) {}
            @for (end, outward) in [(*from, -1.0), (*to, 1.0)] {
                @if !ticks.hold(end) { path.tip d=(cut::tip((x.at(end), y), (outward, 0.0))) {} }
            }
        },
        Form::Specks(values) => {
            let specks = values
                .iter()
                .map(|&value| format!("M{} {}h0", px(x.at(value)), px(y)));
            html! { path.specks d=(specks.collect::<String>()) {} }
        }
        Form::Dot(at) => html! { path.dot d=(shape(*at)) {} },
        Form::Hollow(at) => html! { path.hollow d=(shape(*at)) {} },
    }
}

fn bands(row: &Row) -> impl Iterator<Item = (f64, f64)> {
    let symbols = row.symbols.iter().filter(|symbol| symbol.form.is_finite());
    symbols.filter_map(|symbol| match symbol.form {
        Form::Band(from, to) => Some((from, to)),
        _ => None,
    })
}

fn band(from: f64, to: f64, x: &Scale, middle: f64, pitch: f64) -> Markup {
    let (from, to, half) = (px(x.at(from)), px(x.at(to)), pitch / 2.0 - 3.0);
    let (top, height) = (px(middle - half), px(2.0 * half));
    html! { path.band d=(format!("M{from} {top}H{to}v{height}H{from}z")) {} }
}

#[cfg(test)]
mod tests;
