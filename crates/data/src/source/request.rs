//! What is asked of a source: the size and channels of its images, and a share for the test.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::source::Layout;
use crate::source::cifar::official::LabelKind;
use crate::source::idx::IdxSet;
use crate::{CloudRequest, DataError, ImageShape};

/// The longest side, in pixels, that images can be asked to have.
const MAX_SIDE: usize = 4096;

/// What is asked of a source. The default asks for nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImageRequest {
    /// Height and width, 1 to 4096 each. `None` keeps the size of a set whose images all have one size, and makes
    /// the pictures of class folders 32x32.
    pub size: Option<[usize; 2]>,
    /// How a picture of other proportions is made to fit.
    pub resize: Resize,
    /// 1 for grey images or 3 for red, green and blue. `None` keeps what a set has; pictures of class folders become 3.
    pub channels: Option<usize>,
    /// How test images are taken from a set that has no test part.
    pub split: Option<TestSplit>,
    /// Which of CIFAR-100's labels are taken. `None` takes the fine ones.
    pub labels: Option<LabelKind>,
    /// Whether SVHN's extra images are trained on, too.
    pub extra: bool,
    /// Which set idx files are, if neither their names nor a digest say so.
    pub set: Option<IdxSet>,
    /// Which splits and columns of parquet files are read.
    pub table: TableRequest,
    /// The number of points of each point cloud, 2 to 65,536. `None` keeps what a set has.
    pub points: Option<usize>,
    /// Whether layouts that have no such labels, images, sets or columns pass over the four above: weights remember
    /// them, and may be judged on other files.
    pub is_remembered: bool,
}

/// Which splits and columns of parquet files are read. `None` takes the one that its name or its kind suggests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRequest {
    /// The split of training images, if it is not called `train`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_train: Option<String>,
    /// The split of test images, if it is called neither `test` nor `validation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_test: Option<String>,
    /// The column of pictures, if there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_column: Option<String>,
    /// The column of labels, if there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_column: Option<String>,
}

impl TableRequest {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.first_key().is_none()
    }

    /// What is asked here, else what `other` asks.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            split_train: self.split_train.or(other.split_train),
            split_test: self.split_test.or(other.split_test),
            image_column: self.image_column.or(other.image_column),
            label_column: self.label_column.or(other.label_column),
        }
    }

    /// The first key that has a value, as it is called in the experiment.
    pub fn first_key(&self) -> Option<&'static str> {
        let keys = [
            ("split_train", &self.split_train),
            ("split_test", &self.split_test),
            ("image_column", &self.image_column),
            ("label_column", &self.label_column),
        ];
        let mut given = keys.into_iter().filter(|(_, value)| value.is_some());
        given.next().map(|(key, _)| key)
    }
}

/// How a picture is made to fit a size of other proportions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resize {
    /// The whole picture is stretched or squeezed.
    #[default]
    Squash,
    /// The largest part with the right proportions is cut out of the middle.
    Crop,
    /// The whole picture is shown, with black on two sides.
    Pad,
}

/// The share of the images that becomes the test part.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestSplit {
    /// Above 0 and below 1.
    pub share: f64,
    /// Decides which images are taken. It is not the seed of a run, so that all runs share their test images.
    pub seed: u64,
}

impl ImageRequest {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`DataError::Setting`] for a value outside its range.
    pub fn check(&self) -> Result<(), DataError> {
        let refused = |setting, expected: &str, found| {
            Err(DataError::Setting {
                setting,
                expected: expected.into(),
                found,
            })
        };
        if let Some(size) = self.size
            && !size.iter().all(|side| (1..=MAX_SIDE).contains(side))
        {
            let found = format!("[{}, {}]", size[0], size[1]);
            return refused("size", "sides of 1 to 4096 pixels", found);
        }
        let clouds = CloudRequest {
            points: self.points,
            split: None,
        };
        clouds.check()?;
        match (self.channels, self.split) {
            (Some(channels), _) if channels != 1 && channels != 3 => {
                refused("channels", "1 or 3", channels.to_string())
            }
            (_, Some(split)) if !(split.share > 0.0 && split.share < 1.0) => {
                let expected = "a share above 0 and below 1";
                refused("split", expected, split.share.to_string())
            }
            _ => Ok(()),
        }
    }

    /// Refuses what a set of this layout cannot answer.
    ///
    /// # Errors
    /// [`DataError::Format`] that names the key of the experiment's table `data`.
    pub(crate) fn check_layout(&self, path: &Path, layout: Layout) -> Result<(), DataError> {
        let refused = |key: &str, expected: &str| {
            let expected = format!("{expected} for data.{key}");
            let fault = DataError::format(path, expected, layout.to_string());
            Err(fault.hinted(format!(
                "give such data with --data, or leave {key} out of [data] in the experiment"
            )))
        };
        if self.is_remembered {
            return Ok(());
        }
        if self.labels.is_some() && !matches!(layout, Layout::Cifar100(_)) {
            return refused("labels", "CIFAR-100, which has two kinds of labels,");
        }
        if self.extra && layout != Layout::Svhn {
            return refused("extra", "SVHN, which has extra images,");
        }
        self.check_images(path)?;
        if self.set.is_some() && !matches!(layout, Layout::Idx(_)) {
            return refused("set", "idx files");
        }
        if let Some(key) = self.table.first_key()
            && layout != Layout::Parquet
        {
            let expected = "parquet files, which have splits and columns,";
            let flag = key.replace('_', "-");
            let expected = format!("{expected} for data.{key} (--{flag})");
            let fault = DataError::format(path, expected, layout.to_string());
            return Err(fault.hinted(format!(
                "give such data with --data, or leave --{flag} out, and {key} out of [data] in the experiment"
            )));
        }
        Ok(())
    }

    /// Refuses what a set of images at `place` cannot answer: a number of points.
    ///
    /// # Errors
    /// [`DataError::Format`] that names the key of the experiment's table `data`.
    pub fn check_images(&self, place: &Path) -> Result<(), DataError> {
        match self.points {
            Some(_) if !self.is_remembered => Err(DataError::format(
                place,
                "point clouds for data.points",
                "images",
            )
            .hinted(
                "give point clouds with --data, or leave points out of [data] in the experiment",
            )),
            _ => Ok(()),
        }
    }

    /// Refuses what a set of point clouds at `place` cannot answer.
    ///
    /// # Errors
    /// [`DataError::Format`] that names the key of the experiment's table `data`.
    pub fn check_clouds(&self, place: &Path) -> Result<(), DataError> {
        let keys = [
            ("size", self.size.is_some()),
            ("resize", self.resize != Resize::default()),
            ("channels", self.channels.is_some()),
            ("labels", self.labels.is_some()),
            ("extra", self.extra),
            ("set", self.set.is_some()),
        ];
        let mut asked = keys.into_iter().filter(|&(_, is_asked)| is_asked);
        let key = asked.next().map(|(key, _)| key).or(self.table.first_key());
        match key.filter(|_| !self.is_remembered) {
            None => Ok(()),
            Some(key) => Err(DataError::format(
                place,
                format!("images for data.{key}"),
                "point clouds",
            )
            .hinted(format!(
                "give images with --data, or leave {key} out of [data] in the experiment"
            ))),
        }
    }

    /// The shape of the images of a set that have the shape `own` if nothing is asked.
    pub fn shape(&self, own: ImageShape) -> ImageShape {
        let [height, width] = self.size.unwrap_or([own.height, own.width]);
        ImageShape {
            channels: self.channels.unwrap_or(own.channels),
            height,
            width,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_asked_keeps_the_shape() {
        let request = ImageRequest::default();
        assert!(request.check().is_ok());
        assert_eq!(request.shape(ImageShape::CIFAR10), ImageShape::CIFAR10);
        let asked = ImageRequest {
            size: Some([20, 15]),
            channels: Some(1),
            ..request.clone()
        };
        assert_eq!(asked.shape(ImageShape::CIFAR10).dims(), [1, 20, 15]);
    }

    #[test]
    fn values_outside_their_range_are_refused() {
        let base = ImageRequest::default;
        let split = |share| Some(TestSplit { share, seed: 1 });
        for request in [
            ImageRequest {
                size: Some([0, 5]),
                ..base()
            },
            ImageRequest {
                size: Some([5, 4097]),
                ..base()
            },
            ImageRequest {
                channels: Some(2),
                ..base()
            },
            ImageRequest {
                split: split(0.0),
                ..base()
            },
            ImageRequest {
                split: split(1.0),
                ..base()
            },
            ImageRequest {
                split: split(f64::NAN),
                ..base()
            },
        ] {
            assert!(request.check().is_err(), "{request:?}");
        }
    }
}
