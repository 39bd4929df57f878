//! TrivialAugment: one operation, at one strength.

use rand::{Rng, RngExt};

use super::{Retouch, Retouches};

/// The number of operations.
const OPERATIONS: usize = 14;

/// The number of strengths of an operation.
const STRENGTHS: usize = 31;

/// Draws TrivialAugment's single change in its wide setting: one of 14 operations, one of 31 strengths, and a sign.
///
/// Each is uniform. Where an operation has no strength or no sign, they are drawn all the same and not used. Images
/// move by up to 32 pixels, which leaves nothing of an image of that size.
///
/// # Source
/// Müller and Hutter, "TrivialAugment: Tuning-free Yet State-of-the-Art Data Augmentation", 2021, "Wide";
/// `torchvision.transforms.TrivialAugmentWide` with 31 magnitudes.
pub fn trivial_augment_wide(rng: &mut impl Rng) -> Retouches {
    let operation = rng.random_range(0..OPERATIONS);
    let strength = rng.random_range(0..STRENGTHS);
    Retouches::one(retouch(operation, strength, rng.random()))
}

/// The operation at this place of torchvision's list.
pub(super) fn retouch(operation: usize, strength: usize, negative: bool) -> Retouch {
    let signed = |last| {
        let magnitude = magnitude(0.0, last, strength);
        if negative { -magnitude } else { magnitude }
    };
    let factor = || 1.0 + signed(0.99);
    match operation {
        1 => Retouch::ShearX(signed(0.99)),
        2 => Retouch::ShearY(signed(0.99)),
        3 => Retouch::TranslateX(signed(32.0) as i32),
        4 => Retouch::TranslateY(signed(32.0) as i32),
        5 => Retouch::Rotate(signed(135.0)),
        6 => Retouch::Brightness(factor()),
        7 => Retouch::Saturation(factor()),
        8 => Retouch::Contrast(factor()),
        9 => Retouch::Sharpness(factor()),
        // From 8 to 2, each for five strengths, but the first and the last for three.
        10 => Retouch::Posterize(8 - ((strength + 2) / 5) as u8),
        11 => Retouch::Solarize(magnitude(255.0, 0.0, strength)),
        12 => Retouch::AutoContrast,
        13 => Retouch::Equalize,
        _ => Retouch::Identity,
    }
}

/// One of 31 evenly spaced magnitudes, as `torch.linspace` computes them in f32: from the nearer end, and rounded once.
///
/// The middle one of 0 to 32 is 15.999999, and moves an image by 15 pixels.
fn magnitude(first: f32, last: f32, strength: usize) -> f64 {
    let step = f64::from((last - first) / (STRENGTHS - 1) as f32);
    // Exact in f64.
    let magnitude = if strength < STRENGTHS / 2 {
        f64::from(first) + step * strength as f64
    } else {
        f64::from(last) - step * (STRENGTHS - 1 - strength) as f64
    };
    f64::from(magnitude as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    const DRAWS: u32 = 62_000;

    fn draws() -> impl Iterator<Item = Retouch> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        (0..DRAWS).map(move |_| {
            let Retouches([drawn, rest @ ..]) = trivial_augment_wide(&mut rng);
            assert_eq!(rest, [Retouch::Identity; 3]);
            drawn
        })
    }

    /// Whether a count of `DRAWS` is within six deviations of what a probability makes expect.
    fn fits(count: u32, probability: f64) -> bool {
        let expected = f64::from(DRAWS) * probability;
        let deviation = (expected * (1.0 - probability)).sqrt();
        (f64::from(count) - expected).abs() < 6.0 * deviation
    }

    #[test]
    fn operations_are_uniform() {
        let mut counts = std::collections::HashMap::new();
        for drawn in draws() {
            *counts.entry(std::mem::discriminant(&drawn)).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), OPERATIONS);
        assert!(
            counts.values().all(|&count| fits(count, 1.0 / 14.0)),
            "{counts:?}"
        );
    }

    #[test]
    fn strengths_and_signs_are_uniform() {
        let mut counts = [0; STRENGTHS];
        let mut negative = 0;
        for drawn in draws() {
            let Retouch::Rotate(degrees) = drawn else {
                continue;
            };
            // 135 degrees in 30 steps of 4.5.
            counts[(degrees.abs() / 4.5).round() as usize] += 1;
            negative += u32::from(degrees.is_sign_negative());
        }
        assert!(
            counts.iter().all(|&count| fits(count, 1.0 / 14.0 / 31.0)),
            "{counts:?}"
        );
        assert!(fits(negative, 1.0 / 28.0), "{negative}");
    }

    #[test]
    fn every_draw_is_in_the_tables() {
        let tables: Vec<Retouch> = (0..OPERATIONS * STRENGTHS)
            .map(|number| (number / STRENGTHS, number % STRENGTHS))
            .flat_map(|(operation, strength)| {
                [false, true].map(|negative| retouch(operation, strength, negative))
            })
            .collect();
        assert!(draws().take(2000).all(|drawn| tables.contains(&drawn)));
    }

    #[test]
    fn the_middle_of_32_pixels_is_15() {
        assert_eq!(retouch(3, 15, false), Retouch::TranslateX(15));
        assert_eq!(retouch(4, 15, true), Retouch::TranslateY(-15));
        assert_eq!(retouch(3, 30, true), Retouch::TranslateX(-32));
    }
}
