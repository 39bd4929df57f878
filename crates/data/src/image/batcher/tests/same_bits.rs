//! The kernels of the CPU give the bits of the composed operations.

use super::*;

/// Odd sides, one row, one column, and widths above and below that of a vector.
const SHAPES: [[usize; 3]; 6] = [
    [3, 32, 32],
    [1, 12, 19],
    [3, 5, 7],
    [1, 1, 33],
    [3, 40, 1],
    [2, 3, 17],
];

pub(super) fn any_shape() -> impl Strategy<Value = ImageShape> {
    prop::sample::select(&SHAPES[..]).prop_map(|[channels, height, width]| ImageShape {
        channels,
        height,
        width,
    })
}

/// Constants of up to three channels.
pub(super) fn batcher_of(split: &Split) -> MixupBatcher {
    MixupBatcher::of(
        split,
        10,
        &constants(split.shape().image().unwrap().channels),
    )
}

pub(super) fn bits<const D: usize>(tensor: Tensor<D>) -> Vec<u32> {
    values(tensor).into_iter().map(f32::to_bits).collect()
}

/// # Panics
/// If a bit of images, targets or weights depends on who makes the batch.
fn assert_same_bits(batcher: &MixupBatcher, plan: &BatchPlan<'_>, weights: Option<&[f32]>) {
    let classes = batcher.classes;
    let targets = |drafted: &Drafted| {
        let lambda = drafted.shares.lambda.clone();
        let labels = drafted.labels.clone();
        bits(targets_by(
            plan.targets,
            plan.smoothing,
            labels,
            lambda,
            classes,
        ))
    };
    let (pixels, plan) = batcher.pixels_of(*plan, None).unwrap();
    let composed = batcher.composed(&plan, weights, &pixels);
    let made = batcher.in_one_pass(&plan, weights, &pixels).unwrap();
    assert_eq!(made.images.dims(), composed.images.dims());
    assert_eq!(targets(&made), targets(&composed));
    assert_eq!(bits(made.images), bits(composed.images));
    let weights = [made.shares.weights, composed.shares.weights].map(|weights| weights.map(bits));
    assert_eq!(weights[0], weights[1]);
}

pub(super) fn any_draws() -> impl Strategy<Value = Vec<Draw>> {
    let lambda = prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0];
    let draw = (0..20_u32, 0..20_u32, lambda);
    prop::collection::vec(
        draw.prop_map(|(image, partner, lambda)| Draw::mixed(image, partner, lambda)),
        1..18,
    )
}

pub(super) fn any_views() -> impl Strategy<Value = Option<Vec<View>>> {
    // Also windows that leave nothing of an image.
    let shift = || prop_oneof![Just(0_i16), -45_i16..=45];
    let view = (any::<bool>(), shift(), shift());
    let view = view.prop_map(|(flipped, down, right)| View {
        flipped,
        down,
        right,
    });
    prop::option::of(prop::collection::vec(view, 20))
}

pub(super) fn any_patches() -> impl Strategy<Value = Option<Vec<Patch>>> {
    let edges = (0_u16..45, 0_u16..45, 0_u16..45, 0_u16..45, any::<bool>());
    let patch = edges.prop_map(|(top, left, height, width, resized)| Patch {
        top,
        left,
        bottom: top + height,
        right: left + width,
        resized,
    });
    let patch = prop_oneof![patch, Just(Patch::EMPTY)];
    prop::option::of(prop::collection::vec(patch, 20))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every choice that a plan can hold, also those that no policy draws.
    #[test]
    fn of_any_plan(
        shape in any_shape(),
        draws in any_draws(),
        views in any_views(),
        patches in any_patches(),
        holes in any_patches(),
        part: bool,
        manifold: bool,
        weight in prop::option::of(0.0_f32..2.0),
    ) {
        let split = Split::upload(noise(30, shape), &Device::flex());
        let chosen: Vec<u32> = (0..20).map(|position| position * 7 % 30).collect();
        let split = if part { split.select(&chosen) } else { split };
        let weights = weight.map(|weight| vec![weight; draws.len()]);
        let plan = BatchPlan {
            views: views.as_deref(),
            patches: patches.as_deref(),
            holes: holes.as_deref(),
            stage: manifold.then_some(0),
            ..BatchPlan::from(&draws[..])
        };
        assert_same_bits(&batcher_of(&split), &plan, weights.as_deref());
    }

    /// The policies of experiments, through the batcher's public face: packed pixels are read by Burn's
    /// operations alone.
    #[test]
    fn of_any_policy(
        policy in any_policy(),
        seed: u64,
        shape in prop::sample::select(&[SQUARE, WIDE][..]),
        rows in prop::option::of(1_usize..12),
    ) {
        let images = noise(20, shape);
        let plan = ImagePlan::draw(seed, 3, images.len(), shape, &policy);
        let [made, composed] = [PixelStorage::U8, PixelStorage::Packed].map(|storage| {
            let batcher = stored(images.clone(), storage);
            let batches = (0..20).step_by(policy.batch_size).map(|start| {
                let end = 20.min(start + policy.batch_size);
                batcher.make(&plan.batch(start..end), rows).unwrap()
            });
            let batches = batches.map(|batch| {
                let weights = batch.weights.map(bits);
                let hidden = batch.hidden.map(|hidden| bits(hidden.apply(batch.inputs.clone())));
                (bits(batch.inputs), bits(batch.targets), weights, hidden, batch.count)
            });
            batches.collect::<Vec<_>>()
        });
        prop_assert!(made == composed);
    }
}

#[test]
fn of_every_shift_and_both_mirrorings() {
    let shape = ImageShape {
        channels: 3,
        height: 4,
        width: 5,
    };
    let split = Split::upload(noise(2, shape), &Device::flex());
    let batcher = batcher_of(&split);
    let draws = [Draw::mixed(0, 1, 0.3)];
    let shifts = || (-6..=6).flat_map(|down| (-6..=6).map(move |right| (down, right)));
    for (flipped, (down, right)) in [false, true]
        .into_iter()
        .flat_map(|flipped| shifts().map(move |shift| (flipped, shift)))
    {
        let view = View {
            flipped,
            down,
            right,
        };
        let views = [view, View::default()];
        let plan = BatchPlan {
            views: Some(&views),
            ..BatchPlan::from(&draws[..])
        };
        assert_same_bits(&batcher, &plan, None);
    }
}

#[test]
fn packed_pixels_are_not_read_by_the_kernels() {
    let draws = [Draw::unmixed(0)];
    let plan = BatchPlan::from(&draws[..]);
    let [bytes, packed] = [PixelStorage::U8, PixelStorage::Packed].map(|storage| {
        let batcher = stored(noise(1, SQUARE), storage);
        let (pixels, plan) = batcher.pixels_of(plan, None).unwrap();
        batcher.in_one_pass(&plan, None, &pixels)
    });
    assert!(bytes.is_some());
    assert!(packed.is_none());
}
