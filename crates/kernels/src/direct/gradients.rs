//! What one thread computes of the backward pass.

use pulp::Simd;

use super::geometry::Geometry;
use super::windows::Windows;
use crate::epilogue::{Epilogue, state_slice};
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
        let plane = epilogue.plane;
        let plane_len = plane.size[0] * plane.row;
        let image_len = geometry.shape.input_image_len();
        let values = self.gradient.len() / (self.input.len() / image_len);
        let most_images = geometry.images_per_group();
        // The padding channels are never written, so they stay 0.
        let mut sums = Scratch::zeros(most_images * plane_len);
        let mut windows = Windows::new(geometry, most_images);
        let groups = self.gradient.chunks(most_images * values);
        for (group, gradient) in groups.enumerate() {
            let images = gradient.len() / values;
            let first = group * most_images;
            for image in 0..images {
                let range = image * values..(image + 1) * values;
                let in_part = (first + image) * values..(first + image + 1) * values;
                epilogue.backward(
                    simd,
                    &gradient[range],
                    state_slice(self.state, in_part),
                    &mut sums[image * plane_len..(image + 1) * plane_len],
                    self.bias,
                );
            }
            let pixels = first * image_len..(first + images) * image_len;
            let sums = &sums[..images * plane_len];
            if !self.panels.is_empty() {
                let target = &mut self.input_gradient[pixels.clone()];
                input_gradient(simd, &geometry, self.panels, sums, target);
            }
            let input = &self.input[pixels];
            add_weight_gradient(simd, &geometry, &mut windows, input, sums, self.weights);
        }
    }
}

/// Adds a group's share of the weights' gradient to `weights`.
#[inline(always)]
fn add_weight_gradient<S: Simd>(
    simd: S,
    geometry: &Geometry,
    windows: &mut Windows,
    input: &[f32],
    sums: &[f32],
    weights: &mut [f32],
) {
    let plane = geometry.plane();
    let images = input.len() / geometry.shape.input_image_len();
    let (sums, weights) = (vectors::<S>(sums), vectors_mut::<S>(weights));
    let pixel = plane.pixel / S::F32_LANES;
    let mut packed = Scratch::uncleared(sums.len() / pixel * WIDTH * S::F32_LANES);
    for rows in geometry.bands() {
        let windows = windows.of(simd, input, rows.clone());
        let pixels = images * rows.len() * plane.size[1];
        let sums = &sums[rows.start * plane.row / S::F32_LANES..][..pixels * pixel];
        for (first, width) in geometry.outputs.vectors() {
            // Rows that are far apart in memory would evict each other from the cache.
            let (panel, step) = if pixel == width {
                (sums, pixel)
            } else {
                let panel = &mut vectors_mut::<S>(&mut packed)[..pixels * width];
                for (target, sums) in panel.chunks_exact_mut(width).zip(sums.chunks_exact(pixel)) {
                    target.copy_from_slice(&sums[first..first + width]);
                }
                (&*panel, width)
            };
            for part in 0..windows.count() {
                let part = windows.part(part);
                multiply_panel::<S, true>(
                    simd,
                    (part.values.len(), width, part.outputs.len()),
                    // The gradient of a weight is a sum over the outputs.
                    Left {
                        values: part.matrix.values,
                        row_step: 1,
                        depth_step: part.matrix.row_step,
                    },
                    Right {
                        values: &panel[part.outputs.start * step..],
                        depth_step: step,
                    },
                    Target {
                        values: &mut weights[part.values.start * pixel + first..],
                        row_step: pixel,
                    },
                );
            }
        }
    }
}

/// Writes the gradient of a group of images to `target`.
#[inline(always)]
fn input_gradient<S: Simd>(
    simd: S,
    geometry: &Geometry,
    panels: &[f32],
    sums: &[f32],
    target: &mut [f32],
) {
    let plane = geometry.plane();
    let image_len = geometry.shape.input_image_len();
    let images = target.len() / image_len;
    let (windows, outputs) = (&geometry.windows, geometry.shape.outputs);
    let pitch = windows.padded_columns();
    let panels = vectors::<S>(panels);
    let band_rows = geometry.bands().map(|rows| rows.len()).max().unwrap_or(0);
    let mut products = Scratch::uncleared(images * band_rows * plane.size[1] * pitch);
    let border = &geometry.border;
    let mut bordered = Scratch::uncleared(if border.is_empty() {
        0
    } else {
        images * border.padded_len()
    });
    let padded: &mut [f32] = if border.is_empty() {
        target
    } else {
        &mut bordered
    };
    padded.fill(0.0);
    for rows in geometry.bands() {
        let pixels = images * rows.len() * plane.size[1];
        for (index, (first, width)) in windows.vectors().enumerate() {
            multiply_panel::<S, false>(
                simd,
                (pixels, width, outputs),
                Left {
                    values: &sums[rows.start * plane.row..],
                    row_step: plane.pixel,
                    depth_step: 1,
                },
                Right {
                    values: &panels[index * outputs * WIDTH..],
                    depth_step: WIDTH,
                },
                Target {
                    values: &mut vectors_mut::<S>(&mut products)[first..],
                    row_step: pitch / S::F32_LANES,
                },
            );
        }
        let of_image = rows.len() * plane.size[1] * pitch;
        let padded = padded.chunks_exact_mut(border.padded_len());
        for (products, padded) in products.chunks_exact(of_image).zip(padded) {
            add_windows(simd, geometry, rows.start, products, padded);
        }
    }
    if !border.is_empty() {
        let images = target.chunks_exact_mut(image_len);
        for (image, padded) in images.zip(bordered.chunks_exact(border.padded_len())) {
            border.crop(padded, image);
        }
    }
}

/// Adds the windows of the rows from `first_row` onwards to the pixels of the padded image that they
/// cover.
#[inline(always)]
fn add_windows<S: Simd>(
    _simd: S,
    geometry: &Geometry,
    first_row: usize,
    products: &[f32],
    target: &mut [f32],
) {
    let windows = &geometry.windows;
    let width = geometry.shape.output_size()[1];
    for (index, window) in products.chunks_exact(windows.padded_columns()).enumerate() {
        let pixel = [first_row + index / width, index % width];
        let kernel_rows = window[..windows.columns].chunks_exact(geometry.window_row);
        for (kernel_row, values) in kernel_rows.enumerate() {
            let start = geometry.window_start(pixel, kernel_row);
            let pixels = &mut target[start..start + geometry.window_row];
            for (sum, value) in pixels.iter_mut().zip(values) {
                *sum += value;
            }
        }
    }
}
