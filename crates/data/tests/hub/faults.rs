//! A hub with faults, and one that changes.

use std::time::{Duration, Instant};

use mixup_data::ImageRequest;

use super::server::{COMMIT, Request, Server, Set, answer, ranged, status, whole};
use super::{TEST, TOKEN, TRAIN, User, all, set, table};

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
