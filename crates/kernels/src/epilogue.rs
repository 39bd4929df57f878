//! What follows a convolution while its sums are still in the cache: bias, ReLU, max-pooling.

use std::ops::Range;

use pulp::{Scalar, Simd};

use crate::instructions::{vectors, vectors_mut};

/// What a convolution applies to its sums, after the bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// Nothing.
    Identity,
    /// max(x, 0).
    Relu,
    /// max(x, 0), then the maximum over windows of 2x2; an odd last row or column is left out.
    ReluMaxPool,
}

impl Activation {
    /// Height and width of what a convolution of `size` becomes.
    pub fn output_size(self, size: [usize; 2]) -> [usize; 2] {
        match self {
            Self::Identity | Self::Relu => size,
            Self::ReluMaxPool => size.map(|length| length / 2),
        }
    }
}

/// The place in a window of 2x2 that no gradient goes to: the maximum was not above 0.
const NOWHERE: f32 = 4.0;

/// One image's sums before bias and activation, or the gradient of those.
///
/// Channels come last, padded to whole vectors; rows may be longer than the image is wide.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plane {
    /// Height and width of the image.
    pub(crate) size: [usize; 2],
    /// Channels of the image.
    pub(crate) channels: usize,
    /// Values from one row to the next.
    pub(crate) row: usize,
    /// Values from one pixel to the next.
    pub(crate) pixel: usize,
}

impl Plane {
    #[inline(always)]
    fn at(&self, y: usize, x: usize) -> usize {
        y * self.row + x * self.pixel
    }

    /// Channels in whole vectors; the rest is done one by one.
    #[inline(always)]
    fn whole<S: Simd>(&self) -> usize {
        self.channels / S::F32_LANES * S::F32_LANES
    }
}

#[inline(always)]
fn load<S: Simd>(values: &[f32], at: usize) -> S::f32s {
    vectors::<S>(&values[at..at + S::F32_LANES])[0]
}

#[inline(always)]
fn store<S: Simd>(values: &mut [f32], at: usize, vector: S::f32s) {
    vectors_mut::<S>(&mut values[at..at + S::F32_LANES])[0] = vector;
}

/// A part of what an activation remembers, which may be nothing.
#[inline(always)]
pub(crate) fn seen_part(seen: &[f32], places: Range<usize>) -> &[f32] {
    if seen.is_empty() { seen } else { &seen[places] }
}

/// max(x, 0), and NaN where x is. The `max` of x86 makes 0 of NaN, but a NaN has to reach the loss.
#[inline(always)]
fn relu<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let zero = simd.splat_f32s(0.0);
    simd.select_f32s(simd.less_than_f32s(x, zero), zero, x)
}

/// Bias and activation of one image.
///
/// `output` has the channels last. `route` is written for [`Activation::ReluMaxPool`] where it is
/// not empty: the place of each maximum in its window, 0 to 3, or [`NOWHERE`].
#[inline(always)]
pub(crate) fn forward<S: Simd>(
    simd: S,
    plane: &Plane,
    sums: &[f32],
    bias: &[f32],
    activation: Activation,
    output: &mut [f32],
    route: &mut [f32],
) {
    let whole = plane.whole::<S>();
    let mut strip = 0;
    while strip < whole {
        forward_strip(simd, plane, strip, sums, bias, activation, output, route);
        strip += S::F32_LANES;
    }
    for channel in whole..plane.channels {
        forward_strip(
            Scalar, plane, channel, sums, bias, activation, output, route,
        );
    }
}

/// The channels of one vector.
#[inline(always)]
#[expect(
    clippy::too_many_arguments,
    reason = "the arguments of `forward` and the strip"
)]
fn forward_strip<S: Simd>(
    simd: S,
    plane: &Plane,
    channel: usize,
    sums: &[f32],
    bias: &[f32],
    activation: Activation,
    output: &mut [f32],
    route: &mut [f32],
) {
    let bias = load::<S>(bias, channel);
    let zero = simd.splat_f32s(0.0);
    let [height, width] = activation.output_size(plane.size);
    for y in 0..height {
        for x in 0..width {
            let place = (y * width + x) * plane.channels + channel;
            let value = match activation {
                Activation::Identity => {
                    simd.add_f32s(load::<S>(sums, plane.at(y, x) + channel), bias)
                }
                Activation::Relu => {
                    let sum = load::<S>(sums, plane.at(y, x) + channel);
                    relu(simd, simd.add_f32s(sum, bias))
                }
                Activation::ReluMaxPool => {
                    let first = load::<S>(sums, plane.at(2 * y, 2 * x) + channel);
                    let mut best = simd.add_f32s(first, bias);
                    let mut from = zero;
                    for corner in 1..4 {
                        let at = plane.at(2 * y + corner / 2, 2 * x + corner % 2) + channel;
                        let other = simd.add_f32s(load::<S>(sums, at), bias);
                        // Also where `other` is NaN.
                        let kept = simd.greater_than_or_equal_f32s(best, other);
                        let nan = simd.not_m32s(simd.equal_f32s(best, best));
                        let kept = simd.or_m32s(kept, nan);
                        best = simd.select_f32s(kept, best, other);
                        from = simd.select_f32s(kept, from, simd.splat_f32s(corner as f32));
                    }
                    if !route.is_empty() {
                        let alive = simd.greater_than_f32s(best, zero);
                        let from = simd.select_f32s(alive, from, simd.splat_f32s(NOWHERE));
                        store::<S>(route, place, from);
                    }
                    relu(simd, best)
                }
            };
            store::<S>(output, place, value);
        }
    }
}

/// The gradient of one image's sums, from the gradient of its output.
///
/// `seen` is what the activation needs to remember: nothing, the output, or the route. `sums`
/// must hold zeros where the plane is larger than the image. The sum over all pixels is added to
/// `bias`.
#[inline(always)]
pub(crate) fn backward<S: Simd>(
    simd: S,
    plane: &Plane,
    gradient: &[f32],
    seen: &[f32],
    activation: Activation,
    sums: &mut [f32],
    bias: &mut [f32],
) {
    let whole = plane.whole::<S>();
    let mut strip = 0;
    while strip < whole {
        backward_strip(simd, plane, strip, gradient, seen, activation, sums, bias);
        strip += S::F32_LANES;
    }
    for channel in whole..plane.channels {
        backward_strip(
            Scalar, plane, channel, gradient, seen, activation, sums, bias,
        );
    }
}

/// The channels of one vector.
#[inline(always)]
#[expect(
    clippy::too_many_arguments,
    reason = "the arguments of `backward` and the strip"
)]
fn backward_strip<S: Simd>(
    simd: S,
    plane: &Plane,
    channel: usize,
    gradient: &[f32],
    seen: &[f32],
    activation: Activation,
    sums: &mut [f32],
    bias: &mut [f32],
) {
    let zero = simd.splat_f32s(0.0);
    let mut total = zero;
    let [height, width] = activation.output_size(plane.size);
    for y in 0..height {
        for x in 0..width {
            let place = (y * width + x) * plane.channels + channel;
            let above = load::<S>(gradient, place);
            match activation {
                Activation::Identity => {
                    total = simd.add_f32s(total, above);
                    store::<S>(sums, plane.at(y, x) + channel, above);
                }
                Activation::Relu => {
                    let alive = simd.greater_than_f32s(load::<S>(seen, place), zero);
                    let passed = simd.select_f32s(alive, above, zero);
                    total = simd.add_f32s(total, passed);
                    store::<S>(sums, plane.at(y, x) + channel, passed);
                }
                Activation::ReluMaxPool => {
                    let from = load::<S>(seen, place);
                    for corner in 0..4 {
                        let here = simd.equal_f32s(from, simd.splat_f32s(corner as f32));
                        let passed = simd.select_f32s(here, above, zero);
                        total = simd.add_f32s(total, passed);
                        let at = plane.at(2 * y + corner / 2, 2 * x + corner % 2);
                        store::<S>(sums, at + channel, passed);
                    }
                }
            }
        }
    }
    if activation == Activation::ReluMaxPool {
        clear_odd_edges::<S>(simd, plane, channel, sums);
    }
    let before = load::<S>(bias, channel);
    store::<S>(bias, channel, simd.add_f32s(before, total));
}

/// No window covers an odd last row or column.
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
            store::<S>(sums, plane.at(y, x) + channel, zero);
        }
    }
}
