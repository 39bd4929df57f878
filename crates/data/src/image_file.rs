//! Decodes one image file into the size and layout that all images have.

mod jpeg;
mod memory;
mod png;

use std::error::Error;
use std::io::Cursor;
use std::path::Path;

use image::error::DecodingError;
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{
    ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult,
    Limits,
};

use crate::file::{MAX_FILE_BYTES, open_file, read_open};
use crate::signature::Signature;
use crate::{DataError, ImageShape};
use jpeg::Jpeg;
use memory::{DECODING, FILES, MAX_PICTURE_BYTES};

const SIDE: usize = ImageShape::CIFAR10.height;
const CHANNELS: usize = ImageShape::CIFAR10.channels;
const IMAGE_BYTES: usize = ImageShape::CIFAR10.values();

/// The endings of names, in lower case, under which class folders look for images.
pub(crate) const ENDINGS: [&str; 5] = ["png", "jpg", "jpeg", "jpe", "jfif"];

/// The most bytes of data about an image, such as its colour profile, that are unpacked from a PNG.
const MAX_METADATA_BYTES: u64 = 64 << 20;
/// An image above this is turned after it is resized, because a turned copy would not fit next to it.
const MAX_TURNED_BYTES: u64 = MAX_PICTURE_BYTES / 2;
/// Bytes of a pixel while an image is resized.
const RESIZED_PIXEL_BYTES: u64 = 16;

/// Reads a PNG or JPEG file of any size as u8 `[3, 32, 32]`, in the same way as class folders are read.
///
/// # Errors
/// [`DataError`] for a file that cannot be read, is neither PNG nor JPEG by its content, ends early, or
/// would take more than 512 MiB to decode.
pub fn read_image_file(path: &Path) -> Result<Vec<u8>, DataError> {
    let mut planes = vec![0; IMAGE_BYTES];
    decode(path, &mut planes)?;
    Ok(planes)
}

/// Decodes an image file into `planes`, u8 `[3, 32, 32]`.
///
/// All threads that decode at the same time take at most 1 GiB; a thread waits for its share.
///
/// # Errors
/// A file that cannot be read, is neither PNG nor JPEG by its content, ends early, or would take more
/// than 512 MiB to decode.
///
/// # Panics
/// If `planes` is not [`IMAGE_BYTES`] long.
pub(crate) fn decode(path: &Path, planes: &mut [u8]) -> Result<(), DataError> {
    assert_eq!(planes.len(), IMAGE_BYTES, "bytes of one image");
    let (file, size) = open_file(path)?;
    // The JPEG decoder makes a copy.
    let _share = FILES.take(2 * size as u64);
    let bytes = read_open(file, size as u64, MAX_FILE_BYTES).map_err(DataError::io(path))?;
    let image = small(path, &bytes)?;
    for (index, pixel) in image.pixels().enumerate() {
        for channel in 0..CHANNELS {
            planes[channel * SIDE * SIDE + index] = pixel.0[channel];
        }
    }
    Ok(())
}

/// The image in its final size, turned as its EXIF orientation says.
fn small(path: &Path, bytes: &[u8]) -> Result<image::RgbImage, DataError> {
    let failed = |error: ImageError| DataError::image(path, one_line(error).to_string());
    let jpeg = match image::guess_format(bytes) {
        Ok(ImageFormat::Png) => {
            png::check(bytes).map_err(|found| DataError::image(path, found))?;
            None
        }
        // The decoder fills missing pixels with grey, which would silently be trained on.
        Ok(ImageFormat::Jpeg) => Some(
            Jpeg::read(bytes).ok_or_else(|| DataError::image(path, "a JPEG that ends early"))?,
        ),
        _ => return Err(DataError::image(path, other_kind(bytes))),
    };
    let (mut decoder, orientation) = opened(bytes, jpeg.as_ref()).map_err(failed)?;
    let turned_late = turns(orientation) && decoder.total_bytes() > MAX_TURNED_BYTES;
    let turned_early = turns(orientation) && !turned_late;
    let needed = bytes_needed(&decoder, turned_early)
        .max(jpeg.map_or(0, |jpeg| jpeg.coefficient_bytes) + decoder.total_bytes());
    if needed > MAX_PICTURE_BYTES {
        return Err(too_large(path, decoder.dimensions(), needed));
    }
    let _share = DECODING.take(needed);
    decoder.set_limits(Limits::no_limits()).map_err(failed)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(failed)?;
    if !turned_late {
        image.apply_orientation(orientation);
    }
    let mut image = image.into_rgb8();
    let side = SIDE as u32;
    if image.dimensions() != (side, side) {
        image = imageops::resize(&image, side, side, FilterType::Triangle);
    }
    if turned_late {
        let mut turned = DynamicImage::from(image);
        turned.apply_orientation(orientation);
        image = turned.into_rgb8();
    }
    Ok(image)
}

/// A decoder that has read the headers, and how the image is to be turned.
fn opened<'a>(
    bytes: &'a [u8],
    jpeg: Option<&Jpeg>,
) -> ImageResult<(impl ImageDecoder + use<'a>, Orientation)> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_METADATA_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    // The JPEG decoder reads all headers again to find it, and most images have none.
    let orientation = if jpeg.is_some_and(|jpeg| !jpeg.has_exif) {
        Orientation::NoTransforms
    } else {
        decoder.orientation()?
    };
    Ok((decoder, orientation))
}

/// The most bytes that an image takes after it is decoded: with a turned copy, a copy in RGB or while it is
/// resized.
fn bytes_needed(decoder: &impl ImageDecoder, turned: bool) -> u64 {
    let (width, height) = decoder.dimensions();
    let decoded = decoder.total_bytes();
    let pixels = u64::from(width) * u64::from(height);
    let rgb = pixels.saturating_mul(CHANNELS as u64);
    let converted = match decoder.color_type() {
        ColorType::Rgb8 => decoded,
        _ => decoded.saturating_add(rgb),
    };
    let copied = if turned { decoded.saturating_mul(2) } else { 0 };
    let resized = u64::from(width.max(height)) * SIDE as u64 * RESIZED_PIXEL_BYTES;
    converted.max(copied).max(rgb.saturating_add(resized))
}

/// Whether an orientation exchanges width and height, which takes a copy.
fn turns(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

fn too_large(path: &Path, (width, height): (u32, u32), bytes: u64) -> DataError {
    let mebibytes = |bytes: u64| bytes.div_ceil(1 << 20);
    DataError::format(
        path,
        format!(
            "an image that takes at most {} MiB to decode",
            mebibytes(MAX_PICTURE_BYTES)
        ),
        format!(
            "one of {width}x{height} pixels that takes {} MiB",
            mebibytes(bytes)
        ),
    )
    .hinted("make the image smaller or remove it; every image is resized to 32x32 in the end")
}

/// What a file is that is neither PNG nor JPEG.
fn other_kind(bytes: &[u8]) -> String {
    match Signature::of(bytes) {
        _ if bytes.is_empty() => "an empty file".into(),
        Some(kind) => kind.to_string(),
        None => "a file of another kind".into(),
    }
}

/// Removes line breaks, which some of the JPEG decoder's messages end with.
fn one_line(error: ImageError) -> ImageError {
    let ImageError::Decoding(error) = error else {
        return error;
    };
    let format = error.format_hint();
    ImageError::Decoding(match error.source() {
        Some(source) => {
            let text = source.to_string().trim().replace(char::is_control, " ");
            DecodingError::new(format, text)
        }
        None => error,
    })
}

#[cfg(test)]
mod tests;
