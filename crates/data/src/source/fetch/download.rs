//! What is known about a file before it is downloaded.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::partial_file;
use crate::DataError;

/// A file that can be downloaded, with its length and checksum.
#[derive(Clone, Debug)]
pub struct Download {
    /// The addresses, `https://` or `http://`, in the order in which they are tried.
    pub urls: Vec<String>,
    /// The length in bytes.
    pub size: u64,
    /// The SHA-256 in lower-case hexadecimal.
    pub sha256: String,
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
    /// The longest pause that a busy server may ask for.
    pub longest_asked: Duration,
}

impl Download {
    /// Whether the file at `path` has this length and SHA-256.
    ///
    /// # Errors
    /// [`DataError`] if the file cannot be read.
    pub fn matches(&self, path: &Path) -> Result<bool, DataError> {
        let length = fs::metadata(path).map_err(DataError::io(path))?.len();
        Ok(length == self.size && partial_file::sha256_of(path)? == self.sha256)
    }
}

impl Default for RetryPolicy {
    /// 20 s for a connection, 60 s for the next bytes, four retries after 1, 3, 10 and 30 s, or after up to 60 s if a
    /// server asks for it.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(20),
            read_timeout: Duration::from_secs(60),
            pauses: [1, 3, 10, 30].map(Duration::from_secs).to_vec(),
            longest_asked: Duration::from_secs(60),
        }
    }
}
