//! Every kernel, on every instruction set that this CPU has or can emulate, against the same sums in
//! f64.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod reference;

use mixup_kernels::{
    Activation, BackwardPass, ConvShape, Instructions, Layer, Mode, WantedGradients, backward,
    forward,
};
use proptest::prelude::*;
use reference::Sum;

/// Rounding error allowed, as a share of the sum of the magnitudes that were added.
///
/// Winograd's transforms add and subtract numbers up to a hundred times the result's.
const TOLERANCE: f64 = 2e-5;

/// Values in [-1, 1) from a formula.
fn values(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    (0..count)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 40) as f32) / 8_388_608.0 - 1.0
        })
        .collect()
}

/// The largest error, as a share of the largest sum of magnitudes: a tile's transforms spread the
/// rounding of its largest value over all its values.
fn worst(found: &[f32], expected: &[Sum]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let errors = found
        .iter()
        .zip(expected)
        .map(|(&found, expected)| (f64::from(found) - expected.value).abs());
    let scale = expected
        .iter()
        .fold(0.0_f64, |scale, sum| scale.max(sum.scale));
    let largest = errors.fold(0.0, |largest, error| {
        if error > largest || error.is_nan() {
            error
        } else {
            largest
        }
    });
    if largest == 0.0 { 0.0 } else { largest / scale }
}

/// Checks a shape and gives the largest errors of output and the three gradients.
fn check(shape: ConvShape, activation: Activation, seed: u64) -> [f64; 4] {
    let input = values(shape.batch * shape.input_image_len(), seed);
    let weights = values(shape.weights_len(), seed + 1);
    let bias = values(shape.outputs, seed + 2);
    let layer = Layer {
        shape,
        input: &input,
        weights: &weights,
        bias: &bias,
        activation,
    };
    let expected = reference::forward(&layer);
    let gradient = values(expected.len(), seed + 3);
    let mut all = [0.0_f64; 4];
    let emulated = Instructions::EMULATED
        .into_iter()
        .filter(|set| set.is_available());
    for instructions in Instructions::available().chain(emulated) {
        let output = forward(instructions, &layer, Mode::Training);
        let untracked = forward(instructions, &layer, Mode::Inference);
        assert_eq!(output.values, untracked.values);
        let seen: &[f32] = match activation {
            Activation::Identity => &[],
            Activation::Relu => &output.values,
            Activation::ReluMaxPool => &output.argmax,
        };
        let wanted = WantedGradients { input: true };
        let gradients = backward(&BackwardPass {
            instructions,
            layer,
            gradient: &gradient,
            state: seen,
            wanted,
        });
        let [by_input, by_weights, by_bias] = reference::backward(&layer, &gradient, seen);
        let errors = [
            worst(&output.values, &expected),
            worst(&gradients.input.unwrap(), &by_input),
            worst(&gradients.weights, &by_weights),
            worst(&gradients.bias, &by_bias),
        ];
        for (what, error) in ["output", "by input", "by weights", "by bias"]
            .iter()
            .zip(errors)
        {
            assert!(
                error <= TOLERANCE,
                "{instructions}, {shape:?}, {activation:?}: {what} {error:e}"
            );
        }
        all = std::array::from_fn(|index| all[index].max(errors[index]));
    }
    all
}

const ACTIVATIONS: [Activation; 3] = [
    Activation::Identity,
    Activation::Relu,
    Activation::ReluMaxPool,
];

prop_compose! {
    fn small_shape()(
        batch in 1_usize..5,
        inputs in 1_usize..20,
        outputs in 1_usize..36,
        kernel in prop::array::uniform2(1_usize..6),
        stride in prop::array::uniform2(1_usize..4),
        padding in prop::array::uniform2(0_usize..3),
        extra in prop::array::uniform2(0_usize..9),
    ) -> ConvShape {
        let size = [0, 1].map(|axis| kernel[axis].saturating_sub(2 * padding[axis]).max(1) + extra[axis]);
        ConvShape { batch, inputs, outputs, size, kernel, stride, padding }
    }
}

prop_compose! {
    fn winograd_shape()(
        batch in 1_usize..5,
        inputs in 1_usize..4,
        outputs in 1_usize..4,
        padding in prop::array::uniform2(0_usize..3),
        size in prop::array::uniform2(3_usize..16),
    ) -> ConvShape {
        ConvShape {
            batch, inputs: 16 * inputs, outputs: 16 * outputs, size, kernel: [3, 3], stride: [1, 1], padding,
        }
    }
}

/// Where the CPU has both, the emulation is shown to be one.
#[test]
fn emulated_instructions_give_the_same_bits() {
    let shapes = [(3, 24, 9), (32, 48, 12)].map(|(inputs, outputs, side)| ConvShape {
        batch: 2,
        inputs,
        outputs,
        size: [side, side],
        kernel: [3, 3],
        stride: [1, 1],
        padding: [1, 1],
    });
    for (real, emulated) in [(Instructions::Avx512, Instructions::EmulatedAvx512)] {
        if !real.is_available() {
            println!("skipped: this CPU does not have {real}");
            continue;
        }
        for shape in shapes {
            let input = values(shape.batch * shape.input_image_len(), 1);
            let (weights, bias) = (values(shape.weights_len(), 2), values(shape.outputs, 3));
            let layer = Layer {
                shape,
                input: &input,
                weights: &weights,
                bias: &bias,
                activation: Activation::Relu,
            };
            let found = [real, emulated].map(|set| {
                let output = forward(set, &layer, Mode::Training).values;
                let wanted = WantedGradients { input: true };
                let gradients = backward(&BackwardPass {
                    instructions: set,
                    layer,
                    gradient: &output,
                    state: &output,
                    wanted,
                });
                (output, gradients.input, gradients.weights, gradients.bias)
            });
            assert_eq!(found[0], found[1], "{real}, {shape:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_shape_is_the_sum(shape in small_shape(), activation in 0_usize..3, seed in 0_u64..1000) {
        check(shape, ACTIVATIONS[activation], seed);
    }

    #[test]
    fn wide_layers_are_the_sum(shape in winograd_shape(), activation in 0_usize..3, seed in 0_u64..1000) {
        check(shape, ACTIVATIONS[activation], seed);
    }
}

/// Several images in a group, a last group with fewer, and more groups than are in flight at once.
#[test]
fn a_batch_of_many_groups_is_the_sum() {
    let shape = ConvShape {
        batch: 37,
        inputs: 64,
        outputs: 64,
        size: [8, 8],
        kernel: [3, 3],
        stride: [1, 1],
        padding: [0, 0],
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .unwrap();
    for activation in ACTIVATIONS {
        pool.install(|| check(shape, activation, 5));
    }
}

#[test]
fn nothing_in_gives_nothing_out() {
    for channels in [3, 16] {
        let shape = ConvShape {
            batch: 0,
            inputs: channels,
            outputs: channels,
            size: [6, 6],
            kernel: [3, 3],
            stride: [1, 1],
            padding: [0, 0],
        };
        check(shape, Activation::ReluMaxPool, 5);
    }
}

#[test]
fn the_article_s_layers_are_the_sum() {
    let layer = |inputs, outputs, side| ConvShape {
        batch: 3,
        inputs,
        outputs,
        size: [side, side],
        kernel: [3, 3],
        stride: [1, 1],
        padding: [0, 0],
    };
    for (shape, activation) in [
        (layer(3, 64, 32), Activation::Relu),
        (layer(64, 64, 30), Activation::ReluMaxPool),
        (layer(64, 128, 14), Activation::Relu),
        (layer(128, 128, 12), Activation::ReluMaxPool),
    ] {
        let errors = check(shape, activation, 7);
        println!("{shape:?}: {errors:?}");
    }
}
