//! The pixels of one batch on the host: read from a file, or retouched.

use burn::tensor::{Device, Int, Tensor};
use burn_flex_kernels::ImageStore;

use crate::image::storage::PixelStorage;
use crate::image::{FileRows, UploadedPixels};
use crate::{BatchPlan, DataError, Draw, ImageShape};

/// The pixels of the images that a batch needs, each once.
pub(crate) struct HeldRows {
    /// What each image is known by, ascending.
    keys: Vec<u32>,
    key: Key,
    pixels: Vec<u8>,
}

/// What an image is known by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    /// The row in which it is stored. Several positions of a split may have the same one.
    Row,
    /// Its position in the split.
    Position,
}

impl Key {
    /// The key of the image at a position of a split. `chosen` has the row at each position; `None` for all of them in
    /// order.
    fn of(self, chosen: Option<&[u32]>, position: u32) -> u32 {
        match (self, chosen) {
            (Self::Row, Some(rows)) => rows[position as usize],
            _ => position,
        }
    }
}

/// The keys of the images and partners of `draws`, ascending, each once.
fn keys_of(key: Key, chosen: Option<&[u32]>, draws: &[Draw]) -> Vec<u32> {
    let both = draws.iter().flat_map(|draw| [draw.image, draw.partner]);
    let mut keys: Vec<u32> = both.map(|position| key.of(chosen, position)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

impl HeldRows {
    /// Reads the images and partners of `draws` from `file`. `chosen` has the row of the file at each position of the
    /// split; `None` for all of them in order.
    ///
    /// # Errors
    /// A file that has become too short or cannot be read.
    ///
    /// # Panics
    /// If a draw names a position that is not in the split.
    pub(crate) fn read(
        file: &FileRows,
        chosen: Option<&[u32]>,
        draws: &[Draw],
    ) -> Result<Self, DataError> {
        let rows = keys_of(Key::Row, chosen, draws);
        let pixels = file.read_rows(&rows)?;
        Ok(Self::of_rows(rows, pixels))
    }

    fn of_rows(keys: Vec<u32>, pixels: Vec<u8>) -> Self {
        Self {
            keys,
            key: Key::Row,
            pixels,
        }
    }

    /// The images and partners of `draws`, copied from the memory of the CPU.
    pub(super) fn gathered(
        uploaded: &UploadedPixels,
        chosen: Option<&[u32]>,
        draws: &[Draw],
    ) -> Self {
        let rows = keys_of(Key::Row, chosen, draws);
        let pixels = uploaded.download_rows(&rows);
        Self::of_rows(rows, pixels)
    }

    /// The images and partners of `draws`, copied from the `bytes` of all images.
    pub(super) fn copied(
        bytes: &[u8],
        shape: ImageShape,
        chosen: Option<&[u32]>,
        draws: &[Draw],
    ) -> Self {
        let rows = keys_of(Key::Row, chosen, draws);
        let values = shape.values();
        let images = rows.iter();
        let pixels = images.flat_map(|&row| &bytes[row as usize * values..][..values]);
        let pixels = pixels.copied().collect();
        Self::of_rows(rows, pixels)
    }

    /// The images and partners of `draws`, each at its position. `fill` writes the pixels of all positions that it is
    /// given, in their order.
    pub(super) fn by_position(
        draws: &[Draw],
        shape: ImageShape,
        fill: impl FnOnce(&[u32], &mut [u8]),
    ) -> Self {
        let keys = keys_of(Key::Position, None, draws);
        let mut pixels = vec![0; keys.len() * shape.values()];
        fill(&keys, &mut pixels);
        Self {
            keys,
            key: Key::Position,
            pixels,
        }
    }

    /// The pixels of the image at a position of the split.
    ///
    /// # Panics
    /// If they are not among these.
    pub(super) fn image(&self, chosen: Option<&[u32]>, position: u32, shape: ImageShape) -> &[u8] {
        let place = place(&self.keys, self.key.of(chosen, position));
        &self.pixels[place * shape.values()..][..shape.values()]
    }

    /// Uploads the pixels to `device` for the batch of `plan`. On a CPU, they move and are not copied.
    pub(super) fn upload(
        mut self,
        shape: ImageShape,
        plan: &BatchPlan<'_>,
        device: &Device,
    ) -> HeldPixels {
        let storage = PixelStorage::for_device(device);
        let mut count = self.keys.len();
        if !ImageStore::is_for(device) {
            // A GPU tunes its kernels to a shape, so all batches have the same.
            count = count.max(2 * plan.draws.len());
            self.pixels.resize(count * shape.values(), 0);
        }
        HeldPixels {
            keys: self.keys,
            key: self.key,
            uploaded: UploadedPixels {
                pixels: storage.upload(self.pixels, count, device),
                storage,
                shape,
            },
        }
    }
}

/// Where `key` is among `keys`.
///
/// # Panics
/// If it is not: the batch is of another plan.
fn place(keys: &[u32], key: u32) -> usize {
    let place = keys.binary_search(&key);
    place.unwrap_or_else(|_| panic!("image {key} is not held for this batch"))
}

/// [`HeldRows`] on a device.
pub(super) struct HeldPixels {
    keys: Vec<u32>,
    key: Key,
    pub(super) uploaded: UploadedPixels,
}

impl HeldPixels {
    /// Where the pixels of a position of the split lie among these.
    ///
    /// # Panics
    /// If they are not among these: the batch is of another plan.
    pub(super) fn place(&self, chosen: Option<&[u32]>, position: u32) -> usize {
        place(&self.keys, self.key.of(chosen, position))
    }

    /// The pixels at `positions` of the split, f32 `[positions, channels, height, width]`, from 0 to 255.
    pub(super) fn gather(
        &self,
        chosen: Option<&[u32]>,
        positions: &[i32],
        device: &Device,
    ) -> Tensor<4> {
        let place = |&position: &i32| self.place(chosen, position as u32) as i32;
        let places: Vec<i32> = positions.iter().map(place).collect();
        self.uploaded
            .gather(Tensor::<1, Int>::from_data(&places[..], device))
    }
}
