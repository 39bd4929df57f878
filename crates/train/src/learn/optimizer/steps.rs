//! The optimizers' rules for one parameter, as Burn applies them to a whole network.
//!
//! Their states have the names of Burn's own optimizers, so the checkpoints are the same.

use burn::optim::{
    AdamState, AdaptiveMomentumState, Optimizer, RecordState, StateSink, StateSource, join_path,
};
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::{AdamUpdate, SgdUpdate};

/// Adam or AdamW. The learning rate and the number of the step are those of each step.
#[derive(Clone)]
pub(super) struct AdamSteps(pub(super) AdamUpdate);

impl Optimizer for AdamSteps {
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: f64,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        let (done, moments) = match state.map(|state| state.momentum) {
            None => (0, None),
            Some(state) => (state.time, Some([state.moment_1, state.moment_2])),
        };
        let update = AdamUpdate {
            learning_rate,
            step: done + 1,
            ..self.0
        };
        let (parameter, [first, second]) = update.apply(parameter, gradient, moments);
        let momentum = AdaptiveMomentumState::new(update.step, first, second);
        (parameter, Some(AdamState::new(momentum)))
    }

    fn to_device<const D: usize>(state: AdamState<D>, device: &Device) -> AdamState<D> {
        AdamState::new(state.momentum.to_device(device))
    }
}

/// SGD. The learning rate is that of each step.
#[derive(Clone)]
pub(super) struct SgdSteps(pub(super) SgdUpdate);

/// The velocity of a parameter.
#[derive(Clone)]
pub(super) struct Velocity<const D: usize>(Tensor<D>);

/// The names of the velocity in a checkpoint.
const MOMENTUM: &str = "momentum";
const VELOCITY: &str = "velocity";

impl<const D: usize> RecordState for Velocity<D> {
    fn state_flatten(&self, prefix: &str, out: &mut StateSink) {
        out.push_tensor(&join_path(prefix, MOMENTUM), VELOCITY, self.0.to_data());
    }

    fn state_unflatten(prefix: &str, src: &mut StateSource, device: &Device) -> Option<Self> {
        let data = src.take_tensor(&join_path(prefix, MOMENTUM), VELOCITY)?;
        Some(Self(Tensor::from_data(data, device)))
    }
}

impl Optimizer for SgdSteps {
    type State<const D: usize> = Velocity<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: f64,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<Velocity<D>>,
    ) -> (Tensor<D>, Option<Velocity<D>>) {
        let update = SgdUpdate {
            learning_rate,
            ..self.0
        };
        let velocity = state.map(|Velocity(velocity)| velocity);
        let (parameter, velocity) = update.apply(parameter, gradient, velocity);
        (parameter, Some(Velocity(velocity)))
    }

    fn to_device<const D: usize>(state: Velocity<D>, device: &Device) -> Velocity<D> {
        Velocity(state.0.to_device(device))
    }
}
