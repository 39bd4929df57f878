use super::*;
use crate::{Mixing, Selection};

const SHAPE: CloudShape = CloudShape { points: 40 };

fn policy(method: Method) -> Policy {
    let mut mixing = Mixing::new(1.0, Selection::Every(1)).unwrap();
    mixing.method = method;
    Policy::new(mixing, 8)
}

fn plan(method: Method, epoch: u64) -> CloudPlan {
    CloudPlan::draw(5, epoch, 30, SHAPE, &policy(method))
}

/// λ, partners and order are those that images get.
#[test]
fn clouds_are_mixed_by_the_plan_of_every_kind_of_sample() {
    let policy = policy(Method::PointMixup(Assignment::Optimal));
    let choices = EpochPlan::draw(5, 3, 30, &policy.mixing, 8);
    let plan = CloudPlan::draw(5, 3, 30, SHAPE, &policy);
    assert_eq!(plan.draws(), choices.draws());
}

#[test]
fn a_share_of_replaced_points_is_a_whole_number_of_them() {
    let (cut, mixed) = (
        plan(Method::PointCutMix, 1),
        plan(Method::PointMixup(Assignment::Optimal), 1),
    );
    for (cut, mixed) in cut.draws().iter().zip(mixed.draws()) {
        assert_eq!((cut.image, cut.partner), (mixed.image, mixed.partner));
        let points = cut.lambda * 40.0;
        assert!((points - points.round()).abs() < 1e-9);
        assert!((cut.lambda - mixed.lambda).abs() <= 0.5 / 40.0 + 1e-9);
    }
}

#[test]
fn an_order_is_a_permutation_of_one_cloud_in_one_epoch() {
    let (first, second) = (plan(Method::PointCutMix, 1), plan(Method::PointCutMix, 2));
    let batch = first.batch(8..16);
    let orders: Vec<Vec<u32>> = batch
        .draws
        .iter()
        .map(|draw| batch.order(draw, 40))
        .collect();
    for order in &orders {
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..40));
    }
    assert_ne!(orders[0], orders[1]);
    assert_eq!(batch.order(&batch.draws[0], 40), orders[0]);
    assert_ne!(second.batch(8..16).order(&batch.draws[0], 40), orders[0]);
}

#[test]
fn clouds_that_share_lambda_share_their_order() {
    let mut policy = policy(Method::PointCutMix);
    policy.mixing.lambda_per = LambdaPer::Batch;
    let plan = CloudPlan::draw(5, 1, 30, SHAPE, &policy);
    let order = |start: usize, row: usize| {
        let batch = plan.batch(start..start + 8);
        batch.order(&batch.draws[row], 40)
    };
    assert_eq!(order(0, 0), order(0, 5));
    assert_ne!(order(0, 0), order(8, 0));
}

#[test]
fn a_baseline_needs_no_method_for_clouds() {
    let plan = CloudPlan::draw(1, 1, 9, SHAPE, &Policy::new(Mixing::none(), 4));
    assert!(plan.draws().iter().all(|draw| draw.lambda == 1.0));
}

#[test]
#[should_panic(expected = "a method that mixes clouds")]
fn clouds_are_not_mixed_by_pixels() {
    plan(Method::CutMix, 1);
}
