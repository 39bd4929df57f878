use super::*;
use crate::cloud::plan::CloudPlan;
use crate::{CloudAugmentation, Method, Mixing, Policy, Selection, synthetic_shapes};

const SIZE: usize = 48;

/// Twenty built-in clouds of ten classes.
fn batcher() -> CloudBatcher {
    let clouds = synthetic_shapes(3, 20, 0, SIZE).train;
    CloudBatcher::of(&Split::upload(clouds, &Device::flex()), 10)
}

fn policy(method: Method) -> Policy {
    let mut mixing = Mixing::new(0.7, Selection::Every(1)).unwrap();
    mixing.method = method;
    Policy {
        cloud_augmentation: CloudAugmentation {
            turn: true,
            jitter: 0.01,
            ..CloudAugmentation::default()
        },
        ..Policy::new(mixing, 20)
    }
}

fn draw(policy: &Policy) -> CloudPlan {
    CloudPlan::draw(2, 1, 20, CloudShape { points: SIZE }, policy)
}

/// The points of a row.
fn points(batch: &MixupBatch, row: usize) -> Vec<Point> {
    let values: Vec<f32> = batch.inputs.clone().into_data().iter().collect();
    let row = &values[row * 3 * SIZE..][..3 * SIZE];
    let point = |place: usize| [0, 1, 2].map(|axis| row[axis * SIZE + place]);
    (0..SIZE).map(point).collect()
}

fn targets(batch: &MixupBatch) -> Vec<f32> {
    batch.targets.clone().into_data().iter().collect()
}

#[test]
fn an_evaluation_sees_the_clouds_as_they_are() {
    let batcher = batcher();
    let batch = batcher.make(&CloudPlan::chosen(&[4, 11]).batch(0..2), None);
    assert_eq!(batch.inputs.dims(), [2, 3, SIZE, 1]);
    for (row, index) in [4, 11].into_iter().enumerate() {
        assert_eq!(points(&batch, row), batcher.split().cloud(index).unwrap());
        let targets = targets(&batch);
        let expected = (0..10).map(|class| f32::from(class == index % 10));
        assert!(targets[row * 10..][..10].iter().copied().eq(expected));
    }
    assert!(batch.weights.is_none() && batch.hidden.is_none());
}

/// Each row is computed again from the plan, one after the other.
#[test]
fn rows_are_mixed_by_their_draws() {
    for assignment in [Assignment::Optimal, Assignment::Random, Assignment::None] {
        let (batcher, policy) = (batcher(), policy(Method::PointMixup(assignment)));
        let plan = draw(&policy);
        let batch = batcher.make(&plan.batch(0..20), None);
        let seen = |index: u32| {
            let mut points = batcher.split().cloud(index as usize).unwrap().to_vec();
            policy
                .cloud_augmentation
                .apply(&mut points, 2, 1, index as usize);
            points
        };
        for (row, draw) in plan.draws().iter().enumerate() {
            let (first, second) = (seen(draw.image), seen(draw.partner));
            let partners = match assignment {
                Assignment::Optimal => assign(&first, &second),
                Assignment::Random => plan.batch(0..20).order(draw, SIZE),
                Assignment::None => (0..SIZE as u32).collect(),
            };
            let expected = if draw.image == draw.partner {
                first
            } else {
                mix_points(&first, &second, &partners, draw.lambda)
            };
            assert_eq!(points(&batch, row), expected);
            let targets = &targets(&batch)[row * 10..][..10];
            let [own, other] = [draw.image % 10, draw.partner % 10].map(|class| class as usize);
            if own != other {
                assert!((f64::from(targets[own]) - draw.lambda).abs() < 1e-6);
                assert!((f64::from(targets[other]) - (1.0 - draw.lambda)).abs() < 1e-6);
            }
        }
    }
}

#[test]
fn lambda_is_the_share_of_points_that_stay() {
    let (batcher, policy) = (batcher(), policy(Method::PointCutMix));
    let plan = draw(&policy);
    let batch = batcher.make(&plan.batch(0..20), None);
    for (row, draw) in plan.draws().iter().enumerate() {
        let mut own = batcher.split().cloud(draw.image as usize).unwrap().to_vec();
        policy
            .cloud_augmentation
            .apply(&mut own, 2, 1, draw.image as usize);
        let mixed = points(&batch, row);
        let kept = mixed
            .iter()
            .zip(&own)
            .filter(|(mixed, own)| mixed == own)
            .count();
        let expected = match draw.image == draw.partner {
            true => SIZE as f64,
            false => draw.lambda * SIZE as f64,
        };
        assert!((kept as f64 - expected).abs() < 1e-9, "{kept} {expected}");
    }
}

#[test]
fn a_damaged_batch_has_the_damage_of_each_cloud() {
    let corruption = CloudCorruption {
        damage: crate::CloudDamage::Tilt,
        strength: 30.0,
    };
    let batch = batcher()
        .damaged(corruption)
        .make(&CloudPlan::chosen(&[7]).batch(0..1), None);
    let mut expected = batcher().split().cloud(7).unwrap().to_vec();
    corruption.apply(&mut expected, 7);
    assert_eq!(points(&batch, 0), expected);
    assert_ne!(points(&batch, 0), batcher().split().cloud(7).unwrap());
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let policy = policy(Method::PointMixup(Assignment::Optimal));
    let made = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| {
            let batch = batcher().make(&draw(&policy).batch(0..20), None);
            batch.inputs.into_data()
        })
    };
    assert_eq!(made(1), made(3));
}

#[test]
fn padding_repeats_the_last_cloud_and_has_no_weight() {
    let batch = batcher().make(&CloudPlan::in_order(3).batch(0..3), Some(5));
    assert_eq!((batch.count, batch.inputs.dims()[0]), (3, 5));
    assert_eq!(points(&batch, 4), points(&batch, 2));
    let weights: Vec<f32> = batch.weights.unwrap().into_data().iter().collect();
    let weight = 5.0 / 3.0;
    assert_eq!(weights, [weight, weight, weight, 0.0, 0.0]);
}

#[test]
fn clouds_as_they_are_come_before_their_mixes() {
    let mut both = policy(Method::PointMixup(Assignment::Optimal));
    both.mixing.with_clean = Some(0.5);
    let batch = batcher().make(&draw(&both).batch(0..4), None);
    assert_eq!((batch.count, batch.inputs.dims()[0]), (4, 8));
    let mixed = policy(Method::PointMixup(Assignment::Optimal));
    let alone = batcher().make(&draw(&mixed).batch(0..4), None);
    let clean = batcher().make(&draw(&policy_without_mixing()).batch(0..4), None);
    for row in 0..4 {
        assert_eq!(points(&batch, row), points(&clean, row));
        assert_eq!(points(&batch, 4 + row), points(&alone, row));
    }
}

fn policy_without_mixing() -> Policy {
    let policy = policy(Method::PointMixup(Assignment::Optimal));
    Policy {
        mixing: Mixing::none(),
        ..policy
    }
}
