//! One parquet file: its columns, read row group by row group.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::column::reader::{get_column_reader, get_typed_column_reader};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::ColumnDescriptor;

use super::columns::{self, Columns, LabelType};
use super::guarded_file::GuardedFile;
use super::guarded_pages::GuardedPages;
use crate::file::open_regular;
use crate::source::image_file::caught;
use crate::{DataError, ImageRequest};

/// Rows of labels that are read at once.
const LABELS_AT_ONCE: usize = 1 << 12;
/// The most pictures that are held at once, before they are decoded.
const PICTURES_AT_ONCE: u64 = 256;
/// The bytes of pictures that are held at once, if all are of the mean length.
const BYTES_AT_ONCE: u64 = 16 << 20;
/// A file has at most one row for so many of its bytes. The smallest picture of any format takes more.
const BYTES_PER_ROW: u64 = 16;
/// Rows that a file may have whatever its length.
const FREE_ROWS: u64 = 4096;
/// The longest name of a class, in bytes.
const MAX_NAME_BYTES: usize = 1024;

/// The labels of a file, as they are stored.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum StoredLabels {
    Numbers(Vec<i64>),
    Names(Vec<String>),
}

/// A parquet file whose footer was read. It is only open while it is read, as a set may have thousands.
pub(super) struct Table {
    path: PathBuf,
    columns: Columns,
    length: u64,
    rows: usize,
    pictures_at_once: usize,
}

impl Table {
    /// Reads the footer of the file at `path` and finds its columns.
    ///
    /// # Errors
    /// A file that is no parquet file, is damaged, claims more rows than it has bytes for, or lacks a column that is
    /// needed.
    pub(super) fn open(path: &Path, request: &ImageRequest) -> Result<Self, DataError> {
        let (_, length, metadata) = opened(path)?;
        let columns = columns::find(path, &metadata, request)?;
        let most = length / BYTES_PER_ROW + FREE_ROWS;
        let Some(rows) = rows_of(&metadata).filter(|rows| *rows <= most) else {
            let expected = format!("at most {most} rows in a file of {length} bytes");
            let fault = DataError::format(path, expected, "more");
            return Err(fault.hinted("check that the file is whole, or download it anew"));
        };
        let mean = length / rows.max(1);
        Ok(Self {
            path: path.into(),
            columns,
            length,
            // At most the length of a file in memory.
            rows: rows as usize,
            pictures_at_once: (BYTES_AT_ONCE / mean.max(1)).clamp(1, PICTURES_AT_ONCE) as usize,
        })
    }

    /// The path of the file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The length of the file in bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// How many rows it has.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The columns that are read.
    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// All labels.
    ///
    /// # Errors
    /// A row without a label, a name of more than 1,024 bytes, and a damaged file.
    pub(super) fn labels(&self) -> Result<StoredLabels, DataError> {
        let place = self.columns.label;
        let mut numbers = vec![];
        match self.columns.label_type {
            LabelType::Int64 => {
                self.each::<Int64Type>(place, LABELS_AT_ONCE, &mut |_, values| {
                    numbers.extend_from_slice(values);
                    Ok(ControlFlow::Continue(()))
                })?
            }
            LabelType::Int32 => {
                self.each::<Int32Type>(place, LABELS_AT_ONCE, &mut |_, values| {
                    numbers.extend(values.iter().map(|value| i64::from(*value)));
                    Ok(ControlFlow::Continue(()))
                })?
            }
            LabelType::Boolean => {
                self.each::<BoolType>(place, LABELS_AT_ONCE, &mut |_, values| {
                    numbers.extend(values.iter().map(|value| i64::from(*value)));
                    Ok(ControlFlow::Continue(()))
                })?
            }
            LabelType::Text => return self.names(place),
        }
        Ok(StoredLabels::Numbers(numbers))
    }

    fn names(&self, place: usize) -> Result<StoredLabels, DataError> {
        let mut names = vec![];
        self.each::<ByteArrayType>(place, LABELS_AT_ONCE, &mut |first, values| {
            for (row, value) in (first..).zip(values) {
                let name = std::str::from_utf8(value.data()).ok();
                let name = name.filter(|name| !name.is_empty() && name.len() <= MAX_NAME_BYTES);
                let Some(name) = name else {
                    let expected = format!(
                        "the name of a class, 1 to {MAX_NAME_BYTES} bytes of UTF-8, in row {row}"
                    );
                    let fault = DataError::format(&self.path, expected, "another text");
                    return Err(fault.hinted("name another column of labels with --label-column"));
                };
                names.push(name.to_owned());
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(StoredLabels::Names(names))
    }

    /// Calls `take` with the number of a row and the files of the pictures from there on, some at a time, until it asks
    /// to stop.
    ///
    /// # Errors
    /// A row without the bytes of a picture, a damaged file, and those of `take`.
    pub(super) fn each_pictures(&self, take: &mut Take<'_, ByteArray>) -> Result<(), DataError> {
        self.each::<ByteArrayType>(self.columns.picture, self.pictures_at_once, take)
    }

    /// Reads a column without missing values, at most `at_once` rows at a time, until `take` asks to stop. The first
    /// row is 0.
    fn each<T: DataType>(
        &self,
        place: usize,
        at_once: usize,
        take: &mut Take<'_, T::T>,
    ) -> Result<(), DataError> {
        let (file, _, metadata) = opened(&self.path)?;
        if rows_of(&metadata) != Some(self.rows as u64) {
            return Err(self.damaged("another number"));
        }
        let mut row = 0;
        for group in metadata.row_groups() {
            // Not negative, as all were counted.
            let rows = group.num_rows() as usize;
            let opened = caught(|| {
                let descriptor = group.schema_descr().column(place);
                let pages =
                    SerializedPageReader::new(file.clone(), group.column(place), rows, None)?;
                let pages = Box::new(GuardedPages::new(pages));
                let column = get_column_reader(descriptor.clone(), pages);
                Ok((get_typed_column_reader::<T>(column), descriptor))
            });
            let (mut column, descriptor) = parsed(&self.path, opened)?;
            let end = row + rows;
            while row < end {
                let (mut values, mut levels) = (vec![], vec![]);
                let wanted = at_once.min(end - row);
                let read =
                    caught(|| column.read_records(wanted, Some(&mut levels), None, &mut values));
                let (records, ..) = parsed(&self.path, read)?;
                if records == 0 || records > wanted || values.len() > records {
                    return Err(self.damaged(&format!("{row} in a column")));
                }
                if values.len() < records {
                    return Err(self.missing(&descriptor, row, &levels));
                }
                if take(row, &values)?.is_break() {
                    return Ok(());
                }
                row += records;
            }
        }
        Ok(())
    }

    /// The error for a row without a value, in a batch that begins at `first` and has these levels.
    fn missing(&self, column: &ColumnDescriptor, first: usize, levels: &[i16]) -> DataError {
        let full = column.max_def_level();
        let at = levels
            .iter()
            .position(|level| *level < full)
            .unwrap_or_default();
        let (row, name) = (first + at, &column.path().parts()[0]);
        if *name != self.columns.label_name {
            let expected = format!("the bytes of a picture in row {row} of {name}");
            return DataError::format(&self.path, expected, "none, or only a path").hinted(
                "write the table again with the pictures themselves in it; in Python: from datasets.table import embed_table_storage; set = set.with_format(\"arrow\").map(embed_table_storage, batched=True)",
            );
        }
        let expected = format!("a label in row {row} of {name}");
        DataError::format(&self.path, expected, "none")
            .hinted("leave rows without a label out of the table")
    }

    fn damaged(&self, found: &str) -> DataError {
        let expected = format!("{} rows", self.rows);
        DataError::format(&self.path, expected, found)
            .hinted("check that the file is whole, or download it anew")
    }
}

/// Takes the values of a column from a row on.
pub(super) type Take<'t, T> = dyn FnMut(usize, &[T]) -> Result<ControlFlow<()>, DataError> + 't;

/// The file at `path`, its length in bytes, and its footer.
fn opened(path: &Path) -> Result<(Arc<GuardedFile>, u64, ParquetMetaData), DataError> {
    let (file, length) = open_regular(path, u64::MAX).map_err(DataError::io(path))?;
    let file = GuardedFile::new(file, length);
    let metadata = caught(|| {
        file.check_schema()?;
        ParquetMetaDataReader::new().parse_and_finish(&file)
    });
    Ok((Arc::new(file), length, parsed(path, metadata)?))
}

/// How many rows a file claims to have; `None` if the number is negative or overflows.
fn rows_of(metadata: &ParquetMetaData) -> Option<u64> {
    let mut groups = metadata.row_groups().iter();
    groups.try_fold(0_u64, |rows, group| {
        rows.checked_add(u64::try_from(group.num_rows()).ok()?)
    })
}

/// What the reader of parquet returned; `None` if it panicked.
fn parsed<T>(path: &Path, result: Option<Result<T, ParquetError>>) -> Result<T, DataError> {
    let error = match result {
        Some(Ok(value)) => return Ok(value),
        Some(Err(error)) => error.to_string(),
        None => "a damaged one".into(),
    };
    // Such as `Parquet error: Invalid Parquet file. Corrupt footer`.
    let found = error
        .rsplit_once("Parquet error: ")
        .map_or(error.as_str(), |(_, found)| found);
    let fault = DataError::format(path, "a whole parquet file", found);
    Err(match found.contains("Disabled feature") {
        true => {
            fault.hinted("write it again with the compression snappy or with none, which are read")
        }
        false => fault.hinted("check that the file is whole, or download it anew"),
    })
}
