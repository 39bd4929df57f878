//! Sharpening: values are moved away from those of a smoothed image.

use super::blend::blend;
use crate::ImageShape;

/// Blends the smoothed image with the image.
pub(super) fn sharpen(image: &mut [u8], shape: ImageShape, factor: f32, scratch: &mut Vec<u8>) {
    scratch.clear();
    scratch.extend_from_slice(image);
    let planes = scratch.chunks_exact(shape.plane().max(1));
    for (source, target) in planes.zip(image.chunks_exact_mut(shape.plane().max(1))) {
        smooth(source, target, shape);
    }
    for (smooth, &value) in image.iter_mut().zip(scratch.iter()) {
        *smooth = blend(*smooth, value, factor);
    }
}

/// Writes a smoothed channel over itself, of which `source` is a copy.
///
/// A value becomes the mean of its 3 x 3 neighbours, in which it counts five times itself. The outermost have no such
/// mean, and PIL keeps them.
fn smooth(source: &[u8], target: &mut [u8], shape: ImageShape) {
    let ImageShape { height, width, .. } = shape;
    let Some(inner) = width.checked_sub(2) else {
        return;
    };
    for row in 1..height.saturating_sub(1) {
        // Slices of one length, so that the compiler adds them as vectors.
        let [above, here, below] = [row - 1, row, row + 1]
            .map(|row| [0, 1, 2].map(|from| &source[row * width + from..][..inner]));
        let target = &mut target[row * width + 1..][..inner];
        for (x, value) in target.iter_mut().enumerate() {
            let sum = |[left, middle, right]: [&[u8]; 3]| {
                u16::from(left[x]) + u16::from(middle[x]) + u16::from(right[x])
            };
            let sum = sum(above) + sum(here) + sum(below) + 4 * u16::from(here[1][x]);
            // Thirteenths are never half-way between two numbers, so PIL's f32 rounds them alike.
            *value = ((2 * sum + 13) / 26) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The centre is (5 · 130 + 8 · 0) / 13.
    #[test]
    fn a_factor_of_0_smooths_what_is_inside() {
        let shape = ImageShape {
            channels: 1,
            height: 3,
            width: 3,
        };
        let mut image = [0, 0, 0, 0, 130, 0, 0, 0, 0];
        sharpen(&mut image, shape, 0.0, &mut Vec::new());
        assert_eq!(image, [0, 0, 0, 0, 50, 0, 0, 0, 0]);
    }
}
