//! Bias, addend and activation of one image.

use pulp::{Scalar, Simd};

use super::{Epilogue, NO_GRADIENT};
use crate::activation::{Activation, maximum, relu};
use crate::output::OutputPart;
use crate::vectors::{load, store};

impl Epilogue {
    /// Writes act(sums + bias + addend) to `output`, with the channels last.
    ///
    /// For [`Activation::ReluMaxPool`], nothing is added, and the argmax becomes where each maximum was: 0 to
    /// 3 or [`NO_GRADIENT`].
    #[inline(always)]
    pub(crate) fn forward<S: Simd>(
        &self,
        simd: S,
        sums: &[f32],
        bias: &[f32],
        mut output: OutputPart<'_>,
    ) {
        let whole = self.plane.whole_vectors::<S>();
        let mut channel = 0;
        while channel < whole {
            self.forward_channels(simd, channel, sums, bias, &mut output);
            channel += S::F32_LANES;
        }
        for channel in whole..self.plane.channels {
            self.forward_channels(Scalar, channel, sums, bias, &mut output);
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
        output: &mut OutputPart<'_>,
    ) {
        let plane = &self.plane;
        let bias = load::<S>(bias, channel);
        let zero = simd.splat_f32s(0.0);
        let [height, width] = self.activation.output_size(plane.size);
        for y in 0..height {
            for x in 0..width {
                let at = (y * width + x) * plane.channels + channel;
                let value = match self.activation {
                    Activation::Identity | Activation::Relu => {
                        let sum = load::<S>(sums, plane.index(y, x) + channel);
                        let mut value = simd.add_f32s(sum, bias);
                        if !output.addend.is_empty() {
                            value = simd.add_f32s(value, load::<S>(output.addend, at));
                        }
                        match self.activation {
                            Activation::Relu => relu(simd, value),
                            _ => value,
                        }
                    }
                    Activation::ReluMaxPool => {
                        let mut corners = [zero; 4];
                        for (corner, value) in corners.iter_mut().enumerate() {
                            let pixel = plane.index(2 * y + corner / 2, 2 * x + corner % 2);
                            *value = simd.add_f32s(load::<S>(sums, pixel + channel), bias);
                        }
                        let (largest, corner) = maximum(simd, corners);
                        if !output.argmax.is_empty() {
                            let positive = simd.greater_than_f32s(largest, zero);
                            let none = simd.splat_f32s(NO_GRADIENT);
                            store::<S>(output.argmax, at, simd.select_f32s(positive, corner, none));
                        }
                        relu(simd, largest)
                    }
                };
                store::<S>(output.values, at, value);
            }
        }
    }
}
