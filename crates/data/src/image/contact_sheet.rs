//! A picture that shows what mixing does: pairs of images, their mixes and their soft labels.

mod canvas;

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use crate::{ImageShape, MixedPair};
use canvas::{BOLD, Canvas, LARGE, SMALL};

// All sizes in pixels.
/// The square in which each image is shown.
const PICTURE: u32 = 128;
/// Between two pictures, with room for a sign.
const GAP: u32 = 24;
const PADDING: u32 = 16;
const CAPTION: u32 = 20;
const LEGEND: u32 = 28;
const BAR: u32 = 6;
/// The width of `λ = 0.37` in the legend.
const LAMBDA_ROOM: u32 = 84;
/// The square that shows the colour of a class in the bar.
const KEY: u32 = 9;
const KEY_GAP: u32 = 6;
const MARGIN: u32 = 16;
const INNER: u32 = 3 * PICTURE + 2 * GAP;
const CARD_WIDTH: u32 = INNER + 2 * PADDING;
const CARD_HEIGHT: u32 = CAPTION + PICTURE + LEGEND + BAR + 2 * PADDING;
const CARDS_PER_ROW: u32 = 2;

const PAPER: Rgb<u8> = Rgb([236, 239, 243]);
const CARD: Rgb<u8> = Rgb([255, 255, 255]);
const EDGE: Rgb<u8> = Rgb([214, 219, 226]);
const INK: Rgb<u8> = Rgb([38, 45, 56]);
const FAINT: Rgb<u8> = Rgb([112, 121, 134]);
/// The colours of the classes in a soft label, used in turn.
const SHARES: [Rgb<u8>; 4] = [
    Rgb([58, 110, 165]),
    Rgb([230, 150, 62]),
    Rgb([88, 156, 110]),
    Rgb([160, 104, 160]),
];

/// Draws one card per pair, two cards per row: first image, partner, mix, λ and soft label.
///
/// RGB; 976 pixels wide, or 496 for a single pair. A class name that does not fit is shortened.
///
/// # Panics
/// If an image has not as many values as its shape says.
pub fn contact_sheet(pairs: &[MixedPair]) -> RgbImage {
    let count = pairs.len() as u32;
    let columns = count.clamp(1, CARDS_PER_ROW);
    let side = |cards: u32, length: u32| cards * (length + MARGIN) + MARGIN;
    let width = side(columns, CARD_WIDTH);
    let height = side(count.div_ceil(columns), CARD_HEIGHT);
    let mut canvas = Canvas(RgbImage::from_pixel(width, height, PAPER));
    for (index, pair) in (0..count).zip(pairs) {
        let left = MARGIN + index % columns * (CARD_WIDTH + MARGIN);
        let top = MARGIN + index / columns * (CARD_HEIGHT + MARGIN);
        draw_card(&mut canvas, left, top, pair);
    }
    canvas.0
}

fn draw_card(canvas: &mut Canvas, left: u32, top: u32, pair: &MixedPair) {
    canvas.fill(left, top, CARD_WIDTH, CARD_HEIGHT, EDGE);
    canvas.fill(left + 1, top + 1, CARD_WIDTH - 2, CARD_HEIGHT - 2, CARD);
    let (left, top) = (left + PADDING, top + PADDING);
    let pictures = [
        ("image", "", &pair.first),
        ("partner", "+", &pair.partner),
        ("mix", "=", &pair.mixed),
    ];
    for (column, (caption, sign, pixels)) in (0..).zip(pictures) {
        let x = left + column * (PICTURE + GAP);
        canvas.text(caption, x, top, SMALL, FAINT);
        let y = top + CAPTION;
        let sign_x = (x + LARGE.character_size.width).saturating_sub(GAP) - 2;
        let middle = y + PICTURE / 2 - LARGE.character_size.height / 2;
        canvas.text(sign, sign_x, middle, LARGE, FAINT);
        draw_picture(canvas, x, y, pair.shape, pixels);
    }
    let legend = top + CAPTION + PICTURE;
    draw_legend(canvas, left, legend, pair);
    draw_bar(canvas, left, legend + LEGEND, pair);
}

/// The pixels of an image, u8 `[channels, height, width]`, as a picture in colour.
///
/// # Panics
/// If `pixels` are not those of one image of this shape.
pub fn picture(shape: ImageShape, pixels: &[u8]) -> RgbImage {
    assert_eq!(pixels.len(), shape.values(), "bytes of one image");
    let plane = shape.plane();
    RgbImage::from_fn(shape.width as u32, shape.height as u32, |x, y| {
        let pixel = y as usize * shape.width + x as usize;
        // A grey image has the same value in all channels.
        Rgb([0, 1, 2].map(|channel| pixels[channel % shape.channels * plane + pixel]))
    })
}

/// Draws an image into the middle of its square. Each pixel of a small one becomes a square of pixels, so that
/// nothing is smoothed. A large one is reduced.
fn draw_picture(canvas: &mut Canvas, left: u32, top: u32, shape: ImageShape, pixels: &[u8]) {
    let mut picture = picture(shape, pixels);
    let longest = picture.width().max(picture.height());
    if longest > PICTURE {
        let reduced = |side: u32| (side * PICTURE / longest).max(1);
        let (width, height) = (reduced(picture.width()), reduced(picture.height()));
        picture = imageops::resize(&picture, width, height, FilterType::Triangle);
    }
    let enlargement = PICTURE / picture.width().max(picture.height());
    let middle = |side: u32| (PICTURE - side * enlargement) / 2;
    let (left, top) = (
        left + middle(picture.width()),
        top + middle(picture.height()),
    );
    for (x, y, colour) in picture.enumerate_pixels() {
        let (x, y) = (left + x * enlargement, top + y * enlargement);
        canvas.fill(x, y, enlargement, enlargement, *colour);
    }
}

/// Draws `λ = 0.37` and next to it the share of each class.
fn draw_legend(canvas: &mut Canvas, left: u32, top: u32, pair: &MixedPair) {
    let top = top + 9;
    canvas.lambda(left, top, INK);
    let equation = format!("= {:.2}", pair.lambda);
    canvas.text(
        &equation,
        left + 2 * BOLD.character_size.width,
        top,
        BOLD,
        INK,
    );
    let room = (INNER - LAMBDA_ROOM) / (pair.target.len() as u32).max(1);
    for (entry, (name, share)) in (0..).zip(&pair.target) {
        let x = left + LAMBDA_ROOM + entry * room;
        canvas.fill(x, top + 2, KEY, KEY, share_colour(entry));
        let text = format!("{share:.2} {name}");
        let space = room.saturating_sub(KEY + 2 * KEY_GAP);
        let text = fitting(&text, (space / SMALL.character_size.width) as usize);
        canvas.text(&text, x + KEY + KEY_GAP, top, SMALL, INK);
    }
}

/// Draws the soft label as one bar, divided among the classes.
fn draw_bar(canvas: &mut Canvas, left: u32, top: u32, pair: &MixedPair) {
    let (mut drawn, mut sum) = (0, 0.0);
    for (entry, (_, share)) in (0..).zip(&pair.target) {
        sum += share;
        let end = ((sum * f64::from(INNER)).round() as u32).min(INNER);
        canvas.fill(left + drawn, top, end - drawn, BAR, share_colour(entry));
        drawn = end;
    }
}

fn share_colour(entry: u32) -> Rgb<u8> {
    SHARES[entry as usize % SHARES.len()]
}

/// The text, or its beginning and two dots if it has more than `most` characters.
fn fitting(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    let kept: String = text.chars().take(most.saturating_sub(2)).collect();
    kept + ".."
}

#[cfg(test)]
mod tests;
