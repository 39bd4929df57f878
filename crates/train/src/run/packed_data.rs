//! Packed sets as data: where their pixels are kept, and how their fingerprint is known.

use std::path::Path;

use clap::ValueEnum;
use mixup_data::{ImageRequest, PackedSet};

use crate::device::selected::DeviceKind;
use crate::failure::Failure;
use crate::run::data::{Loaded, source_of};
use crate::run::free_memory::free_memory;
use crate::run::watch::{Counted, Watch};

/// Bytes that are taken into memory where the system does not say how much is free.
const UNKNOWN_MEMORY: u64 = 2 << 30;
/// Bytes that a GPU takes by itself. Burn does not say how much memory a GPU has.
const GPU_MEMORY: u64 = 2 << 30;

/// Where the pixels of a packed set are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PixelPlace {
    /// In memory if they take at most half of what is free (on a GPU also at most 2 GiB), else on disk
    #[default]
    Auto,
    /// In memory; on a GPU, in its memory
    Memory,
    /// On disk: those of a batch are read when it is made
    Disk,
}

/// How the fingerprint of a packed set is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PixelCheck {
    /// By what the file states, if its size and the digest of its header and labels are right.
    #[default]
    Trust,
    /// By hashing all pixels.
    Hash,
}

/// How a packed set is used. Other data have no such choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackedUse {
    /// Where its pixels are kept.
    pub pixels: PixelPlace,
    /// How its fingerprint is known.
    pub check: PixelCheck,
    /// The kind of device that computes.
    pub device: DeviceKind,
}

impl Default for PackedUse {
    fn default() -> Self {
        Self {
            pixels: PixelPlace::default(),
            check: PixelCheck::default(),
            device: DeviceKind::Cpu,
        }
    }
}

impl PackedUse {
    /// A look at some of the images: they stay on disk.
    pub const LOOK: Self = Self {
        pixels: PixelPlace::Disk,
        check: PixelCheck::Trust,
        device: DeviceKind::Cpu,
    };

    /// The most bytes of pixels that are taken into memory if `free` bytes are free.
    fn most_in_memory(self, free: Option<u64>) -> u64 {
        match (self.pixels, self.device) {
            (PixelPlace::Memory, _) => u64::MAX,
            (PixelPlace::Disk, _) => 0,
            (PixelPlace::Auto, kind) => {
                let half = free.map_or(UNKNOWN_MEMORY, |free| free / 2);
                match kind {
                    DeviceKind::Cpu => half,
                    DeviceKind::Gpu => half.min(GPU_MEMORY),
                }
            }
        }
    }
}

/// Opens the packed set at `path`, whose images must be what `request` asks for. Says so if its pixels stay on disk
/// without having been asked for.
///
/// # Errors
/// [`Failure::Data`] if it is none, is damaged, holds other images, or cannot be read.
pub(crate) fn open_packed(
    path: &Path,
    request: &ImageRequest,
    how: PackedUse,
    watch: &dyn Watch,
) -> Result<Loaded, Failure> {
    let mut packed = PackedSet::open(path)?;
    packed.check(request)?;
    // Without a statement about the pixels, only they tell which images these are.
    if how.check == PixelCheck::Hash || !packed.states_fingerprint() {
        let bar = watch.bar(Counted::Images, "fingerprint", packed.image_count());
        let verified = packed.verified(&|done, _| bar.set_position(done as u64));
        bar.finish_and_clear();
        packed = verified?;
    }
    let layout = packed.about().layout_name();
    let (bytes, free) = (packed.pixel_bytes(), free_memory());
    let images = if bytes <= how.most_in_memory(free) {
        packed.in_memory()?
    } else {
        if how.pixels == PixelPlace::Auto {
            watch.say(&stay_on_disk(bytes, free, how.device));
        }
        packed.in_file()
    };
    Ok(Loaded {
        images,
        layout,
        source: source_of(path),
        passed_over: vec![],
    })
}

/// The line about pixels that are too many for memory.
fn stay_on_disk(bytes: u64, free: Option<u64>, device: DeviceKind) -> String {
    let gigabytes = |bytes: u64| format!("{:.1} GB", bytes as f64 / 1e9);
    let why = match free {
        Some(free) if bytes > free / 2 => {
            format!("more than half of the {} that are free", gigabytes(free))
        }
        _ if device == DeviceKind::Gpu => "more than a GPU is given unasked".into(),
        _ => "more than is taken where the free memory is not known".into(),
    };
    format!(
        "note: the pixels stay on disk and are read batch by batch: they are {}, {why}; --pixels memory loads them",
        gigabytes(bytes)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(device: DeviceKind) -> PackedUse {
        PackedUse {
            device,
            ..PackedUse::default()
        }
    }

    #[test]
    fn half_of_the_free_memory_is_taken_unasked() {
        let most = |free| auto(DeviceKind::Cpu).most_in_memory(free);
        assert_eq!(most(Some(10 << 30)), 5 << 30);
        assert_eq!(most(None), UNKNOWN_MEMORY);
    }

    #[test]
    fn a_gpu_takes_no_more_than_most_have() {
        let most = |free| auto(DeviceKind::Gpu).most_in_memory(free);
        assert_eq!(most(Some(1 << 30)), 1 << 29);
        assert_eq!(most(Some(100 << 30)), GPU_MEMORY);
    }

    #[test]
    fn what_is_asked_for_is_done() {
        let of = |pixels| PackedUse {
            pixels,
            ..auto(DeviceKind::Gpu)
        };
        assert_eq!(of(PixelPlace::Memory).most_in_memory(Some(1)), u64::MAX);
        assert_eq!(of(PixelPlace::Disk).most_in_memory(Some(u64::MAX)), 0);
    }

    #[test]
    fn the_note_says_why_and_what_else_can_be_done() {
        assert_eq!(
            stay_on_disk(6_100_000_000, Some(2_900_000_000), DeviceKind::Cpu),
            "note: the pixels stay on disk and are read batch by batch: they are 6.1 GB, more than half of the 2.9 GB \
             that are free; --pixels memory loads them"
        );
        let said = stay_on_disk(6_100_000_000, Some(90_000_000_000), DeviceKind::Gpu);
        assert!(said.contains("more than a GPU is given unasked"), "{said}");
    }
}
