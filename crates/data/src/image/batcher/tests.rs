use super::*;
use crate::{
    Augmentation, Choice, CloudAugmentation, ImagePlan, LambdaPer, Method, Mixing, Partner, Patch,
    PixelMethod, PixelStorage, Policy, Selection, Stages, Targets, View,
};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

mod in_a_file;
mod same_bits;

const SQUARE: ImageShape = ImageShape::CIFAR10;

/// Wider than high, and its pixels do not fill whole words.
const WIDE: ImageShape = ImageShape {
    channels: 1,
    height: 12,
    width: 19,
};

fn constants(channels: usize) -> Normalisation {
    let Normalisation { mut mean, mut std } = Normalisation::cifar10();
    mean.truncate(channels);
    std.truncate(channels);
    Normalisation { mean, std }
}

fn noise(count: usize, shape: ImageShape) -> Images {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut images = Images::with_capacity(shape, count);
    for index in 0..count {
        let pixels: Vec<u8> = (0..shape.values()).map(|_| rng.random()).collect();
        images.push(&pixels, (index * 7 % 10) as u16);
    }
    images
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

/// The bytes of an image in its view, retouched, with its hole.
fn seen(images: &Images, plan: &BatchPlan<'_>, image: u32) -> Vec<u8> {
    let image = image as usize;
    let view = plan.views.map_or_else(View::default, |views| views[image]);
    let shape = images.shape();
    let [channels, height, width] = shape.dims();
    let mut bytes = vec![];
    for channel in 0..channels {
        for row in 0..height {
            for column in 0..width {
                let column = if view.flipped {
                    width - 1 - column
                } else {
                    column
                };
                let row = row as i64 + i64::from(view.down);
                let column = column as i64 + i64::from(view.right);
                let inside =
                    (0..height as i64).contains(&row) && (0..width as i64).contains(&column);
                bytes.push(if inside {
                    let index = (channel * height + row as usize) * width + column as usize;
                    images.image(image)[index]
                } else {
                    0
                });
            }
        }
    }
    if let Some(retouches) = plan.retouches {
        retouches[image].apply(&mut bytes, shape, &mut vec![]);
    }
    if let Some(holes) = plan.holes {
        for (index, byte) in bytes.iter_mut().enumerate() {
            let place = index % (height * width);
            if holes[image].contains(place / width, place % width) {
                *byte = 0;
            }
        }
    }
    bytes
}

/// Images and targets by the formulas, value by value, in f64. With manifold mixup the images are unmixed.
fn by_hand(images: &Images, plan: &BatchPlan<'_>) -> (Vec<f64>, Vec<f64>) {
    let (mut pixels, mut targets) = (vec![], vec![]);
    let [channels, height, width] = images.shape().dims();
    let Normalisation { mean, std } = constants(channels);
    for draw in plan.draws {
        let patch = plan.patches.map(|patches| patches[draw.image as usize]);
        let patch = patch.filter(|patch| *patch != Patch::EMPTY);
        let [own, other] = [draw.image, draw.partner].map(|image| seen(images, plan, image));
        for channel in 0..channels {
            for row in 0..height {
                for column in 0..width {
                    let value = |bytes: &[u8], row: usize, column: usize| {
                        let value = f64::from(bytes[(channel * height + row) * width + column]);
                        (value / 255.0 - mean[channel]) / std[channel]
                    };
                    let (share, from) = match (plan.stage, patch) {
                        (Some(_), _) => (1.0, [row, column]),
                        (None, None) => (draw.lambda, [row, column]),
                        (None, Some(patch)) if patch.contains(row, column) => {
                            let [top, bottom, left, right] =
                                [patch.top, patch.bottom, patch.left, patch.right].map(usize::from);
                            let shrunk = [
                                (row - top) * height / (bottom - top),
                                (column - left) * width / (right - left),
                            ];
                            (0.0, if patch.resized { shrunk } else { [row, column] })
                        }
                        (None, Some(_)) => (1.0, [row, column]),
                    };
                    let (own, other) = (value(&own, row, column), value(&other, from[0], from[1]));
                    pixels.push(share * own + (1.0 - share) * other);
                }
            }
        }
        let [own, other] =
            [draw.image, draw.partner].map(|image| usize::from(images.labels()[image as usize]));
        let mut row = [0.0; 10];
        match plan.targets {
            Targets::Formula => {
                row[own] += draw.lambda;
                row[other] += 1.0 - draw.lambda;
            }
            Targets::AsPrinted => {
                // As in the article's code: both ones go into the first vector and none into the other.
                row[own] = 1.0;
                row[other] = 1.0;
                row = row.map(|one| draw.lambda * one + (1.0 - draw.lambda) * 0.0);
            }
        }
        targets.extend(row.map(|y| (1.0 - plan.smoothing) * y + plan.smoothing / 10.0));
    }
    (pixels, targets)
}

/// Batches of images that are stored in this way.
fn stored(images: Images, storage: PixelStorage) -> MixupBatcher {
    let constants = constants(images.shape().channels);
    let split = Split::upload_as(images, storage, &Device::flex());
    MixupBatcher::of(&split, 10, &constants)
}

fn batcher(images: Images) -> MixupBatcher {
    stored(images, PixelStorage::U8)
}

fn assert_close(found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let gap = (f64::from(found) - expected).abs();
        assert!(gap < 1e-6, "value {index}: {found} instead of {expected}");
    }
}

/// Any method that mixes pixels.
fn one_of(per: LambdaPer) -> Choice {
    let methods = vec![
        PixelMethod::Mixup,
        PixelMethod::CutMix,
        PixelMethod::ResizeMix,
    ];
    Choice::new(methods, &[2, 1, 1], per).unwrap()
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let method = prop_oneof![
        Just(Method::Mixup),
        Just(Method::CutMix),
        Just(Method::ResizeMix),
        Just(Method::OneOf(one_of(LambdaPer::Image))),
        Just(Method::OneOf(one_of(LambdaPer::Batch))),
        Just(Method::Manifold(Stages::new(vec![0, 2]).unwrap())),
    ];
    let selection = prop_oneof![
        (1_usize..6).prop_map(Selection::Every),
        (0.0..=1.0).prop_map(Selection::Probability),
    ];
    let mixing = (
        prop_oneof![Just(0.0), 0.05..8.0],
        selection,
        method,
        prop_oneof![Just(LambdaPer::Image), Just(LambdaPer::Batch)],
        any::<bool>(),
        prop_oneof![Just(Partner::Set), Just(Partner::Batch)],
        prop_oneof![Just(Targets::Formula), Just(Targets::AsPrinted)],
    );
    let looks = (any::<bool>(), 0_u16..6, 0_usize..3, 0_usize..3);
    (mixing, looks, 2_usize..9, prop_oneof![Just(0.0), 0.0..0.5]).prop_map(
        |(mixing, (flip, crop_padding, erasing, colours), batch_size, smoothing)| {
            let (alpha, selection, method, lambda_per, folded, partner, targets) = mixing;
            let mut mixing = Mixing::new(alpha, selection).unwrap();
            (mixing.method, mixing.lambda_per, mixing.folded) = (method, lambda_per, folded);
            (mixing.partner, mixing.targets) = (partner, targets);
            let augmentation = Augmentation {
                erasing: [0.0, 0.0, 0.7][erasing],
                cutout: [0, 5, 0][erasing],
                trivial_augment: colours == 1,
                hue: [0.0, 0.0, 0.5][colours],
                brightness: [0.0, 0.0, 1.5][colours],
                ..Augmentation::new(flip, crop_padding).unwrap()
            };
            Policy {
                batch_size,
                balanced: false,
                augmentation,
                cloud_augmentation: CloudAugmentation::default(),
                mixing,
                smoothing,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_variant_matches_its_formula(
        policy in any_policy(),
        seed: u64,
        packed: bool,
        shape in prop_oneof![Just(SQUARE), Just(WIDE)],
    ) {
        let images = noise(20, shape);
        let plan = ImagePlan::draw(seed, 1, images.len(), shape, &policy);
        let storage = if packed { PixelStorage::Packed } else { PixelStorage::U8 };
        let batcher = stored(images.clone(), storage);
        for start in (0..20).step_by(policy.batch_size) {
            let plan = plan.batch(start..20.min(start + policy.batch_size));
            let (pixels, targets) = by_hand(&images, &plan);
            let batch = batcher.make(&plan, None).unwrap();
            assert_close(&values(batch.inputs.clone()), &pixels);
            assert_close(&values(batch.targets.clone()), &targets);
            let sums = targets.chunks(10).map(|row| row.iter().sum::<f64>());
            for (sum, draw) in sums.zip(plan.draws) {
                let labels = [draw.image, draw.partner].map(|i| images.labels()[i as usize]);
                let expected = match (plan.targets, labels[0] == labels[1]) {
                    (Targets::Formula, _) => 1.0,
                    (Targets::AsPrinted, true) => draw.lambda,
                    (Targets::AsPrinted, false) => 2.0 * draw.lambda,
                };
                let expected = (1.0 - plan.smoothing) * expected + plan.smoothing;
                prop_assert!((sum - expected).abs() < 1e-12);
            }
            // Mixing at the network's input is what the batcher would have done itself.
            if let Some(hidden) = batch.hidden {
                let mixed = BatchPlan { stage: None, ..plan };
                let (pixels, _) = by_hand(&images, &mixed);
                assert_close(&values(hidden.apply(batch.inputs)), &pixels);
            }
        }
    }
}

#[test]
fn both_storages_match_the_formula() {
    let images = noise(40, SQUARE);
    let mixing = Mixing::new(0.4, Selection::Every(2)).unwrap();
    let plan = ImagePlan::draw(9, 1, images.len(), SQUARE, &Policy::new(mixing, 40));
    let (pixels, targets) = by_hand(&images, &plan.batch(0..40));
    for storage in [PixelStorage::U8, PixelStorage::Packed] {
        let batch = stored(images.clone(), storage).mix(plan.draws()).unwrap();
        assert_eq!(batch.inputs.dims(), [40, 3, 32, 32]);
        assert_close(&values(batch.inputs), &pixels);
        assert_close(&values(batch.targets), &targets);
    }
}

#[test]
fn target_rows_sum_to_one_also_for_pairs_of_one_class() {
    let mut images = Images::new(SQUARE);
    for _ in 0..2 {
        images.push(&[3; SQUARE.values()], 4);
    }
    let batcher = batcher(images);
    let row = values(batcher.mix(&[Draw::mixed(0, 1, 0.3)]).unwrap().targets);
    assert_eq!(row[4], 1.0);
    assert_eq!(row.iter().sum::<f32>(), 1.0);
}

/// Images whose pixels are their labels: pixel and target must then agree.
#[test]
fn image_and_target_use_the_same_lambda_and_partner() {
    let mut images = Images::new(SQUARE);
    for label in 0..10_u8 {
        images.push(&[25 * label; SQUARE.values()], label.into());
    }
    let batcher = MixupBatcher::new(images, 10, &Normalisation::identity(3), &Device::flex());
    let mixing = Mixing::new(1.0, Selection::Probability(1.0)).unwrap();
    let plan = ImagePlan::draw(4, 1, 10, SQUARE, &Policy::new(mixing, 10));
    let batch = batcher.mix(plan.draws()).unwrap();
    let pixels = values(batch.inputs);
    for (row, image) in values(batch.targets)
        .chunks(10)
        .zip(pixels.chunks(SQUARE.values()))
    {
        let expected: f32 = (0..10)
            .zip(row)
            .map(|(label, share)| 25.0 * label as f32 * share)
            .sum();
        assert!(
            (image[0] * 255.0 - expected).abs() < 1e-3,
            "{} and {expected}",
            image[0] * 255.0
        );
    }
}

#[test]
fn a_patch_of_no_area_leaves_the_image_and_its_label() {
    let batcher = batcher(noise(2, SQUARE));
    let cut = |patch: Patch| {
        let draws = [Draw::mixed(0, 1, patch.kept(SQUARE))];
        let plan = BatchPlan {
            patches: Some(&[patch, Patch::EMPTY]),
            ..BatchPlan::from(&draws[..])
        };
        let batch = batcher.make(&plan, None).unwrap();
        (values(batch.inputs), values(batch.targets))
    };
    let unmixed = |image| {
        let batch = batcher.mix(&[Draw::unmixed(image)]).unwrap();
        (values(batch.inputs), values(batch.targets))
    };
    assert_eq!(cut(Patch::EMPTY), unmixed(0));
    let line = Patch {
        top: 3,
        left: 7,
        bottom: 3,
        right: 30,
        resized: false,
    };
    assert_eq!(cut(line), unmixed(0));
    let whole = Patch {
        top: 0,
        left: 0,
        bottom: 32,
        right: 32,
        resized: false,
    };
    assert_eq!(cut(whole), unmixed(1));
}

#[test]
fn a_padded_batch_starts_with_the_rows_of_the_short_one() {
    let batcher = batcher(noise(5, SQUARE));
    let mut mixing = Mixing::new(1.0, Selection::Probability(1.0)).unwrap();
    for method in [
        Method::Mixup,
        Method::CutMix,
        Method::Manifold(Stages::new(vec![0]).unwrap()),
    ] {
        mixing.method = method;
        let plan = ImagePlan::draw(1, 1, 3, SQUARE, &Policy::new(mixing.clone(), 3));
        let plan = plan.batch(0..3);
        let batch = batcher.make(&plan, None).unwrap();
        assert!(batch.weights.is_none());
        let padded = batcher.make(&plan, Some(5)).unwrap();
        assert_eq!((padded.count, padded.inputs.dims()[0]), (3, 5));
        let (images, targets) = (padded.inputs, padded.targets);
        assert_eq!(
            values(images.clone().narrow(0, 0, 3)),
            values(batch.inputs.clone())
        );
        assert_eq!(values(targets.narrow(0, 0, 3)), values(batch.targets));
        if let (Some(hidden), Some(padded_hidden)) = (batch.hidden, padded.hidden) {
            let mixed = padded_hidden.apply(images).narrow(0, 0, 3);
            assert_eq!(values(mixed), values(hidden.apply(batch.inputs)));
        }
        let weights = values(padded.weights.unwrap());
        let image_weight = 5.0 / 3.0;
        assert_eq!(
            weights,
            [image_weight, image_weight, image_weight, 0.0, 0.0]
        );
        let full = batcher.make(&plan, Some(3)).unwrap();
        assert_eq!(values(full.weights.unwrap()), [1.0; 3]);
    }
}

#[test]
fn images_with_their_mixes_have_the_rows_and_weights_of_both() {
    let images = noise(9, SQUARE);
    let batcher = batcher(images);
    for method in [Method::Mixup, Method::CutMix, Method::ResizeMix] {
        let mut mixing = Mixing::new(1.0, Selection::Every(2)).unwrap();
        mixing.method = method;
        let alone = ImagePlan::draw(2, 1, 9, SQUARE, &Policy::new(mixing.clone(), 9));
        mixing.with_clean = Some(0.5);
        let both = ImagePlan::draw(2, 1, 9, SQUARE, &Policy::new(mixing, 9));
        for rows in [None, Some(6)] {
            let half = rows.unwrap_or(4);
            let made = |plan: &ImagePlan| batcher.make(&plan.batch(0..4), rows).unwrap();
            let (mixed, both) = (made(&alone), made(&both));
            let order = alone.batch(0..4).draws.iter().map(|draw| draw.image);
            let clean = ImagePlan::chosen(&order.collect::<Vec<u32>>());
            let clean = made(&clean);
            let part = |first| both.inputs.clone().narrow(0, first, half);
            assert_eq!(both.count, 4);
            assert_eq!(bits_of(part(0)), bits_of(clean.inputs));
            assert_eq!(bits_of(part(half)), bits_of(mixed.inputs));
            let targets = |first| both.targets.clone().narrow(0, first, half);
            assert_eq!(values(targets(0)), values(clean.targets));
            assert_eq!(values(targets(half)), values(mixed.targets));
            // In a mean over all rows, an image counts 1/4 and its mix 1/8.
            let weights = values(both.weights.unwrap());
            let share = |row: usize| match (row % half < 4, row < half) {
                (false, _) => 0.0,
                (true, true) => 2.0 * half as f32 / 4.0,
                (true, false) => half as f32 / 4.0,
            };
            assert_eq!(weights, (0..2 * half).map(share).collect::<Vec<f32>>());
        }
    }
}

fn bits_of(tensor: Tensor<4>) -> Vec<u32> {
    values(tensor).into_iter().map(f32::to_bits).collect()
}

#[test]
fn an_unmixed_image_is_only_normalised() {
    let images = noise(3, SQUARE);
    let batcher = batcher(images.clone());
    let plan = ImagePlan::in_order(3);
    let (pixels, targets) = by_hand(&images, &plan.batch(0..3));
    let batch = batcher.mix(plan.draws()).unwrap();
    assert_close(&values(batch.inputs), &pixels);
    assert_close(&values(batch.targets), &targets);
}

#[test]
fn a_part_of_a_split_is_batched_like_its_images_alone() {
    let images = noise(9, WIDE);
    let chosen = [8, 2, 5, 3];
    let alone = batcher(images.select(&chosen));
    let whole = Split::upload(images, &Device::flex());
    let part = MixupBatcher::of(&whole.select(&chosen), 10, &constants(1));
    let mixing = Mixing::new(1.0, Selection::Probability(1.0)).unwrap();
    let policy = Policy {
        augmentation: Augmentation::new(true, 2).unwrap(),
        ..Policy::new(mixing, 4)
    };
    let plan = ImagePlan::draw(3, 1, 4, WIDE, &policy);
    let [alone, part] = [alone, part].map(|batcher| batcher.make(&plan.batch(0..4), None).unwrap());
    assert_eq!(values(part.inputs), values(alone.inputs));
    assert_eq!(values(part.targets), values(alone.targets));
}

#[test]
#[should_panic(expected = "expected labels below 4, found 7")]
fn a_label_that_is_no_class_is_refused() {
    MixupBatcher::new(noise(2, SQUARE), 4, &constants(3), &Device::flex());
}

#[test]
#[should_panic(expected = "constants of the channels")]
fn every_channel_needs_its_constants() {
    MixupBatcher::new(noise(1, WIDE), 10, &constants(3), &Device::flex());
}
