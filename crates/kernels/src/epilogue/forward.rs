//! Bias and activation of one image.

use pulp::{Scalar, Simd};

use super::{Epilogue, NO_GRADIENT};
use crate::activation::{Activation, maximum, relu};
use crate::vectors::{load, store};

impl Epilogue {
    /// Writes act(sums + bias) to `output`, with the channels last.
    ///
    /// For [`Activation::ReluMaxPool`], also writes where each maximum was, 0 to 3 or
    /// [`NO_GRADIENT`], to `argmax` unless that is empty.
    #[inline(always)]
    pub(crate) fn forward<S: Simd>(
        &self,
        simd: S,
        sums: &[f32],
        bias: &[f32],
        output: &mut [f32],
        argmax: &mut [f32],
    ) {
        let whole = self.plane.whole_vectors::<S>();
        let mut channel = 0;
        while channel < whole {
            self.forward_channels(simd, channel, sums, bias, output, argmax);
            channel += S::F32_LANES;
        }
        for channel in whole..self.plane.channels {
            self.forward_channels(Scalar, channel, sums, bias, output, argmax);
        }
    }

    /// Processes the channels of one vector, from `channel` onwards.
    #[inline(always)]
    fn forward_channels<S: Simd>(
        &self,
        simd: S,
        channel: usize,
        sums: &[f32],
        bias: &[f32],
        output: &mut [f32],
        argmax: &mut [f32],
    ) {
        let plane = &self.plane;
        let bias = load::<S>(bias, channel);
        let zero = simd.splat_f32s(0.0);
        let [height, width] = self.activation.output_size(plane.size);
        for y in 0..height {
            for x in 0..width {
                let at = (y * width + x) * plane.channels + channel;
                let value = match self.activation {
                    Activation::Identity => {
                        let sum = load::<S>(sums, plane.index(y, x) + channel);
                        simd.add_f32s(sum, bias)
                    }
                    Activation::Relu => {
                        let sum = load::<S>(sums, plane.index(y, x) + channel);
                        relu(simd, simd.add_f32s(sum, bias))
                    }
                    Activation::ReluMaxPool => {
                        let mut corners = [zero; 4];
                        for (corner, value) in corners.iter_mut().enumerate() {
                            let pixel = plane.index(2 * y + corner / 2, 2 * x + corner % 2);
                            *value = simd.add_f32s(load::<S>(sums, pixel + channel), bias);
                        }
                        let (largest, corner) = maximum(simd, corners);
                        if !argmax.is_empty() {
                            let positive = simd.greater_than_f32s(largest, zero);
                            let none = simd.splat_f32s(NO_GRADIENT);
                            store::<S>(argmax, at, simd.select_f32s(positive, corner, none));
                        }
                        relu(simd, largest)
                    }
                };
                store::<S>(output, at, value);
            }
        }
    }
}
