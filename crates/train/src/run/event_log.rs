//! The run as [TensorBoard](https://www.tensorflow.org/tensorboard) shows it: an event file in the run folder.
//!
//! The file is a copy for people to look at. Nothing reads it back but this module, which goes on from its last whole
//! record. It only grows, because TensorBoard keeps it open and reads what is new.

mod framing;
mod messages;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mixup_evidence::MixedPair;
use prost::Message;

use crate::failure::Failure;
use crate::files::{self, Lock, write_whole};
use crate::run::epoch_row::EpochRow;
use crate::run::file_names::EVENTS;
use crate::run::folder::{RunFolder, while_in_place};
use messages::{Event, Image, Metadata, Plugin, Summary, Value};

/// What the first record of an event file says.
const FILE_VERSION: &str = "brain.Event:2";

/// TensorBoard's class of data such as pictures.
const BLOBS: i32 = 3;

/// The event file of a run.
pub(crate) struct EventLog {
    run: std::path::PathBuf,
    lock: Arc<Lock>,
}

impl EventLog {
    /// Opens the event file of the run in `folder`, which is made if it is missing. Afterwards it has all epochs in `rows`.
    /// A new file begins with the mixes of `pairs`.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn open(
        folder: &RunFolder,
        rows: &[EpochRow],
        pairs: &[MixedPair],
    ) -> Result<Self, Failure> {
        let log = Self {
            run: folder.path().into(),
            lock: folder.lock_handle(),
        };
        let path = log.run.join(EVENTS);
        let written = match path.exists() {
            true => files::read_bytes(&path).map_err(Failure::file(&path))?,
            false => vec![],
        };
        let (records, length) = framing::whole_records(&written);
        let events = records.iter().map(|data| Event::decode(*data).ok());
        let events: Option<Vec<Event>> = events.collect();
        let Some(events) = events.filter(|events| is_begun(events, rows)) else {
            let bytes = records_of(&begin(rows, pairs));
            while_in_place(&log.run, &log.lock, || write_whole(&path, &bytes))?;
            return Ok(log);
        };
        if length < written.len() {
            // A process was killed while it wrote a record.
            while_in_place(&log.run, &log.lock, || files::cut(&path, length as u64))?;
        }
        let last = last_step(&events);
        let missing = rows.iter().filter(|row| step(row.epoch) > last);
        log.append(&missing.map(figures).collect::<Vec<_>>())?;
        Ok(log)
    }

    /// Adds an epoch. A file that was deleted meanwhile is made again when the run is resumed.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn add(&self, row: &EpochRow) -> Result<(), Failure> {
        self.append(&[figures(row)])
    }

    fn append(&self, events: &[Event]) -> Result<(), Failure> {
        let records = records_of(events);
        while_in_place(&self.run, &self.lock, || {
            files::append_if_there(&self.run.join(EVENTS), &records)
        })
    }
}

/// Whether `events` are a whole file up to their last epoch.
fn is_begun(events: &[Event], rows: &[EpochRow]) -> bool {
    let has_version = events
        .first()
        .is_some_and(|first| first.file_version.is_some());
    let last = last_step(events);
    let mut due = rows
        .iter()
        .map(|row| step(row.epoch))
        .filter(|step| *step <= last);
    has_version && due.all(|step| events.iter().any(|event| event.step == step))
}

fn last_step(events: &[Event]) -> i64 {
    let steps = events.iter().map(|event| event.step);
    steps.max().unwrap_or(0)
}

/// The events of a new file: version, pictures, epochs.
fn begin(rows: &[EpochRow], pairs: &[MixedPair]) -> Vec<Event> {
    let version = Event {
        file_version: Some(FILE_VERSION.into()),
        ..event(0)
    };
    let start = [version].into_iter().chain(pictures(pairs));
    start.chain(rows.iter().map(figures)).collect()
}

fn records_of(events: &[Event]) -> Vec<u8> {
    let records = events
        .iter()
        .flat_map(|event| framing::record(&event.encode_to_vec()));
    records.collect()
}

/// An event of this moment that says nothing yet.
fn event(step: i64) -> Event {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    Event {
        wall_time: since_1970.map_or(0.0, |elapsed| elapsed.as_secs_f64()),
        step,
        file_version: None,
        summary: None,
    }
}

/// The step of an epoch.
fn step(epoch: usize) -> i64 {
    i64::try_from(epoch).unwrap_or(i64::MAX)
}

/// The figures of an epoch.
fn figures(row: &EpochRow) -> Event {
    let held_out = row.held_out.split().name();
    let figures = [
        ("loss/train".to_owned(), Some(row.train_loss)),
        (format!("loss/{held_out}"), Some(row.held_out.loss())),
        ("accuracy/train".to_owned(), Some(row.train_accuracy)),
        (
            format!("accuracy/{held_out}"),
            Some(row.held_out.accuracy()),
        ),
        ("learning_rate".to_owned(), row.learning_rate),
        ("images_per_second".to_owned(), Some(row.images_per_second)),
    ];
    let values = figures.into_iter().filter_map(|(tag, figure)| {
        Some(Value {
            tag,
            // The format has single precision.
            simple_value: Some(figure? as f32),
            ..Value::default()
        })
    });
    Event {
        summary: Some(Summary {
            values: values.collect(),
        }),
        ..event(step(row.epoch))
    }
}

/// The mixes of `pairs`, as pictures.
fn pictures(pairs: &[MixedPair]) -> Option<Event> {
    let values: Vec<Value> = (1..)
        .zip(pairs)
        .filter_map(|(number, pair)| {
            let png = STANDARD.decode(&pair.mixed).ok()?;
            let [width, height] = size_of_png(&png)?;
            let shares = pair
                .target
                .iter()
                .map(|(class, share)| format!("{share:.2} {class}"));
            let shares: Vec<String> = shares.collect();
            Some(Value {
                tag: format!("mixed/{number}"),
                image: Some(Image {
                    height,
                    width,
                    colorspace: 3,
                    png,
                }),
                metadata: Some(Metadata {
                    plugin: Some(Plugin {
                        name: "images".into(),
                    }),
                    data_class: BLOBS,
                    description: format!("λ = {:.2}; label: {}", pair.lambda, shares.join(", ")),
                }),
                ..Value::default()
            })
        })
        .collect();
    (!values.is_empty()).then(|| Event {
        summary: Some(Summary { values }),
        ..event(0)
    })
}

/// Width and height of a PNG file, which lie at fixed places in its first chunk.
fn size_of_png(png: &[u8]) -> Option<[i32; 2]> {
    let number = |at: usize| {
        let bytes = png.get(at..at + 4)?.try_into().ok()?;
        i32::try_from(u32::from_be_bytes(bytes)).ok()
    };
    Some([number(16)?, number(20)?])
}

#[cfg(test)]
mod tests;
