//! Charts as small inline SVG, drawn by hand.
//!
//! All charts are 420 units wide and scale with the page. The style sheet sets colours and text sizes.
//! Positions leave room for [`TEXT`], the largest text size, which it sets on phones.

pub(crate) mod axis;
pub(crate) mod curves;
pub(crate) mod cut;
pub(crate) mod dose;
pub(crate) mod marker;
pub(crate) mod matrix;
pub(crate) mod reliability;
pub(crate) mod rows;
pub(crate) mod scale;
pub(crate) mod spacing;
pub(crate) mod ticks;

use maud::{Markup, html};

/// Width of every chart, in its own units.
pub(crate) const WIDTH: f64 = 420.0;

/// The largest size of text, in the chart's units.
pub(crate) const TEXT: f64 = 13.5;

/// A text alternative, for readers who do not see the chart.
pub(crate) struct Alternative {
    /// An id that is unique on the page. Ids of the chart's parts begin with it.
    pub(crate) id: String,
    /// The name of the chart.
    pub(crate) title: String,
    /// The content of the chart, in numbers.
    pub(crate) text: String,
}

/// An SVG element of this height around a drawing.
pub(crate) fn svg(alternative: &Alternative, height: f64, drawing: &Markup) -> Markup {
    let title = format!("{}-title", alternative.id);
    let desc = format!("{}-desc", alternative.id);
    html! {
        svg role="img" viewBox=(format!("0 0 {} {}", px(WIDTH), px(height)))
            aria-labelledby=(format!("{title} {desc}")) {
            title id=(title) { (alternative.title) }
            desc id=(desc) { (alternative.text) }
            (drawing)
        }
    }
}

/// A coordinate with at most one decimal, which is finer than a pixel.
pub(crate) fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0" } else { text }.to_owned()
}

/// An estimate of the width of a text at its largest size. The reader's font is not known.
pub(crate) fn text_width(text: &str) -> f64 {
    let width = |letter: char| if letter.is_uppercase() { 0.8 } else { 0.62 };
    text.chars().map(width).sum::<f64>() * TEXT
}

/// The text, or its beginning and an ellipsis if it has more than this many characters.
pub(crate) fn shortened(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(characters.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests;
