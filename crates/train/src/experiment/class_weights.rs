//! The key `class_weights` of the `[loss]` table.

use mixup_data::class_counts;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use toml::Value;

use super::range::within;
use super::setting_error::SettingError;

/// The word for weights by the counts of the classes.
const BALANCED: &str = "balanced";
/// What the key takes.
const EXPECTED: &str = "\"balanced\" or a list with one number for each class";

/// How much each class counts in the training loss.
#[derive(Clone, Debug, PartialEq)]
pub enum ClassWeights {
    /// Each class counts as much as any other: images / (classes × images of the class).
    ///
    /// # Source
    /// `compute_class_weight("balanced")` of scikit-learn, after King and Zeng, 2001.
    Balanced,
    /// A number for each class.
    Each(Vec<f64>),
}

impl ClassWeights {
    /// Requires numbers from 0 to 1000, one of them above 0.
    ///
    /// # Errors
    /// [`SettingError`].
    pub(super) fn check(&self) -> Result<(), SettingError> {
        let Self::Each(weights) = self else {
            return Ok(());
        };
        const KEY: &str = "loss.class_weights";
        for &weight in weights {
            within(KEY, weight, "numbers from 0 to 1000", |weight| {
                (0.0..=1000.0).contains(&weight)
            })?;
        }
        if weights.iter().all(|&weight| weight == 0.0) {
            let found = format!("{weights:?}");
            return Err(SettingError::new(
                KEY,
                "a number above 0 for at least one class",
                found,
            ));
        }
        Ok(())
    }

    /// The weight of each of `classes` classes, for training images with these `labels`. A class without images gets 0
    /// if it is the counts that decide.
    ///
    /// # Panics
    /// If a label is not below `classes`.
    pub fn of(&self, labels: &[u16], classes: usize) -> Vec<f64> {
        match self {
            Self::Each(weights) => weights.clone(),
            Self::Balanced => {
                let weight = |count: usize| match count {
                    0 => 0.0,
                    count => labels.len() as f64 / (classes * count) as f64,
                };
                class_counts(labels, classes)
                    .into_iter()
                    .map(weight)
                    .collect()
            }
        }
    }
}

impl Serialize for ClassWeights {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Balanced => serializer.serialize_str(BALANCED),
            Self::Each(weights) => weights.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ClassWeights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = |value: &Value| match value {
            Value::Float(number) => Some(*number),
            Value::Integer(number) => Some(*number as f64),
            _ => None,
        };
        let weights = match &value {
            Value::String(word) if word == BALANCED => return Ok(Self::Balanced),
            Value::Array(weights) if !weights.is_empty() => weights.iter().map(number).collect(),
            _ => None,
        };
        let refuse = || D::Error::custom(format!("expected {EXPECTED}, found {value}"));
        weights.map(Self::Each).ok_or_else(refuse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ClassWeights, String> {
        let table: toml::Table = toml::from_str(&format!("weights = {text}")).unwrap();
        let weights = table["weights"].clone().try_into::<ClassWeights>();
        weights.map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_word_and_a_list_are_read_back() {
        for (text, expected) in [
            ("\"balanced\"", ClassWeights::Balanced),
            ("[1, 2.5, 0]", ClassWeights::Each(vec![1.0, 2.5, 0.0])),
        ] {
            let found = read(text).unwrap();
            assert_eq!(found, expected);
            let again = Value::try_from(&found).unwrap().try_into::<ClassWeights>();
            assert_eq!(again.unwrap(), found);
        }
        for wrong in ["\"equal\"", "3", "[]", "[\"a\"]"] {
            let error = read(wrong).unwrap_err();
            assert!(
                error.starts_with("expected \"balanced\" or a list"),
                "{error}"
            );
        }
    }

    /// The figures are those of scikit-learn 1.9 for `[0, 0, 0, 1, 1, 2]`.
    #[test]
    fn balanced_weights_are_those_of_scikit_learn() {
        let found = ClassWeights::Balanced.of(&[0, 0, 0, 1, 1, 2], 3);
        let expected = [2.0 / 3.0, 1.0, 2.0];
        assert!(
            found
                .iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < 1e-12),
            "{found:?}"
        );
        assert_eq!(
            ClassWeights::Balanced.of(&[0, 0, 2, 2], 3),
            [2.0 / 3.0, 0.0, 2.0 / 3.0]
        );
    }

    #[test]
    fn weights_are_numbers_from_0_to_1000_and_not_all_0() {
        let check = |weights: &[f64]| ClassWeights::Each(weights.to_vec()).check();
        assert!(check(&[0.0, 1000.0]).is_ok());
        for wrong in [&[0.0, 0.0][..], &[-1.0, 1.0], &[1001.0], &[f64::NAN]] {
            assert!(check(wrong).is_err(), "{wrong:?}");
        }
    }
}
