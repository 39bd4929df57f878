//! The layout in which a product reads its right factor.

use crate::product::WIDTH;
use crate::scratch::Scratch;

/// The columns of a matrix in panels of [`WIDTH`] vectors.
///
/// A product reads each panel from front to back. The last panel is filled with zeros.
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

    /// Number of panels.
    pub(crate) fn count(&self) -> usize {
        self.columns.div_ceil(self.width())
    }

    /// Columns, rounded up to whole vectors.
    pub(crate) fn padded_columns(&self) -> usize {
        self.columns.next_multiple_of(self.lanes)
    }

    /// The first vector and the number of vectors of every panel.
    pub(crate) fn vectors(&self) -> impl Iterator<Item = (usize, usize)> {
        let vectors = self.padded_columns() / self.lanes;
        let firsts = (0..vectors).step_by(WIDTH);
        firsts.map(move |first| (first, WIDTH.min(vectors - first)))
    }

    /// Packs a matrix of `depth` rows; `value` returns an element by row and column.
    pub(crate) fn pack(&self, depth: usize, value: impl Fn(usize, usize) -> f32) -> Scratch {
        let width = self.width();
        let mut packed = Scratch::uncleared(self.count() * depth * width);
        for (panel, rows) in packed.chunks_exact_mut(depth * width).enumerate() {
            for (row, values) in rows.chunks_exact_mut(width).enumerate() {
                for (offset, target) in values.iter_mut().enumerate() {
                    let column = panel * width + offset;
                    *target = if column < self.columns {
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

#[cfg(test)]
mod tests;
