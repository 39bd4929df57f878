//! Downloads files of a set, a few at a time.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::api::{client, encoded, no_access};
use super::plan::{HubFile, HubPlan};
use super::settings::HubSettings;
use crate::shell::quoted;
use crate::source::fetch::{Stopped, Watched, fetch_by};
use crate::{DataError, Download};

/// Files that are downloaded at the same time.
const AT_ONCE: usize = 4;

impl HubPlan {
    /// Downloads each file to its place. Each appears when it is whole and verified. The first failure ends the other
    /// downloads, and their bytes are kept for a later call. `progress` receives the bytes so far and the total;
    /// several threads call it.
    ///
    /// # Errors
    /// [`DataError`] if a file cannot be downloaded or stored, or no network may be used.
    pub(super) fn download(
        &self,
        files: Vec<(&HubFile, PathBuf)>,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<(), DataError> {
        if files.is_empty() {
            return Ok(());
        }
        self.check_online(files.len())?;
        let total: u64 = files.iter().map(|(file, _)| file.size).sum();
        let done: Vec<AtomicU64> = files.iter().map(|_| AtomicU64::new(0)).collect();
        let waiting = Mutex::new(files.into_iter().enumerate().collect::<VecDeque<_>>());
        let failed = AtomicBool::new(false);
        let fault = Mutex::new(None);
        let client = client(&self.settings).of_commit(&self.commit);
        let work = || {
            // A queue cannot be left half changed.
            let next = || {
                let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                waiting
                    .pop_front()
                    .filter(|_| !failed.load(Ordering::Relaxed))
            };
            while let Some((index, (file, path))) = next() {
                let report = |bytes: u64, _: u64| {
                    done[index].store(bytes, Ordering::Relaxed);
                    let all = done.iter().map(|bytes| bytes.load(Ordering::Relaxed));
                    progress(all.sum(), total);
                };
                let watched = Watched {
                    progress: &report,
                    stop: &failed,
                };
                if let Err(stopped) = fetch_by(&client, &self.file(file), &path, watched) {
                    // Later ones may say no more than that they were stopped.
                    if !failed.swap(true, Ordering::Relaxed) {
                        *fault.lock().unwrap_or_else(PoisonError::into_inner) =
                            Some(self.failed(stopped));
                    }
                    return;
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(work);
            }
        });
        match fault.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(fault) => Err(fault),
            None => Ok(()),
        }
    }

    fn failed(&self, stopped: Stopped) -> DataError {
        match (stopped.refused, stopped.error) {
            (Some(status @ (401 | 403)), _) => no_access(&self.set, &self.settings, status),
            (_, DataError::Download { reason }) => DataError::HubDownload { reason },
            (_, error) => error,
        }
    }

    /// What is known of a file before it is downloaded.
    pub(super) fn file(&self, file: &HubFile) -> Download {
        let HubSettings {
            endpoint, retry, ..
        } = &self.settings;
        let name: Vec<String> = file.name.split('/').map(encoded).collect();
        let url = format!(
            "{endpoint}/datasets/{}/resolve/{}/{}",
            self.set.id,
            self.commit,
            name.join("/")
        );
        Download {
            urls: vec![url],
            size: file.size,
            sha256: file.sha256.clone(),
            retry: retry.clone(),
        }
    }

    /// Requires a network if files are missing.
    ///
    /// # Errors
    /// A variable that allows none.
    pub(super) fn check_online(&self, missing: usize) -> Result<(), DataError> {
        let Some(variable) = self.settings.offline.filter(|_| missing > 0) else {
            return Ok(());
        };
        let expected = format!("all its files in the cache, as {variable} allows no network");
        let found = format!("{missing} of {} missing", self.files().count());
        let fault = DataError::format(&self.place(), expected, found);
        Err(fault.hinted(format!(
            "unset {variable}, or call this where there is a network: mixup data fetch {}",
            quoted(self.set.to_string())
        )))
    }
}
