//! The exponential moving average of a network's weights.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::Tensor;
use burn_flex_kernels::EmaUpdate;
use mixup_model::Network;
use serde::{Deserialize, Serialize};

/// How the weights are averaged.
///
/// # Source
/// Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992; the warm-up is that of
/// `tf.train.ExponentialMovingAverage`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ema {
    /// The share of the average that a step keeps, from 0 to below 1.
    pub decay: f64,
    /// Whether the first steps keep less: at most (1 + t) / (10 + t) in step t.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub warm_up: bool,
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

impl Ema {
    /// The share of the average that step `step` of the training keeps; steps count from 1.
    pub fn decay_at(self, step: usize) -> f64 {
        if !self.warm_up {
            return self.decay;
        }
        let step = step as f64;
        self.decay.min((1.0 + step) / (10.0 + step))
    }
}

/// A network whose weights and running statistics are the average of those after each step.
#[derive(Debug)]
pub struct WeightAverage {
    network: Network,
    ema: Ema,
    /// Steps that were averaged.
    steps: usize,
}

impl WeightAverage {
    /// The average after `steps` steps, which is `network`; before the first step, these are the initial weights.
    /// `network` may be on a device with autodiff. The average needs no gradients.
    pub fn new(network: &Network, ema: Ema, steps: usize) -> Self {
        Self {
            network: network.valid(),
            ema,
            steps,
        }
    }

    /// The average, for evaluation.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The average after another step, which has made `network`.
    ///
    /// # Panics
    /// If the networks have other shapes.
    #[must_use]
    pub fn updated(self, network: &Network) -> Self {
        let steps = self.steps + 1;
        let mut values = Values::default();
        network.visit(&mut values);
        let mut averaged = Averaged {
            update: EmaUpdate {
                decay: self.ema.decay_at(steps),
            },
            values: values.0.into_iter(),
        };
        Self {
            network: self.network.map(&mut averaged),
            steps,
            ..self
        }
    }
}

/// All tensors of a network in the order of its fields, flat and without gradients.
#[derive(Default)]
struct Values(Vec<Tensor<1>>);

impl ModuleVisitor for Values {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val().without_autodiff();
        let len = tensor.dims().iter().product::<usize>();
        self.0.push(tensor.reshape([len]));
    }
}

/// Moves every tensor of an average towards the next value.
struct Averaged {
    update: EmaUpdate,
    values: std::vec::IntoIter<Tensor<1>>,
}

impl ModuleMapper for Averaged {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let value = self.values.next().expect("a value for each tensor");
        param.map(|average| {
            let value = value.reshape(average.dims());
            self.update.apply(average, value)
        })
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use mixup_data::{Purpose, stream};
    use mixup_model::{Architecture, NetworkConfig};
    use proptest::prelude::*;

    use super::*;

    const INPUT: [usize; 3] = [3, 32, 32];

    /// A small network with batch norm, drawn from `seed`.
    fn network(seed: u64, device: &Device) -> Network {
        let config = NetworkConfig {
            widths: vec![2, 3],
            hidden: Some(4),
            ..NetworkConfig::published(Architecture::CnnBn)
        };
        config.init(INPUT, 5, &mut stream(seed, Purpose::Weights, 0), device)
    }

    fn values(network: &Network) -> Vec<f32> {
        let mut values = Values::default();
        network.visit(&mut values);
        let tensors = values.0.into_iter();
        tensors
            .flat_map(|tensor| tensor.into_data().try_into_vec::<f32>().unwrap())
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn every_tensor_is_averaged_by_the_formula(
            decay in 0.0_f64..0.9999,
            warm_up: bool,
            // The first steps, in which a step more or less makes a difference that can be seen.
            before in 0_usize..6,
        ) {
            let device = Device::flex().autodiff();
            let ema = Ema { decay, warm_up };
            let first = network(0, &device);
            let mut average = WeightAverage::new(&first, ema, before);
            let mut expected: Vec<f64> = values(&first).into_iter().map(f64::from).collect();
            for step in 1..=3 {
                let next = network(step as u64, &device);
                average = average.updated(&next);
                let number = (before + step) as f64;
                let kept = if warm_up { decay.min((1.0 + number) / (10.0 + number)) } else { decay };
                for (average, value) in expected.iter_mut().zip(values(&next)) {
                    *average = kept * *average + (1.0 - kept) * f64::from(value);
                }
            }
            let found = values(average.network());
            prop_assert_eq!(found.len(), expected.len());
            for (found, expected) in found.into_iter().zip(expected) {
                prop_assert!((f64::from(found) - expected).abs() < 1e-5, "{} and {}", found, expected);
            }
        }
    }

    #[test]
    fn an_average_is_no_part_of_the_network_it_was_made_of() {
        let device = Device::flex().autodiff();
        let first = network(1, &device);
        let before = values(&first);
        let ema = Ema {
            decay: 0.5,
            warm_up: false,
        };
        let average = WeightAverage::new(&first, ema, 0).updated(&network(2, &device));
        assert_eq!(values(&first), before);
        assert_ne!(values(average.network()), before);
    }

    #[test]
    fn a_network_that_does_not_change_is_its_own_average() {
        let device = Device::flex().autodiff();
        let only = network(3, &device);
        let ema = Ema {
            decay: 0.9,
            warm_up: true,
        };
        let average = WeightAverage::new(&only, ema, 0)
            .updated(&only)
            .updated(&only);
        assert_eq!(values(average.network()), values(&only));
    }

    #[test]
    fn the_first_steps_keep_less_of_the_average() {
        let ema = Ema {
            decay: 0.99,
            warm_up: true,
        };
        assert_eq!(ema.decay_at(1), 2.0 / 11.0);
        assert_eq!(ema.decay_at(890), 891.0 / 900.0);
        assert_eq!(ema.decay_at(891), 0.99);
        let cold = Ema {
            warm_up: false,
            ..ema
        };
        assert_eq!(cold.decay_at(1), 0.99);
    }
}
