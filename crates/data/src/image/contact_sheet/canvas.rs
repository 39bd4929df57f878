//! Rectangles and text on an image.

use std::convert::Infallible;

use embedded_graphics::mono_font::iso_8859_1::{FONT_8X13, FONT_8X13_BOLD, FONT_10X20};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::{
    Dimensions, DrawTarget, Drawable, OriginDimensions, Pixel, Point, RgbColor, Size,
};
use embedded_graphics::text::{Baseline, Text};
use image::{Rgb, RgbImage};

/// The font of captions and labels.
pub(super) const SMALL: &MonoFont<'static> = &FONT_8X13;
/// The font of values, as large as [`SMALL`].
pub(super) const BOLD: &MonoFont<'static> = &FONT_8X13_BOLD;
/// The font of signs.
pub(super) const LARGE: &MonoFont<'static> = &FONT_10X20;

/// The letter λ in the style of [`BOLD`]; the λ of the Greek fonts is hard to recognise at this size.
const LAMBDA: [&[u8; 7]; 9] = [
    b"###    ", b"  ##   ", b"   #   ", b"   ##  ", b"  ###  ", b"  # ## ", b" ##  # ", b" ##  ##",
    b"##    #",
];
/// Empty rows above a capital letter of [`BOLD`].
const LAMBDA_TOP: u32 = 2;

/// An image to draw on. Drawing outside it has no effect.
pub(super) struct Canvas(pub(super) RgbImage);

impl Canvas {
    /// Fills a rectangle.
    pub(super) fn fill(&mut self, left: u32, top: u32, width: u32, height: u32, colour: Rgb<u8>) {
        for y in top..top + height {
            for x in left..left + width {
                if let Some(pixel) = self.0.get_pixel_mut_checked(x, y) {
                    *pixel = colour;
                }
            }
        }
    }

    /// Draws a λ where text in [`BOLD`] would stand.
    pub(super) fn lambda(&mut self, left: u32, top: u32, colour: Rgb<u8>) {
        for (y, row) in (top + LAMBDA_TOP..).zip(LAMBDA) {
            for (x, _) in (left..).zip(row).filter(|(_, dot)| **dot == b'#') {
                self.fill(x, y, 1, 1, colour);
            }
        }
    }

    /// Draws one line of text whose upper left corner is at `left` and `top`.
    pub(super) fn text(
        &mut self,
        text: &str,
        left: u32,
        top: u32,
        font: &MonoFont<'_>,
        colour: Rgb<u8>,
    ) {
        let [red, green, blue] = colour.0;
        let style = MonoTextStyle::new(font, Rgb888::new(red, green, blue));
        let corner = Point::new(left as i32, top as i32);
        let Ok(_) = Text::with_baseline(text, corner, style, Baseline::Top).draw(self);
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(self.0.width(), self.0.height())
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Infallible> {
        let area = self.bounding_box();
        for Pixel(point, colour) in pixels {
            if area.contains(point) {
                let rgb = Rgb([colour.r(), colour.g(), colour.b()]);
                self.0.put_pixel(point.x as u32, point.y as u32, rgb);
            }
        }
        Ok(())
    }
}
