//! What one thread computes of the backward pass.

use pulp::Simd;

use super::geometry::Geometry;
use crate::epilogue::{Epilogue, Plane, state_slice};
use crate::instructions::Kernel;
use crate::product::{Left, Right, Target, WIDTH, multiply_panel};
use crate::scratch::Scratch;
use crate::vectors::{vectors, vectors_mut};

/// The gradients of a part of the batch.
pub(super) struct PartGradients<'a> {
    pub(super) geometry: Geometry,
    pub(super) epilogue: Epilogue,
    /// The weights by outputs and windows. Empty if the gradient of the input is not wanted.
    pub(super) panels: &'a [f32],
    pub(super) input: &'a [f32],
    pub(super) gradient: &'a [f32],
    pub(super) state: &'a [f32],
    /// Windows by padded outputs. Starts as zeros.
    pub(super) weights: &'a mut [f32],
    /// Starts as zeros.
    pub(super) bias: &'a mut [f32],
    /// Empty if it is not wanted.
    pub(super) input_gradient: &'a mut [f32],
}

impl Kernel for PartGradients<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self {
            geometry, epilogue, ..
        } = self;
        let border = geometry.border;
        let image_len = geometry.shape.input_image_len();
        let images = self.input.len() / image_len;
        let values = self.gradient.len() / images;
        let plane = epilogue.plane;
        // The padding channels are never written, so they stay 0.
        let mut sums = Scratch::zeros(plane.size[0] * plane.row);
        let mut bordered = Scratch::uncleared(border.padded_len());
        for (image, gradient) in self.gradient.chunks_exact(values).enumerate() {
            let state = state_slice(self.state, image * values..(image + 1) * values);
            epilogue.backward(simd, gradient, state, &mut sums, self.bias);
            let pixels = image * image_len..(image + 1) * image_len;
            if !self.panels.is_empty() {
                let target = &mut self.input_gradient[pixels.clone()];
                if border.is_empty() {
                    input_gradient(simd, &geometry, &plane, self.panels, &sums, target);
                } else {
                    input_gradient(simd, &geometry, &plane, self.panels, &sums, &mut bordered);
                    border.crop(&bordered, target);
                }
            }
            let input = border.padded(&self.input[pixels], &mut bordered);
            add_weight_gradient(simd, &geometry, &plane, input, &sums, self.weights);
        }
    }
}

/// Adds one image's share of the weights' gradient to `weights`.
#[inline(always)]
fn add_weight_gradient<S: Simd>(
    simd: S,
    geometry: &Geometry,
    plane: &Plane,
    input: &[f32],
    sums: &[f32],
    weights: &mut [f32],
) {
    let pixel = plane.pixel / S::F32_LANES;
    let (sums, weights) = (vectors::<S>(sums), vectors_mut::<S>(weights));
    for kernel_row in 0..geometry.shape.kernel[0] {
        let weights = &mut weights[kernel_row * geometry.window_row * pixel..];
        for (first, width) in geometry.outputs.vectors() {
            for y in 0..plane.size[0] {
                multiply_panel::<S, true>(
                    simd,
                    (geometry.window_row, width, plane.size[1]),
                    Left {
                        values: &input[geometry.windows_start(y, kernel_row)..],
                        row_step: 1,
                        depth_step: geometry.window_step,
                    },
                    Right {
                        values: &sums[y * plane.row / S::F32_LANES + first..],
                        depth_step: pixel,
                    },
                    Target {
                        values: &mut weights[first..],
                        row_step: pixel,
                    },
                );
            }
        }
    }
}

/// Writes the gradient of one padded image to `target`.
#[inline(always)]
fn input_gradient<S: Simd>(
    simd: S,
    geometry: &Geometry,
    plane: &Plane,
    panels: &[f32],
    sums: &[f32],
    target: &mut [f32],
) {
    target.fill(0.0);
    let (windows, outputs) = (&geometry.windows, geometry.shape.outputs);
    let window_pitch = windows.padded_columns();
    let panels = vectors::<S>(panels);
    let mut row_of_windows = Scratch::uncleared(plane.size[1] * window_pitch);
    for y in 0..plane.size[0] {
        for (index, (first, width)) in windows.vectors().enumerate() {
            multiply_panel::<S, false>(
                simd,
                (plane.size[1], width, outputs),
                Left {
                    values: &sums[y * plane.row..],
                    row_step: plane.pixel,
                    depth_step: 1,
                },
                Right {
                    values: &panels[index * outputs * WIDTH..],
                    depth_step: WIDTH,
                },
                Target {
                    values: &mut vectors_mut::<S>(&mut row_of_windows)[first..],
                    row_step: window_pitch / S::F32_LANES,
                },
            );
        }
        add_windows(geometry, y, &row_of_windows, target);
    }
}

/// Adds the windows of output row `y` to the pixels of the padded image that they cover.
#[inline(always)]
fn add_windows(geometry: &Geometry, y: usize, row_of_windows: &[f32], target: &mut [f32]) {
    let windows = &geometry.windows;
    for (x, window) in row_of_windows
        .chunks_exact(windows.padded_columns())
        .enumerate()
    {
        let kernel_rows = window[..windows.columns].chunks_exact(geometry.window_row);
        for (kernel_row, values) in kernel_rows.enumerate() {
            let start = geometry.windows_start(y, kernel_row) + x * geometry.window_step;
            let pixels = &mut target[start..start + geometry.window_row];
            for (sum, value) in pixels.iter_mut().zip(values) {
                *sum += value;
            }
        }
    }
}
