use super::*;
use crate::draw::mixing::{LambdaPer, Method, Mixing, Partner, Selection, Stages};
use proptest::prelude::*;

fn article() -> Mixing {
    Mixing::new(0.2, Selection::Every(5)).unwrap()
}

fn all(alpha: f64) -> Mixing {
    Mixing::new(alpha, Selection::Probability(1.0)).unwrap()
}

fn plan(seed: u64, epoch: u64, images: usize, mixing: &Mixing) -> EpochPlan {
    EpochPlan::draw(seed, epoch, images, mixing, 32)
}

fn by_image(plan: &EpochPlan) -> Vec<Draw> {
    let mut draws = plan.draws().to_vec();
    draws.sort_by_key(|draw| draw.image);
    draws
}

#[test]
fn the_article_mixes_multiples_of_five_but_not_image_zero() {
    for draw in plan(1, 1, 1000, &article()).draws() {
        if draw.image % 5 != 0 || draw.image == 0 {
            assert_eq!(*draw, Draw::unmixed(draw.image));
        } else {
            assert!((0.0..=1.0).contains(&draw.lambda));
        }
    }
}

#[test]
fn alpha_zero_is_the_baseline() {
    let off = Mixing::new(0.0, Selection::Every(5)).unwrap();
    let baseline = plan(1, 1, 100, &Mixing::none());
    assert_eq!(plan(1, 1, 100, &off), baseline);
}

#[test]
fn epochs_after_the_last_mixed_one_match_the_baseline() {
    let mut mixing = all(1.0);
    mixing.last_epoch = Some(2);
    assert_eq!(plan(1, 2, 100, &mixing), plan(1, 2, 100, &all(1.0)));
    assert_eq!(plan(1, 3, 100, &mixing), plan(1, 3, 100, &Mixing::none()));
}

#[test]
fn every_epoch_and_seed_has_its_own_draws() {
    let first = plan(1, 1, 200, &article());
    assert_eq!(first, plan(1, 1, 200, &article()));
    for other in [plan(1, 2, 200, &article()), plan(2, 1, 200, &article())] {
        assert_ne!(by_image(&first), by_image(&other));
        assert_ne!(first.draws()[..20], other.draws()[..20]);
    }
}

#[test]
fn a_draw_does_not_depend_on_other_mixed_images_or_on_the_batch_size() {
    let mixing = Mixing::new(0.2, Selection::Every(1)).unwrap();
    let fifth = by_image(&plan(1, 1, 300, &article()));
    let every = by_image(&plan(1, 1, 300, &mixing));
    for index in (5..300).step_by(5) {
        assert_eq!(fifth[index], every[index]);
    }
    let draws = by_image(&EpochPlan::draw(1, 1, 300, &mixing, 7));
    assert_eq!(draws, every);
}

/// A probability of 1 and every = 1 differ only in image 0.
#[test]
fn probability_one_is_every_one() {
    let every = Mixing::new(0.2, Selection::Every(1)).unwrap();
    let (every, always) = (plan(1, 1, 300, &every), plan(1, 1, 300, &all(0.2)));
    for (every, always) in every.draws().iter().zip(always.draws()) {
        if every.image == 0 {
            assert_eq!(*every, Draw::unmixed(0));
        } else {
            assert_eq!(every, always);
        }
    }
}

#[test]
fn a_probability_mixes_its_share() {
    let mixing = Mixing::new(1.0, Selection::Probability(0.2)).unwrap();
    let plan = plan(1, 1, 20_000, &mixing);
    let mixed = plan.draws().iter().filter(|draw| draw.lambda < 1.0).count();
    // Five standard deviations are 283.
    assert!((3717..=4283).contains(&mixed), "{mixed}");
}

/// Var Beta(α, α) = 1 / (4 (2α + 1)); four standard errors of a sample of 40,000.
#[test]
fn lambda_has_the_moments_of_its_beta() {
    for alpha in [0.1, 0.2, 1.0, 4.0] {
        let plan = plan(11, 1, 40_000, &all(alpha));
        let lambdas: Vec<f64> = plan.draws().iter().map(|draw| draw.lambda).collect();
        let count = lambdas.len() as f64;
        let mean = lambdas.iter().sum::<f64>() / count;
        let variance = lambdas.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / count;
        let expected = 1.0 / (4.0 * (2.0 * alpha + 1.0));
        assert!(
            (mean - 0.5).abs() < 4.0 * (expected / count).sqrt(),
            "α {alpha}: mean {mean}"
        );
        assert!(
            (variance / expected - 1.0).abs() < 0.03,
            "α {alpha}: variance {variance}"
        );
    }
}

#[test]
fn a_lambda_per_batch_is_shared_within_it_and_differs_between_batches() {
    let mut mixing = all(1.0);
    mixing.lambda_per = LambdaPer::Batch;
    let plan = plan(11, 1, 32 * 2000, &mixing);
    let mut lambdas = vec![];
    for batch in plan.draws().chunks(32) {
        assert!(batch.iter().all(|draw| draw.lambda == batch[0].lambda));
        lambdas.push(batch[0].lambda);
    }
    let variance = lambdas.iter().map(|l| (l - 0.5).powi(2)).sum::<f64>() / 2000.0;
    assert!((variance * 12.0 - 1.0).abs() < 0.1, "{variance}");
    lambdas.dedup();
    assert!(lambdas.len() > 1900, "{}", lambdas.len());
}

#[test]
fn the_order_does_not_depend_on_the_mixing() {
    let order = |mixing: &Mixing| -> Vec<u32> {
        let plan = plan(3, 2, 500, mixing);
        plan.draws().iter().map(|draw| draw.image).collect()
    };
    let mut in_batch = all(1.0);
    (in_batch.partner, in_batch.lambda_per) = (Partner::Batch, LambdaPer::Batch);
    for mixing in [article(), in_batch] {
        assert_eq!(order(&mixing), order(&Mixing::none()));
    }
}

#[test]
fn partners_are_uniform_over_the_whole_set() {
    let mut tens = [0_u32; 10];
    for draw in plan(5, 1, 20_000, &all(1.0)).draws() {
        tens[draw.partner as usize / 2000] += 1;
    }
    for count in tens {
        assert!((1830..=2170).contains(&count), "{tens:?}");
    }
}

#[test]
fn partners_in_the_batch_are_a_permutation_of_it() {
    let mut mixing = all(1.0);
    mixing.partner = Partner::Batch;
    let plan = plan(5, 1, 3210, &mixing);
    let mut own = 0;
    for batch in plan.draws().chunks(32) {
        let sorted = |of: fn(&Draw) -> u32| {
            let mut sorted: Vec<u32> = batch.iter().map(of).collect();
            sorted.sort_unstable();
            sorted
        };
        assert_eq!(sorted(|draw| draw.image), sorted(|draw| draw.partner));
        own += batch
            .iter()
            .filter(|draw| draw.image == draw.partner)
            .count();
    }
    // A random permutation has one fixed point on average, with variance 1; here are 101 batches.
    assert!((60..=145).contains(&own), "{own}");
}

#[test]
fn a_stage_is_drawn_for_each_batch_that_mixes() {
    let mut mixing = all(1.0);
    mixing.method = Method::Manifold(Stages::new(vec![0, 2, 3]).unwrap());
    let plan = plan(5, 1, 32 * 3000, &mixing);
    let mut counts = [0_u32; 4];
    for start in (0..32 * 3000).step_by(32) {
        counts[plan.stage(&(start..start + 32)).unwrap()] += 1;
    }
    assert_eq!(counts[1], 0);
    for count in [counts[0], counts[2], counts[3]] {
        assert!((870..=1130).contains(&count), "{counts:?}");
    }
    mixing.last_epoch = Some(4);
    let off = EpochPlan::draw(5, 5, 64, &mixing, 32);
    assert_eq!(off.stage(&(0..32)), None);
}

proptest! {
    #[test]
    fn a_plan_visits_every_image_once_with_lambda_in_range(
        seed: u64,
        epoch in 0_u64..1000,
        images in 1_usize..300,
        exponent in -3.0_f64..6.0,
        probability in 0.0_f64..=1.0,
        in_batch: bool,
    ) {
        let selection = Selection::Probability(probability);
        let mut mixing = Mixing::new(10_f64.powf(exponent), selection).unwrap();
        if in_batch {
            mixing.partner = Partner::Batch;
        }
        let plan = by_image(&plan(seed, epoch, images, &mixing));
        prop_assert_eq!(plan.len(), images);
        for (index, draw) in plan.iter().enumerate() {
            prop_assert_eq!(draw.image as usize, index);
            prop_assert!((draw.partner as usize) < images);
            prop_assert!((0.0..=1.0).contains(&draw.lambda));
        }
    }
}

#[test]
fn a_plan_in_order_visits_images_unmixed_from_first_to_last() {
    let expected: Vec<Draw> = (0..5).map(Draw::unmixed).collect();
    assert_eq!(EpochPlan::in_order(5).draws(), expected);
}

#[test]
fn the_batch_size_changes_no_draw_of_the_default_mixing() {
    let draws = |batch_size| {
        let plan = EpochPlan::draw(2, 3, 130, &all(1.0), batch_size);
        plan.draws().to_vec()
    };
    for batch_size in [1, 7, 64, 130, 1000] {
        assert_eq!(draws(batch_size), draws(32), "batch size {batch_size}");
    }
}

#[test]
fn a_partner_may_be_any_image_also_the_first_and_the_last() {
    let plan = plan(5, 1, 4000, &all(1.0));
    let partners = |image| {
        plan.draws()
            .iter()
            .filter(move |draw| draw.partner == image)
    };
    // 4,000 uniform draws miss a given image with a probability of 1/e, and ten images with e^-10.
    assert!((0..10).any(|image| partners(image).count() > 0));
    assert!((3990..4000).any(|image| partners(image).count() > 0));
}

#[test]
fn a_batch_of_unmixed_images_names_no_stage() {
    let mut mixing = Mixing::new(1.0, Selection::Probability(0.0)).unwrap();
    mixing.method = Method::Manifold(Stages::new(vec![1]).unwrap());
    assert_eq!(plan(1, 1, 32, &mixing).stage(&(0..32)), None);
}

#[test]
#[should_panic]
fn a_batch_size_of_zero_is_refused() {
    EpochPlan::draw(1, 1, 10, &all(1.0), 0);
}

/// Resumed and repeated runs depend on these values. Version 0.2.0 draws the same ones.
#[test]
fn a_seed_always_draws_the_same_partners_and_lambdas() {
    let draws = by_image(&plan(1, 1, 4, &all(0.2)));
    let drawn: Vec<(u32, f64)> = draws.iter().map(|d| (d.partner, d.lambda)).collect();
    let expected = [
        (0, 0.993_509_403_425_106_9),
        (3, 0.998_935_156_438_228_8),
        (1, 0.100_092_753_142_256_56),
        (2, 0.999_554_004_411_086_5),
    ];
    assert_eq!(drawn, expected);
}

#[test]
fn with_folding_each_image_keeps_the_larger_share() {
    let mut mixing = all(0.2);
    mixing.folded = true;
    for draw in plan(1, 1, 500, &mixing).draws() {
        assert!(draw.lambda >= 0.5, "{draw:?}");
    }
}
