//! Requests over HTTP, and to whom a token is sent.

use std::fmt;
use std::io::ErrorKind;

use ureq::http::{HeaderValue, Response, Uri, header};
use ureq::{Agent, Body};

use super::download::RetryPolicy;
use super::transfer::Failure;

/// The most redirections of one request.
const MAX_REDIRECTIONS: usize = 10;
/// The header by which the Hugging Face hub says which commit a file is of.
const COMMIT: &str = "x-repo-commit";

/// Sends requests and follows redirections.
pub(crate) struct Client {
    agent: Agent,
    access: Option<Access>,
    plain: PlainHttp,
    commit: Option<String>,
}

/// Whether an answer over HTTPS may lead to an address without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PlainHttp {
    /// Yes: the answer is verified by a digest that is known already.
    Allowed,
    /// No: the answer itself says which digests are right.
    Refused,
}

/// A token, and the only server that it is sent to.
struct Access {
    origin: Origin,
    header: HeaderValue,
}

/// Scheme, host and port of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    /// The origin of an address; `None` if it is neither of HTTP nor of HTTPS.
    pub(crate) fn of(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let scheme = uri.scheme_str()?.to_lowercase();
        let usual = match scheme.as_str() {
            "https" => 443,
            "http" => 80,
            _ => return None,
        };
        Some(Self {
            host: uri.host()?.to_lowercase(),
            port: uri.port_u16().unwrap_or(usual),
            scheme,
        })
    }

    fn is_plain(&self) -> bool {
        self.scheme == "http"
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

impl Client {
    /// A client without a token.
    pub(crate) fn new(retry: &RetryPolicy) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // A redirection to another server must not take a token along.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // The file itself is wanted, not a compressed or decompressed form of it.
            .accept_encoding("identity")
            .timeout_connect(Some(retry.connect_timeout))
            .timeout_recv_response(Some(retry.read_timeout))
            .timeout_per_read(Some(retry.read_timeout))
            .build();
        Self {
            agent: config.into(),
            access: None,
            plain: PlainHttp::Allowed,
            commit: None,
        }
    }

    /// The client with a token for the server at `url`, and for no other. A token that no header can hold is left out.
    pub(crate) fn with_token(mut self, url: &str, token: &str) -> Self {
        let header = HeaderValue::try_from(format!("Bearer {token}")).ok();
        self.access = Origin::of(url).zip(header).map(|(origin, mut header)| {
            header.set_sensitive(true);
            Access { origin, header }
        });
        self
    }

    /// The client that follows no redirection from HTTPS to plain HTTP.
    pub(crate) fn without_plain_http(mut self) -> Self {
        self.plain = PlainHttp::Refused;
        self
    }

    /// The client that refuses files of another commit of the hub.
    pub(crate) fn of_commit(mut self, commit: &str) -> Self {
        self.commit = Some(commit.into());
        self
    }

    /// Requests the bytes at `url` from `offset` on.
    ///
    /// # Errors
    /// [`Failure`] if there is no answer, or one that leads nowhere. Other statuses are answers.
    pub(crate) fn get(&self, url: &str, offset: u64) -> Result<Response<Body>, Failure> {
        let mut url = url.to_owned();
        for _ in 0..=MAX_REDIRECTIONS {
            let origin = Origin::of(&url);
            let mut request = self.agent.get(&url);
            if offset > 0 {
                request = request.header(header::RANGE, format!("bytes={offset}-"));
            }
            if let Some(Access {
                origin: known,
                header,
            }) = &self.access
                && origin.as_ref() == Some(known)
            {
                request = request.header(header::AUTHORIZATION, header.clone());
            }
            let response = request.call().map_err(failure)?;
            self.check_commit(&response)?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            url = self.target(&url, origin, &response)?;
        }
        Err(Failure::Permanent(format!(
            "more than {MAX_REDIRECTIONS} redirections"
        )))
    }

    /// Where a redirection leads.
    fn target<B>(
        &self,
        url: &str,
        origin: Option<Origin>,
        response: &Response<B>,
    ) -> Result<String, Failure> {
        let permanent = |why: &str| Failure::Permanent(why.into());
        let location = response.headers().get(header::LOCATION);
        let location = location.and_then(|location| location.to_str().ok());
        let location = location.ok_or_else(|| permanent("a redirection without an address"))?;
        let target = match location.strip_prefix('/') {
            Some(path) if !path.starts_with('/') => {
                let uri: Uri = url
                    .parse()
                    .map_err(|_| permanent("a redirection from nowhere"))?;
                let parts = uri.scheme_str().zip(uri.authority());
                let (scheme, authority) =
                    parts.ok_or_else(|| permanent("a redirection from nowhere"))?;
                format!("{scheme}://{authority}{location}")
            }
            _ => location.to_owned(),
        };
        let to = Origin::of(&target)
            .ok_or_else(|| permanent("a redirection to an address of another kind"))?;
        let was_safe = origin.is_some_and(|origin| !origin.is_plain());
        if self.plain == PlainHttp::Refused && was_safe && to.is_plain() {
            return Err(permanent("a redirection from https to http"));
        }
        Ok(target)
    }

    fn check_commit(&self, response: &Response<Body>) -> Result<(), Failure> {
        let found = response.headers().get(COMMIT);
        let found = found.and_then(|found| found.to_str().ok());
        match (&self.commit, found) {
            (Some(commit), Some(found)) if found != commit => Err(Failure::Permanent(format!(
                "expected a file of the revision {commit}, found one of {found}"
            ))),
            _ => Ok(()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_the_same_if_scheme_host_and_port_are() {
        let origin = |url: &str| Origin::of(url).unwrap();
        assert_eq!(
            origin("https://Hub.example/a?b"),
            origin("https://hub.example:443")
        );
        for other in [
            "http://hub.example",
            "https://hub.example.org",
            "https://hub.example:444",
            "https://a.hub.example",
        ] {
            assert_ne!(origin("https://hub.example"), origin(other), "{other}");
        }
        assert_eq!(Origin::of("file:///etc/passwd"), None);
        assert_eq!(Origin::of("/api"), None);
    }

    #[test]
    fn a_client_without_plain_http_follows_no_redirection_to_it() {
        let leads = |client: &Client, from: &str, to: &str| {
            let response = Response::builder().header("Location", to).body(()).unwrap();
            client
                .target(from, Origin::of(from), &response)
                .map_err(|failure| failure.why())
        };
        let client = Client::new(&RetryPolicy::default()).without_plain_http();
        let refused = Err("a redirection from https to http".to_owned());
        let (from, plain) = ("https://hub.example/a", "http://hub.example/a");
        assert_eq!(leads(&client, from, plain), refused);
        assert_eq!(
            leads(&client, from, "https://b").as_deref(),
            Ok("https://b")
        );
        assert_eq!(
            leads(&client, from, "/b").as_deref(),
            Ok("https://hub.example/b")
        );
        // A local server has no certificate, and may lead to itself.
        assert_eq!(leads(&client, plain, plain).as_deref(), Ok(plain));
        let client = Client::new(&RetryPolicy::default());
        assert_eq!(leads(&client, from, plain).as_deref(), Ok(plain));
        assert!(leads(&client, from, "file:///etc/passwd").is_err());
        assert!(leads(&client, from, "//hub.example").is_err());
    }

    #[test]
    fn a_token_that_no_header_can_hold_is_left_out() {
        let client = Client::new(&RetryPolicy::default());
        assert!(
            client
                .with_token("https://hub.example", "a\nb")
                .access
                .is_none()
        );
    }
}
