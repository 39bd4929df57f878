//! Pictures of point clouds: what one looks like from a little above.

use crate::{ImageShape, Point};

/// Height and width of a picture, in pixels.
const SIDE: usize = 128;
/// Half of the side of a dot, in pixels.
const DOT: i32 = 1;
/// How far the viewer stands to the side and above, as cosine and sine.
const ASIDE: [f32; 2] = [0.866_025_4, 0.5];
const ABOVE: [f32; 2] = [0.939_692_6, 0.342_020_15];
/// The value of the nearest point, and of the farthest one. Paper is white.
const NEAREST: f32 = 20.0;
const FARTHEST: f32 = 190.0;

/// The shape of [`cloud_picture`].
pub const CLOUD_PICTURE: ImageShape = ImageShape {
    channels: 1,
    height: SIDE,
    width: SIDE,
};

/// A grey picture of a cloud in the unit ball, u8 `[1, 128, 128]`: dots on white, the nearer the darker, seen from the side
/// and a little above. y points up. Points far outside the ball are not seen.
pub fn cloud_picture(points: &[Point]) -> Vec<u8> {
    let mut seen: Vec<[f32; 3]> = points.iter().map(|point| turned(*point)).collect();
    // Near points are drawn over far ones.
    seen.sort_by(|a, b| a[2].total_cmp(&b[2]));
    let mut pixels = vec![u8::MAX; CLOUD_PICTURE.values()];
    let half = SIDE as f32 / 2.0;
    for [right, up, near] in seen {
        let distance = (1.0 - near.clamp(-1.0, 1.0)) / 2.0;
        let value = (NEAREST + (FARTHEST - NEAREST) * distance) as u8;
        // A dot at the rim of the ball still fits.
        let scale = half - 4.0;
        // Far outside, a place would not be a whole number of 32 bits.
        let place = |value: f32| (half + scale * value.clamp(-2.0, 2.0)) as i32;
        let (column, row) = (place(right), place(-up));
        for y in -DOT..=DOT {
            for x in -DOT..=DOT {
                let (column, row) = (column + x, row + y);
                let is_inside = |place: i32| (0..SIDE as i32).contains(&place);
                if is_inside(column) && is_inside(row) {
                    pixels[row as usize * SIDE + column as usize] = value;
                }
            }
        }
    }
    pixels
}

/// The point as the viewer sees it: to the right, up, and towards the viewer.
fn turned([x, y, z]: Point) -> [f32; 3] {
    let [right, ahead] = [ASIDE[0] * x - ASIDE[1] * z, ASIDE[1] * x + ASIDE[0] * z];
    let [up, near] = [
        ABOVE[0] * y - ABOVE[1] * ahead,
        ABOVE[1] * y + ABOVE[0] * ahead,
    ];
    [right, up, near]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the dark pixels are: the means of their rows and columns, and their number.
    fn dark(points: &[Point]) -> (f64, f64, usize) {
        let pixels = cloud_picture(points);
        let places: Vec<usize> = (0..pixels.len()).filter(|&at| pixels[at] < 255).collect();
        let count = places.len();
        let mean = |of: fn(usize) -> usize| {
            let sum: usize = places.iter().map(|&at| of(at)).sum();
            sum as f64 / count as f64
        };
        (mean(|at| at / SIDE), mean(|at| at % SIDE), count)
    }

    #[test]
    fn a_point_is_a_dot_at_its_place() {
        assert_eq!(dark(&[[0.0; 3]]), (64.0, 64.0, 9));
        let (up, _, _) = dark(&[[0.0, 1.0, 0.0]]);
        assert!(up < 10.0, "{up}");
        let (_, right, _) = dark(&[[1.0, 0.0, 0.0]]);
        assert!(right > 110.0, "{right}");
    }

    #[test]
    fn the_nearer_point_is_darker_and_in_front() {
        // Both lie on the viewer's line.
        let line = [ASIDE[1] * ABOVE[0], ABOVE[1], ASIDE[0] * ABOVE[0]];
        let [near, far] = [0.9, -0.9].map(|at| line.map(|value| value * at));
        for order in [[near, far], [far, near]] {
            let pixels = cloud_picture(&order);
            let darkest = pixels.iter().min().unwrap();
            assert!(*darkest < 40, "{darkest}");
            assert_eq!(pixels.iter().filter(|&value| value == darkest).count(), 9);
        }
    }

    #[test]
    fn points_outside_are_not_seen() {
        let pixels = cloud_picture(&[[50.0, 50.0, 0.0], [f32::MAX; 3]]);
        assert!(pixels.iter().all(|&value| value == 255));
    }
}
