//! Pairs of point clouds as training mixes them, for display.

use super::picture::{CLOUD_PICTURE, cloud_picture};
use crate::{CloudBatcher, CloudPlan, Draw, MixedPair, Split};

/// The pairs of `draws`, mixed as `plan` mixes them, as pictures. Clouds are shown as the epoch sees them.
///
/// # Panics
/// If `clouds` holds none, if a draw names a cloud that is not in it, or a label is not below the number of `classes`.
pub fn mixed_clouds(
    clouds: &Split,
    classes: &[String],
    plan: &CloudPlan,
    draws: &[Draw],
) -> Vec<MixedPair> {
    if draws.is_empty() {
        return vec![];
    }
    let batcher = CloudBatcher::of(clouds, classes.len());
    let batch = plan.batch_of(draws);
    let targets = batcher.make(&batch, None).targets.into_data();
    let targets: Vec<f64> = targets.iter::<f64>().collect();
    // With clouds as they are, the rows of their mixes come last.
    let rows = targets.chunks_exact(classes.len()).rev();
    let mut rows: Vec<&[f64]> = rows.take(draws.len()).collect();
    rows.reverse();
    let class_of = |cloud: u32| classes[usize::from(clouds.labels()[cloud as usize])].clone();
    let pair = |(draw, row): (&Draw, &[f64])| {
        let own = plan.batch_of(std::slice::from_ref(draw));
        let picture = |draw: Draw| cloud_picture(&batcher.mixed(&own, &draw));
        MixedPair::new(
            CLOUD_PICTURE,
            [
                picture(Draw::unmixed(draw.image)),
                picture(Draw::unmixed(draw.partner)),
                picture(*draw),
            ],
            draw.lambda,
            classes.iter().cloned().zip(row.iter().copied()),
            [class_of(draw.image), class_of(draw.partner)],
        )
    };
    draws.iter().zip(rows).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::{Assignment, Method, Mixing, Policy, Selection, synthetic_shapes};

    #[test]
    fn a_pair_shows_both_clouds_their_mix_and_its_label() {
        let set = synthetic_shapes(1, 20, 0, 64);
        let clouds = Split::upload(set.train, &Device::flex());
        let mut mixing = Mixing::new(1.0, Selection::Every(1)).unwrap();
        mixing.method = Method::PointMixup(Assignment::Optimal);
        let policy = Policy::new(mixing, 20);
        let plan = CloudPlan::draw(1, 1, 20, crate::CloudShape { points: 64 }, &policy);
        let draws = [Draw::mixed(3, 4, 0.25), Draw::mixed(5, 5, 1.0)];
        let pairs = mixed_clouds(&clouds, &set.classes, &plan, &draws);
        let cloud = |index| cloud_picture(clouds.cloud(index).unwrap());
        assert_eq!((pairs.len(), pairs[0].shape), (2, CLOUD_PICTURE));
        assert_eq!((&pairs[0].first, &pairs[0].partner), (&cloud(3), &cloud(4)));
        assert_ne!(pairs[0].mixed, pairs[0].partner);
        assert_eq!(pairs[0].classes, ["cone", "torus"]);
        assert_eq!(pairs[0].target[0], ("torus".into(), 0.75));
        assert_eq!(pairs[0].target[1], ("cone".into(), 0.25));
        assert_eq!(pairs[1].mixed, cloud(5));
        assert_eq!(pairs[1].target, [("pyramid".into(), 1.0)]);
    }
}
