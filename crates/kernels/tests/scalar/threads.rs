//! The same bits from any number of threads.

use burn_flex_kernels::{Activation, ConvShape, Instructions, Kernels, Mode, forward};

use crate::check::{Operands, gradients, state, three_by_three, values};

/// The bits of the output and of all gradients, from `threads` threads.
fn bits(threads: usize, operands: &Operands) -> Vec<u32> {
    let instructions = match Kernels::best() {
        Kernels::Own(instructions) => instructions,
        Kernels::Burn => Instructions::Scalar,
    };
    let layer = operands.layer();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| {
        let output = forward(instructions, &layer, Mode::Training);
        let gradient = values(output.values.len(), 9);
        let found = gradients(instructions, layer, &gradient, state(&layer, &output));
        let all = [
            output.values,
            found.input.unwrap(),
            found.weights,
            found.bias,
        ];
        all.concat().into_iter().map(f32::to_bits).collect()
    })
}

/// # Panics
/// If two or three threads give other bits than one, or one thread gives other bits when repeated.
fn check(shape: ConvShape) {
    let operands = Operands::new(shape, Activation::ReluMaxPool, 5);
    let one = bits(1, &operands);
    for threads in [1, 2, 3] {
        assert!(bits(threads, &operands) == one, "{threads} threads");
    }
}

#[test]
fn summed_directly() {
    check(ConvShape {
        batch: 37,
        ..three_by_three(3, 24, [9, 9])
    });
}

#[test]
fn summed_directly_with_stride_and_padding() {
    check(ConvShape {
        batch: 20,
        stride: [2, 2],
        padding: [1, 1],
        ..three_by_three(16, 16, [9, 9])
    });
}

#[test]
fn by_small_tiles() {
    check(ConvShape {
        batch: 37,
        ..three_by_three(16, 16, [4, 4])
    });
}

#[test]
fn by_large_tiles() {
    check(ConvShape {
        batch: 37,
        ..three_by_three(16, 32, [12, 12])
    });
}

/// The number of groups in a flight depends on the number of threads.
#[test]
fn by_large_tiles_in_several_flights() {
    check(ConvShape {
        batch: 37,
        ..three_by_three(64, 64, [12, 12])
    });
}

#[test]
fn of_fewer_images_than_threads() {
    check(ConvShape {
        batch: 1,
        ..three_by_three(16, 16, [12, 12])
    });
}
