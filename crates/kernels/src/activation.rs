//! What follows the bias of a convolution, or a normalisation.

use pulp::Simd;

/// What a convolution applies to its sums, after the bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// Nothing.
    Identity,
    /// max(x, 0).
    Relu,
    /// max(x, 0), then the maximum over windows of 2x2. An odd last row or column is left out.
    ReluMaxPool,
}

impl Activation {
    /// Height and width of the output, for a convolution whose sums have height and width `size`.
    pub fn output_size(self, size: [usize; 2]) -> [usize; 2] {
        match self {
            Self::Identity | Self::Relu => size,
            Self::ReluMaxPool => size.map(|length| length / 2),
        }
    }
}

/// max(x, 0), and NaN where x is NaN. The `max` of x86 turns NaN into 0, which would hide it from the
/// loss.
#[inline(always)]
pub(crate) fn relu<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let zero = simd.splat_f32s(0.0);
    simd.select_f32s(simd.less_than_f32s(x, zero), zero, x)
}

/// The largest of four values and its index; the first of equal ones. A NaN counts as the largest.
#[inline(always)]
pub(crate) fn maximum<S: Simd>(simd: S, corners: [S::f32s; 4]) -> (S::f32s, S::f32s) {
    let [mut largest, others @ ..] = corners;
    let mut index = simd.splat_f32s(0.0);
    for (before, &other) in others.iter().enumerate() {
        // False if either is NaN.
        let not_smaller = simd.greater_than_or_equal_f32s(largest, other);
        let nan = simd.not_m32s(simd.equal_f32s(largest, largest));
        let kept = simd.or_m32s(not_smaller, nan);
        largest = simd.select_f32s(kept, largest, other);
        index = simd.select_f32s(kept, index, simd.splat_f32s((before + 1) as f32));
    }
    (largest, index)
}
