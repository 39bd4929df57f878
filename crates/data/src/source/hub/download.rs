//! Downloads files of a set, a few at a time.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::api::{client, encoded, no_access};
use super::listing::HubFile;
use super::plan::HubPlan;
use super::settings::HubSettings;
use crate::source::fetch::fetch_by;
use crate::{DataError, Download};

/// Files that are downloaded at the same time.
const AT_ONCE: usize = 4;

impl HubPlan {
    /// Downloads each file to its place. Each appears when it is whole and verified. `progress` receives the bytes so far
    /// and the total; several threads call it.
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
        if self.settings.offline {
            return Err(self.offline(files.len()));
        }
        let total: u64 = files.iter().map(|(file, _)| file.size).sum();
        let done: Vec<AtomicU64> = files.iter().map(|_| AtomicU64::new(0)).collect();
        let waiting = Mutex::new(files.into_iter().enumerate().collect::<VecDeque<_>>());
        let failed = AtomicBool::new(false);
        let client = client(&self.settings).of_commit(&self.commit);
        let work = || loop {
            // A queue cannot be left half changed.
            let next = waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front();
            let Some((index, (file, path))) = next.filter(|_| !failed.load(Ordering::Relaxed))
            else {
                return Ok(());
            };
            let report = |bytes: u64, _: u64| {
                done[index].store(bytes, Ordering::Relaxed);
                progress(
                    done.iter().map(|bytes| bytes.load(Ordering::Relaxed)).sum(),
                    total,
                );
            };
            if let Err(stopped) = fetch_by(&client, &self.file(file), &path, &report) {
                failed.store(true, Ordering::Relaxed);
                return Err(match stopped.refused {
                    Some(status @ (401 | 403)) => no_access(&self.set, &self.settings, status),
                    _ => stopped.error,
                });
            }
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
            let results: Vec<Result<(), DataError>> = workers
                .into_iter()
                .map(|worker| {
                    worker
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect();
            results.into_iter().collect()
        })
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

    fn offline(&self, missing: usize) -> DataError {
        let expected = "all its files in the cache, as HF_HUB_OFFLINE allows no network";
        let found = format!("{missing} of {} missing", self.files().count());
        let fault = DataError::format(Path::new(&self.set.to_string()), expected, found);
        fault.hinted(format!(
            "unset HF_HUB_OFFLINE, or call this where there is a network: mixup data fetch {}",
            self.set
        ))
    }
}
