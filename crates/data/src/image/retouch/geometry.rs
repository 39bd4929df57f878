//! Changes that move pixels: PIL's affine transform with nearest-neighbour sampling.

use crate::ImageShape;

/// One coordinate of the place that a pixel comes from: a linear function of `[x, y, 1]`.
type Coordinate = [f64; 3];

/// Shears along the rows; the upper edge stays in its place.
pub(super) fn shear_x(image: &mut [u8], shape: ImageShape, shear: f64, scratch: &mut Vec<u8>) {
    let shear = angle(shear).tan();
    sample(image, shape, [1.0, shear, 0.0], [0.0, 1.0, 0.0], scratch);
}

/// Shears along the columns; the left edge stays in its place.
pub(super) fn shear_y(image: &mut [u8], shape: ImageShape, shear: f64, scratch: &mut Vec<u8>) {
    let angle = angle(shear);
    let shear = angle.sin() / angle.cos();
    sample(image, shape, [1.0, 0.0, 0.0], [shear, 1.0, 0.0], scratch);
}

/// The angle of a shear. torchvision goes through degrees, which may cost the last bit.
fn angle(shear: f64) -> f64 {
    shear.atan().to_degrees().to_radians()
}

/// Moves every row to the right.
pub(super) fn translate_x(image: &mut [u8], shape: ImageShape, right: i32) {
    for row in image.chunks_exact_mut(shape.width.max(1)) {
        shift(row, right.unsigned_abs() as usize, right < 0);
    }
}

/// Moves every channel down.
pub(super) fn translate_y(image: &mut [u8], shape: ImageShape, down: i32) {
    let by = (down.unsigned_abs() as usize).saturating_mul(shape.width);
    for channel in image.chunks_exact_mut(shape.plane().max(1)) {
        shift(channel, by, down < 0);
    }
}

/// Moves values towards the end, or towards the start, and leaves black behind them.
fn shift(values: &mut [u8], by: usize, to_start: bool) {
    let kept = values.len().saturating_sub(by);
    let by = values.len() - kept;
    if to_start {
        values.copy_within(by.., 0);
        values[kept..].fill(0);
    } else {
        values.copy_within(..kept, by);
        values[..by].fill(0);
    }
}

/// Turns the image around its centre, counter-clockwise.
///
/// PIL turns by right angles without sampling. With sines of exactly 0 and 1, sampling does the same.
pub(super) fn rotate(image: &mut [u8], shape: ImageShape, degrees: f64, scratch: &mut Vec<u8>) {
    let (sin, cos) = (-degrees.rem_euclid(360.0).to_radians()).sin_cos();
    let (sin, cos) = (fifteen_decimals(sin), fifteen_decimals(cos));
    let (x, y) = (shape.width as f64 / 2.0, shape.height as f64 / 2.0);
    // The centre stays in its place.
    let column = [cos, sin, cos * -x + sin * -y + x];
    let row = [-sin, cos, -sin * -x + cos * -y + y];
    sample(image, shape, column, row, scratch);
}

/// PIL rounds the sine and the cosine of an angle like this, so that those of right angles are exact.
fn fifteen_decimals(value: f64) -> f64 {
    (value * 1e15).round_ties_even() / 1e15
}

/// Takes every pixel from the place that `column` and `row` compute for its centre; outside the image it is black.
///
/// Places have 16 bits after the point, as in PIL. It changes to f64 if a corner of the image comes from 32,768 or more
/// pixels away, which this does not imitate.
fn sample(
    image: &mut [u8],
    shape: ImageShape,
    column: Coordinate,
    row: Coordinate,
    scratch: &mut Vec<u8>,
) {
    scratch.clear();
    scratch.extend_from_slice(image);
    let ImageShape { height, width, .. } = shape;
    let [column_start, row_start] =
        [column, row].map(|[by_x, by_y, start]| fixed(start + by_x * 0.5 + by_y * 0.5));
    let [column, row] = [column, row].map(|place| place.map(fixed));
    let sources = scratch.chunks_exact(shape.plane().max(1));
    for (source, target) in sources.zip(image.chunks_exact_mut(shape.plane().max(1))) {
        for (y, line) in target.chunks_exact_mut(width).enumerate() {
            let mut from_column = column_start + column[1] * y as i64;
            let mut from_row = row_start + row[1] * y as i64;
            for value in line {
                let from = inside(from_column, width).zip(inside(from_row, height));
                *value = from.map_or(0, |(x, y)| source[y * width + x]);
                from_column += column[0];
                from_row += row[0];
            }
        }
    }
}

/// The whole part of a place, if it is below `end` and not negative.
fn inside(place: i64, end: usize) -> Option<usize> {
    let whole = usize::try_from(place >> 16).ok()?;
    (whole < end).then_some(whole)
}

/// A number with 16 bits after the point, rounded half up.
fn fixed(value: f64) -> i64 {
    // So far away that no pixel comes from there, and near enough for sums over the largest image.
    const FAR: f64 = (1_u64 << 40) as f64;
    (value * 65_536.0 + 0.5).floor().clamp(-FAR, FAR) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grey image of two rows.
    const SHAPE: ImageShape = ImageShape {
        channels: 1,
        height: 2,
        width: 3,
    };

    #[test]
    fn an_image_moves_right_and_down_and_black_follows() {
        let mut image = [1, 2, 3, 4, 5, 6];
        translate_x(&mut image, SHAPE, 1);
        assert_eq!(image, [0, 1, 2, 0, 4, 5]);
        translate_y(&mut image, SHAPE, 1);
        assert_eq!(image, [0, 0, 0, 0, 1, 2]);
        translate_x(&mut image, SHAPE, -2);
        assert_eq!(image, [0, 0, 0, 2, 0, 0]);
        translate_y(&mut image, SHAPE, -7);
        assert_eq!(image, [0; 6]);
    }

    #[test]
    fn half_a_turn_reverses_the_pixels() {
        let mut image = [1, 2, 3, 4, 5, 6];
        rotate(&mut image, SHAPE, 180.0, &mut Vec::new());
        assert_eq!(image, [6, 5, 4, 3, 2, 1]);
    }

    #[test]
    fn a_quarter_turn_is_counter_clockwise() {
        let shape = ImageShape { width: 2, ..SHAPE };
        let mut image = [1, 2, 3, 4];
        rotate(&mut image, shape, 90.0, &mut Vec::new());
        assert_eq!(image, [2, 4, 1, 3]);
    }

    #[test]
    fn a_shear_of_1_moves_each_row_further() {
        let mut image = [1, 2, 3, 4, 5, 6];
        shear_x(&mut image, SHAPE, 1.0, &mut Vec::new());
        // Centres count: row 0 comes from half a pixel to the right, which is already the next.
        assert_eq!(image, [2, 3, 0, 6, 0, 0]);
    }
}
