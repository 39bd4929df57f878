//! Decodes one image file into the size and layout that all images have.

use std::error::Error;
use std::io::Cursor;
use std::path::Path;

use image::error::DecodingError;
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits,
};

use crate::file::read_file;
use crate::{CHANNELS, DataError, IMAGE_BYTES, SIDE};

/// The most pixels that a side of an image may have.
const MAX_SIDE: u32 = 8192;
/// The most bytes that decoding one image may take.
const MAX_DECODED_BYTES: u64 = 256 << 20;

/// Reads a PNG or JPEG file of any size as u8 `[3, 32, 32]`, in the same way as class folders are read.
///
/// # Errors
/// [`DataError`] for a file that cannot be read, is neither PNG nor JPEG by its content, ends early, or
/// has more than 8,192 pixels on a side.
pub fn read_image_file(path: &Path) -> Result<Vec<u8>, DataError> {
    let mut planes = vec![0; IMAGE_BYTES];
    decode(path, &mut planes)?;
    Ok(planes)
}

/// Decodes an image file into `planes`, u8 `[3, 32, 32]`.
///
/// # Errors
/// A file that cannot be read, is neither PNG nor JPEG by its content, ends early, or has more than
/// 8,192 pixels on a side.
///
/// # Panics
/// If `planes` is not [`IMAGE_BYTES`] long.
pub(crate) fn decode(path: &Path, planes: &mut [u8]) -> Result<(), DataError> {
    assert_eq!(planes.len(), IMAGE_BYTES, "bytes of one image");
    let image = oriented(&read_file(path)?).map_err(|source| DataError::Image {
        path: path.into(),
        source: one_line(source),
    })?;
    let mut image = image.into_rgb8();
    let side = SIDE as u32;
    if image.dimensions() != (side, side) {
        image = imageops::resize(&image, side, side, FilterType::Triangle);
    }
    for (index, pixel) in image.pixels().enumerate() {
        for channel in 0..CHANNELS {
            planes[channel * SIDE * SIDE + index] = pixel.0[channel];
        }
    }
    Ok(())
}

fn oriented(bytes: &[u8]) -> ImageResult<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let is_jpeg = reader.format() == Some(ImageFormat::Jpeg);
    // The decoder fills missing pixels with grey, which would silently be trained on.
    if is_jpeg && !has_jpeg_end(bytes) {
        let error = DecodingError::new(ImageFormat::Jpeg.into(), "the file ends early");
        return Err(ImageError::Decoding(error));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    // The decoders only count their own buffers.
    limits.reserve(decoder.total_bytes())?;
    // The JPEG decoder reads all headers again to find it, and most images have none.
    let orientation = if is_jpeg && !has_exif(bytes) {
        Orientation::NoTransforms
    } else {
        decoder.orientation()?
    };
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// Whether an end-of-image marker follows the last start of a scan; a thumbnail has both, but earlier.
fn has_jpeg_end(bytes: &[u8]) -> bool {
    let last = |marker: u8| bytes.windows(2).rposition(|pair| pair == [0xff, marker]);
    last(0xd9) > last(0xda)
}

/// Whether a JPEG may have EXIF data, which starts with these bytes.
fn has_exif(bytes: &[u8]) -> bool {
    const START: &[u8] = b"Exif\0\0";
    bytes.windows(START.len()).any(|bytes| bytes == START)
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
