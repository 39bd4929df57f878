//! Finds out which commit and which files a name of a set means.

use std::path::{Path, PathBuf};

use super::api::{Api, CONVERTED};
use super::cache::Cache;
use super::listing::{ListedFile, Listing};
use super::name::{HubSet, is_commit};
use super::plan::{HubFile, HubPlan, ListOrigin};
use super::settings::HubSettings;
use crate::shell::quoted;
use crate::source::parquet::splits::choose;
use crate::{DataError, ImageRequest};

/// The revision of a set that is named without one.
const MAIN: &str = "main";

impl HubSet {
    /// Finds out which commit and which files are read, by small calls of the hub; for a commit that was asked for
    /// before, without any.
    ///
    /// # Errors
    /// [`DataError`] if the hub has no such set, does not show it to this user or does not answer; if the set has no
    /// parquet files, or none of a split or configuration that is needed; or if no network may be used and the cache
    /// does not know the set.
    pub fn plan(
        &self,
        settings: &HubSettings,
        request: &ImageRequest,
    ) -> Result<HubPlan, DataError> {
        request.check()?;
        let listing = match settings.offline {
            Some(variable) => {
                let known = self.known(settings);
                known.ok_or_else(|| self.not_known(variable))?
            }
            None => self.asked(settings)?,
        };
        self.planned(settings, request, listing)
    }

    /// Whether all files that are read are on this machine. Nothing is asked of the hub. Files of the hub's own library
    /// count only if it was asked for their list before, or if no network may be used.
    pub fn is_here(&self, settings: &HubSettings, request: &ImageRequest) -> bool {
        let Some(listing) = self.known(settings) else {
            return false;
        };
        let plan = self.planned(settings, request, listing);
        plan.is_ok_and(|plan| plan.missing().0 == 0)
    }

    fn planned(
        &self,
        settings: &HubSettings,
        request: &ImageRequest,
        (listing, origin): (Listing, ListOrigin),
    ) -> Result<HubPlan, DataError> {
        let place = PathBuf::from(self.to_string());
        let files = listing
            .files
            .into_iter()
            .map(|file| (file.name.clone(), file))
            .collect();
        let naming = |config: &str| {
            let named = HubSet {
                config: Some(config.to_owned()),
                ..self.clone()
            };
            format!("name one: --data {}", quoted(named.to_string()))
        };
        let splits = choose(&place, files, self.config.as_deref(), request, &naming)?;
        let splits = splits.try_map(&|file: &ListedFile| self.verifiable(file))?;
        Ok(HubPlan {
            set: self.at(&listing.commit),
            settings: settings.clone(),
            commit: listing.commit,
            origin,
            splits,
        })
    }

    /// A file that is read, which must have a SHA-256.
    fn verifiable(&self, file: &ListedFile) -> Result<HubFile, DataError> {
        let ListedFile { name, size, sha256 } = file.clone();
        let Some(sha256) = sha256 else {
            let place = PathBuf::from(self.to_string());
            let expected = "the SHA-256 of each file that is read (lfs.oid)";
            let fault = DataError::format(&place, expected, format!("none of {name}"));
            let converted = HubSet {
                config: None,
                revision: Some(CONVERTED.into()),
                ..self.clone()
            };
            return Err(fault.hinted(format!("take the hub's own conversion: --data {converted}")));
        };
        Ok(HubFile { name, size, sha256 })
    }

    /// The list of files as the hub has it now.
    fn asked(&self, settings: &HubSettings) -> Result<(Listing, ListOrigin), DataError> {
        let api = Api::new(settings, self);
        let cache = Cache::of(settings, self);
        let revision = self.revision.as_deref().unwrap_or(MAIN);
        // A commit never changes.
        let at = |commit: &str| match cache.listing(commit) {
            Some(listing) => Ok(listing),
            None => api.files(commit),
        };
        let mut listing = match is_commit(revision) {
            true => at(revision)?,
            false => at(&api.commit(revision)?)?,
        };
        if listing.files.is_empty()
            && self.revision.is_none()
            && let Some(commit) = api.commit_if_there(CONVERTED)?
        {
            listing = at(&commit)?;
        }
        if listing.files.is_empty() {
            return Err(self.no_tables());
        }
        cache.keep(revision, &listing);
        Ok((listing, ListOrigin::Hub))
    }

    /// The list of files that the caches know.
    fn known(&self, settings: &HubSettings) -> Option<(Listing, ListOrigin)> {
        let cache = Cache::of(settings, self);
        let revision = self.revision.as_deref().unwrap_or(MAIN);
        let at = |revision: &str| {
            let commit = match is_commit(revision) {
                true => revision.to_owned(),
                false => cache.commit(revision)?,
            };
            let asked = cache.listing(&commit);
            let found = asked.map(|listing| (listing, ListOrigin::Hub)).or_else(|| {
                // The hub would know better.
                settings.offline?;
                Some((cache.snapshot(&commit)?, ListOrigin::Snapshot))
            });
            found.filter(|(listing, _)| !listing.files.is_empty())
        };
        at(revision).or_else(|| self.revision.is_none().then(|| at(CONVERTED)).flatten())
    }

    fn not_known(&self, variable: &str) -> DataError {
        let expected = format!("a set in the cache, as {variable} allows no network");
        let fault = DataError::format(Path::new(&self.to_string()), expected, "none");
        fault.hinted(format!(
            "unset {variable}, or call this where there is a network: mixup data fetch {}",
            quoted(self.to_string())
        ))
    }

    fn no_tables(&self) -> DataError {
        let place = PathBuf::from(self.to_string());
        match self.revision {
            Some(_) => DataError::format(&place, "parquet files at this revision", "none")
                .hinted("leave the revision out: the hub may have converted the set"),
            None => {
                let expected = "parquet files, of the set itself or of the hub's conversion (refs/convert/parquet)";
                DataError::format(&place, expected, "none").hinted(
                    "download the set in another way, and give its pictures with --data: a folder with train/CLASS/* and test/CLASS/*",
                )
            }
        }
    }
}
