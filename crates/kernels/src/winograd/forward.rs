//! The forward pass: M = V U at each position, for one group of images at a time.

use pulp::Simd;

use super::by_position;
use super::direction::Direction;
use super::grid::Grid;
use super::positions::{multiply_positions, transform_images};
use super::tiles::{self, GroupImage};
use super::transform::Tile;
use super::weight_transform::transform_weights;
use crate::epilogue::Epilogue;
use crate::instructions::{Instructions, Kernel};
use crate::layer::Layer;
use crate::output::{Output, OutputPart};
use crate::scratch::Scratch;

/// Convolution, bias, addend and activation. See [`crate::conv::forward`].
pub(crate) fn forward<T: Tile>(instructions: Instructions, layer: &Layer<'_>, output: &mut Output) {
    let grid = Grid::<T>::new(&layer.shape);
    if grid.has_few_tiles() {
        return by_position::forward::<T>(instructions, layer, output);
    }
    let panels = transform_weights::<T>(instructions, layer, Direction::Forward);
    output.for_each_group(layer, grid.images_per_group(), |input, output| {
        instructions.run(ForwardGroup {
            grid,
            layer,
            panels: &panels,
            input,
            output,
        });
    });
}

/// The output of a group of images.
struct ForwardGroup<'a, T> {
    grid: Grid<T>,
    layer: &'a Layer<'a>,
    /// U of every position.
    panels: &'a [f32],
    input: &'a [f32],
    output: OutputPart<'a>,
}

impl<T: Tile> Kernel for ForwardGroup<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { grid, layer, .. } = self;
        let shape = &grid.shape;
        let images = self.input.len() / shape.input_image_len();
        let mut v = Scratch::uncleared(grid.matrices_len(images, shape.inputs));
        let mut m = Scratch::uncleared(grid.matrices_len(images, shape.outputs));
        transform_images(simd, &grid, self.input, &mut v);
        let channels = (shape.inputs, shape.outputs);
        multiply_positions(simd, &grid, images, channels, self.panels, &v, &mut m);

        let epilogue = Epilogue {
            plane: grid.plane(),
            activation: layer.activation,
        };
        let mut sums = Scratch::uncleared(grid.plane_len());
        let mut others = self.output;
        let values = others.values.len() / images;
        for index in 0..images {
            let at = GroupImage {
                images,
                index,
                channels: shape.outputs,
            };
            tiles::to_output(simd, &grid, &at, &m, &mut sums);
            let output;
            (output, others) = others.split(values);
            epilogue.forward(simd, &sums, layer.bias, output);
        }
    }
}
