//! The `[data]` table: what is asked of the images.

use std::fmt;

use mixup_data::{IdxSet, ImageRequest, LabelKind, Resize, TableRequest, TestSplit};
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::setting_error::{SettingError, in_table};

/// The `[data]` table: the size and channels of the images, and the test images of a set that has none. Without
/// it, images are taken as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataTable {
    /// Height and width of the images, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// How pictures of other proportions are made to fit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resize: Resize,
    /// 1 for grey images, 3 for red, green and blue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<usize>,
    /// The number of points of each point cloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<usize>,
    /// The share of the images that become test images, for a set without a test part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<f64>,
    /// Decides which images these are. It is not the seed of a run, so that all runs have the same test images.
    #[serde(default = "first_seed", skip_serializing_if = "is_first_seed")]
    pub split_seed: u32,
    /// Which of CIFAR-100's labels are taken: `fine`, as without it, or `coarse`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<LabelKind>,
    /// Whether SVHN's extra images are trained on, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub extra: bool,
    /// Which set idx files are, such as `fashion-mnist`, if neither their names nor a digest say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<IdxSet>,
    /// Which of the training images an epoch visits.
    #[serde(default, skip_serializing_if = "Visits::is_each")]
    pub draw: Visits,
    /// The split of parquet files that is trained on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_train: Option<String>,
    /// The split of parquet files that is tested on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_test: Option<String>,
    /// The column of pictures of parquet files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_column: Option<String>,
    /// The column of labels of parquet files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_column: Option<String>,
}

/// Which training images an epoch visits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visits {
    /// Each image once.
    #[default]
    Each,
    /// As many images, of every class equally many: images of small classes several times.
    Balanced,
}

impl Visits {
    fn is_each(&self) -> bool {
        *self == Self::Each
    }
}

fn is_default(resize: &Resize) -> bool {
    *resize == Resize::default()
}

fn first_seed() -> u32 {
    1
}

fn is_first_seed(seed: &u32) -> bool {
    *seed == first_seed()
}

impl Default for DataTable {
    fn default() -> Self {
        Self {
            size: None,
            resize: Resize::default(),
            channels: None,
            points: None,
            split: None,
            split_seed: first_seed(),
            labels: None,
            extra: false,
            set: None,
            draw: Visits::default(),
            split_train: None,
            split_test: None,
            image_column: None,
            label_column: None,
        }
    }
}

impl DataTable {
    /// Whether nothing is asked.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What a source is asked for.
    pub fn request(&self) -> ImageRequest {
        ImageRequest {
            size: self.size.map(|size| size.0),
            resize: self.resize,
            channels: self.channels,
            points: self.points,
            split: self.split.map(|share| TestSplit {
                share,
                seed: self.split_seed.into(),
            }),
            labels: self.labels,
            extra: self.extra,
            set: self.set,
            table: TableRequest {
                split_train: self.split_train.clone(),
                split_test: self.split_test.clone(),
                image_column: self.image_column.clone(),
                label_column: self.label_column.clone(),
            },
            is_remembered: false,
        }
    }

    /// Requires every value to be within its range.
    ///
    /// # Errors
    /// [`SettingError`].
    pub(super) fn check(&self) -> Result<(), SettingError> {
        self.request()
            .check()
            .map_err(|error| in_table("data", error))
    }
}

/// Height and width in pixels: `64`, which means both, or `[48, 64]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub [usize; 2]);

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [height, width] if height == width => height.serialize(serializer),
            both => both.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SizeVisitor)
    }
}

struct SizeVisitor;

impl SizeVisitor {
    fn side<E: Error>(side: i64) -> Result<usize, E> {
        usize::try_from(side).map_err(|_| {
            let message = format!("expected a number of pixels, found {side}");
            E::custom(message)
        })
    }
}

impl<'de> Visitor<'de> for SizeVisitor {
    type Value = Size;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number of pixels, or [height, width]")
    }

    fn visit_i64<E: Error>(self, side: i64) -> Result<Size, E> {
        Self::side(side).map(|side| Size([side, side]))
    }

    fn visit_u64<E: Error>(self, side: u64) -> Result<Size, E> {
        // A number that large is refused later.
        self.visit_i64(i64::try_from(side).unwrap_or(i64::MAX))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sides: A) -> Result<Size, A::Error> {
        let mut both = [0; 2];
        for (index, side) in both.iter_mut().enumerate() {
            let found: Option<i64> = sides.next_element()?;
            let found = found.ok_or_else(|| A::Error::invalid_length(index, &self))?;
            *side = Self::side(found)?;
        }
        match sides.next_element::<i64>()? {
            None => Ok(Size(both)),
            Some(_) => Err(A::Error::invalid_length(3, &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<DataTable, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())
    }

    #[test]
    fn a_size_is_one_side_or_both() {
        let size = |text: &str| table(text).unwrap().size.unwrap();
        assert_eq!(size("size = 64"), Size([64, 64]));
        assert_eq!(size("size = [48, 64]"), Size([48, 64]));
    }

    #[test]
    fn a_size_of_another_form_is_refused_with_what_is_expected() {
        for text in [
            "size = \"64\"",
            "size = [1, 2, 3]",
            "size = [7]",
            "size = 6.5",
        ] {
            let message = table(text).unwrap_err();
            let expected = "expected a number of pixels, or [height, width]";
            assert!(message.contains(expected), "{text}: {message}");
        }
        let message = table("size = -3").unwrap_err();
        assert!(message.contains("found -3"), "{message}");
    }

    #[test]
    fn a_table_survives_its_own_text_and_the_default_has_none() {
        let text = "size = [48, 64]\nresize = \"crop\"\nchannels = 1\nsplit = 0.2\nsplit_seed = 7\n\
             labels = \"coarse\"\nextra = true\nset = \"emnist-letters\"\nsplit_train = \"a\"\nsplit_test = \"b\"\n\
             image_column = \"img\"\nlabel_column = \"fine_label\"\n";
        let asked = table(text).unwrap();
        assert_eq!(toml::to_string(&asked).unwrap(), text);
        assert!(table("").unwrap().is_default());
        assert_eq!(toml::to_string(&DataTable::default()).unwrap(), "");
    }

    #[test]
    fn values_outside_their_range_name_their_key() {
        let refused = |text: &str| table(text).unwrap().check().unwrap_err().to_string();
        assert!(refused("size = 0").starts_with("data.size: expected"));
        assert!(refused("channels = 2").starts_with("data.channels: expected 1 or 3"));
        assert!(refused("split = 1.0").starts_with("data.split: expected"));
    }
}
