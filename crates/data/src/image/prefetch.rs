//! Reads the pixels of the batches to come while the network computes.
//!
//! The plan of an epoch is drawn first, so what is read is exactly what the next batches need, in their order.

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::image::FileRows;
use crate::image::held_rows::HeldRows;
use crate::{DataError, ImagePlan};

/// Threads that read. Each has one batch ready and reads one more.
const READERS: usize = 2;

type Read = Result<HeldRows, DataError>;

/// The batches of a pass, read ahead.
pub(crate) struct Prefetch {
    /// Each reader has every [`READERS`]th batch.
    readers: [Receiver<Read>; READERS],
    /// The reader of the next batch.
    next: usize,
    path: PathBuf,
}

/// What is read ahead.
#[derive(Clone)]
pub(crate) struct ReadAhead {
    /// The file.
    pub(crate) file: FileRows,
    /// The row of the file at each position of the split; `None` for all of them in order.
    pub(crate) chosen: Option<Arc<[u32]>>,
    /// The choices of the pass.
    pub(crate) plan: Arc<ImagePlan>,
    /// The part of the visiting order that is covered.
    pub(crate) range: Range<usize>,
    /// Images of a batch, from 1.
    pub(crate) batch_size: usize,
}

impl Prefetch {
    /// Starts to read. The threads end with the pass, or when this is dropped.
    pub(crate) fn start(ahead: &ReadAhead) -> Self {
        let readers = std::array::from_fn(|reader| {
            let (sender, receiver) = sync_channel(1);
            let of_thread = ahead.clone();
            let failed = sender.clone();
            let thread = thread::Builder::new().name("prefetch".into());
            let started = thread.spawn(move || of_thread.read(reader, &sender));
            if let Err(source) = started {
                let path = ahead.file.path().into();
                // The channel has room for it.
                let _ = failed.send(Err(DataError::Io { path, source }));
            }
            receiver
        });
        Self {
            readers,
            next: 0,
            path: ahead.file.path().into(),
        }
    }

    /// The pixels of the next batch, of which there must be one.
    ///
    /// # Errors
    /// A file that has become too short or cannot be read.
    pub(crate) fn next(&mut self) -> Read {
        let read = self.readers[self.next].recv();
        self.next = (self.next + 1) % READERS;
        read.unwrap_or_else(|_| {
            Err(DataError::Io {
                path: self.path.clone(),
                source: io::Error::other("the thread that reads it has ended"),
            })
        })
    }
}

impl ReadAhead {
    /// Reads every batch of one reader.
    fn read(&self, reader: usize, sender: &SyncSender<Read>) {
        let starts = self.range.clone().step_by(self.batch_size);
        for start in starts.skip(reader).step_by(READERS) {
            let end = self.range.end.min(start + self.batch_size);
            let draws = self.plan.batch(start..end).draws;
            let read = HeldRows::read(&self.file, self.chosen.as_deref(), draws);
            let is_last = read.is_err();
            // Nobody waits for it any more if the pass was left.
            if sender.send(read).is_err() || is_last {
                return;
            }
        }
    }
}
