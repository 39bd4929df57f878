//! Faster convolutions by one line: the same layer by Burn and by this crate.
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::time::{Duration, Instant};

use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::tensor::{Device, Distribution, Tensor};

// A network names one of the two; nothing else in it changes.
use burn::nn::conv::Conv2dConfig as BurnsConfig;
use burn_flex_kernels::nn::Conv2dConfig as OurConfig;

fn main() {
    let device = Device::flex().autodiff();
    let burns = BurnsConfig::new([64, 64], [3, 3])
        .with_padding(PaddingConfig2d::Same)
        .init(&device);
    let ours = OurConfig::new([64, 64], [3, 3])
        .with_padding(PaddingConfig2d::Same)
        .init(&device);
    // Records of one are records of the other.
    let ours = ours.load_record(burns.clone().into_record());
    let maps = Tensor::<4>::random([16, 64, 32, 32], Distribution::Default, &device);

    let gap = (burns.forward(maps.clone()) - ours.forward(maps.clone())).abs();
    let gap = gap.max().into_scalar::<f32>();
    println!("largest difference between the outputs: {gap:.1e}");

    let step = |forward: &dyn Fn(Tensor<4>) -> Tensor<4>| {
        let started = Instant::now();
        let _ = forward(maps.clone().require_grad()).sum().backward();
        started.elapsed()
    };
    let mut times = [Duration::MAX; 2];
    for _ in 0..3 {
        times[0] = times[0].min(step(&|maps| burns.forward(maps)));
        times[1] = times[1].min(step(&|maps| ours.forward(maps)));
    }
    let [burns, ours] = times.map(|time| time.as_secs_f64());
    println!("a step with gradients: {:.1} times as fast", burns / ours);
}
