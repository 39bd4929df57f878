//! Picture files: damaged bytes, and damaged parts whose checksums and lengths are right.

mod jpeg;
mod others;
mod png;

use std::time::Duration;

use tempfile::TempDir;

use crate::dice::Dice;
use crate::target::{Target, read};
use crate::{bytes, folder, runner};

#[test]
fn image() {
    runner::fuzz(&Pictures::new());
}

struct Pictures {
    folder: TempDir,
    seeds: Vec<Vec<u8>>,
}

impl Pictures {
    fn new() -> Self {
        Self {
            folder: folder::new(),
            seeds: [png::seeds(), jpeg::seeds(), others::seeds()].concat(),
        }
    }
}

impl Target for Pictures {
    fn name(&self) -> &'static str {
        "image"
    }

    fn cases(&self) -> u64 {
        1_500
    }

    /// What decoding one picture may take by the limits of the decoder, and 64 MB.
    fn memory(&self) -> usize {
        (512 + 64) << 20
    }

    /// A few bytes can say that they are as many pixels as the limit allows, and all of them are then made.
    fn time(&self) -> Duration {
        Duration::from_secs(10)
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn known(&self) -> Vec<Vec<u8>> {
        // Few bytes that say that they are many pixels.
        let sizes = [(8192, 8192), (1, 65_535), (u32::MAX, 1), (20_000, 20_000)];
        let pngs = sizes.map(|(width, height)| png::of_zeros(width, height));
        let jpegs = [(8192, 8192), (65_535, 65_535)].map(|(width, height)| {
            let mut bytes = jpeg::seeds().swap_remove(0);
            jpeg::set_size(&mut bytes, width, height);
            bytes
        });
        pngs.into_iter()
            .chain(jpegs)
            .chain(others::large())
            .collect()
    }

    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        match dice.below(3) {
            0 => bytes::change(input, other, dice),
            _ if input.starts_with(png::START) => png::change(input, other, dice),
            _ if input.starts_with(b"\xff\xd8") => jpeg::change(input, other, dice),
            _ => others::change(input, other, dice),
        }
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let path = self.folder.path().join("picture.png");
        std::fs::write(&path, input).unwrap();
        read(mixup_data::read_image_file(
            &path,
            mixup_data::ImageShape::CIFAR10,
            mixup_data::Resize::Squash,
        ))
    }
}
