//! What one thread computes of the backward pass: one group of images, or one position.

use pulp::Simd;

use super::grid::Grid;
use super::positions::{multiply_positions, transform_images};
use super::tiles::{self, GroupImage};
use super::transform::Tile;
use crate::activation::Activation;
use crate::epilogue::{Epilogue, state_slice};
use crate::instructions::Kernel;
use crate::panels::Panels;
use crate::product::{Left, Right, Target, multiply_panel};
use crate::scratch::Scratch;
use crate::vectors::{vectors, vectors_mut};

/// V and dM of a group of images, and the group's share of the bias's gradient.
pub(super) struct TransformGroup<'a, T> {
    pub(super) grid: Grid<T>,
    pub(super) activation: Activation,
    pub(super) input: &'a [f32],
    pub(super) gradient: &'a [f32],
    /// What the activation needs from the forward pass, or empty.
    pub(super) state: &'a [f32],
    /// Starts as zeros.
    pub(super) bias: &'a mut [f32],
    pub(super) v: &'a mut [f32],
    pub(super) m: &'a mut [f32],
}

impl<T: Tile> Kernel for TransformGroup<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let grid = self.grid;
        let images = self.input.len() / grid.shape.input_image_len();
        transform_images(simd, &grid, self.input, self.v);
        let epilogue = Epilogue {
            plane: grid.plane(),
            activation: self.activation,
        };
        let mut sums = Scratch::uncleared(grid.plane_len());
        if grid.plane_exceeds_image() {
            // The epilogue leaves zeros where tiles extend past the image.
            sums.fill(0.0);
        }
        let values = self.gradient.len() / images;
        for (index, gradient) in self.gradient.chunks_exact(values).enumerate() {
            let state = state_slice(self.state, index * values..(index + 1) * values);
            epilogue.backward(simd, gradient, state, &mut sums, self.bias);
            let at = GroupImage {
                images,
                index,
                channels: grid.shape.outputs,
            };
            tiles::from_output(simd, &grid, &at, &sums, self.m);
        }
    }
}

/// A group's share of the gradient of U at one position.
pub(super) struct WeightGradientPosition<'a, T> {
    pub(super) grid: Grid<T>,
    /// Number of images in the group.
    pub(super) images: usize,
    pub(super) position: usize,
    pub(super) v: &'a [f32],
    pub(super) m: &'a [f32],
    /// `[inputs, outputs]`. The share is added to it.
    pub(super) u_gradient: &'a mut [f32],
}

impl<T: Tile> Kernel for WeightGradientPosition<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (inputs, outputs) = (self.grid.shape.inputs, self.grid.shape.outputs);
        let lanes = S::F32_LANES;
        let tiles = self.images * self.grid.tiles();
        let start = |channels| self.position * self.grid.pitch(self.images, channels);
        let v = &self.v[start(inputs)..][..tiles * inputs];
        let m = vectors::<S>(&self.m[start(outputs)..][..tiles * outputs]);
        let u_gradient = vectors_mut::<S>(self.u_gradient);
        let layout = Panels {
            columns: outputs,
            lanes,
        };
        for (first, width) in layout.vectors() {
            multiply_panel::<S, true>(
                simd,
                (inputs, width, tiles),
                Left {
                    values: v,
                    row_step: 1,
                    depth_step: inputs,
                },
                Right {
                    values: &m[first..],
                    depth_step: outputs / lanes,
                },
                Target {
                    values: &mut u_gradient[first..],
                    row_step: outputs / lanes,
                },
            );
        }
    }
}

/// The gradient of the input for a group of images.
pub(super) struct InputGradientGroup<'a, T> {
    pub(super) grid: Grid<T>,
    /// U of every position, transposed.
    pub(super) panels: &'a [f32],
    /// The group's V, which is no longer needed. It is overwritten with dV.
    pub(super) v: &'a mut [f32],
    pub(super) m: &'a [f32],
    pub(super) input_gradient: &'a mut [f32],
}

impl<T: Tile> Kernel for InputGradientGroup<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let grid = self.grid;
        let shape = &grid.shape;
        let images = self.input_gradient.len() / shape.input_image_len();
        let channels = (shape.outputs, shape.inputs);
        multiply_positions(simd, &grid, images, channels, self.panels, self.m, self.v);
        let gradients = self
            .input_gradient
            .chunks_exact_mut(shape.input_image_len());
        for (index, gradient) in gradients.enumerate() {
            let at = GroupImage {
                images,
                index,
                channels: shape.inputs,
            };
            tiles::to_input(simd, &grid, &at, self.v, gradient);
        }
    }
}
