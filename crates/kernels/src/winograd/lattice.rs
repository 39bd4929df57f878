//! A map of a tile, from one square of vectors to another.
//!
//! A tile of 6x6 vectors does not fit the registers. Its rows are therefore computed in pairs that share
//! sums, and each pair reads the tile again: a read is cheaper than storing what does not fit. All
//! loops are written out, because a compiler that leaves one keeps its arrays in memory.

use std::marker::PhantomData;

use pulp::Simd;

use super::transform::{LARGEST, Map};

/// A square of vectors in a slice, with constant distances between rows and columns.
#[derive(Clone, Copy)]
pub(super) struct Lattice<'a, V> {
    start: *const V,
    row: usize,
    column: usize,
    size: usize,
    slice: PhantomData<&'a V>,
}

impl<'a, V> Lattice<'a, V> {
    /// The square of `size` by `size` vectors whose first is that of `values`.
    ///
    /// # Panics
    /// If the last vector is not in `values`.
    #[inline(always)]
    pub(super) fn new(values: &'a [V], [row, column]: [usize; 2], size: usize) -> Self {
        assert!(
            (size - 1) * (row + column) < values.len(),
            "a square in the slice"
        );
        Self {
            start: values.as_ptr(),
            row,
            column,
            size,
            slice: PhantomData,
        }
    }
}

/// A [`Lattice`] for writing.
pub(super) struct LatticeMut<'a, V> {
    start: *mut V,
    row: usize,
    column: usize,
    size: usize,
    slice: PhantomData<&'a mut V>,
}

impl<'a, V> LatticeMut<'a, V> {
    /// Like [`Lattice::new`].
    ///
    /// # Panics
    /// If the last vector is not in `values`.
    #[inline(always)]
    pub(super) fn new(values: &'a mut [V], [row, column]: [usize; 2], size: usize) -> Self {
        assert!(
            (size - 1) * (row + column) < values.len(),
            "a square in the slice"
        );
        Self {
            start: values.as_mut_ptr(),
            row,
            column,
            size,
            slice: PhantomData,
        }
    }
}

/// Applies a map to the columns and then to the rows of a tile, and writes the result, or adds it if
/// `ADD`.
///
/// # Panics
/// If `from` does not have [`Map::INPUTS`] rows and columns, or `to` [`Map::OUTPUTS`].
#[inline(always)]
pub(super) fn apply<S: Simd, M: Map, const ADD: bool>(
    simd: S,
    from: Lattice<'_, S::f32s>,
    to: LatticeMut<'_, S::f32s>,
) {
    // Not of two arrays: a comparison of those takes place in memory, for every tile.
    assert!(from.size == M::INPUTS && to.size == M::OUTPUTS, "sizes");
    let tile = Tile::<S, M, ADD> {
        simd,
        from,
        to,
        map: PhantomData,
    };
    tile.rows(M::PAIRS[0]);
    tile.rows(M::PAIRS[1]);
    tile.rows(M::PAIRS[2]);
    tile.rows(M::PAIRS[3]);
}

/// A tile on its way through a map.
struct Tile<'a, S: Simd, M, const ADD: bool> {
    simd: S,
    from: Lattice<'a, S::f32s>,
    to: LatticeMut<'a, S::f32s>,
    map: PhantomData<M>,
}

impl<S: Simd, M: Map, const ADD: bool> Tile<'_, S, M, ADD> {
    /// Computes two rows of the result. Those from [`Map::OUTPUTS`] onwards do not exist.
    #[inline(always)]
    fn rows(&self, [first, second]: [usize; 2]) {
        if first >= M::OUTPUTS {
            return;
        }
        let columns = [
            M::apply(self.simd, self.column(0)),
            M::apply(self.simd, self.column(1)),
            M::apply(self.simd, self.column(2)),
            M::apply(self.simd, self.column(3)),
            M::apply(self.simd, self.column(4)),
            M::apply(self.simd, self.column(5)),
        ];
        self.row(first, &columns);
        if second < M::OUTPUTS {
            self.row(second, &columns);
        }
    }

    /// Computes one row of the result from the columns.
    #[inline(always)]
    fn row(&self, row: usize, columns: &[[S::f32s; LARGEST]; LARGEST]) {
        let [a, b, c, d, e, f] = columns;
        let line = [a[row], b[row], c[row], d[row], e[row], f[row]];
        let line = M::apply(self.simd, line);
        self.store(row, 0, line[0]);
        self.store(row, 1, line[1]);
        self.store(row, 2, line[2]);
        self.store(row, 3, line[3]);
        self.store(row, 4, line[4]);
        self.store(row, 5, line[5]);
    }

    /// One column of the tile. Entries from [`Map::INPUTS`] onwards are zeros.
    #[inline(always)]
    fn column(&self, column: usize) -> [S::f32s; LARGEST] {
        [
            self.load(0, column),
            self.load(1, column),
            self.load(2, column),
            self.load(3, column),
            self.load(4, column),
            self.load(5, column),
        ]
    }

    #[inline(always)]
    fn load(&self, row: usize, column: usize) -> S::f32s {
        if row >= M::INPUTS || column >= M::INPUTS {
            return self.simd.splat_f32s(0.0);
        }
        let at = row * self.from.row + column * self.from.column;
        // SAFETY: `Lattice::new` checked that the last vector is in the slice, and `apply` the size.
        #[expect(
            unsafe_code,
            reason = "bounds checks would take longer than the arithmetic"
        )]
        unsafe {
            *self.from.start.add(at)
        }
    }

    #[inline(always)]
    fn store(&self, row: usize, column: usize, value: S::f32s) {
        if column >= M::OUTPUTS {
            return;
        }
        let at = row * self.to.row + column * self.to.column;
        // SAFETY: `LatticeMut::new` checked that the last vector is in the slice, and `apply` the size.
        // Nothing else can access the slice while `to` exists.
        #[expect(
            unsafe_code,
            reason = "bounds checks would take longer than the arithmetic"
        )]
        unsafe {
            let target = self.to.start.add(at);
            *target = if ADD {
                self.simd.add_f32s(*target, value)
            } else {
                value
            };
        }
    }
}

#[cfg(test)]
mod tests;
