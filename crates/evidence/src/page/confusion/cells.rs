//! Shades and texts of a confusion matrix's cells.

use crate::chart::matrix::{Cell, Colour, SHADES};

/// The shares of its row at which a cell gets the next shade. The text changes its colour between 20% and
/// 50%, where both colours have enough contrast.
pub(super) const SHARES: [f64; SHADES as usize] = [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 0.7, 0.9];

/// The differences of shares at which a cell gets the next shade.
const DIFFERENCES: [f64; 5] = [0.005, 0.01, 0.02, 0.04, 0.08];

/// Each row divided by its sum. A row without images stays 0.
pub(super) fn shares(confusion: &[Vec<u32>]) -> Vec<Vec<f64>> {
    let rows = confusion.iter().map(|row| {
        let images: f64 = row.iter().map(|&count| f64::from(count)).sum();
        row.iter()
            .map(|&count| f64::from(count) / images.max(1.0))
            .collect()
    });
    rows.collect()
}

fn shade(value: f64, thresholds: &[f64]) -> u8 {
    // A difference of exactly 0.02 may be slightly smaller after rounding.
    let reached = thresholds
        .iter()
        .filter(|&&from| value >= from - 1e-12)
        .count();
    u8::try_from(reached).unwrap_or(SHADES)
}

/// A cell of a confusion matrix.
pub(super) fn share_cell(share: f64) -> Cell {
    let rounded = (share * 100.0).round();
    Cell {
        shade: shade(share, &SHARES),
        colour: Colour::First,
        text: if rounded > 0.0 {
            rounded.to_string()
        } else {
            String::new()
        },
    }
}

/// A cell of the difference of two matrices.
pub(super) fn difference_cell(difference: f64) -> Cell {
    let rounded = (difference * 100.0).round();
    let sign = if difference > 0.0 { "+" } else { "−" };
    Cell {
        shade: shade(difference.abs(), &DIFFERENCES),
        colour: if difference < 0.0 {
            Colour::Second
        } else {
            Colour::First
        },
        text: if rounded == 0.0 {
            String::new()
        } else {
            format!("{sign}{}", rounded.abs())
        },
    }
}

#[cfg(test)]
mod tests;
