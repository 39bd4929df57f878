//! The same computations in f64, one number at a time.

use burn_flex_kernels::{Activation, ConvShape, Layer};

/// A value, and the sum of the magnitudes that were added to it: the scale of its rounding error.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    pub(crate) value: f64,
    pub(crate) scale: f64,
}

impl Sum {
    fn add(&mut self, a: f64, b: f64) {
        self.value += a * b;
        self.scale += (a * b).abs();
    }
}

/// Visits every output and input that a weight connects, as indices of output, input and weight.
fn connections(shape: &ConvShape, mut visit: impl FnMut(usize, usize, usize)) {
    let [height, width] = shape.output_size();
    for n in 0..shape.batch {
        for y in 0..height {
            for x in 0..width {
                for (row, column) in (0..shape.kernel[0])
                    .flat_map(|row| (0..shape.kernel[1]).map(move |column| (row, column)))
                {
                    let from_y = (y * shape.stride[0] + row).checked_sub(shape.padding[0]);
                    let from_x = (x * shape.stride[1] + column).checked_sub(shape.padding[1]);
                    let (Some(from_y), Some(from_x)) = (from_y, from_x) else {
                        continue;
                    };
                    if from_y >= shape.size[0] || from_x >= shape.size[1] {
                        continue;
                    }
                    for output in 0..shape.outputs {
                        for input in 0..shape.inputs {
                            let to = ((n * height + y) * width + x) * shape.outputs + output;
                            let from = ((n * shape.size[0] + from_y) * shape.size[1] + from_x)
                                * shape.inputs
                                + input;
                            let weight = ((output * shape.inputs + input) * shape.kernel[0] + row)
                                * shape.kernel[1]
                                + column;
                            visit(to, from, weight);
                        }
                    }
                }
            }
        }
    }
}

/// The sums before the activation, with the bias.
fn sums(layer: &Layer<'_>) -> Vec<Sum> {
    let shape = &layer.shape;
    let [height, width] = shape.output_size();
    let mut sums = vec![Sum::default(); shape.batch * height * width * shape.outputs];
    for (place, sum) in sums.iter_mut().enumerate() {
        sum.add(1.0, layer.bias[place % shape.outputs].into());
    }
    connections(shape, |to, from, weight| {
        sums[to].add(layer.input[from].into(), layer.weights[weight].into());
    });
    sums
}

/// The indices of the four sums that are pooled to the value `place`, by rows.
fn window(shape: &ConvShape, place: usize) -> [usize; 4] {
    let [height, width] = shape.output_size();
    let (pooled_height, pooled_width) = (height / 2, width / 2);
    let (channel, pixel) = (place % shape.outputs, place / shape.outputs);
    let (x, pixel) = (pixel % pooled_width, pixel / pooled_width);
    let (y, n) = (pixel % pooled_height, pixel / pooled_height);
    [0, 1, 2, 3].map(|corner| {
        let (y, x) = (2 * y + corner / 2, 2 * x + corner % 2);
        ((n * height + y) * width + x) * shape.outputs + channel
    })
}

/// The output of a layer.
pub(crate) fn forward(layer: &Layer<'_>) -> Vec<Sum> {
    let relu = |sum: Sum| Sum {
        value: sum.value.max(0.0),
        ..sum
    };
    let sums = sums(layer);
    match layer.activation {
        Activation::Identity => sums,
        Activation::Relu => sums.into_iter().map(relu).collect(),
        Activation::ReluMaxPool => {
            let [height, width] = layer.shape.output_size().map(|length| length / 2);
            let count = layer.shape.batch * height * width * layer.shape.outputs;
            let largest = |place| {
                let corners = window(&layer.shape, place).map(|place| sums[place]);
                let scale = corners
                    .iter()
                    .fold(0.0_f64, |scale, sum| scale.max(sum.scale));
                let value = corners
                    .iter()
                    .fold(0.0_f64, |value, sum| value.max(sum.value));
                Sum { value, scale }
            };
            (0..count).map(largest).collect()
        }
    }
}

/// The gradients of input, weights and bias, with the activation's state.
pub(crate) fn backward(layer: &Layer<'_>, gradient: &[f32], state: &[f32]) -> [Vec<Sum>; 3] {
    let shape = &layer.shape;
    let [height, width] = shape.output_size();
    let mut above = vec![0.0_f64; shape.batch * height * width * shape.outputs];
    for (place, &gradient) in gradient.iter().enumerate() {
        match layer.activation {
            Activation::Identity => above[place] = gradient.into(),
            Activation::Relu if state[place] > 0.0 => above[place] = gradient.into(),
            Activation::ReluMaxPool if state[place] < 4.0 => {
                above[window(shape, place)[state[place] as usize]] = gradient.into();
            }
            _ => {}
        }
    }
    let mut input = vec![Sum::default(); layer.input.len()];
    let mut weights = vec![Sum::default(); layer.weights.len()];
    let mut bias = vec![Sum::default(); shape.outputs];
    for (place, &above) in above.iter().enumerate() {
        bias[place % shape.outputs].add(1.0, above);
    }
    connections(shape, |to, from, weight| {
        input[from].add(above[to], layer.weights[weight].into());
        weights[weight].add(above[to], layer.input[from].into());
    });
    [input, weights, bias]
}
