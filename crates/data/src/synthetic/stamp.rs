//! Shapes with a position and colours, to be painted on a canvas.

use super::SIDE;
use super::dice::{Colour, Dice, turn};
use super::shape::Shape;

const RADIUS: (f32, f32) = (8.0, 12.5);
const OFF_CENTRE: f32 = 3.5;
/// Tangent of half the largest tilt of a shape whose direction defines its class.
const HALF_TILT: f32 = 0.2;
/// The number of random colours from which the one with the most contrast is chosen; fewer are harder.
const FOREGROUND_DRAWS: u32 = 3;

/// A shape with its position, size, direction and colours.
pub(super) struct Stamp {
    pub(super) shape: Shape,
    pub(super) centre: [f32; 2],
    pub(super) radius: f32,
    direction: (f32, f32),
    /// The colours at its two ends.
    pub(super) colours: [Colour; 2],
}

impl Stamp {
    /// The shape of a class, near the centre and in contrast to the colour `backdrop`.
    pub(super) fn object(dice: &mut Dice, class: usize, backdrop: Colour) -> Self {
        let contrast = |colour: &Colour| -> f32 {
            colour
                .iter()
                .zip(backdrop)
                .map(|(a, b)| (a - b).abs())
                .sum()
        };
        let candidates = (0..FOREGROUND_DRAWS).map(|_| dice.colour(0.3, 0.95));
        let colour = candidates
            .reduce(|best, next| {
                if contrast(&next) > contrast(&best) {
                    next
                } else {
                    best
                }
            })
            .expect("there is at least one draw");
        let middle = SIDE as f32 / 2.0;
        let shape = Shape::for_class(class, |low, high| dice.between((low, high)));
        Self {
            centre: [0; 2].map(|_| middle + dice.between((-OFF_CENTRE, OFF_CENTRE))),
            radius: dice.between(RADIUS),
            direction: if shape.depends_on_direction() {
                turn(dice.between((-HALF_TILT, HALF_TILT)))
            } else {
                dice.direction()
            },
            colours: [colour, colour.map(|value| value * dice.between((0.7, 1.0)))],
            shape,
        }
    }

    /// A plain shape at a random position, with a radius from the range.
    pub(super) fn blob(dice: &mut Dice, radius: (f32, f32)) -> Self {
        let colour = dice.colour(0.1, 0.8);
        Self {
            shape: Shape::blob(dice.count((0, 2))),
            centre: [0; 2].map(|_| dice.between((0.0, SIDE as f32))),
            radius: dice.between(radius),
            direction: dice.direction(),
            colours: [colour; 2],
        }
    }

    /// The point in the coordinates of the shape, which spans about -1 to 1.
    pub(super) fn local(&self, x: f32, y: f32) -> (f32, f32) {
        let (right, down) = (x - self.centre[0], y - self.centre[1]);
        let (cos, sin) = self.direction;
        (
            (right * cos + down * sin) / self.radius,
            (down * cos - right * sin) / self.radius,
        )
    }
}
