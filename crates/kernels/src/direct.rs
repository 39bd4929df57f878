//! Convolutions of any kernel, stride and padding, summed directly.
//!
//! With the channels last, the values that a row of the kernel covers lie side by side. So a row of
//! outputs is a matrix product whose left factor is the image itself, read with overlapping rows:
//! no window is ever copied. The weights' gradient is the same product with rows and depth
//! exchanged. The input's gradient is a product into one row of windows, which is then added to
//! where the windows lie.

use pulp::Simd;
use rayon::prelude::*;

use crate::conv::{Gradients, Layer, Wanted};
use crate::epilogue::{self, Activation, Plane, seen_part};
use crate::image;
use crate::instructions::{Instructions, Kernel, vectors, vectors_mut};
use crate::pool;
use crate::product::{Left, Right, Target, WIDTH, panel};
use crate::scratch::Scratch;
use crate::shape::ConvShape;
use crate::weights::{Panels, add_all};

/// Parts that a batch is cut into for gradients. It depends on nothing, so that one thread and many
/// add up in the same order.
const PARTS: usize = 16;

/// Lengths that a shape implies.
#[derive(Clone, Copy, Debug)]
struct Lengths {
    /// Height and width of the input with its border.
    padded: [usize; 2],
    /// Values of an input image with its border.
    bordered: usize,
    /// Values that one row of the kernel covers.
    window: usize,
    /// Values from one window to the next in a row.
    step: usize,
    /// The output channels in panels.
    outputs: Panels,
}

impl Lengths {
    fn new(shape: &ConvShape, lanes: usize) -> Self {
        let padded = [0, 1].map(|axis| shape.size[axis] + 2 * shape.padding[axis]);
        Self {
            padded,
            bordered: padded[0] * padded[1] * shape.inputs,
            window: shape.kernel[1] * shape.inputs,
            step: shape.stride[1] * shape.inputs,
            outputs: Panels {
                columns: shape.outputs,
                lanes,
            },
        }
    }

    /// Where the windows of row `y` of the outputs begin, for row `row` of the kernel.
    fn windows(&self, shape: &ConvShape, y: usize, row: usize) -> usize {
        (y * shape.stride[0] + row) * self.padded[1] * shape.inputs
    }

    /// An image of sums, with the channels filled up to whole vectors.
    fn plane(&self, shape: &ConvShape) -> Plane {
        let size = shape.output_size();
        let pixel = self.outputs.padded();
        Plane {
            size,
            channels: shape.outputs,
            row: size[1] * pixel,
            pixel,
        }
    }
}

/// The position of a weight: kernel row, place in the window.
fn weight_at(shape: &ConvShape, output: usize, row: usize, place: usize) -> usize {
    let (column, input) = (place / shape.inputs, place % shape.inputs);
    ((output * shape.inputs + input) * shape.kernel[0] + row) * shape.kernel[1] + column
}

/// Convolution, bias and activation; see [`crate::conv::forward`].
pub(crate) fn forward(
    instructions: Instructions,
    layer: &Layer<'_>,
    output: &mut [f32],
    route: &mut [f32],
) {
    let shape = &layer.shape;
    let lengths = Lengths::new(shape, instructions.lanes());
    let depth = shape.kernel[0] * lengths.window;
    let panels = lengths.outputs.pack(depth, |place, output| {
        layer.weights[weight_at(
            shape,
            output,
            place / lengths.window,
            place % lengths.window,
        )]
    });
    let values = output.len() / shape.batch;
    let images = layer
        .input
        .par_chunks_exact(shape.input_image())
        .zip(output.par_chunks_exact_mut(values));
    let run = |input: &[f32], output: &mut [f32], route: &mut [f32]| {
        instructions.run(ForwardImage {
            layer,
            lengths,
            panels: &panels,
            input,
            output,
            route,
        });
    };
    if route.is_empty() {
        images.for_each(|(input, output)| run(input, output, &mut []));
    } else {
        images
            .zip(route.par_chunks_exact_mut(values))
            .for_each(|((input, output), route)| run(input, output, route));
    }
}

struct ForwardImage<'a> {
    layer: &'a Layer<'a>,
    lengths: Lengths,
    panels: &'a [f32],
    input: &'a [f32],
    output: &'a mut [f32],
    route: &'a mut [f32],
}

impl Kernel for ForwardImage<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { layer, lengths, .. } = self;
        let shape = &layer.shape;
        let mut border = Scratch::new(lengths.bordered);
        let input = with_border(shape, &lengths, self.input, &mut border);
        let plane = lengths.plane(shape);
        let mut sums = Scratch::new(plane.size[0] * plane.row);
        let panels = vectors::<S>(self.panels);
        let panel_vectors = shape.kernel[0] * lengths.window * WIDTH;
        for (index, (first, width)) in lengths.outputs.vectors().enumerate() {
            for y in 0..plane.size[0] {
                let sums = vectors_mut::<S>(&mut sums[y * plane.row..(y + 1) * plane.row]);
                for row in 0..shape.kernel[0] {
                    let sizes = (plane.size[1], width, lengths.window);
                    let left = Left {
                        values: &input[lengths.windows(shape, y, row)..],
                        row: lengths.step,
                        depth: 1,
                    };
                    let right = Right {
                        values: &panels[index * panel_vectors + row * lengths.window * WIDTH..],
                        depth: WIDTH,
                    };
                    let target = Target {
                        values: &mut sums[first..],
                        row: plane.pixel / S::F32_LANES,
                    };
                    if row == 0 {
                        panel::<S, false>(simd, sizes, left, right, target);
                    } else {
                        panel::<S, true>(simd, sizes, left, right, target);
                    }
                }
            }
        }
        epilogue::forward(
            simd,
            &plane,
            &sums,
            layer.bias,
            layer.activation,
            self.output,
            self.route,
        );
    }
}

/// The image with its border: itself where there is none.
#[inline(always)]
fn with_border<'a>(
    shape: &ConvShape,
    lengths: &Lengths,
    image: &'a [f32],
    border: &'a mut [f32],
) -> &'a [f32] {
    if shape.padding == [0, 0] {
        return image;
    }
    image::pad(
        image,
        shape.inputs,
        shape.size,
        shape.padding,
        lengths.padded,
        border,
    );
    border
}

/// The gradients; see [`crate::conv::backward`].
pub(crate) fn backward(
    instructions: Instructions,
    layer: &Layer<'_>,
    gradient: &[f32],
    seen: &[f32],
    wanted: Wanted,
) -> Gradients {
    let shape = &layer.shape;
    let lengths = Lengths::new(shape, instructions.lanes());
    let windows = Panels {
        columns: shape.kernel[0] * lengths.window,
        lanes: instructions.lanes(),
    };
    let panels = wanted.input.then(|| {
        windows.pack(shape.outputs, |output, place| {
            layer.weights[weight_at(
                shape,
                output,
                place / lengths.window,
                place % lengths.window,
            )]
        })
    });
    let part = shape.batch.div_ceil(PARTS);
    let parts = shape.batch.div_ceil(part);
    let (part_input, part_output) = (
        part * shape.input_image(),
        part * gradient.len() / shape.batch,
    );
    let weight_values = windows.columns * lengths.outputs.padded();
    let mut weight_parts = Scratch::zeros(parts * weight_values);
    let mut bias_parts = Scratch::zeros(parts * shape.outputs);
    let mut input_gradient = pool::take(if wanted.input { layer.input.len() } else { 0 });
    let run = |index: usize, weights: &mut [f32], bias: &mut [f32], input_gradient: &mut [f32]| {
        let first = index * part_output;
        let last = (first + part_output).min(gradient.len());
        let start = index * part_input;
        instructions.run(BackwardPart {
            shape,
            lengths,
            windows,
            panels: panels.as_deref().unwrap_or_default(),
            activation: layer.activation,
            input: &layer.input[start..(start + part_input).min(layer.input.len())],
            gradient: &gradient[first..last],
            seen: seen_part(seen, first..last),
            weights,
            bias,
            input_gradient,
        });
    };
    let sums = weight_parts
        .par_chunks_exact_mut(weight_values)
        .zip(bias_parts.par_chunks_exact_mut(shape.outputs))
        .enumerate();
    if wanted.input {
        sums.zip(input_gradient.par_chunks_mut(part_input))
            .for_each(|((index, (weights, bias)), input_gradient)| {
                run(index, weights, bias, input_gradient)
            });
    } else {
        sums.for_each(|(index, (weights, bias))| run(index, weights, bias, &mut []));
    }

    let mut summed = Scratch::new(weight_values);
    add_all(&mut summed, &weight_parts);
    let mut weights = pool::take(shape.weights());
    for (place, values) in summed.chunks_exact(lengths.outputs.padded()).enumerate() {
        for (output, &value) in values.iter().take(shape.outputs).enumerate() {
            let (row, place) = (place / lengths.window, place % lengths.window);
            weights[weight_at(shape, output, row, place)] = value;
        }
    }
    let mut bias = vec![0.0; shape.outputs];
    add_all(&mut bias, &bias_parts);
    Gradients {
        input: wanted.input.then_some(input_gradient),
        weights,
        bias,
    }
}

/// The gradients of a part of the batch.
struct BackwardPart<'a> {
    shape: &'a ConvShape,
    lengths: Lengths,
    /// The kernel's windows, as columns.
    windows: Panels,
    /// The weights by outputs and windows; empty where the input's gradient is not wanted.
    panels: &'a [f32],
    activation: Activation,
    input: &'a [f32],
    gradient: &'a [f32],
    seen: &'a [f32],
    /// Windows by outputs; begins with zeros.
    weights: &'a mut [f32],
    /// Begins with zeros.
    bias: &'a mut [f32],
    input_gradient: &'a mut [f32],
}

impl Kernel for BackwardPart<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { shape, lengths, .. } = self;
        let images = self.input.len() / shape.input_image();
        let values = self.gradient.len() / images;
        let plane = lengths.plane(shape);
        // Channels beyond the last stay zero.
        let mut sums = Scratch::zeros(plane.size[0] * plane.row);
        let mut border = Scratch::new(lengths.bordered);
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
            let places = image * shape.input_image()..(image + 1) * shape.input_image();
            if !self.panels.is_empty() {
                let target = &mut self.input_gradient[places.clone()];
                if shape.padding == [0, 0] {
                    input_gradient(
                        simd,
                        shape,
                        &lengths,
                        &self.windows,
                        self.panels,
                        &plane,
                        &sums,
                        target,
                    );
                } else {
                    input_gradient(
                        simd,
                        shape,
                        &lengths,
                        &self.windows,
                        self.panels,
                        &plane,
                        &sums,
                        &mut border,
                    );
                    image::crop(
                        &border,
                        shape.inputs,
                        shape.size,
                        shape.padding,
                        lengths.padded,
                        target,
                    );
                }
            }
            let input = with_border(shape, &lengths, &self.input[places], &mut border);
            weight_gradient(simd, shape, &lengths, &plane, input, &sums, self.weights);
        }
    }
}

/// Adds one image's part of the weights' gradient.
#[inline(always)]
fn weight_gradient<S: Simd>(
    simd: S,
    shape: &ConvShape,
    lengths: &Lengths,
    plane: &Plane,
    input: &[f32],
    sums: &[f32],
    weights: &mut [f32],
) {
    let pixel = plane.pixel / S::F32_LANES;
    let (sums, weights) = (vectors::<S>(sums), vectors_mut::<S>(weights));
    for row in 0..shape.kernel[0] {
        let weights = &mut weights[row * lengths.window * pixel..];
        for (first, width) in lengths.outputs.vectors() {
            for y in 0..plane.size[0] {
                panel::<S, true>(
                    simd,
                    (lengths.window, width, plane.size[1]),
                    Left {
                        values: &input[lengths.windows(shape, y, row)..],
                        row: 1,
                        depth: lengths.step,
                    },
                    Right {
                        values: &sums[y * plane.row / S::F32_LANES + first..],
                        depth: pixel,
                    },
                    Target {
                        values: &mut weights[first..],
                        row: pixel,
                    },
                );
            }
        }
    }
}

/// The gradient of one image with its border.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "a part of one kernel")]
fn input_gradient<S: Simd>(
    simd: S,
    shape: &ConvShape,
    lengths: &Lengths,
    windows: &Panels,
    panels: &[f32],
    plane: &Plane,
    sums: &[f32],
    target: &mut [f32],
) {
    target.fill(0.0);
    let panels = vectors::<S>(panels);
    let mut columns = Scratch::new(plane.size[1] * windows.padded());
    for y in 0..plane.size[0] {
        for (index, (first, width)) in windows.vectors().enumerate() {
            panel::<S, false>(
                simd,
                (plane.size[1], width, shape.outputs),
                Left {
                    values: &sums[y * plane.row..],
                    row: plane.pixel,
                    depth: 1,
                },
                Right {
                    values: &panels[index * shape.outputs * WIDTH..],
                    depth: WIDTH,
                },
                Target {
                    values: &mut vectors_mut::<S>(&mut columns)[first..],
                    row: windows.padded() / S::F32_LANES,
                },
            );
        }
        for (x, columns) in columns.chunks_exact(windows.padded()).enumerate() {
            for (row, window) in columns[..windows.columns]
                .chunks_exact(lengths.window)
                .enumerate()
            {
                let start = lengths.windows(shape, y, row) + x * lengths.step;
                let place = &mut target[start..start + lengths.window];
                for (sum, value) in place.iter_mut().zip(window) {
                    *sum += value;
                }
            }
        }
    }
}
