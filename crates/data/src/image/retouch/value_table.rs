//! Changes that map each value to another, whatever its neighbours are: PIL's `ImageOps`.

use crate::ImageShape;

/// What becomes of each of the 256 values.
pub(super) type Table = [u8; 256];

/// The table of a function.
pub(super) fn table(mut of: impl FnMut(u8) -> u8) -> Table {
    std::array::from_fn(|value| of(value as u8))
}

/// Replaces every value by the table's.
pub(super) fn look_up(values: &mut [u8], table: &Table) {
    for value in values {
        *value = table[usize::from(*value)];
    }
}

/// Clears all but the highest `bits` of each value.
pub(super) fn posterize(image: &mut [u8], bits: u8) {
    let cleared = 8_u32.saturating_sub(bits.into());
    let mask = 0xff_u8.checked_shl(cleared).unwrap_or(0);
    for value in image {
        *value &= mask;
    }
}

/// Inverts the values that are at least `threshold`.
pub(super) fn solarize(image: &mut [u8], threshold: f64) {
    let inverted = |value: u8| {
        if f64::from(value) < threshold {
            value
        } else {
            255 - value
        }
    };
    look_up(image, &table(inverted));
}

/// Stretches each channel, so that its smallest value becomes 0 and its largest 255.
pub(super) fn auto_contrast(image: &mut [u8], shape: ImageShape) {
    for channel in image.chunks_exact_mut(shape.plane().max(1)) {
        let ends = channel
            .iter()
            .fold((255, 0), |(low, high), &v| (v.min(low), v.max(high)));
        let (low, high) = (f64::from(ends.0), f64::from(ends.1));
        if low < high {
            // A product and a sum, as PIL computes it: (value − low) · scale may be cut off to one less.
            let scale = 255.0 / (high - low);
            let offset = -low * scale;
            let stretched = |value: u8| (f64::from(value) * scale + offset) as u8;
            look_up(channel, &table(stretched));
        }
    }
}

/// Spreads each channel: a value becomes the number of pixels below it, in steps of 1/255 of all.
///
/// The pixels of the largest value do not count to "all". With fewer than 255 others, the channel stays as it is.
pub(super) fn equalize(image: &mut [u8], shape: ImageShape) {
    for channel in image.chunks_exact_mut(shape.plane().max(1)) {
        let mut counts = [0_usize; 256];
        for &value in channel.iter() {
            counts[usize::from(value)] += 1;
        }
        let largest = counts.iter().rev().find(|&&count| count > 0);
        let step = (channel.len() - largest.copied().unwrap_or(0)) / 255;
        if step == 0 {
            continue;
        }
        let mut below = step / 2;
        let spread = |value: u8| {
            let level = below / step;
            below += counts[usize::from(value)];
            level.min(255) as u8
        };
        look_up(channel, &table(spread));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posterizing_keeps_the_highest_bits() {
        let of = |bits| {
            let mut image = [0b1011_0111];
            posterize(&mut image, bits);
            image[0]
        };
        assert_eq!(
            [1, 3, 7, 8].map(of),
            [0b1000_0000, 0b1010_0000, 0b1011_0110, 0b1011_0111]
        );
        assert_eq!([0, 9, 255].map(of), [0, 0b1011_0111, 0b1011_0111]);
    }

    #[test]
    fn a_threshold_is_inverted_itself() {
        let of = |threshold| {
            let mut image = [99, 100, 101];
            solarize(&mut image, threshold);
            image
        };
        assert_eq!(of(100.0), [99, 155, 154]);
        assert_eq!(of(100.5), [99, 100, 154]);
    }
}
