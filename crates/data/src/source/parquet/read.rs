//! Reads the splits of a set in parquet files.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::TableLook;
use super::classes::{Classes, check_not_negative};
use super::pictures::{Decoder, Slot, common_shape};
use super::splits::Splits;
use super::table::{StoredLabels, Table};
use crate::source::folder::{Part, take_split, unreadable};
use crate::source::passed_over::{PassedOverCounts, PassedOverReason};
use crate::source::{OpenedSource, of_one_shape, of_pictures};
use crate::{DataError, ImageRequest, ImageSet, ImageShape, Images, Layout, TestOrigin};

/// How many bytes of pixels a byte of a file may become. Pictures of one colour become a few hundred.
const MAX_RATIO: u64 = 1000;
/// The bytes of pixels that files may become whatever their length.
const FREE_BYTES: u64 = 1 << 30;

/// A part of the set with its tables and their labels.
struct PartTables {
    part: Part,
    tables: Vec<Table>,
    stored: Vec<StoredLabels>,
}

/// Reads the pictures of all parts.
///
/// # Errors
/// Those of [`open_splits`](super::open_splits).
pub(super) fn read(
    place: &Path,
    splits: &Splits<PathBuf>,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    let parts: Vec<PartTables> = splits
        .parts()
        .map(|(part, files)| opened(part, &files.files, request))
        .collect::<Result<_, _>>()?;
    check_alike(&parts)?;
    let Some((first, train)) = parts[0].tables.first().zip(parts.first()) else {
        let fault = DataError::format(place, "a parquet file of training images", "none");
        return Err(fault.hinted("name the split of the training images with --split-train"));
    };
    let classes = Classes::of(place, first.columns(), &train.stored)?;
    let (slots, labels) = slots(place, &parts, &classes, request)?;
    let own = common_shape(parts.iter().flat_map(|part| &part.tables))?;
    let shape = own.unwrap_or_else(|| request.shape(ImageShape::CIFAR10));

    let total = labels.iter().map(Vec::len).sum();
    check_room(place, &parts, total, request.shape(shape))?;
    let done = AtomicUsize::new(0);
    progress(0, total);
    let one_more = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
    let counts = [0, 1, 2].map(|part: usize| labels[part].len());
    let mut decoder = Decoder::new(counts, shape, request.resize, &one_more)?;
    let tables = parts.iter().flat_map(|part| &part.tables);
    for (table, slots) in tables.zip(&slots) {
        decoder.decode(table, slots)?;
    }
    let (pixels, broken) = decoder.finish();
    if let Some(error) = unreadable(place, total, broken) {
        return Err(error);
    }
    let mut images = pixels.into_iter().zip(labels);
    let mut next = || {
        let (pixels, labels) = images.next().unwrap_or_default();
        Images::from_parts(shape, pixels, labels)
    };
    let (train, validation, test) = (next(), next(), next());
    let images = ImageSet {
        train,
        validation: splits.validation.is_some().then_some(validation),
        test,
        classes: classes.names(),
    };
    let columns = first.columns();
    let guessed_columns = columns
        .is_guess
        .then(|| [columns.picture_name.clone(), columns.label_name.clone()]);
    let opened = described(place, splits, images, own.is_some(), request)?;
    Ok(OpenedSource {
        guessed_columns,
        ..opened
    })
}

/// Looks at one file of a part: whether its columns are known and can be read, and whether every row has a label.
///
/// # Errors
/// What [`read`] would say of this file before it decodes pictures.
#[cfg_attr(
    not(feature = "fetch"),
    expect(dead_code, reason = "only the hub looks before it fetches")
)]
pub(crate) fn look(
    part: Part,
    path: &Path,
    request: &ImageRequest,
) -> Result<TableLook, DataError> {
    let table = Table::open(path, request)?;
    check_not_negative(part, &table, &table.labels()?)?;
    // The first pictures show whether their column can be read.
    table.each_pictures(&mut |_, _| Ok(ControlFlow::Break(())))?;
    let columns = table.columns();
    Ok(TableLook {
        picture: columns.picture_name.clone(),
        label: columns.label_name.clone(),
        classes: columns.classes.clone(),
    })
}

/// Says how the images were read.
fn described(
    place: &Path,
    splits: &Splits<PathBuf>,
    images: ImageSet,
    keeps_size: bool,
    request: &ImageRequest,
) -> Result<OpenedSource, DataError> {
    let test_origin = match (&splits.test, request.split) {
        (Some(_), None) => TestOrigin::Own,
        (Some(_), Some(_)) => TestOrigin::OwnInPlaceOfSplit,
        (None, split) => split.map_or(TestOrigin::Own, TestOrigin::Split),
    };
    let mut passed_over = PassedOverCounts::default();
    for name in &splits.others {
        passed_over.add(PassedOverReason::OtherTableSplit, Path::new(name));
    }
    let opened = match keeps_size {
        true => of_one_shape(place, Layout::Parquet, images, request)?,
        false => of_pictures(Layout::Parquet, images, test_origin, request),
    };
    let parts = splits.parts();
    Ok(OpenedSource {
        test_origin,
        parts: parts
            .map(|(part, files)| (part, files.name.clone()))
            .collect(),
        passed_over: passed_over.finish(),
        ..opened
    })
}

/// The tables of a part, and the labels as they are stored.
fn opened(part: Part, files: &[PathBuf], request: &ImageRequest) -> Result<PartTables, DataError> {
    let open = |path: &PathBuf| Table::open(path, request);
    let tables: Vec<Table> = files.iter().map(open).collect::<Result<_, _>>()?;
    let stored = tables.iter().map(Table::labels).collect::<Result<_, _>>()?;
    Ok(PartTables {
        part,
        tables,
        stored,
    })
}

/// Refuses pictures that take far more memory than their files are long: by a dictionary, all rows of a small file can
/// share one picture.
fn check_room(
    place: &Path,
    parts: &[PartTables],
    rows: usize,
    shape: ImageShape,
) -> Result<(), DataError> {
    let tables = parts.iter().flat_map(|part| &part.tables);
    let length: u64 = tables.map(Table::length).sum();
    let most = length.saturating_mul(MAX_RATIO).saturating_add(FREE_BYTES);
    let bytes = (rows as u64).saturating_mul(shape.values() as u64);
    if bytes <= most {
        return Ok(());
    }
    let expected = format!("at most {most} bytes of pixels from files of {length} bytes");
    let found = format!("{rows} pictures of {} values each", shape.values());
    let fault = DataError::format(place, expected, found);
    Err(fault.hinted("ask for smaller pictures with size under [data] in the experiment"))
}

/// Requires all files to have the classes of the first.
fn check_alike(parts: &[PartTables]) -> Result<(), DataError> {
    let mut tables = parts.iter().flat_map(|part| &part.tables);
    let Some(first) = tables.next() else {
        return Ok(());
    };
    let expected = &first.columns().classes;
    match tables.find(|table| table.columns().classes != *expected) {
        None => Ok(()),
        Some(other) => {
            let expected = format!("the classes of {}", first.path().display());
            Err(DataError::format(other.path(), expected, "others").hinted(
                "name splits of the same classes with --split-train and --split-test, or write the files again with the same ones",
            ))
        }
    }
}

/// For every row of every table where its picture goes, and the labels of training, validation and test.
type Placed = (Vec<Vec<Slot>>, [Vec<u16>; 3]);

/// Gives every row its place.
fn slots(
    place: &Path,
    parts: &[PartTables],
    classes: &Classes,
    request: &ImageRequest,
) -> Result<Placed, DataError> {
    let mut slots = vec![];
    let mut labels: [Vec<u16>; 3] = Default::default();
    let has_test = parts.iter().any(|part| part.part == Part::Test);
    for PartTables {
        part,
        tables,
        stored,
    } in parts
    {
        let of_part = &mut labels[*part as usize];
        for (table, stored) in tables.iter().zip(stored) {
            let first = of_part.len();
            let slot = |row| Slot {
                part: *part,
                index: first + row,
            };
            slots.push((0..table.rows()).map(slot).collect::<Vec<_>>());
            of_part.extend(classes.labels(*part, table, stored)?);
        }
        if of_part.is_empty() {
            let expected = format!("at least one {part} image");
            let fault = DataError::format(place, expected, "none");
            return Err(fault.hinted(
                "name splits that have rows with --split-train and --split-test, or remove files without rows",
            ));
        }
    }
    if let (false, Some(split)) = (has_test, request.split) {
        let training = std::mem::take(&mut labels[Part::Train as usize]);
        let count = training.len();
        let mut training: Vec<(usize, u16)> = training.into_iter().enumerate().collect();
        let test = take_split(place, &mut training, classes.names().len(), split)?;
        let mut moved = vec![
            Slot {
                part: Part::Train,
                index: 0
            };
            count
        ];
        for (part, rows) in [(Part::Train, training), (Part::Test, test)] {
            for (index, (row, label)) in rows.into_iter().enumerate() {
                moved[row] = Slot { part, index };
                labels[part as usize].push(label);
            }
        }
        // The tables of the training part come first.
        for slot in slots
            .iter_mut()
            .flatten()
            .filter(|slot| slot.part == Part::Train)
        {
            *slot = moved[slot.index];
        }
    }
    Ok((slots, labels))
}
