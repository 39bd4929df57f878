//! The key `normalisation`: the constants that pixels are normalised with.

use std::fmt;

use mixup_data::Normalisation;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// How pixels are normalised: `"auto"`, or a table with the constants.
#[derive(Clone, Debug, PartialEq)]
pub enum PixelNormalisation {
    /// By mean and deviation of the training images.
    Auto,
    /// By these constants.
    By(Normalisation),
}

impl PixelNormalisation {
    /// The constants for a set whose own ones are `own`.
    pub fn constants<'a>(&'a self, own: &'a Normalisation) -> &'a Normalisation {
        match self {
            Self::Auto => own,
            Self::By(constants) => constants,
        }
    }

    /// The constants, if they are known: `own` are those of the training images.
    pub(crate) fn known<'a>(&'a self, own: Option<&'a Normalisation>) -> Option<&'a Normalisation> {
        match self {
            Self::Auto => own,
            Self::By(constants) => Some(constants),
        }
    }
}

const AUTO: &str = "auto";

impl Serialize for PixelNormalisation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Auto => AUTO.serialize(serializer),
            Self::By(constants) => constants.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for PixelNormalisation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NormalisationVisitor)
    }
}

struct NormalisationVisitor;

impl<'de> Visitor<'de> for NormalisationVisitor {
    type Value = PixelNormalisation;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("\"auto\", or a table with mean and std")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<PixelNormalisation, E> {
        if word == AUTO {
            return Ok(PixelNormalisation::Auto);
        }
        let message = format!("expected \"auto\", or a table with mean and std, found {word:?}");
        Err(E::custom(message))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PixelNormalisation, A::Error> {
        let constants = Normalisation::deserialize(MapAccessDeserializer::new(map))?;
        Ok(PixelNormalisation::By(constants))
    }
}
