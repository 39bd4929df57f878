//! Loading holds the pixels once, and those of a packed set can stay on disk. A separate test binary, so that no other test shares its memory.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use burn::data::dataloader::DataLoader;
use burn::tensor::Device;
use flate2::Compression;
use flate2::write::GzEncoder;
use mixup_data::{
    Draw, ImageRequest, ImageShape, Mixing, MixupBatcher, MixupLoader, Normalisation, PackedSet,
    Policy, Selection, open, pack,
};

const IMAGE_BYTES: usize = ImageShape::CIFAR10.values();
use tar::Builder;

/// The number of images in each of the six batches.
const BATCH: usize = 3500;
const PIXELS: usize = 6 * BATCH * IMAGE_BYTES;

fn batch_names() -> impl Iterator<Item = String> {
    let train = (1..=5).map(|batch| format!("data_batch_{batch}.bin"));
    train.chain(["test_batch.bin".to_owned()])
}

/// Writes the binary layout, record by record.
fn write_batches(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    for name in batch_names() {
        let mut file = BufWriter::new(File::create(folder.join(name))?);
        for index in 0..BATCH {
            let value = (index % 251) as u8;
            file.write_all(&[value % 10])?;
            file.write_all(&[value; IMAGE_BYTES])?;
        }
        file.flush()?;
    }
    Ok(())
}

/// Packs the batches in reverse order, which is the worst case for joining them.
fn write_archive(folder: &Path, archive: &Path) -> io::Result<()> {
    let file = GzEncoder::new(File::create(archive)?, Compression::fast());
    let mut tar = Builder::new(file);
    let names: Vec<String> = batch_names().collect();
    for name in names.iter().rev() {
        tar.append_path_with_name(folder.join(name), format!("batches/{name}"))?;
    }
    tar.into_inner()?.finish()?;
    Ok(())
}

/// Resets the peak of this process's memory, where the kernel allows it.
///
/// Otherwise the peak includes what came before, so that the test can only become stricter.
fn reset_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The value of a line of `/proc/self/status`, in bytes.
fn memory(key: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("the status of this process");
    let line = status.lines().find_map(|line| line.strip_prefix(key));
    let kibibytes = line.and_then(|line| line.trim_end_matches("kB").trim().parse::<usize>().ok());
    match kibibytes {
        Some(kibibytes) => kibibytes * 1024,
        None => panic!("/proc/self/status: expected {key} in kB, found:\n{status}"),
    }
}

#[test]
fn pixels_are_held_once_from_the_files_to_the_first_batch() {
    let folder = tempfile::tempdir().expect("a new folder");
    let (batches, archive) = (folder.path().join("batches"), folder.path().join("archive"));
    write_batches(&batches).expect("new files");
    write_archive(&batches, &archive).expect("a new file");
    let device = Device::flex();
    for source in [batches, archive] {
        let before = memory("VmRSS:");
        reset_peak();
        let images = open(&source, &ImageRequest::default(), &|_, _| {})
            .expect("a good source")
            .images;
        assert_eq!(images.train.len() + images.test.len(), 6 * BATCH);
        images.fingerprint();
        let upload = |split| MixupBatcher::new(split, 10, &Normalisation::cifar10(), &device);
        let splits = [upload(images.train), upload(images.test)];
        for split in &splits {
            let batch = split
                .mix(&[Draw::mixed(7, 8, 0.5)])
                .expect("images in memory");
            assert_eq!(batch.inputs.dims(), [1, 3, 32, 32]);
        }
        let taken = memory("VmHWM:") - before;
        // A copy of the training pixels would make it 1.8 times as much, f32 pixels five times.
        assert!(
            taken < PIXELS + PIXELS / 2,
            "{}: {taken} bytes for {PIXELS} bytes of pixels",
            source.display()
        );
    }
    a_packed_set_is_read_batch_by_batch(&folder.path().join("batches"), &device);
}

/// A part of the only test, because another one would share its memory.
fn a_packed_set_is_read_batch_by_batch(source: &Path, device: &Device) {
    let path = source.join("set.safetensors");
    let mut options = File::options();
    let options = options.read(true).write(true).create_new(true);
    let file = options.open(&path).expect("a new file");
    let request = ImageRequest::default();
    let place = (&file, path.as_path());
    pack(source, "batches", &request, place, &|_, _| {}, &|_, _| {}).expect("room on the disk");
    let before = memory("VmRSS:");
    reset_peak();
    let set = PackedSet::open(&path).expect("a good set").in_file();
    let set = set.upload(device).expect("a stated mean");
    let batcher = MixupBatcher::of(&set.train, 10, &set.normalisation);
    let mixing = Mixing::new(1.0, Selection::Every(1)).expect("a good alpha");
    let loader = MixupLoader::training(batcher, 1, Policy::new(mixing, 50), 1);
    assert_eq!(
        loader.iter().filter(|batch| batch.is_ok()).count(),
        5 * BATCH / 50
    );
    let taken = memory("VmHWM:").saturating_sub(before);
    assert!(
        taken < PIXELS / 2,
        "{taken} bytes for {PIXELS} bytes of pixels on disk"
    );
}
