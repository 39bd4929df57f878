//! The pixels of one batch, read from a file.

use burn::tensor::{Device, Int, Tensor};
use mixup_kernels::ImageStore;

use crate::image::FileRows;
use crate::image::split::UploadedPixels;
use crate::image::storage::PixelStorage;
use crate::{BatchPlan, DataError, Draw};

/// The pixels of the images that a batch needs, each once, in the order of their file.
pub(crate) struct HeldRows {
    /// The rows of the file, ascending.
    rows: Vec<u32>,
    pixels: Vec<u8>,
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
        let both = draws.iter().flat_map(|draw| [draw.image, draw.partner]);
        let mut rows: Vec<u32> = both.map(|position| row_at(chosen, position)).collect();
        rows.sort_unstable();
        rows.dedup();
        let pixels = file.read_rows(&rows)?;
        Ok(Self { rows, pixels })
    }

    /// Uploads the pixels to `device` for the batch of `plan`. On a CPU, they move and are not copied.
    pub(super) fn upload(
        mut self,
        file: &FileRows,
        plan: &BatchPlan<'_>,
        device: &Device,
    ) -> HeldPixels {
        let shape = file.shape();
        let storage = PixelStorage::for_device(device);
        let mut count = self.rows.len();
        if !ImageStore::is_for(device) {
            // A GPU tunes its kernels to a shape, so all batches have the same.
            count = count.max(2 * plan.draws.len());
            self.pixels.resize(count * shape.values(), 0);
        }
        HeldPixels {
            rows: self.rows,
            uploaded: UploadedPixels {
                pixels: storage.upload(self.pixels, count, device),
                storage,
                shape,
            },
        }
    }
}

/// The row of the file at a position of a split.
fn row_at(chosen: Option<&[u32]>, position: u32) -> u32 {
    chosen.map_or(position, |rows| rows[position as usize])
}

/// [`HeldRows`] on a device.
pub(super) struct HeldPixels {
    rows: Vec<u32>,
    pub(super) uploaded: UploadedPixels,
}

impl HeldPixels {
    /// Where the pixels of a position of the split lie among these.
    ///
    /// # Panics
    /// If they are not among these: the batch is of another plan.
    pub(super) fn place(&self, chosen: Option<&[u32]>, position: u32) -> usize {
        let row = row_at(chosen, position);
        let place = self.rows.binary_search(&row);
        place.unwrap_or_else(|_| panic!("row {row} is not held for this batch"))
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
