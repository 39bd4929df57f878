//! Decodes one image file into the shape that all images of a set have.

mod caught;
mod fit;
mod format;
mod jpeg;
mod memory;
mod png;
mod tiff;

use std::error::Error;
use std::io::Cursor;
use std::path::Path;

use image::error::DecodingError;
use image::metadata::Orientation;
use image::{
    ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult,
    Limits,
};

use crate::file::{MAX_FILE_BYTES, open_file, read_open};
use crate::source::signature::Signature;
use crate::{DataError, ImageShape, Resize};
pub(crate) use caught::caught;
use fit::Picture;
pub(crate) use fit::{blank, refitted};
use jpeg::Jpeg;
use memory::{DECODING, FILES, MAX_PICTURE_BYTES, Share};

/// The endings of names, in lower case, under which class folders look for images.
pub(crate) const ENDINGS: [&str; 15] = [
    "png", "jpg", "jpeg", "jpe", "jfif", "webp", "bmp", "dib", "gif", "tif", "tiff", "pnm", "ppm",
    "pgm", "pbm",
];

/// The most bytes of data about an image, such as its colour profile, that are unpacked from a PNG.
const MAX_METADATA_BYTES: u64 = 64 << 20;
/// An image above this is turned after it is resized, because a turned copy would not fit next to it.
const MAX_TURNED_BYTES: u64 = MAX_PICTURE_BYTES / 2;
/// Bytes of a pixel while an image is resized.
const RESIZED_PIXEL_BYTES: u64 = 16;

/// Reads an image file of any size as u8 in `shape`, in the same way as class folders are read.
///
/// PNG, JPEG, WebP, BMP, GIF, TIFF and PNM are read, of an animation the first picture. What is transparent is read as
/// if it were not: only its colour counts. 16-bit values become the nearest of 8 bits. Grey is the brightness of a
/// colour by ITU-R BT.601, as in Pillow and PyTorch.
///
/// # Errors
/// [`DataError`] for a file that cannot be read, has another format by its content, ends early, is damaged, or would
/// take more than 512 MiB to decode.
pub fn read_image_file(
    path: &Path,
    shape: ImageShape,
    resize: Resize,
) -> Result<Vec<u8>, DataError> {
    let mut planes = vec![0; shape.values()];
    decode(path, shape, resize, &mut planes)?;
    Ok(planes)
}

/// Decodes an image file into `planes`, u8 in `shape`.
///
/// All threads that decode at the same time take at most 1 GiB; a thread waits for its share.
///
/// # Errors
/// Those of [`read_image_file`].
///
/// # Panics
/// If `planes` does not have the length of one image.
pub(crate) fn decode(
    path: &Path,
    shape: ImageShape,
    resize: Resize,
    planes: &mut [u8],
) -> Result<(), DataError> {
    assert_eq!(planes.len(), shape.values(), "bytes of one image");
    let (file, size) = open_file(path)?;
    // The JPEG decoder makes a copy.
    let _share = FILES.take(2 * size as u64);
    let bytes = read_open(file, size as u64, MAX_FILE_BYTES).map_err(DataError::io(path))?;
    decode_bytes(path, &bytes, shape, resize, planes)
}

/// Decodes an image file whose `bytes` are given; `path` is for messages.
///
/// # Errors
/// Those of [`read_image_file`].
///
/// # Panics
/// If `planes` does not have the length of one image.
pub(crate) fn decode_bytes(
    path: &Path,
    bytes: &[u8],
    shape: ImageShape,
    resize: Resize,
    planes: &mut [u8],
) -> Result<(), DataError> {
    assert_eq!(planes.len(), shape.values(), "bytes of one image");
    small(path, bytes, shape, resize)?.write(shape, planes);
    Ok(())
}

/// The shape that a picture has by its headers, turned as its EXIF orientation says. Grey pictures have one channel.
///
/// # Errors
/// Those of [`read_image_file`], as far as headers show them.
#[cfg(feature = "parquet")]
pub(crate) fn own_shape(path: &Path, bytes: &[u8]) -> Result<ImageShape, DataError> {
    let read = || {
        let (format, jpeg) = checked(bytes).map_err(|found| DataError::image(path, found))?;
        let (decoder, orientation) = opened(bytes, format, jpeg.as_ref())
            .map_err(|error| DataError::image(path, one_line(error).to_string()))?;
        if let Some(found) = without_pixels(decoder.dimensions()) {
            return Err(DataError::image(path, found));
        }
        let (width, height) = decoder.dimensions();
        let (width, height) = match turns(orientation) {
            true => (height as usize, width as usize),
            false => (width as usize, height as usize),
        };
        let channels = if decoder.color_type().has_color() {
            3
        } else {
            1
        };
        Ok(ImageShape {
            channels,
            height,
            width,
        })
    };
    caught(read).unwrap_or_else(|| Err(DataError::image(path, "a damaged one")))
}

/// The image in its final size, turned as its EXIF orientation says.
fn small(
    path: &Path,
    bytes: &[u8],
    shape: ImageShape,
    resize: Resize,
) -> Result<Picture, DataError> {
    let decoded = caught(|| decoded(path, bytes, shape))
        .ok_or_else(|| DataError::image(path, "a damaged one"))?;
    let Decoded {
        image,
        turn,
        _share,
    } = decoded?;
    let picture = Picture::of(image, shape.channels);
    // Both are at most 4096.
    let (width, height) = (shape.width as u32, shape.height as u32);
    Ok(match turn {
        Some(orientation) => {
            let mut turned = picture.fitted((height, width), resize).into_dynamic();
            turned.apply_orientation(orientation);
            Picture::of(turned, shape.channels)
        }
        None => picture.fitted((width, height), resize),
    })
}

/// The pixels of a file.
struct Decoded {
    image: DynamicImage,
    /// How the image is to be turned after it is resized.
    turn: Option<Orientation>,
    _share: Share<'static>,
}

/// Checks and decodes a file. Decoders may panic over a damaged one.
fn decoded(path: &Path, bytes: &[u8], shape: ImageShape) -> Result<Decoded, DataError> {
    let (format, jpeg) = checked(bytes).map_err(|found| DataError::image(path, found))?;
    let failed = |error: ImageError| DataError::image(path, one_line(error).to_string());
    let (mut decoder, orientation) = opened(bytes, format, jpeg.as_ref()).map_err(failed)?;
    if let Some(found) = without_pixels(decoder.dimensions()) {
        return Err(DataError::image(path, found));
    }
    let turned_late = turns(orientation) && decoder.total_bytes() > MAX_TURNED_BYTES;
    let turned_early = turns(orientation) && !turned_late;
    let needed = bytes_needed(&decoder, turned_early, shape)
        .max(jpeg.map_or(0, |jpeg| jpeg.coefficient_bytes) + decoder.total_bytes())
        .max(format::bytes_while_decoding(format, &decoder));
    if needed > MAX_PICTURE_BYTES {
        return Err(too_large(path, decoder.dimensions(), needed, shape));
    }
    let share = DECODING.take(needed);
    let limits = format::limits(format);
    decoder.set_limits(limits).map_err(failed)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(failed)?;
    if !turned_late {
        image.apply_orientation(orientation);
    }
    Ok(Decoded {
        image,
        turn: turned_late.then_some(orientation),
        _share: share,
    })
}

/// The format of a file, and a JPEG's structure. What the decoders take for granted is checked here.
///
/// # Errors
/// What was found in place of a whole image.
fn checked(bytes: &[u8]) -> Result<(ImageFormat, Option<Jpeg>), String> {
    let format = image::guess_format(bytes).map_err(|_| other_kind(bytes))?;
    match format {
        ImageFormat::Png => png::check(bytes)?,
        ImageFormat::Jpeg => {
            // The decoder fills missing pixels with grey, which would silently be trained on.
            let jpeg = Jpeg::read(bytes).ok_or("a JPEG that ends early")?;
            return Ok((format, Some(jpeg)));
        }
        ImageFormat::WebP => format::check_webp(bytes)?,
        ImageFormat::Tiff => tiff::check(bytes)?,
        ImageFormat::Bmp | ImageFormat::Gif | ImageFormat::Pnm => {}
        _ => return Err(other_kind(bytes)),
    }
    Ok((format, None))
}

fn without_pixels((width, height): (u32, u32)) -> Option<String> {
    (width == 0 || height == 0).then(|| format!("an image of {width}x{height} pixels"))
}

/// A decoder that has read the headers, and how the image is to be turned.
fn opened<'a>(
    bytes: &'a [u8],
    format: ImageFormat,
    jpeg: Option<&Jpeg>,
) -> ImageResult<(impl ImageDecoder + use<'a>, Orientation)> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
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

/// The most bytes that an image takes after it is decoded: with a turned copy, a copy in the right channels or
/// while it is resized.
fn bytes_needed(decoder: &impl ImageDecoder, turned: bool, shape: ImageShape) -> u64 {
    let (width, height) = decoder.dimensions();
    let decoded = decoder.total_bytes();
    let pixels = u64::from(width) * u64::from(height);
    let copy = pixels.saturating_mul(shape.channels as u64);
    let converted = match (decoder.color_type(), shape.channels) {
        (ColorType::Rgb8, 3) | (ColorType::L8, 1) => decoded,
        (ColorType::Rgb8, _) => decoded.saturating_add(copy),
        // Grey is made of red, green and blue.
        (colour, 1) if colour.has_color() => decoded.saturating_add(pixels.saturating_mul(3)),
        _ => decoded.saturating_add(copy),
    };
    let copied = if turned { decoded.saturating_mul(2) } else { 0 };
    let resized = {
        let side = shape.width.max(shape.height) as u64;
        u64::from(width.max(height)) * side * RESIZED_PIXEL_BYTES
    };
    converted.max(copied).max(copy.saturating_add(resized))
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

fn too_large(path: &Path, (width, height): (u32, u32), bytes: u64, shape: ImageShape) -> DataError {
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
    .hinted(format!(
        "make the image smaller or remove it; every image is resized to {}x{} in the end",
        shape.width, shape.height
    ))
}

/// What a file is that has no format that is read.
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
mod damage_tests;
#[cfg(test)]
mod tests;
