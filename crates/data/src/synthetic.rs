//! A built-in set of images with ten kinds of shapes. It needs no file and no download.
//!
//! It has the same bytes on every machine: all arithmetic is on integers or uses `+ - * /` on f32, which
//! every platform rounds in the same way. There is no sine, power or fused operation.

mod dice;
mod shape;

use rayon::prelude::*;

use crate::random::{Purpose, seek, stream};
use crate::{CHANNELS, ImageSet, Images, SIDE};
use dice::{Dice, turn};
use shape::{CLASSES, Shape};

// The settings of the difficulty. Sizes are in pixels, colours from 0 to 255. After ten epochs on 3,000
// images, a network of four 3x3 convolutions (16, 16, 32, 32) classifies 92 % of them correctly, and
// 77 % of 2,000 new ones.
const RADIUS: (f32, f32) = (8.0, 12.5);
const OFF_CENTRE: f32 = 3.5;
/// Tangent of half the largest tilt of a shape whose direction defines its class.
const HALF_TILT: f32 = 0.2;
/// The number of random colours from which the one with the most contrast is chosen; fewer are harder.
const FOREGROUND_DRAWS: u32 = 3;
const DISTRACTORS: (u32, u32) = (1, 3);
const DISTRACTOR_RADIUS: (f32, f32) = (1.5, 3.2);
const OCCLUSION_CHANCE: f32 = 0.4;
const OCCLUDER_RADIUS: (f32, f32) = (2.5, 5.0);
const TEXTURE: f32 = 18.0;
const NOISE: f32 = 20.0;

/// Sample points per pixel and axis, to measure how much of a pixel a shape covers.
const SUBPIXELS: usize = 3;
/// Pixels between the knots of the background's texture.
const TEXTURE_STEP: usize = 8;

/// Red, green and blue, from 0 to 255. Intermediate values may be outside this range.
type Colour = [f32; CHANNELS];

/// Draws `train` training images and `test` test images of ten kinds of shapes.
///
/// Images are u8 `[N, 3, 32, 32]`. The sizes of any two classes differ by at most one. Each image is a
/// pure function of `seed`, its split and its index.
pub fn synthetic(seed: u64, train: usize, test: usize) -> ImageSet {
    ImageSet {
        train: draw_split(seed, 0, train),
        test: draw_split(seed, 1, test),
        classes: CLASSES.map(String::from).to_vec(),
    }
}

fn draw_split(seed: u64, split: u64, count: usize) -> Images {
    let drawn: Vec<Vec<u8>> = (0..count)
        .into_par_iter()
        .map(|index| {
            let mut numbers = stream(seed, Purpose::Synthetic, split);
            seek(&mut numbers, index);
            draw_image(&mut Dice::new(numbers), index % CLASSES.len())
        })
        .collect();
    let mut images = Images::with_capacity(count);
    for (index, pixels) in drawn.iter().enumerate() {
        images.push(pixels, (index % CLASSES.len()) as u8);
    }
    images
}

fn draw_image(dice: &mut Dice, class: usize) -> Vec<u8> {
    let backdrop = dice.colour(0.1, 0.55);
    let mut canvas = Canvas::background(dice, backdrop);
    for _ in 0..dice.count(DISTRACTORS) {
        canvas.paint(&Stamp::blob(dice, DISTRACTOR_RADIUS));
    }
    let object = Stamp::object(dice, class, backdrop);
    canvas.paint(&object);
    if dice.unit() < OCCLUSION_CHANCE {
        let mut blob = Stamp::blob(dice, OCCLUDER_RADIUS);
        // On the rim, where it hides part of the outline but never the whole shape.
        let (cos, sin) = dice.direction();
        blob.centre = [
            object.centre[0] + cos * object.radius,
            object.centre[1] + sin * object.radius,
        ];
        canvas.paint(&blob);
    }
    canvas.into_bytes(dice)
}

/// A shape with its position, size, direction and colours.
struct Stamp {
    shape: Shape,
    centre: [f32; 2],
    radius: f32,
    direction: (f32, f32),
    /// The colours at its two ends.
    colours: [Colour; 2],
}

impl Stamp {
    fn object(dice: &mut Dice, class: usize, backdrop: Colour) -> Self {
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

    fn blob(dice: &mut Dice, radius: (f32, f32)) -> Self {
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
    fn local(&self, x: f32, y: f32) -> (f32, f32) {
        let (right, down) = (x - self.centre[0], y - self.centre[1]);
        let (cos, sin) = self.direction;
        (
            (right * cos + down * sin) / self.radius,
            (down * cos - right * sin) / self.radius,
        )
    }
}

struct Canvas(Vec<Colour>);

impl Canvas {
    /// A gradient with soft blotches.
    fn background(dice: &mut Dice, colour: Colour) -> Self {
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

    fn paint(&mut self, stamp: &Stamp) {
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
    fn into_bytes(self, dice: &mut Dice) -> Vec<u8> {
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

#[cfg(test)]
mod tests;
