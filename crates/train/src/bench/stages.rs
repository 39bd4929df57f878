//! The network's stages and the loss, each with the input and the output gradient that it has in a
//! step of the whole.

use burn::tensor::Tensor;
use mixup_data::MixupBatch;
use mixup_model::Cnn;

use super::stage::{Stage, Timed};
use crate::classifier::Classifier;
use crate::experiment::Experiment;

/// All stages of a step.
pub(crate) struct Stages {
    convolutions: Vec<Stage<4, 4>>,
    linears: Vec<Stage<2, 2>>,
    loss: Stage<2, 1>,
}

impl Stages {
    /// The stages of the experiment's `classifier` for `batch`.
    pub(crate) fn new(
        experiment: &Experiment,
        classifier: &Classifier,
        batch: &MixupBatch,
    ) -> Self {
        let network = &classifier.network;
        let mut maps = vec![];
        let mut x = batch.images.clone();
        for (_, stage) in Cnn::CONVOLUTIONS {
            maps.push(x.clone());
            x = stage(network, x).without_autodiff();
        }
        let last_maps = x.dims();
        let mut features = vec![];
        let mut x = x.flatten(1, 3);
        for (_, stage) in Cnn::LINEARS {
            features.push(x.clone());
            x = stage(network, x).without_autodiff();
        }

        // Back to front, because a stage's output gradient is the next one's input gradient.
        let (loss, targets) = (experiment.loss, batch.targets.clone());
        let judge = move |logits: Tensor<2>| loss.forward(logits, targets.clone());
        let one = Tensor::ones([1], &x.device());
        let loss = Stage::new("loss", judge, x, one, true);
        let [_, classes] = batch.targets.dims();
        let weights = experiment.network.parameters(classes);
        let weight_of = |stage: &str| {
            let name = format!("{stage}.weight");
            let found = weights.iter().find(|(parameter, _)| *parameter == name);
            let (_, shape) = found.expect("every stage has a weight of its name");
            shape.as_slice()
        };
        let mut linears = vec![];
        let mut gradient = loss.input_gradient();
        for ((name, forward), input) in Cnn::LINEARS.into_iter().zip(features).rev() {
            let network = network.clone();
            let forward = move |x| forward(&network, x);
            let stage = Stage::new(name, forward, input, gradient, true);
            gradient = stage.input_gradient();
            linears.insert(0, stage.with_weight(weight_of(name)));
        }
        let mut convolutions = vec![];
        let mut gradient = Some(gradient.reshape(last_maps));
        let stages = Cnn::CONVOLUTIONS.into_iter().zip(maps).enumerate();
        for (index, ((name, forward), input)) in stages.rev() {
            let network = network.clone();
            let forward = move |x| forward(&network, x);
            let learns_from_images = index == 0;
            // Only the first stage, which is the last here, leaves none behind.
            let output_gradient = gradient.take().expect("the stage behind it left one");
            let stage = Stage::new(name, forward, input, output_gradient, !learns_from_images);
            if !learns_from_images {
                gradient = Some(stage.input_gradient());
            }
            convolutions.insert(0, stage.with_weight(weight_of(name)));
        }
        Self {
            convolutions,
            linears,
            loss,
        }
    }

    /// The stages from the images to the loss.
    pub(crate) fn in_order(&self) -> Vec<&dyn Timed> {
        let convolutions = self.convolutions.iter().map(|stage| stage as &dyn Timed);
        let linears = self.linears.iter().map(|stage| stage as &dyn Timed);
        let all = convolutions.chain(linears);
        all.chain([&self.loss as &dyn Timed]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use mixup_data::{EpochPlan, MixupBatcher};
    use std::path::Path;

    fn article() -> (Experiment, Classifier, MixupBatch) {
        let text = include_str!("../../../../experiments/mixup.toml");
        let experiment = Experiment::parse(text, Path::new("mixup.toml")).unwrap();
        let device = &Device::flex();
        let images = mixup_data::synthetic(0, 2, 0).train;
        let batcher = MixupBatcher::new(images, 10, &experiment.normalisation, device);
        let batch = batcher.mix(EpochPlan::in_order(2).draws());
        let classifier = Classifier::init(&experiment, 10, &device.clone().autodiff());
        (experiment, classifier, batch)
    }

    #[test]
    fn the_article_s_network_has_its_number_of_operations() {
        let (experiment, classifier, batch) = article();
        let stages = Stages::new(&experiment, &classifier, &batch);
        let stages = stages.in_order();
        let names: Vec<&str> = stages.iter().map(|stage| stage.name()).collect();
        let expected = ["conv11", "conv12", "conv21", "conv22", "fc1", "fc2", "loss"];
        assert_eq!(names, expected);
        let flop = || stages.iter().filter_map(|stage| stage.flop());
        let forward: u64 = flop().map(|flop| flop.forward).sum();
        let backward: u64 = flop().map(|flop| flop.backward).sum();
        // 113.28 million an image forward, 336.7 million with the backward pass.
        assert_eq!(forward, 2 * 113_281_536);
        assert_eq!(forward + backward, 2 * 336_734_208);
    }

    #[test]
    fn the_first_stage_gets_the_gradient_that_it_has_in_the_whole_network() {
        let (experiment, classifier, batch) = article();
        let stages = Stages::new(&experiment, &classifier, &batch);
        let found = stages.convolutions[0].output_gradient();

        let (_, conv11) = Cnn::CONVOLUTIONS[0];
        let maps = conv11(&classifier.network, batch.images);
        let maps = maps.without_autodiff().autodiff().require_grad();
        let rest = Cnn::CONVOLUTIONS[1..].iter();
        let x = rest.fold(maps.clone(), |x, (_, stage)| stage(&classifier.network, x));
        let x = Cnn::LINEARS.iter().fold(x.flatten(1, 3), |x, (_, stage)| {
            stage(&classifier.network, x)
        });
        let gradients = experiment.loss.forward(x, batch.targets).backward();
        let expected = maps.grad(&gradients).unwrap();

        let largest = expected.clone().abs().max().into_scalar::<f32>();
        let gap = (found - expected).abs().max().into_scalar::<f32>();
        assert!(largest > 0.0 && gap <= 1e-5 * largest, "{gap} of {largest}");
    }
}
