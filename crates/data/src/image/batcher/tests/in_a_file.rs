//! Batches of images in a file have the bits of batches of uploaded images.

use super::same_bits::{any_draws, any_patches, any_shape, any_views, batcher_of, bits};
use super::*;
use crate::SourceSamples;
use crate::image::file_images::tests::in_file;
use crate::image::held_rows::HeldRows;

/// The bits of all that a batch has.
fn of(batch: MixupBatch) -> (Vec<u32>, Vec<u32>, Option<Vec<u32>>, usize) {
    (
        bits(batch.inputs),
        bits(batch.targets),
        batch.weights.map(bits),
        batch.count,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn of_any_plan(
        shape in any_shape(),
        draws in any_draws(),
        views in any_views(),
        patches in any_patches(),
        retouched: bool,
        part: bool,
        rows in prop::option::of(1_usize..20),
    ) {
        let images = noise(30, shape);
        let chosen: Vec<u32> = (0..20).map(|position| position * 7 % 30).collect();
        let trivial = Augmentation { trivial_augment: true, ..Augmentation::default() };
        let retouches = trivial.retouches(3, 1, 30).filter(|_| retouched);
        let plan = BatchPlan {
            views: views.as_deref(),
            retouches: retouches.as_deref(),
            patches: patches.as_deref(),
            ..BatchPlan::from(&draws[..])
        };
        let streamed = SourceSamples::File(in_file(&images));
        let [uploaded, streamed] = [images.into(), streamed].map(|images: SourceSamples| {
            let split = Split::upload(images, &Device::flex());
            let split = if part { split.select(&chosen) } else { split };
            let batcher = batcher_of(&split);
            // Burn's operations read the same pixels.
            let (pixels, left) = batcher.pixels_of(plan, None).unwrap();
            let composed = bits(batcher.composed(&left, None, &pixels).images);
            (composed, of(batcher.make(&plan, rows).unwrap()))
        });
        prop_assert!(uploaded == streamed);
    }
}

#[test]
fn an_image_is_held_once_however_often_a_batch_has_it() {
    let images = noise(4, SQUARE);
    let (file, _) = in_file(&images).into_parts();
    let draws = [
        Draw::mixed(3, 1, 0.5),
        Draw::mixed(1, 3, 0.5),
        Draw::unmixed(3),
    ];
    let held = HeldRows::read(&file, None, &draws).unwrap();
    let pixels = held.upload(SQUARE, &BatchPlan::from(&draws[..]), &Device::flex());
    assert_eq!(pixels.uploaded.pixels.dims(), [2, SQUARE.values()]);
    assert_eq!([pixels.place(None, 1), pixels.place(None, 3)], [0, 1]);
}
