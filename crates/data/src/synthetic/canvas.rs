//! The pixels of a built-in image while it is drawn.

use super::dice::{Colour, Dice};
use super::stamp::Stamp;
use super::{CHANNELS, SIDE};

const TEXTURE: f32 = 18.0;
const NOISE: f32 = 20.0;

/// Sample points per pixel and axis, to measure how much of a pixel a shape covers.
const SUBPIXELS: usize = 3;
/// Pixels between the knots of the background's texture.
const TEXTURE_STEP: usize = 8;

/// An image while it is drawn: one colour per pixel, in rows from the top.
pub(super) struct Canvas(Vec<Colour>);

impl Canvas {
    /// A gradient with soft blotches.
    pub(super) fn background(dice: &mut Dice, colour: Colour) -> Self {
        let (cos, sin) = dice.direction();
        let slope = dice.between((0.0, 1.6));
        let knots = SIDE / TEXTURE_STEP + 1;
        let heights: Vec<f32> = (0..knots * knots)
            .map(|_| dice.between((-TEXTURE, TEXTURE)))
            .collect();
        let pixels = (0..SIDE * SIDE).map(|pixel| {
            let (x, y) = (pixel % SIDE, pixel / SIDE);
            let across = |value: usize| (value % TEXTURE_STEP) as f32 / TEXTURE_STEP as f32;
            let row = |row: usize| {
                let knot = row * knots + x / TEXTURE_STEP;
                heights[knot] + (heights[knot + 1] - heights[knot]) * across(x)
            };
            let (above, below) = (row(y / TEXTURE_STEP), row(y / TEXTURE_STEP + 1));
            let middle = SIDE as f32 / 2.0;
            let along = (x as f32 - middle) * cos + (y as f32 - middle) * sin;
            let light = along * slope + above + (below - above) * across(y);
            colour.map(|value| value + light)
        });
        Self(pixels.collect())
    }

    /// Paints over each pixel in proportion to the part that the shape covers.
    pub(super) fn paint(&mut self, stamp: &Stamp) {
        let offset = |step: usize| (step as f32 + 0.5) / SUBPIXELS as f32;
        for (pixel, old) in self.0.iter_mut().enumerate() {
            let (x, y) = ((pixel % SIDE) as f32, (pixel / SIDE) as f32);
            let covered = (0..SUBPIXELS * SUBPIXELS)
                .filter(|point| {
                    let (right, down) = (offset(point % SUBPIXELS), offset(point / SUBPIXELS));
                    let (u, v) = stamp.local(x + right, y + down);
                    stamp.shape.contains(u, v)
                })
                .count();
            let share = covered as f32 / (SUBPIXELS * SUBPIXELS) as f32;
            let (_, v) = stamp.local(x + 0.5, y + 0.5);
            let end = ((v + 1.0) / 2.0).clamp(0.0, 1.0);
            for (channel, value) in old.iter_mut().enumerate() {
                let [first, last] = stamp.colours.map(|colour| colour[channel]);
                let ink = first + (last - first) * end;
                *value += (ink - *value) * share;
            }
        }
    }

    /// Adds noise and stores the planes one after another.
    pub(super) fn into_bytes(self, dice: &mut Dice) -> Vec<u8> {
        let planes = (0..CHANNELS).flat_map(|channel| self.0.iter().map(move |c| c[channel]));
        planes
            .map(|value| {
                // The sum of two uniform draws is mostly near its mean.
                let noise = (dice.unit() + dice.unit() - 1.0) * NOISE;
                (value + noise + 0.5).clamp(0.0, 255.0) as u8
            })
            .collect()
    }
}
