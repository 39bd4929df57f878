//! Each phase of a step, measured alone on real activations and gradients.

use mixup_data::{Batcher, PassPlan};
use serde::Serialize;

use super::clock::{Effort, Spread, timed};
use super::gemm::Gemm;
use super::stages::Stages;
use super::update::Update;
use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::failure::Failure;

/// The most images in a window. The activations of all its steps are in memory at once.
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

/// One measured phase.
#[derive(Clone, Debug)]
pub struct Phase {
    /// The stage of the network, or another name.
    pub name: &'static str,
    /// The pass.
    pub pass: Pass,
    /// Seconds per step.
    pub seconds: Spread,
    /// Floating-point operations per step, if they are counted.
    pub flop: Option<u64>,
}

/// All phases of a step, in their order, and their ceiling.
#[derive(Clone, Debug)]
pub struct Phases {
    /// The phases.
    pub phases: Vec<Phase>,
    /// The highest rate of a large matrix product, in GFLOP/s.
    pub gemm: f64,
    /// Rows and columns of its factors.
    pub gemm_size: usize,
}

/// Measures the phases of a step over all samples of `plan`, in turns, a window of at most `steps`
/// steps each.
///
/// # Errors
/// [`Failure::Training`] if the device fails, [`Failure::Data`] if images in a file cannot be read.
pub(crate) fn measure(
    experiment: &Experiment,
    batcher: &Batcher,
    plan: &PassPlan,
    device: &SelectedDevice,
    steps: usize,
    effort: &Effort,
) -> Result<Phases, Failure> {
    let steps = steps.clamp(1, (MOST_IMAGES / plan.draws().len()).max(1));
    let gemm = Gemm::new(device);
    let device = &device.device;
    let make = || batcher.make(plan, 0..plan.draws().len(), None);
    let batch = make()?;
    let mixes_inside = batch.hidden.is_some();
    let classifier = experiment.classifier_for(&batch, &device.clone().autodiff());
    let stages = Stages::new(experiment, &classifier, &batch);
    let stages = stages.in_order();
    let mut update = Update::new(experiment, classifier, &batch);

    let mut round = || {
        let mut gathered = Ok(());
        let gather = timed(device, || {
            gathered = (0..steps).try_for_each(|_| make().map(drop));
        })?;
        gathered?;
        let each = stages.iter().map(|stage| stage.window(device, steps));
        let each: Vec<[f64; 2]> = each.collect::<Result<_, _>>()?;
        let update = update.window(device, steps)?;
        let mut seconds = vec![gather / steps as f64];
        seconds.extend(each.iter().map(|[forward, _]| forward));
        let with_backward = stages.iter().zip(&each).rev();
        let trained = with_backward.filter(|(stage, _)| stage.is_trained());
        seconds.extend(trained.map(|(_, [_, backward])| backward));
        seconds.push(update);
        Ok((seconds, gemm.best_rate(device)?))
    };
    round()?;
    let rounds = effort.spend(round)?;

    let forward = stages.iter().map(|stage| {
        let flop = stage.flop().map(|flop| flop.forward);
        (stage.name(), Pass::Forward, flop)
    });
    let trained = stages.iter().rev().filter(|stage| stage.is_trained());
    let backward = trained.map(|stage| {
        let flop = stage.flop().map(|flop| flop.backward);
        (stage.name(), Pass::Backward, flop)
    });
    // Mixing within the network is not part of any stage measured here.
    let input = match mixes_inside {
        false => "gather and mix",
        true => "gather",
    };
    let labels = std::iter::once((input, Pass::Input, None))
        .chain(forward)
        .chain(backward)
        .chain([(experiment.optimizer.name(), Pass::Update, None)]);
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
