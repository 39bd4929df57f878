//! What a source holds and what is not read of it, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use crate::shown::{shown, shown_path};

/// Why something in a source is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedOverReason {
    /// A picture of a format that is not read, by its name.
    OtherFormat,
    /// A picture next to the class folders.
    NoClass,
    /// A further folder with the name of a part, such as `valid` next to `train`, `val` and `test`.
    OtherSplit,
    /// A split of parquet files that is neither trained nor tested on.
    OtherTableSplit,
    /// A file that is no picture by its name.
    NoPicture,
    /// Bytes after the end of an archive.
    TrailingBytes,
    /// A file of a point cloud next to the class folders.
    CloudWithoutClass,
    /// A file that is no point cloud by its name.
    NoCloud,
    /// A folder in a class of point clouds that is no part of the set.
    OtherFolder,
}

impl PassedOverReason {
    /// What is counted, such as `picture without a class`, and why it is not read.
    fn words(self, count: usize) -> (&'static str, &'static str) {
        let (one, many, why) = match self {
            Self::OtherFormat => (
                "picture of another format",
                "pictures of other formats",
                "PNG, JPEG, WebP, BMP, GIF, TIFF and PNM are read",
            ),
            Self::NoClass => (
                "picture without a class",
                "pictures without a class",
                "pictures must lie in the folder of a class",
            ),
            Self::OtherSplit => (
                "other folder of pictures",
                "other folders of pictures",
                "one folder is read for each part of a set",
            ),
            Self::OtherTableSplit => (
                "other split",
                "other splits",
                "one split is read for each part of a set",
            ),
            Self::NoPicture => ("other file", "other files", "no pictures by their names"),
            Self::TrailingBytes => (
                "byte after the archive",
                "bytes after the archive",
                "the archive ends before them",
            ),
            Self::CloudWithoutClass => (
                "point cloud without a class",
                "point clouds without a class",
                "point clouds must lie in the folder of a class",
            ),
            Self::NoCloud => (
                "other file",
                "other files",
                "no point clouds by their names",
            ),
            Self::OtherFolder => (
                "other folder",
                "other folders",
                "point clouds must lie in the folder of a class itself",
            ),
        };
        (if count == 1 { one } else { many }, why)
    }
}

/// Some things in a source that are not read, all for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PassedOver {
    /// Why they are not read.
    pub reason: PassedOverReason,
    /// How many there are.
    pub count: usize,
    /// Endings of the names of other formats, in lower case and sorted. Empty for other reasons.
    pub endings: Vec<String>,
    /// One of them, relative to the source; of an archive, its name.
    pub example: String,
}

impl PassedOver {
    /// What they are, such as `4 pictures of other formats (.heic, .psd)`.
    pub fn what(&self) -> String {
        let (what, _) = self.reason.words(self.count);
        let endings = if self.endings.is_empty() {
            String::new()
        } else {
            let endings: Vec<_> = self.endings.iter().map(|end| format!(".{end}")).collect();
            format!(" ({})", endings.join(", "))
        };
        format!("{} {what}{endings}", self.count)
    }

    /// Why they are not read, with an example of files or folders.
    pub fn why(&self) -> String {
        let (_, why) = self.reason.words(self.count);
        match self.reason {
            PassedOverReason::TrailingBytes => why.into(),
            _ => format!("{why}, such as {}", shown(&self.example)),
        }
    }
}

/// Counts what is passed over.
#[derive(Debug, Default)]
pub(crate) struct PassedOverCounts {
    counts: BTreeMap<PassedOverReason, Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    count: usize,
    endings: BTreeSet<String>,
    /// The first by name, because folders list their entries in any order.
    example: String,
}

impl PassedOverCounts {
    /// Counts the file or folder at `path`, which is relative to the source.
    pub(crate) fn add(&mut self, reason: PassedOverReason, path: &Path) {
        let counted = self.add_many(reason, 1, path);
        if reason == PassedOverReason::OtherFormat
            && let Some(ending) = path.extension()
        {
            counted
                .endings
                .insert(ending.to_string_lossy().to_lowercase());
        }
    }

    /// Counts `count` things at `path`.
    pub(crate) fn add_bytes(&mut self, count: usize, path: &Path) {
        self.add_many(PassedOverReason::TrailingBytes, count, path);
    }

    fn add_many(&mut self, reason: PassedOverReason, count: usize, path: &Path) -> &mut Counted {
        let counted = self.counts.entry(reason).or_default();
        let name = shown_path(path);
        if counted.count == 0 || name < counted.example {
            counted.example = name;
        }
        counted.count += count;
        counted
    }

    /// What was counted, one item for each reason.
    pub(crate) fn finish(self) -> Vec<PassedOver> {
        let items = self.counts.into_iter();
        items
            .map(|(reason, counted)| PassedOver {
                reason,
                count: counted.count,
                endings: counted.endings.into_iter().collect(),
                example: counted.example,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_over_is_counted_by_its_reason() {
        let mut counts = PassedOverCounts::default();
        for name in ["cat/b.AVIF", "cat/c.psd", "cat/a.avif"] {
            counts.add(PassedOverReason::OtherFormat, Path::new(name));
        }
        counts.add(PassedOverReason::NoClass, Path::new("old.png"));
        let [formats, others] = &counts.finish()[..] else {
            panic!("two reasons");
        };
        assert_eq!(formats.what(), "3 pictures of other formats (.avif, .psd)");
        let why = "PNG, JPEG, WebP, BMP, GIF, TIFF and PNM are read, such as cat/a.avif";
        assert_eq!(formats.why(), why);
        assert_eq!(others.what(), "1 picture without a class");
    }
}
