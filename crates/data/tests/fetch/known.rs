//! The known sets, from servers on this machine that fail in every way.

use std::fs;
use std::time::Duration;

use mixup_data::{DataError, Download, KnownSet, RetryPolicy, fetch};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::server::{Server, not_found, ranged, whole};

/// Every file of every set, with its name.
fn files() -> Vec<(String, Download)> {
    let sets = KnownSet::ALL.into_iter();
    let files = sets.flat_map(|set| {
        let files = set.downloads(true).into_iter();
        files.map(move |(name, download)| (format!("{}/{name}", set.word()), download))
    });
    files.collect()
}

/// The file, as these servers have it, without pauses.
fn from(servers: &[&Server], download: Download) -> Download {
    Download {
        urls: servers.iter().map(|server| server.url.clone()).collect(),
        retry: RetryPolicy {
            pauses: vec![Duration::from_millis(1); 2],
            ..RetryPolicy::default()
        },
        ..download
    }
}

fn refused(download: &Download) -> String {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    match fetch(download, &file, &|_, _| {}) {
        Err(DataError::Download { reason }) => {
            assert!(!file.exists());
            reason
        }
        other => panic!("expected a failed download, found {other:?}"),
    }
}

#[test]
fn a_file_of_another_length_or_with_other_bytes_is_refused_by_its_published_figures() {
    for (name, download) in files() {
        let server = Server::start(|_, _| whole(b"a web page"));
        let said = refused(&from(&[&server], download.clone()));
        let expected = format!("expected {} bytes, the server announces 10", download.size);
        assert!(said.contains(&expected), "{name}: {said}");
        // The right length, so that the digest decides.
        let short = Download {
            size: 10,
            ..download.clone()
        };
        let said = refused(&from(&[&server], short));
        let expected = format!("expected SHA-256 {}", download.sha256);
        assert!(said.contains(&expected), "{name}: {said}");
    }
}

#[test]
fn a_second_address_takes_over_and_a_cut_transfer_is_continued() {
    for (name, download) in files() {
        let content = name.repeat(2000).into_bytes();
        let download = Download {
            size: content.len() as u64,
            sha256: Sha256::digest(&content)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            ..download
        };
        let bytes = content.clone();
        let third = content.len() / 3;
        let cut = Server::start(move |request, start| {
            let most = if request == 0 { third } else { usize::MAX / 2 };
            ranged(&bytes, start, most)
        });
        let missing = Server::start(|_, _| not_found());
        let folder = TempDir::new().unwrap();
        let file = folder.path().join(&name);
        fetch(&from(&[&missing, &cut], download), &file, &|_, _| {}).unwrap();
        assert!(fs::read(&file).unwrap() == content, "{name}");
        assert_eq!(cut.asked(), [0, third], "{name}");
    }
}
