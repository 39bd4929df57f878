//! Files that end early, and files that say what is not so.

use image::{GrayImage, Luma, Rgb, RgbImage};

use super::*;

const WIDTH: u32 = 21;
const HEIGHT: u32 = 13;

fn colour() -> DynamicImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        Rgb([(x * 11) as u8, (x * y) as u8, (y * 17) as u8])
    })
    .into()
}

fn grey() -> DynamicImage {
    GrayImage::from_fn(WIDTH, HEIGHT, |x, y| Luma([(x * y * 7) as u8])).into()
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    image
        .write_to(&mut Cursor::new(&mut bytes), format)
        .expect("memory");
    bytes
}

fn read(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let shape = ImageShape::CIFAR10;
    let picture = small(Path::new("a"), bytes, shape, Resize::default());
    let picture = picture.map_err(|error| error.to_string())?;
    let mut planes = vec![0; shape.values()];
    picture.write(shape, &mut planes);
    Ok(planes)
}

/// A TIFF of grey pixels, whose header comes first.
fn tiff(width: u16, height: u16, compression: u16, pixels: &[u8]) -> Vec<u8> {
    const ENTRIES: [u16; 8] = [256, 257, 258, 259, 262, 273, 278, 279];
    let start = 8 + 2 + 12 * ENTRIES.len() + 4;
    let values = [
        u32::from(width),
        height.into(),
        8,
        compression.into(),
        1,
        start as u32,
        height.into(),
        pixels.len() as u32,
    ];
    let mut bytes = b"II*\0\x08\0\0\0\x08\0".to_vec();
    for (tag, value) in ENTRIES.into_iter().zip(values) {
        bytes.extend(tag.to_le_bytes());
        // One number of 32 bits.
        bytes.extend(b"\x04\0\x01\0\0\0");
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes.extend(pixels);
    bytes
}

/// A file of each kind, and how many bytes at its end hold nothing of the picture.
fn files() -> Vec<(&'static str, Vec<u8>, usize)> {
    let (colour, grey) = (colour(), grey());
    let bits = [b"P4 21 13\n".to_vec(), vec![0xa5; 3 * 13]].concat();
    let digits: String = (0..21 * 13)
        .map(|at| format!("{} ", 100 + at % 99))
        .collect();
    vec![
        ("PNG", encoded(&colour, ImageFormat::Png), 12),
        ("JPEG", encoded(&colour, ImageFormat::Jpeg), 0),
        ("WebP", encoded(&colour, ImageFormat::WebP), 0),
        (
            "lossy WebP",
            include_bytes!("../../../tests/pictures/lossy.webp").to_vec(),
            0,
        ),
        (
            "WebP with alpha",
            include_bytes!("../../../tests/pictures/alpha.webp").to_vec(),
            0,
        ),
        ("BMP", encoded(&colour, ImageFormat::Bmp), 0),
        ("grey BMP", encoded(&grey, ImageFormat::Bmp), 0),
        // The last code, an empty block and the mark of the end.
        ("GIF", encoded(&colour, ImageFormat::Gif), 3),
        ("TIFF", encoded(&colour, ImageFormat::Tiff), 0),
        (
            "TIFF with its header first",
            tiff(21, 13, 1, &grey.into_bytes()),
            0,
        ),
        ("PPM", encoded(&colour, ImageFormat::Pnm), 0),
        ("PBM", bits, 0),
        // The last number ends with a space; a part of it is a number too.
        (
            "PGM in digits",
            format!("P2 21 13 255\n{digits}").into_bytes(),
            3,
        ),
    ]
}

#[test]
fn files_cut_anywhere_are_errors_unless_the_picture_is_whole() {
    for (name, bytes, rest) in files() {
        let whole = read(&bytes).expect(name);
        for cut in 0..bytes.len() {
            let result = read(&bytes[..cut]);
            let left = bytes.len() - cut;
            match result {
                Err(error) => assert!(error.starts_with("a: expected an image"), "{error}"),
                Ok(planes) => assert!(
                    left <= rest && (planes == whole || name == "PGM in digits"),
                    "{name}: {left} bytes are missing"
                ),
            }
        }
    }
}

/// The decoder would make the pixels that the JPEG says, and not those that the TIFF says.
#[test]
fn a_tiff_with_a_jpeg_inside_is_refused() {
    let jpeg = encoded(&grey(), ImageFormat::Jpeg);
    let error = read(&tiff(21, 13, 7, &jpeg)).expect_err("a bad image");
    assert!(
        error.ends_with("found a TIFF image that is compressed as a JPEG"),
        "{error}"
    );
}
