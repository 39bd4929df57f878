//! What the formats other than PNG and JPEG need: memory, limits, and checks that their decoders leave out.

use image::{ImageDecoder, ImageFormat, Limits};

use super::memory::MAX_PICTURE_BYTES;

/// Bytes of a pixel in the decoders' own copies.
const COPIED_PIXEL_BYTES: u64 = 4;

/// The most bytes that the decoder of a format takes, with the pixels that it returns. 0 for PNG and JPEG, whose
/// decoders make no copy of the pixels.
pub(super) fn bytes_while_decoding(format: ImageFormat, decoder: &impl ImageDecoder) -> u64 {
    let (width, height) = decoder.dimensions();
    let copy = u64::from(width) * u64::from(height) * COPIED_PIXEL_BYTES;
    let decoded = decoder.total_bytes();
    match format {
        ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Bmp => 0,
        ImageFormat::Pnm => decoded,
        ImageFormat::Tiff => decoded.saturating_add(copy.max(decoded)),
        _ => decoded.saturating_add(copy),
    }
}

/// What a decoder may take in addition to the checks that were made before.
pub(super) fn limits(format: ImageFormat) -> Limits {
    let mut limits = Limits::no_limits();
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg) {
        limits.max_alloc = Some(MAX_PICTURE_BYTES);
    }
    limits
}

/// Checks that a WebP is as long as it says: the decoder fills missing pixels.
///
/// # Errors
/// What was found instead.
pub(super) fn check_webp(bytes: &[u8]) -> Result<(), &'static str> {
    let length = bytes.get(4..).and_then(<[u8]>::first_chunk);
    match length.map(|length| u32::from_le_bytes(*length)) {
        Some(length) if length as usize <= bytes.len() - 8 => Ok(()),
        _ => Err("a WebP image that ends early"),
    }
}
