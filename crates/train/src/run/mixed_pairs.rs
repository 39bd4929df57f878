//! Mixed pairs as pictures for a report's page.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mixup_data::{Draw, ImageShape, MixedPair, picture};

use crate::failure::Failure;
use crate::run::png::encode;

/// How many pairs a run keeps for its report.
const PAIRS: usize = 6;

/// Returns six of an epoch's `draws` that represent it, or fewer if the epoch mixes fewer.
///
/// The epoch's pairs are sorted by λ and divided into equal groups. Each returned pair is the middle one
/// of its group.
pub(crate) fn typical(draws: &[Draw]) -> Vec<Draw> {
    let is_mixed = |draw: &&Draw| draw.image != draw.partner;
    let mut mixed: Vec<Draw> = draws.iter().filter(is_mixed).copied().collect();
    mixed.sort_by(|a, b| a.lambda.total_cmp(&b.lambda));
    let parts = PAIRS.min(mixed.len());
    (0..parts)
        .map(|part| mixed[(2 * part + 1) * mixed.len() / (2 * parts)])
        .collect()
}

/// Converts the pairs, with their images as PNG files in Base64.
///
/// # Errors
/// [`Failure::Png`] if the encoder fails.
pub(crate) fn of(pairs: &[MixedPair]) -> Result<Vec<mixup_evidence::MixedPair>, Failure> {
    pairs
        .iter()
        .map(|pair| {
            Ok(mixup_evidence::MixedPair {
                first: png(pair.shape, &pair.first)?,
                partner: png(pair.shape, &pair.partner)?,
                mixed: png(pair.shape, &pair.mixed)?,
                lambda: pair.lambda,
                target: pair.target.clone(),
                classes: pair.classes.clone(),
            })
        })
        .collect()
}

/// Returns a PNG file in Base64 that shows `pixels`, u8 `[channels, height, width]`.
fn png(shape: ImageShape, pixels: &[u8]) -> Result<String, Failure> {
    Ok(STANDARD.encode(encode(&picture(shape, pixels))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mixup_data::{ImagePlan, Mixing, Policy, Selection};

    const SQUARE: ImageShape = ImageShape::CIFAR10;

    #[test]
    fn typical_pairs_are_spread_evenly_over_lambda() {
        // Beta(1, 1) is uniform, so the middles of six parts are known.
        let mixing = Mixing::new(1.0, Selection::Every(1)).unwrap();
        let plan = ImagePlan::draw(1, 1, 20_000, SQUARE, &Policy::new(mixing, 128));
        let draws = typical(plan.draws());
        assert_eq!(draws.len(), 6);
        for (draw, twelfths) in draws.iter().zip([1.0, 3.0, 5.0, 7.0, 9.0, 11.0]) {
            assert!((draw.lambda - twelfths / 12.0).abs() < 0.02, "{draw:?}");
        }
        let count = |images, alpha| {
            let mixing = Mixing::new(alpha, Selection::Every(5)).unwrap();
            let plan = ImagePlan::draw(1, 1, images, SQUARE, &Policy::new(mixing, 128));
            typical(plan.draws()).len()
        };
        assert_eq!((count(16, 0.2), count(100, 0.0)), (3, 0));
    }

    /// Both are shown in their own size.
    #[test]
    fn a_picture_has_the_pixels_of_its_image() {
        for (channels, height, width) in [(3, 20, 31), (1, 28, 28)] {
            let shape = ImageShape {
                channels,
                height,
                width,
            };
            let pixels: Vec<u8> = (0..shape.values())
                .map(|index| (index % 251) as u8)
                .collect();
            let file = STANDARD.decode(png(shape, &pixels).unwrap()).unwrap();
            let picture = image::load_from_memory(&file).unwrap().to_rgb8();
            assert_eq!(picture.dimensions(), (width as u32, height as u32));
            for channel in 0..3 {
                let plane = channel % channels * shape.plane();
                let found: Vec<u8> = picture.pixels().map(|pixel| pixel[channel]).collect();
                assert_eq!(found, pixels[plane..plane + shape.plane()]);
            }
        }
    }
}
