use super::*;
use burn::tensor::Device;

use crate::{ImageSet, Patch, View, synthetic};

fn pairs_of(set: &ImageSet, plan: &BatchPlan<'_>) -> Vec<MixedPair> {
    let images = Split::upload(set.train.clone(), &Device::flex());
    mixed_pairs(&images, &set.classes, plan).unwrap()
}

#[test]
fn a_pair_is_its_images_and_their_mix() {
    let set = synthetic(1, 30, 1);
    let draws = [Draw::mixed(29, 3, 0.25), Draw::unmixed(4)];
    let plan = BatchPlan::from(&draws[..]);
    let pairs = pairs_of(&set, &plan);
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
    let name = |index: usize| set.classes[usize::from(set.train.labels()[index])].clone();
    assert_eq!(pairs[0].classes, [name(29), name(3)]);
    assert_eq!(pairs[0].target, [(name(3), 0.75), (name(29), 0.25)]);
    assert_eq!(pairs[1].target, [(name(4), 1.0)]);
}

#[test]
fn a_pair_shows_views_and_the_pasted_patch() {
    let set = synthetic(1, 2, 1);
    let patch = Patch {
        top: 0,
        left: 0,
        bottom: 16,
        right: 32,
        resized: false,
    };
    let mut views = [View::default(); 2];
    views[1].flipped = true;
    let draws = [Draw::mixed(0, 1, 0.5)];
    let plan = BatchPlan {
        views: Some(&views),
        patches: Some(&[patch, Patch::EMPTY]),
        ..BatchPlan::from(&draws[..])
    };
    let pair = &pairs_of(&set, &plan)[0];
    assert_eq!(pair.first, set.train.image(0));
    let mirrored: Vec<u8> = set
        .train
        .image(1)
        .chunks_exact(32)
        .flat_map(|row| row.iter().rev().copied())
        .collect();
    assert_eq!(pair.partner, mirrored);
    for (channel, plane) in pair.mixed.chunks_exact(1024).enumerate() {
        let plane_of = |image: &[u8]| image[channel * 1024..(channel + 1) * 1024].to_vec();
        assert_eq!(plane[..512], plane_of(&pair.partner)[..512]);
        assert_eq!(plane[512..], plane_of(&pair.first)[512..]);
    }
}
