//! The `[mixing]` and `[labels]` tables: how training images are mixed, and what is done to their labels.

use mixup_data::{LambdaPer, Method, Mixing, Partner, Selection, Stages, Targets};
use serde::{Deserialize, Serialize};

use super::range::share;

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
    /// # Errors
    /// A line that names the key, what is allowed and what was found.
    pub(crate) fn check(self) -> Result<(), String> {
        share("labels.smoothing", self.smoothing)?;
        share("labels.corrupted", self.corrupted)
    }
}

/// The name of the images in `layers`.
const INPUT: &str = "input";

impl MixingTable {
    /// The mixing of a training of `epochs` epochs in batches of `batch_size`, for a network with these
    /// stages.
    ///
    /// # Errors
    /// A line that names the key, what is allowed and what was found.
    pub(crate) fn mixing(
        &self,
        epochs: usize,
        batch_size: usize,
        stages: &[&str],
    ) -> Result<Mixing, String> {
        if self.alpha != 0.0 && self.off_for_last >= epochs {
            return Err(format!(
                "mixing.off_for_last: expected fewer than the {epochs} epochs, found {}",
                self.off_for_last
            ));
        }
        if self.alpha != 0.0 && self.partner == Partner::Batch && batch_size == 1 {
            return Err(
                "mixing.partner: expected \"set\" for a batch_size of 1, found \"batch\"".into(),
            );
        }
        let mut mixing = Mixing::new(self.alpha, self.selection()?)
            .map_err(|error| format!("mixing.{error}"))?;
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

    fn selection(&self) -> Result<Selection, String> {
        let expected = "mixing: expected one of the keys every and probability, found";
        match (self.every, self.probability) {
            (Some(step), None) => Ok(Selection::Every(step)),
            (None, Some(probability)) => Ok(Selection::Probability(probability)),
            (None, None) => Err(format!("{expected} neither")),
            (Some(_), Some(_)) => Err(format!("{expected} both")),
        }
    }

    fn method(&self, stages: &[&str]) -> Result<Method, String> {
        if self.method != MethodName::Manifold {
            if let Some(layer) = self.layers.first() {
                return Err(format!(
                    "mixing.layers: expected no such key unless method is \"manifold\", found {layer:?}"
                ));
            }
            return Ok(match self.method {
                MethodName::CutMix => Method::CutMix,
                MethodName::Mixup | MethodName::Manifold => Method::Mixup,
            });
        }
        if self.partner == Partner::Set {
            return Err(
                "mixing.partner: expected \"batch\" for method \"manifold\", found \"set\"".into(),
            );
        }
        // What comes out of the last stage goes to the classifier, which no stage follows.
        let known: Vec<&str> = [INPUT]
            .into_iter()
            .chain(stages[..stages.len().saturating_sub(1)].iter().copied())
            .collect();
        let expected = known.join(", ");
        if self.layers.is_empty() {
            return Err(format!(
                "mixing.layers: expected some of {expected} for method \"manifold\", found none"
            ));
        }
        let place = |layer: &String| {
            known.iter().position(|name| name == layer).ok_or_else(|| {
                format!("mixing.layers: expected some of {expected}, found {layer:?}")
            })
        };
        let mut places: Vec<usize> = self.layers.iter().map(place).collect::<Result<_, _>>()?;
        places.sort_unstable();
        if places.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("mixing.layers: expected each layer once, found one twice".into());
        }
        Stages::new(places)
            .map(Method::Manifold)
            .map_err(|error| format!("mixing.{error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: [&str; 3] = ["stem", "layer1", "layer2"];

    fn mixing(table: &str) -> Result<Mixing, String> {
        let table: MixingTable = toml::from_str(table).unwrap();
        table.mixing(10, 8, &STAGES)
    }

    #[test]
    fn what_the_table_does_not_say_is_the_article_s_mixup() {
        let found = mixing("alpha = 0.2\nevery = 5").unwrap();
        assert_eq!(found, Mixing::new(0.2, Selection::Every(5)).unwrap());
    }

    #[test]
    fn every_key_comes_through() {
        let found = mixing(
            "method = \"cutmix\"\nalpha = 1.0\nprobability = 0.5\nlambda = \"batch\"\nfolded = true\n\
             partner = \"batch\"\ntargets = \"as-printed\"\noff_for_last = 3",
        );
        let mut expected = Mixing::new(1.0, Selection::Probability(0.5)).unwrap();
        expected.method = Method::CutMix;
        expected.lambda_per = LambdaPer::Batch;
        expected.folded = true;
        expected.partner = Partner::Batch;
        expected.targets = Targets::AsPrinted;
        expected.last_epoch = Some(7);
        assert_eq!(found.unwrap(), expected);
    }

    #[test]
    fn what_would_mix_nothing_unseen_is_refused() {
        let never = mixing("alpha = 1.0\nevery = 1\noff_for_last = 10").unwrap_err();
        assert_eq!(
            never,
            "mixing.off_for_last: expected fewer than the 10 epochs, found 10"
        );
        let off = mixing("alpha = 0.0\nevery = 1\noff_for_last = 10").unwrap();
        assert_eq!(off.last_epoch, Some(0));
        let table = "alpha = 1.0\nevery = 1\npartner = \"batch\"";
        let table: MixingTable = toml::from_str(table).unwrap();
        let alone = table.mixing(10, 1, &STAGES).unwrap_err();
        assert!(
            alone.starts_with("mixing.partner: expected \"set\""),
            "{alone}"
        );
    }

    #[test]
    fn layers_are_what_enters_the_next_stage() {
        let manifold = |layers: &str| {
            mixing(&format!(
                "method = \"manifold\"\nalpha = 2.0\nevery = 1\npartner = \"batch\"\n{layers}"
            ))
        };
        let found = manifold("layers = [\"layer1\", \"input\"]").unwrap();
        assert_eq!(
            found.method,
            Method::Manifold(Stages::new(vec![0, 2]).unwrap())
        );
        for (layers, message) in [
            ("", "expected some of input, stem, layer1 for method"),
            (
                "layers = [\"layer2\"]",
                "expected some of input, stem, layer1, found \"layer2\"",
            ),
            ("layers = [\"stem\", \"stem\"]", "expected each layer once"),
        ] {
            let error = manifold(layers).unwrap_err();
            assert!(error.contains(message), "{error}");
        }
        let error = mixing("alpha = 1.0\nevery = 1\nlayers = [\"input\"]").unwrap_err();
        assert!(error.contains("unless method is \"manifold\""), "{error}");
        let whole_set = "method = \"manifold\"\nalpha = 1.0\nevery = 1\nlayers = [\"input\"]";
        let error = mixing(whole_set).unwrap_err();
        assert!(
            error.starts_with("mixing.partner: expected \"batch\""),
            "{error}"
        );
    }
}
