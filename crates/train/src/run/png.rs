//! Encodes pictures as PNG files.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};

use crate::failure::Failure;

/// Returns the bytes of a PNG file that shows `picture`.
///
/// # Errors
/// [`Failure::Png`] if the encoder refuses the picture, for example because it has no pixels.
pub(crate) fn encode(picture: &RgbImage) -> Result<Vec<u8>, Failure> {
    let mut file = Cursor::new(vec![]);
    picture.write_to(&mut file, ImageFormat::Png)?;
    Ok(file.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoded_file_has_the_pixels_of_the_picture() {
        let picture = RgbImage::from_fn(3, 2, |x, y| image::Rgb([x as u8, y as u8, 200]));
        let file = encode(&picture).unwrap();
        assert_eq!(image::load_from_memory(&file).unwrap().to_rgb8(), picture);
    }

    #[test]
    fn a_picture_without_pixels_is_refused() {
        let failure = encode(&RgbImage::new(0, 0)).unwrap_err();
        let message = failure.to_string();
        assert!(
            message.starts_with("the PNG cannot be encoded: "),
            "{message}"
        );
    }

    #[test]
    fn the_hint_does_not_suggest_another_device() {
        let hint = encode(&RgbImage::new(0, 0)).unwrap_err().hint();
        assert!(!hint.contains("--device"), "{hint}");
        assert!(hint.contains("size of the images"), "{hint}");
    }
}
