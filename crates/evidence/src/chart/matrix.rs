//! A chart of a square of shaded cells, such as a confusion matrix.

use std::fmt::Write;

use maud::{Markup, html};

use super::{Alternative, TEXT, WIDTH, marker, px, shortened, svg, text_width, ticks::Ticks};

/// The darkest shade; 0 is no shade.
pub(crate) const SHADES: u8 = 8;

/// The most classes for which a cell has room for its number.
pub(crate) const NUMBERED: usize = 10;

/// The most classes for which a row has room for its name.
const NAMED: usize = 20;

/// Which of a matrix's two colours a cell has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    /// The first.
    First,
    /// The second, as for negative differences.
    Second,
}

/// One cell.
#[derive(Clone)]
pub(crate) struct Cell {
    /// From 0 to [`SHADES`].
    pub(crate) shade: u8,
    /// Its colour.
    pub(crate) colour: Colour,
    /// Its number.
    pub(crate) text: String,
}

/// A matrix, row by row.
pub(crate) struct Matrix<'a> {
    /// The names of rows and columns.
    pub(crate) classes: &'a [String],
    /// The cells, one row for each class. A row has one cell for each class.
    pub(crate) cells: Vec<Vec<Cell>>,
    /// The slot of the first colour.
    pub(crate) first_slot: usize,
    /// The slot of the second colour.
    pub(crate) second_slot: usize,
}

impl Matrix<'_> {
    fn slot(&self, colour: Colour) -> usize {
        match colour {
            Colour::First => self.first_slot,
            Colour::Second => self.second_slot,
        }
    }
}

/// The chart.
pub(crate) fn matrix(alternative: &Alternative, matrix: &Matrix<'_>) -> Markup {
    let count = matrix.classes.len();
    let names: Vec<String> = matrix
        .classes
        .iter()
        .map(|name| shortened(name, 11))
        .collect();
    let margin = if count <= NAMED {
        names
            .iter()
            .map(|name| text_width(name))
            .fold(0.0, f64::max)
            + 8.0
    } else {
        40.0
    };
    let side = (WIDTH - margin - 2.0) / count.max(1) as f64;
    let end = margin + side * count as f64;
    let middle = |index: usize| margin + side * (index as f64 + 0.5);
    let numbered = count <= NUMBERED;
    let shades = |colour: Colour| (1..=SHADES).map(move |shade| (shade, colour));
    let drawing = html! {
        path.frame d=(format!("M{m} {m}H{e}V{e}H{m}z", m = px(margin), e = px(end))) {}
        g transform=(format!("translate({m} {m}) scale({side:.3})", m = px(margin))) {
            @for (shade, colour) in shades(Colour::First).chain(shades(Colour::Second)) {
                @let squares = squares(&matrix.cells, shade, colour);
                @if !squares.is_empty() {
                    @let slot = matrix.slot(colour);
                    path class={ (marker::colour(slot)) " h" (shade) } d=(squares) {}
                }
            }
        }
        @if count <= NAMED {
            @for (index, name) in names.iter().enumerate() {
                @let at = px(middle(index));
                text.tick.end x=(px(margin - 6.0)) y=(at) dy=".35em" { (name) }
                text.tick transform=(format!("translate({at} {}) rotate(-90)", px(margin - 6.0))) dy=".35em" { (name) }
            }
        } @else {
            (numbers(count, &middle, margin))
        }
        @if numbered {
            @for (row, cells) in matrix.cells.iter().enumerate() {
                @for (column, cell) in cells.iter().enumerate() {
                    @if !cell.text.is_empty() {
                        text.cell.on[cell.shade > 5] x=(px(middle(column))) y=(px(middle(row))) dy=".35em" { (cell.text) }
                    }
                }
            }
        }
    };
    svg(alternative, end + 2.0, &drawing)
}

/// Class numbers, from 0, instead of names that have no room.
fn numbers(count: usize, middle: &impl Fn(usize) -> f64, margin: f64) -> Markup {
    let ticks = Ticks::counting(count - 1, 5);
    html! {
        @for index in ticks.values.iter().map(|&tick| tick as usize).filter(|&tick| tick > 1).chain([0]) {
            @let at = px(middle(index));
            text.tick.end x=(px(margin - 5.0)) y=(at) dy=".35em" { (index) }
            text.tick.middle x=(at) y=(px(margin - TEXT * 0.7)) dy=".35em" { (index) }
        }
    }
}

/// One path for all cells of a shade. Neighbours in a row are joined, because a hundred classes have ten
/// thousand cells.
fn squares(cells: &[Vec<Cell>], shade: u8, colour: Colour) -> String {
    let mut data = String::new();
    for (row, cells) in cells.iter().enumerate() {
        let mut column = 0;
        while column < cells.len() {
            let same = cells[column..]
                .iter()
                .take_while(|cell| cell.shade == shade && cell.colour == colour)
                .count();
            if same > 0 {
                // Writing to a string does not fail.
                let _ = write!(data, "M{column} {row}h{same}v1h-{same}z");
            }
            column += same.max(1);
        }
    }
    data
}

#[cfg(test)]
mod tests;
