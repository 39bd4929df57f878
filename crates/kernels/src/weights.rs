//! Weights laid out as the products read them, and the sum of the parts of their gradient.

use crate::product::WIDTH;
use crate::scratch::Scratch;
use crate::shape::ConvShape;

/// Columns of a matrix in panels of [`WIDTH`] vectors, so that a product reads each from front to
/// back; the last panel is filled up with zeros.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panels {
    /// Columns of the matrix.
    pub(crate) columns: usize,
    /// Values in a vector.
    pub(crate) lanes: usize,
}

impl Panels {
    /// Columns of one panel.
    pub(crate) fn width(&self) -> usize {
        WIDTH * self.lanes
    }

    /// How many panels there are.
    pub(crate) fn count(&self) -> usize {
        self.columns.div_ceil(self.width())
    }

    /// Columns filled up to whole vectors.
    pub(crate) fn padded(&self) -> usize {
        self.columns.next_multiple_of(self.lanes)
    }

    /// First vector and number of vectors of every panel.
    pub(crate) fn vectors(&self) -> impl Iterator<Item = (usize, usize)> {
        let vectors = self.padded() / self.lanes;
        let firsts = (0..vectors).step_by(WIDTH);
        firsts.map(move |first| (first, WIDTH.min(vectors - first)))
    }

    /// A matrix of `depth` rows in panels; `value` gives it by row and column.
    pub(crate) fn pack(&self, depth: usize, value: impl Fn(usize, usize) -> f32) -> Scratch {
        let width = self.width();
        let mut packed = Scratch::new(self.count() * depth * width);
        for (panel, rows) in packed.chunks_exact_mut(depth * width).enumerate() {
            for (row, values) in rows.chunks_exact_mut(width).enumerate() {
                for (offset, place) in values.iter_mut().enumerate() {
                    let column = panel * width + offset;
                    *place = if column < self.columns {
                        value(row, column)
                    } else {
                        0.0
                    };
                }
            }
        }
        packed
    }
}

/// Which way a convolution's weights are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From inputs to outputs.
    Forward,
    /// From the outputs' gradient to the inputs' gradient.
    Backward,
}

impl Direction {
    /// The channels that are summed over, and those that come out.
    pub(crate) fn channels(self, shape: &ConvShape) -> (usize, usize) {
        match self {
            Self::Forward => (shape.inputs, shape.outputs),
            Self::Backward => (shape.outputs, shape.inputs),
        }
    }

    /// Where the taps of a pair of channels begin in `[outputs, inputs, height, width]`.
    #[inline(always)]
    pub(crate) fn taps(self, shape: &ConvShape, depth: usize, column: usize) -> usize {
        let taps = shape.kernel[0] * shape.kernel[1];
        match self {
            Self::Forward => column * shape.taps() + depth * taps,
            Self::Backward => depth * shape.taps() + column * taps,
        }
    }
}

/// The sum of a row of partial results, in their order.
#[inline(always)]
pub(crate) fn add_all(target: &mut [f32], partial: &[f32]) {
    target.fill(0.0);
    for part in partial.chunks_exact(target.len()) {
        for (sum, value) in target.iter_mut().zip(part) {
            *sum += value;
        }
    }
}
