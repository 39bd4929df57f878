//! The `[network]` table: which network, from which weights it starts, and which of its stages are not trained.

use std::ops::Deref;

use mixup_model::{Architecture, NetworkConfig};
use serde::{Deserialize, Serialize};

use super::setting_error::SettingError;

/// The `[network]` table. It is read like the [`NetworkConfig`] in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Keys", into = "Keys")]
pub struct NetworkTable {
    /// Which network, and how wide it is.
    pub config: NetworkConfig,
    /// The weights file, or the run folder, from whose weights training starts. `None` draws all weights.
    pub start: Option<String>,
    /// The names of the first stages, which are not trained. Their norms use their running statistics and keep them.
    pub frozen: Vec<String>,
}

impl NetworkTable {
    /// Requires the network's values to be within their ranges, and the frozen stages to be its first ones.
    ///
    /// # Errors
    /// [`SettingError`].
    pub(super) fn check(&self) -> Result<(), SettingError> {
        let network = self.config.check();
        network.map_err(|error| SettingError::new(error.key, error.expected, error.found))?;
        if self.start.as_deref() == Some("") {
            let expected = "the path of a weights file or of a run folder";
            return Err(SettingError::new(
                "network.start",
                expected,
                "an empty text",
            ));
        }
        let stages = self.config.stages();
        let first = stages.get(..self.frozen.len());
        if first.is_none_or(|first| *first != self.frozen[..]) {
            let expected = format!(
                "the first stages of {} in their order, such as [{:?}]; all are {}",
                self.config.name,
                stages[0],
                stages.join(", ")
            );
            let found = format!("{:?}", self.frozen);
            return Err(SettingError::new("network.frozen", expected, found));
        }
        Ok(())
    }
}

impl Deref for NetworkTable {
    type Target = NetworkConfig;

    fn deref(&self) -> &NetworkConfig {
        &self.config
    }
}

impl From<NetworkConfig> for NetworkTable {
    fn from(config: NetworkConfig) -> Self {
        Self {
            config,
            start: None,
            frozen: vec![],
        }
    }
}

/// The table as the file has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    name: Architecture,
    widths: Vec<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hidden: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    frozen: Vec<String>,
}

impl From<Keys> for NetworkTable {
    fn from(keys: Keys) -> Self {
        let Keys {
            name,
            widths,
            hidden,
            start,
            frozen,
        } = keys;
        Self {
            config: NetworkConfig {
                name,
                widths,
                hidden,
            },
            start,
            frozen,
        }
    }
}

impl From<NetworkTable> for Keys {
    fn from(table: NetworkTable) -> Self {
        let NetworkTable {
            config:
                NetworkConfig {
                    name,
                    widths,
                    hidden,
                },
            start,
            frozen,
        } = table;
        Self {
            name,
            widths,
            hidden,
            start,
            frozen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Result<(), String> {
        let table: NetworkTable = toml::from_str(text).unwrap();
        table.check().map_err(|error| error.to_string())
    }

    #[test]
    fn keys_that_change_nothing_are_not_written() {
        let table = NetworkTable::from(NetworkConfig::article());
        let text = toml::to_string(&table).unwrap();
        assert_eq!(text, "name = \"cnn\"\nwidths = [64, 128]\nhidden = 256\n");
    }

    #[test]
    fn every_key_is_read_back() {
        let table = NetworkTable {
            start: Some("runs/a/model.safetensors".into()),
            frozen: vec!["conv11".into()],
            ..NetworkConfig::article().into()
        };
        let text = toml::to_string(&table).unwrap();
        assert_eq!(toml::from_str::<NetworkTable>(&text).unwrap(), table);
        assert!(toml::from_str::<NetworkTable>("widths = [1, 1]\nfreeze = []").is_err());
    }

    #[test]
    fn frozen_stages_are_the_first_ones() {
        let resnet = |frozen| {
            let network = "name = \"resnet18\"\nwidths = [64, 128, 256, 512]";
            checked(&format!("{network}\nfrozen = {frozen}"))
        };
        for fine in [
            "[]",
            "['stem']",
            "['stem', 'layer1']",
            "['stem', 'layer1', 'layer2', 'layer3', 'layer4']",
        ] {
            assert_eq!(resnet(fine), Ok(()), "{fine}");
        }
        for wrong in [
            "['layer1']",
            "['layer1', 'stem']",
            "['fc']",
            "['stem', 'stem']",
            "['stem', 'layer1', 'layer2', 'layer3', 'layer4', 'fc']",
        ] {
            let error = resnet(wrong).unwrap_err();
            assert!(
                error.starts_with("network.frozen: expected the first stages of resnet18"),
                "{error}"
            );
        }
    }
}
