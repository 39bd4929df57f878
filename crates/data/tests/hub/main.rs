//! Sets of the Hugging Face hub, from a server on this machine that has its faults.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod cache;
mod faults;
mod server;
#[expect(dead_code, reason = "other tests use more of it")]
mod tables;
mod writers;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use mixup_data::{DataError, HubPlan, HubSet, HubSettings, ImageRequest, Part, RetryPolicy};
use server::{COMMIT, Server, Set, answer, status, whole};
use tables::{Table, png};
use tempfile::TempDir;

const TOKEN: &str = "hf_secret";
const TRAIN: &str = "data/train-00000-of-00002.parquet";
const MORE: &str = "data/train-00001-of-00002.parquet";
const TEST: &str = "data/test-00000-of-00001.parquet";

fn table(first: u8, labels: &[i64]) -> Vec<u8> {
    let pictures = (first..)
        .take(labels.len())
        .map(|red| png(4, 4, [red, 0, 0]));
    Table::new(pictures.collect(), labels, &["cat", "dog"]).bytes()
}

/// Three files: five training images and two test images.
fn set() -> Set {
    Set::new(&[
        (MORE, table(3, &[1, 0])),
        (TEST, table(100, &[0, 1])),
        (TRAIN, table(0, &[0, 1, 1])),
    ])
}

/// A user with a cache of their own.
struct User {
    folder: TempDir,
    settings: HubSettings,
}

impl User {
    fn of(server: &Server) -> Self {
        let folder = TempDir::new().unwrap();
        let settings = HubSettings {
            endpoint: server.url.clone(),
            token: Some(TOKEN.into()),
            offline: None,
            hub_cache: Some(folder.path().join("hf")),
            cache: Some(folder.path().join("own")),
            retry: RetryPolicy {
                pauses: vec![Duration::from_millis(1); 3],
                longest_asked: Duration::from_secs(2),
                ..RetryPolicy::default()
            },
        };
        Self { folder, settings }
    }

    fn plan(&self, name: &str) -> Result<HubPlan, DataError> {
        let set = HubSet::parse(name).unwrap().unwrap();
        set.plan(&self.settings, &ImageRequest::default())
    }

    /// The red of all training and test images, after a download of what is missing.
    fn reds(&self, name: &str) -> Result<[Vec<u8>; 2], DataError> {
        let plan = self.plan(name)?;
        plan.fetch(&|_, _| {})?;
        let opened = plan.open(&ImageRequest::default(), &|_, _| {})?;
        let reds = |images: &mixup_data::Images| {
            (0..images.len())
                .map(|index| images.image(index)[0])
                .collect()
        };
        Ok([reds(&opened.images.train), reds(&opened.images.test)])
    }

    /// The words of the error and its hint. A token may be in neither.
    fn refused(&self, name: &str) -> (String, String) {
        let error = self.reds(name).unwrap_err();
        assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
        let text = error.to_string();
        match error {
            DataError::Format { hint, .. } => (text, hint.unwrap_or_default()),
            _ => (text, String::new()),
        }
    }

    fn own(&self, name: &str) -> PathBuf {
        self.own_folder().join(COMMIT).join(name)
    }

    /// What is kept of the set, apart from that of other hubs.
    fn own_folder(&self) -> PathBuf {
        let (_, host) = self.settings.endpoint.split_once("://").unwrap();
        let hub = self.folder.path().join("own/hub");
        hub.join(host.replace(':', "%3A")).join("datasets--a--b")
    }
}

fn all() -> [Vec<u8>; 2] {
    [vec![0, 1, 2, 3, 4], vec![100, 101]]
}

#[test]
fn a_set_is_found_downloaded_and_read() {
    let set = set();
    let server = Server::start(move |request| set.answer(request));
    let user = User::of(&server);
    let plan = user.plan("hf:a/b").unwrap();
    assert_eq!(plan.pinned().to_string(), format!("hf:a/b@{COMMIT}"));
    assert_eq!(plan.missing().0, 3);
    let parts: Vec<_> = plan
        .parts()
        .into_iter()
        .map(|part| (part.part, part.split, part.files))
        .collect();
    assert_eq!(
        parts,
        [
            (Part::Train, "train".into(), 2),
            (Part::Test, "test".into(), 1)
        ]
    );
    let (_, bytes) = plan.missing();
    let last = Mutex::new((0, 0));
    plan.fetch(&|done, total| {
        let mut last = last.lock().unwrap();
        *last = (last.0.max(done), total);
    })
    .unwrap();
    assert_eq!(*last.lock().unwrap(), (bytes, bytes));
    assert_eq!(user.reds("hf:a/b").unwrap(), all());
    assert_eq!(server.paths("/resolve/").len(), 3);
}

#[test]
fn a_commit_that_is_known_needs_no_network() {
    let set = set();
    let server = Server::start(move |request| set.answer(request));
    let mut user = User::of(&server);
    user.reds("hf:a/b").unwrap();
    let before = server.asked().len();
    let pinned = format!("hf:a/b@{COMMIT}");
    assert_eq!(user.reds(&pinned).unwrap(), all());
    let set = HubSet::parse(&pinned).unwrap().unwrap();
    assert!(set.is_here(&user.settings, &ImageRequest::default()));
    assert_eq!(server.asked().len(), before);
    // The main branch may have moved since.
    user.reds("hf:a/b").unwrap();
    assert_eq!(server.asked().len(), before + 1);
    user.settings.offline = Some("HF_HUB_OFFLINE");
    assert_eq!(user.reds("hf:a/b").unwrap(), all());
    assert_eq!(server.asked().len(), before + 1);
}

#[test]
fn a_long_list_comes_in_pages() {
    let set = set();
    let server = Server::start(move |request| {
        let list = set.list();
        let entries: Vec<&str> = list[1..list.len() - 1].split_inclusive("}},").collect();
        let page = |index: usize| format!("[{}]", entries[index].trim_end_matches(','));
        // The address in the header is absolute, and the server does not know its own port before it starts.
        let next = |cursor: usize| {
            let host = HOST.get().unwrap();
            let head = format!(
                "200 OK\r\nLink: <{host}/page?cursor={cursor}>; rel=\"next\"\r\nContent-Length: {}",
                page(cursor - 1).len()
            );
            answer(&head, page(cursor - 1).as_bytes())
        };
        match request.path.as_str() {
            path if path.contains("/tree/") => next(1),
            "/page?cursor=1" => next(2),
            "/page?cursor=2" => whole(page(2).as_bytes()),
            _ => set.answer(request),
        }
    });
    static HOST: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    HOST.set(server.url.clone()).unwrap();
    let user = User::of(&server);
    assert_eq!(user.reds("hf:a/b").unwrap(), all());
}

#[test]
fn a_list_that_leads_to_another_server_is_refused() {
    let set = set();
    let server = Server::start(move |request| match request.path.contains("/tree/") {
        true => answer(
            "200 OK\r\nLink: <http://127.0.0.1:9/x>; rel=\"next\"\r\nContent-Length: 2",
            b"[]",
        ),
        false => set.answer(request),
    });
    let (said, _) = User::of(&server).refused("hf:a/b");
    assert!(said.contains("leads to another server"), "{said}");
}

#[test]
fn the_conversion_of_the_hub_is_read_if_the_set_has_no_parquet_files() {
    const CONVERTED: &str = "00000000000000000000000000000000000000cc";
    let main = Set::new(&[]);
    let converted = Set {
        commit: CONVERTED.into(),
        ..Set::new(&[
            ("default/train/0000.parquet", table(7, &[0, 1])),
            ("default/test/0000.parquet", table(9, &[1])),
        ])
    };
    let server = Server::start(move |request| match request.path.as_str() {
        "/api/datasets/a/b/revision/refs%2Fconvert%2Fparquet" => {
            whole(format!("{{\"sha\":\"{CONVERTED}\"}}").as_bytes())
        }
        path if path.contains(CONVERTED) => converted.answer(request),
        _ => main.answer(request),
    });
    let user = User::of(&server);
    assert_eq!(user.plan("hf:a/b").unwrap().commit(), CONVERTED);
    assert_eq!(user.reds("hf:a/b").unwrap(), [vec![7, 8], vec![9]]);
    assert_eq!(user.plan("hf:a/b").unwrap().config(), Some("default"));
    // The record of a run names this commit.
    assert_eq!(
        user.reds(&format!("hf:a/b@{CONVERTED}")).unwrap(),
        [vec![7, 8], vec![9]]
    );
    let (said, hint) = user.refused(&format!("hf:a/b@{COMMIT}"));
    assert!(
        said.ends_with("expected parquet files at this revision, found none"),
        "{said}"
    );
    assert!(hint.contains("leave the revision out"), "{hint}");
}

#[test]
fn a_token_is_sent_to_the_hub_and_to_nobody_else() {
    let set = set();
    let files = set.clone();
    let store = Server::start(move |request| files.answer(request));
    let elsewhere = store.url.clone();
    let server = Server::start(move |request| match request.path.contains("/resolve/") {
        true => status(&format!(
            "302 Found\r\nLocation: {elsewhere}{}",
            request.path
        )),
        false => set.answer(request),
    });
    let user = User::of(&server);
    assert_eq!(user.reds("hf:a/b").unwrap(), all());
    let expected = Some(format!("Bearer {TOKEN}"));
    assert!(
        server
            .asked()
            .iter()
            .all(|request| request.token == expected)
    );
    let stored = store.asked();
    assert_eq!(stored.len(), 3);
    assert!(
        stored.iter().all(|request| request.token.is_none()),
        "{stored:?}"
    );
}

/// A renamed set answers with a redirection on the same server.
#[test]
fn a_redirection_within_the_hub_keeps_the_token() {
    let set = set();
    let server = Server::start(move |request| {
        if request.path.starts_with("/api/datasets/old/b")
            || request.path.starts_with("/datasets/old/b")
        {
            let path = request.path.replacen("/old/", "/a/", 1);
            return status(&format!("307 Temporary Redirect\r\nLocation: {path}"));
        }
        match &request.token {
            Some(_) => set.answer(request),
            None => status("401 Unauthorized"),
        }
    });
    assert_eq!(User::of(&server).reds("hf:old/b").unwrap(), all());
}

#[test]
fn files_can_go_to_a_folder_which_is_then_read_without_the_hub() {
    let set = set();
    let server = Server::start(move |request| set.answer(request));
    let user = User::of(&server);
    let place = user.folder.path().join("place");
    let plan = user.plan("hf:a/b").unwrap();
    plan.fetch_to(&place, &|_, _| {}).unwrap();
    plan.fetch_to(&place, &|_, _| {}).unwrap();
    assert_eq!(server.paths("/resolve/").len(), 3);
    let opened = mixup_data::open(&place, &ImageRequest::default(), &|_, _| {}).unwrap();
    assert_eq!(opened.images.train.len(), 5);
    // Nothing else lies there.
    assert_eq!(names(&place.join("data")).len(), 3);
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}
