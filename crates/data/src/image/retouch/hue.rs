//! Turning the hue, by way of PIL's mode "HSV", which has 8 bits for each of hue, saturation and value.

use super::grey::channels;
use crate::ImageShape;

/// Turns the hue of every colour by a share of a full circle.
pub(super) fn turn(image: &mut [u8], shape: ImageShape, share: f64) {
    let Some([red, green, blue]) = channels(image, shape) else {
        return;
    };
    // Cut off to a whole number, whose lowest byte is added: −1 becomes 255, which is the same on a circle of 256.
    let turn = (share * 255.0) as i32 as u8;
    let turned: [Sector; 256] =
        std::array::from_fn(|hue| Sector::of((hue as u8).wrapping_add(turn)));
    for ((red, green), blue) in red.iter_mut().zip(green).zip(blue) {
        let (hue, saturation) = hue_and_saturation(*red, *green, *blue);
        let value = *red.max(green).max(blue);
        [*red, *green, *blue] = turned[usize::from(hue)].colour(saturation, value);
    }
}

/// Hue and saturation of a colour, which PIL computes partly in f32 and cuts off. A grey has 0 for both.
fn hue_and_saturation(red: u8, green: u8, blue: u8) -> (u8, u8) {
    let largest = red.max(green).max(blue);
    let smallest = red.min(green).min(blue);
    let span = f32::from(largest - smallest);
    let middle = red ^ green ^ blue ^ largest ^ smallest;
    // How far the middle channel is below the largest: from 0 to 1.
    let below = f32::from(largest - middle) / span.max(1.0);
    let order = [red >= green, green >= blue, blue >= red];
    let (start, direction) = SIXTHS[order.iter().fold(0, |bits, &is| 2 * bits + usize::from(is))];
    // Of the three numbers that PIL adds, only one is not whole. So this sum, too, is rounded once.
    let circle = f64::from(start + direction * below) / 6.0 + 1.0;
    let hue = if circle >= 1.0 { circle - 1.0 } else { circle };
    let saturation = span / f32::from(largest.max(1));
    (byte(hue as f32), byte(saturation))
}

/// A hue at which the two largest channels are equal, and the direction from there to the largest. The circle has six
/// sixths: red is at 0, green at 2, blue at 4. The place in this list is whether red ≥ green, green ≥ blue and blue ≥ red.
const SIXTHS: [(f32, f32); 8] = [
    // Each less than the next: this cannot be.
    (0.0, 0.0),
    // Red < green < blue.
    (3.0, 1.0),
    // Blue < red < green.
    (1.0, 1.0),
    // Red < blue < green.
    (3.0, -1.0),
    // Green < blue < red. −1 is between blue and red.
    (-1.0, 1.0),
    // Green < red < blue.
    (5.0, -1.0),
    // Blue < green < red.
    (1.0, -1.0),
    // All are equal.
    (0.0, 0.0),
];

/// A number from 0 to 1 as a byte, cut off.
fn byte(share: f32) -> u8 {
    (f64::from(share) * 255.0) as u8
}

/// What is needed of a hue to make a colour of it.
#[derive(Clone, Copy)]
struct Sector {
    /// Which of the four levels of a colour its red, green and blue have.
    levels: [u8; 3],
    /// How far the hue is in its sixth of the circle, from 0 to 84 of 85: a step of the hue is 6/255 of a sixth.
    fraction: u8,
}

impl Sector {
    fn of(hue: u8) -> Self {
        const VALUE: u8 = 0;
        const LOW: u8 = 1;
        const FALLING: u8 = 2;
        const RISING: u8 = 3;
        let levels = match u16::from(hue) * 6 / 255 {
            1 => [FALLING, VALUE, LOW],
            2 => [LOW, VALUE, RISING],
            3 => [LOW, FALLING, VALUE],
            4 => [RISING, LOW, VALUE],
            5 => [VALUE, LOW, FALLING],
            // The hue 255 is a full circle, which is red as 0 is.
            _ => [VALUE, RISING, LOW],
        };
        Self {
            levels,
            fraction: (u16::from(hue) * 2 % 85) as u8,
        }
    }

    /// Red, green and blue of the colour with this hue.
    fn colour(self, saturation: u8, value: u8) -> [u8; 3] {
        // In whole numbers. PIL computes in f32 and f64, and rounds to the same: its sums are at most 255 · 3 · 2⁻²⁵ off,
        // and these, of denominator 255 · 85, are at least half of 1 / (255 · 85) away from where rounding changes.
        const ONE: u32 = 255 * 85;
        let (saturation, fraction) = (u32::from(saturation), u32::from(self.fraction));
        let level = |lost: u32| ((2 * u32::from(value) * (ONE - lost) + ONE) / (2 * ONE)) as u8;
        let levels = [
            value,
            level(saturation * 85),
            level(saturation * fraction),
            level(saturation * (85 - fraction)),
        ];
        self.levels.map(|number| levels[usize::from(number & 3)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule of `colorsys.hsv_to_rgb` on bytes, as PIL computes it in floating-point numbers.
    fn colour_by_floats(hue: u8, saturation: u8, value: u8) -> [u8; 3] {
        let sixths = f64::from(hue) * 6.0 / 255.0;
        let fraction = (sixths - sixths.floor()) as f32;
        let saturation = (f64::from(saturation) / 255.0) as f32;
        let level = |lost: f64| (f64::from(value) * (1.0 - lost)).round() as u8;
        let low = level(saturation.into());
        let falling = level((saturation * fraction).into());
        let rising = level(f64::from(saturation) * (1.0 - f64::from(fraction)));
        match sixths as u8 % 6 {
            0 => [value, rising, low],
            1 => [falling, value, low],
            2 => [low, value, rising],
            3 => [low, falling, value],
            4 => [rising, low, value],
            _ => [value, low, falling],
        }
    }

    /// All 2²⁴ of them.
    #[test]
    fn every_colour_in_whole_numbers_is_that_in_floating_point_numbers() {
        for hue in 0..=255 {
            let sector = Sector::of(hue);
            for (saturation, value) in (0..=255).flat_map(|s| (0..=255).map(move |v| (s, v))) {
                let expected = colour_by_floats(hue, saturation, value);
                assert_eq!(sector.colour(saturation, value), expected);
            }
        }
    }

    /// The rule of `colorsys.rgb_to_hsv`: each of the three cases by itself, rounded to f32 where PIL rounds.
    fn hue_and_saturation_by_cases(red: u8, green: u8, blue: u8) -> (u8, u8) {
        let largest = red.max(green).max(blue);
        let span = f32::from(largest - red.min(green).min(blue));
        if span == 0.0 {
            return (0, 0);
        }
        let [r, g, b] = [red, green, blue].map(|v| f64::from(f32::from(largest - v) / span));
        let sixths = if red == largest {
            b - g
        } else if green == largest {
            2.0 + r - b
        } else {
            4.0 + g - r
        };
        let hue = (f64::from(sixths as f32) / 6.0 + 1.0) % 1.0;
        (byte(hue as f32), byte(span / f32::from(largest)))
    }

    /// Every fifth value of each channel, with both ends.
    #[test]
    fn hue_and_saturation_are_those_of_each_case() {
        let values = || (0..=255).step_by(5);
        for (red, green) in values().flat_map(|red| values().map(move |green| (red, green))) {
            for blue in values() {
                let expected = hue_and_saturation_by_cases(red, green, blue);
                assert_eq!(hue_and_saturation(red, green, blue), expected);
            }
        }
    }

    #[test]
    fn a_third_of_a_circle_turns_red_to_green() {
        let shape = ImageShape {
            channels: 3,
            height: 1,
            width: 1,
        };
        let mut image = [255, 0, 0];
        turn(&mut image, shape, 1.0 / 3.0);
        assert_eq!(image, [0, 255, 0]);
    }
}
