//! How the hub is reached: the variables of the environment that its own library reads.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use directories::BaseDirs;

use super::api::encoded;
use crate::file::read_regular;
use crate::source::fetch::cache_folder;
use crate::{DataError, RetryPolicy};

/// The hub itself.
const ENDPOINT: &str = "https://huggingface.co";
/// A token has about 40 bytes.
const MAX_TOKEN_BYTES: u64 = 4096;

/// How the hub is reached, and where its files are kept.
#[derive(Clone)]
pub struct HubSettings {
    /// The address of the hub, without a slash at its end.
    pub endpoint: String,
    /// What proves who asks. It is only sent to the server of `endpoint`.
    pub token: Option<String>,
    /// The variable that says that no network may be used, if there is one.
    pub offline: Option<&'static str>,
    /// The cache of the hub's own library, which is read and never written.
    pub hub_cache: Option<PathBuf>,
    /// Where files are kept; `None` without a home folder.
    pub cache: Option<PathBuf>,
    /// How long to wait and how often to try again.
    pub retry: RetryPolicy,
}

impl fmt::Debug for HubSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HubSettings")
            .field("endpoint", &self.endpoint)
            .field("token", &self.token.as_ref().map(|_| "(secret)"))
            .field("offline", &self.offline)
            .field("hub_cache", &self.hub_cache)
            .field("cache", &self.cache)
            .field("retry", &self.retry)
            .finish()
    }
}

impl HubSettings {
    /// The name of a folder for what this hub says, if it is not the usual one.
    pub(super) fn folder(&self) -> Option<String> {
        let (_, place) = self.endpoint.split_once("://")?;
        (self.endpoint != ENDPOINT).then(|| encoded(place))
    }

    /// The settings of this process: `HF_ENDPOINT`, `HF_HOME`, `HF_HUB_CACHE`, `HF_TOKEN`, `HF_TOKEN_PATH`,
    /// `HF_HUB_DISABLE_IMPLICIT_TOKEN`, `HF_HUB_OFFLINE` and `TRANSFORMERS_OFFLINE`, with the defaults of the hub's own
    /// library.
    ///
    /// # Errors
    /// [`DataError::Format`] if `HF_ENDPOINT` is no address, or that of the hub without https, and if a file of a
    /// token cannot be read.
    pub fn from_env() -> Result<Self, DataError> {
        let home = BaseDirs::new().map(|folders| folders.home_dir().to_owned());
        Self::of(&|name| env::var_os(name), home.as_deref())
    }

    /// The settings by these variables, for a user with this home folder.
    fn of(
        variable: &dyn Fn(&str) -> Option<OsString>,
        home: Option<&Path>,
    ) -> Result<Self, DataError> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let text = |name: &str| variable(name).and_then(|value| value.into_string().ok());
        let path = |name: &str| {
            let path = PathBuf::from(variable(name)?);
            Some(match (path.strip_prefix("~"), home) {
                (Ok(rest), Some(home)) => home.join(rest),
                _ => path,
            })
        };
        let is_on = |name: &str| {
            let value = text(name).unwrap_or_default().to_lowercase();
            ["1", "on", "yes", "true"].contains(&value.as_str())
        };
        let endpoint = text("HF_ENDPOINT").unwrap_or_else(|| ENDPOINT.into());
        let is_address = ["http://", "https://"]
            .iter()
            .any(|scheme| endpoint.starts_with(scheme));
        if !is_address || endpoint.contains(['?', '#', '@']) {
            let expected = "an address that begins with https:// or http://";
            // It may hold a password.
            let fault = DataError::format(Path::new("HF_ENDPOINT"), expected, "another text");
            return Err(fault.hinted(format!("leave the variable out, or set it to {ENDPOINT}")));
        }
        if is_plain_hub(&endpoint) {
            let expected = format!("an address with https, such as {ENDPOINT}");
            let fault = DataError::format(Path::new("HF_ENDPOINT"), expected, "one with http");
            return Err(fault.hinted(format!("leave the variable out, or set it to {ENDPOINT}")));
        }
        let hf_home = path("HF_HOME").or_else(|| {
            let caches = path("XDG_CACHE_HOME").or_else(|| Some(home?.join(".cache")));
            caches.map(|caches| caches.join("huggingface"))
        });
        let token_file = path("HF_TOKEN_PATH").or_else(|| Some(hf_home.as_ref()?.join("token")));
        let token = match (is_on("HF_HUB_DISABLE_IMPLICIT_TOKEN"), text("HF_TOKEN")) {
            (true, _) => None,
            (false, Some(token)) => Some(token),
            (false, None) => token_file
                .map(|file| token_in(&file))
                .transpose()?
                .flatten(),
        };
        let token = token.map(|token| token.trim().to_owned());
        Ok(Self {
            endpoint: endpoint.trim_end_matches('/').into(),
            token: token.filter(|token| !token.is_empty()),
            offline: ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]
                .into_iter()
                .find(|name| is_on(name)),
            hub_cache: path("HF_HUB_CACHE").or_else(|| Some(hf_home?.join("hub"))),
            cache: cache_folder(),
            retry: RetryPolicy::default(),
        })
    }
}

/// Whether an address is that of the hub itself without encryption. The hub leads to https, where nothing asked over
/// http may be sent along.
fn is_plain_hub(endpoint: &str) -> bool {
    let Some(rest) = endpoint.strip_prefix("http://") else {
        return false;
    };
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    ["huggingface.co", "www.huggingface.co", "hf.co"].contains(&host.to_lowercase().as_str())
}

/// The token in a file, if there is one.
fn token_in(file: &Path) -> Result<Option<String>, DataError> {
    if !file.is_file() {
        return Ok(None);
    }
    let bytes = read_regular(file, MAX_TOKEN_BYTES).map_err(DataError::io(file))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(DataError::format(
            file,
            "a token of the Hugging Face hub",
            "other bytes",
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn settings(variables: &[(&str, &str)], home: &Path) -> Result<HubSettings, DataError> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.into())
        };
        HubSettings::of(&variable, Some(home))
    }

    #[test]
    fn without_variables_the_folders_are_those_of_the_hubs_library() {
        let home = tempfile::tempdir().unwrap();
        let found = settings(&[("HF_TOKEN", "")], home.path()).unwrap();
        assert_eq!(found.endpoint, "https://huggingface.co");
        assert_eq!(
            found.hub_cache,
            Some(home.path().join(".cache/huggingface/hub"))
        );
        assert!(found.token.is_none() && found.offline.is_none());
    }

    #[test]
    fn the_token_is_that_of_the_variable_else_that_of_the_file() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("hf");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("token"), "hf_file\n").unwrap();
        fs::write(folder.join("other"), " hf_other ").unwrap();
        let (folder, other) = (folder.to_str().unwrap(), folder.join("other"));
        let token = |variables: &[(&str, &str)]| settings(variables, home.path()).unwrap().token;
        assert_eq!(token(&[]), None);
        assert_eq!(token(&[("HF_HOME", folder)]).as_deref(), Some("hf_file"));
        let other = [
            ("HF_HOME", folder),
            ("HF_TOKEN_PATH", other.to_str().unwrap()),
        ];
        assert_eq!(token(&other).as_deref(), Some("hf_other"));
        let variable = [("HF_HOME", folder), ("HF_TOKEN", "hf_variable")];
        assert_eq!(token(&variable).as_deref(), Some("hf_variable"));
        let none = [variable[1], ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")];
        assert_eq!(token(&none), None);
    }

    #[test]
    fn a_token_is_not_shown() {
        let home = tempfile::tempdir().unwrap();
        let found = settings(&[("HF_TOKEN", "hf_secret")], home.path()).unwrap();
        assert!(!format!("{found:?}").contains("hf_secret"));
    }

    #[test]
    fn other_addresses_and_folders_are_taken() {
        let home = tempfile::tempdir().unwrap();
        let variables = [
            ("HF_ENDPOINT", "http://127.0.0.1:8000/"),
            ("HF_HUB_CACHE", "/data/hub"),
            ("HF_HUB_OFFLINE", "yes"),
        ];
        let found = settings(&variables, home.path()).unwrap();
        assert_eq!(found.endpoint, "http://127.0.0.1:8000");
        assert_eq!(found.hub_cache.as_deref(), Some(Path::new("/data/hub")));
        assert_eq!(found.offline, Some("HF_HUB_OFFLINE"));
        let found = settings(&[("TRANSFORMERS_OFFLINE", "1")], home.path()).unwrap();
        assert_eq!(found.offline, Some("TRANSFORMERS_OFFLINE"));
        let found = settings(&[("HF_HOME", "~/hf")], home.path()).unwrap();
        assert_eq!(found.hub_cache, Some(home.path().join("hf/hub")));
        for wrong in [
            "hub.example",
            "ftp://hub",
            "https://user:word@hub",
            "http://huggingface.co",
            "http://HuggingFace.co:80/",
        ] {
            let error = settings(&[("HF_ENDPOINT", wrong)], home.path()).unwrap_err();
            assert!(
                error.to_string().starts_with("HF_ENDPOINT: expected"),
                "{error}"
            );
        }
    }
}
