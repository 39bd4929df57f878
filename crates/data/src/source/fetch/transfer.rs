//! One download in progress: requests, retries and verification.

use std::io::ErrorKind;
use std::path::Path;
use std::thread;

use ureq::Agent;
use ureq::http::{Response, header};

use super::download::Download;
use super::partial_file::PartialFile;
use crate::DataError;

/// Why one attempt at one address failed.
pub(super) enum Failure {
    /// A retry may succeed.
    Temporary(String),
    /// Bytes of an earlier attempt did not fit. They are deleted, so the next attempt starts over.
    Stale(String),
    /// A retry is pointless: the address does not have the file.
    Permanent(String),
    /// This machine cannot store the file.
    Disk(DataError),
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self::Disk(error)
    }
}

/// One download in progress.
pub(super) struct Transfer<'a> {
    download: &'a Download,
    progress: &'a dyn Fn(u64, u64),
    agent: Agent,
    partial: PartialFile,
}

impl<'a> Transfer<'a> {
    /// Opens the partial file of `destination`.
    pub(super) fn new(
        download: &'a Download,
        destination: &Path,
        progress: &'a dyn Fn(u64, u64),
    ) -> Result<Self, DataError> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // The file itself is wanted, not a compressed or decompressed form of it.
            .accept_encoding("identity")
            .timeout_connect(Some(download.retry.connect_timeout))
            .timeout_recv_response(Some(download.retry.read_timeout))
            .timeout_per_read(Some(download.retry.read_timeout))
            .build();
        Ok(Self {
            download,
            progress,
            agent: config.into(),
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
                Err(failure @ (Failure::Temporary(_) | Failure::Stale(_))) => failure,
                done => return done,
            };
            match pauses.next() {
                Some(&pause) => thread::sleep(pause),
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
        let mut request = self.agent.get(url);
        if offset > 0 {
            request = request.header(header::RANGE, format!("bytes={offset}-"));
        }
        let response = request.call().map_err(failure)?;
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
            status @ (408 | 425 | 429 | 500..) => {
                return Err(Failure::Temporary(format!("HTTP status {status}")));
            }
            status => return Err(Failure::Permanent(format!("HTTP status {status}"))),
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
            (self.progress)(self.partial.len(), size);
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

fn failure(error: ureq::Error) -> Failure {
    let why = error.to_string();
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::HostNotFound => {
            Failure::Permanent(why)
        }
        // Without a network no name is resolved, and without a server nobody answers; a retry would only
        // keep the user waiting. The standard library has no error kind for the first case.
        ureq::Error::Io(error)
            if error.kind() == ErrorKind::ConnectionRefused
                || why.contains("failed to lookup address") =>
        {
            Failure::Permanent(why)
        }
        _ => Failure::Temporary(why),
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
