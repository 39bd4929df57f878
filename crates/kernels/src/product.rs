//! The one inner loop of all convolutions: small matrix products held in registers.
//!
//! A tile of C, up to [`rows`] rows by [`WIDTH`] vectors, stays in registers while a loop over the
//! depth broadcasts one value of A a row and multiplies it with a row of B. Strides say how A lies,
//! so the same loop serves A as it is (rows of pixels), A transposed (weight gradients) and windows
//! of an image that were never copied into a matrix.

use pulp::Simd;

/// Vectors in a row of a tile.
pub(crate) const WIDTH: usize = 2;

/// Rows of the largest tile: what fits the registers with a row of B and one broadcast value.
///
/// AVX-512 and NEON, with sixteen and four lanes, have 32 registers; AVX2, with eight, has 16.
const fn rows<S: Simd>() -> usize {
    match S::F32_LANES {
        4 | 16 => 12,
        8 => 6,
        _ => 4,
    }
}

/// A, by rows and depth.
#[derive(Clone, Copy)]
pub(crate) struct Left<'a> {
    pub(crate) values: &'a [f32],
    /// Values from one row to the next.
    pub(crate) row: usize,
    /// Values from one depth to the next.
    pub(crate) depth: usize,
}

/// B, by depth and columns; a row of a panel has [`WIDTH`] vectors, or one in a narrow last panel.
#[derive(Clone, Copy)]
pub(crate) struct Right<'a, V> {
    pub(crate) values: &'a [V],
    /// Vectors from one depth to the next.
    pub(crate) depth: usize,
}

/// Where a product goes: vectors from one row of C to the next.
pub(crate) struct Target<'a, V> {
    pub(crate) values: &'a mut [V],
    pub(crate) row: usize,
}

/// C = A B for `count` rows, or C += A B where `ADD`, over one panel of `width` vectors.
#[inline(always)]
pub(crate) fn panel<S: Simd, const ADD: bool>(
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
        let block = (count - row).min(rows::<S>());
        let a = Left {
            values: &a.values[row * a.row..],
            ..a
        };
        let c = Target {
            values: &mut c.values[row * c.row..],
            ..c
        };
        match block {
            1 => tile::<S, 1, N, ADD>(simd, depth, a, b, c),
            2 => tile::<S, 2, N, ADD>(simd, depth, a, b, c),
            3 => tile::<S, 3, N, ADD>(simd, depth, a, b, c),
            4 => tile::<S, 4, N, ADD>(simd, depth, a, b, c),
            5 if rows::<S>() > 4 => tile::<S, 5, N, ADD>(simd, depth, a, b, c),
            6 if rows::<S>() > 4 => tile::<S, 6, N, ADD>(simd, depth, a, b, c),
            7 if rows::<S>() > 6 => tile::<S, 7, N, ADD>(simd, depth, a, b, c),
            8 if rows::<S>() > 6 => tile::<S, 8, N, ADD>(simd, depth, a, b, c),
            9 if rows::<S>() > 6 => tile::<S, 9, N, ADD>(simd, depth, a, b, c),
            10 if rows::<S>() > 6 => tile::<S, 10, N, ADD>(simd, depth, a, b, c),
            11 if rows::<S>() > 6 => tile::<S, 11, N, ADD>(simd, depth, a, b, c),
            12 if rows::<S>() > 6 => tile::<S, 12, N, ADD>(simd, depth, a, b, c),
            _ => unreachable!("a block has 1 to {} rows", rows::<S>()),
        }
        row += block;
    }
}

/// One tile of M rows by N vectors.
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
        assert!((M - 1) * a.row + (depth - 1) * a.depth < a.values.len());
        assert!((depth - 1) * b.depth + N <= b.values.len());
    }
    let (a_start, b_start) = (a.values.as_ptr(), b.values.as_ptr());
    for k in 0..depth {
        // SAFETY: every index is at most the one of the last row, depth and vector, and those lie
        // inside by the assertions above.
        #[expect(
            unsafe_code,
            reason = "bounds checks here would halve the speed of everything"
        )]
        unsafe {
            let b_row = b_start.add(k * b.depth);
            let a_column = a_start.add(k * a.depth);
            for (r, sums) in sums.iter_mut().enumerate() {
                let value = simd.splat_f32s(*a_column.add(r * a.row));
                for (n, sum) in sums.iter_mut().enumerate() {
                    *sum = simd.mul_add_e_f32s(value, *b_row.add(n), *sum);
                }
            }
        }
    }
    for (r, sums) in sums.into_iter().enumerate() {
        let row = &mut c.values[r * c.row..r * c.row + N];
        for (place, sum) in row.iter_mut().zip(sums) {
            *place = if ADD { simd.add_f32s(*place, sum) } else { sum };
        }
    }
}
