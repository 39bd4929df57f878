//! Downloads from a small server on this machine.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod known;
mod server;

use std::cell::RefCell;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use mixup_data::{DataError, Download, RetryPolicy, fetch};
use server::{Server, answer, not_found, ranged, whole};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const SIZE: usize = 200_000;

fn content() -> Vec<u8> {
    (0..SIZE).map(|index| (index * index / 7) as u8).collect()
}

/// A destination in a folder that does not exist yet.
struct Destination {
    folder: TempDir,
}

impl Destination {
    fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("cache/file.tar.gz")
    }

    fn part(&self) -> PathBuf {
        self.folder.path().join("cache/file.tar.gz.part")
    }

    fn fetch(&self, servers: &[&Server]) -> Result<(), DataError> {
        self.fetch_within(Duration::from_secs(20), servers)
    }

    fn fetch_within(&self, read_timeout: Duration, servers: &[&Server]) -> Result<(), DataError> {
        let download = Download {
            urls: servers.iter().map(|server| server.url.clone()).collect(),
            size: SIZE as u64,
            sha256: Sha256::digest(content())
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            retry: RetryPolicy {
                pauses: vec![Duration::from_millis(1); 3],
                read_timeout,
                ..RetryPolicy::default()
            },
        };
        fetch(&download, &self.file(), &|_, _| {})
    }

    fn is_whole(&self) -> bool {
        fs::read(self.file()).is_ok_and(|bytes| bytes == content()) && !self.part().exists()
    }

    /// The reason of a download that must fail and must not leave a file at the destination.
    fn refused(&self, servers: &[&Server]) -> String {
        match self.fetch(servers) {
            Err(DataError::Download { reason }) => {
                assert!(!self.file().exists(), "destination after: {reason}");
                assert!(!reason.contains('\n'), "{reason}");
                reason
            }
            other => panic!("expected a failed download, found {other:?}"),
        }
    }
}

#[test]
fn a_whole_file_arrives_in_a_new_folder() {
    let (server, destination) = (Server::start(|_, _| whole(&content())), Destination::new());
    destination.fetch(&[&server]).unwrap();
    assert!(destination.is_whole());
    assert_eq!(server.asked(), [0]);
}

#[test]
fn progress_rises_to_the_size() {
    let (server, destination) = (Server::start(|_, _| whole(&content())), Destination::new());
    let download = Download {
        urls: vec![server.url.clone()],
        size: SIZE as u64,
        sha256: String::new(),
        retry: RetryPolicy {
            pauses: vec![],
            ..RetryPolicy::default()
        },
    };
    let seen = RefCell::new(Vec::new());
    let _ = fetch(&download, &destination.file(), &|done, size| {
        seen.borrow_mut().push((done, size));
    });
    let seen = seen.into_inner();
    assert!(seen.is_sorted());
    assert_eq!(seen.first(), Some(&(0, SIZE as u64)));
    assert_eq!(seen.last(), Some(&(SIZE as u64, SIZE as u64)));
}

#[test]
fn a_cut_connection_is_resumed_where_it_broke() {
    let server = Server::start(|_, start| ranged(&content(), start, 90_000));
    let destination = Destination::new();
    destination.fetch(&[&server]).unwrap();
    assert!(destination.is_whole());
    assert_eq!(server.asked(), [0, 90_000, 180_000]);
}

#[test]
fn a_silent_server_is_left_and_resumed() {
    let linger = Duration::from_millis(500);
    let server = Server::lingering(linger, |_, start| ranged(&content(), start, 120_000));
    let destination = Destination::new();
    destination
        .fetch_within(linger * 3 / 5, &[&server])
        .unwrap();
    assert!(destination.is_whole());
    assert!(server.asked().len() > 1);
}

#[test]
fn a_range_survives_a_redirect() {
    let target = Server::start(|_, start| ranged(&content(), start, 150_000));
    let url = target.url.clone();
    let server = Server::start(move |_, _| {
        answer(
            format!("302 Found\r\nLocation: {url}\r\nContent-Length: 0"),
            &[],
        )
    });
    let destination = Destination::new();
    destination.fetch(&[&server]).unwrap();
    assert!(destination.is_whole());
    assert_eq!(target.asked(), [0, 150_000]);
}

#[test]
fn a_server_without_ranges_starts_over() {
    let server = Server::start(|number, _| match number {
        0 => ranged(&content(), 0, 50_000),
        _ => whole(&content()),
    });
    let destination = Destination::new();
    destination.fetch(&[&server]).unwrap();
    assert!(destination.is_whole());
    assert_eq!(server.asked(), [0, 50_000]);
}

#[test]
fn a_file_without_an_announced_length_may_not_be_longer() {
    let endless = Server::start(|_, _| answer("200 OK".into(), &[content(), vec![0]].concat()));
    let destination = Destination::new();
    assert!(destination.refused(&[&endless]).contains("found more"));
    assert_eq!(endless.asked(), [0]);
    let exact = Server::start(|_, _| answer("200 OK".into(), &content()));
    destination.fetch(&[&exact]).unwrap();
    assert!(destination.is_whole());
}

#[test]
fn one_wrong_byte_is_refused_and_deleted() {
    let server = Server::start(|_, _| {
        let mut bytes = content();
        bytes[777] ^= 1;
        whole(&bytes)
    });
    let destination = Destination::new();
    assert!(destination.refused(&[&server]).contains("expected SHA-256"));
    assert!(!destination.part().exists());
    assert_eq!(
        server.asked(),
        [0],
        "the same bytes are not asked for again"
    );
}

#[test]
fn another_announced_length_is_refused_at_once() {
    for length in [SIZE - 1, SIZE + 1] {
        let server = Server::start(move |_, _| {
            answer(format!("200 OK\r\nContent-Length: {length}"), &[0; 10])
        });
        let destination = Destination::new();
        let announced = format!("the server announces {length}");
        assert!(destination.refused(&[&server]).contains(&announced));
        assert_eq!(server.asked(), [0]);
    }
}

#[test]
fn after_the_last_retry_the_partial_file_is_kept() {
    let server = Server::start(|_, _| ranged(&content(), 0, 1000));
    let destination = Destination::new();
    assert!(
        destination
            .refused(&[&server])
            .contains("after 1000 of 200000 bytes")
    );
    assert_eq!(server.asked(), [0, 1000, 1000, 1000]);
    assert_eq!(fs::read(destination.part()).unwrap(), content()[..1000]);
}

#[test]
fn a_mirror_follows_an_address_without_the_file() {
    let (missing, mirror) = (
        Server::start(|_, _| not_found()),
        Server::start(|_, _| whole(&content())),
    );
    let destination = Destination::new();
    let reason = destination.refused(&[&missing]);
    assert!(reason.contains(&missing.url) && reason.contains("HTTP status 404"));
    destination.fetch(&[&missing, &mirror]).unwrap();
    assert!(destination.is_whole());
}

#[test]
fn a_busy_server_is_asked_again() {
    let server = Server::start(|number, _| match number {
        0 | 1 => answer("503 Busy\r\nContent-Length: 0".into(), &[]),
        _ => whole(&content()),
    });
    let destination = Destination::new();
    destination.fetch(&[&server]).unwrap();
    assert!(destination.is_whole());
}

#[test]
fn the_part_of_an_earlier_call_is_continued() {
    let (server, destination) = (
        Server::start(|_, start| ranged(&content(), start, SIZE)),
        Destination::new(),
    );
    fs::create_dir_all(destination.part().parent().unwrap()).unwrap();
    fs::write(destination.part(), &content()[..123_456]).unwrap();
    destination.fetch(&[&server]).unwrap();
    assert!(destination.is_whole());
    assert_eq!(server.asked(), [123_456]);
}

#[test]
fn a_part_that_does_not_fit_is_fetched_from_scratch() {
    for length in [5, SIZE, SIZE + 5] {
        let (server, destination) = (
            Server::start(|_, start| ranged(&content(), start, SIZE)),
            Destination::new(),
        );
        fs::create_dir_all(destination.part().parent().unwrap()).unwrap();
        fs::write(destination.part(), vec![1; length]).unwrap();
        destination.fetch(&[&server]).unwrap();
        assert!(destination.is_whole());
    }
}

#[test]
fn a_refused_or_shifted_range_starts_over() {
    let refused: fn(usize) -> Vec<u8> = |_| answer("416 No\r\nContent-Length: 0".into(), &[]);
    let shifted: fn(usize) -> Vec<u8> = |start| ranged(&content(), start + 1, SIZE);
    for wrong in [refused, shifted] {
        let server = Server::start(move |_, start| match start {
            0 => whole(&content()),
            _ => wrong(start),
        });
        let destination = Destination::new();
        fs::create_dir_all(destination.part().parent().unwrap()).unwrap();
        fs::write(destination.part(), &content()[..100]).unwrap();
        destination.fetch(&[&server]).unwrap();
        assert!(destination.is_whole());
        assert_eq!(server.asked(), [100, 0]);
    }
}

#[test]
fn no_address_and_no_server_are_download_errors() {
    let destination = Destination::new();
    assert_eq!(destination.refused(&[]), "no address was given");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = Server::absent(listener.local_addr().unwrap());
    drop(listener);
    assert!(destination.refused(&[&gone]).starts_with(&gone.url));
    assert!(!destination.part().exists());
}
