//! The `[mixing]` and `[labels]` tables: how training images are mixed, and what is done to their labels.

use mixup_data::{DataError, LambdaPer, Method, Mixing, Partner, Selection, Stages, Targets};
use serde::{Deserialize, Serialize};

use super::range::share;
use super::setting_error::SettingError;

/// The `[mixing]` table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixingTable {
    /// How two images become one.
    #[serde(default)]
    pub method: MethodName,
    /// λ ~ Beta(alpha, alpha); 0 mixes nothing.
    pub alpha: f64,
    /// Mix the images whose index is a multiple of this, image 0 excluded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<usize>,
    /// Mix each image with this probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What one draw of λ is for.
    #[serde(default)]
    pub lambda: LambdaPer,
    /// Whether λ is max(λ, 1 − λ).
    #[serde(default)]
    pub folded: bool,
    /// Among which images a partner is drawn.
    #[serde(default)]
    pub partner: Partner,
    /// What the network is told about a mixed image.
    #[serde(default)]
    pub targets: Targets,
    /// Epochs at the end of the training that mix nothing.
    #[serde(default)]
    pub off_for_last: usize,
    /// For manifold mixup: what is mixed, one of these a batch: `input` for the images, or the name of a
    /// stage of the network for what comes out of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<String>,
}

/// The names of [`Method`] in an experiment file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MethodName {
    /// [`Method::Mixup`].
    #[default]
    Mixup,
    /// [`Method::CutMix`].
    CutMix,
    /// [`Method::Manifold`].
    Manifold,
}

/// The `[labels]` table: what is done to the labels of training images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// Label smoothing s: a target y becomes (1 − s) y + s / classes.
    #[serde(default)]
    pub smoothing: f64,
    /// The share of training labels that random ones replace, before the first epoch.
    #[serde(default)]
    pub corrupted: f64,
}

impl Labels {
    /// Requires both shares to be from 0 to 1.
    ///
    /// # Errors
    /// [`SettingError`].
    pub(super) fn check(self) -> Result<(), SettingError> {
        share("labels.smoothing", self.smoothing)?;
        share("labels.corrupted", self.corrupted)
    }
}

/// The key of the layers that manifold mixup mixes.
const LAYERS: &str = "mixing.layers";

/// The name of the images in `layers`.
const INPUT: &str = "input";

impl MixingTable {
    /// The table that mixes nothing.
    pub(crate) fn nothing() -> Self {
        Self {
            method: MethodName::default(),
            alpha: 0.0,
            every: None,
            probability: Some(1.0),
            lambda: LambdaPer::default(),
            folded: false,
            partner: Partner::default(),
            targets: Targets::default(),
            off_for_last: 0,
            layers: vec![],
        }
    }

    /// The mixing of a training of `epochs` epochs in batches of `batch_size`, for a network with these
    /// stages.
    ///
    /// # Errors
    /// [`SettingError`].
    pub(super) fn mixing(
        &self,
        epochs: usize,
        batch_size: usize,
        stages: &[&str],
    ) -> Result<Mixing, SettingError> {
        if self.alpha != 0.0 && self.off_for_last >= epochs {
            let expected = format!("fewer than the {epochs} epochs");
            let found = self.off_for_last.to_string();
            return Err(SettingError::new("mixing.off_for_last", expected, found));
        }
        if self.alpha != 0.0 && self.partner == Partner::Batch && batch_size == 1 {
            let expected = "\"set\" for a batch_size of 1";
            return Err(SettingError::new("mixing.partner", expected, "\"batch\""));
        }
        let mut mixing = Mixing::new(self.alpha, self.selection()?).map_err(refused)?;
        mixing.method = self.method(stages)?;
        mixing.lambda_per = self.lambda;
        mixing.folded = self.folded;
        mixing.partner = self.partner;
        mixing.targets = self.targets;
        if self.off_for_last > 0 {
            mixing.last_epoch = Some(epochs.saturating_sub(self.off_for_last) as u64);
        }
        Ok(mixing)
    }

    fn selection(&self) -> Result<Selection, SettingError> {
        let refused = |found: &str| {
            let expected = "one of the keys every and probability";
            Err(SettingError::new("mixing", expected, found))
        };
        match (self.every, self.probability) {
            (Some(step), None) => Ok(Selection::Every(step)),
            (None, Some(probability)) => Ok(Selection::Probability(probability)),
            (None, None) => refused("neither"),
            (Some(_), Some(_)) => refused("both"),
        }
    }

    fn method(&self, stages: &[&str]) -> Result<Method, SettingError> {
        let plain = match self.method {
            MethodName::Mixup => Method::Mixup,
            MethodName::CutMix => Method::CutMix,
            MethodName::Manifold => return self.manifold(stages),
        };
        match self.layers.first() {
            None => Ok(plain),
            Some(layer) => Err(SettingError::new(
                LAYERS,
                "no such key unless method is \"manifold\"",
                format!("{layer:?}"),
            )),
        }
    }

    fn manifold(&self, stages: &[&str]) -> Result<Method, SettingError> {
        if self.partner == Partner::Set {
            let expected = "\"batch\" for method \"manifold\"";
            return Err(SettingError::new("mixing.partner", expected, "\"set\""));
        }
        // The output of the last stage goes to the classifier, which is no stage.
        let known: Vec<&str> = [INPUT]
            .into_iter()
            .chain(stages[..stages.len().saturating_sub(1)].iter().copied())
            .collect();
        let expected = format!("some of {}", known.join(", "));
        if self.layers.is_empty() {
            let expected = format!("{expected} for method \"manifold\"");
            return Err(SettingError::new(LAYERS, expected, "none"));
        }
        let stage = |layer: &String| {
            let position = known.iter().position(|name| name == layer);
            position.ok_or_else(|| SettingError::new(LAYERS, &expected, format!("{layer:?}")))
        };
        let mut mixed: Vec<usize> = self.layers.iter().map(stage).collect::<Result<_, _>>()?;
        mixed.sort_unstable();
        if mixed.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(SettingError::new(LAYERS, "each layer once", "one twice"));
        }
        let stages = Stages::new(mixed).map_err(refused)?;
        Ok(Method::Manifold(stages))
    }
}

/// The settings error of what the mixing itself refuses.
fn refused(error: DataError) -> SettingError {
    match error {
        DataError::Setting {
            setting,
            expected,
            found,
        } => SettingError::new(format!("mixing.{setting}"), expected, found),
        other => SettingError::new("mixing", "a mixing", other.to_string()),
    }
}

#[cfg(test)]
mod tests;
