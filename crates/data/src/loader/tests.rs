use super::*;
use crate::{ImageShape, Images, Mixing, MixupBatcher, Normalisation, Selection};

const SHAPE: ImageShape = ImageShape::CIFAR10;

fn loader(first_epoch: u64) -> MixupLoader {
    let mut images = Images::new(SHAPE);
    for index in 0..23_u8 {
        images.push(&[index * 10; SHAPE.values()], u16::from(index % 10));
    }
    let batcher = MixupBatcher::new(images, 10, &Normalisation::identity(3), &Device::flex());
    let mixing = Mixing::new(0.2, Selection::Every(5)).unwrap();
    MixupLoader::training(batcher, 1, Policy::new(mixing, 8), first_epoch)
}

/// The first pixel of each image, batch by batch.
fn epoch(loader: &dyn DataLoader<MixupBatch>) -> Vec<Vec<f32>> {
    let first_pixels = |batch: Result<MixupBatch, DatasetError>| {
        let images = batch.unwrap().inputs;
        let count = images.dims()[0];
        let pixels = images.slice([0..count, 0..1, 0..1, 0..1]);
        pixels.into_data().try_to_vec().unwrap()
    };
    loader.iter().map(first_pixels).collect()
}

#[test]
fn an_epoch_is_whole_batches_and_a_short_last_one() {
    let sizes: Vec<usize> = epoch(&loader(1)).iter().map(Vec::len).collect();
    assert_eq!(sizes, [8, 8, 7]);
}

#[test]
fn a_filled_epoch_has_one_shape() {
    let rows = |loader: &dyn DataLoader<MixupBatch>| -> Vec<(usize, usize)> {
        let rows = |batch: Result<MixupBatch, DatasetError>| {
            let batch = batch.unwrap();
            assert!(batch.weights.is_some());
            (batch.inputs.dims()[0], batch.count)
        };
        loader.iter().map(rows).collect()
    };
    let filled = loader(1).filled(true);
    assert_eq!(rows(&filled), [(8, 8), (8, 8), (8, 7)]);
    // A single short batch is not padded.
    assert_eq!(rows(&*filled.slice(0, 5)), [(5, 5)]);
}

#[test]
fn a_loader_that_starts_at_epoch_three_gives_the_third_epoch() {
    let from_start = loader(1);
    let epochs = [epoch(&from_start), epoch(&from_start), epoch(&from_start)];
    assert_eq!(epoch(&loader(3)), epochs[2]);
    assert_ne!(epochs[1], epochs[2]);
}

#[test]
fn slices_hand_out_the_same_epoch_in_parts() {
    let whole = epoch(&loader(1)).concat();
    let loader = loader(1);
    let slices = [loader.slice(0, 10), loader.slice(10, 23)];
    assert_eq!(slices[1].num_items(), 13);
    let parts = slices.map(|slice| epoch(&*slice).concat());
    assert_eq!(parts.concat(), whole);
}

#[test]
fn chosen_images_come_unmixed_and_in_their_order() {
    let parent = loader(1);
    let chosen = parent.chosen(&[22, 5, 10]);
    assert_eq!(chosen.num_items(), 3);
    let expected = [220_u8, 50, 100].map(|value| f32::from(value) / 255.0);
    for _ in 0..2 {
        let found = epoch(&chosen).concat();
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} and {expected}");
        }
        assert_eq!(found.len(), 3);
    }
    let slice = chosen.slice(1, 3);
    assert_eq!(epoch(&*slice).concat(), epoch(&chosen).concat()[1..]);
    assert_eq!(epoch(&parent), epoch(&loader(1)));
}

#[test]
fn progress_counts_images() {
    let loader = loader(1);
    let mut batches = loader.iter();
    batches.next();
    let progress = batches.progress();
    assert_eq!((progress.items_processed, progress.items_total), (8, 23));
}

/// The images of [`loader`] in a file.
fn loader_of_a_file() -> (MixupLoader, crate::FileImages) {
    let mut images = Images::new(SHAPE);
    for index in 0..23_u8 {
        images.push(&[index * 10; SHAPE.values()], u16::from(index % 10));
    }
    let images = crate::image::file_images::tests::in_file(&images);
    let split = crate::Split::upload(crate::SourceSamples::File(images.clone()), &Device::flex());
    let batcher = MixupBatcher::of(&split, 10, &Normalisation::identity(3));
    let mixing = Mixing::new(0.2, Selection::Every(5)).unwrap();
    let loader = MixupLoader::training(batcher, 1, Policy::new(mixing, 8), 1);
    (loader, images)
}

#[test]
fn images_in_a_file_are_read_ahead_in_the_order_of_the_plan() {
    let (of_file, _) = loader_of_a_file();
    let in_memory = loader(1);
    for _ in 0..2 {
        assert_eq!(epoch(&of_file), epoch(&in_memory));
    }
    let [chosen, expected] = [&of_file, &in_memory].map(|loader| epoch(&loader.chosen(&[7, 2, 9])));
    assert_eq!(chosen, expected);
    let [sliced, expected] = [&of_file, &in_memory].map(|loader| epoch(&*loader.slice(8, 20)));
    assert_eq!(sliced, expected);
}

#[test]
fn a_pass_that_is_left_ends_its_threads() {
    let (loader, images) = loader_of_a_file();
    for _ in 0..20 {
        let mut batches = loader.iter();
        assert!(batches.next().unwrap().is_ok());
    }
    drop(loader);
    // A thread that still ran would keep the file.
    let (rows, _) = images.into_parts();
    let start = std::time::Instant::now();
    while rows.is_shared() && start.elapsed().as_secs() < 60 {
        std::thread::yield_now();
    }
    assert!(!rows.is_shared());
}

#[test]
fn a_file_that_is_cut_short_ends_the_pass_with_an_error() {
    let (loader, images) = loader_of_a_file();
    let (rows, _) = images.into_parts();
    rows.cut_to(5 * SHAPE.values() as u64);
    let results: Vec<bool> = loader.iter().map(|batch| batch.is_ok()).collect();
    assert_eq!(results, [false]);
}
