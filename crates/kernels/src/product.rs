//! The inner loop of all convolutions: small matrix products held in registers.
//!
//! A tile of C, up to [`tile_rows`] rows by [`WIDTH`] vectors, stays in registers. A loop over the
//! depth broadcasts one value of A per row and multiplies it by a row of B. Steps describe the layout
//! of A, so the same loop reads A as it is (rows of pixels), A transposed (gradients of weights), and
//! windows of an image that were never copied into a matrix.

use pulp::Simd;

/// Vectors in a row of a tile.
pub(crate) const WIDTH: usize = 2;

/// Rows of the largest tile that fits the registers together with a row of B and a broadcast value.
///
/// AVX-512 and NEON, with sixteen and four lanes, have 32 registers; AVX2, with eight, has 16.
const fn tile_rows<S: Simd>() -> usize {
    match S::F32_LANES {
        4 | 16 => 12,
        8 => 6,
        _ => 4,
    }
}

/// The left factor A, by rows and depth.
#[derive(Clone, Copy)]
pub(crate) struct Left<'a> {
    pub(crate) values: &'a [f32],
    /// Values from one row to the next.
    pub(crate) row_step: usize,
    /// Values from one depth to the next.
    pub(crate) depth_step: usize,
}

/// The right factor B, by depth and columns.
///
/// A row of a panel has [`WIDTH`] vectors, or one in a narrow last panel.
#[derive(Clone, Copy)]
pub(crate) struct Right<'a, V> {
    pub(crate) values: &'a [V],
    /// Vectors from one depth to the next.
    pub(crate) depth_step: usize,
}

/// The product C, by rows and columns.
pub(crate) struct Target<'a, V> {
    pub(crate) values: &'a mut [V],
    /// Vectors from one row to the next.
    pub(crate) row_step: usize,
}

/// Computes C = A B, or C += A B if `ADD`, for `count` rows of one panel of `width` vectors.
#[inline(always)]
pub(crate) fn multiply_panel<S: Simd, const ADD: bool>(
    simd: S,
    (count, width, depth): (usize, usize, usize),
    a: Left<'_>,
    b: Right<'_, S::f32s>,
    c: Target<'_, S::f32s>,
) {
    if width == WIDTH {
        row_blocks::<S, WIDTH, ADD>(simd, count, depth, a, b, c);
    } else {
        row_blocks::<S, 1, ADD>(simd, count, depth, a, b, c);
    }
}

/// Cuts the rows into tiles.
#[inline(always)]
fn row_blocks<S: Simd, const N: usize, const ADD: bool>(
    simd: S,
    count: usize,
    depth: usize,
    a: Left<'_>,
    b: Right<'_, S::f32s>,
    c: Target<'_, S::f32s>,
) {
    let mut row = 0;
    while row < count {
        let block = (count - row).min(tile_rows::<S>());
        let a = Left {
            values: &a.values[row * a.row_step..],
            ..a
        };
        let c = Target {
            values: &mut c.values[row * c.row_step..],
            ..c
        };
        match block {
            1 => tile::<S, 1, N, ADD>(simd, depth, a, b, c),
            2 => tile::<S, 2, N, ADD>(simd, depth, a, b, c),
            3 => tile::<S, 3, N, ADD>(simd, depth, a, b, c),
            4 => tile::<S, 4, N, ADD>(simd, depth, a, b, c),
            5 if tile_rows::<S>() > 4 => tile::<S, 5, N, ADD>(simd, depth, a, b, c),
            6 if tile_rows::<S>() > 4 => tile::<S, 6, N, ADD>(simd, depth, a, b, c),
            7 if tile_rows::<S>() > 6 => tile::<S, 7, N, ADD>(simd, depth, a, b, c),
            8 if tile_rows::<S>() > 6 => tile::<S, 8, N, ADD>(simd, depth, a, b, c),
            9 if tile_rows::<S>() > 6 => tile::<S, 9, N, ADD>(simd, depth, a, b, c),
            10 if tile_rows::<S>() > 6 => tile::<S, 10, N, ADD>(simd, depth, a, b, c),
            11 if tile_rows::<S>() > 6 => tile::<S, 11, N, ADD>(simd, depth, a, b, c),
            12 if tile_rows::<S>() > 6 => tile::<S, 12, N, ADD>(simd, depth, a, b, c),
            _ => unreachable!("a block has 1 to {} rows", tile_rows::<S>()),
        }
        row += block;
    }
}

/// Computes one tile of `M` rows by `N` vectors.
#[inline(always)]
fn tile<S: Simd, const M: usize, const N: usize, const ADD: bool>(
    simd: S,
    depth: usize,
    a: Left<'_>,
    b: Right<'_, S::f32s>,
    c: Target<'_, S::f32s>,
) {
    let mut sums = [[simd.splat_f32s(0.0); N]; M];
    if depth > 0 {
        assert!((M - 1) * a.row_step + (depth - 1) * a.depth_step < a.values.len());
        assert!((depth - 1) * b.depth_step + N <= b.values.len());
    }
    let (a_start, b_start) = (a.values.as_ptr(), b.values.as_ptr());
    for k in 0..depth {
        // SAFETY: no index exceeds that of the last row, depth and vector, and the assertions above
        // checked that those are within the slices.
        #[expect(
            unsafe_code,
            reason = "bounds checks in the innermost loop would halve its speed"
        )]
        unsafe {
            let b_row = b_start.add(k * b.depth_step);
            let a_column = a_start.add(k * a.depth_step);
            for (r, sums) in sums.iter_mut().enumerate() {
                let value = simd.splat_f32s(*a_column.add(r * a.row_step));
                for (n, sum) in sums.iter_mut().enumerate() {
                    *sum = simd.mul_add_e_f32s(value, *b_row.add(n), *sum);
                }
            }
        }
    }
    for (r, sums) in sums.into_iter().enumerate() {
        let row = &mut c.values[r * c.row_step..r * c.row_step + N];
        for (target, sum) in row.iter_mut().zip(sums) {
            *target = if ADD {
                simd.add_f32s(*target, sum)
            } else {
                sum
            };
        }
    }
}

#[cfg(test)]
mod tests;
