//! A hub with faults, and one that changes.

use std::time::{Duration, Instant};

use mixup_data::ImageRequest;

use super::server::{COMMIT, Request, Server, Set, answer, ranged, status, whole};
use super::tables::{Labels, Table, png};
use super::{MORE, TEST, TOKEN, TRAIN, User, all, set, table};

#[test]
fn other_bytes_than_the_list_promises_never_appear() {
    let set = set();
    let server = Server::start(move |request| match request.path.ends_with(TEST) {
        true => whole(&vec![b'x'; set.file(request).unwrap().len()]),
        false => set.answer(request),
    });
    let user = User::of(&server);
    let (said, _) = user.refused("hf:a/b");
    assert!(said.contains("expected SHA-256"), "{said}");
    assert!(!user.own(TEST).exists());
}

#[test]
fn a_cut_connection_is_resumed_where_it_was_cut() {
    let set = set();
    let server = Server::start(move |request| match (set.file(request), request.before) {
        (Some(bytes), 0) => ranged(bytes, request.start, 100),
        _ => set.answer(request),
    });
    let user = User::of(&server);
    assert_eq!(user.reds("hf:a/b").unwrap(), all());
    let mut starts: Vec<usize> = server
        .asked()
        .iter()
        .filter(|request| request.path.contains("/resolve/"))
        .map(|request| request.start)
        .collect();
    starts.sort_unstable();
    assert_eq!(starts, [0, 0, 0, 100, 100, 100]);
}

/// What the user is told if the call of the API is refused by this status.
fn refused_by(head: &'static str, token: Option<&str>) -> (String, String) {
    let server = Server::start(move |_| status(head));
    let mut user = User::of(&server);
    user.settings.token = token.map(str::to_owned);
    user.refused("hf:a/b")
}

#[test]
fn a_refusal_says_what_the_user_can_do() {
    let (said, hint) = refused_by("401 Unauthorized", None);
    assert!(
        said.starts_with("hf:a/b: expected a data set of the hub that may be read"),
        "{said}"
    );
    assert!(hint.contains("set HF_TOKEN"), "{hint}");
    let (_, hint) = refused_by("401 Unauthorized", Some(TOKEN));
    assert!(hint.contains("is not accepted"), "{hint}");
    let (_, hint) = refused_by("403 Forbidden", Some(TOKEN));
    assert!(
        hint.contains("accept the terms at http://127.0.0.1"),
        "{hint}"
    );
    let (said, hint) = refused_by("404 Not Found", Some(TOKEN));
    assert!(
        said.contains("(HTTP status 404)") && hint.contains("check the name"),
        "{said} {hint}"
    );
}

/// The list of a restricted set is public, its files are not.
#[test]
fn a_file_that_is_refused_is_a_refusal_of_the_set() {
    let set = set();
    let server = Server::start(move |request| match request.path.contains("/resolve/") {
        true => status("403 Forbidden"),
        false => set.answer(request),
    });
    let (said, hint) = User::of(&server).refused("hf:a/b");
    assert!(said.contains("a refusal (HTTP status 403)"), "{said}");
    assert!(hint.contains("accept the terms"), "{hint}");
    let set = super::set();
    let server = Server::start(move |request| match request.path.contains("/resolve/") {
        true => status("404 Not Found"),
        false => set.answer(request),
    });
    let (said, _) = User::of(&server).refused("hf:a/b");
    assert!(said.contains("HTTP status 404"), "{said}");
}

#[test]
fn a_busy_server_is_given_the_time_that_it_asks_for() {
    let set = set();
    let busy = |request: &Request| request.before == 0;
    let server = Server::start(move |request| match busy(request) {
        true => status("429 Too Many Requests\r\nRetry-After: 1"),
        false => set.answer(request),
    });
    let start = Instant::now();
    assert_eq!(User::of(&server).reds("hf:a/b").unwrap(), all());
    // Two calls and the files, which wait at the same time.
    assert!(start.elapsed() >= Duration::from_secs(3));
}

#[test]
fn a_server_that_asks_for_an_hour_is_not_waited_for() {
    let server = Server::start(|_| status("429 Too Many Requests\r\nRetry-After: 3600"));
    let (said, _) = User::of(&server).refused("hf:a/b");
    assert!(
        said.ends_with("HTTP status 429, and the server asks to come back after 3600 s"),
        "{said}"
    );
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_server_with_a_fault_is_asked_a_few_times() {
    let server = Server::start(|_| status("502 Bad Gateway"));
    let (said, _) = User::of(&server).refused("hf:a/b");
    assert!(said.ends_with("HTTP status 502"), "{said}");
    assert_eq!(server.asked().len(), 4);
}

/// Another commit is pushed while the set is downloaded.
#[test]
fn all_files_are_of_the_commit_that_was_asked_for() {
    const NEXT: &str = "00000000000000000000000000000000000000bb";
    let old = set();
    let new = Set {
        commit: NEXT.into(),
        ..Set::new(&[(TRAIN, table(50, &[0, 1]))])
    };
    let moved = std::sync::atomic::AtomicBool::new(false);
    let server = Server::start(move |request| {
        use std::sync::atomic::Ordering::SeqCst;
        if request.path.contains("/tree/") {
            moved.store(true, SeqCst);
        }
        let is_main =
            request.path.ends_with("/revision/main") || request.path.contains("/resolve/main/");
        match is_main && moved.load(SeqCst) {
            true => new.answer(request),
            false => old.answer(request),
        }
    });
    let user = User::of(&server);
    let plan = user.plan("hf:a/b").unwrap();
    plan.fetch(&|_, _| {}).unwrap();
    let opened = plan.open(&ImageRequest::default(), &|_, _| {}).unwrap();
    assert_eq!((opened.images.train.len(), plan.commit()), (5, COMMIT));
    assert!(
        server
            .paths("/resolve/")
            .iter()
            .all(|path| path.contains(COMMIT))
    );
}

#[test]
fn a_file_of_another_commit_is_refused() {
    let set = set();
    let server = Server::start(move |request| match set.file(request) {
        Some(bytes) => answer(
            &format!(
                "200 OK\r\nX-Repo-Commit: {}\r\nContent-Length: {}",
                "b".repeat(40),
                bytes.len()
            ),
            bytes,
        ),
        None => set.answer(request),
    });
    let (said, _) = User::of(&server).refused("hf:a/b");
    assert!(said.contains("expected a file of the revision"), "{said}");
}

#[test]
fn an_answer_of_another_kind_is_refused() {
    let server = Server::start(|_| whole(b"<html>a page of a proxy</html>"));
    let (said, hint) = User::of(&server).refused("hf:a/b");
    assert!(
        said.contains("expected the commit of a revision (sha)"),
        "{said}"
    );
    assert!(hint.contains("HF_ENDPOINT"), "{hint}");
}

/// A file that is refused for good ends the pause of another that is to be tried again.
#[test]
fn one_failure_ends_the_other_downloads() {
    let set = set();
    let server = Server::start(move |request| match &request.path {
        path if path.ends_with(TEST) => {
            std::thread::sleep(Duration::from_millis(200));
            status("404 Not Found")
        }
        path if path.ends_with(TRAIN) => status("500 Internal Server Error"),
        _ => set.answer(request),
    });
    let mut user = User::of(&server);
    user.settings.retry.pauses = vec![Duration::from_secs(30)];
    let start = Instant::now();
    let (said, _) = user.refused("hf:a/b");
    assert!(
        said.contains(TEST) && said.ends_with("HTTP status 404"),
        "{said}"
    );
    assert!(start.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_loop_of_redirections_has_an_end() {
    let set = set();
    let server = Server::start(move |request| match set.file(request) {
        Some(_) => status(&format!("302 Found\r\nLocation: {}", request.path)),
        None => set.answer(request),
    });
    let (said, _) = User::of(&server).refused("hf:a/b");
    assert!(said.ends_with("more than 10 redirections"), "{said}");
}

/// What is wrong with the columns is known after the smallest file.
#[test]
fn columns_are_looked_at_before_all_files_are_downloaded() {
    let two_labels = |labels: &[i64]| {
        let pictures = labels.iter().map(|_| png(4, 4, [1, 2, 3]));
        let mut table = Table::new(pictures.collect(), labels, &["cat", "dog"]);
        let numbers = labels.iter().copied().map(Some).collect();
        table.labels[0].0 = "fine";
        table.labels.push(("coarse", Labels::Numbers(numbers)));
        table.json = None;
        table.bytes()
    };
    let set = Set::new(&[
        (MORE, two_labels(&[0])),
        (TRAIN, two_labels(&[0, 1, 1, 0, 1, 0, 0, 1])),
        (TEST, two_labels(&[1, 0])),
    ]);
    let server = Server::start(move |request| set.answer(request));
    let user = User::of(&server);
    let plan = user.plan("hf:a/b").unwrap();
    let look = |request: &ImageRequest| plan.look(request, &|_, _| {});
    let said = look(&ImageRequest::default()).unwrap_err().to_string();
    assert!(said.contains("found several: fine, coarse"), "{said}");
    assert_eq!(server.paths("/resolve/").len(), 1);
    assert!(server.paths("/resolve/")[0].ends_with(MORE));
    let mut request = ImageRequest::default();
    request.table.label_column = Some("fine".into());
    let found = look(&request).unwrap().unwrap();
    assert_eq!((&*found.picture, &*found.label), ("img", "fine"));
    assert_eq!(server.paths("/resolve/").len(), 2, "one test file, too");
    assert_eq!(plan.missing().0, 1);
}

/// Labels that are kept secret are known before the training images are downloaded.
#[test]
fn test_images_without_labels_are_refused_early() {
    let set = Set::new(&[
        (MORE, table(3, &[1, 0])),
        (TRAIN, table(0, &[0, 1, 1, 0, 1, 1, 0])),
        (TEST, table(9, &[-1])),
    ]);
    let server = Server::start(move |request| set.answer(request));
    let user = User::of(&server);
    let plan = user.plan("hf:a/b").unwrap();
    let said = plan.look(&ImageRequest::default(), &|_, _| {}).unwrap_err();
    assert!(
        said.to_string().ends_with("row 0 of label, found -1"),
        "{said}"
    );
    assert_eq!(server.paths("/resolve/").len(), 2);
}

/// Git itself keeps small files, whose SHA-256 the hub does not know.
#[test]
fn a_file_without_a_digest_is_refused_only_if_it_is_read() {
    let small = |name: &'static str| {
        let set = set();
        Server::start(move |request| match request.path.contains("/tree/") {
            true => {
                let entry = format!(r#"[{{"type":"file","path":"{name}","size":3,"oid":"1"}},"#);
                whole(set.list().replacen('[', &entry, 1).as_bytes())
            }
            false => set.answer(request),
        })
    };
    let server = small("data/extra.parquet");
    assert_eq!(User::of(&server).reds("hf:a/b").unwrap(), all());
    let server = small("data/validation.parquet");
    let (said, hint) = User::of(&server).refused("hf:a/b");
    assert!(
        said.contains("found none of data/validation.parquet"),
        "{said}"
    );
    assert!(
        hint.contains("--data hf:a/b@refs/convert/parquet"),
        "{hint}"
    );
}

#[test]
fn a_conversion_that_is_refused_is_not_taken_for_none() {
    let main = Set::new(&[]);
    let server = Server::start(move |request| match request.path.contains("convert") {
        true => status("403 Forbidden"),
        false => main.answer(request),
    });
    let (said, _) = User::of(&server).refused("hf:a/b");
    assert!(said.contains("a refusal (HTTP status 403)"), "{said}");
    let main = Set::new(&[]);
    let server = Server::start(move |request| main.answer(request));
    let (said, _) = User::of(&server).refused("hf:a/b");
    assert!(said.contains("of the hub's conversion"), "{said}");
}

#[test]
fn the_hint_for_a_configuration_keeps_the_revision() {
    let set = Set::new(&[
        ("de/train.parquet", table(0, &[0])),
        ("my en/train.parquet", table(0, &[0])),
    ]);
    let server = Server::start(move |request| set.answer(request));
    let (_, hint) = User::of(&server).refused(&format!("hf:a/b@{COMMIT}"));
    assert_eq!(hint, format!("name one: --data 'hf:a/b:my en@{COMMIT}'"));
}
