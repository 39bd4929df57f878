//! Colours as grey: PIL's conversion of mode "RGB" to "L".

use crate::ImageShape;

/// The grey of a colour: 0.299 red + 0.587 green + 0.114 blue, with weights of 16 bits, rounded.
pub(super) fn luma(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 19_595 * u32::from(red) + 38_470 * u32::from(green) + 7_471 * u32::from(blue);
    ((sum + 0x8000) >> 16) as u8
}

/// The red, green and blue values of an image; `None` if it is grey.
pub(super) fn channels(image: &mut [u8], shape: ImageShape) -> Option<[&mut [u8]; 3]> {
    if shape.channels != 3 {
        return None;
    }
    let (red, rest) = image.split_at_mut(shape.plane());
    let (green, blue) = rest.split_at_mut(shape.plane());
    Some([red, green, blue])
}

/// The mean of all pixels' greys, rounded half up.
pub(super) fn mean(image: &mut [u8], shape: ImageShape) -> u8 {
    let pixels = shape.plane().max(1) as u64;
    let sum: u64 = match channels(image, shape) {
        Some([red, green, blue]) => {
            let colours = red.iter().zip(green).zip(blue);
            let greys = colours.map(|((red, green), blue)| luma(*red, *green, *blue));
            greys.map(u64::from).sum()
        }
        None => image.iter().map(|&grey| u64::from(grey)).sum(),
    };
    // PIL computes ⌊sum / pixels + 1/2⌋ in f64, which is this for any number of pixels below 2⁴⁰.
    ((2 * sum + pixels) / (2 * pixels)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greys_are_their_own_grey() {
        for value in 0..=255 {
            assert_eq!(luma(value, value, value), value);
        }
    }

    #[test]
    fn a_mean_is_rounded_half_up() {
        let shape = ImageShape {
            channels: 1,
            height: 1,
            width: 2,
        };
        assert_eq!(mean(&mut [3, 4], shape), 4);
        assert_eq!(mean(&mut [3, 3], shape), 3);
        assert_eq!(mean(&mut [255, 255], shape), 255);
    }
}
