use super::*;
use crate::synthetic;

fn pair(lambda: f64, names: [&str; 2]) -> MixedPair {
    let images = synthetic(1, 20, 0).train;
    MixedPair {
        shape: images.shape(),
        first: images.image(3).to_vec(),
        partner: images.image(14).to_vec(),
        mixed: images.image(8).to_vec(),
        lambda,
        target: names
            .map(String::from)
            .into_iter()
            .zip([1.0 - lambda, lambda])
            .collect(),
        classes: names.map(String::from),
    }
}

#[test]
fn the_sheet_has_two_cards_in_a_row() {
    let pair = pair(0.4, ["disc", "ring"]);
    let size = |count: usize| contact_sheet(&vec![pair.clone(); count]).dimensions();
    let row = CARD_HEIGHT + MARGIN;
    assert_eq!(size(0), (496, MARGIN));
    assert_eq!(size(1), (496, MARGIN + row));
    assert_eq!(size(2), (976, MARGIN + row));
    assert_eq!(size(5), (976, MARGIN + 3 * row));
}

#[test]
fn every_pixel_of_the_three_images_is_enlarged() {
    let pair = pair(0.4, ["disc", "ring"]);
    let sheet = contact_sheet(std::slice::from_ref(&pair));
    let top = MARGIN + PADDING + CAPTION;
    for (column, pixels) in [&pair.first, &pair.partner, &pair.mixed].iter().enumerate() {
        let left = MARGIN + PADDING + column as u32 * (PICTURE + GAP);
        for (x, y) in [(0, 0), (3, 3), (4, 0), (0, 4), (127, 127)] {
            let pixel = (y / 4 * 32 + x / 4) as usize;
            let expected = [0, 1, 2].map(|channel| pixels[channel * 1024 + pixel]);
            assert_eq!(sheet.get_pixel(left + x, top + y).0, expected);
        }
    }
}

#[test]
fn the_text_names_lambda_and_the_classes() {
    let legend = |pair: &MixedPair| {
        let sheet = contact_sheet(std::slice::from_ref(pair));
        let top = MARGIN + PADDING + CAPTION + PICTURE;
        image::imageops::crop_imm(&sheet, 0, top, sheet.width(), LEGEND).to_image()
    };
    let base = legend(&pair(0.37, ["disc", "ring"]));
    assert!(base.pixels().any(|pixel| *pixel == INK));
    assert_ne!(base, legend(&pair(0.38, ["disc", "ring"])));
    assert_ne!(base, legend(&pair(0.37, ["disc", "rows"])));
}

#[test]
fn a_long_name_does_not_leave_its_card() {
    let long = "a class name that is much too long for its place";
    let sheet = contact_sheet(&[pair(0.5, [long, long]), pair(0.5, [long, long])]);
    for y in MARGIN + 1..MARGIN + CARD_HEIGHT - 1 {
        for x in (CARD_WIDTH + MARGIN - PADDING)..(CARD_WIDTH + MARGIN - 1) {
            assert_eq!(*sheet.get_pixel(x, y), CARD, "{x}, {y}");
        }
    }
}

#[test]
fn a_text_is_cut_only_where_it_must_be() {
    assert_eq!(fitting("0.63 disc", 9), "0.63 disc");
    assert_eq!(fitting("0.63 disc", 8), "0.63 d..");
    assert_eq!(fitting("λλλλ", 3), "λ..");
}

#[test]
fn the_bar_is_divided_by_the_shares() {
    let sheet = contact_sheet(&[pair(0.25, ["disc", "ring"])]);
    let y = MARGIN + PADDING + CAPTION + PICTURE + LEGEND + 1;
    let left = MARGIN + PADDING;
    assert_eq!(*sheet.get_pixel(left + INNER * 3 / 4 - 1, y), SHARES[0]);
    assert_eq!(*sheet.get_pixel(left + INNER * 3 / 4, y), SHARES[1]);
    assert_eq!(*sheet.get_pixel(left + INNER - 1, y), SHARES[1]);
}

/// The first image of a sheet, whose pixels are all `value`: what its square shows.
fn shown(channels: usize, height: usize, width: usize, value: u8) -> RgbImage {
    let shape = ImageShape {
        channels,
        height,
        width,
    };
    let pixels = vec![value; shape.values()];
    let pair = MixedPair {
        shape,
        first: pixels.clone(),
        partner: pixels.clone(),
        mixed: pixels,
        ..pair(0.4, ["disc", "ring"])
    };
    let sheet = contact_sheet(&[pair]);
    let (left, top) = (MARGIN + PADDING, MARGIN + PADDING + CAPTION);
    imageops::crop_imm(&sheet, left, top, PICTURE, PICTURE).to_image()
}

/// The box of the pixels of this grey: left, top, width, height.
fn extent(picture: &RgbImage, grey: u8) -> [u32; 4] {
    let of = |pixel: &(u32, u32, &Rgb<u8>)| pixel.2.0 == [grey; 3];
    let found: Vec<_> = picture.enumerate_pixels().filter(of).collect();
    let (left, right) = (
        found.iter().map(|pixel| pixel.0).min().unwrap(),
        found.iter().map(|pixel| pixel.0).max().unwrap(),
    );
    let (top, bottom) = (
        found.iter().map(|pixel| pixel.1).min().unwrap(),
        found.iter().map(|pixel| pixel.1).max().unwrap(),
    );
    [left, top, right - left + 1, bottom - top + 1]
}

#[test]
fn an_image_keeps_its_aspect_ratio_in_the_middle_of_its_square() {
    assert_eq!(extent(&shown(3, 32, 64, 9), 9), [0, 32, 128, 64]);
    assert_eq!(extent(&shown(1, 28, 28, 9), 9), [8, 8, 112, 112]);
}

#[test]
fn a_large_image_is_reduced() {
    assert_eq!(extent(&shown(3, 150, 200, 9), 9), [0, 16, 128, 96]);
    assert_eq!(extent(&shown(1, 1, 4000, 9), 9), [0, 63, 128, 1]);
}
