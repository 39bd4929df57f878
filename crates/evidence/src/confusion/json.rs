//! The JSON forms of a confusion: its cells, and the full matrix of earlier versions.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Confusion;

/// The form that is written.
#[derive(Serialize, Deserialize)]
struct Cells {
    /// Number of classes.
    classes: usize,
    /// True class, predicted class and number of images of each cell.
    cells: Vec<(u16, u16, u32)>,
}

impl Serialize for Confusion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cells = self.cells();
        let cells = cells.map(|cell| (cell.label, cell.predicted, cell.images));
        Cells {
            classes: self.classes,
            cells: cells.collect(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Confusion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EitherForm)
    }
}

/// Reads whichever of the two forms there is.
struct EitherForm;

impl<'de> Visitor<'de> for EitherForm {
    type Value = Confusion;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a confusion: its cells, or rows of counts")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Confusion, A::Error> {
        let read = Cells::deserialize(MapAccessDeserializer::new(map))?;
        from_cells(&read).map_err(|found| A::Error::custom(format!("confusion: {found}")))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, rows: A) -> Result<Confusion, A::Error> {
        let rows = Vec::<Vec<u32>>::deserialize(SeqAccessDeserializer::new(rows))?;
        from_rows(&rows).map_err(|found| A::Error::custom(format!("confusion: {found}")))
    }
}

/// What is wrong is the error.
fn from_cells(read: &Cells) -> Result<Confusion, String> {
    let classes = read.classes;
    let mut confusion = Confusion::new(classes);
    let mut last = None;
    for &(label, predicted, images) in &read.cells {
        let cell = format!("[{label}, {predicted}, {images}]");
        if last.is_some_and(|last| last >= (label, predicted)) {
            return Err(format!("cell {cell} out of order"));
        }
        if images == 0 {
            return Err(format!("cell {cell} without images"));
        }
        last = Some((label, predicted));
        confusion
            .add(label, predicted, images)
            .map_err(|class| format!("class {class} of {classes} in cell {cell}"))?;
    }
    Ok(confusion)
}

/// What is wrong is the error.
fn from_rows(rows: &[Vec<u32>]) -> Result<Confusion, String> {
    let classes = rows.len();
    let mut confusion = Confusion::new(classes);
    let number = |class: usize| u16::try_from(class).map_err(|_| format!("{classes} classes"));
    for (label, row) in rows.iter().enumerate() {
        if row.len() != classes {
            let found = row.len();
            return Err(format!("{found} counts in row {label} of {classes}"));
        }
        for (predicted, &images) in row.iter().enumerate() {
            confusion.count(number(label)?, number(predicted)?, images);
        }
    }
    Ok(confusion)
}
