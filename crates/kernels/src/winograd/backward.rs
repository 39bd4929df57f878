//! The backward pass of layers that are not small: dU = Vᵀ dM and dV = dM Uᵀ at each position.
//!
//! The batch is processed in flights. The groups of a flight are transformed in parallel; their V and
//! dM then serve both gradients while they are still in the cache.

use rayon::prelude::*;

use super::by_position;
use super::direction::Direction;
use super::gradients::{InputGradientGroup, TransformGroup, WeightGradientPosition};
use super::grid::Grid;
use super::parts;
use super::transform::Tile;
use super::weight_gradient::weight_gradient;
use super::weight_transform::transform_weights;
use crate::buffers;
use crate::epilogue::state_slice;
use crate::layer::{BackwardPass, Gradients};
use crate::partial_sums::add_partial_sums;
use crate::scratch::Scratch;

/// Values in the matrices of a flight: 2 MiB. A larger flight would leave the cache before the products
/// read it. A flight has at least one group per thread, even if that is more.
const FLIGHT_VALUES: usize = 1 << 19;

/// The gradients. See [`crate::conv::backward`].
pub(crate) fn backward<T: Tile>(pass: &BackwardPass<'_>) -> Gradients {
    let shape = &pass.layer.shape;
    if parts::applies::<T>(shape) {
        return parts::backward::<T>(pass);
    }
    let plan = Plan::<T>::new(pass);
    let mut v = Scratch::uncleared(plan.groups * plan.v_len);
    let mut m = Scratch::uncleared(plan.groups * plan.m_len);
    let mut u_gradient = Scratch::zeros(Grid::<T>::POSITIONS * shape.inputs * shape.outputs);
    let groups_in_batch = shape.batch.div_ceil(plan.images);
    let mut bias_parts = Scratch::zeros(groups_in_batch * shape.outputs);
    let input_len = if pass.wanted.input {
        pass.layer.input.len()
    } else {
        0
    };
    let mut input_gradient = buffers::take(input_len);
    let panels = pass
        .wanted
        .input
        .then(|| transform_weights::<T>(pass.instructions, &pass.layer, Direction::Backward));

    let flight_input = plan.groups * plan.group_input;
    let flight_output = plan.groups * plan.group_output;
    let inputs = pass.layer.input.chunks(flight_input);
    let gradients = pass.gradient.chunks(flight_output);
    let biases = bias_parts.chunks_mut(plan.groups * shape.outputs);
    for (flight, ((input, gradient), bias)) in inputs.zip(gradients).zip(biases).enumerate() {
        let first = flight * flight_output;
        let state = state_slice(pass.state, first..first + gradient.len());
        plan.transform(
            Flight {
                input,
                gradient,
                state,
            },
            bias,
            &mut v,
            &mut m,
        );
        plan.add_weight_gradient(input, &v, &m, &mut u_gradient);
        if let Some(panels) = &panels {
            let first = flight * flight_input;
            let target = &mut input_gradient[first..first + input.len()];
            plan.input_gradient(panels, &mut v, &m, target);
        }
    }
    let mut bias = vec![0.0; shape.outputs];
    add_partial_sums(&mut bias, &bias_parts);
    Gradients {
        input: pass.wanted.input.then_some(input_gradient),
        weights: weight_gradient::<T>(pass.instructions, shape, &u_gradient),
        bias,
    }
}

/// How a batch is cut into groups and flights. All lengths are in values.
struct Plan<'a, T> {
    pass: &'a BackwardPass<'a>,
    grid: Grid<T>,
    /// Images in a group. The last group of a batch may have fewer.
    images: usize,
    /// Groups in a flight. The last flight of a batch may have fewer.
    groups: usize,
    group_input: usize,
    group_output: usize,
    /// V of a group.
    v_len: usize,
    /// M of a group.
    m_len: usize,
}

/// What a flight's transforms read.
struct Flight<'a> {
    input: &'a [f32],
    gradient: &'a [f32],
    state: &'a [f32],
}

impl<'a, T: Tile> Plan<'a, T> {
    fn new(pass: &'a BackwardPass<'a>) -> Self {
        let shape = &pass.layer.shape;
        let grid = Grid::<T>::new(shape);
        let images = grid.images_per_group();
        let v_len = grid.matrices_len(images, shape.inputs);
        let m_len = grid.matrices_len(images, shape.outputs);
        // The order of additions does not depend on this: groups are added one after the other.
        let groups = if grid.has_few_tiles() {
            // dU, which every flight reads and writes, is far larger than all other matrices.
            by_position::groups_in_flight(&grid)
        } else {
            (FLIGHT_VALUES / (v_len + m_len)).max(rayon::current_num_threads())
        };
        Self {
            pass,
            grid,
            images,
            groups: groups.min(shape.batch.div_ceil(images)),
            group_input: images * shape.input_image_len(),
            group_output: images * pass.gradient.len() / shape.batch,
            v_len,
            m_len,
        }
    }

    /// Writes V and dM of every group, and its share of the bias's gradient.
    fn transform(&self, flight: Flight<'_>, bias: &mut [f32], v: &mut [f32], m: &mut [f32]) {
        flight
            .input
            .par_chunks(self.group_input)
            .zip(flight.gradient.par_chunks(self.group_output))
            .zip(bias.par_chunks_mut(self.grid.shape.outputs))
            .zip(
                v.par_chunks_mut(self.v_len)
                    .zip(m.par_chunks_mut(self.m_len)),
            )
            .enumerate()
            .for_each(|(index, (((input, gradient), bias), (v, m)))| {
                let first = index * self.group_output;
                self.pass.instructions.run(TransformGroup {
                    grid: self.grid,
                    activation: self.pass.layer.activation,
                    input,
                    gradient,
                    state: state_slice(flight.state, first..first + gradient.len()),
                    bias,
                    v,
                    m,
                });
            });
    }

    /// Adds the groups' dU, in their order, at all positions in parallel.
    fn add_weight_gradient(&self, input: &[f32], v: &[f32], m: &[f32], u_gradient: &mut [f32]) {
        let shape = &self.grid.shape;
        u_gradient
            .par_chunks_exact_mut(shape.inputs * shape.outputs)
            .enumerate()
            .for_each(|(position, u_gradient)| {
                let groups = input.chunks(self.group_input);
                let matrices = v.chunks(self.v_len).zip(m.chunks(self.m_len));
                for (group, (v, m)) in groups.zip(matrices) {
                    self.pass.instructions.run(WeightGradientPosition {
                        grid: self.grid,
                        images: group.len() / shape.input_image_len(),
                        position,
                        v,
                        m,
                        u_gradient,
                    });
                }
            });
    }

    /// Writes the gradient of the groups' input. Overwrites V.
    fn input_gradient(&self, panels: &[f32], v: &mut [f32], m: &[f32], target: &mut [f32]) {
        if self.grid.has_few_tiles() {
            let instructions = self.pass.instructions;
            return by_position::input_gradient(instructions, &self.grid, panels, m, v, target);
        }
        target
            .par_chunks_mut(self.group_input)
            .zip(v.par_chunks_mut(self.v_len).zip(m.par_chunks(self.m_len)))
            .for_each(|(input_gradient, (v, m))| {
                self.pass.instructions.run(InputGradientGroup {
                    grid: self.grid,
                    panels,
                    v,
                    m,
                    input_gradient,
                });
            });
    }
}
