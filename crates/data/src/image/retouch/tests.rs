//! Bytes and strengths against torchvision's (`tests/retouch.json`), and what holds for any image.

use std::collections::HashMap;

use proptest::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::trivial_augment::retouch;
use super::*;

#[derive(Deserialize)]
struct Figures {
    strengths: HashMap<String, Vec<f32>>,
    images: Vec<Picture>,
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Picture {
    name: String,
    shape: [usize; 3],
    pixels: String,
}

#[derive(Deserialize)]
struct Operation {
    operation: String,
    magnitudes: Vec<f32>,
    digests: Vec<Vec<String>>,
    results: Vec<Shown>,
}

#[derive(Deserialize)]
struct Shown {
    image: String,
    magnitude: f32,
    result: String,
}

fn figures() -> Figures {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/retouch.json"));
    serde_json::from_str(text).unwrap()
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    (0..hexadecimal.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hexadecimal[at..at + 2], 16).unwrap())
        .collect()
}

/// What torchvision's `_apply_op` does under this name with a magnitude.
fn named(operation: &str, magnitude: f32) -> Retouch {
    let magnitude = f64::from(magnitude);
    match operation {
        "Identity" => Retouch::Identity,
        "ShearX" => Retouch::ShearX(magnitude),
        "ShearY" => Retouch::ShearY(magnitude),
        "TranslateX" => Retouch::TranslateX(magnitude as i32),
        "TranslateY" => Retouch::TranslateY(magnitude as i32),
        "Rotate" => Retouch::Rotate(magnitude),
        "Brightness" => Retouch::Brightness(1.0 + magnitude),
        "Color" => Retouch::Saturation(1.0 + magnitude),
        "Contrast" => Retouch::Contrast(1.0 + magnitude),
        "Sharpness" => Retouch::Sharpness(1.0 + magnitude),
        "Posterize" => Retouch::Posterize(magnitude as u8),
        "Solarize" => Retouch::Solarize(magnitude),
        "AutoContrast" => Retouch::AutoContrast,
        "Equalize" => Retouch::Equalize,
        "Hue" => Retouch::Hue(magnitude),
        other => panic!("{other}"),
    }
}

fn applied(retouch: Retouch, picture: &Picture) -> Vec<u8> {
    let [channels, height, width] = picture.shape;
    let shape = ImageShape {
        channels,
        height,
        width,
    };
    let mut image = bytes(&picture.pixels);
    retouch.apply(&mut image, shape, &mut vec![7; 5]);
    image
}

#[test]
fn bytes_match_torchvision() {
    let figures = figures();
    assert_eq!(figures.operations.len(), 15);
    for operation in &figures.operations {
        assert_eq!(operation.digests.len(), figures.images.len());
        for (picture, digests) in figures.images.iter().zip(&operation.digests) {
            assert_eq!(digests.len(), operation.magnitudes.len());
            for (&magnitude, digest) in operation.magnitudes.iter().zip(digests) {
                let retouch = named(&operation.operation, magnitude);
                let found = Sha256::digest(applied(retouch, picture));
                let found: String = found.iter().take(6).map(|b| format!("{b:02x}")).collect();
                assert_eq!(&found, digest, "{retouch:?} of {}", picture.name);
            }
        }
    }
}

/// A few whole results, because a digest does not say what is wrong.
#[test]
fn whole_results_match_torchvision() {
    let figures = figures();
    for operation in &figures.operations {
        for shown in &operation.results {
            let retouch = named(&operation.operation, shown.magnitude);
            let mut pictures = figures.images.iter();
            let picture = pictures
                .find(|picture| picture.name == shown.image)
                .unwrap();
            assert_eq!(
                applied(retouch, picture),
                bytes(&shown.result),
                "{retouch:?}"
            );
        }
    }
}

#[test]
fn strengths_match_torchvision() {
    let tables = figures().strengths;
    assert_eq!(tables.len(), NAMES.len());
    for (number, name) in NAMES.into_iter().enumerate() {
        let table = &tables[name];
        for strength in 0..31 {
            // An operation without strengths has one magnitude, which it does not use.
            let magnitude = table[strength.min(table.len() - 1)];
            let signed = (1..=9).contains(&number);
            let negative = if signed { -magnitude } else { magnitude };
            assert_eq!(retouch(number, strength, false), named(name, magnitude));
            assert_eq!(retouch(number, strength, true), named(name, negative));
        }
    }
}

/// In the order of torchvision's list.
const NAMES: [&str; 14] = [
    "Identity",
    "ShearX",
    "ShearY",
    "TranslateX",
    "TranslateY",
    "Rotate",
    "Brightness",
    "Color",
    "Contrast",
    "Sharpness",
    "Posterize",
    "Solarize",
    "AutoContrast",
    "Equalize",
];

/// Any change, with numbers far outside their ranges among them.
fn any_retouch() -> impl Strategy<Value = Retouch> {
    let odd = proptest::sample::select(vec![f64::NAN, f64::INFINITY, f64::MIN, -0.0]);
    let number = prop_oneof![-2.0..2.0, -400.0..400.0, any::<f64>(), odd];
    let pixels = prop_oneof![-50..50, any::<i32>()];
    let others = [Retouch::Identity, Retouch::AutoContrast, Retouch::Equalize];
    prop_oneof![
        number.clone().prop_map(Retouch::ShearX),
        number.clone().prop_map(Retouch::ShearY),
        pixels.clone().prop_map(Retouch::TranslateX),
        pixels.prop_map(Retouch::TranslateY),
        number.clone().prop_map(Retouch::Rotate),
        number.clone().prop_map(Retouch::Brightness),
        number.clone().prop_map(Retouch::Saturation),
        number.clone().prop_map(Retouch::Contrast),
        number.clone().prop_map(Retouch::Sharpness),
        any::<u8>().prop_map(Retouch::Posterize),
        number.clone().prop_map(Retouch::Solarize),
        number.prop_map(Retouch::Hue),
        proptest::sample::select(others.to_vec()),
    ]
}

/// An image of up to 40 x 40 pixels, grey or coloured.
fn any_image() -> impl Strategy<Value = (ImageShape, Vec<u8>)> {
    (any::<bool>(), 1..=40_usize, 1..=40_usize).prop_flat_map(|(grey, height, width)| {
        let shape = ImageShape {
            channels: if grey { 1 } else { 3 },
            height,
            width,
        };
        let pixels = proptest::collection::vec(any::<u8>(), shape.values());
        pixels.prop_map(move |pixels| (shape, pixels))
    })
}

proptest! {
    /// With debug assertions, an overflow panics too.
    #[test]
    fn no_size_and_no_number_panics(
        (shape, mut image) in any_image(),
        retouches in proptest::array::uniform4(any_retouch()),
    ) {
        Retouches(retouches).apply(&mut image, shape, &mut Vec::new());
    }

    #[test]
    fn what_is_left_in_the_scratch_memory_changes_nothing(
        (shape, image) in any_image(),
        retouch in any_retouch(),
        mut scratch: Vec<u8>,
    ) {
        let (mut first, mut second) = (image.clone(), image);
        retouch.apply(&mut first, shape, &mut Vec::new());
        retouch.apply(&mut second, shape, &mut scratch);
        prop_assert_eq!(first, second);
    }

    #[test]
    fn factors_of_1_and_changes_by_0_keep_every_byte((shape, image) in any_image()) {
        for retouch in [
            Retouch::Identity,
            Retouch::ShearX(0.0),
            Retouch::ShearY(0.0),
            Retouch::TranslateX(0),
            Retouch::TranslateY(0),
            Retouch::Rotate(0.0),
            Retouch::Rotate(-720.0),
            Retouch::Brightness(1.0),
            Retouch::Saturation(1.0),
            Retouch::Contrast(1.0),
            Retouch::Sharpness(1.0),
            Retouch::Posterize(8),
            Retouch::Solarize(256.0),
        ] {
            let mut changed = image.clone();
            retouch.apply(&mut changed, shape, &mut Vec::new());
            prop_assert_eq!(&changed, &image, "{:?}", retouch);
        }
    }

    #[test]
    fn changes_of_an_image_are_made_one_after_the_other(
        (shape, image) in any_image(),
        retouches in proptest::array::uniform4(any_retouch()),
    ) {
        let scratch = &mut Vec::new();
        let (mut together, mut apart) = (image.clone(), image);
        Retouches(retouches).apply(&mut together, shape, scratch);
        retouches.iter().for_each(|retouch| retouch.apply(&mut apart, shape, scratch));
        prop_assert_eq!(together, apart);
    }
}
