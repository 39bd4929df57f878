//! F(2, 3): tiles of 2x2 outputs, with 4 multiplications per output instead of 9.

use pulp::Simd;

use super::{LARGEST, Tile};

/// F(2, 3).
#[derive(Clone, Copy, Debug)]
pub(crate) struct F2;

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
    const POSITION_PAIRS: [[usize; 2]; 4] = [[0, 1], [2, 3], [LARGEST; 2], [LARGEST; 2]];
    const INPUT_PAIRS: [[usize; 2]; 4] = Self::POSITION_PAIRS;
    const OUTPUT_PAIRS: [[usize; 2]; 4] = [[0, 1], [LARGEST; 2], [LARGEST; 2], [LARGEST; 2]];

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
