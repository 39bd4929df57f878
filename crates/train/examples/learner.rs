//! The learner, a loss and the measures without the program: `mixup-train` with `default-features = false`.
#![expect(clippy::print_stdout, reason = "an example prints")]

use burn::data::dataloader::DataLoader;
use burn::module::Module;
use burn::optim::AdamConfig;
use burn::tensor::Device;
use burn::train::{Learner, TrainStep};
use mixup_data::{
    Mixing, MixupBatcher, MixupLoader, Policy, Purpose, Selection, stream, synthetic,
};
use mixup_model::NetworkConfig;
use mixup_train::learn::classifier::Classifier;
use mixup_train::learn::evaluation::evaluate;
use mixup_train::learn::loss::Loss;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let device = Device::flex().autodiff();
    let set = synthetic(1, 1000, 200);
    let classes = set.classes.len();
    let set = set.upload(&device);
    let batcher = |split| MixupBatcher::of(split, classes, &set.normalisation);
    let policy = Policy::new(Mixing::new(0.2, Selection::Every(5))?, 50);
    let (seed, first_epoch) = (1, 1);
    let train = MixupLoader::training(batcher(&set.train), seed, policy, first_epoch);
    let test = MixupLoader::in_order(batcher(&set.test), 100);

    let network = NetworkConfig {
        widths: vec![16, 32],
        hidden: Some(64),
        ..NetworkConfig::article()
    };
    let network = network.init(
        [3, 32, 32],
        classes,
        &mut stream(1, Purpose::Weights, 0),
        &device,
    );
    let classifier = Classifier::new(network, Loss::CrossEntropy);
    let mut learner = Learner::new(classifier, AdamConfig::new().init(), 0.003);
    for epoch in 1..=8 {
        for batch in train.iter() {
            let output = TrainStep::step(&learner.model(), batch?);
            learner.lr_step();
            learner.optimizer_step(output.grads);
        }
        let judged = evaluate(&learner.model().valid(), &test, set.test.labels(), &|_| ())?;
        println!(
            "epoch {epoch}: {:.1}% of the test images, calibration error {:.1}%",
            100.0 * judged.measures.accuracy,
            100.0 * judged.measures.ece,
        );
    }
    Ok(())
}
