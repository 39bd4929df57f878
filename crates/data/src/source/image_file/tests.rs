use std::fs;
use std::path::PathBuf;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::{self, FilterType};
use image::{GrayImage, ImageEncoder, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tempfile::TempDir;

use super::*;

const IMAGE_BYTES: usize = ImageShape::CIFAR10.values();
const SIDE: usize = ImageShape::CIFAR10.height;

fn decode(path: &Path) -> Result<Vec<u8>, DataError> {
    read_image_file(path, ImageShape::CIFAR10, Resize::Squash)
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
    let expected = format!(
        "{}: expected an image (PNG, JPEG, WebP, BMP, GIF, TIFF or PNM), found ",
        path.display()
    );
    assert!(message(&path).starts_with(&expected));
    let image = RgbImage::new(32, 32);
    image
        .save_with_format(&path, ImageFormat::Jpeg)
        .expect("a new file");
    assert!(decode(&path).is_ok(), "a JPEG by another name");
}

/// A JPEG of this size, in which every 8x8 block has one colour.
fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x / 8 * 9) as u8, (y / 8 * 31) as u8, 50])
    });
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.encode_image(&image).expect("memory");
    bytes
}

/// The pixels of the bytes of a file.
fn read_bytes(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let (folder, path) = file("a");
    fs::write(&path, bytes).expect("a new file");
    let here = format!("{}/", folder.path().display());
    decode(&path).map_err(|error| error.to_string().replace(&here, ""))
}

#[test]
fn what_follows_a_jpeg_changes_nothing() {
    let picture = jpeg(64, 48);
    let alone = read_bytes(&picture).expect("a good image");
    let second = [&b"\xff\xd8"[..], &jpeg(16, 16)[2..]].concat();
    for after in [
        &b"\0\0\0\x18ftypmp42\xff\xda video"[..],
        &[0; 5000],
        &second,
        b"\xff\xda",
        b"\xff",
    ] {
        let longer = [&picture, after].concat();
        assert_eq!(read_bytes(&longer).as_ref(), Ok(&alone));
    }
}

#[test]
fn a_jpeg_cut_within_its_picture_ends_early_even_with_a_video_after_it() {
    let picture = jpeg(64, 48);
    let error = read_bytes(&picture[..picture.len() - 20]).expect_err("a cut image");
    assert_eq!(
        error,
        "a: expected an image (PNG, JPEG, WebP, BMP, GIF, TIFF or PNM), found a JPEG that ends early"
    );
    let with_video = [&picture[..picture.len() - 20], b"ftypmp42 video"].concat();
    assert_eq!(read_bytes(&with_video), Err(error));
}

#[test]
fn a_panorama_is_read() {
    for (width, height) in [(9000, 16), (16, 9000)] {
        assert!(read_bytes(&jpeg(width, height)).is_ok(), "{width}x{height}");
    }
    let (_folder, path) = file("a.png");
    GrayImage::from_pixel(20_000, 8, Luma([77]))
        .save(&path)
        .expect("a new file");
    assert_eq!(decode(&path).expect("a wide image"), [77; IMAGE_BYTES]);
}

/// The sizes are written into the headers of small files, so that nothing large is made here.
#[test]
fn an_image_that_would_take_too_much_memory_is_refused_by_its_size() {
    let mut bytes = jpeg(16, 16);
    let frame = bytes.windows(2).position(|two| two == [0xff, 0xc0]);
    let size = frame.expect("a frame") + 5;
    bytes[size..size + 4].copy_from_slice(&[0x75, 0x30, 0x4e, 0x20]);
    let expected = "a: expected an image that takes at most 512 MiB to decode, found one of \
                    20000x30000 pixels that takes 1732 MiB";
    assert_eq!(read_bytes(&bytes), Err(expected.into()));
    // In several scans, the coefficients are kept: 12,000 x 9,000 pixels are too many then.
    bytes[size..size + 4].copy_from_slice(&[0x23, 0x28, 0x2e, 0xe0]);
    bytes[frame.expect("a frame") + 1] = 0xc2;
    let error = read_bytes(&bytes).expect_err("an image in several scans");
    assert!(error.contains("12000x9000 pixels that takes"), "{error}");
}

#[test]
fn an_image_that_is_turned_after_it_is_resized_looks_the_same() {
    let image = RgbImage::from_fn(70, 50, |x, y| Rgb([(x * 3) as u8, (y * 5) as u8, 9]));
    let resize = |image: &RgbImage| imageops::resize(image, 32, 32, FilterType::Triangle);
    for orientation in [Orientation::Rotate90, Orientation::Rotate270FlipH] {
        let mut before = DynamicImage::from(image.clone());
        before.apply_orientation(orientation);
        let before = resize(&before.into_rgb8());
        let mut after = DynamicImage::from(resize(&image));
        after.apply_orientation(orientation);
        let pairs = before.as_raw().iter().zip(after.as_bytes());
        // Up to rounding.
        assert!(
            pairs
                .into_iter()
                .all(|(one, other)| one.abs_diff(*other) <= 1)
        );
    }
}

#[test]
fn files_of_other_kinds_are_named_by_their_content() {
    for (bytes, found) in [
        (&b""[..], "an empty file"),
        (b"8BPS", "a Photoshop image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image that ends early"),
        (b"<html>", "a web page (HTML)"),
        (b"\0\x05\x16\x07", "macOS's notes on a file"),
        (b"text", "a file of another kind"),
    ] {
        let expected =
            format!("a: expected an image (PNG, JPEG, WebP, BMP, GIF, TIFF or PNM), found {found}");
        assert_eq!(read_bytes(bytes), Err(expected));
    }
}

#[cfg(unix)]
#[test]
fn a_device_is_no_image() {
    let error = decode(Path::new("/dev/zero")).expect_err("a device");
    assert!(error.to_string().contains("expected a regular file"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn a_changed_image_is_read_or_refused(
        is_png in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        end in any::<prop::sample::Index>(),
    ) {
        let mut bytes = jpeg(40, 24);
        if is_png {
            let image = image::load_from_memory(&bytes).expect("a good image");
            bytes.clear();
            image.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).expect("memory");
        }
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        for length in [bytes.len(), end.index(bytes.len())] {
            if let Err(error) = read_bytes(&bytes[..length]) {
                prop_assert!(!error.contains(char::is_control), "{}", error);
            }
        }
    }

    #[test]
    fn the_structure_of_any_bytes_is_read_or_not(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Jpeg::read(&bytes);
        let markers: Vec<u8> = bytes.iter().flat_map(|&byte| [0xff, byte]).collect();
        let _ = Jpeg::read(&markers);
        let _ = Signature::of(&bytes);
    }
}

/// MNIST's 28x28 in 32x32, as LeNet takes it.
#[test]
fn a_set_of_smaller_images_gets_a_border_and_is_not_enlarged() {
    use crate::{ImageRequest, ImageSet, ImageShape, Images, Resize};
    let shape = ImageShape {
        channels: 1,
        height: 28,
        width: 28,
    };
    let pixels: Vec<u8> = (0..784_u32).map(|value| (value % 251) as u8 + 1).collect();
    let images = Images::from_parts(shape, pixels.clone(), vec![0]);
    let set = ImageSet {
        train: images.clone(),
        validation: None,
        test: images,
        classes: vec!["0".into(), "1".into()],
    };
    let request = ImageRequest {
        size: Some([32, 32]),
        resize: Resize::Pad,
        ..ImageRequest::default()
    };
    let set = set.fitted(&request).expect("a small set");
    let image = set.train.image(0);
    for (index, value) in image.iter().enumerate() {
        let (row, column) = (index / 32, index % 32);
        let inside = (2..30).contains(&row) && (2..30).contains(&column);
        let expected = if inside {
            pixels[(row - 2) * 28 + column - 2]
        } else {
            0
        };
        assert_eq!(*value, expected, "row {row}, column {column}");
    }
}
