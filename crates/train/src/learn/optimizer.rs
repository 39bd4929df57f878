//! The optimizers, as PyTorch has them.

use burn::module::ParamGroup;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, ModuleOptimizer, SgdConfig};
use serde::{Deserialize, Serialize};

use crate::experiment::range::{foreign, needed, within};

/// How gradients become steps: the `[optimizer]` table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "OptimizerTable", into = "OptimizerTable")]
pub struct Optimizer {
    /// Step size, which the schedule may lower on the way.
    pub learning_rate: f64,
    /// The rule.
    pub rule: Rule,
    /// Weight decay, from 0: added to the gradients as an L2 penalty, but for AdamW, whose decay is
    /// apart from them.
    pub weight_decay: f64,
    /// What decays.
    pub decayed: Decayed,
}

/// What makes a step of a gradient.
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
        /// Whether the gradient is looked at one step ahead.
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
pub enum Decayed {
    /// All.
    #[default]
    All,
    /// The weights of convolutions and linear layers: no biases, nothing of a norm.
    Weights,
}

/// What the path of every parameter ends in that decays where only weights do: Burn's norms call theirs
/// gamma and beta, and no module's name has it.
const WEIGHT: &str = "weight";

impl Optimizer {
    /// Burn's optimizer that does it. Burn's own defaults differ from PyTorch's in Adam's ε (1e-5) and
    /// in the dampening of momentum (0.1); here they are PyTorch's.
    pub fn init(&self) -> ModuleOptimizer {
        match self.decayed {
            _ if self.weight_decay == 0.0 => self.with_decay(0.0),
            Decayed::All => self.with_decay(self.weight_decay),
            Decayed::Weights => {
                let weights = ParamGroup::from_predicate(WEIGHT);
                self.with_decay_of(0.0, Some((weights, self.weight_decay)))
            }
        }
    }

    fn with_decay(&self, decay: f64) -> ModuleOptimizer {
        self.with_decay_of(decay, None)
    }

    /// All parameters decay by `decay`, those of the group by its own.
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

    /// Its name, as people write it.
    pub fn name(&self) -> &'static str {
        match self.rule {
            Rule::Adam(_) => "Adam",
            Rule::AdamW(_) => "AdamW",
            Rule::Sgd { .. } => "SGD",
        }
    }

    /// # Errors
    /// A line that names the key, what is allowed and what was found.
    pub(crate) fn check(&self) -> Result<(), String> {
        let rate = "a number above 0, up to 1";
        within("optimizer.learning_rate", self.learning_rate, rate, |v| {
            v > 0.0 && v <= 1.0
        })?;
        let decay = "a number from 0 to 1";
        within("optimizer.weight_decay", self.weight_decay, decay, |v| {
            (0.0..=1.0).contains(&v)
        })?;
        // The bounds leave room for f32, in which all of these are used.
        let below_one = |key, value| {
            within(key, value, "a number from 0 to 0.999999", |v| {
                (0.0..=0.999_999).contains(&v)
            })
        };
        match self.rule {
            Rule::Adam(moments) | Rule::AdamW(moments) => {
                below_one("optimizer.beta_1", moments.beta_1)?;
                below_one("optimizer.beta_2", moments.beta_2)?;
                let expected = "a number from 1e-30 to 1";
                within("optimizer.epsilon", moments.epsilon, expected, |v| {
                    (1e-30..=1.0).contains(&v)
                })
            }
            Rule::Sgd { momentum, .. } => below_one("optimizer.momentum", momentum),
        }
    }
}

/// The table as it stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OptimizerTable {
    #[serde(default)]
    name: RuleName,
    learning_rate: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    beta_1: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beta_2: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epsilon: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    momentum: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nesterov: Option<bool>,
    #[serde(default)]
    weight_decay: f64,
    #[serde(default)]
    decayed: Decayed,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RuleName {
    #[default]
    Adam,
    AdamW,
    Sgd,
}

impl TryFrom<OptimizerTable> for Optimizer {
    type Error = String;

    fn try_from(table: OptimizerTable) -> Result<Self, String> {
        let name = match table.name {
            RuleName::Adam => "adam",
            RuleName::AdamW => "adamw",
            RuleName::Sgd => "sgd",
        };
        let moments = || {
            let (momentum, nesterov) = (table.momentum.is_some(), table.nesterov.is_some());
            foreign(name, &[("momentum", momentum), ("nesterov", nesterov)])?;
            Ok::<_, String>(Moments {
                beta_1: needed("beta_1", name, table.beta_1)?,
                beta_2: needed("beta_2", name, table.beta_2)?,
                epsilon: needed("epsilon", name, table.epsilon)?,
            })
        };
        let rule = match table.name {
            RuleName::Adam => Rule::Adam(moments()?),
            RuleName::AdamW => Rule::AdamW(moments()?),
            RuleName::Sgd => {
                let keys = [
                    ("beta_1", table.beta_1.is_some()),
                    ("beta_2", table.beta_2.is_some()),
                    ("epsilon", table.epsilon.is_some()),
                ];
                foreign(name, &keys)?;
                Rule::Sgd {
                    momentum: needed("momentum", name, table.momentum)?,
                    nesterov: needed("nesterov", name, table.nesterov)?,
                }
            }
        };
        Ok(Self {
            learning_rate: table.learning_rate,
            rule,
            weight_decay: table.weight_decay,
            decayed: table.decayed,
        })
    }
}

impl From<Optimizer> for OptimizerTable {
    fn from(optimizer: Optimizer) -> Self {
        let Optimizer {
            learning_rate,
            rule,
            weight_decay,
            decayed,
        } = optimizer;
        let (name, moments, sgd) = match rule {
            Rule::Adam(moments) => (RuleName::Adam, Some(moments), None),
            Rule::AdamW(moments) => (RuleName::AdamW, Some(moments), None),
            Rule::Sgd { momentum, nesterov } => (RuleName::Sgd, None, Some((momentum, nesterov))),
        };
        Self {
            name,
            learning_rate,
            beta_1: moments.map(|moments| moments.beta_1),
            beta_2: moments.map(|moments| moments.beta_2),
            epsilon: moments.map(|moments| moments.epsilon),
            momentum: sgd.map(|(momentum, _)| momentum),
            nesterov: sgd.map(|(_, nesterov)| nesterov),
            weight_decay,
            decayed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::classifier::Classifier;
    use crate::learn::loss::Loss;
    use burn::module::{Module, ModuleVisitor, Param};
    use burn::tensor::{Device, Tensor};
    use mixup_data::{Purpose, stream};
    use mixup_model::{Architecture, NetworkConfig};

    fn parse(text: &str) -> Result<Optimizer, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_table_without_a_name_is_adam_s_and_each_survives_its_text() {
        let adam = "learning_rate = 0.001\nbeta_1 = 0.9\nbeta_2 = 0.999\nepsilon = 1e-8";
        let sgd = "name = \"sgd\"\nlearning_rate = 0.1\nmomentum = 0.9\nnesterov = true\n\
                   weight_decay = 1e-4\ndecayed = \"weights\"";
        assert_eq!(parse(adam).unwrap().name(), "Adam");
        for text in [adam, &format!("name = \"adamw\"\n{adam}"), sgd] {
            let optimizer = parse(text).unwrap();
            assert_eq!(optimizer.check(), Ok(()));
            assert_eq!(parse(&toml::to_string(&optimizer).unwrap()), Ok(optimizer));
        }
    }

    #[test]
    fn keys_of_another_rule_are_refused_and_missing_ones_named() {
        let sgd = "name = \"sgd\"\nlearning_rate = 0.1";
        for (text, message) in [
            (
                format!("{sgd}\nnesterov = true"),
                "momentum: expected a value for sgd, found none",
            ),
            (
                format!("{sgd}\nbeta_1 = 0.9"),
                "beta_1: expected no such key for sgd, found one",
            ),
            (
                "learning_rate = 0.1".into(),
                "beta_1: expected a value for adam, found none",
            ),
            (
                "learning_rate = 0.1\nmomentum = 0.9".into(),
                "momentum: expected no such key for adam, found one",
            ),
        ] {
            assert_eq!(parse(&text).unwrap_err(), message);
        }
    }
    /// Which parameters the path's word picks out, with their ranks.
    #[derive(Default)]
    struct Ranks {
        path: Vec<String>,
        found: Vec<(bool, usize)>,
    }

    impl ModuleVisitor for Ranks {
        fn visit_float<const D: usize>(&mut self, _: &Param<Tensor<D>>) {
            self.found.push((self.path.join(".").contains(WEIGHT), D));
        }

        fn enter_module(&mut self, name: &str, _container: &str) {
            self.path.push(name.into());
        }

        fn exit_module(&mut self, _name: &str, _container: &str) {
            self.path.pop();
        }
    }

    #[test]
    fn weights_are_those_of_convolutions_and_linear_layers() {
        for &name in Architecture::ALL {
            let config = NetworkConfig::published(name);
            let widths = config.widths.iter().map(|_| 2).collect();
            let config = NetworkConfig { widths, ..config };
            let rng = &mut stream(1, Purpose::Weights, 0);
            let network = config.init(10, rng, &Device::flex());
            let mut ranks = Ranks::default();
            Classifier::new(network, Loss::ARTICLE).visit(&mut ranks);
            assert!(ranks.found.len() > 10, "{name}");
            for (is_weight, rank) in ranks.found {
                assert_eq!(is_weight, rank > 1, "{name}");
            }
        }
    }
}
