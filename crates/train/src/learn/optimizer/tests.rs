use super::*;
use crate::learn::classifier::Classifier;
use crate::learn::loss::Loss;
use burn::module::{Module, ModuleVisitor, Param};
use burn::nn::{Linear, LinearConfig};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, GradientsParams, SgdConfig};
use burn::tensor::{Device, Tensor, TensorData};
use mixup_data::{Purpose, stream};
use mixup_model::{Architecture, NetworkConfig};

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
        let network = config.init([3, 32, 32], 10, rng, &Device::flex());
        let mut ranks = Ranks::default();
        Classifier::new(network, Loss::ARTICLE).visit(&mut ranks);
        assert!(ranks.found.len() > 10, "{name}");
        for (is_weight, rank) in ranks.found {
            assert_eq!(is_weight, rank > 1, "{name}");
        }
    }
}

/// Numbers between −1 and 1.
fn numbers<const D: usize>(shape: [usize; D], salt: usize) -> Tensor<D> {
    let values = (0..shape.iter().product::<usize>())
        .map(|index| ((index * 31 + salt * 17) % 101) as f32 / 50.0 - 1.0);
    Tensor::from_data(
        TensorData::new(values.collect::<Vec<f32>>(), shape),
        &Device::flex().autodiff(),
    )
}

/// The same layer every time, with the same identifiers of its parameters if it is cloned.
fn layer() -> Linear {
    let layer = LinearConfig::new(40, 500).init(&Device::flex().autodiff());
    layer.map(&mut Filler)
}

struct Filler;

impl burn::module::ModuleMapper for Filler {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|tensor| numbers(tensor.dims(), 3).require_grad())
    }
}

/// The layer after two more steps.
fn trained(mut layer: Linear, optimizer: &mut ModuleOptimizer) -> Linear {
    for step in 0..2 {
        let loss = (layer.forward(numbers([8, 40], step)) - numbers([8, 500], step + 1)).square();
        let gradients = GradientsParams::from_grads(loss.mean().backward(), &layer);
        layer = optimizer.step(0.05, layer, gradients);
    }
    layer
}

fn weights(layer: &Linear) -> Vec<f32> {
    let bias = layer
        .bias
        .as_ref()
        .expect("a linear layer has a bias")
        .val();
    let both = [layer.weight.val().to_data(), bias.to_data()];
    let values = both.map(|data| data.try_into_vec::<f32>().expect("f32"));
    values.concat()
}

/// A rule of ours, and Burn's own optimizer with the same settings.
fn both() -> Vec<(Rule, ModuleOptimizer)> {
    let moments = Moments {
        beta_1: 0.9,
        beta_2: 0.99,
        epsilon: 1e-8,
    };
    let penalty = Some(WeightDecayConfig::new(0.01));
    let sgd = |momentum: f64, nesterov| {
        let momentum = MomentumConfig::new()
            .with_momentum(momentum)
            .with_dampening(0.0)
            .with_nesterov(nesterov);
        SgdConfig::new()
            .with_momentum(Some(momentum))
            .with_weight_decay(penalty.clone())
            .init()
    };
    let rule = |momentum, nesterov| Rule::Sgd { momentum, nesterov };
    let adam = AdamConfig::new().with_beta_2(0.99).with_epsilon(1e-8);
    let adamw = AdamWConfig::new().with_beta_2(0.99).with_epsilon(1e-8);
    vec![
        (
            Rule::Adam(moments),
            adam.with_weight_decay(penalty.clone()).init(),
        ),
        (Rule::AdamW(moments), adamw.with_weight_decay(0.01).init()),
        (rule(0.0, false), sgd(0.0, false)),
        (rule(0.9, false), sgd(0.9, false)),
        (rule(0.9, true), sgd(0.9, true)),
    ]
}

#[test]
fn steps_are_those_of_burns_optimizers() {
    for (rule, mut burns) in both() {
        let optimizer = Optimizer {
            learning_rate: 0.05,
            rule,
            weight_decay: 0.01,
            decayed: DecayScope::All,
            body_learning_rate: 1.0,
            clip_norm: None,
        };
        let expected = weights(&trained(layer(), &mut burns));
        let found = weights(&trained(layer(), &mut optimizer.init()));
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                (found - expected).abs() < 1e-5,
                "{rule:?}: {found} and {expected}"
            );
        }
    }
}

#[test]
fn a_state_of_burns_optimizers_is_taken_up() {
    for (rule, mut burns) in both() {
        let optimizer = Optimizer {
            learning_rate: 0.05,
            rule,
            weight_decay: 0.01,
            decayed: DecayScope::All,
            body_learning_rate: 1.0,
            clip_norm: None,
        };
        let begun = trained(layer(), &mut burns);
        let mut taken_up = optimizer.init().load_record(burns.to_record());
        let found = weights(&trained(begun.clone(), &mut taken_up));
        let expected = weights(&trained(begun.clone(), &mut burns));
        let without_state = weights(&trained(begun, &mut optimizer.init()));
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                (found - expected).abs() < 1e-5,
                "{rule:?}: {found} and {expected}"
            );
        }
        if !matches!(rule, Rule::Sgd { momentum: 0.0, .. }) {
            assert_ne!(found, without_state, "{rule:?}");
        }
    }
}
