//! A network of your own on `MixupLoader`: images with flips and crops, mixed, as Burn's data loader.
#![expect(clippy::print_stdout, reason = "an example prints")]

use burn::data::dataloader::DataLoader;
use burn::data::dataset::DatasetError;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::activation::relu;
use burn::tensor::loss::cross_entropy_with_logits;
use burn::tensor::{Device, Tensor};
use mixup_data::{Augmentation, Mixing, MixupBatcher, MixupLoader, Policy, Selection, synthetic};

#[derive(Module, Debug)]
struct Network {
    first: Conv2d,
    second: Conv2d,
    output: Linear,
}

impl Network {
    fn new(classes: usize, device: &Device) -> Self {
        let conv = |channels| Conv2dConfig::new(channels, [3, 3]).with_stride([2, 2]);
        Self {
            first: conv([3, 16]).init(device),
            second: conv([16, 32]).init(device),
            output: LinearConfig::new(32 * 7 * 7, classes).init(device),
        }
    }

    /// Logits `[rows, classes]` of images `[rows, 3, 32, 32]`.
    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let maps = relu(self.second.forward(relu(self.first.forward(images))));
        self.output.forward(maps.flatten(1, 3))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let device = Device::flex().autodiff();
    device.seed(1);
    // Images of your own: Images::new, or mixup_data::open with the feature `files`.
    let set = synthetic(1, 1000, 200);
    let classes = set.classes.len();
    let set = set.upload(&device);
    let batcher = |split| MixupBatcher::of(split, classes, &set.normalisation);

    let mut policy = Policy::new(Mixing::new(0.2, Selection::Every(1))?, 50);
    policy.augmentation = Augmentation {
        flip: true,
        crop_padding: 2,
        ..Augmentation::default()
    };
    let (seed, first_epoch) = (1, 1);
    let train = MixupLoader::training(batcher(&set.train), seed, policy, first_epoch);
    let test = MixupLoader::in_order(batcher(&set.test), 100);

    let mut network = Network::new(classes, &device);
    let mut optimizer = AdamConfig::new().init();
    for epoch in 1..=8 {
        // Each pass over the loader is the next epoch.
        for batch in train.iter() {
            let batch = batch?;
            let logits = network.forward(batch.inputs);
            let loss = cross_entropy_with_logits(logits, batch.targets);
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            network = optimizer.step(0.003, network, gradients);
        }
        let accuracy = accuracy(&network.valid(), &test)?;
        println!("epoch {epoch}: {:.1}% of the test images", 100.0 * accuracy);
    }
    Ok(())
}

/// The share of the images that `network` is right about.
fn accuracy(network: &Network, images: &MixupLoader) -> Result<f64, DatasetError> {
    let (mut right, mut all) = (0, 0);
    for batch in images.iter() {
        let batch = batch?;
        let predicted = network.forward(batch.inputs).argmax(1);
        let hits = predicted.equal(batch.targets.argmax(1)).int().sum();
        right += hits.into_scalar::<i64>();
        all += batch.count as i64;
    }
    Ok(right as f64 / all as f64)
}
