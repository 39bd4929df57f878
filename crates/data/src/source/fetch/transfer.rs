//! One download in progress: requests, retries and verification.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ureq::http::{Response, header};

use super::client::Client;
use super::download::{Download, RetryPolicy};
use super::partial_file::PartialFile;
use crate::DataError;

/// Why one attempt at one address failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A retry may succeed.
    Temporary(String),
    /// A retry may succeed after a pause that the server asks for.
    Busy(String, Duration),
    /// The server answered with this status, and will do so again.
    Refused(u16),
    /// Bytes of an earlier attempt did not fit. They are deleted, so the next attempt starts over.
    Stale(String),
    /// A retry is pointless: the address does not have the file.
    Permanent(String),
    /// This machine cannot store the file.
    Disk(DataError),
    /// Nobody wants the file any more.
    Stopped,
}

/// Who looks at a download.
#[derive(Clone, Copy)]
pub(crate) struct Watched<'w> {
    /// Receives the bytes so far and the total.
    pub(crate) progress: &'w dyn Fn(u64, u64),
    /// Ends the download soon if it becomes true.
    pub(crate) stop: &'w AtomicBool,
}

/// The longest that a pause goes on after a download is to stop.
const LONGEST_NAP: Duration = Duration::from_millis(100);

impl Watched<'_> {
    /// # Errors
    /// The download is to stop.
    fn check(self) -> Result<(), Failure> {
        match self.stop.load(Ordering::Relaxed) {
            true => Err(Failure::Stopped),
            false => Ok(()),
        }
    }

    /// Waits.
    ///
    /// # Errors
    /// The download is to stop.
    fn pause(self, pause: Duration) -> Result<(), Failure> {
        let start = Instant::now();
        loop {
            self.check()?;
            let left = pause.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Ok(());
            }
            thread::sleep(left.min(LONGEST_NAP));
        }
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self::Disk(error)
    }
}

impl Failure {
    /// What to wait for before the next attempt, if `pause` is the next pause; `None` if no attempt can help.
    pub(crate) fn pause(&self, pause: Option<Duration>, retry: &RetryPolicy) -> Option<Duration> {
        match self {
            Self::Temporary(_) | Self::Stale(_) => pause,
            Self::Busy(_, asked) if *asked <= retry.longest_asked => Some(pause?.max(*asked)),
            Self::Busy(..)
            | Self::Refused(_)
            | Self::Permanent(_)
            | Self::Disk(_)
            | Self::Stopped => None,
        }
    }

    /// What is wrong, in words.
    pub(crate) fn why(&self) -> String {
        match self {
            Self::Temporary(why) | Self::Stale(why) | Self::Permanent(why) => why.clone(),
            Self::Busy(why, asked) => {
                format!(
                    "{why}, and the server asks to come back after {} s",
                    asked.as_secs()
                )
            }
            Self::Refused(status) => format!("HTTP status {status}"),
            Self::Disk(error) => error.to_string(),
            Self::Stopped => "stopped, because another file failed".into(),
        }
    }
}

/// The failure that a status other than that of a good answer means.
pub(crate) fn refused<B>(response: &Response<B>) -> Failure {
    let status = response.status().as_u16();
    let why = format!("HTTP status {status}");
    let asked = response.headers().get(header::RETRY_AFTER);
    let asked = asked.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    match (status, asked) {
        (429 | 503, Some(seconds)) => Failure::Busy(why, Duration::from_secs(seconds)),
        (408 | 425 | 429 | 500.., _) => Failure::Temporary(why),
        _ => Failure::Refused(status),
    }
}

/// One download in progress.
pub(super) struct Transfer<'a> {
    download: &'a Download,
    watched: Watched<'a>,
    client: &'a Client,
    partial: PartialFile,
}

impl<'a> Transfer<'a> {
    /// Opens the partial file of `destination`.
    pub(super) fn new(
        download: &'a Download,
        destination: &Path,
        client: &'a Client,
        watched: Watched<'a>,
    ) -> Result<Self, DataError> {
        Ok(Self {
            download,
            watched,
            client,
            partial: PartialFile::open(destination)?,
        })
    }

    /// Moves the verified file to its destination.
    pub(super) fn publish(self) -> Result<(), DataError> {
        self.partial.publish()
    }

    /// Gives up and keeps the bytes for a later call.
    pub(super) fn leave(self) -> Result<(), DataError> {
        self.partial.leave()
    }

    /// Tries one address until the file is complete or all retries are used up.
    pub(super) fn try_address(&mut self, url: &str) -> Result<(), Failure> {
        let mut pauses = self.download.retry.pauses.iter();
        let mut may_start_over = true;
        loop {
            let failure = match self.attempt(url) {
                // The server is not to blame for bytes of an earlier call: retry once, without a pause.
                Err(Failure::Stale(_)) if may_start_over => {
                    may_start_over = false;
                    continue;
                }
                Err(failure) => failure,
                done => return done,
            };
            match failure.pause(pauses.next().copied(), &self.download.retry) {
                Some(pause) => self.watched.pause(pause)?,
                None => return Err(failure),
            }
        }
    }

    /// Requests the missing bytes and verifies the whole file.
    fn attempt(&mut self, url: &str) -> Result<(), Failure> {
        let Download { size, sha256, .. } = self.download;
        if self.partial.len() > *size {
            self.partial.clear()?;
        }
        let resumed = if self.partial.len() < *size {
            self.receive(url)?
        } else {
            true
        };
        let found = self.partial.sha256()?;
        if found == *sha256 {
            return Ok(());
        }
        self.partial.clear()?;
        let why = format!("expected SHA-256 {sha256}, found {found}");
        Err(if resumed {
            Failure::Stale(why)
        } else {
            Failure::Permanent(why)
        })
    }

    /// Sends one request and appends the answer. Returns whether it resumed an earlier download.
    fn receive(&mut self, url: &str) -> Result<bool, Failure> {
        let size = self.download.size;
        let offset = self.partial.len();
        let response = self.client.get(url, offset)?;
        match response.status().as_u16() {
            200 => {
                if let Some(length) = response.body().content_length() {
                    right_total(length, size)?;
                }
                self.partial.clear()?;
            }
            206 => match content_range(&response) {
                Some((start, total)) if start == offset => {
                    total.map_or(Ok(()), |total| right_total(total, size))?;
                }
                _ => {
                    self.partial.clear()?;
                    return Err(Failure::Stale("answered with another range".into()));
                }
            },
            416 => {
                self.partial.clear()?;
                return Err(Failure::Stale("HTTP status 416".into()));
            }
            _ => return Err(refused(&response)),
        }
        let resumed = self.partial.len() > 0;
        self.append(response.into_body())?;
        Ok(resumed)
    }

    /// Appends a body to the partial file, which must then be complete.
    fn append(&mut self, mut body: ureq::Body) -> Result<(), Failure> {
        let size = self.download.size;
        let mut reader = body.as_reader();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            self.watched.check()?;
            (self.watched.progress)(self.partial.len(), size);
            let interrupted = |partial: &PartialFile, why: &str| {
                let received = partial.len();
                Failure::Temporary(format!("{why} after {received} of {size} bytes"))
            };
            match std::io::Read::read(&mut reader, &mut buffer) {
                Ok(0) if self.partial.len() == size => return Ok(()),
                Ok(0) => return Err(interrupted(&self.partial, "connection closed")),
                Ok(count) if self.partial.len() + count as u64 > size => {
                    self.partial.clear()?;
                    let why = format!("expected {size} bytes, found more");
                    return Err(Failure::Permanent(why));
                }
                Ok(count) => self.partial.append(&buffer[..count])?,
                Err(error) => return Err(interrupted(&self.partial, &error.to_string())),
            }
        }
    }
}

fn right_total(announced: u64, size: u64) -> Result<(), Failure> {
    if announced == size {
        return Ok(());
    }
    let why = format!("expected {size} bytes, the server announces {announced}");
    Err(Failure::Permanent(why))
}

/// First byte and total of `Content-Range: bytes 500-999/1000`; the total may be unknown, `*`.
fn content_range(response: &Response<ureq::Body>) -> Option<(u64, Option<u64>)> {
    let value = response.headers().get(header::CONTENT_RANGE)?;
    let (range, total) = value
        .to_str()
        .ok()?
        .strip_prefix("bytes ")?
        .split_once('/')?;
    let (start, _) = range.split_once('-')?;
    let total = match total {
        "*" => None,
        number => Some(number.parse().ok()?),
    };
    Some((start.parse().ok()?, total))
}
