//! One shape for each arm, so that readers need not tell colours apart.

use std::fmt::Write;

use super::px;

/// The number of colours and shapes. With more arms they repeat.
pub(crate) const SLOTS: usize = 6;

/// The class of an arm's colour in the style sheet.
pub(crate) fn colour(slot: usize) -> String {
    format!("s{}", slot % SLOTS)
}

/// The shape as a character, for legends.
pub(crate) fn glyph(slot: usize) -> &'static str {
    ["●", "◆", "■", "▲", "▼", "✚"][slot % SLOTS]
}

/// The outline of the shape around a point, as path data. Several outlines can follow one another in one
/// path.
pub(crate) fn outline(slot: usize, x: f64, y: f64, radius: f64) -> String {
    let r = radius;
    let corners: &[(f64, f64)] = match slot % SLOTS {
        0 => return circle(x, y, r),
        1 => &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)],
        2 => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        3 => &[(0.0, -1.2), (1.15, 0.8), (-1.15, 0.8)],
        4 => &[(0.0, 1.2), (1.15, -0.8), (-1.15, -0.8)],
        _ => &[
            (-0.4, -1.1),
            (0.4, -1.1),
            (0.4, -0.4),
            (1.1, -0.4),
            (1.1, 0.4),
            (0.4, 0.4),
            (0.4, 1.1),
            (-0.4, 1.1),
            (-0.4, 0.4),
            (-1.1, 0.4),
            (-1.1, -0.4),
            (-0.4, -0.4),
        ],
    };
    let points: Vec<(f64, f64)> = corners
        .iter()
        .map(|(dx, dy)| (x + dx * r, y + dy * r))
        .collect();
    format!("{}z", polyline(&points))
}

fn circle(x: f64, y: f64, r: f64) -> String {
    let (r, across) = (px(r), px(2.0 * r));
    let left = px(x - across.parse::<f64>().unwrap_or(0.0) / 2.0);
    format!(
        "M{left} {}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0 -{across} 0z",
        px(y)
    )
}

/// Path data through points. The style sheet's round line ends draw a single point as a dot.
pub(crate) fn polyline(points: &[(f64, f64)]) -> String {
    let mut data = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let before = if index == 0 { 'M' } else { ' ' };
        // Writing to a string does not fail.
        let _ = write!(data, "{before}{} {}", px(*x), px(*y));
    }
    if points.len() == 1 {
        data.push_str("h0");
    }
    data
}

#[cfg(test)]
mod tests;
