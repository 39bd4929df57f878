use std::fs;
use std::path::PathBuf;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{GrayImage, ImageEncoder, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use tempfile::TempDir;

use super::*;

fn decode(path: &Path) -> Result<Vec<u8>, DataError> {
    read_image_file(path)
}

fn file(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a new folder");
    let path = folder.path().join(name);
    (folder, path)
}

fn decoded(image: impl Into<DynamicImage>) -> Vec<u8> {
    let (_folder, path) = file("a.png");
    image.into().save(&path).expect("a new file");
    decode(&path).expect("a good image")
}

fn message(path: &Path) -> String {
    let error = decode(path).expect_err("a bad image").to_string();
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(!error.ends_with('\n'), "{error}");
    error
}

#[test]
fn pixels_become_planes_of_rows() {
    let image = decoded(RgbImage::from_fn(32, 32, |x, y| Rgb([x as u8, y as u8, 5])));
    let planes: Vec<&[u8]> = image.chunks(SIDE * SIDE).collect();
    let at = 3 * SIDE + 7;
    assert_eq!((planes[0][at], planes[1][at], planes[2][at]), (7, 3, 5));
}

#[test]
fn other_sizes_are_resized() {
    let red_left = |x, _| Rgb([if x < 50 { 200 } else { 0 }, 0, 0]);
    let image = decoded(RgbImage::from_fn(100, 50, red_left));
    for row in image[..SIDE * SIDE].chunks(SIDE) {
        assert_eq!((row[0], row[10], row[20], row[31]), (200, 200, 0, 0));
    }
    let one_pixel = decoded(RgbImage::from_pixel(1, 1, Rgb([1, 2, 3])));
    assert_eq!(one_pixel[SIDE * SIDE..2 * SIDE * SIDE], [2; SIDE * SIDE]);
}

#[test]
fn grey_and_transparent_images_become_rgb() {
    let grey = decoded(GrayImage::from_pixel(32, 32, Luma([77])));
    assert_eq!(grey, [77; IMAGE_BYTES]);
    let clear = decoded(RgbaImage::from_pixel(32, 32, Rgba([1, 2, 3, 0])));
    let firsts = clear.chunks(SIDE * SIDE).map(|plane| plane[0]);
    assert_eq!(firsts.collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn the_exif_orientation_is_applied() {
    fn with_exif(mut encoder: impl ImageEncoder, image: &RgbImage) {
        // One little-endian entry: tag 0x112, orientation, is 3, upside down.
        let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x03\0\0\0\0\0\0\0";
        encoder
            .set_exif_metadata(exif.to_vec())
            .expect("both formats have EXIF");
        encoder
            .write_image(image.as_raw(), 32, 32, image::ExtendedColorType::Rgb8)
            .expect("memory");
    }
    let white_above = |_, y| Rgb([if y < 16 { 255 } else { 0 }; 3]);
    let image = RgbImage::from_fn(32, 32, white_above);
    let (mut png, mut jpeg) = (Vec::new(), Vec::new());
    with_exif(PngEncoder::new(&mut png), &image);
    with_exif(JpegEncoder::new_with_quality(&mut jpeg, 100), &image);
    for bytes in [png, jpeg] {
        let (_folder, path) = file("a");
        fs::write(&path, bytes).expect("a new file");
        let planes = decode(&path).expect("a good image");
        assert_eq!((planes[0], planes[SIDE * SIDE - 1]), (0, 255));
    }
}

#[test]
fn text_by_the_name_of_an_image_is_an_error() {
    let (_folder, path) = file("a.png");
    fs::write(&path, "plain text").expect("a new file");
    let expected = format!("{}: expected a PNG or JPEG image, found ", path.display());
    assert!(message(&path).starts_with(&expected));
    let image = RgbImage::new(32, 32);
    image
        .save_with_format(&path, ImageFormat::Jpeg)
        .expect("a new file");
    assert!(decode(&path).is_ok(), "a JPEG by another name");
}

#[test]
fn images_cut_anywhere_are_errors() {
    let image = RgbImage::from_fn(48, 48, |x, y| Rgb([x as u8, (x * y) as u8, 9]));
    for name in ["a.png", "a.jpg"] {
        let (_folder, path) = file(name);
        image.save(&path).expect("a new file");
        let whole = fs::read(&path).expect("a file");
        // The last twelve bytes of a PNG only mark its end.
        for cut in (0..whole.len() - 12).step_by(5) {
            fs::write(&path, &whole[..cut]).expect("a new file");
            message(&path);
        }
    }
}

#[test]
fn a_thumbnail_does_not_stand_in_for_the_end() {
    assert!(!has_jpeg_end(b"\xff\xd8 \xff\xda \xff\xd9 \xff\xda "));
    assert!(has_jpeg_end(b"\xff\xd8 \xff\xda \xff\xd9 padding"));
    assert!(!has_jpeg_end(b"\xff\xd8"));
}

#[test]
fn an_image_of_absurd_size_is_an_error() {
    let (_folder, path) = file("a.png");
    GrayImage::new(MAX_SIDE + 1, 1)
        .save(&path)
        .expect("a new file");
    message(&path);
}
