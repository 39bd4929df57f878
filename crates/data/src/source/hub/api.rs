//! The calls of the hub's API: which commit a revision is, and which files it has.

use std::io::Read;
use std::path::PathBuf;
use std::thread;

use serde_json::Value;
use ureq::http::{Response, header};

use super::listing::Listing;
use super::name::{HubSet, is_commit};
use super::settings::HubSettings;
use crate::DataError;
use crate::source::fetch::client::{Client, Origin};
use crate::source::fetch::transfer::{Failure, refused};

/// The branch on which the hub keeps its own conversion of a set to parquet.
pub(super) const CONVERTED: &str = "refs/convert/parquet";
/// The largest answer of one call, in bytes.
const MAX_ANSWER_BYTES: u64 = 64 << 20;
/// The most pages of a list of files.
const MAX_PAGES: usize = 1000;

/// The hub, as one user sees one set.
pub(super) struct Api<'a> {
    settings: &'a HubSettings,
    set: &'a HubSet,
    client: Client,
}

impl<'a> Api<'a> {
    pub(super) fn new(settings: &'a HubSettings, set: &'a HubSet) -> Self {
        let client = client(settings).without_plain_http();
        Self {
            settings,
            set,
            client,
        }
    }

    /// The commit that a branch or a tag is at.
    ///
    /// # Errors
    /// [`DataError`] if the hub refuses or does not answer, or has no such revision.
    pub(super) fn commit(&self, revision: &str) -> Result<String, DataError> {
        let found = self.commit_if_there(revision)?;
        found.ok_or_else(|| self.failed(&self.of(revision), revision, &Failure::Refused(404)))
    }

    /// The commit that a branch or a tag is at; `None` if there is no such revision.
    ///
    /// # Errors
    /// [`DataError`] if the hub refuses or does not answer.
    pub(super) fn commit_if_there(&self, revision: &str) -> Result<Option<String>, DataError> {
        let url = self.of(revision);
        let answer = match self.call(&url) {
            Err(Failure::Refused(404)) => return Ok(None),
            Err(failure) => return Err(self.failed(&url, revision, &failure)),
            Ok((answer, _)) => answer,
        };
        let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
        match answer["sha"].as_str().filter(|sha| is_commit(sha)) {
            Some(sha) => Ok(Some(sha.into())),
            None => Err(self.fault("the commit of a revision (sha)", "another answer")),
        }
    }

    /// The parquet files of a commit.
    ///
    /// # Errors
    /// As [`commit`](Self::commit), and an answer that is no list of files.
    pub(super) fn files(&self, commit: &str) -> Result<Listing, DataError> {
        let mut listing = Listing {
            commit: commit.into(),
            files: vec![],
        };
        let mut url = self.address(&format!("tree/{commit}?recursive=true"));
        for _ in 0..MAX_PAGES {
            let (page, next) = self
                .call(&url)
                .map_err(|failure| self.failed(&url, commit, &failure))?;
            listing.add_page(&self.place(), &page)?;
            url = match next {
                Some(next) => next,
                None => {
                    let checked = listing.checked();
                    return checked.map_err(|(expected, found)| self.fault(expected, &found));
                }
            };
        }
        Err(self.fault(
            "a list of files",
            &format!("one of more than {MAX_PAGES} pages"),
        ))
    }

    /// The address of what is known of a revision.
    fn of(&self, revision: &str) -> String {
        self.address(&["revision", &encoded(revision)].join("/"))
    }

    fn address(&self, rest: &str) -> String {
        format!(
            "{}/api/datasets/{}/{rest}",
            self.settings.endpoint, self.set.id
        )
    }

    /// The name of the set, for messages.
    fn place(&self) -> PathBuf {
        self.set.to_string().into()
    }

    fn fault(&self, expected: &str, found: &str) -> DataError {
        let expected = format!("{expected} from {}", self.settings.endpoint);
        let fault = DataError::format(&self.place(), expected, found);
        fault.hinted("check the variable HF_ENDPOINT, and call the command again")
    }

    /// The answer to one call, and the address of its next page.
    fn call(&self, url: &str) -> Result<(Vec<u8>, Option<String>), Failure> {
        let mut pauses = self.settings.retry.pauses.iter();
        loop {
            let failure = match self.attempt(url) {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            match failure.pause(pauses.next().copied(), &self.settings.retry) {
                Some(pause) => thread::sleep(pause),
                None => return Err(failure),
            }
        }
    }

    fn attempt(&self, url: &str) -> Result<(Vec<u8>, Option<String>), Failure> {
        let response = self.client.get(url, 0)?;
        if response.status().as_u16() != 200 {
            return Err(refused(&response));
        }
        let next = next_page(&response);
        if let Some(next) = &next
            && Origin::of(next) != Origin::of(&self.settings.endpoint)
        {
            return Err(Failure::Permanent(
                "a list of files that leads to another server".into(),
            ));
        }
        let mut answer = vec![];
        let mut body = response.into_body();
        let mut reader = body.as_reader().take(MAX_ANSWER_BYTES + 1);
        reader
            .read_to_end(&mut answer)
            .map_err(|error| Failure::Temporary(error.to_string()))?;
        match answer.len() as u64 > MAX_ANSWER_BYTES {
            true => Err(Failure::Permanent(format!(
                "an answer of more than {MAX_ANSWER_BYTES} bytes"
            ))),
            false => Ok((answer, next)),
        }
    }

    fn failed(&self, url: &str, revision: &str, failure: &Failure) -> DataError {
        match failure {
            Failure::Refused(404) => {
                let expected = format!("a data set of the hub with the revision {revision}");
                let found = format!("none at {url} (HTTP status 404)");
                let fault = DataError::format(&self.place(), expected, found);
                fault.hinted(format!(
                    "check the name at {}/datasets/{}",
                    self.settings.endpoint, self.set.id
                ))
            }
            Failure::Refused(status @ (401 | 403)) => no_access(self.set, self.settings, *status),
            other => {
                // The query of an address may hold what is secret.
                let address = url.split('?').next().unwrap_or(url);
                let reason = format!("{address}: {}", other.why());
                DataError::HubDownload { reason }
            }
        }
    }
}

/// A client for the hub's files and calls.
pub(super) fn client(settings: &HubSettings) -> Client {
    let client = Client::new(&settings.retry);
    match &settings.token {
        Some(token) => client.with_token(&settings.endpoint, token),
        None => client,
    }
}

/// The error for a set that the hub does not show to this user.
pub(super) fn no_access(set: &HubSet, settings: &HubSettings, status: u16) -> DataError {
    let place = PathBuf::from(set.to_string());
    let page = format!("{}/datasets/{}", settings.endpoint, set.id);
    let found = format!("a refusal (HTTP status {status})");
    let fault = DataError::format(&place, "a data set of the hub that may be read", found);
    fault.hinted(match (&settings.token, status) {
        (None, _) => format!(
            "check the name at {page}; if its owner restricts it, accept the terms there, and set HF_TOKEN to a token of yours"
        ),
        (Some(_), 401) => format!("the token of HF_TOKEN or its file is not accepted; check it, and the name at {page}"),
        (Some(_), _) => format!("accept the terms at {page}, with the account that the token is of"),
    })
}

/// A revision as a part of an address.
pub(super) fn encoded(revision: &str) -> String {
    let mut text = String::new();
    for byte in revision.bytes() {
        match byte {
            b'-' | b'_' | b'.' | b'~' => text.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => text.push(char::from(byte)),
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// The address of the next page: `<https://…>; rel="next"` in the header `Link`.
fn next_page<B>(response: &Response<B>) -> Option<String> {
    let link = response.headers().get(header::LINK)?.to_str().ok()?;
    link.split(',').find_map(|link| {
        let (address, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = rest
            .split(';')
            .any(|part| matches!(part.trim(), "rel=\"next\"" | "rel=next"));
        is_next.then(|| address.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_has_no_slash_in_an_address() {
        assert_eq!(encoded(CONVERTED), "refs%2Fconvert%2Fparquet");
        assert_eq!(encoded("v1.0-é"), "v1.0-%C3%A9");
    }

    #[test]
    fn the_next_page_is_found_among_others() {
        let page =
            |link: &str| next_page(&Response::builder().header("Link", link).body(()).unwrap());
        assert_eq!(
            page("<https://h/a?cursor=1>; rel=\"next\"").as_deref(),
            Some("https://h/a?cursor=1")
        );
        assert_eq!(
            page("<https://h/0>; rel=\"first\", <https://h/2>; rel=\"next\"").as_deref(),
            Some("https://h/2")
        );
        assert_eq!(page("<https://h/0>; rel=\"first\""), None);
        assert_eq!(page("nothing"), None);
    }
}
