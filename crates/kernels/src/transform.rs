//! Winograd's minimal filtering for kernels of three, in one dimension.
//!
//! F(m, 3) makes m outputs from m + 2 inputs with m + 2 multiplications instead of 3 m:
//! y = Aᵀ [(G g) ⊙ (Bᵀ d)]. In two dimensions each transform is applied to columns, then rows.
//! The gradients need the transposes: of Aᵀ for what arrives from above, of Bᵀ for what goes on
//! below, of G for the weights.
//!
//! # Source
//! Lavin and Gray, 2015 (arXiv 1509.09308), sections 4.1 and 4.3.

use pulp::Simd;

/// Inputs of the largest tile, in one dimension.
pub(crate) const LARGEST: usize = 6;

/// One F(m, 3). Tiles are arrays of [`LARGEST`]; what lies beyond the tile is ignored.
pub(crate) trait Tile: Copy + Send + Sync + 'static {
    /// m.
    const OUTPUTS: usize;
    /// m + 2.
    const INPUTS: usize = Self::OUTPUTS + 2;
    /// G: a row for each of the m + 2 products.
    const WEIGHTS: [[f32; 3]; LARGEST];

    /// Bᵀ d.
    fn input<S: Simd>(simd: S, d: [S::f32s; LARGEST]) -> [S::f32s; LARGEST];
    /// B y.
    fn input_transposed<S: Simd>(simd: S, y: [S::f32s; LARGEST]) -> [S::f32s; LARGEST];
    /// Aᵀ m.
    fn output<S: Simd>(simd: S, m: [S::f32s; LARGEST]) -> [S::f32s; LARGEST];
    /// A y.
    fn output_transposed<S: Simd>(simd: S, y: [S::f32s; LARGEST]) -> [S::f32s; LARGEST];
}

/// One of a [`Tile`]'s maps as a type. A function passed as a value would not be compiled into the
/// vector code that calls it.
pub(crate) trait Map {
    /// The map.
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST];
}

/// [`Tile::input`].
pub(crate) struct Input<T>(T);
/// [`Tile::input_transposed`].
pub(crate) struct InputTransposed<T>(T);
/// [`Tile::output`].
pub(crate) struct Output<T>(T);
/// [`Tile::output_transposed`].
pub(crate) struct OutputTransposed<T>(T);

impl<T: Tile> Map for Input<T> {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        T::input(simd, line)
    }
}

impl<T: Tile> Map for InputTransposed<T> {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        T::input_transposed(simd, line)
    }
}

impl<T: Tile> Map for Output<T> {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        T::output(simd, line)
    }
}

impl<T: Tile> Map for OutputTransposed<T> {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        T::output_transposed(simd, line)
    }
}

/// F(2, 3).
#[derive(Clone, Copy, Debug)]
pub(crate) struct F2;

/// F(4, 3).
#[derive(Clone, Copy, Debug)]
pub(crate) struct F4;

impl Tile for F2 {
    const OUTPUTS: usize = 2;
    const WEIGHTS: [[f32; 3]; LARGEST] = [
        [1.0, 0.0, 0.0],
        [0.5, 0.5, 0.5],
        [0.5, -0.5, 0.5],
        [0.0, 0.0, 1.0],
        [0.0; 3],
        [0.0; 3],
    ];

    #[inline(always)]
    fn input<S: Simd>(simd: S, d: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        let [d0, d1, d2, d3, rest @ ..] = d;
        [
            simd.sub_f32s(d0, d2),
            simd.add_f32s(d1, d2),
            simd.sub_f32s(d2, d1),
            simd.sub_f32s(d1, d3),
            rest[0],
            rest[1],
        ]
    }

    #[inline(always)]
    fn input_transposed<S: Simd>(simd: S, y: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        let [y0, y1, y2, y3, rest @ ..] = y;
        [
            y0,
            simd.add_f32s(simd.sub_f32s(y1, y2), y3),
            simd.sub_f32s(simd.add_f32s(y1, y2), y0),
            simd.neg_f32s(y3),
            rest[0],
            rest[1],
        ]
    }

    #[inline(always)]
    fn output<S: Simd>(simd: S, m: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        let [m0, m1, m2, m3, rest @ ..] = m;
        [
            simd.add_f32s(simd.add_f32s(m0, m1), m2),
            simd.sub_f32s(simd.sub_f32s(m1, m2), m3),
            m2,
            m3,
            rest[0],
            rest[1],
        ]
    }

    #[inline(always)]
    fn output_transposed<S: Simd>(simd: S, y: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        let [y0, y1, rest @ ..] = y;
        [
            y0,
            simd.add_f32s(y0, y1),
            simd.sub_f32s(y0, y1),
            simd.neg_f32s(y1),
            rest[2],
            rest[3],
        ]
    }
}

impl Tile for F4 {
    const OUTPUTS: usize = 4;
    const WEIGHTS: [[f32; 3]; LARGEST] = [
        [1.0 / 4.0, 0.0, 0.0],
        [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
        [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
        [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
        [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
        [0.0, 0.0, 1.0],
    ];

    #[inline(always)]
    fn input<S: Simd>(simd: S, [d0, d1, d2, d3, d4, d5]: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        let times = Times(simd);
        let (even, odd) = (times.plus(-4.0, d2, d4), times.plus(-4.0, d1, d3));
        let (inner, outer) = (simd.sub_f32s(d4, d2), simd.sub_f32s(d3, d1));
        [
            times.plus(4.0, d0, times.plus(-5.0, d2, d4)),
            simd.add_f32s(even, odd),
            simd.sub_f32s(even, odd),
            times.plus(2.0, outer, inner),
            times.plus(-2.0, outer, inner),
            times.plus(4.0, d1, times.plus(-5.0, d3, d5)),
        ]
    }

    #[inline(always)]
    fn input_transposed<S: Simd>(
        simd: S,
        [y0, y1, y2, y3, y4, y5]: [S::f32s; LARGEST],
    ) -> [S::f32s; LARGEST] {
        let times = Times(simd);
        let (p, q) = (simd.add_f32s(y1, y2), simd.sub_f32s(y1, y2));
        let (r, s) = (simd.add_f32s(y3, y4), simd.sub_f32s(y3, y4));
        let four_y5 = simd.mul_f32s(simd.splat_f32s(4.0), y5);
        [
            simd.mul_f32s(simd.splat_f32s(4.0), y0),
            times.plus(-4.0, q, times.plus(-2.0, s, four_y5)),
            simd.neg_f32s(times.plus(5.0, y0, times.plus(4.0, p, r))),
            times.plus(2.0, s, times.plus(-5.0, y5, q)),
            simd.add_f32s(y0, simd.add_f32s(p, r)),
            y5,
        ]
    }

    #[inline(always)]
    fn output<S: Simd>(
        simd: S,
        [m0, m1, m2, m3, m4, m5]: [S::f32s; LARGEST],
    ) -> [S::f32s; LARGEST] {
        let times = Times(simd);
        let (p, q) = (simd.add_f32s(m1, m2), simd.sub_f32s(m1, m2));
        let (r, s) = (simd.add_f32s(m3, m4), simd.sub_f32s(m3, m4));
        [
            simd.add_f32s(m0, simd.add_f32s(p, r)),
            times.plus(2.0, s, q),
            times.plus(4.0, r, p),
            times.plus(8.0, s, simd.add_f32s(q, m5)),
            m4,
            m5,
        ]
    }

    #[inline(always)]
    fn output_transposed<S: Simd>(
        simd: S,
        [y0, y1, y2, y3, ..]: [S::f32s; LARGEST],
    ) -> [S::f32s; LARGEST] {
        let times = Times(simd);
        let (even, odd) = (simd.add_f32s(y0, y2), simd.add_f32s(y1, y3));
        let (wide_even, wide_odd) = (times.plus(4.0, y2, y0), times.plus(4.0, y3, y1));
        [
            y0,
            simd.add_f32s(even, odd),
            simd.sub_f32s(even, odd),
            times.plus(2.0, wide_odd, wide_even),
            times.plus(-2.0, wide_odd, wide_even),
            y3,
        ]
    }
}

/// Multiplication by a constant.
#[derive(Clone, Copy)]
struct Times<S>(S);

impl<S: Simd> Times<S> {
    /// factor · a + b.
    #[inline(always)]
    fn plus(self, factor: f32, a: S::f32s, b: S::f32s) -> S::f32s {
        let factor = self.0.splat_f32s(factor);
        self.0.mul_add_e_f32s(factor, a, b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = [f32; LARGEST];

    /// The matrix of a linear map.
    fn matrix(map: impl Fn(Row) -> Row, columns: usize) -> Vec<Row> {
        (0..columns)
            .map(|column| {
                let mut unit = [0.0; LARGEST];
                unit[column] = 1.0;
                map(unit)
            })
            .collect()
    }

    /// Both directions are transposes of each other, and together with G they filter.
    fn check<T: Tile>() {
        let simd = pulp::Scalar;
        let (m, n) = (T::OUTPUTS, T::INPUTS);
        let input = matrix(|d| T::input(simd, d), n);
        let input_transposed = matrix(|y| T::input_transposed(simd, y), n);
        let output = matrix(|d| T::output(simd, d), n);
        let output_transposed = matrix(|y| T::output_transposed(simd, y), m);
        for row in 0..n {
            for column in 0..n {
                assert_eq!(input[row][column], input_transposed[column][row]);
            }
            for column in 0..m {
                assert_eq!(output[row][column], output_transposed[column][row]);
            }
        }
        // Σ over products of A, G and B is 1 where input = output + tap, else 0.
        for (out, tap, place) in (0..m)
            .flat_map(|out| (0..3).flat_map(move |tap| (0..n).map(move |place| (out, tap, place))))
        {
            let products = (0..n).map(|product| {
                let (a, b) = (output[product][out], input[place][product]);
                f64::from(a) * f64::from(T::WEIGHTS[product][tap]) * f64::from(b)
            });
            let expected = if place == out + tap { 1.0 } else { 0.0 };
            let found: f64 = products.sum();
            assert!(
                (found - expected).abs() < 1e-6,
                "output {out}, tap {tap}, input {place}: {found}"
            );
        }
    }

    #[test]
    fn two_outputs_are_filtered() {
        check::<F2>();
    }

    #[test]
    fn four_outputs_are_filtered() {
        check::<F4>();
    }
}
