//! The `[mixing]` and `[labels]` tables: how training images are mixed, and what is done to their labels.

use mixup_data::{
    Assignment, Choice, DataError, LambdaPer, Method, Mixing, Partner, PixelMethod, Selection,
    Stages, Targets,
};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::range::{share, within};
use super::setting_error::{SettingError, in_table};

/// The `[mixing]` table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixingTable {
    /// How two images become one: one way, or several, of which one is drawn for each image or batch.
    #[serde(default)]
    pub method: Methods,
    /// With several methods, how often each is drawn in comparison with the others; equally often by default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub method_weights: Vec<u32>,
    /// With several methods, what one of them is drawn for; each image by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method_per: Option<LambdaPer>,
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
    /// With a factor, images are trained on as they are, and mixed as well: this factor times the loss of the mixed ones
    /// is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regmixup: Option<f64>,
    /// For pointmixup: which points are mixed with each other; by the optimal assignment if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Assignment>,
    /// For manifold mixup: what is mixed, one of these a batch: `input` for the images, or the name of a
    /// stage of the network for what comes out of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<String>,
}

/// The ways of mixing that an experiment names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Methods {
    /// One for all images.
    One(MethodName),
    /// One of these for each image or batch.
    Several(Vec<MethodName>),
}

impl<'de> Deserialize<'de> for Methods {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::Array(names) => {
                let names = names.into_iter().map(MethodName::deserialize);
                let names = names.collect::<Result<_, _>>();
                names.map(Self::Several)
            }
            name => MethodName::deserialize(name).map(Self::One),
        }
        .map_err(|error| D::Error::custom(error.message()))
    }
}

impl Methods {
    /// As in an experiment file: a name, or a list of names.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::One(name) => format!("{:?}", name.as_str()),
            Self::Several(names) => {
                let names: Vec<_> = names.iter().map(|name| name.as_str()).collect();
                format!("{names:?}")
            }
        }
    }
}

impl Default for Methods {
    fn default() -> Self {
        Self::One(MethodName::default())
    }
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
    /// [`Method::ResizeMix`].
    ResizeMix,
    /// [`Method::Manifold`].
    Manifold,
    /// [`Method::PointMixup`].
    PointMixup,
    /// [`Method::PointCutMix`].
    #[serde(rename = "point-cutmix")]
    PointCutMix,
}

impl MethodName {
    /// The word for it in an experiment file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Mixup => "mixup",
            Self::CutMix => "cutmix",
            Self::ResizeMix => "resizemix",
            Self::Manifold => "manifold",
            Self::PointMixup => "pointmixup",
            Self::PointCutMix => "point-cutmix",
        }
    }
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
            method: Methods::default(),
            method_weights: vec![],
            method_per: None,
            regmixup: None,
            alpha: 0.0,
            every: None,
            probability: Some(1.0),
            lambda: LambdaPer::default(),
            folded: false,
            partner: Partner::default(),
            targets: Targets::default(),
            off_for_last: 0,
            assignment: None,
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
        mixing.with_clean = self.with_clean(&mixing.method)?;
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
        let plain = match &self.method {
            Methods::One(MethodName::Mixup) => Method::Mixup,
            Methods::One(MethodName::CutMix) => Method::CutMix,
            Methods::One(MethodName::ResizeMix) => Method::ResizeMix,
            Methods::One(MethodName::Manifold) => Method::Manifold(self.stages(stages)?),
            Methods::One(MethodName::PointMixup) => {
                Method::PointMixup(self.assignment.unwrap_or_default())
            }
            Methods::One(MethodName::PointCutMix) => Method::PointCutMix,
            Methods::Several(names) => Method::OneOf(self.choice(names)?),
        };
        let is_several = matches!(plain, Method::OneOf(_));
        for (key, is_set) in [
            ("mixing.method_weights", !self.method_weights.is_empty()),
            ("mixing.method_per", self.method_per.is_some()),
        ] {
            if is_set && !is_several {
                let expected = "no such key unless method is a list";
                return Err(SettingError::new(key, expected, "one method"));
            }
        }
        if let (Some(assignment), false) = (self.assignment, matches!(plain, Method::PointMixup(_)))
        {
            let expected = "no such key unless method is \"pointmixup\"";
            let found = format!("{assignment:?}").to_lowercase();
            return Err(SettingError::new(
                "mixing.assignment",
                expected,
                format!("{found:?}"),
            ));
        }
        if matches!(plain, Method::Manifold(_)) {
            return Ok(plain);
        }
        match self.layers.first() {
            None => Ok(plain),
            Some(layer) => Err(SettingError::new(
                LAYERS,
                "no such key unless method is \"manifold\"",
                format!("{layer:?}"),
            )),
        }
    }

    /// The factor of the mixed images' loss.
    fn with_clean(&self, method: &Method) -> Result<Option<f64>, SettingError> {
        let Some(factor) = self.regmixup else {
            return Ok(None);
        };
        const KEY: &str = "mixing.regmixup";
        if matches!(method, Method::Manifold(_)) {
            let expected = "no such key for method \"manifold\"";
            return Err(SettingError::new(KEY, expected, factor.to_string()));
        }
        let all = self.every == Some(1) || self.probability == Some(1.0);
        if !all && self.alpha != 0.0 {
            let expected =
                "no such key unless every image is mixed, by every = 1 or probability = 1.0";
            return Err(SettingError::new(KEY, expected, factor.to_string()));
        }
        within(KEY, factor, "a number above 0, up to 1000", |factor| {
            factor > 0.0 && factor <= 1000.0
        })?;
        Ok(Some(factor))
    }

    /// The choice among several methods.
    fn choice(&self, names: &[MethodName]) -> Result<Choice, SettingError> {
        const KEY: &str = "mixing.method";
        let method = |name: &MethodName| match name {
            MethodName::Mixup => Ok(PixelMethod::Mixup),
            MethodName::CutMix => Ok(PixelMethod::CutMix),
            MethodName::ResizeMix => Ok(PixelMethod::ResizeMix),
            other => Err(SettingError::new(
                KEY,
                "methods that mix pixels in a list",
                format!("{:?}", other.as_str()),
            )),
        };
        let methods: Vec<PixelMethod> = names.iter().map(method).collect::<Result<_, _>>()?;
        let is_twice = |(at, name): (usize, &MethodName)| names[..at].contains(name);
        if methods.len() < 2 || names.iter().enumerate().any(is_twice) {
            let found = self.method.in_words().replace('"', "");
            return Err(SettingError::new(
                KEY,
                "at least two methods, each once",
                found,
            ));
        }
        let weights = match self.method_weights.is_empty() {
            true => vec![1; methods.len()],
            false => self.method_weights.clone(),
        };
        let per = self.method_per.unwrap_or_default();
        Choice::new(methods, &weights, per).map_err(refused)
    }

    fn stages(&self, stages: &[&str]) -> Result<Stages, SettingError> {
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
        Stages::new(mixed).map_err(refused)
    }
}

/// The settings error of what the mixing itself refuses.
fn refused(error: DataError) -> SettingError {
    in_table("mixing", error)
}

#[cfg(test)]
mod tests;
