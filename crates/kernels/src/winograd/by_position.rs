//! Layers with many channels and few tiles: each thread multiplies the tiles of many images at some
//! positions.
//!
//! The weights of such a layer are far larger than the cache. Here every weight is read once for
//! a whole flight, which for most layers is the batch, and not once for each group of images.

use pulp::Simd;
use rayon::prelude::*;

use super::direction::Direction;
use super::grid::Grid;
use super::positions::transform_images;
use super::tiles::{self, GroupImage};
use super::transform::Tile;
use super::weight_transform::transform_weights;
use crate::epilogue::Epilogue;
use crate::instructions::{Instructions, Kernel};
use crate::layer::Layer;
use crate::output::{Output, OutputPart};
use crate::panels::Panels;
use crate::product::{Left, Right, Target, WIDTH, multiply_panel};
use crate::scratch::Scratch;
use crate::vectors::{vectors, vectors_mut};

/// Values of V or M of a flight, about: 32 MiB. A batch of more is computed in several flights.
const FLIGHT_VALUES: usize = 1 << 23;

/// Groups of images in a flight.
pub(super) fn groups_in_flight<T: Tile>(grid: &Grid<T>) -> usize {
    let channels = grid.shape.inputs.max(grid.shape.outputs);
    let group_len = grid.matrices_len(grid.images_per_group(), channels);
    (FLIGHT_VALUES / group_len).max(1)
}

/// Convolution, bias, addend and activation. See [`crate::conv::forward`].
pub(super) fn forward<T: Tile>(instructions: Instructions, layer: &Layer<'_>, output: &mut Output) {
    let shape = &layer.shape;
    let grid = Grid::<T>::new(shape);
    let panels = transform_weights::<T>(instructions, layer, Direction::Forward);
    let most = groups_in_flight(&grid) * grid.images_per_group();
    let values = output.values.len() / shape.batch;
    let mut others = OutputPart::whole(output, layer);
    for input in layer.input.chunks(most * shape.input_image_len()) {
        let output;
        let len = input.len() / shape.input_image_len() * values;
        (output, others) = others.split(len);
        forward_flight(instructions, layer, &grid, &panels, input, output);
    }
}

/// The output of a flight.
fn forward_flight<T: Tile>(
    instructions: Instructions,
    layer: &Layer<'_>,
    grid: &Grid<T>,
    panels: &[f32],
    input: &[f32],
    output: OutputPart<'_>,
) {
    let (shape, grid) = (&layer.shape, *grid);
    let batch = input.len() / shape.input_image_len();
    let images = grid.images_per_group();
    let group_len = grid.matrices_len(images, shape.inputs);
    let mut v = Scratch::uncleared(batch.div_ceil(images) * group_len);
    input
        .par_chunks(images * shape.input_image_len())
        .zip(v.par_chunks_exact_mut(group_len))
        .for_each(|(input, v)| instructions.run(TransformInput { grid, input, v }));

    let mut m = Scratch::uncleared(grid.matrices_len(batch, shape.outputs));
    let channels = (shape.inputs, shape.outputs);
    multiply(instructions, &grid, batch, channels, panels, &v, &mut m);

    let (values, m) = (output.values.len() / batch, &*m);
    let epilogue = Epilogue {
        plane: grid.plane(),
        activation: layer.activation,
    };
    let run = |index: usize, output: OutputPart<'_>| {
        let at = GroupImage {
            images: batch,
            index,
            channels: shape.outputs,
        };
        instructions.run(OutputImage {
            grid,
            at,
            epilogue,
            m,
            bias: layer.bias,
            output,
        });
    };
    output.for_each_chunk(values, (0..batch).into_par_iter(), run);
}

/// The gradient of the input of a flight, from dM of its groups. `v` has room for all matrices, and
/// is overwritten.
pub(super) fn input_gradient<T: Tile>(
    instructions: Instructions,
    grid: &Grid<T>,
    panels: &[f32],
    m: &[f32],
    v: &mut [f32],
    target: &mut [f32],
) {
    let shape = &grid.shape;
    let batch = target.len() / shape.input_image_len();
    let v = &mut v[..grid.matrices_len(batch, shape.inputs)];
    let channels = (shape.outputs, shape.inputs);
    multiply(instructions, grid, batch, channels, panels, m, v);
    let v = &*v;
    target
        .par_chunks_exact_mut(shape.input_image_len())
        .enumerate()
        .for_each(|(index, target)| {
            instructions.run(InputImage {
                grid: *grid,
                batch,
                index,
                v,
                target,
            });
        });
}

/// At every position, writes the matrix of `batch` images times the weights to `to`. `from` has the matrices
/// of one group after the other.
fn multiply<T: Tile>(
    instructions: Instructions,
    grid: &Grid<T>,
    batch: usize,
    (depth, columns): (usize, usize),
    panels: &[f32],
    from: &[f32],
    to: &mut [f32],
) {
    to.par_chunks_exact_mut(grid.pitch(batch, columns))
        .enumerate()
        .for_each(|(position, to)| {
            instructions.run(PositionProduct {
                grid: *grid,
                batch,
                position,
                depth,
                columns,
                panels,
                from,
                to,
            });
        });
}

/// V of a group.
struct TransformInput<'a, T> {
    grid: Grid<T>,
    input: &'a [f32],
    v: &'a mut [f32],
}

impl<T: Tile> Kernel for TransformInput<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        transform_images(simd, &self.grid, self.input, self.v);
    }
}

/// The product at one position.
struct PositionProduct<'a, T> {
    grid: Grid<T>,
    /// Number of images.
    batch: usize,
    position: usize,
    depth: usize,
    columns: usize,
    panels: &'a [f32],
    from: &'a [f32],
    to: &'a mut [f32],
}

impl<T: Tile> Kernel for PositionProduct<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self {
            grid,
            batch,
            position,
            depth,
            columns,
            ..
        } = self;
        let lanes = S::F32_LANES;
        let images = grid.images_per_group();
        let group_len = grid.matrices_len(images, depth);
        let (panels, to) = (vectors::<S>(self.panels), vectors_mut::<S>(self.to));
        let position_vectors = depth * WIDTH;
        for (index, (first, width)) in (Panels { columns, lanes }).vectors().enumerate() {
            let start = (index * Grid::<T>::POSITIONS + position) * position_vectors;
            let right = Right {
                values: &panels[start..start + position_vectors],
                depth_step: WIDTH,
            };
            // The panel stays in the cache while the groups go by.
            for group in 0..batch.div_ceil(images) {
                let in_group = images.min(batch - group * images);
                let first_row = group * images * grid.tiles();
                let left = Left {
                    values: &self.from
                        [group * group_len + position * grid.pitch(in_group, depth)..],
                    row_step: depth,
                    depth_step: 1,
                };
                let target = Target {
                    values: &mut to[first_row * columns / lanes + first..],
                    row_step: columns / lanes,
                };
                let sizes = (in_group * grid.tiles(), width, depth);
                multiply_panel::<S, false>(simd, sizes, left, right, target);
            }
        }
    }
}

/// The output of one image.
struct OutputImage<'a, T> {
    grid: Grid<T>,
    at: GroupImage,
    epilogue: Epilogue,
    m: &'a [f32],
    bias: &'a [f32],
    output: OutputPart<'a>,
}

impl<T: Tile> Kernel for OutputImage<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let mut sums = Scratch::uncleared(self.grid.plane_len());
        tiles::to_output(simd, &self.grid, &self.at, self.m, &mut sums);
        self.epilogue.forward(simd, &sums, self.bias, self.output);
    }
}

/// The gradient of one image.
struct InputImage<'a, T> {
    grid: Grid<T>,
    /// Number of images of the flight.
    batch: usize,
    index: usize,
    v: &'a [f32],
    target: &'a mut [f32],
}

impl<T: Tile> Kernel for InputImage<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let shape = &self.grid.shape;
        let at = GroupImage {
            images: self.batch,
            index: self.index,
            channels: shape.inputs,
        };
        tiles::to_input(simd, &self.grid, &at, self.v, self.target);
    }
}
