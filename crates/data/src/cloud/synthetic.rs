//! A built-in set of point clouds of ten kinds of shapes. It needs no file and no download.
//!
//! It has the same bytes on every machine: all arithmetic uses `+ - * /` and square roots, which every platform rounds
//! in the same way. There is no sine.

mod dice;
mod shape;

use rayon::prelude::*;

use crate::cloud::unit_ball::in_unit_ball;
use crate::draw::random::{Purpose, image_stream};
use crate::{CloudSet, Clouds, Point};
use dice::Dice;
use shape::{CLASSES, Shape};

/// How far a point may lie off its surface, along each axis.
const NOISE: f64 = 0.01;
/// More random numbers than a point takes on average: about eleven of a torus.
const NUMBERS_PER_POINT: usize = 16;
/// By how much a shape is stretched along each of its axes.
const STRETCH: (f64, f64) = (0.75, 1.3);

/// Draws `train` training clouds and `test` test clouds of ten kinds of shapes, each of `size` points on a surface.
///
/// Shapes have random proportions, stand upright and are turned about the up axis. Clouds are f32 `[N, size, 3]` in the
/// unit ball. The sizes of any two classes differ by at most one. Each cloud is a pure function of `seed`, its split,
/// its index and `size`.
///
/// # Panics
/// If `size` is below 2.
pub fn synthetic_shapes(seed: u64, train: usize, test: usize, size: usize) -> CloudSet {
    assert!(size >= 2, "points of a cloud from 2");
    CloudSet {
        train: draw_split(seed, 0, train, size),
        validation: None,
        test: draw_split(seed, 1, test, size),
        classes: CLASSES.map(String::from).to_vec(),
    }
}

fn draw_split(seed: u64, split: u64, count: usize, size: usize) -> Clouds {
    let drawn: Vec<Vec<Point>> = (0..count)
        .into_par_iter()
        .map(|index| {
            // A point takes some numbers more than once, until they fit.
            let most = NUMBERS_PER_POINT * size;
            let purpose = Purpose::SyntheticShapes;
            let numbers = image_stream(seed, purpose, split, index, most);
            draw_cloud(&mut Dice::new(numbers), index % CLASSES.len(), size)
        })
        .collect();
    let mut clouds = Clouds::new(size);
    for (index, points) in drawn.iter().enumerate() {
        let pushed = clouds.push(points, (index % CLASSES.len()) as u16);
        pushed.expect("points in the unit ball are finite");
    }
    clouds
}

fn draw_cloud(dice: &mut Dice, class: usize, size: usize) -> Vec<Point> {
    let shape = Shape::of_class(class, dice);
    let stretch = [(); 3].map(|()| dice.between(STRETCH));
    let [cos, sin] = dice.direction();
    let points = (0..size).map(|_| {
        let [x, y, z] = shape.point(dice);
        let noise = [(); 3].map(|()| dice.between((-NOISE, NOISE)));
        let [x, y, z] = [
            x * stretch[0] + noise[0],
            y * stretch[1] + noise[1],
            z * stretch[2] + noise[2],
        ];
        [cos * x + sin * z, y, cos * z - sin * x]
    });
    let points: Vec<[f64; 3]> = points.collect();
    in_unit_ball(&points).expect("points with noise differ")
}

#[cfg(test)]
mod tests;
