//! The backward pass of layers with few channels: each thread computes all gradients of a part of the batch.
//!
//! dU is so small that every part can have one of its own. Nothing waits for another thread, and no matrix
//! leaves the second-level cache.

use pulp::Simd;
use rayon::prelude::*;

use super::direction::Direction;
use super::gradients::{InputGradientGroup, TransformGroup, WeightGradientPosition};
use super::grid::Grid;
use super::transform::Tile;
use super::weight_gradient::weight_gradient;
use super::weight_transform::transform_weights;
use crate::buffers;
use crate::epilogue::state_slice;
use crate::instructions::Kernel;
use crate::layer::{BackwardPass, Gradients};
use crate::partial_sums::add_partial_sums;
use crate::scratch::Scratch;
use crate::shape::ConvShape;

/// Parts that a batch is cut into. The number is constant, so that any number of threads adds the parts in
/// the same order.
const PARTS: usize = 16;
/// The most values of dU: 1 MiB.
const MOST_VALUES: usize = 1 << 18;

fn u_len<T: Tile>(shape: &ConvShape) -> usize {
    Grid::<T>::POSITIONS * shape.inputs * shape.outputs
}

/// Whether dU of a shape is small enough.
pub(super) fn applies<T: Tile>(shape: &ConvShape) -> bool {
    u_len::<T>(shape) <= MOST_VALUES
}

/// The gradients. See [`crate::conv::backward`].
pub(super) fn backward<T: Tile>(pass: &BackwardPass<'_>) -> Gradients {
    let shape = &pass.layer.shape;
    let images = shape.batch.div_ceil(PARTS);
    let (input_part, output_part) = (
        images * shape.input_image_len(),
        images * pass.gradient.len() / shape.batch,
    );
    let parts = shape.batch.div_ceil(images);
    let mut u_gradients = Scratch::zeros(parts * u_len::<T>(shape));
    let mut biases = Scratch::zeros(parts * shape.outputs);
    let wanted = pass.wanted.input;
    let panels =
        wanted.then(|| transform_weights::<T>(pass.instructions, &pass.layer, Direction::Backward));
    let mut input_gradient = buffers::take(if wanted { pass.layer.input.len() } else { 0 });

    let run = |index: usize, u_gradient: &mut [f32], bias: &mut [f32], target: &mut [f32]| {
        let outputs = index * output_part..((index + 1) * output_part).min(pass.gradient.len());
        let inputs = index * input_part..((index + 1) * input_part).min(pass.layer.input.len());
        pass.instructions.run(Part::<T> {
            pass,
            grid: Grid::new(shape),
            panels: panels.as_deref(),
            input: &pass.layer.input[inputs],
            gradient: &pass.gradient[outputs.clone()],
            state: state_slice(pass.state, outputs),
            u_gradient,
            bias,
            input_gradient: target,
        });
    };
    let parts = u_gradients
        .par_chunks_exact_mut(u_len::<T>(shape))
        .zip(biases.par_chunks_exact_mut(shape.outputs))
        .enumerate();
    if wanted {
        parts
            .zip(input_gradient.par_chunks_mut(input_part))
            .for_each(|((index, (u_gradient, bias)), target)| run(index, u_gradient, bias, target));
    } else {
        parts.for_each(|(index, (u_gradient, bias))| run(index, u_gradient, bias, &mut []));
    }

    let mut u_gradient = Scratch::uncleared(u_len::<T>(shape));
    add_partial_sums(&mut u_gradient, &u_gradients);
    let mut bias = vec![0.0; shape.outputs];
    add_partial_sums(&mut bias, &biases);
    Gradients {
        input: wanted.then_some(input_gradient),
        weights: weight_gradient::<T>(pass.instructions, shape, &u_gradient),
        bias,
    }
}

/// The gradients of a part of the batch.
struct Part<'a, T> {
    pass: &'a BackwardPass<'a>,
    grid: Grid<T>,
    /// U of every position, transposed, if the gradient of the input is wanted.
    panels: Option<&'a [f32]>,
    input: &'a [f32],
    gradient: &'a [f32],
    state: &'a [f32],
    /// `[positions, inputs, outputs]`. Starts as zeros, as does the bias's.
    u_gradient: &'a mut [f32],
    bias: &'a mut [f32],
    /// Empty if it is not wanted.
    input_gradient: &'a mut [f32],
}

impl<T: Tile> Kernel for Part<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let grid = self.grid;
        let shape = &grid.shape;
        let image_len = shape.input_image_len();
        let output_len = self.gradient.len() / (self.input.len() / image_len);
        let most = grid.images_per_group();
        let mut v = Scratch::uncleared(grid.matrices_len(most, shape.inputs));
        let mut m = Scratch::uncleared(grid.matrices_len(most, shape.outputs));
        for (group, input) in self.input.chunks(most * image_len).enumerate() {
            let images = input.len() / image_len;
            let first = group * most;
            let outputs = first * output_len..(first + images) * output_len;
            TransformGroup {
                grid,
                activation: self.pass.layer.activation,
                input,
                gradient: &self.gradient[outputs.clone()],
                state: state_slice(self.state, outputs),
                bias: &mut *self.bias,
                v: &mut v,
                m: &mut m,
            }
            .run(simd);
            let positions = self
                .u_gradient
                .chunks_exact_mut(shape.inputs * shape.outputs);
            for (position, u_gradient) in positions.enumerate() {
                WeightGradientPosition {
                    grid,
                    images,
                    position,
                    v: &v,
                    m: &m,
                    u_gradient,
                }
                .run(simd);
            }
            if let Some(panels) = self.panels {
                let inputs = first * image_len..(first + images) * image_len;
                InputGradientGroup {
                    grid,
                    panels,
                    v: &mut v,
                    m: &m,
                    input_gradient: &mut self.input_gradient[inputs],
                }
                .run(simd);
            }
        }
    }
}
