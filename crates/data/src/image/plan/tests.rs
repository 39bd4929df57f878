use super::*;
use crate::draw::mixing::{Choice, Partner, Selection, Stages};
use crate::image::augmentation::Augmentation;
use proptest::prelude::*;

const SQUARE: ImageShape = ImageShape::CIFAR10;

fn all(alpha: f64) -> Mixing {
    Mixing::new(alpha, Selection::Probability(1.0)).unwrap()
}

fn cutmix() -> Mixing {
    let mut mixing = all(1.0);
    mixing.method = Method::CutMix;
    mixing
}

fn plan(seed: u64, epoch: u64, images: usize, mixing: &Mixing) -> ImagePlan {
    let policy = Policy::new(mixing.clone(), 32);
    ImagePlan::draw(seed, epoch, images, SQUARE, &policy)
}

fn by_image(plan: &ImagePlan) -> Vec<Draw> {
    let mut draws = plan.draws().to_vec();
    draws.sort_by_key(|draw| draw.image);
    draws
}

#[test]
fn order_and_views_do_not_depend_on_the_mixing() {
    let mut manifold = all(1.0);
    manifold.method = Method::Manifold(Stages::new(vec![0, 1]).unwrap());
    let mut in_batch = all(1.0);
    (in_batch.partner, in_batch.lambda_per) = (Partner::Batch, LambdaPer::Batch);
    let order_and_views = |mixing: &Mixing| {
        let policy = Policy {
            augmentation: Augmentation::new(true, 4).unwrap(),
            ..Policy::new(mixing.clone(), 32)
        };
        let plan = ImagePlan::draw(3, 2, 500, SQUARE, &policy);
        let order: Vec<u32> = plan.draws().iter().map(|draw| draw.image).collect();
        (order, plan.views)
    };
    let baseline = order_and_views(&Mixing::none());
    for mixing in [all(0.2), cutmix(), manifold, in_batch] {
        assert_eq!(order_and_views(&mixing), baseline);
    }
}

#[test]
fn a_patch_per_batch_is_shared_within_it_and_differs_between_batches() {
    let mut mixing = cutmix();
    mixing.lambda_per = LambdaPer::Batch;
    let plan = plan(11, 1, 32 * 200, &mixing);
    let patches = plan.patches.as_ref().unwrap();
    let mut seen = vec![];
    for batch in plan.draws().chunks(32) {
        let patch = |draw: &Draw| patches[draw.image as usize];
        assert!(batch.iter().all(|draw| patch(draw) == patch(&batch[0])));
        assert!(batch.iter().all(|draw| draw.lambda == batch[0].lambda));
        seen.push(patch(&batch[0]));
    }
    seen.dedup();
    assert!(seen.len() > 190, "{}", seen.len());
}

#[test]
fn images_that_are_not_mixed_keep_all_their_pixels() {
    let mut mixing = Mixing::new(1.0, Selection::Every(5)).unwrap();
    mixing.method = Method::CutMix;
    let plan = plan(1, 1, 100, &mixing);
    let patches = plan.patches.as_ref().unwrap();
    for draw in plan.draws().iter().filter(|draw| draw.image % 5 != 0) {
        assert_eq!(*draw, Draw::unmixed(draw.image));
        assert_eq!(patches[draw.image as usize], Patch::EMPTY);
    }
}

#[test]
fn without_cutmix_there_are_no_patches() {
    assert_eq!(plan(1, 1, 10, &all(1.0)).patches, None);
    let mut mixing = cutmix();
    mixing.last_epoch = Some(2);
    assert!(plan(1, 2, 10, &mixing).patches.is_some());
    assert_eq!(plan(1, 3, 10, &mixing), plan(1, 3, 10, &Mixing::none()));
}

/// The mean of CutMix's λ, computed without drawing: for a square of side s, the mean visible part of a
/// side is summed over all 32 centres, and the result is weighted with the probability of s.
#[test]
fn the_mean_lambda_of_cutmix_matches_its_closed_form() {
    let plan = plan(5, 1, 30_000, &cutmix());
    let mean = plan.draws().iter().map(|draw| draw.lambda).sum::<f64>() / 30_000.0;
    let patches = plan.patches.as_ref().unwrap();
    for draw in plan.draws() {
        assert_eq!(patches[draw.image as usize].kept(SQUARE), draw.lambda);
    }
    let span = |side: usize| {
        let visible = |centre: usize| {
            let first = centre as i64 - (side / 2) as i64;
            (first..first + side as i64)
                .filter(|pixel| (0..32).contains(pixel))
                .count()
        };
        (0..32).map(visible).sum::<usize>() as f64 / 32.0
    };
    // λ is uniform here, so side s has the probability that 1 − λ is in [s², (s + 1)²) / 1024.
    let expected: f64 = (0..32_usize)
        .map(|side| {
            let probability = ((side + 1).pow(2) - side.pow(2)) as f64 / 1024.0;
            probability * (1.0 - (span(side) / 32.0).powi(2))
        })
        .sum();
    assert!((mean - expected).abs() < 0.006, "{mean} of {expected}");
}

#[test]
fn smoothing_reaches_every_batch_of_the_plan() {
    let policy = Policy {
        smoothing: 0.1,
        ..Policy::new(Mixing::none(), 4)
    };
    let plan = ImagePlan::draw(1, 1, 10, SQUARE, &policy);
    assert_eq!(plan.batch(0..4).smoothing, 0.1);
    assert_eq!(plan.batch(8..10).smoothing, 0.1);
}

proptest! {
    /// Patches change λ, and no other choice.
    #[test]
    fn cutmix_draws_who_is_mixed_with_whom_as_mixup_does(
        seed: u64,
        images in 1_usize..300,
        probability in 0.0_f64..=1.0,
        in_batch: bool,
    ) {
        let mut mixing = Mixing::new(1.0, Selection::Probability(probability)).unwrap();
        if in_batch {
            mixing.partner = Partner::Batch;
        }
        let mixed = by_image(&plan(seed, 1, images, &mixing));
        mixing.method = Method::CutMix;
        let cut = by_image(&plan(seed, 1, images, &mixing));
        for (mixed, cut) in mixed.iter().zip(&cut) {
            prop_assert_eq!((mixed.image, mixed.partner), (cut.image, cut.partner));
            prop_assert!((mixed.lambda - 1e-12..=1.0).contains(&cut.lambda));
        }
    }
}

/// Patches say which method an image has: none, a part of the partner, or the whole of it.
#[test]
fn several_methods_are_drawn_by_their_weights() {
    let methods = vec![
        PixelMethod::Mixup,
        PixelMethod::CutMix,
        PixelMethod::ResizeMix,
    ];
    for per in [LambdaPer::Image, LambdaPer::Batch] {
        let mut mixing = all(1.0);
        mixing.method = Method::OneOf(Choice::new(methods.clone(), &[2, 1, 1], per).unwrap());
        let plan = plan(5, 1, 32 * 1000, &mixing);
        let patches = plan.patches.as_ref().unwrap();
        // What is mixed with λ = 1 shows no method, and a patch may be empty.
        let method = |draw: &Draw| {
            let patch = patches[draw.image as usize];
            match (patch == Patch::EMPTY, patch.resized) {
                (true, _) => (draw.lambda < 1.0).then_some(0),
                (false, false) => Some(1),
                (false, true) => Some(2),
            }
        };
        let (mut counts, mut mixed_batches) = ([0_usize; 3], 0);
        for batch in plan.draws().chunks(32) {
            let seen: Vec<usize> = batch.iter().filter_map(method).collect();
            seen.iter().for_each(|&method| counts[method] += 1);
            mixed_batches += usize::from(seen.windows(2).any(|pair| pair[0] != pair[1]));
        }
        let sum: usize = counts.iter().sum();
        assert!(sum > 31_000, "{counts:?}");
        // Per batch there are 1,000 draws; five standard deviations of a share of a half are 0.08.
        for (count, share) in counts.into_iter().zip([0.5, 0.25, 0.25]) {
            let found = count as f64 / sum as f64;
            assert!((found - share).abs() < 0.08, "{per:?}: {counts:?}");
        }
        assert_eq!(mixed_batches > 0, per == LambdaPer::Image, "{per:?}");
    }
}

#[test]
fn a_choice_needs_a_weight_for_each_method() {
    let methods = vec![PixelMethod::Mixup, PixelMethod::CutMix];
    let refused = |weights: &[u32]| {
        let choice = Choice::new(methods.clone(), weights, LambdaPer::Image);
        choice.unwrap_err().to_string()
    };
    assert!(refused(&[1]).contains("one whole number for each method"));
    assert!(refused(&[0, 0]).contains("not all 0"));
    assert!(refused(&[1, 1001]).contains("from 0 to 1000"));
}
