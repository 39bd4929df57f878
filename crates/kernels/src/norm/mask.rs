//! What the activation after a normalisation does to its gradient.

use std::ops::Range;

use pulp::Simd;

use super::backward::NormBackwardPass;
use super::channel_constants::OutputConstants;
use super::columns::load_row;
use crate::activation::Activation;

/// How the gradient before the activation follows from that of the output.
#[derive(Clone, Copy)]
pub(super) enum Mask<'a> {
    /// It is the same.
    Nothing,
    /// It is 0 where this output is not above 0.
    Output(&'a [f32]),
    /// It is 0 where the normalised input is not above 0.
    Recomputed(&'a OutputConstants),
}

impl<'a> Mask<'a> {
    pub(super) fn new(pass: &NormBackwardPass<'a>, constants: &'a OutputConstants) -> Self {
        match (pass.layer.activation, pass.layer.addend) {
            (Activation::Relu, Some(_)) => Self::Output(pass.output),
            (Activation::Relu, None) => Self::Recomputed(constants),
            _ => Self::Nothing,
        }
    }

    /// The part of a chunk.
    pub(super) fn slice(self, range: Range<usize>) -> Self {
        match self {
            Self::Output(output) => Self::Output(&output[range]),
            other => other,
        }
    }

    /// The gradient before the activation of `N` vectors.
    #[inline(always)]
    pub(super) fn apply<S: Simd, const N: usize>(
        &self,
        simd: S,
        (at, column): (usize, usize),
        input: &[S::f32s; N],
        gradient: [S::f32s; N],
    ) -> [S::f32s; N] {
        let zero = simd.splat_f32s(0.0);
        let output = match self {
            Self::Nothing => return gradient,
            Self::Output(output) => load_row::<S, N>(output, at),
            Self::Recomputed(constants) => {
                let mean = load_row::<S, N>(&constants.mean, column);
                let factor = load_row::<S, N>(&constants.factor, column);
                let shift = load_row::<S, N>(&constants.shift, column);
                let mut output = *input;
                for n in 0..N {
                    let distance = simd.sub_f32s(input[n], mean[n]);
                    output[n] = simd.mul_add_e_f32s(distance, factor[n], shift[n]);
                }
                output
            }
        };
        let mut masked = gradient;
        for n in 0..N {
            let passes = simd.greater_than_f32s(output[n], zero);
            masked[n] = simd.select_f32s(passes, gradient[n], zero);
        }
        masked
    }
}
