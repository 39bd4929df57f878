//! Each phase of a step, measured alone on real activations and gradients.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use burn::train::Learner;
use mixup_data::{Draw, MixupBatch, MixupBatcher};
use mixup_model::Cnn;
use serde::Serialize;

use super::clock::{Effort, Spread, timed};
use super::gemm::Gemm;
use super::stage::{Stage, Timed};
use crate::classifier::Classifier;
use crate::device::Chosen;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::training::adam;

/// Images in a window at most: the activations of all its steps lie in memory at once.
const MOST_IMAGES: usize = 2560;

/// What a phase does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Pass {
    /// Makes the batch.
    Input,
    /// From a stage's input to its output.
    Forward,
    /// From the gradient of a stage's output to those of its parameters and input.
    Backward,
    /// From the gradients to new parameters.
    Update,
}

/// One phase, as it was measured.
#[derive(Clone, Debug)]
pub struct Phase {
    /// The stage of the network, or what else is done.
    pub name: &'static str,
    /// Which pass.
    pub pass: Pass,
    /// Seconds a step.
    pub seconds: Spread,
    /// Floating-point operations a step, where they are counted.
    pub flop: Option<u64>,
}

/// All phases of a step, in their order, and the ceiling beside them.
#[derive(Clone, Debug)]
pub struct Phases {
    /// The phases.
    pub phases: Vec<Phase>,
    /// The highest rate of a large matrix product, in GFLOP/s.
    pub gemm: f64,
    /// Rows and columns of its factors.
    pub gemm_size: usize,
}

/// Measures the phases of a step over the images of `draws`, in turns, a window of at most `steps`
/// steps each.
///
/// # Errors
/// [`Failure::Training`] where the device fails.
pub fn measure(
    experiment: &Experiment,
    batcher: &MixupBatcher,
    draws: &[Draw],
    device: &Chosen,
    steps: usize,
    effort: &Effort,
) -> Result<Phases, Failure> {
    let steps = steps.clamp(1, (MOST_IMAGES / draws.len()).max(1));
    let gemm = Gemm::new(device);
    let device = &device.device;
    let batch = batcher.mix(draws);
    let [_, classes] = batch.targets.dims();
    let classifier = Classifier::init(experiment, classes, &device.clone().autodiff());
    let stages = stages(
        experiment,
        &classifier,
        batch.images.clone(),
        batch.targets.clone(),
    );
    let mut update = Update::new(experiment, classifier, &batch);

    let mut round = || {
        let gather = timed(device, || {
            for _ in 0..steps {
                drop(batcher.mix(draws));
            }
        })?;
        let each = stages.iter().map(|stage| stage.window(device, steps));
        let each: Vec<[f64; 2]> = each.collect::<Result<_, _>>()?;
        let update = update.window(device, steps)?;
        let mut seconds = vec![gather / steps as f64];
        seconds.extend(each.iter().map(|[forward, _]| forward));
        seconds.extend(each.iter().rev().map(|[_, backward]| backward));
        seconds.push(update);
        Ok((seconds, gemm.best_rate(device)?))
    };
    round()?;
    let rounds = effort.spend(round)?;

    let forward = stages.iter().map(|stage| {
        let flop = stage.flop().map(|flop| flop.forward);
        (stage.name(), Pass::Forward, flop)
    });
    let backward = stages.iter().rev().map(|stage| {
        let flop = stage.flop().map(|flop| flop.backward);
        (stage.name(), Pass::Backward, flop)
    });
    let labels = std::iter::once(("gather and mix", Pass::Input, None))
        .chain(forward)
        .chain(backward)
        .chain([("Adam", Pass::Update, None)]);
    let phases = labels.enumerate().map(|(index, (name, pass, flop))| {
        let seconds: Vec<f64> = rounds.iter().map(|(seconds, _)| seconds[index]).collect();
        Phase {
            name,
            pass,
            seconds: Spread::of(&seconds),
            flop,
        }
    });
    Ok(Phases {
        phases: phases.collect(),
        gemm: rounds.iter().fold(0.0, |best, (_, rate)| best.max(*rate)),
        gemm_size: gemm.size(),
    })
}

/// The network's stages and the loss, in order, each with the input and the output gradient that it
/// has in a step of the whole.
fn stages(
    experiment: &Experiment,
    classifier: &Classifier,
    images: Tensor<4>,
    targets: Tensor<2>,
) -> Vec<Box<dyn Timed>> {
    let network = &classifier.network;
    let [_, classes] = targets.dims();
    let weights = experiment.network.parameters(classes);
    let weight_of = |stage: &str| {
        let name = format!("{stage}.weight");
        let found = weights.iter().find(|(parameter, _)| *parameter == name);
        let (_, shape) = found.expect("every stage has a weight of its name");
        shape.as_slice()
    };

    let mut maps = vec![];
    let mut x = images;
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

    let loss = experiment.loss;
    let one = Tensor::ones([1], &x.device());
    let judge = move |logits: Tensor<2>| loss.forward(logits, targets.clone());
    let loss = Stage::new("loss", judge, x, one, true);
    let mut gradient = loss.input_gradient();
    let mut backwards: Vec<Box<dyn Timed>> = vec![Box::new(loss)];
    for ((name, forward), input) in Cnn::LINEARS.into_iter().zip(features).rev() {
        let network = network.clone();
        let forward = move |x| forward(&network, x);
        let stage = Stage::new(name, forward, input, gradient, true).with_weight(weight_of(name));
        gradient = stage.input_gradient();
        backwards.push(Box::new(stage));
    }
    let mut gradient = gradient.reshape(last_maps);
    let first = Cnn::CONVOLUTIONS[0].0;
    for ((name, forward), input) in Cnn::CONVOLUTIONS.into_iter().zip(maps).rev() {
        let network = network.clone();
        let forward = move |x| forward(&network, x);
        let is_first = name == first;
        let stage = Stage::new(name, forward, input, gradient.clone(), !is_first)
            .with_weight(weight_of(name));
        if !is_first {
            gradient = stage.input_gradient();
        }
        backwards.push(Box::new(stage));
    }
    backwards.reverse();
    backwards
}

/// The optimizer's part of a step.
struct Update {
    learner: Learner<Classifier>,
    gradients: GradientsParams,
}

impl Update {
    fn new(experiment: &Experiment, classifier: Classifier, batch: &MixupBatch) -> Self {
        let rate = experiment.optimizer.learning_rate;
        let learner = Learner::new(classifier, adam(experiment).init(), rate);
        let gradients = learner.train_step(batch.clone()).grads;
        Self { learner, gradients }
    }

    /// Seconds a step.
    fn window(&mut self, device: &Device, steps: usize) -> Result<f64, Failure> {
        let copies: Vec<GradientsParams> = (0..steps).map(|_| self.copy()).collect();
        let learner = &mut self.learner;
        let seconds = timed(device, || {
            for gradients in copies {
                learner.lr_step();
                learner.optimizer_step(gradients);
            }
        })?;
        Ok(seconds / steps as f64)
    }

    /// The gradients in memory of their own, as a backward pass hands them over: an optimizer may
    /// then work in place.
    fn copy(&self) -> GradientsParams {
        struct Copier<'a> {
            from: &'a GradientsParams,
            to: GradientsParams,
        }
        impl ModuleVisitor for Copier<'_> {
            fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
                if let Some(gradient) = self.from.get::<D>(param.id) {
                    self.to.register(param.id, gradient + 0.0);
                }
            }
        }
        let mut copier = Copier {
            from: &self.gradients,
            to: GradientsParams::new(),
        };
        self.learner.model().visit(&mut copier);
        copier.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mixup_data::EpochPlan;
    use std::path::Path;

    const ARTICLE: &str = include_str!("../../../../experiments/mixup.toml");

    #[test]
    fn the_article_s_network_has_its_number_of_operations() {
        let experiment = Experiment::parse(ARTICLE, Path::new("mixup.toml")).unwrap();
        let device = &Device::flex();
        let images = mixup_data::synthetic(0, 2, 0).train;
        let batcher = MixupBatcher::new(images, 10, &experiment.normalisation, device);
        let batch = batcher.mix(&EpochPlan::in_order(1).draws()[..1]);
        let classifier = Classifier::init(&experiment, 10, &device.clone().autodiff());
        let stages = stages(&experiment, &classifier, batch.images, batch.targets);
        let names: Vec<&str> = stages.iter().map(|stage| stage.name()).collect();
        let expected = ["conv11", "conv12", "conv21", "conv22", "fc1", "fc2", "loss"];
        assert_eq!(names, expected);
        let flop = || stages.iter().filter_map(|stage| stage.flop());
        let forward: u64 = flop().map(|flop| flop.forward).sum();
        let backward: u64 = flop().map(|flop| flop.backward).sum();
        // 113.28 million an image forward, 336.7 million with the backward pass.
        assert_eq!(forward, 113_281_536);
        assert_eq!(forward + backward, 336_734_208);
    }
}
