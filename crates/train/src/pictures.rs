//! Mixed pairs as pictures that a page can hold.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, Rgb, RgbImage};
use mixup_data::{MixedPair, SIDE};

use crate::failure::Failure;

/// The pairs with their images as PNG files in Base64.
///
/// # Errors
/// [`Failure::Training`] where the encoder fails.
pub fn of(pairs: &[MixedPair]) -> Result<Vec<mixup_evidence::MixedPair>, Failure> {
    pairs
        .iter()
        .map(|pair| {
            Ok(mixup_evidence::MixedPair {
                first: png(&pair.first)?,
                partner: png(&pair.partner)?,
                mixed: png(&pair.mixed)?,
                lambda: pair.lambda,
                target: pair.target.clone(),
            })
        })
        .collect()
}

/// A PNG file, in Base64, of pixels u8 `[3, 32, 32]`.
fn png(pixels: &[u8]) -> Result<String, Failure> {
    let plane = SIDE * SIDE;
    let picture = RgbImage::from_fn(SIDE as u32, SIDE as u32, |x, y| {
        let pixel = y as usize * SIDE + x as usize;
        Rgb([0, 1, 2].map(|channel| pixels[channel * plane + pixel]))
    });
    let mut file = Cursor::new(vec![]);
    picture
        .write_to(&mut file, ImageFormat::Png)
        .map_err(|error| Failure::Training(format!("the PNG cannot be encoded: {error}")))?;
    Ok(STANDARD.encode(file.into_inner()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mixup_data::IMAGE_BYTES;

    #[test]
    fn a_picture_has_the_image_s_pixels() {
        let pixels: Vec<u8> = (0..IMAGE_BYTES).map(|index| (index % 251) as u8).collect();
        let file = STANDARD.decode(png(&pixels).unwrap()).unwrap();
        let picture = image::load_from_memory(&file).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), (32, 32));
        for (channel, plane) in pixels.chunks_exact(SIDE * SIDE).enumerate() {
            let found: Vec<u8> = picture.pixels().map(|pixel| pixel[channel]).collect();
            assert_eq!(found, plane);
        }
    }
}
