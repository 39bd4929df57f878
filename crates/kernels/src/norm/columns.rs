//! How maps are cut into vectors when each channel has constants of its own.
//!
//! Channels need not fill whole vectors. Maps are therefore seen as rows of a period: the shortest
//! length that is a multiple of both the channels and a group of vectors. The values of a column all
//! belong to one channel, so its constants and sums stay in registers while the rows go by.

use pulp::{Scalar, Simd};

use crate::vectors::{vectors, vectors_mut};

/// Vectors of a row that are processed together.
pub(super) const GROUP: usize = 8;
/// Values of a chunk, at least: with its results, it fits the second-level cache.
const CHUNK_VALUES: usize = 1 << 14;

/// Values of a row: a multiple of the channels and of [`GROUP`] vectors.
pub(super) fn period(channels: usize, lanes: usize) -> usize {
    let group = GROUP * lanes;
    channels / greatest_common_divisor(channels, group) * group
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

/// Values of a chunk: whole rows. It depends only on the shape and the vectors, so any number of
/// threads adds the sums of the same chunks.
pub(super) fn chunk_len(period: usize) -> usize {
    CHUNK_VALUES.div_ceil(period) * period
}

/// Values that are processed by one call: `N` vectors of each of some rows.
#[derive(Clone, Copy)]
pub(super) struct Span {
    /// The first value in the chunk.
    pub(super) start: usize,
    pub(super) rows: usize,
    /// Values from one row to the next.
    pub(super) period: usize,
    /// The first value's place in its row.
    pub(super) column: usize,
}

impl Span {
    /// The first value of row `row`.
    #[inline(always)]
    pub(super) fn at(&self, row: usize) -> usize {
        self.start + row * self.period
    }
}

/// What is done with the columns of a chunk.
pub(super) trait Columns {
    /// Processes `N` vectors of each row of `span`.
    fn run<S: Simd, const N: usize>(&mut self, simd: S, span: Span);
}

/// Processes all columns of a chunk of `len` values.
#[inline(always)]
pub(super) fn for_each_column<S: Simd>(
    simd: S,
    period: usize,
    len: usize,
    columns: &mut impl Columns,
) {
    let rows = len / period;
    if rows > 0 {
        for column in (0..period).step_by(GROUP * S::F32_LANES) {
            columns.run::<S, GROUP>(
                simd,
                Span {
                    start: column,
                    rows,
                    period,
                    column,
                },
            );
        }
    }
    // The last row may be shorter.
    let last = |column| Span {
        start: rows * period + column,
        rows: 1,
        period,
        column,
    };
    let rest = len - rows * period;
    let whole = rest / S::F32_LANES * S::F32_LANES;
    for column in (0..whole).step_by(S::F32_LANES) {
        columns.run::<S, 1>(simd, last(column));
    }
    for column in whole..rest {
        columns.run::<Scalar, 1>(Scalar, last(column));
    }
}

/// The `N` vectors from `values[at]` onwards.
#[inline(always)]
pub(super) fn load_row<S: Simd, const N: usize>(values: &[f32], at: usize) -> [S::f32s; N] {
    let row = vectors::<S>(&values[at..at + N * S::F32_LANES]);
    let mut copy = [row[0]; N];
    copy.copy_from_slice(row);
    copy
}

/// Writes `N` vectors from `values[at]` onwards.
#[inline(always)]
pub(super) fn store_row<S: Simd, const N: usize>(values: &mut [f32], at: usize, row: [S::f32s; N]) {
    let target = vectors_mut::<S>(&mut values[at..at + N * S::F32_LANES]);
    for (target, vector) in target.iter_mut().zip(row) {
        *target = vector;
    }
}

#[cfg(test)]
mod tests;
