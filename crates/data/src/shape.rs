//! The shape of the samples of a set: images, or point clouds.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::{CloudShape, ImageShape};

/// The shape that all samples of a set share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum SampleShape {
    /// Of images.
    Image(ImageShape),
    /// Of point clouds.
    Cloud(CloudShape),
}

impl From<ImageShape> for SampleShape {
    fn from(shape: ImageShape) -> Self {
        Self::Image(shape)
    }
}

impl From<CloudShape> for SampleShape {
    fn from(shape: CloudShape) -> Self {
        Self::Cloud(shape)
    }
}

impl SampleShape {
    /// That of images; `None` for point clouds.
    pub const fn image(self) -> Option<ImageShape> {
        match self {
            Self::Image(shape) => Some(shape),
            Self::Cloud(_) => None,
        }
    }

    /// The shape of a sample in the tensor that a network takes: `[channels, height, width]`, and for point clouds
    /// `[3, points, 1]`.
    pub const fn dims(self) -> [usize; 3] {
        match self {
            Self::Image(shape) => shape.dims(),
            Self::Cloud(shape) => [3, shape.points, 1],
        }
    }

    /// What the samples are: `images` or `clouds`.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Image(_) => "images",
            Self::Cloud(_) => "clouds",
        }
    }
}

impl fmt::Display for SampleShape {
    /// Such as `3x32x32` or `1024 points`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Image(shape) => shape.fmt(formatter),
            Self::Cloud(CloudShape { points: 1 }) => formatter.write_str("1 point"),
            Self::Cloud(CloudShape { points }) => write!(formatter, "{points} points"),
        }
    }
}

/// The fields of both kinds. Serde's own way of telling them apart would lose the field of which an error is.
const FIELDS: [&str; 4] = ["channels", "height", "width", "points"];

impl<'de> Deserialize<'de> for SampleShape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("SampleShape", &FIELDS, ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = SampleShape;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("channels, height and width, or points")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SampleShape, A::Error> {
        let mut found = [None; FIELDS.len()];
        while let Some(key) = map.next_key::<String>()? {
            let field = FIELDS.iter().position(|field| *field == key);
            let field = field.ok_or_else(|| A::Error::unknown_field(&key, &FIELDS))?;
            if found[field].replace(map.next_value::<usize>()?).is_some() {
                return Err(A::Error::duplicate_field(FIELDS[field]));
            }
        }
        let field = |at: usize| found[at].ok_or_else(|| A::Error::missing_field(FIELDS[at]));
        match found {
            [None, None, None, Some(points)] => Ok(CloudShape { points }.into()),
            [_, _, _, None] => Ok(SampleShape::Image(ImageShape {
                channels: field(0)?,
                height: field(1)?,
                width: field(2)?,
            })),
            _ => Err(A::Error::custom("found points next to sides")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_has_its_own_text_and_json() {
        let image = SampleShape::from(ImageShape::CIFAR10);
        let cloud = SampleShape::from(CloudShape { points: 256 });
        assert_eq!(image.to_string(), "3x32x32");
        assert_eq!(cloud.to_string(), "256 points");
        assert_eq!((image.dims(), cloud.dims()), ([3, 32, 32], [3, 256, 1]));
        for (shape, json) in [
            (image, r#"{"channels":3,"height":32,"width":32}"#),
            (cloud, r#"{"points":256}"#),
        ] {
            assert_eq!(serde_json::to_string(&shape).unwrap(), json);
            assert_eq!(serde_json::from_str::<SampleShape>(json).unwrap(), shape);
        }
    }

    #[test]
    fn other_fields_are_refused() {
        for json in [
            "{}",
            r#"{"channels":3,"height":32}"#,
            r#"{"channels":3,"height":32,"width":32,"points":5}"#,
            r#"{"points":5,"points":5}"#,
            r#"{"points":-1}"#,
            r#"{"depth":5}"#,
            "[3,32,32]",
        ] {
            assert!(serde_json::from_str::<SampleShape>(json).is_err(), "{json}");
        }
    }
}
