//! Whether the images of a packed set are what an experiment asks for.

use std::path::Path;

use super::PackedAbout;
use crate::{DataError, ImageRequest, ImageShape, Resize};

/// Refuses what the packed images cannot answer: they are as they were packed.
pub(super) fn check(
    path: &Path,
    shape: ImageShape,
    about: &PackedAbout,
    request: &ImageRequest,
) -> Result<(), DataError> {
    let refused = |expected: String, found: String| {
        Err(DataError::format(path, expected, found).hinted(
            "pack the images again as the experiment asks for them: mixup data pack SOURCE --experiment FILE --out SET",
        ))
    };
    let asked = request.shape(shape);
    if asked != shape {
        return refused(
            format!("images of {asked} (channels x height x width), which are asked for"),
            shape.to_string(),
        );
    }
    // Weights remember an experiment, which may have asked for nothing that the set was packed with.
    let Some(packed) = about.asked.as_ref().filter(|_| !request.is_remembered) else {
        return Ok(());
    };
    let resize = packed.resize.filter(|packed| *packed != request.resize);
    if let Some(resize) = resize
        && (request.size.is_some() || request.resize != Resize::default())
    {
        return refused(
            format!("images fitted by {}", word(request.resize)),
            word(resize).into(),
        );
    }
    // A source with its own test images has no use for a split, as elsewhere.
    if let (Some(packed), Some(asked)) = (packed.split, request.split)
        && packed != asked
    {
        let words = |split: crate::TestSplit| {
            format!("split = {} with split_seed = {}", split.share, split.seed)
        };
        return refused(format!("test images by {}", words(asked)), words(packed));
    }
    if request.labels.is_some()
        && request.labels.unwrap_or_default() != packed.labels.unwrap_or_default()
    {
        return refused(
            "the labels that data.labels asks for".into(),
            "others".into(),
        );
    }
    if request.extra && !packed.extra {
        let expected = "SVHN's extra images, which data.extra asks for";
        return refused(expected.into(), "a set without them".into());
    }
    if request.set.is_some() && request.set != packed.set {
        return refused("the idx files that data.set names".into(), "others".into());
    }
    if let Some(key) = request.table.first_key()
        && request.table != packed.table
    {
        let expected =
            format!("the splits and columns that data.{key} and the keys next to it name");
        return refused(expected, "other ones".into());
    }
    Ok(())
}

fn word(resize: Resize) -> &'static str {
    match resize {
        Resize::Squash => "squash",
        Resize::Crop => "crop",
        Resize::Pad => "pad",
    }
}
