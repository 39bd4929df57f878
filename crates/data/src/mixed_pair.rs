//! Pairs of images as training mixes them, to look at.

use burn::tensor::Device;

use crate::{Draw, IMAGE_BYTES, Images, MixupBatcher, Normalisation};

/// Two images, their mix and what the network is told about it.
///
/// The images are u8 `[3, 32, 32]`.
#[derive(Clone, Debug, PartialEq)]
pub struct MixedPair {
    /// The image that keeps the share λ.
    pub first: Vec<u8>,
    /// The image that is mixed in.
    pub partner: Vec<u8>,
    /// λ times the first plus 1 - λ times the partner.
    pub mixed: Vec<u8>,
    /// The share of the first image, from 0 to 1.
    pub lambda: f64,
    /// The soft label: class names and their shares, the largest first, none without a share.
    pub target: Vec<(String, f64)>,
}

/// The pairs of `draws`, mixed on `device` by the batcher that training uses.
///
/// # Panics
/// Where a draw names an image that is not among `images`.
pub fn mixed_pairs(
    images: &Images,
    classes: &[String],
    draws: &[Draw],
    device: &Device,
) -> Vec<MixedPair> {
    let indices: Vec<u32> = draws
        .iter()
        .flat_map(|draw| [draw.image, draw.partner])
        .collect();
    let originals = images.select(&indices);
    let own: Vec<Draw> = (0..)
        .step_by(2)
        .zip(draws)
        .map(|(image, draw)| Draw {
            image,
            partner: image + 1,
            lambda: draw.lambda,
        })
        .collect();
    let batcher = MixupBatcher::new(
        originals.clone(),
        classes.len(),
        &Normalisation::NONE,
        device,
    );
    let batch = batcher.mix(&own);
    let pixels: Vec<u8> = batch
        .images
        .into_data()
        .iter::<f32>()
        .map(|value| (value * 255.0).round() as u8)
        .collect();
    let targets: Vec<f64> = batch.targets.into_data().iter::<f64>().collect();
    let mixes = pixels.chunks_exact(IMAGE_BYTES);
    let rows = targets.chunks_exact(classes.len());
    own.iter()
        .zip(mixes.zip(rows))
        .map(|(draw, (mixed, row))| {
            let named = classes.iter().cloned().zip(row.iter().copied());
            let mut target: Vec<(String, f64)> = named.filter(|(_, share)| *share > 0.0).collect();
            target.sort_by(|(_, a), (_, b)| b.total_cmp(a));
            MixedPair {
                first: originals.image(draw.image as usize).to_vec(),
                partner: originals.image(draw.partner as usize).to_vec(),
                mixed: mixed.to_vec(),
                lambda: draw.lambda,
                target,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic;

    #[test]
    fn a_pair_is_its_images_and_their_mix() {
        let set = synthetic(1, 30, 1);
        let draws = [
            Draw {
                image: 29,
                partner: 3,
                lambda: 0.25,
            },
            Draw {
                image: 4,
                partner: 4,
                lambda: 1.0,
            },
        ];
        let pairs = mixed_pairs(&set.train, &set.classes, &draws, &Device::flex());
        for (pair, draw) in pairs.iter().zip(draws) {
            let (first, partner) = (draw.image as usize, draw.partner as usize);
            assert_eq!(pair.first, set.train.image(first));
            assert_eq!(pair.partner, set.train.image(partner));
            for (index, &mixed) in pair.mixed.iter().enumerate() {
                let parts = (f64::from(pair.first[index]), f64::from(pair.partner[index]));
                let expected = draw.lambda * parts.0 + (1.0 - draw.lambda) * parts.1;
                assert!((f64::from(mixed) - expected).abs() <= 0.51, "{index}");
            }
        }
        let name =
            |index: u8| set.classes[usize::from(set.train.labels()[usize::from(index)])].clone();
        assert_eq!(pairs[0].target, [(name(3), 0.75), (name(29), 0.25)]);
        assert_eq!(pairs[1].target, [(name(4), 1.0)]);
    }
}
