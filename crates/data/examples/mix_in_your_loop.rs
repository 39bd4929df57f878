//! Mixup in a training loop of your own, on samples of any kind.
//!
//! Here a sample is two numbers, and its class says whether the point lies inside a circle.
#![expect(clippy::print_stdout, reason = "an example prints")]

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::activation::relu;
use burn::tensor::loss::cross_entropy_with_logits;
use burn::tensor::{Device, Distribution, Int, Tensor};
use mixup_data::{DataError, EpochPlan, Mixing, Selection, mix, soft_targets};

#[derive(Module, Debug)]
struct Network {
    hidden: Linear,
    output: Linear,
}

impl Network {
    fn forward(&self, points: Tensor<2>) -> Tensor<2> {
        self.output.forward(relu(self.hidden.forward(points)))
    }
}

fn main() -> Result<(), DataError> {
    let device = Device::flex().autodiff();
    device.seed(1);
    let points = Tensor::<2>::random([1000, 2], Distribution::Uniform(-1.0, 1.0), &device);
    let radius = points.clone().powi_scalar(2).sum_dim(1);
    let classes: Tensor<1, Int> = radius.lower_elem(0.6).int().flatten(0, 1);

    let mut network = Network {
        hidden: LinearConfig::new(2, 32).init(&device),
        output: LinearConfig::new(32, 2).init(&device),
    };
    let mut optimizer = AdamConfig::new().init();
    // Every sample is mixed, with λ from Beta(0.2, 0.2).
    let mixing = Mixing::new(0.2, Selection::Every(1))?;
    for epoch in 1..=60 {
        // Order, partners and λ of all samples; the same for the same seed and epoch.
        let plan = EpochPlan::draw(1, epoch, 1000, &mixing, 50);
        for draws in plan.draws().chunks(50) {
            let rows = |index: Vec<i32>| Tensor::<1, Int>::from_ints(&*index, &device);
            let own = rows(draws.iter().map(|draw| draw.image as i32).collect());
            let other = rows(draws.iter().map(|draw| draw.partner as i32).collect());
            let lambda: Vec<f32> = draws.iter().map(|draw| draw.lambda as f32).collect();
            let lambda = Tensor::<1>::from_floats(&*lambda, &device).unsqueeze_dim::<2>(1);

            let pick = |rows: &Tensor<1, Int>| points.clone().select(0, rows.clone());
            let class = |rows: &Tensor<1, Int>| classes.clone().select(0, rows.clone());
            let mixed = mix(pick(&own), pick(&other), lambda.clone());
            let targets = soft_targets(class(&own), class(&other), lambda, 2);

            let loss = cross_entropy_with_logits(network.forward(mixed), targets);
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            network = optimizer.step(0.01, network, gradients);
        }
    }
    let predicted = network.forward(points).argmax(1).flatten::<1>(0, 1);
    let right = predicted.equal(classes).int().sum().into_scalar::<i64>();
    println!("{right} of 1000 points are on the right side of the circle");
    Ok(())
}
