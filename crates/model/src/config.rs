//! The size of a network, as an experiment file states it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Architecture;

/// The largest number of channels of a convolution.
const MAX_CHANNELS: usize = 8192;
/// The largest number of outputs of the first linear layer.
const MAX_HIDDEN: usize = 65_536;

/// The `[network]` table of an experiment file: which network, and how wide it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// Which network; the article's if the file does not say.
    #[serde(default)]
    pub name: Architecture,
    /// Channels of each group of convolutions, from input to output.
    pub widths: Vec<usize>,
    /// Outputs of the first linear layer, for a network with more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<usize>,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self::article()
    }
}

/// A setting that does not fit the network. Its text is `key: expected …, found …`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{key}: expected {expected}, found {found}")]
pub struct InvalidSetting {
    /// The dotted key of an experiment file, such as `network.widths`.
    pub key: &'static str,
    /// What is allowed.
    pub expected: String,
    /// What was given.
    pub found: String,
}

impl NetworkConfig {
    /// The article's network, which has 1,082,186 parameters for ten classes.
    pub fn article() -> Self {
        Self::published(Architecture::Cnn)
    }

    /// A network with its published widths.
    pub fn published(name: Architecture) -> Self {
        let info = name.info();
        Self {
            name,
            widths: info.widths.iter().map(|&(_, width)| width).collect(),
            hidden: info.hidden.map(|(_, outputs)| outputs),
        }
    }

    /// Checks that every value is within its range and fits the network.
    ///
    /// # Errors
    /// [`InvalidSetting`] of the first that is not.
    pub fn check(&self) -> Result<(), InvalidSetting> {
        self.check_widths()?;
        self.check_hidden()
    }

    fn check_widths(&self) -> Result<(), InvalidSetting> {
        let Self { name, widths, .. } = self;
        let invalid = |expected: String, found: String| {
            Err(InvalidSetting {
                key: "network.widths",
                expected,
                found,
            })
        };
        let info = name.info();
        let count = info.widths.len();
        if widths.len() != count {
            let expected = format!("{count} numbers for {name}");
            return invalid(expected, widths.len().to_string());
        }
        if let Some(width) = widths.iter().find(|w| !(1..=MAX_CHANNELS).contains(*w)) {
            let expected = format!("a whole number from 1 to {MAX_CHANNELS}");
            return invalid(expected, width.to_string());
        }
        if info.widths_grow && !widths.is_sorted() {
            let expected = format!("no width below the one before it for {name}");
            return invalid(expected, format!("{widths:?}"));
        }
        Ok(())
    }

    fn check_hidden(&self) -> Result<(), InvalidSetting> {
        let Self { name, hidden, .. } = self;
        let invalid = |expected: String| {
            Err(InvalidSetting {
                key: "network.hidden",
                expected: format!("{expected} for {name}"),
                found: hidden.map_or("none".into(), |outputs| outputs.to_string()),
            })
        };
        match (name.info().hidden, hidden) {
            (None, None) => Ok(()),
            (None, Some(_)) => invalid("no such key".into()),
            (Some(_), Some(outputs)) if (1..=MAX_HIDDEN).contains(outputs) => Ok(()),
            (Some(_), _) => invalid(format!("a whole number from 1 to {MAX_HIDDEN}")),
        }
    }

    /// The names of the network's stages, in order; see [`Network::stages`](crate::Network::stages).
    pub fn stages(&self) -> &'static [&'static str] {
        self.name.info().stages
    }
}

#[cfg(test)]
mod tests;
