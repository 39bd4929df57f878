//! The forward pass: one product per row of outputs and row of the kernel.

use pulp::Simd;

use super::geometry::Geometry;
use crate::epilogue::Epilogue;
use crate::instructions::{Instructions, Kernel};
use crate::layer::{Layer, Output};
use crate::product::{Left, Right, Target, WIDTH, multiply_panel};
use crate::scratch::Scratch;
use crate::vectors::{vectors, vectors_mut};

/// Convolution, bias and activation. See [`crate::conv::forward`].
pub(crate) fn forward(instructions: Instructions, layer: &Layer<'_>, output: &mut Output) {
    let geometry = Geometry::new(&layer.shape, instructions.lanes());
    let panels = geometry.pack_forward(layer.weights);
    output.for_each_group(layer, 1, |input, output, argmax| {
        instructions.run(ForwardImage {
            geometry,
            layer,
            panels: &panels,
            input,
            output,
            argmax,
        });
    });
}

/// The output of one image.
struct ForwardImage<'a> {
    geometry: Geometry,
    layer: &'a Layer<'a>,
    /// The packed weights.
    panels: &'a [f32],
    input: &'a [f32],
    output: &'a mut [f32],
    /// Empty if it is not recorded.
    argmax: &'a mut [f32],
}

impl Kernel for ForwardImage<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self {
            geometry, layer, ..
        } = self;
        let mut bordered = Scratch::uncleared(geometry.border.padded_len());
        let input = geometry.border.padded(self.input, &mut bordered);
        let plane = geometry.plane();
        let mut sums = Scratch::uncleared(plane.size[0] * plane.row);
        let panels = vectors::<S>(self.panels);
        let row_vectors = geometry.window_row * WIDTH;
        let panel_vectors = geometry.shape.kernel[0] * row_vectors;
        for (index, (first, width)) in geometry.outputs.vectors().enumerate() {
            for y in 0..plane.size[0] {
                let sums = vectors_mut::<S>(&mut sums[y * plane.row..(y + 1) * plane.row]);
                for kernel_row in 0..geometry.shape.kernel[0] {
                    let sizes = (plane.size[1], width, geometry.window_row);
                    let left = Left {
                        values: &input[geometry.windows_start(y, kernel_row)..],
                        row_step: geometry.window_step,
                        depth_step: 1,
                    };
                    let right = Right {
                        values: &panels[index * panel_vectors + kernel_row * row_vectors..],
                        depth_step: WIDTH,
                    };
                    let target = Target {
                        values: &mut sums[first..],
                        row_step: plane.pixel / S::F32_LANES,
                    };
                    if kernel_row == 0 {
                        multiply_panel::<S, false>(simd, sizes, left, right, target);
                    } else {
                        multiply_panel::<S, true>(simd, sizes, left, right, target);
                    }
                }
            }
        }
        let epilogue = Epilogue {
            plane,
            activation: layer.activation,
        };
        epilogue.forward(simd, &sums, layer.bias, self.output, self.argmax);
    }
}
