//! The shape of a network, as an experiment file gives it.

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::{Architecture, Network, pytorch};

/// The most channels of a group of convolutions.
const MOST_CHANNELS: usize = 8192;
/// The most outputs of the first linear layer.
const MOST_HIDDEN: usize = 65_536;

/// The `[network]` table of an experiment file: which network, and how wide it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// Which network; the article's where the file does not say.
    #[serde(default)]
    pub name: Architecture,
    /// Channels of each group of convolutions, from the images on.
    pub widths: Vec<usize>,
    /// Outputs of the first linear layer, for a network that has more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<usize>,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self::article()
    }
}

/// A key whose value does not fit.
pub(crate) struct Misfit {
    pub(crate) key: &'static str,
    pub(crate) expected: String,
    pub(crate) found: String,
}

impl NetworkConfig {
    /// The article's network, which has 1,082,186 parameters for ten classes.
    pub fn article() -> Self {
        Self::published(Architecture::Cnn)
    }

    /// A network in the widths that it was published with.
    pub fn published(name: Architecture) -> Self {
        let outline = name.outline();
        Self {
            name,
            widths: outline.widths.iter().map(|&(_, width)| width).collect(),
            hidden: outline.hidden.map(|(_, outputs)| outputs),
        }
    }

    /// Whether every value is within its range and fits the network.
    ///
    /// # Errors
    /// A line that names the key, what is expected and what was found.
    pub fn check(&self) -> Result<(), String> {
        self.misfit().map_or(Ok(()), |misfit| {
            let Misfit {
                key,
                expected,
                found,
            } = misfit;
            Err(format!("{key}: expected {expected}, found {found}"))
        })
    }

    pub(crate) fn misfit(&self) -> Option<Misfit> {
        self.misfit_of_widths().or_else(|| self.misfit_of_hidden())
    }

    fn misfit_of_widths(&self) -> Option<Misfit> {
        let Self { name, widths, .. } = self;
        let misfit = |expected: String, found: String| {
            Some(Misfit {
                key: "network.widths",
                expected,
                found,
            })
        };
        let outline = name.outline();
        let count = outline.widths.len();
        if widths.len() != count {
            let expected = format!("{count} numbers for {name}");
            return misfit(expected, widths.len().to_string());
        }
        if let Some(width) = widths.iter().find(|w| !(1..=MOST_CHANNELS).contains(*w)) {
            let expected = format!("a whole number from 1 to {MOST_CHANNELS}");
            return misfit(expected, width.to_string());
        }
        if outline.widths_grow && !widths.is_sorted() {
            let expected = format!("no width below the one before it for {name}");
            return misfit(expected, format!("{widths:?}"));
        }
        None
    }

    fn misfit_of_hidden(&self) -> Option<Misfit> {
        let Self { name, hidden, .. } = self;
        let misfit = |expected: String| {
            Some(Misfit {
                key: "network.hidden",
                expected: format!("{expected} for {name}"),
                found: hidden.map_or("none".into(), |outputs| outputs.to_string()),
            })
        };
        match (name.outline().hidden, hidden) {
            (None, None) => None,
            (None, Some(_)) => misfit("no such key".into()),
            (Some(_), Some(outputs)) if (1..=MOST_HIDDEN).contains(outputs) => None,
            (Some(_), _) => misfit(format!("a whole number from 1 to {MOST_HIDDEN}")),
        }
    }

    /// The widths of a network that has `N` of them.
    pub(crate) fn widths<const N: usize>(&self) -> [usize; N] {
        let widths = self.widths.as_slice().try_into();
        widths.expect("as many as the network's outline says, which `check` compares")
    }

    /// The outputs of the first linear layer of a network that has more than one.
    pub(crate) fn hidden(&self) -> usize {
        self.hidden.expect("`check` finds where it is missing")
    }

    /// The names of the stages of feature maps, in order; see [`Network::stages`].
    pub fn stages(&self) -> &'static [&'static str] {
        self.name.outline().stages
    }

    /// Whether the network has batch normalisation; see [`Network::has_batch_norm`].
    pub fn has_batch_norm(&self) -> bool {
        Self::published(self.name)
            .parameters(1)
            .iter()
            .any(|(name, _)| pytorch::is_statistic(name))
    }

    /// Name and shape of every tensor of the network's state dictionary, as PyTorch has them, in the
    /// order of the layers. Running statistics are among them; nothing is allocated for the rest.
    ///
    /// # Panics
    /// Where [`NetworkConfig::check`] finds fault.
    pub fn parameters(&self, classes: usize) -> Vec<(String, Vec<usize>)> {
        // The CPU is always there, and shapes are the same on every device.
        pytorch::shapes(&self.layers(classes, &Device::flex()))
    }

    /// The network, none of whose weights are there yet.
    pub(crate) fn layers(&self, classes: usize, device: &Device) -> Network {
        if let Err(fault) = self.check() {
            panic!("{fault}");
        }
        self.name.layers(self, classes, device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::IntoDeserializer;
    use serde::de::value::Error;

    #[test]
    fn a_network_is_read_by_the_name_that_is_shown() {
        for &name in Architecture::ALL {
            let shown = name.to_string();
            let read = Architecture::deserialize(shown.into_deserializer());
            assert_eq!(read, Ok::<_, Error>(name));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        let resnet = NetworkConfig::published(Architecture::ResNet20);
        let cnn = NetworkConfig::article();
        let widths = |widths: &[usize], of: &NetworkConfig| NetworkConfig {
            widths: widths.to_vec(),
            ..of.clone()
        };
        let hidden = |hidden, of: &NetworkConfig| NetworkConfig {
            hidden,
            ..of.clone()
        };
        for (config, expected) in [
            (
                widths(&[16, 32], &resnet),
                "network.widths: expected 3 numbers for resnet20, found 2",
            ),
            (
                widths(&[16, 8193, 8193], &resnet),
                "network.widths: expected a whole number from 1 to 8192, found 8193",
            ),
            (
                widths(&[0, 4], &cnn),
                "network.widths: expected a whole number from 1 to 8192, found 0",
            ),
            (
                widths(&[16, 32, 31], &resnet),
                "network.widths: expected no width below the one before it for resnet20, \
                 found [16, 32, 31]",
            ),
            (
                hidden(None, &cnn),
                "network.hidden: expected a whole number from 1 to 65536 for cnn, found none",
            ),
            (
                hidden(Some(65_537), &cnn),
                "network.hidden: expected a whole number from 1 to 65536 for cnn, found 65537",
            ),
            (
                hidden(Some(256), &resnet),
                "network.hidden: expected no such key for resnet20, found 256",
            ),
        ] {
            assert_eq!(config.check(), Err(expected.into()));
        }
        let shrinking = widths(&[128, 64], &cnn);
        assert_eq!(shrinking.check(), Ok(()));
        for &name in Architecture::ALL {
            assert_eq!(NetworkConfig::published(name).check(), Ok(()));
        }
    }

    #[test]
    fn names_and_shapes_are_pytorch_s() {
        let parameters = |name| NetworkConfig::published(name).parameters(10);
        for (name, count, some) in [
            (
                Architecture::Cnn,
                12,
                [
                    ("conv11.weight", &[64, 3, 3, 3][..]),
                    ("conv22.bias", &[128]),
                    ("fc1.weight", &[256, 3200]),
                    ("fc2.weight", &[10, 256]),
                ],
            ),
            (
                Architecture::CnnBn,
                4 + 4 * 4 + 4,
                [
                    ("conv12.weight", &[64, 64, 3, 3][..]),
                    ("bn12.weight", &[64]),
                    ("bn22.running_var", &[128]),
                    ("fc1.bias", &[256]),
                ],
            ),
            (
                Architecture::ResNet20,
                19 + 19 * 4 + 2,
                [
                    ("bn1.running_mean", &[16][..]),
                    ("layer2.0.conv1.weight", &[32, 16, 3, 3]),
                    ("layer3.2.bn2.bias", &[64]),
                    ("linear.weight", &[10, 64]),
                ],
            ),
            (
                Architecture::PreActResNet18,
                17 + 17 * 4 + 3 + 2,
                [
                    ("layer1.0.bn1.weight", &[64][..]),
                    ("layer2.0.shortcut.0.weight", &[128, 64, 1, 1]),
                    ("layer4.1.conv2.weight", &[512, 512, 3, 3]),
                    ("linear.bias", &[10]),
                ],
            ),
        ] {
            let parameters = parameters(name);
            assert_eq!(parameters.len(), count, "{name}");
            for (name, shape) in some {
                assert!(parameters.contains(&(name.into(), shape.into())), "{name}");
            }
        }
    }

    #[test]
    fn shapes_need_no_memory_for_weights() {
        let widest = NetworkConfig {
            name: Architecture::PreActResNet18,
            widths: vec![MOST_CHANNELS; 4],
            hidden: None,
        };
        let values: usize = widest
            .parameters(usize::MAX >> 20)
            .iter()
            .map(|(_, shape)| shape[0])
            .sum();
        assert!(values > 1 << 40);
    }
}
