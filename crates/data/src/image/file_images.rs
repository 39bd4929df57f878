//! Images that stay in a file, whose pixels are read when a batch needs them.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::file::positioned::read_exact_at;
use crate::{DataError, ImageShape};

/// Bytes that are read at a time when all pixels are visited.
const BYTES_AT_ONCE: usize = 8 << 20;

/// An open file that others read, too.
#[derive(Debug)]
pub(crate) struct OpenFile {
    path: PathBuf,
    file: File,
}

impl OpenFile {
    /// The file, opened from `path`.
    pub(crate) fn new(path: &Path, file: File) -> Self {
        Self {
            path: path.into(),
            file,
        }
    }

    /// The path that the file was opened from.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// # Errors
    /// A file that has become too short, and one that cannot be read.
    pub(crate) fn read(&self, buffer: &mut [u8], offset: u64) -> Result<(), DataError> {
        let length = buffer.len() as u64;
        read_exact_at(&self.file, buffer, offset).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => self.too_short(offset.saturating_add(length)),
            _ => DataError::io(&self.path)(error),
        })
    }

    fn too_short(&self, needed: u64) -> DataError {
        let found = match self.file.metadata() {
            Ok(metadata) => metadata.len().to_string(),
            Err(_) => "fewer".into(),
        };
        let expected = format!("at least {needed} bytes, as when it was opened");
        DataError::format(&self.path, expected, found)
            .hinted("something has cut the file short; bring the whole file back, or pack it again")
    }
}

/// Pixels in an open file: images of one shape, one after another. A clone shares the file.
#[derive(Clone, Debug)]
pub(crate) struct FileRows {
    file: Arc<OpenFile>,
    /// Where the first image starts, in bytes.
    start: u64,
    shape: ImageShape,
}

impl FileRows {
    /// Images of `shape` that start at byte `start` of `file`.
    pub(crate) fn new(file: Arc<OpenFile>, start: u64, shape: ImageShape) -> Self {
        Self { file, start, shape }
    }

    /// Channels, height and width of each image.
    pub(crate) fn shape(&self) -> ImageShape {
        self.shape
    }

    /// The path of the file.
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Reads as many images as `pixels` holds, from image `first` on.
    ///
    /// # Errors
    /// A file that has become too short, and one that cannot be read.
    pub(crate) fn read(&self, first: usize, pixels: &mut [u8]) -> Result<(), DataError> {
        let offset = first as u64 * self.shape.values() as u64;
        self.file.read(pixels, self.start + offset)
    }

    /// The pixels of the images at `rows`, which ascend. Neighbours are read in one go.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub(crate) fn read_rows(&self, rows: &[u32]) -> Result<Vec<u8>, DataError> {
        let values = self.shape.values();
        let mut pixels = vec![0; rows.len() * values];
        let mut rest = &mut pixels[..];
        for neighbours in rows.chunk_by(|row, next| row + 1 == *next) {
            let (own, later) = rest.split_at_mut(neighbours.len() * values);
            self.read(neighbours[0] as usize, own)?;
            rest = later;
        }
        Ok(pixels)
    }
}

/// The images of one split in a file, with their labels in memory. A clone shares the file.
#[derive(Clone, Debug)]
pub struct FileImages {
    rows: FileRows,
    labels: Vec<u16>,
}

impl FileImages {
    /// The images of `rows`, as many as there are labels.
    pub(crate) fn new(rows: FileRows, labels: Vec<u16>) -> Self {
        Self { rows, labels }
    }

    /// Channels, height and width of each image.
    pub fn shape(&self) -> ImageShape {
        self.rows.shape
    }

    /// The label of each image, u16 `[N]`.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// The first `count` images, or all if there are fewer.
    #[must_use]
    pub(crate) fn first(&self, count: usize) -> Self {
        Self {
            rows: self.rows.clone(),
            labels: self.labels[..count.min(self.labels.len())].to_vec(),
        }
    }

    /// The pixels' place and the labels.
    pub(crate) fn into_parts(self) -> (FileRows, Vec<u16>) {
        (self.rows, self.labels)
    }

    /// Reads all pixels in their order and hands them to `take`, some whole images at a time.
    ///
    /// # Errors
    /// Those of reading, and those of `take`.
    pub(crate) fn visit(
        &self,
        take: &mut dyn FnMut(&[u8]) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let values = self.rows.shape.values();
        let at_once = (BYTES_AT_ONCE / values).max(1);
        let mut buffer = vec![0; at_once.min(self.labels.len()) * values];
        for first in (0..self.labels.len()).step_by(at_once) {
            let count = at_once.min(self.labels.len() - first);
            let pixels = &mut buffer[..count * values];
            self.rows.read(first, pixels)?;
            take(pixels)?;
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;

    use super::*;
    use crate::Images;

    impl FileRows {
        /// Whether somebody else has the file open.
        pub(crate) fn is_shared(&self) -> bool {
            Arc::strong_count(&self.file) > 1
        }

        /// Leaves only so many bytes of the file.
        pub(crate) fn cut_to(&self, bytes: u64) {
            self.file.file.set_len(bytes).expect("a shorter file");
        }
    }

    /// The same images in a new file, after some other bytes. The file goes when it is closed.
    pub(crate) fn in_file(images: &Images) -> FileImages {
        let mut file = tempfile::tempfile().expect("a new file");
        file.write_all(b"header").expect("room");
        file.write_all(images.pixels()).expect("room");
        let file = Arc::new(OpenFile::new(Path::new("set"), file));
        let rows = FileRows::new(file, 6, images.shape());
        FileImages::new(rows, images.labels().to_vec())
    }

    /// Five images of two pixels, which are ten times the image's number and one more.
    fn five() -> FileImages {
        let shape = ImageShape {
            channels: 1,
            height: 1,
            width: 2,
        };
        let pixels = (0..5).flat_map(|number| [10 * number, 10 * number + 1]);
        in_file(&Images::from_parts(shape, pixels.collect(), vec![0; 5]))
    }

    #[test]
    fn rows_are_read_by_their_numbers() {
        let (rows, _) = five().into_parts();
        let read = rows.read_rows(&[0, 2, 3]).expect("enough bytes");
        assert_eq!(read, [0, 1, 20, 21, 30, 31]);
        assert!(rows.read_rows(&[]).expect("nothing to read").is_empty());
    }

    #[test]
    fn a_visit_sees_every_pixel_once_and_in_order() {
        let mut seen: Vec<u8> = vec![];
        let mut take = |pixels: &[u8]| {
            seen.extend(pixels);
            Ok(())
        };
        five().first(3).visit(&mut take).expect("enough bytes");
        assert_eq!(seen, [0, 1, 10, 11, 20, 21]);
    }

    #[test]
    fn a_file_that_was_cut_short_is_an_error_with_a_way_out() {
        let (rows, _) = five().into_parts();
        rows.cut_to(13);
        assert!(rows.read_rows(&[2]).is_ok());
        let error = rows.read_rows(&[2, 3]).expect_err("too few bytes");
        assert_eq!(
            error.to_string(),
            "set: expected at least 14 bytes, as when it was opened, found 13"
        );
        let DataError::Format {
            hint: Some(hint), ..
        } = error
        else {
            panic!("{error}");
        };
        assert!(hint.contains("cut the file short"), "{hint}");
    }
}
