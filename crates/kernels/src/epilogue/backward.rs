//! The gradient of one image's sums, from the gradient of its output.

use pulp::{Scalar, Simd};

use super::{Epilogue, Plane};
use crate::activation::Activation;
use crate::vectors::{load, store};

impl Epilogue {
    /// Writes the gradient of the sums to `sums`, and adds its sum over all pixels to `bias`.
    ///
    /// `state` is what the activation needs from the forward pass: nothing, the output, or the
    /// argmax. `sums` must hold zeros wherever the plane is larger than the image.
    #[inline(always)]
    pub(crate) fn backward<S: Simd>(
        &self,
        simd: S,
        gradient: &[f32],
        state: &[f32],
        sums: &mut [f32],
        bias: &mut [f32],
    ) {
        let whole = self.plane.whole_vectors::<S>();
        let mut channel = 0;
        while channel < whole {
            self.backward_channels(simd, channel, gradient, state, sums, bias);
            channel += S::F32_LANES;
        }
        for channel in whole..self.plane.channels {
            self.backward_channels(Scalar, channel, gradient, state, sums, bias);
        }
    }

    /// Processes the channels of one vector, from `channel` onwards.
    #[inline(always)]
    fn backward_channels<S: Simd>(
        &self,
        simd: S,
        channel: usize,
        gradient: &[f32],
        state: &[f32],
        sums: &mut [f32],
        bias: &mut [f32],
    ) {
        let plane = &self.plane;
        let zero = simd.splat_f32s(0.0);
        let mut total = zero;
        let [height, width] = self.activation.output_size(plane.size);
        for y in 0..height {
            for x in 0..width {
                let at = (y * width + x) * plane.channels + channel;
                let above = load::<S>(gradient, at);
                match self.activation {
                    Activation::Identity => {
                        total = simd.add_f32s(total, above);
                        store::<S>(sums, plane.index(y, x) + channel, above);
                    }
                    Activation::Relu => {
                        let positive = simd.greater_than_f32s(load::<S>(state, at), zero);
                        let passed = simd.select_f32s(positive, above, zero);
                        total = simd.add_f32s(total, passed);
                        store::<S>(sums, plane.index(y, x) + channel, passed);
                    }
                    Activation::ReluMaxPool => {
                        let argmax = load::<S>(state, at);
                        for corner in 0..4 {
                            let here = simd.equal_f32s(argmax, simd.splat_f32s(corner as f32));
                            let passed = simd.select_f32s(here, above, zero);
                            total = simd.add_f32s(total, passed);
                            let pixel = plane.index(2 * y + corner / 2, 2 * x + corner % 2);
                            store::<S>(sums, pixel + channel, passed);
                        }
                    }
                }
            }
        }
        if self.activation == Activation::ReluMaxPool {
            clear_odd_edges::<S>(simd, plane, channel, sums);
        }
        let before = load::<S>(bias, channel);
        store::<S>(bias, channel, simd.add_f32s(before, total));
    }
}

/// Clears an odd last row and column, which no pooling window covers.
#[inline(always)]
fn clear_odd_edges<S: Simd>(simd: S, plane: &Plane, channel: usize, sums: &mut [f32]) {
    let [height, width] = plane.size;
    let zero = simd.splat_f32s(0.0);
    for y in 0..height {
        let first = if y == height / 2 * 2 {
            0
        } else {
            width / 2 * 2
        };
        for x in first..width {
            store::<S>(sums, plane.index(y, x) + channel, zero);
        }
    }
}
