//! How fast the operations are whose time goes into memory: gigabytes a second, and the share of what a plain
//! copy reaches.
//!
//! The bytes are those that the operation must read and write, once for each pass of its formula. A value
//! above 100% says that part of them came from the cache.
//!
//! ```text
//! cargo run --release --package burn-flex-kernels --example memory_bound
//! ```
#![expect(clippy::print_stdout, reason = "an example prints its result")]

use std::hint::black_box;
use std::time::Instant;

use burn::tensor::{Device, Tensor};
use burn_flex_kernels::{
    Activation, AdamUpdate, BatchNormConfig, MomentumKind, SgdUpdate, batch_norm, channel_means,
};
use rayon::prelude::*;

/// Images of a batch.
const BATCH: usize = 128;
/// Calls that are timed together.
const CALLS: usize = 5;
/// Windows of calls. The fastest one counts, because other programs only make it slower.
const WINDOWS: usize = 7;

/// An operation, most of whose values are larger than the cache.
struct Operation {
    name: String,
    /// Bytes that one call reads and writes.
    bytes: usize,
    call: Box<dyn FnMut()>,
}

fn main() {
    let mut operations = operations();
    let copied = operations[0].bytes as f64 / seconds(&mut operations[0]);
    println!("| operation | MB | ms | GB/s | share of the copy's rate |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for operation in &mut operations {
        let rate = operation.bytes as f64 / seconds(operation);
        println!(
            "| {} | {:.0} | {:.2} | {:.1} | {:.0}% |",
            operation.name,
            operation.bytes as f64 / 1e6,
            1e3 * operation.bytes as f64 / rate,
            rate / 1e9,
            100.0 * rate / copied,
        );
    }
}

/// Seconds of one call.
fn seconds(operation: &mut Operation) -> f64 {
    let window = |operation: &mut Operation| {
        let start = Instant::now();
        for _ in 0..CALLS {
            (operation.call)();
        }
        start.elapsed().as_secs_f64() / CALLS as f64
    };
    window(operation);
    let windows = (0..WINDOWS).map(|_| window(operation));
    windows.fold(f64::INFINITY, f64::min)
}

/// A copy of 128 MB by all threads.
fn copy() -> Operation {
    let from = vec![1.0_f32; 1 << 25];
    let mut to = vec![0.0_f32; from.len()];
    Operation {
        name: "a copy".into(),
        bytes: 2 * size_of_val(&*from),
        call: Box::new(move || {
            let chunks = to.par_chunks_mut(1 << 16).zip(from.par_chunks(1 << 16));
            chunks.for_each(|(to, from)| to.copy_from_slice(from));
            black_box(&to);
        }),
    }
}

/// The copy comes first.
fn operations() -> Vec<Operation> {
    let mut operations = vec![copy()];
    // Channels and side of the maps: ResNet-20's first layer, cnn-bn's first, PreAct ResNet-18's first and third.
    for (channels, side) in [(16, 32), (64, 30), (64, 32), (256, 8)] {
        operations.push(norm_forward(channels, side));
        operations.push(norm_both_ways(channels, side));
    }
    operations.push(means(64, 8));
    // The parameters of the article's network and of PreAct ResNet-18.
    operations.extend([1_082_186, 11_171_274].into_iter().flat_map(optimizers));
    operations
}

const NORM: BatchNormConfig = BatchNormConfig {
    epsilon: 1e-5,
    activation: Activation::Relu,
};

fn maps(channels: usize, side: usize, device: &Device) -> Tensor<4> {
    // The channels last in memory, as the convolutions leave them.
    let last =
        Tensor::<1>::from_floats(NUMBERS, device).repeat(&[BATCH * side * side * channels / 8]);
    last.reshape([BATCH, side, side, channels])
        .swap_dims(2, 3)
        .swap_dims(1, 2)
}

const NUMBERS: [f32; 8] = [0.5, -1.0, 1.5, 0.25, -0.75, 2.0, -2.0, 1.0];

fn map_bytes(channels: usize, side: usize) -> usize {
    BATCH * side * side * channels * size_of::<f32>()
}

/// Statistics, normalisation and ReLU: two passes, which read twice and write once.
fn norm_forward(channels: usize, side: usize) -> Operation {
    let device = Device::flex();
    let maps = maps(channels, side, &device);
    let (scale, shift) = (
        Tensor::ones([channels], &device),
        Tensor::zeros([channels], &device),
    );
    Operation {
        name: format!("norm and ReLU of {channels} x {side} x {side}, forward"),
        bytes: 3 * map_bytes(channels, side),
        call: Box::new(move || {
            let normed = batch_norm(maps.clone(), None, scale.clone(), shift.clone(), None, NORM);
            black_box(normed.output);
        }),
    }
}

/// The same and the gradients: two passes that each read input and gradient, one write, and one more for the
/// gradient that the backward pass begins with.
fn norm_both_ways(channels: usize, side: usize) -> Operation {
    let device = Device::flex().autodiff();
    let maps = maps(channels, side, &device).require_grad();
    let (scale, shift) = (
        Tensor::ones([channels], &device).require_grad(),
        Tensor::zeros([channels], &device).require_grad(),
    );
    Operation {
        name: format!("norm and ReLU of {channels} x {side} x {side}, forward and backward"),
        bytes: 9 * map_bytes(channels, side),
        call: Box::new(move || {
            let normed = batch_norm(maps.clone(), None, scale.clone(), shift.clone(), None, NORM);
            // The gradient begins with the channels last, too, as a convolution would leave it.
            black_box(normed.output.permute([0, 2, 3, 1]).backward());
        }),
    }
}

/// The mean of each channel: one read.
fn means(channels: usize, side: usize) -> Operation {
    let maps = maps(channels, side, &Device::flex());
    Operation {
        name: format!("channel means of {channels} x {side} x {side}"),
        bytes: map_bytes(channels, side),
        call: Box::new(move || {
            black_box(channel_means(maps.clone()));
        }),
    }
}

/// A step of SGD and one of Adam: one pass, which reads everything and writes all but the gradient.
fn optimizers(parameters: usize) -> [Operation; 2] {
    let device = Device::flex();
    let zeros = || Tensor::<1>::zeros([parameters], &device);
    let gradient = Tensor::<1>::ones([parameters], &device);
    let (mut weights, mut velocity) = (zeros(), Some(zeros()));
    let sgd = {
        let gradient = gradient.clone();
        move || {
            let update = SgdUpdate {
                learning_rate: 0.1,
                momentum: 0.9,
                kind: MomentumKind::Nesterov,
                penalty: 1e-4,
            };
            let (new, moved) = update.apply(weights.clone(), gradient.clone(), velocity.take());
            (weights, velocity) = (new, Some(moved));
        }
    };
    let (mut weights, mut moments, mut step) = (zeros(), Some([zeros(), zeros()]), 0);
    let adam = move || {
        step += 1;
        let update = AdamUpdate {
            learning_rate: 1e-3,
            betas: [0.9, 0.999],
            epsilon: 1e-8,
            penalty: 0.0,
            decay: 0.0,
            step,
        };
        let (new, moved) = update.apply(weights.clone(), gradient.clone(), moments.take());
        (weights, moments) = (new, Some(moved));
    };
    let bytes = parameters * size_of::<f32>();
    [
        Operation {
            name: format!("SGD with momentum, {parameters} parameters"),
            bytes: 5 * bytes,
            call: Box::new(sgd),
        },
        Operation {
            name: format!("Adam, {parameters} parameters"),
            bytes: 7 * bytes,
            call: Box::new(adam),
        },
    ]
}
