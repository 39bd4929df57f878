//! The network's stages and the loss, each with its input and output gradient from a full step.

use burn::module::Module;
use burn::tensor::Tensor;
use mixup_data::MixupBatch;
use mixup_model::{Architecture, Layer};

use super::flop::Flop;
use super::stage::{Stage, Timed};
use crate::experiment::Experiment;
use crate::learn::classifier::Classifier;

/// All stages of a step.
pub(crate) struct Stages {
    stages: Vec<Stage<4, 4>>,
    head: Vec<Stage<2, 2>>,
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
        let frozen = experiment.network.frozen.len();
        let still = network.valid();
        let mut maps = vec![];
        let mut x = batch.inputs.clone();
        for index in 0..network.stages().len() {
            maps.push(x.clone());
            x = match index < frozen {
                true => still.stage(index, x),
                false => network.stage(index, x).without_autodiff(),
            };
        }
        let last_maps = x.dims();
        let mut features = vec![];
        let mut x = x.flatten(1, 3);
        for index in 0..network.head_parts().len() {
            features.push(x.clone());
            x = network.head_part(index, x).without_autodiff();
        }

        // From last to first, because a stage's output gradient is the next stage's input gradient.
        let (loss, targets) = (experiment.loss.loss, batch.targets.clone());
        let judge = move |logits: Tensor<2>| loss.forward(logits, targets.clone());
        let one = Tensor::ones([1], &x.device());
        let loss = Stage::new("loss", judge, x, one, true);
        let [_, classes] = batch.targets.dims();
        let [images, channels, height, width] = batch.inputs.dims();
        let layers = experiment
            .network
            .layers([channels, height, width], classes);
        let mut parts = network.stages().iter().chain(network.head_parts());
        let first_trained = parts.nth(frozen).copied().filter(|_| frozen > 0);
        let flop_of = |part: &str| {
            let layers = layers.iter().filter(|layer| layer.part == part);
            let mut layers: Vec<Layer> = layers.cloned().collect();
            if first_trained == Some(part) {
                without_input_gradients(&mut layers, network.architecture());
            }
            Flop::of_layers(&layers, images)
        };
        let network_stages = network.stages().len();
        let mut head = vec![];
        let mut gradient = loss.input_gradient();
        for (index, input) in features.into_iter().enumerate().rev() {
            let (name, network) = (network.head_parts()[index], network.clone());
            let forward = move |x| network.head_part(index, x);
            let needs_gradient = index > 0 || frozen < network_stages;
            let part = Stage::new(name, forward, input, gradient.clone(), needs_gradient);
            if needs_gradient {
                gradient = part.input_gradient();
            }
            head.insert(0, part.with_flop(flop_of(name)));
        }
        let mut stages = vec![];
        let mut gradient = (frozen < network_stages).then(|| gradient.reshape(last_maps));
        for (index, input) in maps.into_iter().enumerate().rev() {
            let name = network.stages()[index];
            let stage = if index < frozen {
                let still = still.clone();
                Stage::frozen(name, move |x| still.stage(index, x), input)
            } else {
                let network = network.clone();
                let forward = move |x: Tensor<4>| network.stage(index, x.autodiff());
                // The first stage that is trained has no input gradient.
                let needs_gradient = index > frozen;
                let output_gradient = gradient.take().expect("the stage after it left one");
                let stage = Stage::new(name, forward, input, output_gradient, needs_gradient);
                if needs_gradient {
                    gradient = Some(stage.input_gradient());
                }
                stage
            };
            stages.insert(0, stage.with_flop(flop_of(name)));
        }
        Self { stages, head, loss }
    }

    /// The stages from the images to the loss.
    pub(crate) fn in_order(&self) -> Vec<&dyn Timed> {
        let stages = self.stages.iter().map(|stage| stage as &dyn Timed);
        let head = self.head.iter().map(|part| part as &dyn Timed);
        let all = stages.chain(head);
        all.chain([&self.loss as &dyn Timed]).collect()
    }
}

/// Counts those of these layers that take the input of their stage as layers of images, which need no gradient. The
/// pre-activation network has a norm before its convolutions, whose parameters need the gradient of its output.
fn without_input_gradients(layers: &mut [Layer], network: Architecture) {
    let is_convolution = layers.first().is_some_and(|layer| layer.shape.len() == 4);
    if network == Architecture::PreActResNet18 && is_convolution {
        return;
    }
    for (index, layer) in layers.iter_mut().enumerate() {
        layer.takes_images |= index == 0 || layer.weight.contains(".0.downsample.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use mixup_data::{ImagePlan, ImageShape, MixupBatcher, Normalisation};
    use mixup_model::NetworkConfig;
    use std::path::Path;

    /// The article's experiment with this network, and two images.
    fn example(name: Architecture) -> (Experiment, Classifier, MixupBatch) {
        let text = include_str!("../../../../experiments/mixup.toml");
        let experiment = Experiment::parse(text, Path::new("mixup.toml")).unwrap();
        let network = NetworkConfig::published(name);
        let experiment = experiment
            .with(|file| file.network = network.into())
            .unwrap();
        let device = &Device::flex();
        let images = mixup_data::synthetic(0, 2, 0).train;
        let batcher = MixupBatcher::new(
            images,
            10,
            experiment
                .normalisation
                .constants(&Normalisation::identity(3)),
            device,
        );
        let batch = batcher.mix(ImagePlan::in_order(2).draws()).unwrap();
        let classifier = experiment.classifier(ImageShape::CIFAR10, 10, &device.clone().autodiff());
        (experiment, classifier, batch)
    }

    /// Names of the stages, and operations of both passes.
    fn counted(name: Architecture) -> (Vec<&'static str>, [u64; 2]) {
        counted_with(name, 0)
    }

    /// The same with so many frozen stages. Operations of a backward pass count if the stage is trained.
    fn counted_with(name: Architecture, frozen: usize) -> (Vec<&'static str>, [u64; 2]) {
        let (experiment, classifier, batch) = example(name);
        let stages = classifier.network.stages()[..frozen].iter();
        let stages = stages.map(|stage| (*stage).to_owned()).collect();
        let experiment = experiment
            .with(|file| file.network.frozen = stages)
            .unwrap();
        let stages = Stages::new(&experiment, &classifier, &batch);
        let stages = stages.in_order();
        let names = stages.iter().map(|stage| stage.name()).collect();
        let flop = || stages.iter().filter_map(|stage| stage.flop());
        let forward = flop().map(|flop| flop.forward).sum();
        let trained = stages.iter().filter(|stage| stage.is_trained());
        let trained = trained.filter_map(|stage| stage.flop());
        let backward = trained.map(|flop| flop.backward).sum();
        (names, [forward, backward])
    }

    /// Two images. All but the named stages of the ResNet-20 have a backward pass of twice their forward pass.
    #[test]
    fn frozen_stages_have_no_backward_pass_and_the_next_one_no_input_gradient() {
        let forward_of = |part: &str| {
            let network = NetworkConfig::published(Architecture::ResNet20);
            let layers = network.layers([3, 32, 32], 10);
            let of_part = layers.into_iter().filter(|layer| layer.part == part);
            of_part.map(|layer| 2 * 2 * layer.products()).sum::<u64>()
        };
        let (_, [all, _]) = counted(Architecture::ResNet20);
        let (_, [forward, backward]) = counted_with(Architecture::ResNet20, 2);
        assert_eq!(forward, all);
        // The first convolution of layer2: 16x16 pixels of 32 maps from 9 pixels of 16 maps.
        let first = 2 * 2 * 256 * 32 * 9 * 16;
        let trained = ["layer2", "layer3", "linear"].map(forward_of);
        assert_eq!(backward, 2 * trained.iter().sum::<u64>() - first);

        let (_, [_, backward]) = counted_with(Architecture::ResNet20, 4);
        assert_eq!(backward, forward_of("linear"));
    }

    #[test]
    fn the_operations_of_the_network_of_the_article_match() {
        let (names, [forward, backward]) = counted(Architecture::Cnn);
        let expected = ["conv11", "conv12", "conv21", "conv22", "fc1", "fc2", "loss"];
        assert_eq!(names, expected);
        // 113.28 million an image forward, 336.7 million with the backward pass.
        assert_eq!(forward, 2 * 113_281_536);
        assert_eq!(forward + backward, 2 * 336_734_208);
    }

    /// Two images, two operations a product. The first convolution alone has no gradient of its input:
    /// 32 x 32 pixels of 16 maps from 27 values each.
    #[test]
    fn every_convolution_of_a_residual_network_is_counted() {
        let (names, [forward, backward]) = counted(Architecture::ResNet20);
        let expected = ["stem", "layer1", "layer2", "layer3", "linear", "loss"];
        assert_eq!(names, expected);
        assert_eq!(forward, 2 * 2 * 40_551_040);
        assert_eq!(backward, 2 * forward - 2 * 2 * 1024 * 16 * 27);
    }

    #[test]
    fn the_first_stage_gets_the_gradient_that_it_has_in_the_whole_network() {
        let (experiment, classifier, batch) = example(Architecture::Cnn);
        let stages = Stages::new(&experiment, &classifier, &batch);
        let found = stages.stages[0].output_gradient();

        let network = &classifier.network;
        let maps = network.stage(0, batch.inputs);
        let maps = maps.without_autodiff().autodiff().require_grad();
        let x = (1..4).fold(maps.clone(), |x, index| network.stage(index, x));
        let logits = network.head(x);
        let gradients = experiment.loss.forward(logits, batch.targets).backward();
        let expected = maps.grad(&gradients).unwrap();

        let largest = expected.clone().abs().max().into_scalar::<f32>();
        let gap = (found - expected).abs().max().into_scalar::<f32>();
        assert!(largest > 0.0 && gap <= 1e-5 * largest, "{gap} of {largest}");
    }
}
