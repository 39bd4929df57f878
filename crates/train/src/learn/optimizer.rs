//! The optimizers, with PyTorch's definitions.

mod steps;

use burn::module::ParamGroup;
use burn::optim::ModuleOptimizer;
use burn_flex_kernels::{AdamUpdate, MomentumKind, SgdUpdate};
use serde::{Deserialize, Serialize};
use steps::{AdamSteps, SgdSteps};

/// How gradients become steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Optimizer {
    /// Step size. The schedule may lower it during training.
    pub learning_rate: f64,
    /// The rule.
    pub rule: Rule,
    /// Weight decay, from 0. It is an L2 penalty added to the gradients, except with AdamW, which applies it
    /// to the weights directly.
    pub weight_decay: f64,
    /// Which parameters decay.
    pub decayed: DecayScope,
    /// The learning rate of all layers but the last one, which has an output for each class, as a factor of
    /// `learning_rate`; above 0, up to 1.
    pub body_learning_rate: f64,
    /// The largest norm of all gradients together; larger ones are scaled down to it. `None` leaves them as they are.
    pub clip_norm: Option<f64>,
}

/// The rule that turns a gradient into a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015.
    Adam(Moments),
    /// Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019.
    AdamW(Moments),
    /// Stochastic gradient descent; with Nesterov's momentum as in Sutskever et al., "On the
    /// importance of initialization and momentum in deep learning", 2013.
    Sgd {
        /// Share of the last step's velocity that is kept, from 0 to below 1.
        momentum: f64,
        /// Whether momentum is Nesterov's.
        nesterov: bool,
    },
}

/// The moments of Adam.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Decay of the first moment.
    pub beta_1: f64,
    /// Decay of the second moment.
    pub beta_2: f64,
    /// Added to the root of the second moment.
    pub epsilon: f64,
}

/// Which parameters decay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecayScope {
    /// All.
    #[default]
    All,
    /// The weights of convolutions and linear layers, without biases and norms.
    Weights,
}

/// With [`DecayScope::Weights`], a parameter decays if its path ends in this word. Burn's norms call
/// their parameters gamma and beta, and no module is called weight.
const WEIGHT: &str = "weight";

impl Optimizer {
    /// Burn's optimizer of a whole network, with these rules for each parameter.
    pub fn init(&self) -> ModuleOptimizer {
        match self.rule {
            Rule::Adam(moments) => self.groups(|decay| {
                AdamSteps(AdamUpdate {
                    penalty: decay as f32,
                    ..adam(moments)
                })
            }),
            Rule::AdamW(moments) => self.groups(|decay| {
                AdamSteps(AdamUpdate {
                    decay: decay as f32,
                    ..adam(moments)
                })
            }),
            Rule::Sgd { momentum, nesterov } => self.groups(|decay| {
                SgdSteps(SgdUpdate {
                    learning_rate: 0.0,
                    momentum: momentum as f32,
                    kind: if nesterov {
                        MomentumKind::Nesterov
                    } else {
                        MomentumKind::Plain
                    },
                    penalty: decay as f32,
                })
            }),
        }
    }

    /// The steps that `of_decay` makes with the weight decay, for the parameters that decay, and without it
    /// for the others.
    fn groups<O: burn::optim::Optimizer>(&self, of_decay: impl Fn(f64) -> O) -> ModuleOptimizer {
        match self.decayed {
            _ if self.weight_decay == 0.0 => of_decay(0.0).into(),
            DecayScope::All => of_decay(self.weight_decay).into(),
            DecayScope::Weights => {
                let weights = ParamGroup::from_predicate(WEIGHT);
                let others = ModuleOptimizer::from(of_decay(0.0));
                others.with_group(weights, of_decay(self.weight_decay), None)
            }
        }
    }

    /// Its name for people.
    pub fn name(&self) -> &'static str {
        match self.rule {
            Rule::Adam(_) => "Adam",
            Rule::AdamW(_) => "AdamW",
            Rule::Sgd { .. } => "SGD",
        }
    }
}

/// Steps of Adam without weight decay.
fn adam(moments: Moments) -> AdamUpdate {
    AdamUpdate {
        learning_rate: 0.0,
        betas: [moments.beta_1 as f32, moments.beta_2 as f32],
        epsilon: moments.epsilon as f32,
        penalty: 0.0,
        decay: 0.0,
        step: 0,
    }
}

#[cfg(test)]
mod tests;
