//! What is packed, and how its pixels come into the file.

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use serde::Serialize;

use super::PackedAbout;
use super::about::Asked;
use super::write::Writer;
use crate::source::decoding::PixelSink;
use crate::source::find;
use crate::{
    DataError, Fit, ImageRequest, ImageShape, OpenedSource, SourceSamples, SourceSet, TestOrigin,
};

/// Decoded pixels that are held before they are written, in bytes.
const PIXELS_AT_ONCE: usize = 32 << 20;

/// What a set that was packed holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PackedCounts {
    /// Number of training images.
    pub training_images: usize,
    /// Number of validation images, if the set has a part for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_images: Option<usize>,
    /// Number of test images.
    pub test_images: usize,
    /// Classes.
    pub classes: usize,
    /// Channels, height and width of every image.
    pub shape: ImageShape,
    /// As [`ImageSet::fingerprint`](crate::ImageSet::fingerprint).
    pub fingerprint: String,
    /// The name of the layout that was packed.
    pub layout: String,
    /// The source that was packed, with the names of its classes and without its images; and the numbers of training and
    /// of test images of each class. `None` if the set was loaded before.
    #[serde(skip)]
    pub source: Option<(OpenedSource, [Vec<usize>; 2])>,
}

/// Packs the images at `source` in the form that `request` asks for into `file`, which is new and empty.
///
/// `name` is the source as the file will state it, and `out` the path of the file for messages. Pictures of class
/// folders, of lists and of Tiny ImageNet are written as they are decoded, some 32 MiB at a time. The images of other
/// layouts are in memory first.
/// `progress` receives how much is decoded and the total, and may be called by several threads; `hashing` receives the same
/// of the pass over the pixels that follows.
///
/// # Errors
/// Those of [`open`](crate::open), and a file that cannot be written.
pub fn pack(
    source: &Path,
    name: &str,
    request: &ImageRequest,
    (file, out): (&File, &Path),
    progress: &(dyn Fn(usize, usize) + Sync),
    hashing: &dyn Fn(usize, usize),
) -> Result<PackedCounts, DataError> {
    let found = find(source, request, progress)?;
    let about = &found.about;
    let packed = PackedAbout {
        classes: found.classes().to_vec(),
        layout: about.layout_name(),
        source: name.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        asked: Some(asked(about, request)),
    };
    if !found.is_listed() {
        let OpenedSource { images, .. } = found.decode(progress)?;
        return pack_whole(&images.into(), packed, (file, out), hashing);
    }
    let [train, validation, test] = found.labels();
    let labels = [train, test, validation];
    let writer = Writer::begin((file, out), packed, about.shape, labels)?;
    found.decode_into(&mut Decoded(&writer), progress)?;
    let counts = writer.class_counts();
    let packed = writer.finish(hashing)?;
    let source = Some((found.into_about(), counts));
    Ok(PackedCounts { source, ..packed })
}

/// Packs a set that was loaded. `layout` and `name` are its layout and source, as the file will state them.
///
/// # Errors
/// A file that cannot be written, and images in a file that cannot be read.
pub fn pack_set(
    set: &SourceSet,
    (layout, name): (&str, &str),
    request: &ImageRequest,
    (file, out): (&File, &Path),
    hashing: &dyn Fn(usize, usize),
) -> Result<PackedCounts, DataError> {
    let packed = PackedAbout {
        classes: set.classes.clone(),
        layout: layout.into(),
        source: name.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        asked: Some(Asked::of(request, None, None)),
    };
    pack_whole(set, packed, (file, out), hashing)
}

fn asked(about: &OpenedSource, request: &ImageRequest) -> Asked {
    let resized = match about.fit {
        Fit::Own => None,
        Fit::Default(resize) | Fit::Asked(resize) => Some(resize),
    };
    let split = match about.test_origin {
        TestOrigin::Split(split) => Some(split),
        TestOrigin::Own | TestOrigin::OwnInPlaceOfSplit => None,
    };
    Asked::of(request, resized, split)
}

fn pack_whole(
    set: &SourceSet,
    about: PackedAbout,
    place: (&File, &Path),
    hashing: &dyn Fn(usize, usize),
) -> Result<PackedCounts, DataError> {
    let Some(shape) = set.train.shape().image() else {
        let fault = DataError::format(place.1, "images to pack", "point clouds");
        return Err(fault.hinted("point clouds are small: give the set itself with --data"));
    };
    let labels = |part: &SourceSamples| part.labels().to_vec();
    let all = [
        Some(labels(&set.train)),
        Some(labels(&set.test)),
        set.validation.as_ref().map(labels),
    ];
    let writer = Writer::begin(place, about, shape, all)?;
    for (part, images) in set.parts().enumerate() {
        let mut first = 0;
        images.visit(&mut |pixels| {
            writer.write_images(part, first, pixels)?;
            first += pixels.len() / shape.values();
            Ok(())
        })?;
    }
    writer.finish(hashing)
}

/// Takes pictures as they are decoded.
struct Decoded<'a>(&'a Writer<'a>);

impl PixelSink for Decoded<'_> {
    fn images_at_once(&self) -> usize {
        (PIXELS_AT_ONCE / self.0.shape.values()).max(1)
    }

    fn fill(
        &mut self,
        part: usize,
        images: Range<usize>,
        fill: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), DataError> {
        let mut pixels = vec![0; images.len() * self.0.shape.values()];
        fill(&mut pixels);
        // Decoded parts come in another order than those of a fingerprint.
        let part = [0, 2, 1][part];
        self.0.write_images(part, images.start, &pixels)
    }
}
