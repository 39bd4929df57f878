//! PyTorch's figures of the networks, and the networks with the formula's parameters.

use std::collections::BTreeMap;
use std::path::Path;

use burn::tensor::Device;
use mixup_model::{Architecture, Network, NetworkConfig, PUBLISHED_INPUT, WeightsFile};
use safetensors::tensor::{Dtype, TensorView, serialize};
use serde::Deserialize;

use crate::formula::u;

#[derive(Deserialize)]
pub(crate) struct Figures {
    pub(crate) networks: BTreeMap<String, Published>,
}

#[derive(Deserialize)]
pub(crate) struct Published {
    pub(crate) parameters: usize,
    pub(crate) widths: Vec<usize>,
    pub(crate) hidden: Option<usize>,
    pub(crate) state: Vec<(String, Vec<usize>)>,
    pub(crate) trainable: Vec<String>,
    pub(crate) small: Case,
    /// Small networks for images of other shapes.
    pub(crate) shapes: Vec<Case>,
    pub(crate) full: Option<Case>,
    /// torchvision's networks at their published widths, for images of other sizes.
    pub(crate) large: Vec<Large>,
}

/// Logits in evaluation mode, with running statistics as they start.
#[derive(Deserialize)]
pub(crate) struct Large {
    /// Height and width of the images.
    pub(crate) side: usize,
    pub(crate) logits: Vec<Vec<f64>>,
}

/// How far PyTorch's own f32 is from the figures.
#[derive(Deserialize)]
pub(crate) struct Gap {
    pub(crate) logits: f64,
    pub(crate) gradient_l2: f64,
    #[serde(default)]
    gradient_values: f64,
    #[serde(default)]
    gradient_dot: f64,
}

impl Gap {
    /// The largest of the gaps of gradients.
    pub(crate) fn gradients(&self) -> f64 {
        let values = self.gradient_values.max(self.gradient_dot);
        self.gradient_l2.max(values)
    }
}

#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) widths: Vec<usize>,
    pub(crate) hidden: Option<usize>,
    /// Channels, height and width of the images.
    #[serde(default = "published_input")]
    pub(crate) input: [usize; 3],
    pub(crate) batch: usize,
    pub(crate) logits: Vec<Vec<f64>>,
    pub(crate) loss: f64,
    #[serde(default)]
    pub(crate) input_gradient: Option<Gradient>,
    #[serde(default)]
    pub(crate) gradients: BTreeMap<String, Gradient>,
    #[serde(default)]
    pub(crate) gradient_l2: BTreeMap<String, f64>,
    #[serde(default)]
    pub(crate) input_gradient_l2: Option<f64>,
    #[serde(default)]
    pub(crate) running: BTreeMap<String, Running>,
    #[serde(default)]
    pub(crate) evaluation_logits: Vec<Vec<f64>>,
    pub(crate) f32_gap: Gap,
    /// The biases that a normalisation subtracts again, so that their gradients are nothing but rounding.
    #[serde(default)]
    pub(crate) vanished: Vec<String>,
}

fn published_input() -> [usize; 3] {
    PUBLISHED_INPUT
}

#[derive(Deserialize)]
pub(crate) struct Gradient {
    pub(crate) l2: f64,
    pub(crate) dot: f64,
    pub(crate) first: Vec<f64>,
}

#[derive(Deserialize)]
pub(crate) struct Running {
    pub(crate) mean: Vec<f64>,
    pub(crate) var: Vec<f64>,
}

impl Published {
    /// The configuration of a case, or of the published widths.
    pub(crate) fn config(&self, name: &str, case: Option<&Case>) -> NetworkConfig {
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
    pub(crate) fn network(
        &self,
        config: &NetworkConfig,
        input: [usize; 3],
        device: &Device,
    ) -> Network {
        let parameters = config.parameters(input, 10);
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
        load(file.path(), config, input, device)
    }
}

fn load(path: &Path, config: &NetworkConfig, input: [usize; 3], device: &Device) -> Network {
    let weights = WeightsFile::parse(path, std::fs::read(path).unwrap()).unwrap();
    assert_eq!(weights.config().unwrap(), (config.clone(), 10));
    let mut rng = mixup_data::stream(0, mixup_data::Purpose::Weights, 0);
    weights
        .load_into(config.init(input, 10, &mut rng, device))
        .unwrap()
}
