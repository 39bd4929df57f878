//! Changes that move values away from another image, or towards it: PIL's `ImageEnhance`.

use super::grey::{channels, luma, mean};
use super::value_table::{look_up, table};
use crate::ImageShape;

/// PIL's blend of two bytes: `from` + `factor` · (`to` − `from`) in f32, cut off to a whole number from 0 to 255.
///
/// A factor of 0 returns `from`, and one of 1 returns `to`, exactly.
pub(super) fn blend(from: u8, to: u8, factor: f32) -> u8 {
    let difference = i32::from(to) - i32::from(from);
    cut_off((f32::from(from) + factor * difference as f32).clamp(0.0, 255.0))
}

/// The whole part of a number from 0 to 255. A cast does the same, but goes from value to value where this is computed
/// for several at once, which makes it four times as fast.
fn cut_off(value: f32) -> u8 {
    // From here on, f32 has no fractions: a sum is rounded to a whole number, which its lowest bits hold.
    const WHOLE: f32 = (1 << 23) as f32;
    let rounded = (value + WHOLE) - WHOLE;
    let whole = if rounded > value {
        rounded - 1.0
    } else {
        rounded
    };
    (whole + WHOLE).to_bits() as u8
}

/// Blends with black.
pub(super) fn brightness(image: &mut [u8], factor: f32) {
    look_up(image, &table(|value| blend(0, value, factor)));
}

/// Blends with the mean grey.
pub(super) fn contrast(image: &mut [u8], shape: ImageShape, factor: f32) {
    let mean = mean(image, shape);
    look_up(image, &table(|value| blend(mean, value, factor)));
}

/// Blends every colour with its grey.
pub(super) fn saturation(image: &mut [u8], shape: ImageShape, factor: f32) {
    let Some([red, green, blue]) = channels(image, shape) else {
        return;
    };
    for ((red, green), blue) in red.iter_mut().zip(green).zip(blue) {
        let grey = luma(*red, *green, *blue);
        *red = blend(grey, *red, factor);
        *green = blend(grey, *green, factor);
        *blue = blend(grey, *blue, factor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cut_off_as_by_a_cast() {
        let near = |whole: u8| {
            let whole = f32::from(whole);
            [
                whole.next_down(),
                whole,
                whole.next_up(),
                whole + 0.5,
                whole + 0.75,
            ]
        };
        for value in (0..=255)
            .flat_map(near)
            .map(|value| value.clamp(0.0, 255.0))
        {
            assert_eq!(cut_off(value), value as u8, "{value}");
        }
    }

    #[test]
    fn factors_of_0_and_1_return_one_of_the_two() {
        for (from, to) in (0..=255).flat_map(|from| (0..=255).map(move |to| (from, to))) {
            assert_eq!(blend(from, to, 0.0), from);
            assert_eq!(blend(from, to, 1.0), to);
        }
    }

    #[test]
    fn a_factor_beyond_1_stops_at_black_and_white() {
        assert_eq!(blend(100, 120, 1.5), 130);
        assert_eq!(blend(100, 200, 2.0), 255);
        assert_eq!(blend(200, 50, 2.0), 0);
    }
}
