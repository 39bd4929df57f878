//! The optimizers, with PyTorch's definitions.

use burn::module::ParamGroup;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, ModuleOptimizer, SgdConfig};
use serde::{Deserialize, Serialize};

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
    /// Burn's optimizer with these settings.
    ///
    /// Burn's defaults differ from PyTorch's in Adam's ε (1e-5) and in the dampening of momentum (0.1).
    /// Here PyTorch's are used.
    pub fn init(&self) -> ModuleOptimizer {
        match self.decayed {
            _ if self.weight_decay == 0.0 => self.with_decay(0.0),
            DecayScope::All => self.with_decay(self.weight_decay),
            DecayScope::Weights => {
                let weights = ParamGroup::from_predicate(WEIGHT);
                self.with_decay_of(0.0, Some((weights, self.weight_decay)))
            }
        }
    }

    fn with_decay(&self, decay: f64) -> ModuleOptimizer {
        self.with_decay_of(decay, None)
    }

    /// All parameters decay by `decay`, and the parameters of `group` by the group's own value.
    fn with_decay_of(&self, decay: f64, group: Option<(ParamGroup, f64)>) -> ModuleOptimizer {
        macro_rules! optimizer {
            ($build:expr) => {{
                let build = $build;
                let all = ModuleOptimizer::from(build(decay as f32));
                match group {
                    None => all,
                    Some((group, decay)) => all.with_group(group, build(decay as f32), None),
                }
            }};
        }
        let penalty = |decay: f32| (decay != 0.0).then(|| WeightDecayConfig::new(decay));
        match self.rule {
            Rule::Adam(moments) => optimizer!(|decay| AdamConfig::new()
                .with_beta_1(moments.beta_1 as f32)
                .with_beta_2(moments.beta_2 as f32)
                .with_epsilon(moments.epsilon as f32)
                .with_weight_decay(penalty(decay))
                .build()),
            Rule::AdamW(moments) => optimizer!(|decay| AdamWConfig::new()
                .with_beta_1(moments.beta_1 as f32)
                .with_beta_2(moments.beta_2 as f32)
                .with_epsilon(moments.epsilon as f32)
                .with_weight_decay(decay)
                .build()),
            Rule::Sgd { momentum, nesterov } => optimizer!(|decay| {
                let momentum = MomentumConfig::new()
                    .with_momentum(momentum)
                    .with_dampening(0.0)
                    .with_nesterov(nesterov);
                SgdConfig::new()
                    .with_momentum(Some(momentum))
                    .with_weight_decay(penalty(decay))
                    .build()
            }),
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

#[cfg(test)]
mod tests;
