//! The forward pass: one product per group of images and band of rows.

use pulp::Simd;

use super::geometry::Geometry;
use super::windows::Windows;
use crate::epilogue::Epilogue;
use crate::instructions::{Instructions, Kernel};
use crate::layer::Layer;
use crate::output::{Output, OutputPart};
use crate::product::{Right, Target, WIDTH, multiply_panel};
use crate::scratch::Scratch;
use crate::vectors::{vectors, vectors_mut};

/// Convolution, bias, addend and activation. See [`crate::conv::forward`].
pub(crate) fn forward(instructions: Instructions, layer: &Layer<'_>, output: &mut Output) {
    let geometry = Geometry::new(&layer.shape, instructions.lanes());
    let panels = geometry.pack_forward(layer.weights);
    let images = geometry.images_per_group();
    output.for_each_group(layer, images, |input, output| {
        instructions.run(ForwardGroup {
            geometry,
            layer,
            panels: &panels,
            input,
            output,
        });
    });
}

/// The output of a group of images.
struct ForwardGroup<'a> {
    geometry: Geometry,
    layer: &'a Layer<'a>,
    /// The packed weights.
    panels: &'a [f32],
    input: &'a [f32],
    output: OutputPart<'a>,
}

impl Kernel for ForwardGroup<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self {
            geometry, layer, ..
        } = self;
        let images = self.input.len() / geometry.shape.input_image_len();
        let plane = geometry.plane();
        let plane_len = plane.size[0] * plane.row;
        let mut sums = Scratch::uncleared(images * plane_len);
        let mut windows = Windows::new(geometry, images);
        let panels = vectors::<S>(self.panels);
        let depth = geometry.windows.columns;
        for rows in geometry.bands() {
            let windows = windows.of(simd, self.input, rows.clone());
            let pixel = plane.pixel / S::F32_LANES;
            let sums = vectors_mut::<S>(&mut sums[rows.start * plane.row..]);
            for (index, (first, width)) in geometry.outputs.vectors().enumerate() {
                for part in 0..windows.count() {
                    let part = windows.part(part);
                    let sizes = (part.outputs.len(), width, part.values.len());
                    let right = Right {
                        values: &panels[(index * depth + part.values.start) * WIDTH..],
                        depth_step: WIDTH,
                    };
                    let target = Target {
                        values: &mut sums[part.outputs.start * pixel + first..],
                        row_step: pixel,
                    };
                    if part.values.start == 0 {
                        multiply_panel::<S, false>(simd, sizes, part.matrix, right, target);
                    } else {
                        multiply_panel::<S, true>(simd, sizes, part.matrix, right, target);
                    }
                }
            }
        }
        let epilogue = Epilogue {
            plane,
            activation: layer.activation,
        };
        let mut others = self.output;
        let values = others.values.len() / images;
        for sums in sums.chunks_exact(plane_len) {
            let output;
            (output, others) = others.split(values);
            epilogue.forward(simd, sums, layer.bias, output);
        }
    }
}
