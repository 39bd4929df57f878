//! F(4, 3): tiles of 4x4 outputs, with 2.25 multiplications per output instead of 9.

use pulp::Simd;

use super::{LARGEST, Tile};

/// F(4, 3).
#[derive(Clone, Copy, Debug)]
pub(crate) struct F4;

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
    const POSITION_PAIRS: [[usize; 2]; 4] = [[0, LARGEST], [1, 2], [3, 4], [5, LARGEST]];
    const INPUT_PAIRS: [[usize; 2]; 4] = [[0, LARGEST], [1, 3], [2, 4], [5, LARGEST]];
    const OUTPUT_PAIRS: [[usize; 2]; 4] = [[0, 2], [1, 3], [LARGEST; 2], [LARGEST; 2]];

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

/// Multiplication by constants, with an addition in the same instruction.
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
