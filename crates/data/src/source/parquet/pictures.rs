//! The pictures of tables: the shape that they all have, and their pixels.

use std::ops::ControlFlow;
use std::path::PathBuf;

use rayon::prelude::*;

use super::table::Table;
use crate::source::folder::Part;
use crate::source::image_file::{blank, decode_bytes, own_shape};
use crate::{DataError, ImageShape, Resize};

/// The longest side of pictures that keep their size if they all have one. Larger ones are photos.
const MAX_OWN_SIDE: usize = 128;

/// The shape that all pictures of these tables have; `None` if they differ in size or are larger than 128 pixels. Grey
/// pictures among others count as coloured ones. Pictures that cannot be read are passed over.
///
/// # Errors
/// Those of [`Table::each_pictures`].
pub(super) fn common_shape<'t>(
    tables: impl Iterator<Item = &'t Table>,
) -> Result<Option<ImageShape>, DataError> {
    let mut common: Option<ImageShape> = None;
    for table in tables {
        let mut differ = false;
        table.each_pictures(&mut |_, pictures| {
            let shapes = pictures
                .par_iter()
                .filter_map(|picture| own_shape(table.path(), picture.data()).ok());
            for shape in shapes.collect::<Vec<_>>() {
                let known = *common.get_or_insert(shape);
                differ |= (known.height, known.width) != (shape.height, shape.width)
                    || shape.height.max(shape.width) > MAX_OWN_SIDE;
                let channels = known.channels.max(shape.channels);
                common = Some(ImageShape { channels, ..known });
            }
            Ok(match differ {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })
        })?;
        if differ {
            return Ok(None);
        }
    }
    Ok(common)
}

/// Where the picture of a row goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// The part that it belongs to.
    pub(super) part: Part,
    /// Its place in the part.
    pub(super) index: usize,
}

/// Decodes the pictures of tables into a buffer for each part.
pub(super) struct Decoder<'a> {
    shape: ImageShape,
    resize: Resize,
    one_more: &'a (dyn Fn() + Sync),
    pixels: [Vec<u8>; 3],
    broken: Vec<(PathBuf, DataError)>,
}

impl<'a> Decoder<'a> {
    /// Room for so many pictures of each part: training, validation, test.
    ///
    /// # Errors
    /// Pictures that do not fit into memory.
    pub(super) fn new(
        counts: [usize; 3],
        shape: ImageShape,
        resize: Resize,
        one_more: &'a (dyn Fn() + Sync),
    ) -> Result<Self, DataError> {
        let [train, validation, test] = counts.map(|count| blank(count, shape));
        Ok(Self {
            shape,
            resize,
            one_more,
            pixels: [train?, validation?, test?],
            broken: vec![],
        })
    }

    /// Decodes the pictures of a table. Row `n` goes to `slots[n]`. Pictures that cannot be decoded are kept in a list.
    ///
    /// # Errors
    /// Those of [`Table::each_pictures`].
    ///
    /// # Panics
    /// If there are fewer slots than rows.
    pub(super) fn decode(&mut self, table: &Table, slots: &[Slot]) -> Result<(), DataError> {
        let (shape, resize, one_more) = (self.shape, self.resize, self.one_more);
        table.each_pictures(&mut |first, pictures| {
            let decoded = pictures.par_iter().enumerate().map(|(at, picture)| {
                let row = first + at;
                let path = table.path().join(format!("row {row}"));
                let mut image = vec![0; shape.values()];
                let result = decode_bytes(&path, picture.data(), shape, resize, &mut image);
                one_more();
                (path, slots[row], result.map(|()| image))
            });
            for (path, slot, image) in decoded.collect::<Vec<_>>() {
                match image {
                    Ok(image) => self.pixels[slot.part as usize][slot.index * shape.values()..]
                        [..shape.values()]
                        .copy_from_slice(&image),
                    Err(error) => self.broken.push((path, error)),
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    /// The pixels of training, validation and test, and the pictures that could not be decoded.
    pub(super) fn finish(self) -> ([Vec<u8>; 3], Vec<(PathBuf, DataError)>) {
        (self.pixels, self.broken)
    }
}
