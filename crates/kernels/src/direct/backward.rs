//! The backward pass over a batch, in parts that run in parallel.

use rayon::prelude::*;

use super::geometry::Geometry;
use super::gradients::PartGradients;
use crate::buffers;
use crate::epilogue::{Epilogue, state_slice};
use crate::layer::{BackwardPass, Gradients};
use crate::partial_sums::add_partial_sums;
use crate::scratch::Scratch;

/// Parts that a batch is cut into. The number depends only on the shape, so that any number of threads
/// adds the parts in the same order.
const PARTS: usize = 16;
/// Parts for large weights, of which each part has a gradient of its own.
const PARTS_OF_LARGE_WEIGHTS: usize = 8;
/// Values of large weights: 1 MiB.
const LARGE_WEIGHTS: usize = 1 << 18;

/// The gradients. See [`crate::conv::backward`].
pub(crate) fn backward(pass: &BackwardPass<'_>) -> Gradients {
    let layer = &pass.layer;
    let shape = &layer.shape;
    let geometry = Geometry::new(shape, pass.instructions.lanes());
    let panels = pass
        .wanted
        .input
        .then(|| geometry.pack_backward(layer.weights));
    let parts = if shape.weights_len() < LARGE_WEIGHTS {
        PARTS
    } else {
        PARTS_OF_LARGE_WEIGHTS
    };
    let images = shape.batch.div_ceil(parts);
    let parts = shape.batch.div_ceil(images);
    let part_input = images * shape.input_image_len();
    let part_output = images * pass.gradient.len() / shape.batch;
    let weight_values = geometry.windows.columns * geometry.outputs.padded_columns();
    let mut weight_parts = Scratch::zeros(parts * weight_values);
    let mut bias_parts = Scratch::zeros(parts * shape.outputs);
    let input_len = if pass.wanted.input {
        layer.input.len()
    } else {
        0
    };
    let mut input_gradient = buffers::take(input_len);

    let run = |index: usize, weights: &mut [f32], bias: &mut [f32], input_gradient: &mut [f32]| {
        let first = index * part_output;
        let last = (first + part_output).min(pass.gradient.len());
        let start = index * part_input;
        pass.instructions.run(PartGradients {
            geometry,
            epilogue: Epilogue {
                plane: geometry.plane(),
                activation: layer.activation,
            },
            panels: panels.as_deref().unwrap_or_default(),
            input: &layer.input[start..(start + part_input).min(layer.input.len())],
            gradient: &pass.gradient[first..last],
            state: state_slice(pass.state, first..last),
            weights,
            bias,
            input_gradient,
        });
    };
    let parts = weight_parts
        .par_chunks_exact_mut(weight_values)
        .zip(bias_parts.par_chunks_exact_mut(shape.outputs))
        .enumerate();
    if pass.wanted.input {
        parts
            .zip(input_gradient.par_chunks_mut(part_input))
            .for_each(|((index, (weights, bias)), input_gradient)| {
                run(index, weights, bias, input_gradient);
            });
    } else {
        parts.for_each(|(index, (weights, bias))| run(index, weights, bias, &mut []));
    }

    let mut bias = vec![0.0; shape.outputs];
    add_partial_sums(&mut bias, &bias_parts);
    Gradients {
        input: pass.wanted.input.then_some(input_gradient),
        weights: sum_weight_parts(&geometry, &weight_parts, weight_values),
        bias,
    }
}

/// Adds the parts' gradients of the weights and brings the sum into the layout of the weights.
fn sum_weight_parts(geometry: &Geometry, parts: &[f32], part_len: usize) -> Vec<f32> {
    let mut summed = Scratch::uncleared(part_len);
    add_partial_sums(&mut summed, parts);
    let mut weights = buffers::take(geometry.shape.weights_len());
    let rows = summed.chunks_exact(geometry.outputs.padded_columns());
    for (offset, values) in rows.enumerate() {
        for (output, &value) in values.iter().take(geometry.shape.outputs).enumerate() {
            weights[geometry.weight_index(output, offset)] = value;
        }
    }
    weights
}
