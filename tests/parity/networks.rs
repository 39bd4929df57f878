//! Every network: parameters, forward and backward pass, running statistics, evaluation.

use std::collections::BTreeMap;
use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use mixup_model::{Architecture, Network, NetworkConfig, WeightsFile};
use mixup_train::learn::loss::Loss;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView, serialize};
use serde::Deserialize;

use crate::formula::{assert_near, figures, l2, tensor, u, values};
use crate::gradients::gradients_of;

#[derive(Deserialize)]
struct Figures {
    networks: BTreeMap<String, Published>,
}

#[derive(Deserialize)]
struct Published {
    parameters: usize,
    widths: Vec<usize>,
    hidden: Option<usize>,
    state: Vec<(String, Vec<usize>)>,
    trainable: Vec<String>,
    small: Case,
    full: Option<Case>,
}

#[derive(Deserialize)]
struct Case {
    widths: Vec<usize>,
    hidden: Option<usize>,
    batch: usize,
    logits: Vec<Vec<f64>>,
    loss: f64,
    #[serde(default)]
    input_gradient: Option<Gradient>,
    #[serde(default)]
    gradients: BTreeMap<String, Gradient>,
    #[serde(default)]
    gradient_l2: BTreeMap<String, f64>,
    #[serde(default)]
    input_gradient_l2: Option<f64>,
    #[serde(default)]
    running: BTreeMap<String, Running>,
    #[serde(default)]
    evaluation_logits: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Gradient {
    l2: f64,
    dot: f64,
    first: Vec<f64>,
}

#[derive(Deserialize)]
struct Running {
    mean: Vec<f64>,
    var: Vec<f64>,
}

impl Published {
    fn config(&self, name: &str, case: Option<&Case>) -> NetworkConfig {
        let (widths, hidden) = match case {
            None => (&self.widths, self.hidden),
            Some(case) => (&case.widths, case.hidden),
        };
        let mut named = Architecture::ALL
            .iter()
            .filter(|known| known.name() == name);
        NetworkConfig {
            name: *named.next().unwrap(),
            widths: widths.clone(),
            hidden,
        }
    }

    /// The network with the formula's parameters, out of a weights file without a note.
    fn network(&self, config: &NetworkConfig, device: &Device) -> Network {
        let parameters = config.parameters(10);
        let shape_of = |name: &str| {
            &parameters
                .iter()
                .find(|(known, _)| known == name)
                .unwrap()
                .1
        };
        let tensors: Vec<(&str, &[usize], Vec<u8>)> = parameters
            .iter()
            .map(|(name, shape)| {
                let count = shape.iter().product();
                let number = self.trainable.iter().position(|known| known == name);
                let (layer, part) = name.rsplit_once('.').unwrap();
                let fan_in: usize = match part {
                    "weight" | "bias" => shape_of(&format!("{layer}.weight"))[1..].iter().product(),
                    _ => 0,
                };
                let is_norm =
                    part.starts_with("running") || shape_of(&format!("{layer}.weight")).len() == 1;
                let value = |k| match (part, is_norm) {
                    ("running_mean", _) => 0.0,
                    ("running_var", _) => 1.0,
                    (_, is_norm) => {
                        let u = u(k, 1000 + number.unwrap() as u32);
                        match (part, is_norm) {
                            ("weight", true) => 0.5 + u,
                            ("bias", true) => u - 0.5,
                            _ => (2.0 * u - 1.0) / (fan_in as f64).sqrt(),
                        }
                    }
                };
                let bytes = (0..count)
                    .flat_map(|k| (value(k) as f32).to_le_bytes())
                    .collect();
                (name.as_str(), shape.as_slice(), bytes)
            })
            .collect();
        let views = tensors.iter().map(|(name, shape, bytes)| {
            let view = TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap();
            (*name, view)
        });
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), serialize(views, None).unwrap()).unwrap();
        load(file.path(), config, device)
    }
}

fn load(path: &Path, config: &NetworkConfig, device: &Device) -> Network {
    let weights = WeightsFile::open(path).unwrap();
    assert_eq!(weights.config().unwrap(), (config.clone(), 10));
    let mut rng = mixup_data::stream(0, mixup_data::Purpose::Weights, 0);
    weights
        .load_into(config.init(10, &mut rng, device))
        .unwrap()
}

/// 0.7 of one class and 0.3 of another, or of the same one.
fn targets(batch: usize, device: &Device) -> Tensor<2> {
    let mut rows = vec![0.0_f32; batch * 10];
    for row in 0..batch {
        for (stream, share) in [(901, 0.7), (902, 0.3)] {
            rows[row * 10 + (10.0 * u(row, stream)) as usize] += share;
        }
    }
    Tensor::from_data(TensorData::new(rows, [batch, 10]), device)
}

/// One training-mode pass, and what it leaves for evaluation.
fn check(name: &str, published: &Published, case: &Case) {
    let config = published.config(name, Some(case));
    let device = Device::flex().autodiff();
    let network = published.network(&config, &device);
    let shape = [case.batch, 3, 32, 32];
    let images: Tensor<4> = tensor(shape, 900, |u| 2.0 * (2.0 * u - 1.0), &Device::flex());
    let leaf = images.clone().autodiff().require_grad();
    let logits = network.forward(leaf.clone());
    assert_near(name, &values(logits.clone()), &case.logits.concat(), 2e-5);
    let loss = Loss::CrossEntropy.forward(logits, targets(case.batch, &Device::flex()));
    assert_near(name, &values(loss.clone()), &[case.loss], 1e-5);
    let gradients = loss.backward();

    let input = values(leaf.grad(&gradients).unwrap());
    let mut all = vec![("input", input.as_slice())];
    let found = gradients_of(&network, &gradients);
    all.extend(
        found
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice())),
    );
    assert_eq!(found.len(), published.trainable.len(), "{name}");
    for (parameter, found) in all {
        let what = format!("{name} {parameter}");
        let expected = match parameter {
            "input" => case.input_gradient.as_ref(),
            parameter => case.gradients.get(parameter),
        };
        let norm = match parameter {
            "input" => case.input_gradient_l2,
            parameter => case.gradient_l2.get(parameter).copied(),
        };
        let norm = expected.map_or_else(|| norm.unwrap(), |expected| expected.l2);
        assert_near(&what, &[l2(found)], &[norm], 1e-4 * norm);
        if let Some(Gradient { l2, dot, first }) = expected {
            let product = found
                .iter()
                .enumerate()
                .map(|(k, g)| g * (2.0 * u(k, 903) - 1.0));
            assert_near(&what, &[product.sum()], &[*dot], 1e-4 * l2);
            assert_near(&what, &found[..first.len()], first, 1e-4 * l2);
        }
    }

    // `valid` settles the running statistics.
    let evaluated = network.valid();
    let bytes = evaluated.to_safetensors(None);
    let file = SafeTensors::deserialize(&bytes).unwrap();
    for (norm, Running { mean, var }) in &case.running {
        for (part, expected) in [("running_mean", mean), ("running_var", var)] {
            let view = file.tensor(&format!("{norm}.{part}")).unwrap();
            let fours = view.data().chunks_exact(4).take(expected.len());
            let found: Vec<f64> = fours
                .map(|four| f64::from(f32::from_le_bytes(four.try_into().unwrap())))
                .collect();
            assert_near(&format!("{name} {norm}.{part}"), &found, expected, 1e-5);
        }
    }
    if !case.evaluation_logits.is_empty() {
        let logits = values(evaluated.forward(images));
        assert_near(name, &logits, &case.evaluation_logits.concat(), 5e-5);
    }
}

#[test]
fn names_shapes_and_numbers_of_parameters_are_pytorch_s() {
    let Figures { networks } = figures("networks.json");
    assert_eq!(networks.len(), Architecture::ALL.len());
    for (name, published) in &networks {
        let config = published.config(name, None);
        assert_eq!(config, NetworkConfig::published(config.name));
        assert_eq!(config.parameters(10), published.state, "{name}");
        let mut rng = mixup_data::stream(0, mixup_data::Purpose::Weights, 0);
        let network = config.init(10, &mut rng, &Device::flex());
        assert_eq!(network.parameters_count(), published.parameters, "{name}");
    }
}

#[test]
fn small_networks_compute_what_pytorch_s_compute() {
    let Figures { networks } = figures("networks.json");
    for (name, published) in &networks {
        check(name, published, &published.small);
    }
}

#[test]
fn published_widths_compute_what_pytorch_s_compute() {
    let Figures { networks } = figures("networks.json");
    let mut checked = 0;
    for (name, published) in &networks {
        if let Some(case) = &published.full {
            check(name, published, case);
            checked += 1;
        }
    }
    // The article's has its own case.
    assert_eq!(checked, 3);
}
