//! A network that starts from the weights of another one with other classes.

use super::WeightsFile;
use crate::{ModelError, Network, NetworkConfig, pytorch};

/// What a network takes from a weights file to start from, by the names of the tensors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartTensors {
    /// The tensors that are taken, running statistics included.
    pub taken: Vec<String>,
    /// Those of the layer of classes, if it keeps the values that were drawn for it.
    pub drawn: Vec<String>,
    /// The number of classes in the file. `None` if it has no layer of classes.
    pub classes: Option<usize>,
}

impl WeightsFile {
    /// What a network of `config` for images of `input` (channels, height, width) and `classes` classes takes from
    /// this file to start from: all tensors, or all but those of the layer of classes if the file has another number
    /// of classes or no such layer.
    ///
    /// # Errors
    /// [`ModelError::Mismatch`] if the file belongs to another network, lacks one of the other tensors, has one in
    /// another shape or type, or has one more, or if a value is not finite or a variance negative. It may have PyTorch's
    /// counts of batches.
    ///
    /// # Panics
    /// If [`NetworkConfig::check`] or [`NetworkConfig::check_input`] fails.
    pub fn start_tensors(
        &self,
        config: &NetworkConfig,
        input: [usize; 3],
        classes: usize,
    ) -> Result<StartTensors, ModelError> {
        let parameters = config.parameters(input, classes);
        let fits = self.check_start(config, &parameters);
        let tensors = fits.map_err(|fault| self.other_network(config).unwrap_or(fault))?;
        for name in &tensors.taken {
            self.values(name)?;
        }
        Ok(tensors)
    }

    /// `network`, whose configuration is `config`, with the tensors of this file that
    /// [`start_tensors`](Self::start_tensors) names.
    ///
    /// # Errors
    /// [`ModelError::Mismatch`] as for [`start_tensors`](Self::start_tensors).
    pub fn start(&self, config: &NetworkConfig, network: Network) -> Result<Network, ModelError> {
        let fits = self.check_start(config, &pytorch::shapes(&network));
        let tensors = fits.map_err(|fault| self.other_network(config).unwrap_or(fault))?;
        self.with_tensors(network, tensors.taken)
    }

    fn check_start(
        &self,
        config: &NetworkConfig,
        parameters: &[(String, Vec<usize>)],
    ) -> Result<StartTensors, ModelError> {
        let layer = config.name.class_layer();
        let is_of_classes = |name: &str| {
            name.strip_prefix(layer)
                .is_some_and(|rest| rest.starts_with('.'))
        };
        let (last, body): (Vec<_>, Vec<_>) = parameters
            .iter()
            .cloned()
            .partition(|(name, _)| is_of_classes(name));
        self.check_tensors(&body)?;
        self.check_no_more(parameters)?;
        let found = self.tensors.get(config.name.info().classes);
        let classes = found.and_then(|info| info.shape.first().copied());
        let expected = last.first().and_then(|(_, shape)| shape.first().copied());
        let names = |tensors: Vec<(String, Vec<usize>)>| tensors.into_iter().map(|(name, _)| name);
        if classes.is_some() && classes == expected {
            self.check_tensors(&last)?;
            return Ok(StartTensors {
                taken: parameters.iter().map(|(name, _)| name.clone()).collect(),
                drawn: vec![],
                classes,
            });
        }
        Ok(StartTensors {
            taken: names(body).collect(),
            drawn: names(last).collect(),
            classes,
        })
    }

    /// The fault of a file that is whole and belongs to a network of another configuration than `config`.
    fn other_network(&self, config: &NetworkConfig) -> Option<ModelError> {
        let (found, _) = self.config().ok()?;
        let words = |config: &NetworkConfig| match config.hidden {
            Some(hidden) => format!(
                "{} with widths {:?} and hidden {hidden}",
                config.name, config.widths
            ),
            None => format!("{} with widths {:?}", config.name, config.widths),
        };
        (found != *config).then(|| self.mismatch(words(config), words(&found)))
    }
}

#[cfg(test)]
mod tests;
