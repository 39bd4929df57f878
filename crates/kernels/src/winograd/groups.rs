//! What one thread does with one group of images, or at one place.

use pulp::Simd;

use super::grid::Grid;
use super::tiles::{self, Slot};
use crate::conv::Layer;
use crate::epilogue::{self, Activation, seen_part};
use crate::image;
use crate::instructions::{Kernel, vectors, vectors_mut};
use crate::product::{Left, Right, Target, WIDTH, panel};
use crate::scratch::Scratch;
use crate::transform::Tile;
use crate::weights::Panels;

/// Outputs of a group of images.
pub(super) struct ForwardGroup<'a, T> {
    pub(super) grid: Grid<T>,
    pub(super) layer: &'a Layer<'a>,
    /// U of every place.
    pub(super) panels: &'a [f32],
    pub(super) input: &'a [f32],
    pub(super) output: &'a mut [f32],
    /// Empty where none is wanted.
    pub(super) route: &'a mut [f32],
}

impl<T: Tile> Kernel for ForwardGroup<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { grid, layer, .. } = self;
        let shape = &grid.shape;
        let images = self.input.len() / shape.input_image();
        let mut v = Scratch::new(grid.matrices(images, shape.inputs));
        let mut m = Scratch::new(grid.matrices(images, shape.outputs));
        transform_images(simd, &grid, self.input, &mut v);
        let channels = (shape.inputs, shape.outputs);
        products(simd, &grid, images, channels, self.panels, &v, &mut m);

        let plane = grid.plane();
        let mut sums = Scratch::new(grid.plane_values());
        let values = self.output.len() / images;
        for (image, output) in self.output.chunks_exact_mut(values).enumerate() {
            let slot = Slot {
                images,
                image,
                channels: shape.outputs,
            };
            tiles::to_output(simd, &grid, &slot, &m, &mut sums);
            let route = if self.route.is_empty() {
                &mut []
            } else {
                &mut self.route[image * values..(image + 1) * values]
            };
            epilogue::forward(
                simd,
                &plane,
                &sums,
                layer.bias,
                layer.activation,
                output,
                route,
            );
        }
    }
}

/// V of a group's images.
#[inline(always)]
fn transform_images<S: Simd, T: Tile>(simd: S, grid: &Grid<T>, input: &[f32], v: &mut [f32]) {
    let shape = &grid.shape;
    let images = input.len() / shape.input_image();
    let padded = grid.padded();
    let mut bordered = Scratch::new(padded[0] * padded[1] * shape.inputs);
    for (image, input) in input.chunks_exact(shape.input_image()).enumerate() {
        let slot = Slot {
            images,
            image,
            channels: shape.inputs,
        };
        if padded == shape.size {
            tiles::from_input(simd, grid, &slot, input, v);
        } else {
            let size = shape.size;
            image::pad(
                input,
                shape.inputs,
                size,
                shape.padding,
                padded,
                &mut bordered,
            );
            tiles::from_input(simd, grid, &slot, &bordered, v);
        }
    }
}

/// At every place, the matrix of `from` times the panels, into `to`.
#[inline(always)]
fn products<S: Simd, T: Tile>(
    simd: S,
    grid: &Grid<T>,
    images: usize,
    (depth, columns): (usize, usize),
    panels: &[f32],
    from: &[f32],
    to: &mut [f32],
) {
    let rows = images * grid.tiles();
    let lanes = S::F32_LANES;
    let layout = Panels { columns, lanes };
    let place_vectors = depth * WIDTH;
    let (panels, to) = (vectors::<S>(panels), vectors_mut::<S>(to));
    for place in 0..Grid::<T>::PLACES {
        let from = &from[place * grid.pitch(images, depth)..];
        let to = &mut to[place * grid.pitch(images, columns) / lanes..];
        for (index, (first, width)) in layout.vectors().enumerate() {
            let start = (index * Grid::<T>::PLACES + place) * place_vectors;
            panel::<S, false>(
                simd,
                (rows, width, depth),
                Left {
                    values: from,
                    row: depth,
                    depth: 1,
                },
                Right {
                    values: &panels[start..start + place_vectors],
                    depth: WIDTH,
                },
                Target {
                    values: &mut to[first..],
                    row: columns / lanes,
                },
            );
        }
    }
}

/// V and dM of a group of images, and its part of the bias's gradient.
pub(super) struct TransformGroup<'a, T> {
    pub(super) grid: Grid<T>,
    pub(super) activation: Activation,
    pub(super) input: &'a [f32],
    pub(super) gradient: &'a [f32],
    /// What the activation remembers, or empty.
    pub(super) seen: &'a [f32],
    /// Begins with zeros.
    pub(super) bias: &'a mut [f32],
    pub(super) v: &'a mut [f32],
    pub(super) m: &'a mut [f32],
}

impl<T: Tile> Kernel for TransformGroup<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let grid = self.grid;
        let images = self.input.len() / grid.shape.input_image();
        transform_images(simd, &grid, self.input, self.v);
        let plane = grid.plane();
        // Zeros where tiles reach beyond the image.
        let mut sums = Scratch::zeros(grid.plane_values());
        let values = self.gradient.len() / images;
        for (image, gradient) in self.gradient.chunks_exact(values).enumerate() {
            let seen = seen_part(self.seen, image * values..(image + 1) * values);
            epilogue::backward(
                simd,
                &plane,
                gradient,
                seen,
                self.activation,
                &mut sums,
                self.bias,
            );
            let slot = Slot {
                images,
                image,
                channels: grid.shape.outputs,
            };
            tiles::from_output(simd, &grid, &slot, &sums, self.m);
        }
    }
}

/// A group's part of the gradient of U at one place.
pub(super) struct WeightGradientPlace<'a, T> {
    pub(super) grid: Grid<T>,
    pub(super) images: usize,
    pub(super) place: usize,
    pub(super) v: &'a [f32],
    pub(super) m: &'a [f32],
    /// `[inputs, outputs]`; added to.
    pub(super) u_gradient: &'a mut [f32],
}

impl<T: Tile> Kernel for WeightGradientPlace<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (inputs, outputs) = (self.grid.shape.inputs, self.grid.shape.outputs);
        let lanes = S::F32_LANES;
        let tiles = self.images * self.grid.tiles();
        let start = |channels| self.place * self.grid.pitch(self.images, channels);
        let v = &self.v[start(inputs)..][..tiles * inputs];
        let m = vectors::<S>(&self.m[start(outputs)..][..tiles * outputs]);
        let u_gradient = vectors_mut::<S>(self.u_gradient);
        let layout = Panels {
            columns: outputs,
            lanes,
        };
        for (first, width) in layout.vectors() {
            panel::<S, true>(
                simd,
                (inputs, width, tiles),
                Left {
                    values: v,
                    row: 1,
                    depth: inputs,
                },
                Right {
                    values: &m[first..],
                    depth: outputs / lanes,
                },
                Target {
                    values: &mut u_gradient[first..],
                    row: outputs / lanes,
                },
            );
        }
    }
}

/// The input's gradient of a group of images.
pub(super) struct InputGradientGroup<'a, T> {
    pub(super) grid: Grid<T>,
    /// U of every place, transposed.
    pub(super) panels: &'a [f32],
    /// The group's V, which is no longer needed: dV takes its place.
    pub(super) v: &'a mut [f32],
    pub(super) m: &'a [f32],
    pub(super) input_gradient: &'a mut [f32],
}

impl<T: Tile> Kernel for InputGradientGroup<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let grid = self.grid;
        let shape = &grid.shape;
        let images = self.input_gradient.len() / shape.input_image();
        let channels = (shape.outputs, shape.inputs);
        products(simd, &grid, images, channels, self.panels, self.m, self.v);
        let padded = grid.padded();
        let mut bordered = Scratch::new(padded[0] * padded[1] * shape.inputs);
        let gradients = self.input_gradient.chunks_exact_mut(shape.input_image());
        for (image, gradient) in gradients.enumerate() {
            let slot = Slot {
                images,
                image,
                channels: shape.inputs,
            };
            if padded == shape.size {
                tiles::to_input(simd, &grid, &slot, self.v, gradient);
            } else {
                tiles::to_input(simd, &grid, &slot, self.v, &mut bordered);
                let size = shape.size;
                image::crop(
                    &bordered,
                    shape.inputs,
                    size,
                    shape.padding,
                    padded,
                    gradient,
                );
            }
        }
    }
}
