//! Finds out which commit and which files a name of a set means.

use std::path::{Path, PathBuf};

use super::api::{Api, CONVERTED};
use super::cache::Cache;
use super::listing::Listing;
use super::name::{HubSet, is_commit};
use super::plan::HubPlan;
use super::settings::HubSettings;
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
            true => self.known(settings).ok_or_else(|| self.not_known())?,
            false => self.asked(settings)?,
        };
        self.planned(settings, request, listing)
    }

    /// Whether all files that are read are on this machine. Nothing is asked of the hub.
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
        listing: Listing,
    ) -> Result<HubPlan, DataError> {
        let place = PathBuf::from(self.to_string());
        let files = listing
            .files
            .into_iter()
            .map(|file| (file.name.clone(), file))
            .collect();
        let named = HubSet {
            config: None,
            ..self.clone()
        };
        let naming = |config: &str| {
            let config = Some(config.to_owned());
            let revision = None;
            format!(
                "name one: --data {}",
                HubSet {
                    config,
                    revision,
                    ..named.clone()
                }
            )
        };
        let splits = choose(&place, files, self.config.as_deref(), request, &naming)?;
        Ok(HubPlan {
            set: self.at(&listing.commit),
            settings: settings.clone(),
            commit: listing.commit,
            splits,
        })
    }

    /// The list of files as the hub has it now.
    fn asked(&self, settings: &HubSettings) -> Result<Listing, DataError> {
        let api = Api::new(settings, self);
        let cache = Cache::of(settings, self);
        let revision = self.revision.as_deref().unwrap_or(MAIN);
        let at = |revision: &str| {
            let commit = match is_commit(revision) {
                true => revision.to_owned(),
                false => api.commit(revision)?,
            };
            // A commit never changes.
            match cache.listing(&commit) {
                Some(listing) => Ok(listing),
                None => api.files(&commit),
            }
        };
        let mut listing = at(revision)?;
        if listing.files.is_empty() && self.revision.is_none() {
            listing = match at(CONVERTED) {
                Err(DataError::Format { .. }) => listing,
                other => other?,
            };
        }
        if listing.files.is_empty() {
            return Err(self.no_tables());
        }
        cache.keep(revision, &listing);
        Ok(listing)
    }

    /// The list of files that the caches know.
    fn known(&self, settings: &HubSettings) -> Option<Listing> {
        let cache = Cache::of(settings, self);
        let revision = self.revision.as_deref().unwrap_or(MAIN);
        let at = |revision: &str| {
            let commit = match is_commit(revision) {
                true => revision.to_owned(),
                false => cache.commit(revision)?,
            };
            let listing = cache.listing(&commit).or_else(|| cache.snapshot(&commit))?;
            (!listing.files.is_empty()).then_some(listing)
        };
        at(revision).or_else(|| self.revision.is_none().then(|| at(CONVERTED)).flatten())
    }

    fn not_known(&self) -> DataError {
        let expected = "a set in the cache, as HF_HUB_OFFLINE allows no network";
        let fault = DataError::format(Path::new(&self.to_string()), expected, "none");
        fault.hinted(format!(
            "unset HF_HUB_OFFLINE, or call this where there is a network: mixup data fetch {self}"
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
