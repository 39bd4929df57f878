//! Where the files of a set are kept: in this program's cache, which is written, and in that of the hub's own library,
//! which is only read.

use std::fs;
use std::path::{Path, PathBuf};

use super::api::encoded;
use super::listing::{ListedFile, Listing};
use super::name::{HubSet, is_commit, is_sha256};
use super::plan::HubFile;
use super::settings::HubSettings;
use crate::DataError;
use crate::file::read_regular;
use crate::source::fetch::sha256_of;
use crate::source::parquet::files_in;

/// The largest list of files that is read, in bytes.
const MAX_LISTING_BYTES: u64 = 64 << 20;
/// A file that names a commit is as long.
const MAX_COMMIT_BYTES: u64 = 256;

/// The deepest folder of a snapshot in which files are looked for.
const SNAPSHOT_DEPTH: usize = 4;

/// The places of a set.
pub(super) struct Cache {
    /// Where this program keeps it; `None` without a home folder.
    own: Option<PathBuf>,
    /// Where the hub's own library keeps it.
    hub: Option<PathBuf>,
}

impl Cache {
    pub(super) fn of(settings: &HubSettings, set: &HubSet) -> Self {
        // Two hubs may have different lists for one commit.
        let own = settings.cache.as_ref().map(|cache| {
            let hub = cache
                .join("hub")
                .join(settings.folder().unwrap_or_default());
            hub.join(set.folder())
        });
        let hub = settings
            .hub_cache
            .as_ref()
            .map(|cache| cache.join(set.folder()));
        Self { own, hub }
    }

    /// Where a file of a commit goes.
    ///
    /// # Errors
    /// There is no home folder.
    pub(super) fn place(&self, commit: &str, name: &str) -> Result<PathBuf, DataError> {
        let own = self.own.as_ref().ok_or_else(|| {
            let fault = DataError::format(Path::new("hf:"), "a home folder for the cache", "none");
            fault.hinted("download the set with `mixup data fetch hf:ORG/NAME --out FOLDER`, and give the folder with --data")
        })?;
        Ok(own.join(commit).join(name))
    }

    /// Where a file lies that was downloaded before, and has its length. It was verified when it was written.
    pub(super) fn find(&self, commit: &str, file: &HubFile) -> Option<PathBuf> {
        if let Some(path) = self.in_own(commit, file) {
            return Some(path);
        }
        let path = self.in_hub(commit, file)?;
        has_digest(&path, &file.sha256).then_some(path)
    }

    /// Where a file lies whose bytes are right now.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(super) fn verified(
        &self,
        commit: &str,
        file: &HubFile,
    ) -> Result<Option<PathBuf>, DataError> {
        // A wrong file in the own cache must be replaced, as it would be found first.
        let path = self.in_own(commit, file);
        let Some(path) = path.or_else(|| self.in_hub(commit, file)) else {
            return Ok(None);
        };
        Ok((sha256_of(&path)? == file.sha256).then_some(path))
    }

    fn in_own(&self, commit: &str, file: &HubFile) -> Option<PathBuf> {
        let path = self.own.as_ref()?.join(commit).join(&file.name);
        has_size(&path, file.size).then_some(path)
    }

    fn in_hub(&self, commit: &str, file: &HubFile) -> Option<PathBuf> {
        let snapshot = self.hub.as_ref()?.join("snapshots").join(commit);
        let path = snapshot.join(&file.name);
        has_size(&path, file.size).then_some(path)
    }

    /// The commit that a revision was at when it was last asked for.
    pub(super) fn commit(&self, revision: &str) -> Option<String> {
        let own = self
            .own
            .as_ref()
            .map(|own| own.join("refs").join(encoded(revision)));
        let hub = self.hub.as_ref().map(|hub| hub.join("refs").join(revision));
        [own, hub].into_iter().flatten().find_map(|path| {
            let bytes = read_regular(&path, MAX_COMMIT_BYTES).ok()?;
            let commit = String::from_utf8(bytes).ok()?.trim().to_owned();
            is_commit(&commit).then_some(commit)
        })
    }

    /// The list of the files of a commit, as it was when it was asked for.
    pub(super) fn listing(&self, commit: &str) -> Option<Listing> {
        let path = self.listing_place(commit)?;
        let bytes = read_regular(&path, MAX_LISTING_BYTES).ok()?;
        let listing: Listing = serde_json::from_slice(&bytes).ok()?;
        listing
            .checked()
            .ok()
            .filter(|listing| listing.commit == commit)
    }

    /// The files of a commit that the hub's own library has. It may have a part of them only, and does not say so.
    pub(super) fn snapshot(&self, commit: &str) -> Option<Listing> {
        let folder = self.hub.as_ref()?.join("snapshots").join(commit);
        let files = files_in(&folder, SNAPSHOT_DEPTH)
            .ok()?
            .into_iter()
            .map(|file| {
                let size = fs::metadata(&file.path).ok()?.len();
                let sha256 = digest_by_name(&file.path).or_else(|| sha256_of(&file.path).ok())?;
                Some(ListedFile {
                    name: file.name,
                    size,
                    sha256: Some(sha256),
                })
            });
        let files: Vec<ListedFile> = files.collect::<Option<_>>()?;
        let commit = commit.to_owned();
        (!files.is_empty()).then_some(Listing { commit, files })
    }

    /// Keeps the list of files, and the commit of `revision`. Without a cache, or if it cannot be written, it is asked
    /// for again next time.
    pub(super) fn keep(&self, revision: &str, listing: &Listing) {
        let Some(own) = &self.own else { return };
        if let Some(path) = self.listing_place(&listing.commit)
            && let Ok(text) = serde_json::to_vec(listing)
        {
            write_whole(&path, &text);
        }
        write_whole(
            &own.join("refs").join(encoded(revision)),
            listing.commit.as_bytes(),
        );
    }

    fn listing_place(&self, commit: &str) -> Option<PathBuf> {
        Some(self.own.as_ref()?.join(format!("{commit}.json")))
    }
}

/// Writes a file that appears whole or not at all. The cache can do without it.
fn write_whole(path: &Path, bytes: &[u8]) {
    let part = path.with_extension(format!("part-{}", std::process::id()));
    let written = path
        .parent()
        .map(fs::create_dir_all)
        .is_some_and(|made| made.is_ok())
        && fs::write(&part, bytes).is_ok()
        && fs::rename(&part, path).is_ok();
    if !written {
        // Nothing is left of it, as far as that can be.
        let _ = fs::remove_file(&part);
    }
}

fn has_size(path: &Path, size: u64) -> bool {
    fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() == size)
}

/// Whether a file of the hub's own cache has this SHA-256.
fn has_digest(path: &Path, sha256: &str) -> bool {
    match digest_by_name(path) {
        Some(known) => known == sha256,
        None => sha256_of(path).is_ok_and(|found| found == sha256),
    }
}

/// The SHA-256 of a file in the hub's own cache: its files are links to others that are called by their digest.
fn digest_by_name(path: &Path) -> Option<String> {
    let target = fs::read_link(path).ok()?;
    let name = target.file_name()?.to_str()?;
    is_sha256(name).then(|| name.to_owned())
}
