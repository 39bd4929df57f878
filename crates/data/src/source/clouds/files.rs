//! Clouds of which each has a file of its own.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::choice::Placed;
use super::fitted::fitted;
use super::read_set::{PartsOf, ReadSet, check_room};
use super::spot::Spot;
use super::{CloudLayout, CloudRequest, off, surface, text};
use crate::source::folder::{Labelled, Part};
use crate::source::passed_over::PassedOver;
use crate::{Clouds, DataError, Point};

/// How many files are read before their clouds are put together.
const FILES_AT_ONCE: usize = 512;

/// What a file of a cloud is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// A mesh.
    Off,
    /// A text of points.
    Text,
}

impl FileKind {
    /// What files of this kind are called.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Off => "mesh (.off)",
            Self::Text => "text of points (.xyz or .txt)",
        }
    }

    /// The layout of a set of such files.
    pub(super) fn layout(self) -> CloudLayout {
        match self {
            Self::Off => CloudLayout::Off,
            Self::Text => CloudLayout::Texts,
        }
    }

    /// The kind of a file by its name.
    pub(super) fn named(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match &*ending {
            "off" => Some(Self::Off),
            "xyz" | "txt" => Some(Self::Text),
            _ => None,
        }
    }
}

/// The files of a set that are to be read.
#[derive(Debug)]
pub(super) struct FoundFiles {
    pub(super) folder: PathBuf,
    pub(super) kind: FileKind,
    pub(super) classes: Vec<String>,
    /// A part that there is has at least one file.
    pub(super) parts: PartsOf<Option<Vec<Labelled>>>,
    pub(super) passed_over: Vec<PassedOver>,
}

/// Reads all files. Which of several wrong files is named does not depend on the number of threads.
///
/// # Errors
/// The first file that cannot be read or has a wrong cloud.
pub(super) fn read(
    found: FoundFiles,
    request: &CloudRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<ReadSet, DataError> {
    let points = request.points_or_default();
    let total = Part::ALL.map(|part| found.parts.get(part).as_ref().map_or(0, Vec::len));
    let total: usize = total.iter().sum();
    check_room(&found.folder, total, points)?;
    let done = AtomicUsize::new(0);
    progress(0, total);
    let mut parts = PartsOf::default();
    for part in Part::ALL {
        let Some(files) = found.parts.get(part) else {
            continue;
        };
        let mut clouds = Clouds::new(points);
        for files in files.chunks(FILES_AT_ONCE) {
            let first = clouds.len();
            let read = files.par_iter().enumerate().map(|(place, (path, _))| {
                let index = first + place;
                let cloud = cloud(path, found.kind, points, Placed { part, index });
                progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
                cloud
            });
            let read: Vec<Result<Vec<Point>, DataError>> = read.collect();
            for (cloud, (_, label)) in read.into_iter().zip(files) {
                clouds.push(&cloud?, *label)?;
            }
        }
        *parts.get_mut(part) = Some(clouds);
    }
    Ok(ReadSet {
        parts,
        classes: found.classes,
        stored_points: None,
        passed_over: found.passed_over,
    })
}

/// The cloud of one file.
fn cloud(
    path: &Path,
    kind: FileKind,
    points: usize,
    placed: Placed,
) -> Result<Vec<Point>, DataError> {
    let spot = Spot::file(path);
    match kind {
        FileKind::Text => placed.cloud(spot, text::read(path)?, points),
        FileKind::Off => {
            let mesh = off::read(path)?;
            let mut random = placed.random(points);
            let sampled = surface::sample(spot, &mesh, points, &mut random)?;
            let turned: Vec<_> = sampled.into_iter().map(surface::turned).collect();
            fitted(spot, &turned)
        }
    }
}

/// The files of `part` in the order in which they are read.
#[cfg(test)]
pub(super) fn names(found: &FoundFiles, part: Part, folder: &Path) -> Vec<(String, u16)> {
    let files = found.parts.get(part).iter().flatten();
    let names = files.map(|(path, label)| {
        let inner = path.strip_prefix(folder).expect("inside");
        (inner.display().to_string(), *label)
    });
    names.collect()
}
