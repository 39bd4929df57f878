//! Convolutions of 3x3 with stride 1 by Winograd's minimal filtering.
//!
//! An image is cut into tiles that overlap by two pixels. Each tile, its 16 or 36 places apart, is
//! transformed; at every place the channels of all tiles form a matrix, and one small matrix
//! product a place replaces the convolution. Where the direct sum multiplies 9 times an output,
//! this does 4 times with tiles of 2x2 outputs and 2.25 times with tiles of 4x4.
//!
//! | step | matrices at each place ξ |
//! | --- | --- |
//! | forward | M = V U, V from the input, U from the weights |
//! | gradient of the weights | dU = Vᵀ dM, dM from the gradient of the output |
//! | gradient of the input | dV = dM Uᵀ |
//!
//! Both gradients share dM. Images go through in groups whose matrices are large enough for the
//! product and small enough for the cache. What is summed, and in which order, depends on the shape
//! and the vectors' length alone, so one thread and many give the same bits.

mod grid;
mod groups;
mod tiles;
mod weights;

use rayon::prelude::*;

use crate::conv::{Gradients, Layer, Wanted};
use crate::epilogue::seen_part;
use crate::instructions::Instructions;
use crate::pool;
use crate::scratch::Scratch;
use crate::shape::ConvShape;
use crate::transform::{F2, F4, Tile};
use crate::weights::{Direction, add_all};
use grid::Grid;
use groups::{ForwardGroup, InputGradientGroup, TransformGroup, WeightGradientPlace};
use weights::{transform_weights, weight_gradient};

/// Values that the matrices of the groups in flight may have together, 2 MiB, or one group a thread
/// where that is more: others would leave the cache before the products read them.
const IN_FLIGHT: usize = 1 << 19;
/// Channels below which the transforms cost more than they save.
const FEWEST_CHANNELS: usize = 16;

/// Whether this module computes convolutions of a shape.
pub(crate) fn applies(shape: &ConvShape, lanes: usize) -> bool {
    shape.kernel == [3, 3]
        && shape.stride == [1, 1]
        && shape.inputs.min(shape.outputs) >= FEWEST_CHANNELS
        && shape.inputs.is_multiple_of(lanes)
        && shape.outputs.is_multiple_of(lanes)
}

/// Whether tiles of 4x4 outputs need fewer products than tiles of 2x2, edges included.
fn large_tiles(shape: &ConvShape) -> bool {
    Grid::<F4>::new(shape).products() <= Grid::<F2>::new(shape).products()
}

/// Convolution, bias and activation; see [`crate::conv::forward`].
pub(crate) fn forward(
    instructions: Instructions,
    layer: &Layer<'_>,
    output: &mut [f32],
    route: &mut [f32],
) {
    if large_tiles(&layer.shape) {
        forward_with::<F4>(instructions, layer, output, route);
    } else {
        forward_with::<F2>(instructions, layer, output, route);
    }
}

/// The gradients; see [`crate::conv::backward`].
pub(crate) fn backward(
    instructions: Instructions,
    layer: &Layer<'_>,
    gradient: &[f32],
    seen: &[f32],
    wanted: Wanted,
) -> Gradients {
    if large_tiles(&layer.shape) {
        backward_with::<F4>(instructions, layer, gradient, seen, wanted)
    } else {
        backward_with::<F2>(instructions, layer, gradient, seen, wanted)
    }
}

fn forward_with<T: Tile>(
    instructions: Instructions,
    layer: &Layer<'_>,
    output: &mut [f32],
    route: &mut [f32],
) {
    let grid = Grid::<T>::new(&layer.shape);
    let panels = transform_weights::<T>(instructions, layer, Direction::Forward);
    let group = grid.group();
    let images = output.len() / layer.shape.batch;
    let groups = layer
        .input
        .par_chunks(group * layer.shape.input_image())
        .zip(output.par_chunks_mut(group * images));
    let run = |input: &[f32], output: &mut [f32], route: &mut [f32]| {
        instructions.run(ForwardGroup {
            grid,
            layer,
            panels: &panels,
            input,
            output,
            route,
        });
    };
    if route.is_empty() {
        groups.for_each(|(input, output)| run(input, output, &mut []));
    } else {
        groups
            .zip(route.par_chunks_mut(group * images))
            .for_each(|((input, output), route)| run(input, output, route));
    }
}

fn backward_with<T: Tile>(
    instructions: Instructions,
    layer: &Layer<'_>,
    gradient: &[f32],
    seen: &[f32],
    wanted: Wanted,
) -> Gradients {
    let shape = &layer.shape;
    let grid = Grid::<T>::new(shape);
    let group = grid.group();
    let group_input = group * shape.input_image();
    let group_output = group * gradient.len() / shape.batch;
    let (v_values, m_values) = (
        grid.matrices(group, shape.inputs),
        grid.matrices(group, shape.outputs),
    );
    // Does not change what is added to what: groups come one after the other in any case.
    let in_flight = (IN_FLIGHT / (v_values + m_values)).max(rayon::current_num_threads());
    let groups = shape.batch.div_ceil(group);

    let mut v = Scratch::new(in_flight.min(groups) * v_values);
    let mut m = Scratch::new(in_flight.min(groups) * m_values);
    let mut u_gradient = Scratch::zeros(Grid::<T>::PLACES * shape.inputs * shape.outputs);
    let mut bias_parts = Scratch::zeros(groups * shape.outputs);
    let mut input_gradient = pool::take(if wanted.input { layer.input.len() } else { 0 });
    let panels = wanted
        .input
        .then(|| transform_weights::<T>(instructions, layer, Direction::Backward));

    let input = layer.input.chunks(in_flight * group_input);
    let gradients = gradient.chunks(in_flight * group_output);
    let bias = bias_parts.chunks_mut(in_flight * shape.outputs);
    for (flight, ((input, gradient), bias)) in input.zip(gradients).zip(bias).enumerate() {
        let first = flight * in_flight * group_output;
        let seen = seen_part(seen, first..first + gradient.len());
        input
            .par_chunks(group_input)
            .zip(gradient.par_chunks(group_output))
            .zip(bias.par_chunks_mut(shape.outputs))
            .zip(v.par_chunks_mut(v_values).zip(m.par_chunks_mut(m_values)))
            .enumerate()
            .for_each(|(index, (((input, gradient), bias), (v, m)))| {
                let first = index * group_output;
                let seen = seen_part(seen, first..first + gradient.len());
                let activation = layer.activation;
                instructions.run(TransformGroup {
                    grid,
                    activation,
                    input,
                    gradient,
                    seen,
                    bias,
                    v,
                    m,
                });
            });
        let images: Vec<usize> = input
            .chunks(group_input)
            .map(|group| group.len() / shape.input_image())
            .collect();
        u_gradient
            .par_chunks_exact_mut(shape.inputs * shape.outputs)
            .enumerate()
            .for_each(|(place, u_gradient)| {
                let (v, m) = (v.chunks(v_values), m.chunks(m_values));
                for ((&images, v), m) in images.iter().zip(v).zip(m) {
                    instructions.run(WeightGradientPlace {
                        grid,
                        images,
                        place,
                        v,
                        m,
                        u_gradient,
                    });
                }
            });
        let Some(panels) = &panels else { continue };
        let first = flight * in_flight * group_input;
        input_gradient[first..first + input.len()]
            .par_chunks_mut(group_input)
            .zip(v.par_chunks_mut(v_values).zip(m.par_chunks(m_values)))
            .for_each(|(input_gradient, (v, m))| {
                instructions.run(InputGradientGroup {
                    grid,
                    panels,
                    v,
                    m,
                    input_gradient,
                });
            });
    }
    let mut bias = vec![0.0; shape.outputs];
    add_all(&mut bias, &bias_parts);
    Gradients {
        input: wanted.input.then_some(input_gradient),
        weights: weight_gradient::<T>(instructions, shape, &u_gradient),
        bias,
    }
}
